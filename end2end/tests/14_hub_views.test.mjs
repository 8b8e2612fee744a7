// Saved views, private and shared, and the filtered list as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, go, signIn } from '../lib/browser.mjs';
import { ask, session } from '../lib/http.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { story } from '../lib/story.mjs';

const it = story({ worker: false });
const MANAGER = 'manager@northwind.example';
const FABRIKAM = 'operator-fabrikam@northwind.example';
const audited = (database) => Number(database.sql("select count(*) from audit_entries where action like 'saved_view.%'"));

/** Saves what is shown. */
async function save(page, name, shared = false) {
  const menu = await hub.open(page, 'Views');
  const form = menu.getByRole('group', { name: 'Save the current filter' });
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('Share with the workspace').setChecked(shared);
  await form.getByRole('button', { name: 'Save view' }).click();
}

/** The form of one of one's own views. */
async function own(page, name) {
  const menu = await hub.open(page, 'Views');
  const item = menu.getByRole('listitem').filter({ has: page.locator('summary', { hasText: name }) });
  if ((await item.locator('details').getAttribute('open')) === null) await item.locator('summary').click();
  return item;
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  it(`a view is saved, found again, renamed, shared and deleted (${how} JavaScript)`, async ({ page, database }) => {
    page.expectErrors(/status of 422/);
    database.sql('delete from saved_views');
    await signIn(page, product.OPERATOR);
    await go(page, `${hub.HUB}?status=failed,partial&from=7d&after=1.1.00000000-0000-7000-8000-000000000000`);
    await save(page, 'Trouble of the week');
    const link = hub.views(page).getByRole('link', { name: 'Trouble of the week' });
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), '/admin/operations?status=failed,partial&from=7d', 'without the cursor');
    assert.equal(await link.getAttribute('aria-current'), 'true');
    const before = audited(database);

    await go(page, hub.HUB);
    await link.click();
    await page.waitForURL(/\?status=failed,partial&from=7d$/);
    await hub.chips(page).getByText('Status: Failed, Partially succeeded').waitFor();

    let form = await own(page, 'Trouble of the week');
    await form.getByLabel('Name', { exact: true }).fill('Trouble');
    await form.getByLabel('Share with the workspace').check();
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await hub.views(page).getByRole('link', { name: 'Trouble', exact: true }).waitFor();
    assert.equal(database.sql("select name || ' ' || shared from saved_views"), 'Trouble true');
    assert.equal(audited(database), before + 1);

    // The name is taken, and nothing is lost by it.
    await go(page, `${hub.HUB}?status=blocked`);
    await save(page, 'Trouble');
    await page.getByRole('alert').getByText('You have another view called “Trouble”. Choose a different name. Nothing was changed.').waitFor();
    assert.equal(database.sql('select count(*) from saved_views'), '1');
    await go(page, `${hub.HUB}?status=bogus`);
    await save(page, 'Bogus');
    await page.getByRole('alert').getByText('The filter holds a value that is not known.').waitFor();

    await go(page, hub.HUB);
    form = await own(page, 'Trouble');
    await form.getByRole('button', { name: 'Delete' }).click();
    await link.waitFor({ state: 'detached' });
    await page.waitForFunction(() => ![...document.querySelectorAll('nav[aria-label=Views] a')].some((link) => link.innerText.includes('Trouble')));
    assert.equal(database.sql('select count(*) from saved_views'), '0');
    assert.equal(audited(database), before + 2);
  }, { context: { javaScriptEnabled } });
}

it('a shared view is there for whoever may see what it names, and changed by its author alone', async ({ page, another, stack, database }) => {
  page.expectErrors(/status of 404/);
  await signIn(page, MANAGER);
  const contoso = database.tenant('Contoso');
  await go(page, `${hub.HUB}?tenant=${contoso}&status=failed`);
  await save(page, 'Failures of Contoso', true);
  await hub.views(page).getByRole('link', { name: 'Failures of Contoso' }).waitFor();
  await go(page, `${hub.HUB}?origin=schedule`);
  await save(page, 'Schedules', true);
  await hub.views(page).getByRole('link', { name: 'Schedules' }).waitFor();
  await go(page, `${hub.HUB}?initiator=me`);
  await save(page, 'My own business');
  await hub.views(page).getByRole('link', { name: 'My own business' }).waitFor();
  await hub.open(page, 'Views');
  await axe(page);

  const colleague = await another();
  await signIn(colleague, product.OPERATOR);
  const names = () => hub.views(colleague).getByRole('link').allInnerTexts();
  assert.deepEqual((await names()).slice(4), ['Failures of Contoso', 'Schedules']);
  await hub.views(colleague).getByRole('link', { name: 'Failures of Contoso' }).click();
  await hub.chips(colleague).getByText('Tenant: Contoso', { exact: true }).waitFor();
  assert.equal(await (await hub.open(colleague, 'Views')).getByRole('button', { name: 'Delete' }).count(), 0);

  const other = await another();
  await signIn(other, FABRIKAM);
  assert.deepEqual((await hub.views(other).getByRole('link').allInnerTexts()).slice(4), ['Schedules']);
  assert.doesNotMatch(await other.content(), /Contoso/);
  // The link itself, sent by mail: a tenant that nobody knows.
  await go(other, `${hub.HUB}?tenant=${contoso}&status=failed`);
  await hub.chips(other).getByText(`Tenant: “${contoso}” is not known`).waitFor();

  // By force: as if there were none.
  const id = database.sql("select id from saved_views where name = 'Schedules'");
  for (const email of [product.OPERATOR, FABRIKAM, 'owner@tailspin.example']) {
    const cookie = await session(stack, email);
    for (const [path, form] of [['/_fn/change_view', { id, name: 'Taken over', shared: '1' }], ['/_fn/delete_view', { id }]]) {
      assert.equal((await ask(`${stack.url}${path}`, { cookie, form, headers: { accept: 'application/json' } })).status, 404, `${email} ${path}`);
    }
  }
  assert.equal(database.sql("select count(*) from saved_views where name = 'Schedules'"), '1');
});

it('a form sent twice makes one view', async ({ stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  const form = { name: 'Twice', query: 'status=failed', shared: '1' };
  const sent = await Promise.all([1, 2, 3].map(() => ask(`${stack.url}/_fn/save_view`, { cookie, form, headers: { accept: 'application/json' } })));
  assert.deepEqual(sent.map(({ status }) => status), [200, 200, 200]);
  assert.equal(database.sql("select count(*) from saved_views where name = 'Twice'"), '1');
});

it('the filtered list is a file, with as many lines as the list has runs', async ({ page, database }) => {
  write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable' });
  database.sql("update tenants set name = '=2+2' where name = 'Adatum'");
  write(database, { tenant: '=2+2', status: 'completed', outcome: 'failed', reason: 'graph.unreachable' });
  await signIn(page, product.OPERATOR);
  await go(page, `${hub.HUB}?tab=failed&from=3d`);
  const count = (await page.locator('main a[aria-current=page]').innerText()).split('\n').pop();
  for (const [name, ending] of [['CSV, for spreadsheets', 'csv'], ['JSON Lines, for programs', 'jsonl']]) {
    await hub.open(page, 'Export');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    assert.match(download.suggestedFilename(), new RegExp(`^operations-\\d{4}-\\d\\d-\\d\\d\\.${ending}$`));
    const text = readFileSync(await download.path(), 'utf8');
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length - (ending === 'csv' ? 1 : 0), Number(count), ending);
    if (ending === 'csv') assert.ok(lines.some((line) => line.includes(",'=2+2,")), 'neutralised');
    else assert.ok(lines.some((line) => JSON.parse(line).target === '=2+2'), 'as it is');
  }
});
