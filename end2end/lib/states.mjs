// Every state of every page, by name: how to get there.
import { go, signedIn } from './browser.mjs';
import { quote } from './database.mjs';
import { randomId } from './http.mjs';
import * as product from './product.mjs';
import { write, writeFires, writeGroups } from './runs.mjs';

const ITEMS = product.fixtureNames().map((name) => ({ name }));
const DENIED = { kind: 'policy_type', name: 'Compliance policies', outcome: 'failed', reason: 'permission.missing', message: 'Forbidden' };
const failure = (code, message, count = 1) => [{ code, message, count }];
const hub = (query = '') => (page) => go(page, `/admin/operations${query}`);
const run = (state) => (page, { database }) => go(page, product.operation(write(database, state)));

/** Gives two tenants, a workspace and a person names as long as they get; returns those of the tenants. */
function longNames(database) {
  const long = 'The Most Distinguished and Extraordinarily Long-Named Manufacturing and Trading Company '.repeat(3).slice(0, 199);
  database.sql(`update tenants set name = ${quote(long)} where name = 'Contoso'; update tenants set name = ${quote('W'.repeat(200))} where name = 'Fabrikam';
    update workspaces set name = ${quote('N' + 'orthwind'.repeat(24))} where slug = 'northwind'; update users set name = ${quote('Olga '.repeat(40).trim())} where email = ${quote(product.OPERATOR)}`);
  return [long, 'W'.repeat(200)];
}

/** Each: who looks (nobody: null), how to get there, and what the console may say. */
export const STATES = {
  'sign-in': { as: null, go: (page) => go(page, '/sign-in') },
  'sign-in-refused': { as: null, go: (page) => go(page, '/sign-in?error=invalid') },
  'sign-in-kept-form': { as: null, go: (page) => go(page, `/sign-in?error=expired&draft=${randomId()}`) },
  'no-access': { as: 'outsider@nowhere.example', go: (page) => go(page, '/admin/no-access') },

  'hub-runs': { go: hub() },
  'hub-active': {
    go: async (page, { database }) => {
      write(database, { status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, counts: { total: 340, processed: 120, succeeded: 120 } });
      write(database, { status: 'running', live: { waiting: 300 }, tenant: 'Fabrikam', ago: 200 });
      write(database, { tenant: 'Adatum', ago: 5 });
      write(database, { tenant: 'Adatum', type: 'restore.execute', hold: 'awaiting_confirmation', ago: 3000 });
      write(database, { type: 'backup_set.export', ago: 40 * 24 * 3600, status: 'running', live: {} });
      await go(page, '/admin/operations?tab=active');
    },
  },
  'hub-pinned': { go: hub('?from=1d') },
  'hub-failed': { go: hub('?tab=failed&from=5d') },
  'hub-filtered': { go: hub('?type=inventory.sync&status=!succeeded&initiator=me&from=7d') },
  'hub-filtered-empty': { go: hub('?q=nothing-is-called-this') },
  'hub-tab-empty': { go: hub('?tab=partial&from=0d&to=0d') },
  'hub-period-empty': { go: hub('?from=2020-01-01&to=2020-01-31') },
  'hub-unknown-value': { go: hub('?status=bogus&from=yesterday') },
  'hub-broken-cursor': { go: hub('?after=x&from=1d') },
  'hub-past-the-end': { go: hub('?after=1.1.00000000-0000-7000-8000-000000000000') },
  'hub-error': {
    errors: /status of 503/,
    go: async (page) => {
      await go(page, '/admin/notifications');
      const body = JSON.stringify({ Unavailable: { retry_seconds: 5 } });
      await page.route('**/_fn/runs?**', (route) => route.fulfill({ status: 503, contentType: 'application/json', headers: { serverfnerror: '/_fn/runs' }, body }));
      await product.navigation(page).getByRole('link', { name: 'Operations' }).click();
      await page.getByRole('alert').getByText('This could not be loaded').waitFor();
    },
  },
  'hub-empty': {
    as: 'owner@tailspin.example',
    go: async (page, { database }) => {
      database.sql("delete from operation_runs where workspace_id = (select id from workspaces where slug = 'tailspin')");
      await go(page, '/admin/operations');
      await page.getByText('No operations in the last 30 days').waitFor();
    },
  },

  'run-queued': { go: run({ ago: 3 }) },
  'run-awaiting-confirmation': { go: run({ type: 'restore.execute', hold: 'awaiting_confirmation', ago: 300 }) },
  'run-running': { go: run({ status: 'running', live: { phase: 'Reading compliance policies (2 of 8)' }, items: ITEMS.slice(0, 4), ago: 20 }) },
  'run-running-with-total': { go: run({ status: 'running', live: {}, counts: { total: 340, processed: 120, succeeded: 118, failed: 2 }, ago: 90 }) },
  'run-silent': {
    go: async (page, { database }) => {
      const id = write(database, { status: 'running', live: {}, ago: 400 });
      database.sql(`update operation_run_live set heartbeat_at = now() - interval '5 min' where run_id = '${id}'`);
      await go(page, product.operation(id));
    },
  },
  'run-succeeded': { go: run({ status: 'completed', outcome: 'succeeded', counts: { total: 10, succeeded: 10 }, items: ITEMS, joined: 'manager@northwind.example' }) },
  'run-nothing-to-do': { go: run({ status: 'completed', outcome: 'succeeded', counts: { total: 0 } }) },
  'run-partial': {
    go: run({ status: 'completed', outcome: 'partially_succeeded', counts: { total: 8, succeeded: 7, failed: 1 }, items: [...ITEMS.slice(0, 7), DENIED],
      failures: failure('permission.missing', 'Insufficient privileges to complete the operation.') }),
  },
  'run-failed': {
    go: run({ status: 'completed', outcome: 'failed', reason: 'graph.unreachable', failures: failure('graph.unreachable', 'connection refused'), ago: 45 }),
  },
  'run-blocked': { go: run({ status: 'completed', outcome: 'blocked', reason: 'missing_capability', ago: 10 }) },
  'run-unknown-reason': { go: run({ status: 'completed', outcome: 'failed', reason: 'from.tomorrow', type: 'what.ever', ago: 10 }), as: 'owner@northwind.example' },
  'run-many-items': {
    go: async (page, { database }) => {
      const id = write(database, { status: 'completed', outcome: 'succeeded', counts: { total: 4000, processed: 4000, succeeded: 4000 } });
      database.sql(`insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome)
        select r.id, 'deviceConfiguration', lpad(n::text, 6, '0'), r.workspace_id, r.tenant_id, 'Windows - Baseline - ' || n, 'succeeded'
        from operation_runs r, generate_series(1, 4000) n where r.id = '${id}'`);
      await go(page, product.operation(id));
      await page.getByRole('link', { name: 'More' }).click();
      await page.getByText('Windows - Baseline - 51').first().waitFor();
    },
  },

  'inventory-empty': { go: (page, { database }) => go(page, product.inventory(database.tenant('Adatum'))) },
  'inventory-not-permitted': { as: 'readonly@northwind.example', go: (page, { database }) => go(page, product.inventory(database.tenant('Adatum'))) },
  'inventory-nothing-chosen': {
    errors: /status of 422/,
    go: async (page, { database }) => {
      await go(page, product.inventory(database.tenant('Adatum')));
      for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
      await page.getByRole('button', { name: 'Sync now' }).click();
      await page.getByText('Choose at least one policy type.').waitFor();
    },
  },
  inventory: { go: (page, { database }) => go(page, product.inventory(database.tenant('Contoso'))) },
  'inventory-started': {
    go: async (page, { database }) => {
      await go(page, product.inventory(database.tenant('Contoso')));
      await product.syncNow(page);
      await page.getByRole('region', { name: 'Latest sync' }).getByText('Queued', { exact: true }).waitFor();
    },
  },
  'inventory-joined': {
    go: async (page, { database }) => {
      await go(page, product.inventory(database.tenant('Contoso')));
      await product.syncNow(page);
      await product.toast(page).getByText(/^Already running, started/).waitFor();
    },
  },
  'groups-empty': { go: (page, { database }) => go(page, product.groups(database.tenant('Adatum'))) },
  'groups-not-permitted': { as: 'readonly@northwind.example', go: (page, { database }) => go(page, product.groups(database.tenant('Adatum'))) },
  groups: {
    go: async (page, { database }) => {
      const tenant = database.tenant('Contoso');
      writeGroups(database, 'Contoso', 230);
      const run = write(database, { type: 'directory.groups.sync', status: 'completed', outcome: 'succeeded', counts: { total: 230, processed: 230, succeeded: 230 } });
      writeFires(database, 'Contoso', run);
      await go(page, product.groups(tenant));
    },
  },
  'groups-not-found': { go: (page, { database }) => go(page, `${product.groups(database.tenant('Contoso'))}?q=nothing-is-called-this`) },
  notifications: { go: (page) => go(page, '/admin/notifications') },
  'notifications-empty': { as: 'owner@tailspin.example', go: (page) => go(page, '/admin/notifications') },
  'navigation-open': {
    go: async (page) => {
      await go(page, '/admin/notifications');
      await product.account(page).click();
    },
  },

  'not-found': { errors: /status of 404/, go: (page) => go(page, product.operation(randomId())) },
  'not-found-page': { errors: /status of 404/, go: (page) => go(page, '/admin/nothing-here') },
  'not-permitted': {
    errors: /status of 403/,
    go: (page, { database }) => go(page, product.operation(write(database, { type: 'retention.prune', status: 'completed', outcome: 'succeeded' }))),
  },

  // Last, because every later picture would have these names in it.
  'long-names-hub': {
    go: async (page, { database }) => {
      const [long, wide] = longNames(database);
      write(database, { tenant: long, status: 'running', live: {} });
      write(database, { tenant: wide, status: 'completed', outcome: 'failed', reason: 'graph.unreachable' });
      await go(page, '/admin/operations?from=0d');
    },
  },
  'long-names-run': {
    go: (page, { database }) => {
      const items = [{ name: 'i'.repeat(300) }, { name: 'Item '.repeat(60).trim(), outcome: 'failed', reason: 'graph.unavailable', message: 'm'.repeat(300) }];
      const failures = failure('graph.unavailable', 'm'.repeat(300));
      const [, tenant] = longNames(database);
      return go(page, product.operation(write(database, { tenant, status: 'completed', outcome: 'partially_succeeded', items, failures })));
    },
  },
  'long-names-inventory': { go: (page, { database }) => go(page, product.inventory(database.tenant(longNames(database)[1]))) },
};

/** Takes a page to a state. */
export async function reach(page, stack, name) {
  const { as = product.OPERATOR, go: there, errors } = STATES[name];
  if (errors) page.expectErrors(errors);
  if (as) await signedIn(page, stack, as);
  await there(page, stack);
}
