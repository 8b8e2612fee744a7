// Directory → Roles: started, watched, listed and searched, with JavaScript and without.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

const roles = (tenant) => `/admin/tenants/${tenant}/roles`;
const rows = (page) => page.getByRole('table', { name: 'Roles', exact: true }).getByRole('rowheader');
const latest = (page) => page.getByRole('region', { name: 'Latest sync' });
const ended = (database, run) => () => database.sql(`select status = 'completed' from operation_runs where id = '${run}'`) === 't' || null;
const known = (database, tenant) => database.sql(`select count(*) from directory_role_definitions g join tenants t on t.id = g.tenant_id where t.name = '${tenant}'`);

test('a sync is started from the navigation, watched to its end, and the roles are there', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Contoso');
  await product.navigation(page).getByRole('link', { name: 'Roles', exact: true }).click();
  await page.getByText('No roles yet').waitFor();
  const run = await product.syncNow(page);
  await product.toast(page).getByText('Role definition sync queued', { exact: true }).waitFor();
  await latest(page).getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  const count = known(database, 'Contoso');
  await page.getByText(`${count} roles`).waitFor();
  assert.equal(String(await rows(page).count()), count);
  await page.getByLabel('Name begins with').fill('gLOBAL ');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('2 roles').waitFor();
  assert.deepEqual(await rows(page).allInnerTexts(), ['Global Administrator', 'Global Reader']);
  await axe(page);
  await go(page, product.operation(run));
  await page.getByText('All roles of the tenant\'s directory').waitFor();
  await page.getByRole('link', { name: 'Roles of the tenant' }).click();
  await page.getByText(`${count} roles`).waitFor();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('without JavaScript the same: start, reload, list, search', async ({ page, database }) => {
    await signIn(page, product.OPERATOR);
    await go(page, roles(database.tenant('Adatum')));
    const run = await product.syncNow(page);
    await product.toast(page).getByText('Role definition sync queued', { exact: true }).waitFor();
    assert.match(page.url(), /\/roles\?started=/);
    await until('it ends', ended(database, run), 60);
    await page.reload();
    await latest(page).getByText('Succeeded', { exact: true }).waitFor();
    await page.getByText(`${known(database, 'Adatum')} roles`).waitFor();
    await page.getByLabel('Name begins with').fill('Intune');
    await page.getByRole('button', { name: 'Search' }).click();
    assert.deepEqual(await rows(page).allInnerTexts(), ['Intune Administrator']);
  });
});
