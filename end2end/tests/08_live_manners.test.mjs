// DESIGN §6: when a page asks, when it does not, and what stays as it was. The page's clock is the test's.
import assert from 'node:assert/strict';
import { go, signIn } from '../lib/browser.mjs';
import { session } from '../lib/http.mjs';
import { sleep, until } from '../lib/process.mjs';
import { stand } from '../lib/patience.mjs';
import * as product from '../lib/product.mjs';
import { begin, end, progress, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

// The clock belongs to the whole context.
test.use({ stackOptions: { worker: false }, ownContext: true });
const POLL = /\/_fn\/(runs_poll|run_poll|run)\?/;

/** Signs in with a clock that only the test moves, and counts what the page asks for by itself. */
async function patient(page) {
  await signIn(page, product.OPERATOR);
  await page.clock.install();
  const polls = { sent: 0, open: 0, most: 0 };
  const ended = new Set();
  page.on('request', async (request) => {
    if (!POLL.test(request.url())) return;
    polls.sent += 1;
    polls.open += 1;
    // Of one that is broken off for another, it is told a moment after the other one has begun.
    await sleep(20);
    polls.most = Math.max(polls.most, polls.open);
  });
  for (const event of ['requestfinished', 'requestfailed'])
    page.on(event, (request) => {
      if (!POLL.test(request.url()) || ended.has(request)) return;
      ended.add(request);
      polls.open -= 1;
    });
  return polls;
}

/** Lets time pass until the page has asked, and the answer is there. */
async function asks(page, polls) {
  const before = polls.sent;
  for (let step = 0; polls.sent === before; step += 1) {
    assert.ok(step < 300, 'the page asks within half a minute');
    await page.clock.runFor(100);
    await sleep(5);
  }
  await until('the answer is there', () => polls.open === 0);
  await sleep(30);
}

/** Lets the page's clock run, and then what came of it arrive. */
async function pass(page, polls, seconds) {
  await page.clock.runFor(seconds * 1000);
  await sleep(30);
  await until('the answers are there', () => polls.open === 0);
  await sleep(30);
}

async function hide(page, hidden) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

const rowOf = (page, run) => product.hubTable(page).getByRole('row').filter({ has: page.locator(`a[href$="${run}"]`) });

test('focus, scroll and every node of a row are kept across 20 updates', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, counts: { total: 100, processed: 0 } });
  const polls = await patient(page);
  await go(page, '/admin/operations');
  const link = rowOf(page, run).getByRole('link');
  await link.focus();
  await page.evaluate(() => {
    document.querySelectorAll('tbody tr').forEach((row, at) => (row.marked = at));
    scrollTo(0, 120);
  });
  for (let step = 1; step <= 20; step += 1) {
    progress(database, run, { total: 100, processed: step * 5, succeeded: step * 5 });
    await pass(page, polls, 5);
    await rowOf(page, run).getByText(`${step * 5} of 100 processed`).waitFor();
  }
  assert.equal(polls.sent, 20, 'one request every five seconds');
  assert.ok(await link.evaluate((link) => link === document.activeElement), 'the focus');
  assert.equal(await page.evaluate(() => scrollY), 120, 'the scroll position');
  assert.ok(await page.evaluate(() => [...document.querySelectorAll('tbody tr')].every((row, at) => row.marked === at)), 'the nodes');
  end(database, run);
});

test('a page asks more rarely the older the run is, and not any more when it has ended', async ({ page, database }) => {
  const polls = await patient(page);
  for (const [ago, pause] of [[3, 1], [20, 5], [90, 10]]) {
    const run = write(database, { status: 'running', live: {}, ago });
    await go(page, product.operation(run));
    await product.badge(page).getByText('Running', { exact: true }).waitFor();
    await stand(page);
    await asks(page, polls);
    polls.sent = 0;
    await pass(page, polls, pause - 0.1);
    assert.equal(polls.sent, 0, `nothing before ${pause} s`);
    await pass(page, polls, 0.2);
    assert.equal(polls.sent, 1, `one after ${pause} s`);
    end(database, run);
    await pass(page, polls, pause + 0.1);
    await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
    polls.sent = 0;
    await pass(page, polls, 120);
    assert.equal(polls.sent, 0, 'nothing once it has ended');
    assert.match(await page.locator('main [role=status]').first().textContent(), /Inventory sync, Contoso: Succeeded/, 'announced in one polite line');
    await page.clock.resume();
  }
});

test('the list asks rarely when everything in it has ended: others may start something', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {} });
  const polls = await patient(page);
  await go(page, '/admin/operations');
  await stand(page);
  await asks(page, polls);
  end(database, run);
  await pass(page, polls, 5.1);
  await rowOf(page, run).getByText('Succeeded', { exact: true }).waitFor();
  for (let time = 0; time < 3; time += 1) {
    polls.sent = 0;
    await pass(page, polls, 29);
    assert.equal(polls.sent, 0);
    await pass(page, polls, 1.1);
    assert.equal(polls.sent, 1);
  }
});

test('a hidden tab asks for nothing, and looks once when it is shown again', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 3 });
  const polls = await patient(page);
  for (const path of ['/admin/operations', product.operation(run)]) {
    await go(page, path);
    await pass(page, polls, 5.1);
    assert.ok(polls.sent >= 1, path);
    await hide(page, true);
    await page.getByText('Paused', { exact: true }).waitFor();
    polls.sent = 0;
    await pass(page, polls, 600);
    assert.equal(polls.sent, 0, `${path}, hidden`);
    await hide(page, false);
    await until('it looks at once', () => polls.sent === 1);
    await page.getByText('Live', { exact: true }).waitFor();
  }
  end(database, run);
});

test('requests never overlap, however slow the answers are', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 3 });
  const polls = await patient(page);
  await page.route(POLL, async (route) => (await sleep(400), route.continue()));
  await go(page, product.operation(run));
  polls.most = 0;
  for (let second = 0; second < 12; second += 1) await page.clock.runFor(1000);
  await hide(page, true);
  await hide(page, false);
  await page.clock.runFor(1000);
  await pass(page, polls, 1);
  assert.equal(polls.most, 1);
  await page.unroute(POLL);
  end(database, run);
});

test('what is new is announced in a banner and never put above the reader', async ({ page, stack, database }) => {
  const run = write(database, { status: 'running', live: {} });
  const polls = await patient(page);
  await go(page, '/admin/operations');
  const rows = product.hubTable(page).getByRole('row');
  const before = await rows.allInnerTexts();
  const cookie = await session(stack, 'manager@northwind.example');
  const fresh = await product.started(stack, cookie, { tenant: 'Fabrikam' });
  await product.started(stack, cookie, { tenant: 'Adatum' });
  await pass(page, polls, 5.1);
  const banner = page.getByRole('link', { name: '2 new' });
  await banner.waitFor();
  assert.equal(await rows.count(), before.length);
  assert.equal(await rowOf(page, fresh).count(), 0);
  await page.evaluate(() => (window.stayed = true));
  await banner.click();
  await rowOf(page, fresh).waitFor();
  await banner.waitFor({ state: 'detached' });
  assert.ok(await page.evaluate(() => window.stayed));
  end(database, run);
  database.sql("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = now() where status <> 'completed'");
});

test('offline is said, asked for less and less often, and over at once when the network is back', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 3 });
  const polls = await patient(page);
  await go(page, product.operation(run));
  page.expectErrors(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await pass(page, polls, 1.1);
  await page.getByText('Not up to date, trying again').waitFor();
  polls.sent = 0;
  await pass(page, polls, 60);
  assert.ok(polls.sent >= 3 && polls.sent <= 6, `it backs off: ${polls.sent} in a minute`);
  progress(database, run, { total: 10, processed: 4, succeeded: 4 });
  await page.context().setOffline(false);
  await page.getByText('4 of 10 processed').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  end(database, run);
});

test('polling ends with the page, and does not keep a session alive', async ({ page, database }) => {
  const run = write(database, { status: 'queued', ago: 3 });
  const polls = await patient(page);
  await go(page, product.operation(run));
  database.sql("update sessions set last_seen_at = now() - interval '2 h'");
  begin(database, run);
  await pass(page, polls, 1.1);
  await product.badge(page).getByText('Running', { exact: true }).waitFor();
  assert.equal(database.sql("select count(*) from sessions where last_seen_at > now() - interval '1 h' and user_id = (select id from users where email = 'operator@northwind.example')"), '0');
  await product.navigation(page).getByRole('link', { name: 'Notifications' }).click();
  await product.heading(page, 'Notifications').waitFor();
  polls.sent = 0;
  await pass(page, polls, 60);
  assert.equal(polls.sent, 0);

  await go(page, product.operation(run));
  page.expectErrors(/status of 401/);
  database.sql("update sessions set expires_at = now() - interval '1 s'");
  await pass(page, polls, 1.1);
  await page.getByText('Signed out, not updating').waitFor();
  polls.sent = 0;
  await pass(page, polls, 120);
  assert.equal(polls.sent, 0);
  end(database, run);
});
