// R02, R03: one active run per identity; whoever presses again follows it and is told so.
import assert from 'node:assert/strict';
import { go, signIn } from '../lib/browser.mjs';
import { randomId, session } from '../lib/http.mjs';
import * as product from '../lib/product.mjs';
import { end } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

// Nobody works: what is started stays active.
test.use({ stackOptions: { worker: false } });
const count = (database, tenant) =>
  Number(database.sql(`select count(*) from operation_runs r join tenants t on t.id = r.tenant_id where t.name = '${tenant}' and not r.demo`));

test('r02 a second click while active is the same run, and the page says so', async ({ page, another, database }) => {
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Contoso');
  const run = await product.syncNow(page);
  await product.toast(page).getByText('Inventory sync queued').waitFor();
  await page.getByRole('region', { name: 'Latest sync' }).getByText('Queued', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await product.toast(page).getByText(/^Already running, started .+ by Olga Operator — you are following it\.$/).waitFor();
  assert.equal(await product.toast(page).getByRole('link', { name: 'View run' }).getAttribute('href'), product.operation(run));

  // A colleague joins; the initiator stays who it was.
  const other = await another();
  await signIn(other, 'manager@northwind.example');
  await product.openInventory(other, 'Contoso');
  assert.equal(await product.syncNow(other), run);
  await product.toast(other).getByText(/by Olga Operator — you are following it/).waitFor();
  await go(page, product.operation(run));
  const facts = await page.getByRole('region', { name: 'Details' }).innerText();
  assert.match(facts, /Started by\s+Olga Operator/);
  assert.match(facts, /[Ff]ollowe(rs|d by)\s+Marco Manager/);
  assert.equal(count(database, 'Contoso'), 1);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('r02 the same without JavaScript', async ({ page, database }) => {
    await signIn(page, product.OPERATOR);
    await product.openInventory(page, 'Fabrikam');
    const run = await product.syncNow(page);
    assert.equal(await product.syncNow(page), run);
    await product.toast(page).getByText(/^Already running, started .+ by Olga Operator — you are following it\.$/).waitFor();
    assert.equal(count(database, 'Fabrikam'), 1);
  });
});

test('r02 another selection is another operation, and many clicks at once are one run', async ({ stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  const starts = Array.from({ length: 16 }, () => product.started(stack, cookie, { tenant: 'Adatum' }));
  assert.equal(new Set(await Promise.all(starts)).size, 1);
  await product.started(stack, cookie, { tenant: 'Adatum', types: ['deviceCompliancePolicy'] });
  assert.equal(count(database, 'Adatum'), 2);
});

test('r03 a form that is sent twice is one start, also after its run has ended', async ({ stack, database }) => {
  const cookie = await session(stack, 'owner@tailspin.example');
  const key = randomId();
  const run = await product.started(stack, cookie, { tenant: 'Woodgrove', key });
  end(database, run);
  assert.equal(await product.started(stack, cookie, { tenant: 'Woodgrove', key }), run);
  assert.notEqual(await product.started(stack, cookie, { tenant: 'Woodgrove' }), run);
});
