// The bell and its count, the list, and many runs of one cause as one entry.
import assert from 'node:assert/strict';
import { NARROW, axe, go, screenshot, signIn } from '../lib/browser.mjs';
import { quote } from '../lib/database.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const MANAGER = 'manager@northwind.example';

/** Ends of runs that somebody is told of, as the ledger writes them; noon of today, so that all are of one day. */
function tell(database, email, count, { type = 'inventory.sync', tenant = 'Contoso', outcome = 'failed', reason = 'graph.throttled', minutes = 0 } = {}) {
  database.sql(`insert into notifications (id, user_id, workspace_id, tenant_id, run_id, kind, type, target, outcome, reason_code, counts, created_at)
    select (left(uuid_at(at)::text, 19) || right(gen_random_uuid()::text, 17))::uuid, u.id, t.workspace_id, t.id, gen_random_uuid(), 'completed', ${quote(type)},
      t.name, ${quote(outcome)}, ${reason ? quote(reason) : 'null'}, '{}', at
    from users u, tenants t, generate_series(1, ${count}) n,
      lateral (select date_trunc('day', now(), 'UTC') + interval '12 hours' - make_interval(mins => ${minutes}, secs => n) as at) a
    where u.email = ${quote(email)} and t.name = ${quote(tenant)}`);
}

const unread = (page) => product.navigation(page).getByText(/^\d+\+? unread$/);
const entries = (page) => page.getByRole('main').getByRole('list').first().locator(':scope > li');

test('one cause that hit many runs is one entry, opened and marked at once, with and without JavaScript', async ({ page, another, database }) => {
  database.sql('delete from notifications');
  tell(database, MANAGER, 12);
  tell(database, MANAGER, 2, { type: 'policy.sync', minutes: 5 });
  tell(database, MANAGER, 1, { outcome: 'succeeded', reason: null, minutes: 10 });
  await signIn(page, MANAGER);
  await go(page, '/admin/notifications');
  await unread(page).getByText('15 unread').waitFor();
  assert.equal(await entries(page).count(), 4);
  const group = entries(page).first();
  assert.match(await group.innerText(), /Failed[^]*Inventory sync — 12 runs, Microsoft Graph throttled/);
  assert.equal(await group.getByRole('link', { name: 'View run' }).count(), 0, 'folded away');
  await axe(page);
  await group.getByText('Show 12 runs').click();
  assert.equal(await group.getByRole('link', { name: 'View run' }).count(), 12);
  await axe(page);
  await screenshot(page, 'notifications-group');
  assert.match(await entries(page).nth(1).innerText(), /Policy sync, Contoso[^]*Microsoft Graph throttled/);

  await group.getByRole('button', { name: 'Mark group as read' }).click();
  await unread(page).getByText('3 unread').waitFor();
  // The number and the list are asked for at the same time, and come in any order.
  await group.getByRole('button', { name: 'Mark group as read' }).waitFor({ state: 'detached' });

  const plain = await another({ javaScriptEnabled: false });
  tell(database, MANAGER, 3, { type: 'drift.generate', reason: 'permission.missing', minutes: 20 });
  await signIn(plain, MANAGER);
  await go(plain, '/admin/notifications');
  await unread(plain).getByText('6 unread').waitFor();
  const drift = entries(plain).filter({ hasText: 'Drift generation — 3 runs, Permission missing' });
  await drift.getByText('Show 3 runs').click();
  assert.equal(await drift.getByRole('link', { name: 'View run' }).count(), 3);
  await drift.getByRole('button', { name: 'Mark group as read' }).click();
  await unread(plain).getByText('3 unread').waitFor();
  await plain.getByRole('button', { name: 'Mark as read Policy sync, Contoso' }).first().click();
  await unread(plain).getByText('2 unread').waitFor();
  await plain.getByRole('button', { name: 'Mark all as read' }).click();
  await plain.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' });
  assert.equal(await unread(plain).count(), 0);
  assert.equal(database.sql('select count(*) from notifications where read_at is null'), '0');
});

test('the count is bounded, and on narrow pages it is on the bell', async ({ page, database }) => {
  database.sql('delete from notifications');
  tell(database, product.OPERATOR, 130, { outcome: 'succeeded', reason: null });
  await signIn(page, product.OPERATOR);
  await unread(page).getByText('99+ unread').waitFor();
  await page.setViewportSize(NARROW);
  const bell = page.getByRole('banner').getByRole('link', { name: /^Notifications\s+99\+ unread$/ });
  await bell.waitFor();
  await axe(page, ['light']);
  await screenshot(page, 'bell', { viewports: { 400: NARROW }, fullPage: false });
  await page.setViewportSize(NARROW);
  await bell.click();
  await product.heading(page, 'Notifications').waitFor();
  // The heading is there before the list.
  await entries(page).first().waitFor();
  const names = [];
  for (;;) {
    names.push(...(await entries(page).getByRole('link').evaluateAll((links) => links.map((link) => link.href))));
    const more = page.getByRole('link', { name: 'More' });
    if ((await more.count()) === 0) break;
    await more.click();
    await page.locator(`main a[href="${new URL(names.at(-1)).pathname}"]`).waitFor({ state: 'detached' });
  }
  assert.equal(new Set(names).size, 130);
  assert.equal(names.length, 130);
});

test.describe(() => {
  // Its clock is stopped.
  test.use({ ownContext: true });

  test('the count keeps itself up to date, and that keeps no session alive', async ({ page, database }) => {
    database.sql('delete from notifications');
    await page.clock.install();
    await signIn(page, product.OPERATOR);
    await go(page, '/admin/notifications');
    await page.getByText('No notifications').waitFor();
    tell(database, product.OPERATOR, 2);
    await go(page, '/admin/notifications');
    await unread(page).getByText('2 unread').waitFor();
    const seen = () => database.sql("select last_seen_at from sessions s join users u on u.id = s.user_id where u.email = 'operator@northwind.example' order by last_seen_at desc limit 1");
    const before = seen();
    tell(database, product.OPERATOR, 1, { minutes: 1 });
    const polled = page.waitForResponse((answer) => answer.url().includes('/_fn/notifications_poll'));
    await page.clock.runFor(31_000);
    assert.equal((await polled).status(), 200);
    await unread(page).getByText('3 unread').waitFor();
    assert.equal(seen(), before, 'a poll is no sign of a person');
    assert.equal(await entries(page).count(), 2, 'nothing moves by itself');
    await page.getByRole('button', { name: 'Show new notifications' }).click();
    await entries(page).getByText('Inventory sync — 3 runs').first().waitFor();
  });
});

test('r08 what access was lost to is neither listed nor counted', async ({ page, database }) => {
  database.sql('delete from notifications');
  tell(database, 'operator-fabrikam@northwind.example', 2, { tenant: 'Fabrikam' });
  tell(database, 'operator-fabrikam@northwind.example', 5, { tenant: 'Contoso' });
  await signIn(page, 'operator-fabrikam@northwind.example');
  await go(page, '/admin/notifications');
  await unread(page).getByText('2 unread').waitFor();
  assert.equal(await entries(page).count(), 2);
  assert.doesNotMatch(await page.getByRole('main').innerText(), /Contoso/);
});
