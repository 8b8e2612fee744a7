// Lists without rows say why, and only what they know.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

test('case from-after-to: said by the two fields, as a chip, and where the list would be', async ({ page, another }) => {
  await signIn(page, product.OPERATOR);
  for (const query of [`from=${day(5)}&to=${day(15)}`, `from=7d&to=${day(15)}`, `from=7d&to=20d&tab=failed`]) {
    await go(page, `${hub.HUB}?${query}`);
    await page.getByRole('heading', { name: 'From is after To' }).waitFor();
    await hub.chips(page).getByText('From is after To', { exact: true }).waitFor();
    assert.doesNotMatch(await page.getByRole('main').innerText(), /removed|are kept/);
    const period = await hub.open(page, 'Period');
    await period.getByText('From is after To').waitFor();
    for (const name of ['From', 'To']) assert.equal(await period.getByLabel(name, { exact: true }).getAttribute('aria-invalid'), 'true');
  }
  await axe(page);
  await go(page, `${hub.HUB}?from=${day(5)}&to=${day(15)}`);
  await page.getByRole('link', { name: 'Exchange the two days' }).click();
  await page.waitForURL((url) => url.searchParams.get('from') === day(15) && url.searchParams.get('to') === day(5));
  await hub.rows(page).first().waitFor();
  assert.equal(await hub.chips(page).getByText('From is after To').count(), 0);

  const plain = await another({ javaScriptEnabled: false });
  await signIn(plain, product.OPERATOR);
  await go(plain, `${hub.HUB}?from=${day(5)}&to=${day(15)}`);
  await plain.getByRole('heading', { name: 'From is after To' }).waitFor();
});

test('nothing failed today is good news, and no period is called lost that is not', async ({ page, database }) => {
  database.sql("delete from operation_runs where workspace_id = (select id from workspaces where slug = 'northwind') and outcome in ('failed', 'blocked') and completed_at > now() - interval '3 d'");
  write(database, { status: 'completed', outcome: 'succeeded', ago: 5 });
  await signIn(page, product.OPERATOR);
  await hub.views(page).getByRole('link', { name: 'Failed today' }).click();
  await page.getByRole('heading', { name: 'Nothing failed today' }).waitFor();
  assert.doesNotMatch(await page.getByRole('main').innerText(), /removed/);
  await axe(page, ['light']);
  // As far back as runs are kept, in a workspace that keeps them for a year.
  database.sql("update workspaces set retention_days = 365 where slug = 'northwind'");
  for (const [query, said] of [[`from=${day(200)}&to=${day(190)}`, false], [`from=${day(500)}&to=${day(490)}`, true]]) {
    await go(page, `${hub.HUB}?${query}`);
    await page.getByRole('heading', { name: 'No operations in this period' }).waitFor();
    assert.equal((await page.getByRole('main').innerText()).includes('Operations are kept for 365 days'), said, query);
  }
  await hub.open(page, 'Period');
  await page.getByRole('link', { name: 'Last 365 days' }).waitFor();
});
