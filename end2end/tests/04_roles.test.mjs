// R11 and the roles: who sees a run, who may start one, and what everybody else gets.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import { ask, observable, randomId, session } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

const MALFORMED = ['x', '1', '%00', '%2e%2e', crypto.randomUUID(), `${'a'.repeat(300)}`, "'--"];

/** A sync of Contoso that has ended, by the operator of Northwind. */
async function finishedRun(stack) {
  const cookie = await session(stack, product.OPERATOR);
  const run = await product.started(stack, cookie);
  const ended = `select status = 'completed' from operation_runs where id = '${run}'`;
  await until('the run ends', () => stack.database.sql(ended) === 't');
  return run;
}

test('readonly sees the run, and the start button disabled with the reason', async ({ page, stack }) => {
  const run = await finishedRun(stack);
  await signIn(page, 'readonly@northwind.example');
  await go(page, product.operation(run));
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
  await product.openInventory(page, 'Contoso');
  const button = page.getByRole('button', { name: 'Sync now' });
  assert.ok(await button.isDisabled());
  const reason = await page.locator(`[id="${await button.getAttribute('aria-describedby')}"]`).innerText();
  assert.match(reason, /permission inventory\.sync/);
  await axe(page);
});

test('readonly gets 403 for a forced start, naming the key, and nothing is started', async ({ page, stack, database }) => {
  const cookie = await session(stack, 'readonly@northwind.example');
  const { status, text } = await product.start(stack, cookie, { tenant: 'Adatum' });
  assert.equal(status, 403);
  assert.deepEqual(JSON.parse(text), { Forbidden: { capability: 'inventory.sync' } });

  // The same by a form that somebody has enabled in the browser.
  await signIn(page, 'readonly@northwind.example');
  await product.openInventory(page, 'Adatum');
  page.expectErrors(/status of 403/);
  await page.evaluate(() => document.querySelectorAll('fieldset, button').forEach((element) => (element.disabled = false)));
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('alert').getByText('You need the permission inventory.sync for this. Nothing was changed.').waitFor();
  assert.equal(database.latestRun('Adatum'), '');
});

test('in scope but without the key: 403 that names it, and no row in the list', async ({ page, database }) => {
  const run = write(database, { type: 'retention.prune', status: 'completed', outcome: 'succeeded', counts: { total: 0 } });
  await signIn(page, product.OPERATOR);
  page.expectErrors(/status of 403/);
  const answer = await go(page, product.operation(run));
  assert.equal(answer.status(), 403);
  assert.match(await page.getByRole('main').innerText(), /workspace\.manage/);
  await go(page, '/admin/operations?q=' + run);
  await page.getByText('No operation matches these filters').waitFor();
  const other = await session({ url: new URL(page.url()).origin }, 'owner@northwind.example');
  const asked = await ask(new URL(product.operation(run), page.url()), { cookie: other });
  assert.equal(asked.status, 200);
});

for (const email of ['operator-fabrikam@northwind.example', 'owner@tailspin.example', 'outsider@nowhere.example']) {
  test(`r11 ${email} gets for the run exactly what a random and a malformed id get`, async ({ stack, database }) => {
    const cookie = await session(stack, email);
    const run = await finishedRun(stack);
    const contoso = database.tenant('Contoso');
    const compare = async (what, request) => {
      const random = await request(randomId());
      assert.equal(random.status, 404, `${what}: ${random.text}`);
      const expected = observable(random);
      for (const id of [what.startsWith('tenant') ? contoso : run, ...MALFORMED]) assert.equal(observable(await request(id)), expected, `${what} ${id}`);
      assert.doesNotMatch(random.text, /nonce|<script|Contoso|Northwind|@/, what);
    };
    const get = (path, headers = {}) => ask(`${stack.url}${path}`, { cookie, headers });
    const page = { accept: 'text/html,application/xhtml+xml' };
    await compare('run page', (id) => get(`/admin/operations/${id}`, page));
    await compare('run page, compressed', (id) => get(`/admin/operations/${id}`, { ...page, 'accept-encoding': 'gzip, br' }));
    await compare('run page, HEAD', (id) => ask(`${stack.url}/admin/operations/${id}`, { cookie, method: 'HEAD' }));
    await compare('tenant page', (id) => get(`/admin/tenants/${id}/inventory`, page));
    await compare('run function', (id) => get(`/_fn/run?run=${id}`));
    await compare('poll function', (id) => get(`/_fn/run_poll?run=${id}`));
    await compare('tenant function', (id) => get(`/_fn/inventory?tenant=${id}`));
    await compare('tenant, start', (id) => product.start(stack, cookie, { tenant: decodeURIComponent(id) }));
  });
}

test('r11 nobody signed in learns nothing either', async ({ stack }) => {
  const run = await finishedRun(stack);
  const of = async (id) => observable(await ask(`${stack.url}/admin/operations/${id}`)).replaceAll(id, 'ID');
  assert.equal(await of(run), await of(randomId()));
  const fn = async (id) => observable(await ask(`${stack.url}/_fn/run?run=${id}`));
  assert.equal(await fn(run), await fn(randomId()));
  assert.match(await fn(run), /^status 401/);
});

test('somebody in no workspace comes to a page that says so, from every other page', async ({ page }) => {
  await signIn(page, 'outsider@nowhere.example');
  await product.heading(page, 'No access yet').waitFor();
  for (const path of ['/', '/admin', '/admin/operations', '/admin/notifications', '/admin/settings']) {
    await go(page, path);
    assert.equal(new URL(page.url()).pathname, '/admin/no-access', path);
  }
  await axe(page);
});

test('a consultant working in Tailspin opens the Northwind link and sees the run', async ({ page, stack }) => {
  const run = await finishedRun(stack);
  await signIn(page, 'consultant@partner.example');
  const banner = page.getByRole('banner');
  if (!(await banner.innerText()).startsWith('Workspace\nTailspin')) {
    await banner.getByText('Northwind', { exact: true }).click();
    await banner.getByRole('button', { name: 'Tailspin' }).click();
  }
  await product.navigation(page).getByRole('link', { name: 'Woodgrove' }).waitFor();
  assert.equal(await product.navigation(page).getByRole('link', { name: 'Contoso' }).count(), 0);
  await go(page, product.operation(run));
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
  await page.getByText('Contoso · Northwind').waitFor();
  // The link has selected nothing.
  await go(page, '/admin/operations');
  await product.navigation(page).getByRole('link', { name: 'Woodgrove' }).waitFor();
});

test('the hub lists only what one is entitled to, and its numbers are those of the list', async ({ page, stack, database }) => {
  await finishedRun(stack);
  await signIn(page, 'operator-fabrikam@northwind.example');
  await product.hubTable(page).waitFor();
  const rows = await product.hubTable(page).getByRole('row').filter({ has: page.getByRole('rowheader') }).allInnerTexts();
  assert.ok(rows.length > 0);
  for (const row of rows) assert.match(row, /Fabrikam|Northwind/);
  const expected = database.sql(`select count(*) from operation_runs r left join tenants t on t.id = r.tenant_id join workspaces w on w.id = r.workspace_id
    where w.slug = 'northwind' and (t.id is null or t.name = 'Fabrikam') and r.status = 'completed' and r.outcome = 'succeeded'
    and r.created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc' - interval '30 days'
    and r.type <> 'retention.prune'`);
  await page.getByRole('navigation', { name: 'Operations by state' }).getByRole('link', { name: /^Succeeded/ }).getByText(expected).waitFor();
});
