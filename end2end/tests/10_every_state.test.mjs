// Every state of every page: clean for axe in light and dark, narrow without scrolling sideways, and a picture of each.
import { NARROW, WIDE, axe, go, screenshot, signIn } from '../lib/browser.mjs';
import * as product from '../lib/product.mjs';
import { STATES, reach } from '../lib/states.mjs';
import { story } from '../lib/story.mjs';

const it = story();

for (const name of Object.keys(STATES)) {
  it(`${name}: axe is clean, nothing is wider than the window`, async ({ page, stack }) => {
    await reach(page, stack, name);
    await axe(page);
    await screenshot(page, name);
    await page.setViewportSize(NARROW);
    await axe(page, ['light']);
  });
}

it('the folded navigation of a narrow window, opened', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await page.setViewportSize(NARROW);
  await product.menu(page).click();
  await product.navigation(page).waitFor();
  await axe(page);
  await screenshot(page, 'menu-open', { viewports: { 400: NARROW } });
});

it('at 200 % everything is still there, and still nothing is wider than the window', async ({ page }) => {
  // What a window of 1440 pixels shows at 200 %.
  await signIn(page, product.OPERATOR);
  const zoomed = { 'zoom-200': { width: 720, height: 450 } };
  for (const [name, path] of [['hub', '/admin/operations'], ['notifications', '/admin/notifications']]) {
    await page.setViewportSize(WIDE);
    await go(page, path);
    await screenshot(page, name, { viewports: zoomed, schemes: ['light'] });
    await axe(page, ['light']);
  }
}, { context: { deviceScaleFactor: 2 } });
