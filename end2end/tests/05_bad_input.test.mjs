// What people mistype, what has expired meanwhile, and what somebody sends on purpose.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import { ask, randomId, session } from '../lib/http.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const SIGN_IN = { name: 'Sign in' };

async function tryToSignIn(page, email, password) {
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', SIGN_IN).click();
  return page.getByRole('alert').innerText();
}

test('a wrong password and an unknown account get the same words, and the way back is kept', async ({ page }) => {
  await go(page, '/admin/notifications');
  const wrong = await tryToSignIn(page, product.OPERATOR, 'not it');
  assert.match(wrong, /Email or password is not right/);
  assert.equal(await tryToSignIn(page, 'nobody@nowhere.example', 'demo'), wrong);
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');
  await axe(page);
  await signIn(page, product.OPERATOR);
  await product.heading(page, 'Notifications').waitFor();
});

test('after many attempts an account is throttled, also with the right password, and the wait is named', async ({ page, stack, database }) => {
  const email = 'manager@northwind.example';
  const attempt = (password) => ask(`${stack.url}/sign-in`, { form: { email, password } });
  const refused = await Promise.all(Array.from({ length: 10 }, () => attempt('wrong')));
  for (const { status, headers } of refused) assert.match(`${status} ${headers.location}`, /^303 \/sign-in\?error=(invalid|throttled)/);
  await go(page, '/sign-in');
  assert.match(await tryToSignIn(page, email, 'demo'), /Too many attempts\. Try again in \d+ (seconds|minutes)\./);
  await signIn(page, product.OPERATOR); // another account is not
  database.sql('delete from sign_in_failures');
  assert.match((await attempt('demo')).headers.location, /^\/admin/);
});

/** Fills in the form, lets the session end, and sends the form. */
async function sendTooLate(page, database) {
  await product.openInventory(page, 'Contoso');
  await page.getByLabel('Compliance policies').uncheck();
  await page.getByLabel('PowerShell scripts').uncheck();
  database.sql("update sessions set expires_at = now() - interval '1 s'");
  await page.getByRole('button', { name: 'Sync now' }).click();
  await product.heading(page, 'Sign in').waitFor();
  await page.getByText('The form you were filling in is kept.').waitFor();
}

const chosen = async (page) => {
  const boxes = await page.getByRole('checkbox').all();
  return Promise.all(boxes.map(async (box) => `${await box.getAttribute('value')} ${await box.isChecked()}`));
};

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test.describe(() => {
    test.use({ javaScriptEnabled });

    test(`a form sent after the session has ended comes back, unsent, to its author (${how} JavaScript)`, async ({ page, database }) => {
      page.expectErrors(/status of 401/);
      await signIn(page, product.OPERATOR);
      await sendTooLate(page, database);
      await signIn(page, product.OPERATOR);
      await product.heading(page, 'Inventory').waitFor();
      await page.getByText('Your form is back. It was not sent.').waitFor();
      const dropped = ['deviceCompliancePolicy', 'deviceManagementScript'];
      assert.deepEqual(await chosen(page), product.TYPES.map((type) => `${type} ${!dropped.includes(type)}`));
      assert.equal(database.latestRun('Contoso'), '', 'nothing was sent');
      if (javaScriptEnabled) await axe(page);
    });

    test(`somebody else who signs in there does not get it (${how} JavaScript)`, async ({ page, database }) => {
      page.expectErrors(/status of 401/);
      await signIn(page, product.OPERATOR);
      await sendTooLate(page, database);
      const draft = new URL(page.url()).searchParams.get('draft');
      await signIn(page, 'manager@northwind.example');
      assert.doesNotMatch(await page.locator('body').innerText(), /form is back/);
      await go(page, `${product.inventory(database.tenant('Contoso'))}?draft=${draft}`);
      assert.deepEqual(await chosen(page), product.TYPES.map((type) => `${type} true`));
      assert.doesNotMatch(await page.locator('body').innerText(), /form is back/);
    });
  });
}

test('a page whose session has ended leads to sign-in and back', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  database.sql("update sessions set last_seen_at = now() - interval '13 h'");
  await go(page, '/admin/operations?status=failed');
  await page.getByText('Your session has ended.').waitFor();
  await signIn(page, product.OPERATOR);
  assert.match(page.url(), /\/admin\/operations\?status=failed$/);
});

test('malformed ids are the 404 of everything that is not there', async ({ page, stack }) => {
  const cookie = await session(stack, product.OPERATOR);
  const get = (path) => ask(`${stack.url}${path}`, { cookie, headers: { accept: 'text/html' } });
  const expected = await get(`/admin/operations/${randomId()}`);
  assert.equal(expected.status, 404);
  for (const id of ['x', '%', '%ff', '%00', '..%2f..', crypto.randomUUID(), '😀', 'a'.repeat(4000), "' or 1=1 --"]) {
    for (const path of [`/admin/operations/${encodeURI(id).replaceAll('%25', '%')}`, `/admin/tenants/${encodeURI(id).replaceAll('%25', '%')}/inventory`]) {
      const { status, text } = await get(path);
      assert.deepEqual([status, text], [404, expected.text], path);
    }
  }
  await signIn(page, product.OPERATOR);
  page.expectErrors(/status of 404/);
  await go(page, '/admin/operations/x');
  await product.heading(page, 'Not found').waitFor();
  await axe(page);
  await page.getByRole('link', { name: 'Operations' }).click();
  await product.hubTable(page).waitFor();
});

test('an unknown filter value is an error chip, never a list without the filter', async ({ page, database }) => {
  await signIn(page, product.OPERATOR);
  const rows = product.hubTable(page).getByRole('row');
  for (const [query, chip] of [['status=bogus', 'Status: “bogus” is not known'], ['type=bogus', 'Type: “bogus” is not known'],
    ['origin=!bogus', 'Origin: “bogus” is not known'], ['from=yesterday', 'From: “yesterday” is not known'],
    ['tab=bogus', 'Tab: “bogus” is not known'], ['tenant=Contoso', 'Tenant: “Contoso” is not known'], ['initiator=Olga', 'Started by: “Olga” is not known']]) {
    await go(page, `/admin/operations?${query}`);
    await page.getByRole('list', { name: 'Active filters' }).getByText(chip).waitFor();
    await page.getByText('Nothing can match').waitFor();
    assert.equal(await rows.count(), 0, query);
  }
  await go(page, '/admin/operations?status=failed,bogus');
  await page.getByText('Status: “bogus” is not known').waitFor();
  for (const text of (await rows.allInnerTexts()).slice(1)) assert.match(text, /Failed/);
  await axe(page);
  await page.getByRole('link', { name: 'Remove filter Status: “bogus” is not known' }).click();
  await page.waitForURL(/\?status=failed$/);

  // A tenant of others looks like one that is not there.
  const seen = async (tenant) => {
    await go(page, `/admin/operations?tenant=${tenant}`);
    return (await page.getByRole('main').innerText()).replaceAll(tenant, 'TENANT');
  };
  assert.equal(await seen(database.tenant('Woodgrove')), await seen(randomId()));
});

test('a broken cursor is the first page with a message', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  const first = await product.hubTable(page).getByRole('rowheader').first().getByRole('link').getAttribute('href');
  for (const cursor of ['after=x', 'before=1.2', `after=99999999999999999999.${randomId()}`, 'after=%00', 'before=-1.']) {
    await go(page, `/admin/operations?${cursor}`);
    await page.getByRole('alert').getByText('The link to that page could not be read, so this is the first page.').waitFor();
    assert.equal(await product.hubTable(page).getByRole('rowheader').first().getByRole('link').getAttribute('href'), first, cursor);
  }
});

test('a search for anything finds what it says, or nothing', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  for (const q of ["' or 1=1 --", '<img src=x onerror=alert(1)>', '%', '_', '\\', '😀', '\u202eosotnoC', 'a'.repeat(5_000), '\u0000x']) {
    await go(page, `/admin/operations?q=${encodeURIComponent(q)}`);
    await page.getByText('No operation matches these filters').waitFor();
  }
  await page.getByLabel('Search', { exact: true }).fill('Cont');
  await page.waitForURL(/\?q=Cont$/);
  await product.hubTable(page).waitFor();
  for (const text of (await product.hubTable(page).getByRole('row').allInnerTexts()).slice(1)) assert.match(text, /Contoso/);
  assert.ok(await page.getByLabel('Search', { exact: true }).evaluate((input) => input === document.activeElement), 'the focus is kept');
});

test('100 kB in a form field are refused with a page that says so, and nothing happens', async ({ page, stack }) => {
  await go(page, '/sign-in');
  page.expectErrors(/status of 413/);
  await page.getByLabel('Email', { exact: true }).evaluate((input) => ((input.type = 'text'), (input.value = 'x'.repeat(100_000))));
  await page.getByLabel('Password', { exact: true }).fill('demo');
  const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), page.getByRole('button', SIGN_IN).click()]);
  assert.equal(answer.status(), 413);
  await product.heading(page, 'Too large').waitFor();
  await axe(page);
  const cookie = await session(stack, product.OPERATOR);
  const json = await product.start(stack, cookie, { types: ['x'.repeat(100_000)] });
  assert.equal(json.status, 413);
  assert.match(json.text, /larger than any form/);
  const million = await ask(`${stack.url}/sign-in`, { form: { email: 'x'.repeat(900_000), password: 'x' }, headers: { accept: 'text/html' } });
  assert.equal(million.status, 413);
});

test('a request from another site is refused', async ({ stack }) => {
  const cookie = await session(stack, product.OPERATOR);
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const { status } = await ask(`${stack.url}/_fn/notifications_mark_read`, { cookie, form: { id: '' }, headers });
    assert.equal(status, 403);
  }
});

test('a name that would be a script is text on every page', async ({ page, stack, database }) => {
  const name = '</title><script>window.pwned=1</script><img src=x onerror=window.pwned=1>';
  database.sql(`update tenants set name = '${name}' where name = 'Adatum'`);
  const cookie = await session(stack, product.OPERATOR);
  const tenant = database.tenant(name);
  const run = await product.started(stack, cookie, { tenant });
  await signIn(page, product.OPERATOR);
  const pages = [product.operation(run), product.inventory(tenant), '/admin/operations', '/admin/notifications', `/admin/operations?tenant=${tenant}`,
    `/admin/operations?q=${encodeURIComponent(name)}`, `/admin/operations?status=${encodeURIComponent(name)}`];
  for (const path of pages) {
    const { text } = await ask(`${stack.url}${path}`, { cookie, headers: { accept: 'text/html' } });
    assert.doesNotMatch(text, /<script>window|<img src=x/, path);
    await go(page, path);
    assert.equal(await page.evaluate(() => window.pwned), undefined, path);
  }
  await go(page, product.operation(run));
  assert.ok((await page.title()).includes(name), await page.title());
  // In the browser it is text too: no escaping is seen.
  await product.navigation(page).getByRole('link', { name }).click();
  await product.heading(page, 'Inventory').waitFor();
  assert.ok((await page.title()).includes(name), await page.title());
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});
