// The code that only one page needs: named by the page, fetched once, ahead of a click, and done without where it cannot be fetched.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, go, hydrated, signIn, signedIn } from '../lib/browser.mjs';
import { MANIFEST, everything, manifest } from '../lib/bundle.mjs';
import { ask } from '../lib/http.mjs';
import { ROOT, until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false }, ownContext: true });
const FOLDER = `${process.env.LEPTOS_SITE_ROOT || `${ROOT}/target/site`}/pkg`;
const PAGES = manifest(FOLDER);
/** Files of code, as a page asks for them. */
const name = (url) => new URL(url).pathname.split('/').pop();
const isCode = (url) => new URL(url).pathname.endsWith('.wasm');
/** The file that no page but this one needs. */
const own = (page) => `**/split_${page}.wasm`;
/** What a page says that it could not fetch. */
const REFUSED = [/split_\w+\.wasm/, /Failed to fetch/, /ERR_FAILED/, /ERR_INTERNET_DISCONNECTED/];
const notice = (page) => page.getByRole('alert').filter({ hasText: 'could not be loaded' });
const link = (page, name) => product.navigation(page).getByRole('link', { name, exact: true });

/** Counts the documents that a page loads from now on. */
function documents(page) {
  const all = [];
  page.on('request', (request) => request.resourceType() === 'document' && all.push(new URL(request.url()).pathname));
  return all;
}

/** One address of each page that has code of its own. */
function addresses(stack) {
  const tenant = stack.database.tenant('Contoso');
  const run = write(stack.database, { status: 'completed', outcome: 'succeeded' });
  return {
    hub: '/admin/operations',
    overview: '/admin/operations/overview',
    run: product.operation(run),
    inventory: product.inventory(tenant),
    groups: product.groups(tenant),
    roles: product.groups(tenant).replace(/groups$/, 'roles'),
    notifications: '/admin/notifications',
  };
}

test('every file that the manifest names is served compressed, and for ever', async ({ stack }) => {
  const { text } = await ask(`${stack.url}/sign-in`);
  const folder = text.match(/href="(\/pkg\/[0-9a-f]{24})\/tenantatlas\.css"/)[1];
  const parts = [...new Set(Object.values(everything(FOLDER)).flat())];
  assert.ok(parts.length >= 7, 'the browser code is split');
  for (const part of ['tenantatlas.wasm', 'tenantatlas.js', 'tenantatlas.css', MANIFEST, ...parts]) {
    const answer = await ask(`${stack.url}${folder}/${part}`, { headers: { 'accept-encoding': 'br' } });
    assert.equal(answer.status, 200, part);
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable', part);
    assert.equal(answer.headers['content-encoding'], 'br', part);
    if (part.endsWith('.wasm')) assert.equal(answer.headers['content-type'], 'application/wasm', part);
    // The name says which build it is of: under another name there is nothing.
    const elsewhere = await ask(`${stack.url}/pkg/${'0'.repeat(24)}/${part}`);
    assert.deepEqual([elsewhere.status, elsewhere.headers['cache-control']], [404, 'no-store'], part);
  }
  assert.deepEqual(Object.keys(PAGES).sort(), ['groups', 'hub', 'inventory', 'no_access', 'notifications', 'overview', 'roles', 'run']);
  assert.ok(readFileSync(`${FOLDER}/tenantatlas.wasm`).length > 0);
});

test('a page fetches what it needs at once and nothing else', async ({ page, another, stack }) => {
  test.setTimeout(240_000);
  const look = async (page, name_of_page, path) => {
    const fetched = new Set();
    page.on('request', (request) => isCode(request.url()) && fetched.add(name(request.url())));
    await go(page, path);
    const named = await page.locator('link[rel=preload][as=fetch]').evaluateAll((all) => all.map(({ href }) => href));
    const needed = ['tenantatlas.wasm', ...(PAGES[name_of_page] ?? [])].sort();
    assert.deepEqual(named.map(name).sort(), needed, path);
    assert.deepEqual([...fetched].sort(), needed, path);
    // The browser complains about what was named and not used some seconds after the load.
    await page.waitForTimeout(4000);
  };
  await look(page, 'sign-in', '/sign-in');
  for (const [name_of_page, path] of Object.entries(addresses(stack))) {
    const fresh = await another();
    await signedIn(fresh, stack, product.OPERATOR);
    await look(fresh, name_of_page, path);
  }
  const outsider = await another();
  await signedIn(outsider, stack, 'outsider@nowhere.example');
  await look(outsider, 'no_access', '/admin/no-access');
});

test('from page to page, back and forward, without another document', async ({ page, stack }) => {
  addresses(stack);
  await signIn(page, product.OPERATOR);
  const loaded = documents(page);
  const visit = async (to, title) => {
    await to.click();
    await product.heading(page, title).waitFor();
  };
  await visit(link(page, 'Overview'), 'Overview');
  await visit(link(page, 'Notifications'), 'Notifications');
  await visit(link(page, 'Contoso'), 'Inventory');
  await visit(link(page, 'Groups'), 'Groups');
  await visit(link(page, 'Operations'), 'Operations');
  await product.hubTable(page).getByRole('rowheader').getByRole('link').first().click();
  await page.waitForURL(/\/admin\/operations\/[0-9a-f-]{36}$/);
  for (const title of ['Operations', 'Groups', 'Inventory', 'Notifications', 'Overview', 'Operations']) {
    await page.goBack();
    await product.heading(page, title).waitFor();
  }
  for (const title of ['Overview', 'Notifications', 'Inventory', 'Groups', 'Operations']) {
    await page.goForward();
    await product.heading(page, title).waitFor();
  }
  assert.deepEqual(loaded, []);
});

test('the code of a page is there before its link is pressed', async ({ another, stack }) => {
  const page = await another();
  await signedIn(page, stack, product.OPERATOR);
  await go(page, '/admin/notifications');
  const fetched = [];
  page.on('request', (request) => isCode(request.url()) && fetched.push(name(request.url())));
  await link(page, 'Overview').hover();
  const missing = PAGES.overview.filter((part) => !PAGES.notifications.includes(part)).sort();
  await until('the code is fetched', () => fetched.length >= missing.length);
  assert.deepEqual([...fetched].sort(), missing);
  await link(page, 'Overview').click();
  await product.heading(page, 'Overview').waitFor();
  // By the keyboard the same.
  await link(page, 'Operations').focus();
  await until('the code of another page is fetched', () => fetched.some((part) => part === 'split_hub.wasm'));
  assert.equal(new Set(fetched).size, fetched.length, 'nothing twice');
});

test('a page whose code is gone is loaded whole, once, and then says so and works by links and forms', async ({ another, stack }) => {
  const page = await another();
  page.expectErrors(...REFUSED);
  await signedIn(page, stack, product.OPERATOR);
  await go(page, '/admin/operations');
  await page.route(own('notifications'), (route) => route.abort());
  const loaded = documents(page);
  await link(page, 'Notifications').click();
  await notice(page).waitFor();
  await product.heading(page, 'Notifications').waitFor();
  assert.deepEqual(loaded, ['/admin/notifications']);
  await axe(page);

  // Links are links.
  await link(page, 'Overview').click();
  await product.heading(page, 'Overview').waitFor();
  await hydrated(page);
  assert.equal(await notice(page).count(), 0);
  assert.deepEqual(loaded, ['/admin/notifications', '/admin/operations/overview']);
  // Loaded whole, by an address: again once more, and no further.
  await page.goto('/admin/notifications');
  await notice(page).waitFor();
  await page.waitForTimeout(1000);
  assert.deepEqual(loaded.slice(2), ['/admin/notifications', '/admin/notifications']);
  await page.unroute(own('notifications'));
  await notice(page).getByRole('link', { name: 'Try again' }).click();
  await hydrated(page);
  assert.equal(await notice(page).count(), 0);
});

test('without a network the app says so, and goes on when it is back', async ({ another, stack }) => {
  const page = await another();
  page.expectErrors(...REFUSED);
  await signedIn(page, stack, product.OPERATOR);
  await go(page, '/admin/notifications');
  await page.context().setOffline(true);
  await link(page, 'Overview').click();
  await product.heading(page, 'This could not be loaded').waitFor();
  assert.equal(new URL(page.url()).pathname, '/admin/operations/overview');
  await page.context().setOffline(false);
  // By itself, some seconds later.
  await product.heading(page, 'Overview').waitFor();
  await hydrated(page);
});
