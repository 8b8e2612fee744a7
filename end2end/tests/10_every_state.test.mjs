// Every state of every page: clean for axe in light and dark, narrow without scrolling sideways, and a picture of each.
import { NARROW, WIDE, axe, go, screenshot, signIn } from '../lib/browser.mjs';
import { session } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { STATES, reach } from '../lib/states.mjs';
import { test } from '../lib/test.mjs';

/** Those whose narrow form has something that the wide one has not. */
const NARROW_TOO = ['sign-in', 'hub-runs', 'hub-active', 'run-partial', 'inventory', 'notifications', 'long-names-run'];

// Real items for the inventory; from then on nobody works, and runs stay in the state they are put into.
test.beforeAll(async ({ stack, database }) => {
  const run = await product.started(stack, await session(stack, product.OPERATOR));
  await until('it ends', () => database.sql(`select status from operation_runs where id = '${run}'`) === 'completed');
  await stack.worker.kill();
});

for (const name of Object.keys(STATES)) {
  test(`${name}: axe is clean, nothing is wider than the window`, async ({ page, stack }) => {
    await reach(page, stack, name);
    await axe(page);
    await screenshot(page, name);
    if (!NARROW_TOO.includes(name)) return;
    await page.setViewportSize(NARROW);
    await axe(page, ['light']);
  });
}

test('the folded navigation of a narrow window, opened', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await page.setViewportSize(NARROW);
  await product.menu(page).click();
  await product.navigation(page).waitFor();
  await axe(page);
  await screenshot(page, 'menu-open', { viewports: { 400: NARROW } });
});

test.describe(() => {
  test.use({ deviceScaleFactor: 2 });

  test('at 200 % everything is still there, and still nothing is wider than the window', async ({ page }) => {
    // What a window of 1440 pixels shows at 200 %.
    await signIn(page, product.OPERATOR);
    const zoomed = { 'zoom-200': { width: 720, height: 450 } };
    for (const [name, path] of [['hub', '/admin/operations'], ['notifications', '/admin/notifications']]) {
      await page.setViewportSize(WIDE);
      await go(page, path);
      await screenshot(page, name, { viewports: zoomed, schemes: ['light'] });
      await axe(page, ['light']);
    }
  });
});
