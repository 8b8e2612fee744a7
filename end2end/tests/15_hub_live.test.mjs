// The hub while things happen: pausing, the title, paging while rows arrive, offline; and by keyboard.
import assert from 'node:assert/strict';
import { NARROW, axe, fits, go, screenshot, signIn } from '../lib/browser.mjs';
import { sleep, until } from '../lib/process.mjs';
import * as hub from '../lib/hub.mjs';
import { stand } from '../lib/patience.mjs';
import * as product from '../lib/product.mjs';
import { end, progress, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

// The clock belongs to the whole context.
test.use({ stackOptions: { worker: false }, ownContext: true });
const POLL = /\/_fn\/runs_poll\?/;
const MANAGER = 'manager@northwind.example';

/** A clock that only the test moves, and what the list asks for by itself. */
async function patient(page) {
  await signIn(page, product.OPERATOR);
  await page.clock.install();
  const polls = { sent: 0, open: 0 };
  page.on('request', (request) => POLL.test(request.url()) && ((polls.sent += 1), (polls.open += 1)));
  for (const event of ['requestfinished', 'requestfailed']) page.on(event, (request) => POLL.test(request.url()) && (polls.open -= 1));
  return polls;
}

async function pass(page, polls, seconds) {
  await page.clock.runFor(seconds * 1000);
  await sleep(30);
  await until('the answers are there', () => polls.open === 0);
  await sleep(30);
}

const rowOf = (page, run) => hub.rows(page).filter({ has: page.locator(`a[href$="${run}"]`) });
const clear = (database) => database.sql("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = now() where status <> 'completed'");

test('the viewer pauses the updates, and resumes them with a look at once', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, counts: { total: 10, processed: 1 } });
  const polls = await patient(page);
  await go(page, hub.HUB);
  const pause = page.getByRole('button', { name: 'Pause' });
  assert.equal(await pause.getAttribute('aria-pressed'), 'false');
  await pause.focus();
  await page.keyboard.press('Enter');
  await page.locator('button[aria-pressed=true]', { hasText: 'Pause' }).waitFor();
  await page.getByText('Paused', { exact: true }).waitFor();
  assert.ok(await pause.evaluate((button) => button === document.activeElement), 'the focus stays');
  polls.sent = 0;
  progress(database, run, { total: 10, processed: 5, succeeded: 5 });
  await pass(page, polls, 300);
  assert.equal(polls.sent, 0, 'nothing while it is paused');
  // Another filter, the same view of the page: still paused.
  await hub.tick(page, 'Tenant', 'Contoso');
  await page.waitForURL(/tenant=/);
  await rowOf(page, run).getByText('5 of 10 processed').waitFor();
  await page.getByText('Paused', { exact: true }).waitFor();
  await pass(page, polls, 60);
  assert.equal(polls.sent, 0, 'nor under another filter');
  await page.keyboard.press('Escape');
  progress(database, run, { total: 10, processed: 7, succeeded: 7 });
  await pause.click();
  await rowOf(page, run).getByText('7 of 10 processed').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  // Loading the page again is another view of it.
  await pause.click();
  await go(page, hub.HUB);
  await page.locator('button[aria-pressed=false]', { hasText: 'Pause' }).waitFor();
  clear(database);
});

test('the title tells how many of the runs that one waits for are done, wherever they are in the list', async ({ page, database }) => {
  const polls = await patient(page);
  const own = write(database, { status: 'running', live: {} });
  const joined = write(database, { status: 'running', live: {}, initiator: MANAGER, joined: product.OPERATOR, tenant: 'Fabrikam' });
  write(database, { status: 'running', live: {}, initiator: MANAGER, tenant: 'Adatum' });
  // A list that shows neither of them.
  await go(page, `${hub.HUB}?tab=failed`);
  const title = (text) => page.waitForFunction((text) => document.title === text, text);
  await title('(0/2 done) Operations · TenantAtlas');
  await stand(page);
  end(database, joined);
  await pass(page, polls, 5.1);
  await title('(1/2 done) Operations · TenantAtlas');
  end(database, own);
  await pass(page, polls, 5.1);
  await title('(2/2 done) Operations · TenantAtlas');
  polls.sent = 0;
  await pass(page, polls, 29);
  assert.equal(polls.sent, 0, 'nothing left to wait for');
  await page.clock.resume();
  await go(page, hub.HUB);
  await title('Operations · TenantAtlas');
  clear(database);
});

test('the tabs count again when a run has ended or come, and a poll with nothing new says next to nothing', async ({ page, database }) => {
  const runs = Array.from({ length: 12 }, () => write(database, { status: 'running', live: {}, counts: { total: 10, processed: 1 } }));
  const polls = await patient(page);
  await go(page, `${hub.HUB}?from=1d`);
  const count = async (tab) => Number((await page.getByRole('navigation', { name: 'Operations by state' }).getByRole('link', { name: new RegExp(`^${tab}`) }).locator('span').innerText()).replace(',', ''));
  const [active, succeeded, all] = [await count('Active'), await count('Succeeded'), await count('All')];
  const bodies = [];
  page.on('response', async (answer) => POLL.test(answer.url()) && bodies.push(await answer.text()));
  await pass(page, polls, 5.1);
  assert.equal(bodies.length, 1);
  assert.ok(bodies[0].length <= 300, `${bodies[0].length} bytes for twelve runs that stand as they stood`);
  progress(database, runs[0], { total: 10, processed: 6, succeeded: 6 });
  await pass(page, polls, 5.1);
  await rowOf(page, runs[0]).getByText('6 of 10 processed').waitFor();
  assert.deepEqual(JSON.parse(bodies[1]).rows.map((row) => row.id), [runs[0]], 'only what has changed');
  assert.equal(await count('Active'), active);
  end(database, runs[0]);
  write(database, { status: 'completed', outcome: 'succeeded', ago: 0 });
  await pass(page, polls, 5.1);
  assert.deepEqual([await count('Active'), await count('Succeeded'), await count('All')], [active - 1, succeeded + 2, all + 1]);
  clear(database);
});

test('offline is said, asked for less and less often, and over at once when the network is back', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, counts: { total: 10, processed: 1 } });
  const polls = await patient(page);
  await go(page, hub.HUB);
  page.expectErrors(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await pass(page, polls, 5.1);
  await page.getByText('Not up to date, trying again').waitFor();
  polls.sent = 0;
  await pass(page, polls, 60);
  assert.ok(polls.sent >= 3 && polls.sent <= 6, `it backs off: ${polls.sent} in a minute`);
  progress(database, run, { total: 10, processed: 4, succeeded: 4 });
  await page.context().setOffline(false);
  await rowOf(page, run).getByText('4 of 10 processed').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  clear(database);
});

test('no page skips or repeats a run while runs arrive', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const query = '?status=succeeded&type=inventory.sync,policy.sync';
  await go(page, hub.HUB + query);
  const before = database.rows(`select id from operation_runs where workspace_id = (select id from workspaces where slug = 'northwind') and outcome = 'succeeded'
    and type in ('inventory.sync', 'policy.sync') and created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc' - interval '30 d' order by created_at desc, id desc`);
  const seen = [];
  for (;;) {
    seen.push(...(await hub.shown(page)));
    // Some arrive above and, imported, somewhere below; what was there before must still come exactly once.
    write(database, { status: 'completed', outcome: 'succeeded', ago: 1 });
    write(database, { status: 'completed', outcome: 'succeeded', ago: 10 * 24 * 3600 + seen.length });
    const older = page.getByRole('link', { name: 'Older' });
    if ((await older.count()) === 0) break;
    const last = seen.at(-1);
    await older.click();
    await page.waitForFunction((id) => !document.querySelector(`a[href$="${id}"]`), last);
  }
  assert.equal(new Set(seen).size, seen.length, 'none twice');
  const known = new Set(before);
  assert.deepEqual(seen.filter((id) => known.has(id)), before, 'none left out, in the list\'s order');
});

test('a run whose worker is silent is marked', async ({ page, database }) => {
  const [silent, fresh] = [write(database, { status: 'running', live: {}, ago: 400 }), write(database, { status: 'running', live: {}, tenant: 'Fabrikam' })];
  database.sql(`update operation_run_live set heartbeat_at = now() - interval '5 min' where run_id = '${silent}'`);
  await signIn(page, product.OPERATOR);
  await go(page, `${hub.HUB}?tab=active`);
  await rowOf(page, silent).getByText('likely stale', { exact: true }).waitFor();
  assert.equal(await rowOf(page, fresh).getByText('likely stale').count(), 0);
  await axe(page);
  await screenshot(page, 'hub-stale', { fullPage: false });
  clear(database);
});

test('by keyboard: / j k Enter ? and what they leave alone', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  const ids = await hub.shown(page);
  const here = () => page.evaluate(() => document.activeElement.getAttribute('href')?.split('/').pop() ?? document.activeElement.id);
  await page.keyboard.press('j');
  assert.equal(await here(), ids[0]);
  for (const [key, at] of [['j', 1], ['j', 2], ['k', 1], ['k', 0], ['k', 0]]) {
    await page.keyboard.press(key);
    assert.equal(await here(), ids[at], `${key} to ${at}`);
  }
  await page.keyboard.press('/');
  assert.equal(await here(), 'filter-q');
  await page.keyboard.type('j/k?');
  assert.equal(await hub.search(page).inputValue(), 'j/k?', 'typed, not obeyed');
  await page.waitForURL(/q=/);
  await hub.search(page).fill('');
  await page.waitForURL((url) => url.search === '');
  await hub.rows(page).first().waitFor();

  await product.heading(page, 'Operations').click();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  await axe(page);
  await screenshot(page, 'hub-shortcuts', { fullPage: false });
  await page.keyboard.press('j');
  assert.ok(await dialog.evaluate((dialog) => dialog.contains(document.activeElement)), 'the focus stays within');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(await page.getByRole('button', { name: 'Keyboard shortcuts' }).evaluate((button) => button === document.activeElement), 'the focus is given back');

  const first = (await hub.shown(page))[0];
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${product.operation(first)}`);
});

test('nothing moves while the page loads, updates, and says what is new', async ({ page, database }) => {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((entries) => entries.getEntries().forEach((entry) => {
      if (!entry.hadRecentInput) window.shifts.push(`${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120)).join(' | ')}`);
    })).observe({ type: 'layout-shift', buffered: true });
  });
  const run = write(database, { status: 'running', live: {}, counts: { processed: 0 } });
  const polls = await patient(page);
  for (const viewport of [{ width: 2560, height: 1300 }, { width: 1440, height: 900 }, { width: 720, height: 450 }, { width: 400, height: 800 }]) {
    await page.setViewportSize(viewport);
    await go(page, hub.HUB);
    await fits(page);
    progress(database, run, { total: 100, processed: viewport.width % 97, succeeded: 1 });
    await pass(page, polls, 5.1);
    await rowOf(page, run).getByText(`${viewport.width % 97} of 100 processed`).waitFor();
    const fresh = write(database, { status: 'completed', outcome: 'succeeded', ago: 0 });
    await pass(page, polls, 5.1);
    await page.getByRole('link', { name: /^\d+ new$/ }).waitFor();
    assert.equal(await rowOf(page, fresh).count(), 0);
    await sleep(200);
    const shifts = await page.evaluate(() => window.shifts);
    assert.deepEqual(shifts, [], `at ${viewport.width} px: ${shifts.join('; ')}`);
  }
  clear(database);
});

test('every column has room in every window', async ({ page, database }) => {
  write(database, { status: 'running', live: { waiting: 300 } });
  await signIn(page, product.OPERATOR);
  for (const width of [768, 1024, 1279, 1280, 1366, 1439, 1440, 1536, 1791, 1792, 1920, 2560]) {
    await page.setViewportSize({ width, height: 800 });
    await go(page, hub.HUB);
    await fits(page);
    const columns = await product.hubTable(page).getByRole('columnheader').evaluateAll((heads) => heads.map((head) => {
      const { width, height } = head.getBoundingClientRect();
      return [head.innerText, Math.round(width), Math.round(height)];
    }));
    for (const [name, room, height] of columns) assert.ok(room >= 86 && height < 44, `${name} at ${width} px: ${room} × ${height} px`);
    const badge = hub.rows(page).first().locator('.badge');
    assert.ok(await badge.evaluate((badge) => badge.getBoundingClientRect().right <= badge.closest('td').getBoundingClientRect().right), `the longest state at ${width} px`);
  }
  clear(database);
});

test('a card has room for the name of its operation, whoever started it', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: { waiting: 300 } });
  const named = (name) => database.sql(`update actors set name = ${name} where email = '${product.OPERATOR}'`);
  named(`'${'Olga '.repeat(20)}'`);
  await signIn(page, product.OPERATOR);
  for (const width of [320, 400, 640, 767]) {
    await page.setViewportSize({ width, height: 800 });
    await go(page, hub.HUB);
    await fits(page);
    const row = rowOf(page, run);
    await row.getByText('Waiting for Microsoft Graph').waitFor();
    const clipped = await row.evaluate((row) => [row.querySelector('th a'), row.querySelector('.badge')].map((shown) => {
      const [inner, outer] = [shown.getBoundingClientRect(), shown.closest('th, td').getBoundingClientRect()];
      return `${shown.innerText}: ${Math.round(inner.width)} of ${Math.round(outer.width)} px`.replace('\n', ' ') + (inner.width > outer.width + 1 ? ', clipped' : '');
    }));
    if (width >= 400) assert.ok(clipped.every((text) => !text.endsWith('clipped')), `at ${width} px: ${clipped.join('; ')}`);
    else assert.ok(await row.locator('th a').evaluate((name) => name.closest('th').getBoundingClientRect().width > 60), `at ${width} px: ${clipped.join('; ')}`);
  }
  named('(select name from users u where u.id = actors.id)');
  clear(database);
});

test('wide, narrow and in both themes: pictures of the list', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  write(database, { status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, counts: { total: 340, processed: 120, succeeded: 120 } });
  write(database, { status: 'running', live: { waiting: 300 }, tenant: 'Fabrikam', ago: 200 });
  write(database, { tenant: 'Adatum', ago: 5 });
  await go(page, hub.HUB);
  await screenshot(page, 'hub-list', { viewports: { 400: { width: 400, height: 800 }, 720: { width: 720, height: 450 }, 1440: { width: 1440, height: 900 }, 2560: { width: 2560, height: 1300 } }, fullPage: false });
  await axe(page);
  await page.setViewportSize(NARROW);
  await hub.tick(page, 'Status', ['Failed', 'Running']);
  await page.waitForURL(/status=/);
  await screenshot(page, 'hub-fields', { viewports: { 400: NARROW }, fullPage: false });
  await axe(page);
  clear(database);
});
