-- Who has started runs, per workspace and tenant: what the filter "Started by" of the hub offers, and whom it knows.
--
-- The runs themselves would say it as well, but only by walking over all of them, for a handful of names. Kept by the
-- database, so that no way of writing a run can forget it. Retention leaves these rows: a name stays offered.
create table operation_run_initiators (
    workspace_id uuid not null,
    -- Null for runs of the workspace as a whole.
    tenant_id uuid,
    user_id uuid not null,
    constraint operation_run_initiators_key unique nulls not distinct (workspace_id, tenant_id, user_id),
    constraint operation_run_initiators_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint operation_run_initiators_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id)
        on delete cascade,
    constraint operation_run_initiators_user_fkey foreign key (user_id) references users (id) on delete cascade
);

insert into operation_run_initiators (workspace_id, tenant_id, user_id)
select distinct workspace_id, tenant_id, initiator_id from operation_runs where initiator_id is not null;

-- Once per statement, not per row: large imports insert many. Sorted, so that two statements cannot wait for each other.
create function operation_runs_note_initiators() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    insert into operation_run_initiators (workspace_id, tenant_id, user_id)
    select distinct workspace_id, tenant_id, initiator_id from written where initiator_id is not null order by 1, 2, 3
    on conflict do nothing;
    return null;
end
$$;
revoke execute on function operation_runs_note_initiators() from public;
create trigger operation_runs_note_initiators after insert on operation_runs
    referencing new table as written for each statement execute function operation_runs_note_initiators();

alter table operation_run_initiators enable row level security;
alter table operation_run_initiators force row level security;
create policy operation_run_initiators_owner on operation_run_initiators to current_user using (true);
create policy operation_run_initiators_scope on operation_run_initiators for select to tenantatlas_web
    using (workspace_id = (select scope_workspace()) and scope_sees_tenant(tenant_id));

grant select on operation_run_initiators to tenantatlas_web;
