// Runs in states that take long, or luck, to come by: written as the ledger writes them.
import { quote } from './database.mjs';
import { randomId } from './http.mjs';

const json = (value) => `${quote(JSON.stringify(value))}::jsonb`;

/**
 * Writes a run and returns its id.
 *
 * @param {import('./database.mjs').Database} database
 * @param {object} run status, outcome, reason, hold, counts, failures, live (phase, waiting seconds), items, ago (seconds), worked (seconds
 *   from its begin to its end; else it ends now), identity (a text; else its own), admitted, kept, target
 */
export function write(database, run = {}) {
  const { tenant = 'Contoso', type = 'inventory.sync', status = 'queued', outcome = 'pending', reason, hold, counts = {},
    failures = [], live, items = [], ago = 60, initiator = 'operator@northwind.example', joined, worked,
    identity, admitted = false, kept = false, target } = run;
  const id = randomId();
  const began = `now() - interval '${Math.max(ago - 2, 0)} s'`;
  const ended = worked === undefined ? 'now()' : `${began} + interval '${worked} s'`;
  const [running, completed] = [status !== 'queued' && outcome !== 'blocked', status === 'completed'];
  const text = (value) => (value === undefined ? 'null' : quote(value));
  const all = { processed: items.length, ...counts };
  // In one go: each begins a process of its own.
  const statements = [`
    insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, inputs,
      scope_receipt, target, target_scope, counts, failures, reason_code, priority, hold, admitted_at, attempt, epoch, initiator_id,
      initiator_name, correlation_id, retention_hold, created_at, started_at, completed_at)
    select '${id}', t.workspace_id, t.id, ${quote(type)}, ${quote(status)}, ${quote(outcome)}, 'manual', sha256(${quote(identity ?? id)}), false,
      '{"types": ["deviceCompliancePolicy"]}', '{"kind": "policy_types", "types": ["deviceCompliancePolicy"]}', ${target ? quote(target) : 't.name'},
      'entra:' || t.entra_tenant_id, ${json(completed ? all : {})}, ${json(failures)}, ${text(reason)}, 1, ${text(hold)},
      ${running || admitted ? began : 'null'}, ${running ? 1 : 0}, 1, u.id, u.name, '${randomId()}', ${kept}, now() - interval '${ago} s',
      ${running ? began : 'null'}, ${completed ? ended : 'null'}
    from tenants t, users u where t.name = ${quote(tenant)} and u.email = ${quote(initiator)};
    insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail)
    select r.id, e.seq, r.workspace_id, r.tenant_id, e.at, e.kind, e.detail from operation_runs r,
      lateral (values (1, r.created_at, 'queued', 'by ' || r.initiator_name), (2, r.started_at, 'started', 'attempt 1'),
        (3, r.completed_at, 'completed', r.outcome)) e (seq, at, kind, detail)
    where r.id = '${id}' and e.at is not null`];
  if (!completed) {
    const { phase, waiting } = live ?? {};
    statements.push(`insert into operation_run_live (run_id, workspace_id, tenant_id, worker, heartbeat_at, counts, phase, waiting_until, wait_reason)
      select id, workspace_id, tenant_id, 'end2end', ${running ? "now() + interval '10 min'" : 'null'}, ${json(all)}, ${text(phase)},
        ${waiting ? `now() + interval '${waiting} s', 'graph.throttled'` : 'null, null'} from operation_runs where id = '${id}'`);
  }
  for (const [at, item] of items.entries()) {
    const { kind = 'deviceCompliancePolicy', name, outcome = 'succeeded', reason, message } = item;
    statements.push(`insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code, message)
      select id, ${quote(kind)}, 'item-${at}', workspace_id, tenant_id, ${quote(name)}, ${quote(outcome)}, ${text(reason)}, ${text(message)}
      from operation_runs where id = '${id}'`);
  }
  if (joined) {
    statements.push(`insert into operation_run_followers (run_id, user_id, workspace_id, tenant_id, name, joined_at)
      select r.id, u.id, r.workspace_id, r.tenant_id, u.name, now() from operation_runs r, users u where r.id = '${id}' and u.email = ${quote(joined)}`);
  }
  database.sql(statements.join(';\n'));
  return id;
}

/** Groups of a tenant as a sync would have found them: "Group 1", "Group 2" and so on. */
export function writeGroups(database, tenant, count) {
  database.sql(`insert into directory_groups (tenant_id, external_id, workspace_id, name, group_type, security_enabled, mail_enabled, first_seen_at, last_seen_at, last_seen_run_id)
    select t.id, 'group-' || n, t.workspace_id, 'Group ' || n, (array['security', 'microsoft365', 'distribution'])[1 + n % 3], true, false, now(), now(), gen_random_uuid()
    from tenants t, generate_series(1, ${count}) n where t.name = ${quote(tenant)} on conflict do nothing`);
}

/** Three fire times of a tenant's schedule of groups: one of each outcome. */
export function writeFires(database, tenant, run) {
  database.sql(`insert into schedule_fires (schedule_id, fire_at, workspace_id, tenant_id, outcome, run_id, recorded_at)
    select s.id, now() - f.days * interval '1 day', s.workspace_id, s.tenant_id, f.outcome, f.run, now()
    from schedules s join tenants t on t.id = s.tenant_id,
      (values (1, 'merged', '${run}'::uuid), (2, 'missed', null), (3, 'started', '${run}'::uuid)) f (days, outcome, run)
    where t.name = ${quote(tenant)} and s.type = 'directory.groups.sync'`);
}

/** The run begins to work, as a worker would say. */
export function begin(database, id) {
  database.sql(`update operation_runs set status = 'running', admitted_at = coalesce(admitted_at, now()), started_at = now(), attempt = 1 where id = '${id}';
    update operation_run_live set heartbeat_at = now() + interval '10 min' where run_id = '${id}'`);
}

/** How far it is. */
export function progress(database, id, counts, phase = 'Reading compliance policies (1 of 8)') {
  database.sql(`update operation_run_live set counts = ${json(counts)}, phase = ${quote(phase)} where run_id = '${id}'`);
}

/** It ends. */
export function end(database, id, counts = { total: 1, processed: 1, succeeded: 1 }, outcome = 'succeeded') {
  database.sql(`update operation_runs set status = 'completed', outcome = ${quote(outcome)}, completed_at = now(), counts = ${json(counts)} where id = '${id}'`);
}
