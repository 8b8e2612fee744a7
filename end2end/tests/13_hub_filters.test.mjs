// The hub's filters: each alone, "not", several, chips, presets, the address as the only state; with and without JavaScript.
import assert from 'node:assert/strict';
import { axe, fits, go, hydrated, screenshot, signIn } from '../lib/browser.mjs';
import { quote } from '../lib/database.mjs';
import { randomId } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { trim, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const TOOK = "workspace_id = (select id from workspaces where slug = 'northwind') and created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc' - interval '30 d'";
/** Runs that a condition matches within the default window; the operator holds no key for one type. */
const matching = (database, and) =>
  Number(database.sql(`select count(*) from operation_runs r where ${TOOK} and type <> 'retention.prune' and ${and}`));
/** The number on the tab All: bounded, so compared as it is written. */
const total = async (page) => (await page.getByRole('navigation', { name: 'Operations by state' }).getByRole('link', { name: /^All/ }).innerText()).split('\n').pop();
const bounded = (count) => (count > 1000 ? '1,000+' : String(count).replace(/^(\d)(\d{3})$/, '$1,$2'));
const query = (page) => decodeURIComponent(new URL(page.url()).search);

/** What each filter is called, what to tick, what then stands in the address, its chip, and what that is in the database. */
const FILTERS = (database) => [
  ['Status', ['Partially succeeded', 'Failed'], 'status=partial,failed', 'Status: Partially succeeded, Failed', "outcome in ('failed', 'partially_succeeded')"],
  ['Type', ['Inventory sync'], 'type=inventory.sync', 'Type: Inventory sync', "type = 'inventory.sync'"],
  ['Tenant', ['Contoso', 'Fabrikam'].sort(), `tenant=${['Contoso', 'Fabrikam'].map((name) => database.tenant(name)).join()}`, 'Tenant: Contoso, Fabrikam',
    "tenant_id in (select id from tenants where name in ('Contoso', 'Fabrikam'))"],
  ['Origin', ['Schedule'], 'origin=schedule', 'Origin: Schedule', "origin = 'schedule'"],
  ['Started by', ['me', 'the system'], 'initiator=me,system', 'Started by: me, the system',
    `(initiator_id is null or initiator_id = (select id from users where email = ${quote(product.OPERATOR)}))`],
];

test('every filter applies as it changes, alone and as "not", and the number agrees with the database', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  for (const [name, choices, address, chip, sql] of FILTERS(database)) {
    await go(page, hub.HUB);
    await hub.tick(page, name, choices);
    await page.waitForURL((url) => decodeURIComponent(url.search) === `?${address}`);
    await hub.chips(page).getByText(chip, { exact: true }).waitFor();
    await page.waitForFunction((words) => [...document.querySelectorAll('main a[aria-current=page]')].some((tab) => tab.innerText.endsWith(words)), bounded(matching(database, sql)));
    assert.ok((await hub.rows(page).count()) > 0, name);
    // The box that was ticked has the focus still, and what is open is open.
    assert.ok(await hub.popover(page, name).getByLabel(choices.at(-1), { exact: true }).evaluate((box) => box === document.activeElement), name);

    await hub.tick(page, name, 'Is not');
    const not = address.replace('=', '=!');
    await page.waitForURL((url) => decodeURIComponent(url.search) === `?${not}`);
    await hub.chips(page).getByText(chip.replace(': ', ': not '), { exact: true }).waitFor();
    const others = bounded(matching(database, `(${sql}) is not true`));
    await page.waitForFunction((words) => [...document.querySelectorAll('main a[aria-current=page]')].some((tab) => tab.innerText.endsWith(words)), others);
    await page.keyboard.press('Escape');
    assert.equal(await hub.popover(page, name).getAttribute('open'), null, 'Escape closes it');
    await page.getByRole('link', { name: `Remove filter ${chip.replace(': ', ': not ')}` }).click();
    await page.waitForURL((url) => url.search === '');
    await until(`${name}: no tick is left`, async () => (await hub.popover(page, name).getByRole('checkbox', { checked: true, includeHidden: true }).count()) === 0);
  }
});

test('people who appear are offered by name, and nobody else', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const names = database.rows(`select distinct u.name from operation_runs r join users u on u.id = r.initiator_id
    where r.workspace_id = (select id from workspaces where slug = 'northwind') order by 1`);
  const offered = await (await hub.open(page, 'Started by')).getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => box.closest('label').innerText.trim()));
  assert.deepEqual(offered, ['Is not', 'me', 'the system', ...names]);
  await hub.tick(page, 'Started by', names[0]);
  await hub.chips(page).getByText(`Started by: ${names[0]}`, { exact: true }).waitFor();
  await page.waitForFunction((name) => [...document.querySelectorAll('main tbody tr')].every((row) => row.innerText.includes(name)), names[0]);
});

test('periods: the usual ones, days from and to, and what is wrong with one', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  await hub.open(page, 'Period');
  await page.getByRole('link', { name: 'Last 7 days' }).click();
  await page.waitForURL((url) => decodeURIComponent(url.search) === '?from=7d&zone=Europe/Berlin');
  await hub.chips(page).getByText('Last 7 days', { exact: true }).waitFor();
  // A filter on top keeps it.
  await hub.tick(page, 'Status', 'Failed');
  await page.waitForURL((url) => decodeURIComponent(url.search) === '?status=failed&from=7d&zone=Europe/Berlin');
  const days = database.rows("select to_char(now() at time zone 'utc' - d * interval '1 d', 'YYYY-MM-DD') from unnest(array[5, 3]) d");
  await hub.open(page, 'Period');
  await page.getByLabel('From', { exact: true }).fill(days[0]);
  await page.waitForURL((url) => url.searchParams.get('from') === days[0]);
  await page.getByLabel('To', { exact: true }).fill(days[1]);
  await page.waitForURL((url) => url.searchParams.get('to') === days[1]);
  await hub.chips(page).getByText(`${days[0]} to ${days[1]}`, { exact: true }).waitFor();
  const expected = database.sql(`select count(*) from operation_runs where workspace_id = (select id from workspaces where slug = 'northwind') and outcome = 'failed'
     and type <> 'retention.prune' and created_at >= '${days[0]}'::timestamp at time zone 'Europe/Berlin' and created_at < ('${days[1]}'::timestamp + interval '1 d') at time zone 'Europe/Berlin'`);
  await page.waitForFunction((words) => document.querySelector('main a[aria-current=page]').innerText.endsWith(words), expected);
  // Unreadable, and kept as such by everything else that is ticked, until a day is given instead.
  await go(page, `${hub.HUB}?from=yesterday`);
  await hub.tick(page, 'Status', 'Failed');
  await page.waitForURL(/\?status=failed&from=yesterday$/);
  await page.getByText('Nothing can match').waitFor();
  await hub.open(page, 'Period');
  await page.getByLabel('From', { exact: true }).fill(days[0]);
  await page.getByText('Nothing can match').waitFor({ state: 'detached' });
  assert.equal(query(page), `?status=failed&from=${days[0]}&zone=Europe/Berlin`);
});

test('presets are filters with a name, and say which one is shown', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  const current = () => hub.views(page).locator('a[aria-current]').allInnerTexts();
  assert.deepEqual(await current(), ['All operations']);
  for (const [name, address] of [['Failed today', '?tab=failed&from=0d&zone=Europe/Berlin'], ['Mine', '?initiator=me'], ['Running', '?tab=active&status=running']]) {
    await hub.views(page).getByRole('link', { name, exact: true }).click();
    await page.waitForURL((url) => decodeURIComponent(url.search) === address);
    await until(`"${name}" is the current one`, async () => (await current()).join() === name);
    // The same link from somebody else's mail.
    await go(page, `${hub.HUB}${address}`);
    assert.deepEqual(await current(), [name]);
  }
});

test('back, forward, reload and a shared link show the same; a cursor is no part of a filter', async ({ page, another }) => {
  await signIn(page, product.OPERATOR);
  await hub.tick(page, 'Status', 'Succeeded');
  await page.waitForURL(/status=succeeded/);
  await page.keyboard.press('Escape');
  // The list from before stands until the next one is there.
  await until('only those that succeeded are listed', async () => (await hub.rows(page).filter({ hasNotText: 'Succeeded' }).count()) === 0 && (await hub.rows(page).count()) > 0);
  const first = await hub.shown(page);
  await page.getByRole('link', { name: 'Older' }).click();
  await page.waitForURL(/after=/);
  await page.waitForFunction((id) => !document.querySelector(`a[href$="${id}"]`), first[0]);
  const second = await hub.shown(page);
  const link = page.url();
  await page.reload();
  await hydrated(page);
  assert.deepEqual(await hub.shown(page), second, 'reload');
  await page.goBack();
  await page.waitForFunction((id) => document.querySelector(`a[href$="${id}"]`), first[0]);
  assert.deepEqual(await hub.shown(page), first, 'back');
  await page.goForward();
  await page.waitForFunction((id) => document.querySelector(`a[href$="${id}"]`), second[0]);
  assert.deepEqual(await hub.shown(page), second, 'forward');
  assert.ok(await (await hub.open(page, 'Status')).getByLabel('Succeeded', { exact: true }).isChecked());

  const colleague = await another();
  await signIn(colleague, 'manager@northwind.example');
  await go(colleague, link);
  await hub.chips(colleague).getByText('Status: Succeeded', { exact: true }).waitFor();

  // A filter that changes begins at its first page.
  await hub.tick(page, 'Type', 'Inventory sync');
  await page.waitForURL(/type=inventory\.sync/);
  assert.doesNotMatch(page.url(), /after=|before=/);
});

test('a tenant or a person of others is an error chip like one that is not there, with "not" as well', async ({ page, database }) => {
  await signIn(page, 'operator-fabrikam@northwind.example');
  const contoso = database.tenant('Contoso');
  const olga = database.sql("select id from users where email = 'owner@tailspin.example'");
  const seen = async (field, id) => {
    await go(page, `${hub.HUB}?${field}=${id}`);
    await page.getByText('Nothing can match').waitFor();
    assert.equal(await hub.rows(page).count(), 0);
    const bare = id.replace('!', '');
    await hub.chips(page).getByText(`“${bare}” is not known`).waitFor();
    // Still there, ticked, until somebody takes it away.
    const name = field === 'tenant' ? 'Tenant' : 'Started by';
    assert.ok(await (await hub.open(page, name)).getByLabel(bare, { exact: true }).isChecked());
    return (await page.getByRole('main').innerText()).replaceAll(bare, 'ID');
  };
  for (const not of ['', '!']) {
    assert.equal(await seen('tenant', `${not}${contoso}`), await seen('tenant', `${not}${randomId()}`));
    assert.equal(await seen('initiator', `${not}${olga}`), await seen('initiator', `${not}${randomId()}`));
  }
  await axe(page);
  await hub.popover(page, 'Started by').getByRole('checkbox', { checked: true }).last().click();
  await page.getByText('Nothing can match').waitFor({ state: 'detached' });
});

test('"clear all" leaves nothing, and what is searched for is text', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  const long = '😀'.repeat(600);
  for (const q of ["'; drop table users; --", '</title><script>alert(1)</script>', long, '\u202eosotnoC', 'مرحبا']) {
    await go(page, `${hub.HUB}?status=failed&type=!inventory.sync&q=${encodeURIComponent(q)}`);
    await page.getByText('No operation matches these filters').waitFor();
    await fits(page);
    await page.getByRole('link', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '');
    await hub.rows(page).first().waitFor();
    assert.equal(await hub.search(page).inputValue(), '');
    assert.equal(await page.locator('form[role=search] :checked').count(), 0);
  }
  assert.equal(await hub.chips(page).getByRole('link').count(), 0, 'the default window cannot be removed');
});

test('one menu is open at a time, and a press elsewhere closes it', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await hub.open(page, 'Status');
  await hub.open(page, 'Origin');
  assert.equal(await page.locator('main details[open]').count(), 1);
  await product.heading(page, 'Operations').click();
  assert.equal(await page.locator('main details[open]').count(), 0);
  await hub.open(page, 'Tenant');
  await hub.search(page).focus();
  assert.equal(await page.locator('main details[open]').count(), 0, 'the focus went elsewhere');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('without JavaScript: several values, "not", a period, and what could not be read stays an error', async ({ page, database }) => {
    await signIn(page, product.OPERATOR);
    await hub.tick(page, 'Status', ['Failed', 'Partially succeeded']);
    await hub.tick(page, 'Type', ['Is not', 'Inventory sync']);
    await page.getByRole('button', { name: 'Apply' }).click();
    await hub.chips(page).getByText('Status: Partially succeeded, Failed', { exact: true }).waitFor();
    await hub.chips(page).getByText('Type: not Inventory sync', { exact: true }).waitFor();
    assert.equal(await total(page), bounded(matching(database, "outcome in ('failed', 'partially_succeeded') and type <> 'inventory.sync'")));
    await hub.open(page, 'Period');
    await page.getByRole('link', { name: 'Last 7 days' }).click();
    await hub.chips(page).getByText('Last 7 days', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Remove filter Type: not Inventory sync' }).click();
    assert.equal(query(page), '?status=partial,failed&from=7d');
    await go(page, `${hub.HUB}?status=bogus,failed&to=later`);
    await hub.tick(page, 'Origin', 'Schedule');
    await page.getByRole('button', { name: 'Apply' }).click();
    for (const chip of ['Status: “bogus” is not known', 'To: “later” is not known', 'Origin: Schedule']) await hub.chips(page).getByText(chip, { exact: true }).waitFor();
    await page.getByText('Nothing can match').waitFor();
  });
});

test('open menus: axe is clean in both themes, narrow and wide, and a picture of each', async ({ page, database }) => {
  trim(database);
  await signIn(page, product.OPERATOR);
  write(database, { status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, counts: { total: 340, processed: 120, succeeded: 120 } });
  for (const name of ['Status', 'Started by', 'Period', 'Views', 'Export']) {
    await go(page, `${hub.HUB}?status=!succeeded&from=7d`);
    await hub.open(page, name);
    await axe(page);
    await screenshot(page, `hub-menu-${name.toLowerCase().replace(' ', '-')}`, { fullPage: false });
    await fits(page);
  }
});
