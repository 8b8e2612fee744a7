// The run page: what happened, whether anything is needed, and everything else in its place (DESIGN §6, §9; R16, R20).
import assert from 'node:assert/strict';
import { NARROW, WIDE, axe, fits, go, hydrated, screenshot, signedIn } from '../lib/browser.mjs';
import { quote } from '../lib/database.mjs';
import { ask, session } from '../lib/http.mjs';
import { until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { end, progress, write } from '../lib/runs.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const region = (page, name) => page.getByRole('region', { name, exact: true });
const items = (page) => page.getByRole('table', { name: 'Items' }).getByRole('rowheader');
const opened = (page, text) => page.locator('summary', { hasText: text }).click();
const failure = (code, message) => [{ code, message, count: 1 }];
const DENIED = { kind: 'policy_type', name: 'Device configurations', outcome: 'failed', reason: 'permission.missing', message: 'Forbidden' };
const READ = product.fixtureNames().map((name) => ({ name }));
const event = (run, seq, ago, kind, detail = '') => `insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
  select id, ${seq}, workspace_id, tenant_id, now() - interval '${ago} s', '${kind}', ${quote(detail)} from operation_runs where id = '${run}';`;

const manyOf = new WeakMap();

/** A run of a hundred thousand items, three failed, a hundred were skipped: one for all that only look. */
function many(database) {
  if (manyOf.has(database)) return manyOf.get(database);
  const counts = { total: 100_000, processed: 100_000, succeeded: 99_897, failed: 3, skipped: 100 };
  const run = write(database, { status: 'completed', outcome: 'partially_succeeded', reason: 'graph.throttled', counts, ago: 900, worked: 600 });
  database.sql(`insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code, message)
    select r.id, case when n % 2 = 0 then 'deviceConfiguration' else 'deviceCompliancePolicy' end, lpad(n::text, 6, '0'), r.workspace_id, r.tenant_id,
      'Windows - Baseline - ' || n, o, case o when 'failed' then 'graph.throttled' when 'skipped' then 'object.not_found' end,
      case o when 'failed' then 'too many requests' end
    from operation_runs r, generate_series(1, 100000) n,
      lateral (select case when n > 99997 then 'failed' when n <= 100 then 'skipped' else 'succeeded' end) as outcomes (o)
    where r.id = '${run}'; analyze operation_run_items;`);
  manyOf.set(database, run);
  return run;
}

/** Each state: how to write it, what the first thing on the page says, and what else is there. */
const STATES = {
  succeeded: {
    write: (database) => {
      for (const [ago, worked] of [[9000, 100], [8000, 115], [7000, 130]]) {
        write(database, { status: 'completed', outcome: 'succeeded', identity: 'succeeded', ago, worked });
      }
      return write(database, { status: 'completed', outcome: 'succeeded', counts: { total: 10, succeeded: 10 }, items: READ, identity: 'succeeded',
        joined: 'manager@northwind.example', ago: 200, worked: 130 });
    },
    says: [/All 10 items are done\./, /What to do\s+Nothing needs to be done\./],
    also: [/Followers\s+Marco Manager\s+(just now|\d)/, /2 min 10 s\s+usually 1 min 55 s/, /Planned\s+1 policy type: Compliance policies/, /Touched\s+10 objects/,
      /Skipped\s+Nothing/, /Queued\s+2 s \(2 %\)/, /Working\s+2 min 10 s \(98 %\)/, /Previous run\s+[^]*Succeeded/, /Next run\s+None on record after this one/],
  },
  partial: {
    write: (database) => write(database, { status: 'completed', outcome: 'partially_succeeded', counts: { total: 8, succeeded: 7, failed: 1 },
      items: [...READ.slice(0, 7), DENIED], failures: failure('permission.missing', 'Forbidden') }),
    says: [/1 of 8 items did not work\. The application lacks a permission in the tenant\./, /What to do\s+Grant the permission to the application/],
    also: [/Reasons\s+The application lacks a permission in the tenant\.\s*1 item/],
  },
  failed: {
    write: (database) => write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable', failures: failure('graph.unreachable', 'connection refused') }),
    says: [/Microsoft Graph could not be reached, also after retrying\./, /What to do\s+Check the network/],
    also: [/the operation as a whole/, /connection refused/],
  },
  'failed-then-good': {
    write: (database) => {
      const run = write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable', identity: 'good', ago: 600, worked: 20 });
      write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable', identity: 'good', ago: 400, worked: 20 });
      write(database, { status: 'completed', outcome: 'succeeded', identity: 'good', ago: 200, worked: 20 });
      return run;
    },
    says: [/could not be reached/, /Nothing needs to be done: the latest run of the same operation succeeded\./],
    also: [/Next run\s+[^]*Failed\s+Latest run\s+[^]*Succeeded/],
  },
  blocked: {
    write: (database) => write(database, { status: 'completed', outcome: 'blocked', reason: 'missing_capability', ago: 10 }),
    says: [/does not hold the capability for this operation any more\. Nothing was changed\./, /Ask an owner of the workspace for the role/],
    also: [/Began\s+–/],
  },
  queued: {
    write: (database) => write(database, { ago: 3 }),
    says: [/Waiting for its turn: operations on a tenant run one after the other\./, /it goes on by itself/],
    also: [/Items\s+No items yet\./],
  },
  'queued-for-long': {
    write: (database) => write(database, { ago: 300, admitted: true }),
    says: [/Waiting for a worker\./, /check that a worker is running/],
    also: [],
  },
  running: {
    write: (database) => write(database, { status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, items: READ.slice(0, 4),
      counts: { total: 340, processed: 120, succeeded: 120 }, ago: 90 }),
    says: [/Reading compliance policies \(2 of 8\)/, /35 %/, /120 of 340 processed/, /The worker was last heard of just now\./, /it goes on by itself/],
    also: [/All\s+4\s+Succeeded\s+4/],
  },
  waiting: {
    write: (database) => {
      const run = write(database, { status: 'running', live: { waiting: 300 }, ago: 60 });
      database.sql(event(run, 3, 40, 'waiting', 'graph.throttled') + event(run, 4, 30, 'resumed') + event(run, 5, 20, 'waiting', 'graph.throttled'));
      return run;
    },
    says: [/Waiting for Microsoft Graph, resumes \d\d:\d\d:\d\d/],
    also: [/throttled, 2 times, \d+ s in all/],
  },
  stale: {
    write: (database) => {
      const run = write(database, { status: 'running', live: {}, ago: 400 });
      database.sql(`update operation_run_live set heartbeat_at = now() - interval '5 min' where run_id = '${run}';` +
        event(run, 3, 350, 'repaired', 'the worker was lost; the run is executed again') + event(run, 4, 340, 'started', 'attempt 2'));
      return run;
    },
    says: [/Nothing was heard from the worker for a while, last 5 min ago\./, /it is taken over or ended by itself/],
    also: [/Repaired/, /attempt 2/],
  },
  'awaiting-confirmation': {
    write: (database) => write(database, { type: 'restore.execute', hold: 'awaiting_confirmation', ago: 300 }),
    says: [/Waiting for somebody to confirm it\./, /Confirm it where it was prepared/],
    also: [],
  },
  'scheduled-and-kept': {
    write: (database) => {
      const run = write(database, { type: 'directory.groups.sync', status: 'completed', outcome: 'succeeded', kept: true, ago: 4000, worked: 30,
        counts: { total: 52_000, processed: 52_000, succeeded: 52_000 } });
      database.sql(`alter table operation_runs disable trigger operation_runs_guard;
        update operation_runs r set schedule_id = s.id, fire_at = r.created_at - interval '1 s', origin = 'schedule' from schedules s
          where r.id = '${run}' and s.tenant_id = r.tenant_id; alter table operation_runs enable trigger operation_runs_guard;`);
      return run;
    },
    says: [/All 52,000 items are done\./],
    also: [/Schedule\s+Groups, every night/, /Fire time\s+20\d\d-/, /Retention\s+Kept beyond retention/, /Related[^]*Groups of the tenant\s+Schedule\s+All runs/,
      /Items\s+This operation counts what it works on and keeps no list of it\./],
  },
  'many-items': {
    write: many,
    says: [/3 of 100,000 items did not work\./, /Start it again later/],
    also: [/All\s+100,000\s+Succeeded\s+99,897\s+Failed\s+3\s+Skipped\s+100/, /Reasons[^]*100 items[^]*3 items/, /Skipped\s+100 objects/],
  },
};

async function reach(page, stack, database, name) {
  await signedIn(page, stack, product.OPERATOR);
  const run = STATES[name].write(database);
  return run;
}

async function says(page, name) {
  const { says, also } = STATES[name];
  const first = await page.getByRole('main').locator('section').first().innerText();
  for (const pattern of says) assert.match(first, pattern, name);
  const all = await page.getByRole('main').innerText();
  for (const pattern of also) assert.match(all, pattern, name);
}

/** How much has moved by itself, as browsers measure it. */
const shifts = (page) => page.evaluate(() => window.shifts.map(({ value, what }) => `${value.toFixed(4)} ${what}`));
async function watchShifts(page) {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // The frame around the page is not this story's.
        if (!entry.sources.some(({ node }) => (node?.parentElement ?? node)?.closest?.('main'))) continue;
        const what = entry.sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 100)).join(' | ');
        window.shifts.push({ value: entry.value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

for (const name of Object.keys(STATES)) {
  test(`${name}: says first what happened and what to do; axe is clean, nothing moves`, async ({ page, stack, database }) => {
    await watchShifts(page);
    const run = await reach(page, stack, database, name);
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      await go(page, product.operation(run));
      // Relative times and the buttons are there by now.
      await page.getByRole('button', { name: 'Copy Link' }).waitFor();
      assert.deepEqual(await shifts(page), [], `${name} at ${viewport.width}`);
      await fits(page);
      await axe(page, viewport === WIDE ? ['light', 'dark'] : ['light']);
    }
    await page.setViewportSize(WIDE);
    await says(page, name);
    for (const summary of await page.getByRole('main').locator('summary').all()) await summary.click();
    await axe(page, ['light']);
    await screenshot(page, `run-page-${name}`);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('without JavaScript all of it is there, and the texts to pass on can be selected', async ({ page, stack, database }) => {
    for (const name of Object.keys(STATES)) {
      const run = await reach(page, stack, database, name);
      await go(page, product.operation(run));
      // The one thing that a server cannot know is the viewer's zone.
      await says(page, name);
    }
    const run = await reach(page, stack, database, 'partial');
    await go(page, product.operation(run));
    await opened(page, 'Summaries to pass on');
    await page.getByText(/Inventory sync for Contoso on 20\d\d-\d\d-\d\d \(UTC\) is partly done: 7 of 8 objects\. A permission is missing in the tenant\./).waitFor();
    assert.match(await page.getByRole('main').locator('pre').first().innerText(), new RegExp(`Inventory sync, Contoso \\(Northwind\\): Partially succeeded\\n[^]*Run id: ${run}`));
    await opened(page, 'Times in UTC');
    const clocks = page.getByRole('table', { name: 'Times in UTC' });
    assert.match(await clocks.innerText(), /Created\s+UTC\s+[\d-]+ [\d:]+ \+00:00\s+Tenant\s+[\d-]+ [\d:]+ [+-]\d\d:\d\d\s+Began/);
    await page.getByText(/^The tenant's time zone is \w+\/\w+\.$/).waitFor();
    await page.getByRole('link', { name: '1 item', exact: true }).click();
    assert.deepEqual(await items(page).allInnerTexts(), [DENIED.name]);
    assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0);
    await fits(page);
  });
});

test('a time is shown by three clocks: UTC, the tenant’s, and the viewer’s', async ({ page, stack, database }) => {
  await signedIn(page, stack, product.OPERATOR);
  const run = write(database, { status: 'completed', outcome: 'succeeded', tenant: 'Fabrikam', ago: 60 });
  database.sql(`update tenants set time_zone = 'Asia/Kathmandu' where name = 'Fabrikam';
    alter table operation_runs disable trigger operation_runs_guard;
    update operation_runs set created_at = '2026-07-01 22:30:15Z', started_at = '2026-07-01 22:30:16Z', completed_at = '2026-07-01 22:31:00Z' where id = '${run}';
    alter table operation_runs enable trigger operation_runs_guard;`);
  await go(page, product.operation(run));
  await opened(page, 'Times in UTC');
  const text = await page.getByRole('table', { name: 'Times in UTC' }).innerText();
  // The browser of these tests is in Berlin; in July that is two hours ahead.
  assert.match(text, /Created\s+UTC\s+2026-07-01 22:30:15 \+00:00\s+Tenant\s+2026-07-02 04:15:15 \+05:45\s+Yours\s+2026-07-02 00:30:15 \+02:00/);
});

test('r20 of a hundred thousand items, each number leads to exactly what it counts, in steps that the address keeps', async ({ page, stack, database }) => {
  const run = await reach(page, stack, database, 'many-items');
  await go(page, product.operation(run));
  await region(page, 'Reasons').getByRole('link', { name: '3 items' }).click();
  await page.waitForURL(/\?reason=graph\.throttled#items$/);
  await until('only they are left', async () => (await items(page).count()) === 3);
  await page.getByRole('list', { name: 'Filters of the items' }).getByText('Reason: Microsoft Graph kept throttling').waitFor();
  await page.reload();
  await hydrated(page);
  assert.equal(await items(page).count(), 3);
  await page.getByRole('link', { name: /^Remove filter Reason/ }).click();
  await page.getByRole('link', { name: /^Skipped/ }).click();
  await page.waitForURL(/\?outcome=skipped$/);
  const seen = [];
  for (let part = 0; part < 2; part += 1) {
    await until('fifty are shown', async () => (await items(page).count()) === 50 && !seen.includes(await items(page).first().innerText()));
    seen.push(...(await items(page).allInnerTexts()));
    if (part === 0) await page.getByRole('link', { name: 'More', exact: true }).click();
  }
  assert.equal(new Set(seen).size, 100);
  assert.equal(await page.getByRole('link', { name: 'More', exact: true }).count(), 0);
  await page.goBack();
  await until('the first part is back', async () => (await items(page).first().innerText()) === seen[0]);
  await page.goForward();
  await page.getByRole('link', { name: 'Back to the first page' }).click();
  await until('it begins again', async () => (await items(page).first().innerText()) === seen[0]);
});

test('what the address says wrongly is said, and never everything is shown instead', async ({ page, stack, database }) => {
  const run = await reach(page, stack, database, 'many-items');
  const at = (query) => go(page, `${product.operation(run)}?${query}`);
  for (const [query, chip] of [['outcome=bogus', 'Outcome: “bogus” is not known'], ['reason=bogus', 'Reason: “bogus” is not known'],
    ["reason=' or 1=1 --", "Reason: “' or 1=1 --” is not known"], ['outcome=%F0%9F%98%80&reason=graph.throttled', 'Outcome: “😀” is not known'],
    [`reason=${'x'.repeat(5000)}`, 'Reason: “xxxx'], ['reason=%00', 'is not known'], ['outcome=</title><script>alert(1)</script>', 'Outcome: “</title><script>alert(1)</script>” is not known']]) {
    await at(query);
    const filters = page.getByRole('list', { name: 'Filters of the items' });
    await filters.getByText(chip).waitFor();
    assert.equal(await items(page).count(), 0, query);
    await page.getByText(/^(Nothing can match|No items match)/).waitFor();
  }
  await axe(page);
  await page.getByRole('link', { name: /^Remove filter Outcome/ }).click();
  await until('everything is shown once it is removed', async () => (await items(page).count()) === 50);
  for (const after of ['x', 'deviceConfiguration/', '/1', '%00/x', `a/${'x'.repeat(500)}`, 'a%00/b']) {
    await at(`after=${after}`);
    await page.getByRole('alert').getByText('so this is the first page').waitFor();
    assert.equal(await items(page).count(), 50, after);
    await at(`outcome=failed&after=${after}`);
    await page.getByRole('alert').getByText('so this is the first page').waitFor();
    assert.equal(await items(page).count(), 3, `filtered: ${after}`);
  }
  await axe(page, ['light']);
  const cookie = await session(stack, product.OPERATOR);
  for (const query of ['outcome=bogus', 'reason=%00', 'after=x', 'outcome=failed&reason=bogus']) {
    const { status, text } = await ask(`${stack.url}/_fn/run?run=${run}&${query}`, { cookie });
    const { rows } = JSON.parse(text).items;
    assert.deepEqual([status, rows.length], [200, query.startsWith('after') ? 50 : 0], query);
  }
});

test('an update leaves what one has opened, selected, focused and scrolled to', async ({ page, stack, database }) => {
  await signedIn(page, stack, product.OPERATOR);
  const counts = { total: 40, processed: 12, succeeded: 11, failed: 1 };
  const run = write(database, { status: 'running', live: {}, ago: 3, items: [...READ, DENIED], counts });
  await page.setViewportSize(NARROW);
  await go(page, product.operation(run));
  assert.match(await page.title(), /^Running · Inventory sync · Contoso/);
  for (const text of ['Technical details', 'Times in UTC', 'Summaries to pass on']) await opened(page, text);
  const link = region(page, 'Reasons').getByRole('link', { name: '1 item' });
  await link.focus();
  await page.evaluate(() => {
    scrollTo(0, 700);
    const first = document.querySelector('main tbody th');
    getSelection().selectAllChildren(document.querySelector('main dd'));
    window.kept = [document.activeElement, first, document.querySelector('h1'), ...document.querySelectorAll('main section, main details, main li, main tr')];
    window.at = scrollY;
    window.selected = getSelection().toString();
  });
  for (let done = 13; done <= 20; done += 1) {
    database.sql(`insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code)
      select id, 'policy_type', 'z-${done}', workspace_id, tenant_id, 'More ${done}', 'failed', 'permission.missing' from operation_runs where id = '${run}'`);
    progress(database, run, { total: 40, processed: done, succeeded: 11, failed: done - 11 });
    await page.getByText(`${done} of 40 processed`).waitFor();
    await region(page, 'Reasons').getByText(`${done - 11} items`).waitFor();
  }
  const kept = await page.evaluate(() => ({
    gone: window.kept.filter((node) => !node.isConnected).map((node) => node.outerHTML.slice(0, 200)),
    focused: document.activeElement === window.kept[0], moved: scrollY - window.at, selected: getSelection().toString() === window.selected,
    open: document.querySelectorAll('main details[open]').length,
  }));
  assert.deepEqual(kept, { gone: [], focused: true, moved: 0, selected: true, open: 3 });
  end(database, run, { total: 20, processed: 20, succeeded: 11, failed: 9 }, 'partially_succeeded');
  await product.badge(page).getByText('Partially succeeded', { exact: true }).waitFor();
  await until('the tab says so', async () => (await page.title()).startsWith('Partially succeeded · Inventory sync · Contoso'));
  assert.equal(await page.evaluate(() => document.querySelectorAll('main details[open]').length), 3);
});

test('link, id and summaries are copied, and all of the page is reached by keyboard', async ({ page, stack, database }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const run = await reach(page, stack, database, 'partial');
  await go(page, product.operation(run));
  const copied = async (name) => {
    await page.getByRole('button', { name: `Copy ${name}`, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByText('Copied').waitFor({ state: 'detached' });
    return text;
  };
  assert.equal(await copied('Link'), `${stack.url}${product.operation(run)}`);
  assert.equal(await copied('Id'), run);
  assert.match(await copied('For technicians'), /Partially succeeded\n1 of 8 items did not work\.[^]*permission\.missing \(1 item\)[^]*Correlation id: /);
  const customer = await copied('For customers');
  assert.match(customer, /is partly done: 7 of 8 objects\. A permission is missing in the tenant\.$/);
  assert.doesNotMatch(customer, /Graph|permission\.|[0-9a-f]{8}-/);

  // From the heading on, in the order of the page.
  await product.heading(page, 'Inventory sync').focus();
  const stops = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => (document.activeElement.closest('main') ? (document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText.trim()) : ''));
    if (at === '') break;
    stops.push(at.replace(/\s+/g, ' '));
  }
  const order = ['Copy Link', '1 item', 'Contoso', 'Times in UTC, of the tenant and yours', 'All runs of this type', 'All 8', 'Failed 1', 'Items, table', 'Summaries to pass on', 'Technical details'];
  const places = order.map((name) => stops.indexOf(name));
  assert.deepEqual(places, [...places].sort((a, b) => a - b), `${stops}`);
  assert.ok(!places.includes(-1), `${stops}`);
  await page.locator('summary', { hasText: 'Technical details' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('dt', { hasText: 'Correlation id' }).waitFor();
});

test('neighbours are of the same operation, and each leads to the other', async ({ page, stack, database }) => {
  await signedIn(page, stack, product.OPERATOR);
  const [first, second] = [500, 300].map((ago) => write(database, { status: 'completed', outcome: 'succeeded', identity: 'pair', ago, worked: 10 }));
  await go(page, product.operation(second));
  const related = region(page, 'Related');
  await related.getByRole('link').first().click();
  await page.waitForURL(new RegExp(first));
  await until('the next one is the second', async () => (await related.getByRole('link').first().getAttribute('href')) === product.operation(second));
  await related.getByRole('link', { name: 'All runs of this type' }).click();
  await page.waitForURL(/\/admin\/operations\?type=inventory\.sync&tenant=/);
  await product.hubTable(page).getByRole('rowheader').locator(`a[href$="${second}"]`).waitFor();
});

test('whatever would be a script in a name is text', async ({ page, stack, database }) => {
  await signedIn(page, stack, product.OPERATOR);
  const name = '</title><script>window.pwned=1</script><img src=x onerror=window.pwned=1>';
  const run = write(database, { status: 'completed', outcome: 'partially_succeeded', target: name, failures: failure('x.y', name), joined: 'manager@northwind.example',
    items: [{ name, kind: 'x', outcome: 'failed', reason: 'graph.rejected', message: name }], counts: { total: 1, failed: 1 } });
  const named = (name) => database.sql(`update actors set name = ${name} where email = 'manager@northwind.example'`);
  named(quote(name));
  database.sql(event(run, 4, 1, 'joined', name));
  const { text } = await ask(`${stack.url}${product.operation(run)}`, { cookie: await session(stack, product.OPERATOR), headers: { accept: 'text/html' } });
  assert.doesNotMatch(text, /<script>window|<img src=x/);
  await go(page, product.operation(run));
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.ok((await page.title()).includes(name));
  assert.equal(await items(page).innerText(), name);
  named('(select name from users u where u.id = actors.id)');
});
