// The overview: numbers that are those of the list, with and without JavaScript, and nothing of what is out of reach.
import assert from 'node:assert/strict';
import { NARROW, axe, go, screenshot, signIn } from '../lib/browser.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const PATH = '/admin/operations/overview';
const board = (page) => page.getByRole('table', { name: 'Freshness' });
const causes = (page) => page.getByRole('table', { name: 'Failures by reason' });
/** How many runs the list says it has under the tab that is chosen. */
const listed = async (page) => {
  const tab = page.getByRole('navigation', { name: 'Operations by state' }).locator('[aria-current]');
  await tab.waitFor();
  return Number((await tab.innerText()).replace(/\D/g, ''));
};

/** Follows a number and comes back: the list has as many. */
async function follow(page, link) {
  const [number, href] = [Number((await link.innerText()).replace(',', '')), await link.getAttribute('href')];
  await link.click();
  await page.waitForURL((url) => `${url.pathname}${url.search}` === href);
  await product.heading(page, 'Operations').waitFor();
  assert.equal(await listed(page), number, href);
  await go(page, PATH);
}

async function look(page) {
  await product.navigation(page).getByRole('link', { name: 'Overview' }).click();
  await product.heading(page, 'Overview').waitFor();
  for (const name of ['Contoso', 'Fabrikam', 'Adatum']) await board(page).getByRole('rowheader', { name }).waitFor();
  for (const name of ['Inventory sync', 'Group sync']) await board(page).getByRole('columnheader', { name }).waitFor();
  const words = await board(page).locator('.badge').allInnerTexts();
  for (const word of words) assert.ok(['Fresh', 'Due', 'Overdue', 'No record'].includes(word.trim()), word);
  await page.getByRole('img', { name: /^Runs of the last 30 days/ }).waitFor();

  await follow(page, causes(page).getByRole('row').nth(1).getByRole('cell').first().getByRole('link'));
  await page.getByText('Show the numbers').click();
  const numbers = page.getByRole('table', { name: 'Runs per day (UTC)' });
  assert.equal(await numbers.getByRole('rowheader').count(), 30);
  await follow(page, numbers.getByRole('link').first());
}

test('numbers are those of the list that they lead to', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await look(page);
  await axe(page);
  await page.getByText('Show the numbers').click();
  await page.setViewportSize(NARROW);
  await axe(page, ['light']);
  await go(page, PATH);
  await screenshot(page, 'overview');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('without JavaScript the same', async ({ page }) => {
    await signIn(page, product.OPERATOR);
    await look(page);
  });
});

test('the list of a reason has a chip that says so, and keeps it when another filter changes', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await go(page, '/admin/operations?tab=failed&reason=graph.throttled');
  await page.getByText('Reason: Microsoft Graph throttled').waitFor();
  await page.getByLabel('Search', { exact: true }).fill('Conto');
  await page.waitForURL(/q=Conto/);
  assert.match(page.url(), /reason=graph\.throttled/);
  await go(page, '/admin/operations?reason=No+Such+Thing');
  await page.getByText('Reason: “No Such Thing” is not known').waitFor();
});

test('r10 whoever reaches one tenant sees one tenant', async ({ page }) => {
  await signIn(page, 'operator-fabrikam@northwind.example');
  await go(page, PATH);
  assert.deepEqual(await board(page).getByRole('rowheader').allInnerTexts(), ['Fabrikam']);
  assert.doesNotMatch(await page.getByRole('main').innerText(), /Contoso|Adatum|Woodgrove/);
});

test('a workspace without any run says so', async ({ page, database }) => {
  database.sql("delete from operation_runs where workspace_id = (select id from workspaces where slug = 'tailspin')");
  await signIn(page, 'owner@tailspin.example');
  await go(page, PATH);
  await page.getByText('No run that began in the last 30 days has ended.').waitFor();
  await page.getByText('Nothing failed in the last 30 days.').waitFor();
  await axe(page);
  await screenshot(page, 'overview-empty');
});
