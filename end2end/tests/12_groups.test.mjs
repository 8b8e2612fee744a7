// Directory → Groups: started, watched, listed and searched; the schedule and what became of its fire times.
import assert from 'node:assert/strict';
import { NARROW, axe, go, screenshot, signIn } from '../lib/browser.mjs';
import { observable, session, ask, randomId } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { writeFires, writeGroups } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { data: ['--groups', '240'] } });
const rows = (page) => page.getByRole('table', { name: 'Groups', exact: true }).getByRole('rowheader');
const latest = (page) => page.getByRole('region', { name: 'Latest sync' });
const ended = (database, run) => () => database.sql(`select status = 'completed' from operation_runs where id = '${run}'`) === 't' || null;

test('a sync is started, joined by a second click, watched to its end, and the groups are there', async ({ page, another, stack, database }) => {
  await signIn(page, product.OPERATOR);
  await product.openGroups(page, 'Contoso');
  await page.getByText('No groups yet').waitFor();
  await page.evaluate(() => (window.stayed = true));

  stack.worker.pause();
  const run = await product.syncNow(page);
  await product.toast(page).getByText('Group sync queued', { exact: true }).waitFor();
  await product.toast(page).getByText('Running in the background.').waitFor();
  await latest(page).getByText('Queued', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await product.toast(page).getByText(/^Already running, started .+ by Olga Operator — you are following it\.$/).waitFor();
  assert.equal(await product.toast(page).getByRole('link', { name: 'View run' }).getAttribute('href'), product.operation(run));

  // A colleague joins: recorded, told, and shown on the run.
  const other = await another();
  await signIn(other, 'manager@northwind.example');
  await product.openGroups(other, 'Contoso');
  assert.equal(await product.syncNow(other), run);
  await product.toast(other).getByText(/by Olga Operator — you are following it/).waitFor();
  const joined = `select u.email from operation_run_followers f join users u on u.id = f.user_id where f.run_id = '${run}'`;
  assert.deepEqual(database.rows(joined), ['manager@northwind.example']);

  stack.worker.resume();
  await latest(page).getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText('240 groups').waitFor();
  assert.equal(await rows(page).count(), 100);
  assert.ok(await page.evaluate(() => window.stayed), 'the document was never loaded again');
  assert.equal(database.sql(`select outcome, counts->>'succeeded' from operation_runs where id = '${run}'`), 'succeeded|240');
  assert.equal(database.sql("select count(*) from directory_groups g join tenants t on t.id = g.tenant_id where t.name = 'Contoso'"), '240');
});

test('the list is paged, every group once, and searched by the beginning of a name', async ({ page, database }) => {
  writeGroups(database, 'Fabrikam', 230);
  await signIn(page, product.OPERATOR);
  await go(page, product.groups(database.tenant('Fabrikam')));
  const all = [];
  for (;;) {
    all.push(...(await rows(page).allInnerTexts()));
    const more = page.getByRole('navigation', { name: 'Groups', exact: true }).getByRole('link', { name: 'More' });
    if ((await more.count()) === 0) break;
    const first = await rows(page).first().innerText();
    await more.click();
    await until('the next page', async () => (await rows(page).first().innerText()) !== first);
  }
  assert.equal(all.length, 230);
  assert.equal(new Set(all).size, 230);

  const search = page.getByLabel('Name begins with');
  await search.fill('gROUP 12');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('11 groups').waitFor();
  assert.match(page.url(), /q=gROUP(%20|\+)12$/);
  for (const name of await rows(page).allInnerTexts()) assert.match(name, /^Group 12/);
  await page.getByRole('link', { name: 'Show all groups' }).click();
  await page.getByText('230 groups').waitFor();

  await search.fill('%');
  await search.press('Enter');
  await page.getByText('Of the groups that are known, no name begins with “%”.').waitFor();
  await axe(page);
  await page.goBack();
  await page.getByText('230 groups').waitFor();
});

test('the schedule is said in words, and missed fire times are seen', async ({ page, stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  const answer = await ask(`${stack.url}/_fn/start_groups_sync`, {
    cookie, form: { tenant: database.tenant('Contoso'), idempotency_key: randomId() }, headers: { accept: 'application/json' },
  });
  const run = answer.text.match(/"run":"([0-9a-f-]{36})"/)[1];
  await until('it ends', ended(database, run), 60);
  writeFires(database, 'Contoso', run);
  await signIn(page, product.OPERATOR);
  await product.openGroups(page, 'Contoso');
  const schedule = page.getByRole('region', { name: 'Schedule' });
  for (const text of ['Groups, every night', 'Every day at 02:15', 'America/Los_Angeles']) await schedule.getByText(text, { exact: true }).waitFor();
  const fires = schedule.getByRole('listitem');
  assert.equal(await fires.count(), 3);
  const said = await fires.allInnerTexts();
  assert.match(said[0], /Merged[^]*A run that was active already served it\./);
  assert.match(said[1], /Missed[^]*Nothing was started[^]*not caught up/);
  assert.match(said[2], /Started/);
  assert.equal(await fires.nth(1).getByRole('link').count(), 0, 'a missed one has no run');
  assert.equal(await fires.nth(2).getByRole('link').getAttribute('href'), product.operation(run));
  await axe(page);
  await page.setViewportSize(NARROW);
  await axe(page, ['light']);
  await screenshot(page, 'groups');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('without JavaScript the same: start, join, reload, list, search', async ({ page, stack, database }) => {
    await signIn(page, product.OPERATOR);
    await go(page, product.groups(database.tenant('Adatum')));
    stack.worker.pause();
    const run = await product.syncNow(page);
    await product.toast(page).getByText('Group sync queued', { exact: true }).waitFor();
    assert.match(page.url(), /\/groups\?started=/);
    assert.equal(await product.syncNow(page), run);
    await product.toast(page).getByText(/^Already running, started .+ by Olga Operator — you are following it\.$/).waitFor();
    stack.worker.resume();
    await until('it ends', ended(database, run), 60);
    await page.reload();
    await latest(page).getByText('Succeeded', { exact: true }).waitFor();
    await page.getByText('240 groups').waitFor();
    const name = await rows(page).nth(3).innerText();
    await page.getByLabel('Name begins with').fill(name);
    await page.getByRole('button', { name: 'Search' }).click();
    assert.ok((await rows(page).allInnerTexts()).includes(name));
  });
});

test('readonly sees the groups, and the button disabled with the reason; a forced start is refused', async ({ page, stack, database }) => {
  await signIn(page, 'readonly@northwind.example');
  await product.openGroups(page, 'Fabrikam');
  const button = page.getByRole('button', { name: 'Sync now' });
  assert.ok(await button.isDisabled());
  const reason = await page.locator(`[id="${await button.getAttribute('aria-describedby')}"]`).innerText();
  assert.match(reason, /permission directory\.sync/);
  await axe(page);
  const cookie = await session(stack, 'readonly@northwind.example');
  const form = { tenant: database.tenant('Fabrikam'), idempotency_key: randomId() };
  const { status, text } = await ask(`${stack.url}/_fn/start_groups_sync`, { cookie, form, headers: { accept: 'application/json' } });
  assert.equal(status, 403);
  assert.deepEqual(JSON.parse(text), { Forbidden: { capability: 'directory.sync' } });
  assert.equal(database.latestRun('Fabrikam'), '');
});

test('r11 whoever is not entitled to the tenant gets for its groups what nothing gets', async ({ stack, database }) => {
  const cookie = await session(stack, 'operator-fabrikam@northwind.example');
  const get = (id) => ask(`${stack.url}${product.groups(id)}`, { cookie, headers: { accept: 'text/html' } });
  const nothing = await get(randomId());
  assert.equal(nothing.status, 404);
  assert.equal(observable(await get(database.tenant('Contoso'))), observable(nothing));
});
