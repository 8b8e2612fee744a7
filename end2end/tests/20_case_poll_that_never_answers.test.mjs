// Requests that are lost: the page says that it is not up to date, gives up in the end, and asks again; it blames nobody else.
import assert from 'node:assert/strict';
import { go, signIn } from '../lib/browser.mjs';
import * as hub from '../lib/hub.mjs';
import { hide, pass, tell, watch } from '../lib/patience.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { end, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

// The clock belongs to the whole context.
test.use({ stackOptions: { worker: false }, ownContext: true });
const RUN = /\/_fn\/run_poll\?/;
const LIST = /\/_fn\/runs_poll\?/;
const rowOf = (page, run) => hub.rows(page).filter({ has: page.locator(`a[href$="${run}"]`) });
const clear = (database) => database.sql("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = now() where status <> 'completed'");

test('case poll-that-never-answers: the run page says so, gives up after 15 s and asks again', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 3 });
  database.sql(`update operation_run_live set heartbeat_at = now() where run_id = '${run}'`);
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, RUN);
  await go(page, product.operation(run));
  await until('nothing is under way', () => polls.open === 0);
  polls.hold = true;
  polls.sent = 0;
  await pass(page, polls, 2);
  assert.equal(polls.open, 1);
  end(database, run);
  await pass(page, polls, 4);
  await page.getByText('Not up to date, still waiting', { exact: true }).waitFor();
  await page.getByText(/^\(updated \d+ s ago\)$/).waitFor();
  assert.equal(polls.sent, 1, 'never two at a time');
  await pass(page, polls, 10.5);
  // A page that hears nothing says nothing about the worker.
  assert.match(await page.getByText(/The worker was last heard of/).innerText(), /last heard of (just now|\d+ s ago)\./);
  polls.hold = false;
  await pass(page, polls, 6);
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
  assert.equal(polls.most, 1, 'the first was broken off before the second was made');
  assert.equal(polls.sent, 2);
});

test('case poll-that-never-answers: focus, a visible tab and the network coming back ask at once, whatever hangs', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, RUN);
  for (const wake of [(page) => tell(page, 'focus'), (page) => tell(page, 'online'), async (page) => (await hide(page, true), await hide(page, false))]) {
    const run = write(database, { status: 'running', live: {}, ago: 3 });
    await go(page, product.operation(run));
    polls.hold = true;
    await pass(page, polls, 4);
    assert.equal(polls.open, 1);
    polls.hold = false;
    polls.most = 1;
    end(database, run);
    await wake(page);
    // Without a tick of the clock.
    await product.badge(page).getByText('Succeeded', { exact: true }).waitFor();
    assert.equal(polls.most, 1);
  }
});

test('case poll-that-never-answers: the same on the list, and as often as it happens', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 90 });
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, LIST);
  await go(page, hub.HUB);
  polls.hold = true;
  await pass(page, polls, 9);
  await page.getByText('Not up to date, still waiting', { exact: true }).waitFor();
  end(database, run);
  await pass(page, polls, 12);
  await page.getByText('Not up to date, trying again', { exact: true }).waitFor();
  await pass(page, polls, 60);
  assert.ok(polls.sent >= 3 && polls.sent <= 5, `again and again, more and more rarely: ${polls.sent}`);
  assert.equal(polls.most, 1);
  polls.hold = false;
  await tell(page, 'online');
  await rowOf(page, run).getByText('Succeeded', { exact: true }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  clear(database);
});

test('case poll-that-never-answers: the unread count, and the page that starts something', async ({ page, database }) => {
  const run = write(database, { status: 'running', live: {}, ago: 3 });
  await signIn(page, product.OPERATOR);
  const polls = await watch(page);
  await go(page, product.inventory(database.tenant('Contoso')));
  polls.hold = true;
  await pass(page, polls, 40);
  await page.getByText(/^Not up to date/).waitFor();
  end(database, run);
  const before = polls.held.filter((route) => route.request().url().includes('notifications_poll')).length;
  assert.equal(before, 1);
  await pass(page, polls, 12);
  const after = polls.held.filter((route) => route.request().url().includes('notifications_poll')).length;
  assert.equal(after, 2, 'given up, and asked again');
  polls.hold = false;
  await tell(page, 'online');
  await page.getByRole('region', { name: 'Latest sync' }).getByText('Succeeded', { exact: true }).waitFor();
});

test('case poll-that-never-answers: a start whose answer is lost has its own words, and pressing again is safe', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, /\/_fn\/start_inventory_sync/);
  await go(page, product.inventory(database.tenant('Fabrikam')));
  const count = () => Number(database.sql("select count(*) from operation_runs r join tenants t on t.id = r.tenant_id where t.name = 'Fabrikam' and not r.demo"));
  polls.hold = true;
  await page.getByRole('button', { name: 'Sync now' }).click();
  await until('it is sent', () => polls.held.length === 1);
  await pass(page, polls, 14);
  assert.equal(await page.getByText('Not known whether it started').count(), 0);
  await pass(page, polls, 2);
  await page.getByRole('alert').getByText(/^Not known whether it started: the server did not answer\. Press Sync now again/).waitFor();
  // It had arrived, only the answer was lost.
  polls.hold = false;
  const [lost] = polls.held;
  await page.evaluate(async ([url, body]) => void (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' } })), [lost.request().url(), lost.request().postData()]);
  assert.equal(count(), 1);
  await page.getByRole('button', { name: 'Sync now' }).click();
  await product.toast(page).getByRole('link', { name: 'View run' }).waitFor();
  await page.getByText('Not known whether it started').waitFor({ state: 'detached' });
  assert.equal(count(), 1, 'one form is one start');
  clear(database);
});

test('case poll-that-never-answers: offline, a start does not promise to be tried again', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  await go(page, product.inventory(database.tenant('Adatum')));
  page.expectErrors(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Sync now' }).click();
  const alert = page.getByRole('alert').getByText(/^Not known whether it started/);
  await alert.waitFor();
  assert.doesNotMatch(await alert.innerText(), /by itself/);
  await page.context().setOffline(false);
  await product.syncNow(page);
  await alert.waitFor({ state: 'detached' });
  clear(database);
});

test('case poll-that-never-answers: a page that is never answered is given up as well', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, /\/_fn\/notifications\?/);
  await go(page, hub.HUB);
  polls.hold = true;
  await product.navigation(page).getByRole('link', { name: 'Notifications' }).click();
  await until('it is asked for', () => polls.held.length === 1);
  await pass(page, polls, 16);
  await page.getByRole('alert').getByText('This could not be loaded').waitFor();
  polls.hold = false;
  await pass(page, polls, 6);
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await product.heading(page, 'Notifications').waitFor();
});
