// Everything of the first story again, in a browser that runs no script.
import assert from 'node:assert/strict';
import { go, signIn } from '../lib/browser.mjs';
import { until } from '../lib/process.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { story } from '../lib/story.mjs';

const it = story({ faults: 'latency=300ms' });
const context = { javaScriptEnabled: false };

it('without JavaScript a sync is started, and watched by reloading', async ({ page, stack }) => {
  await go(page, '/');
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Contoso');
  stack.worker.pause();
  await page.getByRole('button', { name: 'Sync now' }).click();
  const toast = product.toast(page);
  await toast.getByText('Inventory sync queued', { exact: true }).waitFor();
  await toast.getByText('Running in the background.').waitFor();
  assert.match(page.url(), /\/inventory\?started=/);
  await toast.getByRole('link', { name: 'View run' }).click();
  await product.heading(page, 'Inventory sync').waitFor();
  const words = [];
  const word = async () => {
    const text = (await product.badge(page).innerText()).trim();
    if (words.at(-1) !== text) words.push(text);
    return text;
  };
  await word();
  stack.worker.resume();
  await until('the run succeeds', async () => (await page.reload(), (await word()) === 'Succeeded'));
  assert.deepEqual(words, ['Queued', 'Running', 'Succeeded']);
  assert.deepEqual((await page.getByRole('table', { name: 'Items' }).getByRole('rowheader').allInnerTexts()).sort(), product.fixtureNames());
  const run = new URL(page.url()).pathname.split('/').pop();

  await product.navigation(page).getByRole('link', { name: 'Notifications' }).click();
  const told = page.getByRole('listitem').filter({ hasText: 'Inventory sync, Contoso' });
  assert.equal(await told.first().getByRole('link', { name: 'View run' }).getAttribute('href'), product.operation(run));
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Inventory sync, Contoso' }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mark all as read' }).count(), 0, 'all are read');

  await product.navigation(page).getByRole('link', { name: 'Operations' }).click();
  await product.hubTable(page).getByRole('rowheader').locator(`a[href$="${run}"]`).waitFor();
}, { context });

it('without JavaScript filters apply by submit, are kept in the address, and pages follow each other', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await hub.tick(page, 'Status', 'Failed');
  await hub.tick(page, 'Type', 'Inventory sync');
  await page.getByRole('button', { name: 'Apply' }).click();
  assert.match(page.url(), /[?&]status=failed\b/);
  const rows = product.hubTable(page).getByRole('row').filter({ has: page.getByRole('rowheader') });
  assert.ok((await rows.count()) > 0);
  for (const text of await rows.allInnerTexts()) assert.match(text, /Inventory sync[^]*Failed/);
  assert.ok(await (await hub.open(page, 'Status')).getByLabel('Failed', { exact: true }).isChecked());
  await hub.close(page, 'Status');

  await page.getByRole('link', { name: 'Clear all' }).click();
  const first = await rows.first().getByRole('link').getAttribute('href');
  await page.getByRole('link', { name: 'Older' }).click();
  assert.notEqual(await rows.first().getByRole('link').getAttribute('href'), first);
  await page.getByRole('link', { name: 'Newer' }).click();
  assert.equal(await rows.first().getByRole('link').getAttribute('href'), first);
}, { context });

it('without JavaScript a form without a choice comes back with what is wrong', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Adatum');
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Choose at least one policy type. Nothing was changed.').waitFor();
  await product.heading(page, 'Inventory').waitFor();
  assert.equal(database.latestRun('Adatum'), '');
}, { context });

it('without JavaScript the theme is kept and one signs out', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await product.account(page).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
  assert.match(page.url(), /\/admin\/operations$/);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await product.heading(page, 'Sign in').waitFor();
  await go(page, '/admin/operations');
  await product.heading(page, 'Sign in').waitFor();
}, { context });
