// A list on which nothing goes on still learns what others have started, at a slow rhythm and in one request with the unread count.
import assert from 'node:assert/strict';
import { go, signIn } from '../lib/browser.mjs';
import * as hub from '../lib/hub.mjs';
import { hide, pass, watch } from '../lib/patience.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { end, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

// The clock belongs to the whole context.
test.use({ stackOptions: { worker: false }, ownContext: true });
const MANAGER = 'manager@northwind.example';
const clear = (database) => database.sql("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = now() where status <> 'completed'");

test('case idle-list-never-looks: what others start is announced, on every tab and preset', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const polls = await watch(page);
  for (const query of ['', '?tab=active', '?tab=active&status=running', '?type=inventory.sync&from=0d']) {
    clear(database);
    await go(page, hub.HUB + query);
    polls.sent = 0;
    polls.bodies.length = 0;
    await pass(page, polls, 91);
    assert.equal(polls.sent, 3, `${query}: every 30 s, the unread count included`);
    for (const body of polls.bodies) {
      assert.ok(body.length <= 300, `${query}: ${body.length} bytes for nothing new`);
      assert.ok('unread' in JSON.parse(body), `${query}: in one request`);
    }
    const run = write(database, { status: 'running', live: {}, initiator: MANAGER, ago: 0 });
    await pass(page, polls, 30);
    await page.getByRole('link', { name: '1 new', exact: true }).click();
    await hub.rows(page).filter({ has: page.locator(`a[href$="${run}"]`) }).waitFor();
    end(database, run);
  }
});

test('case idle-list-never-looks: a hidden tab rests, and looks at once when it is shown', async ({ page, database }) => {
  clear(database);
  await signIn(page, product.OPERATOR);
  const polls = await watch(page);
  await go(page, hub.HUB);
  await hide(page, true);
  polls.sent = 0;
  await pass(page, polls, 120);
  assert.equal(polls.sent, 0);
  write(database, { status: 'running', live: {}, initiator: MANAGER, ago: 0 });
  await hide(page, false);
  await until('it looks at once', () => polls.sent >= 1);
  await page.getByRole('link', { name: '1 new', exact: true }).waitFor();
  clear(database);
});

test('the unread count goes on while the list is paused, and on every other page', async ({ page, database }) => {
  clear(database);
  await signIn(page, product.OPERATOR);
  const polls = await watch(page, /\/_fn\/notifications_poll/);
  await go(page, hub.HUB);
  await pass(page, polls, 61);
  assert.equal(polls.sent, 0, 'the list asks for it');
  await page.getByRole('button', { name: 'Pause' }).click();
  await pass(page, polls, 31);
  await until('the bell asks for itself', () => polls.sent >= 1);
  polls.sent = 1;
  await page.getByRole('button', { name: 'Pause' }).click();
  await pass(page, polls, 61);
  assert.equal(polls.sent, 1);
  await product.navigation(page).getByRole('link', { name: 'Overview' }).click();
  await product.heading(page, 'Overview').waitFor();
  await pass(page, polls, 31);
  assert.ok(polls.sent >= 2);
});

test('the tab Active says how many of its rows have ended', async ({ page, database }) => {
  clear(database);
  const run = write(database, { status: 'running', live: {} });
  await signIn(page, product.OPERATOR);
  const polls = await watch(page);
  await go(page, `${hub.HUB}?tab=active`);
  end(database, run);
  await pass(page, polls, 6);
  assert.equal(await hub.rows(page).count(), 1, 'nothing jumps');
  await page.getByRole('link', { name: '1 ended', exact: true }).click();
  await page.getByText('Nothing is queued or running').waitFor();
});
