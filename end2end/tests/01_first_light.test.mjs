// From signing in to a finished sync, as DESIGN §5 words it, live.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { faults: 'latency=300ms' } });

test('a sync is started, watched live and kept, without one reload', async ({ page, stack, database }) => {
  await go(page, '/');
  await axe(page);
  await signIn(page, product.OPERATOR);
  await page.evaluate(() => (window.stayed = true));
  await product.openInventory(page, 'Contoso');

  // The worker holds its breath until "Queued" was seen.
  stack.worker.pause();
  await page.getByRole('button', { name: 'Sync now' }).click();
  const toast = product.toast(page);
  await toast.getByText('Inventory sync queued', { exact: true }).waitFor();
  await toast.getByText('Running in the background.').waitFor();
  await toast.getByRole('link', { name: 'View run' }).click();
  await page.waitForURL(/\/admin\/operations\/[0-9a-f-]{36}$/);
  await product.heading(page, 'Inventory sync').waitFor();
  await product.badge(page).getByText('Queued', { exact: true }).waitFor();
  const words = await product.record(page, 'h1 ~ .badge');
  const progress = await product.record(page, 'main', '\\d+ processed');
  stack.worker.resume();

  await product.badge(page).getByText('Running', { exact: true }).waitFor();
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor({ timeout: 20_000 });
  assert.deepEqual(await words(), ['Queued', 'Running', 'Succeeded']);
  const steps = (await progress()).map((text) => Number.parseInt(text, 10));
  assert.ok(steps.length >= 1 && steps.at(-1) <= 10, `progress was seen: ${steps}`);
  assert.deepEqual(steps, [...steps].sort((a, b) => a - b), 'progress does not go back');
  assert.match(await page.title(), /^Succeeded · Inventory sync · Contoso · /);

  const items = page.getByRole('table', { name: 'Items' }).getByRole('rowheader');
  assert.deepEqual((await items.allInnerTexts()).sort(), product.fixtureNames());
  await page.getByText('All 10 items are done.', { exact: true }).waitFor();
  await page.getByText('10 succeeded').first().waitFor();
  const run = new URL(page.url()).pathname.split('/').pop();

  await product.navigation(page).getByRole('link', { name: 'Notifications' }).click();
  await product.heading(page, 'Notifications').waitFor();
  const told = page.getByRole('listitem').filter({ hasText: 'Inventory sync, Contoso' });
  await told.first().waitFor();
  assert.equal(await told.count(), 2, 'one when queued, one when ended (R08)');
  assert.match(await told.first().innerText(), /Succeeded/);
  assert.equal(await told.first().getByRole('link', { name: 'View run' }).getAttribute('href'), product.operation(run));

  await product.navigation(page).getByRole('link', { name: 'Operations' }).click();
  await product.hubTable(page).waitFor();
  const row = product.hubTable(page).getByRole('row').filter({ has: page.locator(`a[href$="${run}"]`) });
  assert.equal(await row.getByRole('rowheader').getByRole('link').innerText(), 'Inventory sync');
  for (const text of ['Succeeded', 'Contoso', '10 succeeded', 'Olga Operator']) assert.match(await row.innerText(), new RegExp(text));
  assert.ok(await page.evaluate(() => window.stayed), 'the document was never loaded again');

  await row.getByRole('link').click();
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
  assert.equal(database.sql(`select status, outcome, counts->>'total', counts->>'processed', counts->>'succeeded' from operation_runs where id = '${run}'`),
    'completed|succeeded|10|10|10');
});

test('a second sync changes nothing but when each policy was last seen', async ({ page, stack, database }) => {
  await stack.faults('none');
  const contents = "select md5(string_agg((to_jsonb(i) - 'last_seen_at' - 'last_seen_run_id')::text, '' order by policy_type, external_id)) from inventory_items i";
  const [before, seen] = [database.sql(contents), database.sql('select min(last_seen_at) from inventory_items')];
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Contoso');
  await page.getByText('10 policies').waitFor();
  const run = await product.syncNow(page);
  // The page follows it and loads the inventory again when it ends.
  const latest = page.getByRole('region', { name: 'Latest sync' });
  await latest.locator(`a[href$="${run}"]`).waitFor();
  await latest.getByText('Succeeded', { exact: true }).waitFor({ timeout: 20_000 });
  assert.equal(database.sql(`select counts->>'succeeded' from operation_runs where id = '${run}'`), '10');
  assert.equal(database.sql(contents), before);
  assert.ok(database.sql('select min(last_seen_at) from inventory_items') > seen);
});
