// Everything of the first story again, in a browser that runs no script.
import assert from 'node:assert/strict';
import { NARROW, go, signIn } from '../lib/browser.mjs';
import { until } from '../lib/process.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { faults: 'latency=300ms' }, javaScriptEnabled: false });

test('without JavaScript a sync is started, and watched by reloading', async ({ page, stack }) => {
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
});

test('without JavaScript filters apply by submit, are kept in the address, and pages follow each other', async ({ page }) => {
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
});

test('without JavaScript a form without a choice comes back with what is wrong', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Adatum');
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('Choose at least one policy type. Nothing was changed.').waitFor();
  await product.heading(page, 'Inventory').waitFor();
  assert.equal(database.latestRun('Adatum'), '');
});

test('without JavaScript theme and height of rows are kept and one signs out', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await product.account(page).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.locator('html[data-theme=dark]').waitFor({ state: 'attached' });
  assert.match(page.url(), /\/admin\/operations$/);
  const height = () => product.hubTable(page).getByRole('rowheader').first().evaluate((cell) => Math.round(cell.getBoundingClientRect().height));
  const comfortable = await height();
  await product.account(page).click();
  await page.getByRole('button', { name: 'Compact' }).click();
  await page.locator('html[data-density=compact][data-theme=dark]').waitFor({ state: 'attached' });
  assert.deepEqual([comfortable, await height()].map((height) => Math.floor(height / 8) * 8), [40, 32]);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await product.heading(page, 'Sign in').waitFor();
  await go(page, '/admin/operations');
  await product.heading(page, 'Sign in').waitFor();
});

test('without JavaScript the fields of the filter are behind one button in a narrow window', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await page.setViewportSize(NARROW);
  await go(page, '/admin/operations');
  const status = page.locator('main summary', { hasText: 'Status' });
  await status.waitFor({ state: 'hidden' });
  await page.getByLabel('Search', { exact: true }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await status.click();
  await page.getByLabel('Failed', { exact: true }).check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/status=failed/);
  await page.locator('label', { hasText: 'Filters' }).getByText('1', { exact: true }).waitFor();
});
