// What goes wrong at Microsoft Graph, and what the run page says about it (R07, R09, R14, R17).
import assert from 'node:assert/strict';
import { axe, go, screenshot, signIn } from '../lib/browser.mjs';
import { session } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { test } from '../lib/test.mjs';

/** Starts a sync and opens its page. */
async function watch(page, stack, tenant = 'Contoso') {
  const cookie = await session(stack, product.OPERATOR);
  await signIn(page, product.OPERATOR);
  const run = await product.started(stack, cookie, { tenant });
  await go(page, product.operation(run));
  return run;
}

/** Stops the worker as soon as the database says something of a run: what follows has as much time as it takes. */
async function hold(stack, database, run, what, condition) {
  const asked = `select true from operation_runs r join operation_run_live l on l.run_id = r.id where r.id = '${run}' and ${condition}`;
  await until(what, () => database.sql(asked) === 't');
  stack.worker.pause();
}

test('r07 a denied type makes the run partial and is named with its reason', async ({ page, stack, database }) => {
  await stack.faults('deny=deviceCompliancePolicies');
  const run = await watch(page, stack);
  await product.badge(page).getByText('Partially succeeded', { exact: true }).waitFor({ timeout: 20_000 });
  const happened = await page.getByRole('region', { name: 'What happened' }).innerText();
  assert.match(happened, /1 of 8 items did not work\. The application lacks a permission in the tenant\./);
  assert.match(happened, /Grant the permission to the application/);
  assert.match(happened, /permission\.missing/);
  const item = page.getByRole('table', { name: 'Items' }).getByRole('row').filter({ hasText: 'Failed' });
  assert.equal(await item.getByRole('rowheader').innerText(), 'Compliance policies');
  assert.match(await item.innerText(), /Permission missing/);
  await page.getByRole('link', { name: /^Failed/ }).click();
  await page.waitForURL(/outcome=failed/);
  await until('only that item is left', async () => (await page.getByRole('table', { name: 'Items' }).getByRole('rowheader').count()) === 1);
  assert.equal(database.sql(`select outcome, counts->>'failed' from operation_runs where id = '${run}'`), 'partially_succeeded|1');
  await axe(page);
});

test('r09 half of the JSON is a failed type with a code, and none of it is shown', async ({ page, stack }) => {
  await stack.faults('broken-json=configurationPolicies');
  await watch(page, stack, 'Fabrikam');
  // Asked for again for as long as a server error would be.
  await product.badge(page).getByText('Partially succeeded', { exact: true }).waitFor({ timeout: 90_000 });
  const item = page.getByRole('table', { name: 'Items' }).getByRole('row').filter({ hasText: 'Settings catalog policies' });
  assert.match(await item.innerText(), /Failed\s+(Microsoft Graph unavailable|Unreadable answer)/);
  assert.match(await item.getByRole('cell').last().getAttribute('title'), /^graph\.\w+/);
  assert.doesNotMatch(await page.locator('body').innerText(), /[{}"]|odata|secret-of-end2end/);
});

test('r17 throttling is seen as waiting, with the time at which it goes on', async ({ page, stack, database }) => {
  await stack.faults('throttle-next=1,retry-after=6');
  const run = await watch(page, stack, 'Adatum');
  await hold(stack, database, run, 'it waits', 'l.waiting_until > now()');
  await product.badge(page).getByText('Waiting for Microsoft Graph', { exact: true }).waitFor();
  await page.getByText(/^Waiting for Microsoft Graph, resumes \d\d:\d\d:\d\d UTC(, in \d+ s|, just now)?$/).waitFor();
  await screenshot(page, 'run-waiting');
  await axe(page);
  assert.equal(database.sql(`select status from operation_runs where id = '${run}'`), 'running', 'R06: it stays running');
  stack.worker.resume();
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor({ timeout: 20_000 });
  const timeline = await page.getByRole('region', { name: 'Timeline' }).innerText();
  assert.match(timeline, /Waiting for Microsoft Graph\s+\d+ s \(\d+ %\)[^]*throttled, \d+ s[^]*Ended/);
});

test('r14 a worker that is killed loses nothing: another one does the work', async ({ page, stack, database }) => {
  await stack.faults('latency=700ms');
  const run = await watch(page, stack, 'Adatum');
  await hold(stack, database, run, 'it runs', "r.status = 'running'");
  await product.badge(page).getByText('Running', { exact: true }).waitFor();
  await stack.worker.kill();
  // A minute later, as far as the lease is concerned.
  database.sql(`update operation_run_live set heartbeat_at = now() - interval '2 min' where run_id = '${run}'`);
  await stack.startWorker();
  await product.badge(page).getByText('Succeeded', { exact: true }).waitFor({ timeout: 30_000 });
  assert.equal(database.sql(`select attempt, counts->>'succeeded' from operation_runs where id = '${run}'`), '2|10');
  assert.equal(database.sql(`select count(*) from notifications where run_id = '${run}' and kind = 'completed'`), '1', 'R08');
  assert.match(await page.getByRole('region', { name: 'Timeline' }).innerText(), /Repaired/);
});

test('microsoft not reachable at all: tried again, then failed as graph.unreachable with its remedy', async ({ page, stack }) => {
  await stack.simulator.kill();
  await watch(page, stack);
  await product.badge(page).getByText('Waiting for Microsoft Graph', { exact: true }).waitFor();
  await product.badge(page).getByText('Failed', { exact: true }).waitFor({ timeout: 60_000 });
  const happened = await page.getByRole('region', { name: 'What happened' }).innerText();
  assert.match(happened, /Microsoft Graph could not be reached, also after retrying\./);
  assert.match(happened, /What to do\s+Check the network and Microsoft's service health, then start it again\./);
  assert.match(happened, /graph\.unreachable/);
  await axe(page);
});
