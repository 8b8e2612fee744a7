// Keyboard alone, nothing that jumps, motion only for those who want it (DESIGN §9).
import assert from 'node:assert/strict';
import { axe, go, hydrated, signIn } from '../lib/browser.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

/** What has the focus, by its name and kind. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return `${at.tagName.toLowerCase()} ${(at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '').trim().split('\n')[0]}`;
  });

/** Presses Tab until something has the focus; every stop on the way must be visible. */
async function tabTo(page, wanted, most = 60) {
  const path = [];
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press('Tab');
    const [name, shown] = [await focused(page), await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      const box = document.activeElement.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && (style.outlineStyle !== 'none' || document.activeElement === document.body);
    })];
    path.push(name);
    assert.ok(shown, `the focus cannot be seen at: ${name}`);
    if (name === wanted) return path;
  }
  throw new Error(`Tab never came to “${wanted}”: ${path.join(', ')}`);
}

test('by keyboard alone: sign in, choose, start, open the run', async ({ page }) => {
  await go(page, '/');
  await tabTo(page, 'input Email');
  await page.keyboard.type(product.OPERATOR);
  await tabTo(page, 'input Password');
  await page.keyboard.type('demo');
  await page.keyboard.press('Enter');
  await product.hubTable(page).waitFor();
  await hydrated(page);

  const first = await tabTo(page, 'a Skip to content');
  assert.equal(first.length, 1, 'the skip link is first');
  await tabTo(page, 'a Contoso');
  await page.keyboard.press('Enter');
  await product.heading(page, 'Inventory').waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  assert.equal(await focused(page), 'h1 Inventory', 'after going to a page its heading has the focus');
  await tabTo(page, 'input PowerShell scripts');
  await page.keyboard.press('Space');
  assert.equal(await page.getByLabel('PowerShell scripts').isChecked(), false);
  await tabTo(page, 'button Sync now');
  await page.keyboard.press('Enter');
  await product.toast(page).getByText('Inventory sync queued').waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body, null, { timeout: 3000 }).catch(() => {});
  const link = product.toast(page).getByRole('link', { name: 'View run' });
  const href = await link.getAttribute('href');
  for (let stop = 0; stop < 80 && !(await link.evaluate((link) => link === document.activeElement)); stop += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${href}`);
  await product.heading(page, 'Inventory sync').waitFor();
});

test('the start button keeps the focus over a start', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await product.openInventory(page, 'Fabrikam');
  // The page has been gone to: its heading takes the focus, a moment after it is there.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  const button = page.getByRole('button', { name: 'Sync now' });
  await button.focus();
  await page.keyboard.press('Enter');
  await product.toast(page).waitFor();
  await page.getByRole('region', { name: 'Latest sync' }).getByRole('link', { name: 'View run' }).waitFor();
  assert.equal(await focused(page), 'button Sync now');
});

test('nothing moves while a page is loaded', async ({ page, database }) => {
  await page.addInitScript(() => {
    window.shifts = [];
    window.tasks = [];
    const watch = (type, list, of) => new PerformanceObserver((entries) => entries.getEntries().forEach((entry) => list.push(of(entry)))).observe({ type, buffered: true });
    watch('layout-shift', window.shifts, (entry) => `${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120)).join(' | ')}`);
    watch('longtask', window.tasks, (entry) => Math.round(entry.duration));
  });
  await signIn(page, product.OPERATOR);
  const running = write(database, { status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, counts: { total: 340, processed: 120 } });
  const failed = write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable' });
  const report = [];
  for (const viewport of [{ width: 1440, height: 900 }, { width: 400, height: 800 }]) {
    await page.setViewportSize(viewport);
    for (const path of ['/admin/operations', '/admin/operations?tab=failed', product.operation(running), product.operation(failed),
      product.inventory(database.tenant('Contoso')), '/admin/notifications', '/admin/operations?q=nothing']) {
      await go(page, path);
      await page.waitForTimeout(300);
      const { shifts, tasks } = await page.evaluate(() => ({ shifts: window.shifts, tasks: window.tasks }));
      assert.deepEqual(shifts, [], `layout shift on ${path} at ${viewport.width} px: ${shifts.join('; ')}`);
      report.push(`${path.replace(/[0-9a-f]{8}-[0-9a-f-]+/, '…')}: ${Math.max(0, ...tasks)} ms`);
    }
  }
  console.log(`longest task of each page (debug build): ${report.join(', ')}`);
});

test('whoever wants no motion gets none', async ({ page, database }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn(page, product.OPERATOR);
  await go(page, product.operation(write(database, { status: 'running', live: {} })));
  await product.badge(page).getByText('Running', { exact: true }).waitFor();
  await page.waitForTimeout(100);
  const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running').length);
  assert.equal(moving, 0);
});

test('colours that the system forces leave every state readable', async ({ page, database }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await signIn(page, product.OPERATOR);
  await go(page, product.operation(write(database, { status: 'running', live: {} })));
  assert.equal(await product.badge(page).evaluate((badge) => getComputedStyle(badge).borderStyle), 'solid');
  await axe(page);
});
