// PostgreSQL stops and starts again while people are at work; and what is said when a process cannot start.
import assert from 'node:assert/strict';
import { axe, go, screenshot, signIn } from '../lib/browser.mjs';
import { ask, session } from '../lib/http.mjs';
import { Postgres } from '../lib/postgres.mjs';
import { BINARY, Running, run, sleep, until } from '../lib/process.mjs';
import * as product from '../lib/product.mjs';
import { test as base } from '../lib/test.mjs';

const test = base.extend({
  postgres: [async ({}, use) => {
    const postgres = new Postgres();
    await postgres.up();
    await use(postgres);
    await postgres.remove();
  }, { scope: 'worker', timeout: 60_000 }],
  stackOptions: ({ postgres }, use) => use({ urls: postgres.urls, faults: 'latency=700ms' }),
});

test('pages answer 503 with a hint, and everything goes on by itself when the database is back', async ({ page, another, postgres, stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  await signIn(page, product.OPERATOR);
  const id = await product.started(stack, cookie);
  await go(page, '/admin/operations');
  const row = product.hubTable(page).getByRole('row').filter({ has: page.locator(`a[href$="${id}"]`) });
  await row.getByText(/^(Queued|Running)$/).waitFor();
  await page.evaluate(() => (window.stayed = true));
  const live = page.getByText(/^(Live|Not up to date, trying again)$/);
  assert.equal(await live.innerText(), 'Live');
  await until('it runs', () => database.sql(`select status = 'running' from operation_runs where id = '${id}'`) === 't');

  await postgres.down();
  page.expectErrors(/status of 503/);
  const asked = Date.now();
  const answer = await ask(`${stack.url}/admin/operations`, { cookie, headers: { accept: 'text/html' } });
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  assert.match(answer.text, /The database does not answer at the moment\. Nothing was changed\./);
  assert.ok(Date.now() - asked < 6000, 'nobody waits long for that');
  const function_ = await ask(`${stack.url}/_fn/runs`, { cookie });
  assert.deepEqual([function_.status, Object.keys(JSON.parse(function_.text))], [503, ['Unavailable']]);
  assert.equal((await ask(`${stack.url}/healthz`)).status, 200);
  assert.equal((await ask(`${stack.url}/readyz`)).status, 503);

  // A page that is open says that it is not up to date; one that is opened says what is wrong; a start says what did not happen.
  await page.getByText('Not up to date, trying again').waitFor({ timeout: 15_000 });
  const late = await another();
  late.expectErrors(/status of 503/);
  await go(late, '/sign-in');
  await late.getByLabel('Email', { exact: true }).fill(product.OPERATOR);
  await late.getByLabel('Password', { exact: true }).fill('demo');
  await late.getByRole('button', { name: 'Sign in' }).click();
  await late.getByText('Signing in is not possible at the moment.').waitFor();
  await late.context().addCookies(await page.context().cookies());
  assert.equal((await late.goto('/admin/operations')).status(), 503);
  await axe(late);
  await screenshot(late, 'unavailable');

  await stack.faults('none');
  await postgres.up();
  await until('the web is ready again', async () => (await ask(`${stack.url}/readyz`)).status === 200);
  // Whether it says "Live" again depends on whether the run still goes on by then.
  await page.getByText('Not up to date, trying again').waitFor({ state: 'hidden', timeout: 60_000 });
  await row.getByText('Succeeded', { exact: true }).waitFor({ timeout: 40_000 });
  assert.ok(await page.evaluate(() => window.stayed), 'without a reload');
  await late.reload();
  await product.hubTable(late).waitFor();
});

test('going to another page while the database is away says so there, and trying again helps', async ({ page, postgres, stack }) => {
  await signIn(page, product.OPERATOR);
  page.expectErrors(/status of 503/);
  await postgres.down();
  await product.navigation(page).getByRole('link', { name: 'Notifications' }).click();
  await page.getByRole('alert').getByText('This could not be loaded').waitFor({ timeout: 20_000 });
  await axe(page);
  await screenshot(page, 'could-not-load');
  await postgres.up();
  await until('the web is ready again', async () => (await ask(`${stack.url}/readyz`)).status === 200);
  await page.getByRole('link', { name: 'Try again' }).click();
  await product.heading(page, 'Notifications').waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

test('a process that starts while the database is away waits for it, and says so', async ({ postgres, stack }) => {
  await postgres.down();
  await stack.web.stop();
  const starting = stack.startWeb();
  await stack.web.says(/WEB_DATABASE_URL: the database does not answer; trying again/);
  await postgres.up();
  await starting;
  assert.equal((await ask(`${stack.url}/readyz`)).status, 200);
});

test('whatever keeps a process from starting is one line that names it, and exit code 1', async ({ stack, database }) => {
  const { WEB_DATABASE_URL: web, WORKER_DATABASE_URL: worker, DATABASE_URL: owner } = database.urls;
  const password = new URL(web).password;
  const cases = [
    [['web'], { ADDR: `127.0.0.1:${stack.ports.web}`, WEB_DATABASE_URL: web }, new RegExp(`^tenantatlas: ADDR: 127\\.0\\.0\\.1:${stack.ports.web} is in use`)],
    [['web'], { WEB_DATABASE_URL: 'garbage' }, /WEB_DATABASE_URL: expected a PostgreSQL URL/],
    [['web'], {}, /WEB_DATABASE_URL: expected a PostgreSQL URL/],
    [['web'], { WEB_DATABASE_URL: web.replace(password, 'hunter2') }, /WEB_DATABASE_URL: .*password/],
    [['web'], { WEB_DATABASE_URL: web.replace(/\/[^/]*$/, '/nowhere') }, /WEB_DATABASE_URL: .*nowhere/],
    [['web'], { WEB_DATABASE_URL: web.replace(/\/[^/]*$/, '/postgres') }, /WEB_DATABASE_URL: .*not migrated/],
    [['web'], { WEB_DATABASE_URL: owner }, /WEB_DATABASE_URL: .*owns the tables/],
    [['worker'], { WORKER_DATABASE_URL: worker }, /GRAPH_CLIENT_ID: expected/],
    [['worker'], { WORKER_DATABASE_URL: worker, ...stack.graphEnv(), GRAPH_BASE_URL: 'http://graph.example' }, /GRAPH_BASE_URL: expected an address/],
    [['migrate'], { DATABASE_URL: 'postgres://host' }, /DATABASE_URL: expected a PostgreSQL URL/],
    [['web'], { ADDR: 'localhost', WEB_DATABASE_URL: web }, /ADDR: expected an IP address and a port/],
    [['simulator', '--addr', '0.0.0.0:0'], {}, /--addr: expected a loopback address/],
    [['simulator', '--faults', 'flood'], {}, /--faults: flood: expected/],
  ];
  for (const [args, env, expected] of cases) {
    const { code, output } = await run('tenantatlas', [BINARY, ...args], { ADDR: '127.0.0.1:0', ...env });
    assert.match(output, expected, args.join(' '));
    assert.equal(code, 1, output);
    assert.equal(output.trimEnd().split('\n').length, 1, output);
    assert.ok(!output.includes(password) && !output.includes('hunter2'), output);
  }
});

test('ctrl-c stops web and worker within seconds, also with a run under way', async ({ stack, database }) => {
  const cookie = await session(stack, product.OPERATOR);
  await stack.faults('latency=300ms');
  const id = await product.started(stack, cookie, { tenant: 'Fabrikam' });
  await until('it runs', () => database.sql(`select status = 'running' from operation_runs where id = '${id}'`) === 't');
  for (const running of [stack.web, stack.worker]) {
    running.signal('SIGINT');
    await Promise.race([running.ended, sleep(15_000)]);
    assert.equal(running.code, 0, `${running.name}: ${running.code}\n${running.output}`);
  }
  // What it had begun it has ended, or handed back for the next one.
  assert.match(database.sql(`select status from operation_runs where id = '${id}'`), /completed|queued|running/);
  await stack.startWorker();
  await until('the run ends', () => database.sql(`select status from operation_runs where id = '${id}'`) === 'completed');
  assert.ok(stack.worker instanceof Running);
});
