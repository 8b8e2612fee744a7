// R12 and R13: rendering, polling and searching write no domain state and ask nobody but the database.
import assert from 'node:assert/strict';
import { go, hydrated, signIn } from '../lib/browser.mjs';
import { ask, session } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

const ACCOUNTS = ['owner@northwind.example', 'manager@northwind.example', product.OPERATOR, 'readonly@northwind.example',
  'operator-fabrikam@northwind.example', 'owner@tailspin.example', 'consultant@partner.example', 'outsider@nowhere.example'];
/** How many pages each account looks at; the hub alone links to hundreds. */
const PAGES = 40;

/** Follows every link from the start, as a person would, and returns what was answered. */
async function crawl(stack, cookie) {
  const [wanted, seen] = [['/admin/operations', '/admin/notifications', '/admin', '/sign-in'], new Map()];
  while (wanted.length > 0 && seen.size < PAGES) {
    const path = wanted.shift();
    if (seen.has(path)) continue;
    const { status, text, headers } = await ask(`${stack.url}${path}`, { cookie, headers: { accept: 'text/html' } });
    seen.set(path, status);
    assert.ok([200, 302, 303, 307, 403, 404].includes(status), `${path}: ${status}`);
    const links = [...text.matchAll(/ href="([^"]+)"/g)].map(([, href]) => href.replaceAll('&amp;', '&'));
    // First what is of another kind than anything seen, so that many rows do not crowd out the rest.
    const kind = (link) => link.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{6,}/g, '*');
    const kinds = new Set([...seen.keys(), ...wanted].map(kind));
    for (const link of [...links, headers.location].filter((link) => link?.startsWith('/admin'))) {
      if (kinds.has(kind(link))) wanted.push(link);
      else wanted.unshift(link);
      kinds.add(kind(link));
    }
  }
  return seen;
}

test('r12 r13 whoever looks at whatever page, nothing is written and Microsoft is not asked', async ({ page, stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  const run = await product.started(stack, cookie);
  await until('it ends', () => database.sql(`select status from operation_runs where id = '${run}'`) === 'completed');
  write(database, { status: 'running', live: { phase: 'Reading compliance policies (1 of 8)' }, tenant: 'Fabrikam' });
  write(database, { type: 'retention.prune', status: 'completed', outcome: 'failed', reason: 'permission.missing' });
  const [before, asked] = [database.fingerprints(), await stack.graphRequests()];

  for (const email of ACCOUNTS) {
    const seen = await crawl(stack, await session(stack, email));
    const statuses = [...seen.values()];
    if (!email.startsWith('outsider')) assert.ok(statuses.filter((status) => status === 200).length > 20, `${email}: ${[...seen]}`);
  }
  assert.equal(database.fingerprints(), before, 'R12: looking has written');

  // And in a browser, where pages poll, search and label as well.
  await signIn(page, product.OPERATOR);
  await go(page, '/admin/operations');
  await page.getByLabel('Search', { exact: true }).fill('Conto');
  await page.waitForURL(/q=Conto/);
  await hub.tick(page, 'Status', 'Running');
  await hub.close(page, 'Status');
  await page.getByRole('link', { name: 'Clear all' }).click();
  await page.waitForResponse((answer) => answer.url().includes('/_fn/runs_poll'));
  await product.openInventory(page, 'Contoso');
  await go(page, product.operation(run));
  await page.getByText('Technical details').click();
  await go(page, '/admin/notifications');
  await hydrated(page);
  assert.equal(database.fingerprints(), before, 'R12: looking with a browser has written');
  assert.equal(await stack.graphRequests(), asked, 'R13: nobody asked Microsoft');
});

test('r12 nothing in monitoring starts, cancels or deletes', async ({ page, database }) => {
  await signIn(page, 'owner@northwind.example');
  const run = write(database, { status: 'running', live: {} });
  for (const path of ['/admin/operations', product.operation(run)]) {
    await go(page, path);
    const forms = await page.getByRole('main').locator('form').evaluateAll((forms) => forms.map((form) => `${form.method} ${new URL(form.action).pathname}`));
    // A saved view is a name for a filter; it does nothing.
    const harmless = /^post \/_fn\/(save|change|delete)_view$/;
    assert.deepEqual(forms.filter((form) => form.startsWith('post') && !harmless.test(form)), [], path);
    const buttons = await page.getByRole('main').getByRole('button').allInnerTexts();
    assert.deepEqual(buttons.filter((text) => /start|run|retry|cancel|delete|remove/i.test(text)), [], path);
  }
});
