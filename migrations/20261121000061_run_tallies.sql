-- How many runs ended how, by day: what the overview's chart and its causes are summed from.
--
-- Counting the runs themselves reads the window's part of an index: 0.4 million entries and 0.7 seconds for one workspace of the
-- ten-million-run benchmark, each time somebody looks. These are some thousand rows. Kept by the database, so that no way of
-- writing a run can forget it, and exact: a run is counted when it ends, which is final (R06), and taken out when it is removed.

create table operation_run_tallies (
    workspace_id uuid not null,
    -- Null for runs of the workspace as a whole.
    tenant_id uuid,
    type text not null,
    outcome text not null,
    -- Of the run as a whole; null where none stands for it.
    reason_code text,
    -- Days in UTC: the chart goes by when runs began, causes by when they ended.
    created_on date not null,
    completed_on date not null,
    runs integer not null,
    constraint operation_run_tallies_key
        unique nulls not distinct (workspace_id, created_on, outcome, type, tenant_id, completed_on, reason_code),
    constraint operation_run_tallies_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint operation_run_tallies_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint operation_run_tallies_runs_check check (runs >= 0)
)
-- `runs` is in no index, so that counting updates a row in place; there is room for it.
with (fillfactor = 70);
create index operation_run_tallies_failed_idx on operation_run_tallies (workspace_id, completed_on)
    where outcome in ('failed', 'blocked');

-- From the runs, all of them: for this migration, and for who writes runs by the million with the trigger switched off.
create function count_run_tallies() returns void
    language sql
begin atomic
    delete from operation_run_tallies;
    insert into operation_run_tallies (workspace_id, tenant_id, type, outcome, reason_code, created_on, completed_on, runs)
    select workspace_id, tenant_id, type, outcome, reason_code, (created_at at time zone 'UTC')::date, (completed_at at time zone 'UTC')::date,
        count(*)
    from operation_runs where status = 'completed' group by 1, 2, 3, 4, 5, 6, 7
    -- As they are read: a workspace's days lie together.
    order by 1, 6;
end;
revoke execute on function count_run_tallies() from public;
select count_run_tallies();

create function operation_runs_tally() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    run operation_runs := case when tg_op = 'DELETE' then old else new end;
    began date := (run.created_at at time zone 'UTC')::date;
    ended date := (run.completed_at at time zone 'UTC')::date;
begin
    if tg_op <> 'DELETE' then
        insert into operation_run_tallies as t (workspace_id, tenant_id, type, outcome, reason_code, created_on, completed_on, runs)
        values (run.workspace_id, run.tenant_id, run.type, run.outcome, run.reason_code, began, ended, 1)
        on conflict on constraint operation_run_tallies_key do update set runs = t.runs + 1;
        return null;
    end if;
    update operation_run_tallies set runs = runs - 1
    where workspace_id = run.workspace_id and created_on = began and outcome = run.outcome and type = run.type
        and tenant_id is not distinct from run.tenant_id and completed_on = ended and reason_code is not distinct from run.reason_code;
    delete from operation_run_tallies where workspace_id = run.workspace_id and created_on = began and runs = 0;
    return null;
end
$$;
revoke execute on function operation_runs_tally() from public;

-- At the end of the transaction: two runs that end alike wait for each other's commit and no longer, and in the order of locks
-- (run, target scope) the tally is always the last. A change of a run that has ended does not count: it is about keeping it.
create constraint trigger operation_runs_tally_ended after update on operation_runs deferrable initially deferred
    for each row when (old.status <> 'completed' and new.status = 'completed') execute function operation_runs_tally();
create constraint trigger operation_runs_tally_added after insert on operation_runs deferrable initially deferred
    for each row when (new.status = 'completed') execute function operation_runs_tally();
create constraint trigger operation_runs_tally_removed after delete on operation_runs deferrable initially deferred
    for each row when (old.status = 'completed') execute function operation_runs_tally();

alter table operation_run_tallies enable row level security;
alter table operation_run_tallies force row level security;
create policy operation_run_tallies_owner on operation_run_tallies to current_user using (true);
create policy operation_run_tallies_scope on operation_run_tallies for select to tenantatlas_web
    using (workspace_id = (select scope_workspace()) and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id)));

grant select on operation_run_tallies to tenantatlas_web;
