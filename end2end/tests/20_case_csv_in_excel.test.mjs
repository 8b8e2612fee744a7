// The file for spreadsheets, by its bytes: no spreadsheet is at hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { go, signIn } from '../lib/browser.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });

test('case csv-in-excel: the file says that it is UTF-8, its times are times, and none of its cells is a formula', async ({ page, database }) => {
  database.sql("update tenants set name = 'Köln Geräte' where name = 'Fabrikam'");
  for (const target of ['=1+1', '+1', '-1', '@SUM(A1)', 'Köln']) write(database, { tenant: 'Köln Geräte', target, status: 'completed', outcome: 'failed', reason: 'graph.unreachable' });
  await signIn(page, product.OPERATOR);
  await go(page, `${hub.HUB}?tenant=${database.tenant('Köln Geräte')}`);
  const file = async (name) => {
    await hub.open(page, 'Export');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    return readFileSync(await download.path());
  };
  const csv = await file('CSV, for spreadsheets');
  assert.deepEqual([...csv.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const text = csv.toString('utf8');
  assert.match(text, /^\ufeffid,type,/);
  assert.match(text, /,Köln Geräte,/);
  assert.match(text, /,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,UTC,/);
  for (const target of ['=1+1', '+1', '-1', '@SUM(A1)']) assert.ok(text.includes(`,'${target},`), target);
  const lines = (await file('JSON Lines, for programs')).toString('utf8');
  assert.ok(lines.startsWith('{'), 'programs get none of this');
  assert.match(JSON.parse(lines.split('\n')[0]).created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
