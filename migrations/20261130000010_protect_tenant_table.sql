-- One way to protect a table of a tenant's rows (R10), instead of policies copied from the table before.
--
-- The table has the columns `workspace_id` and `tenant_id` (null: of the workspace as a whole). Its owner sees everything, web and
-- worker what their scope reaches, and the worker's own bookkeeping all of it. That a scope reaches every tenant is asked once for
-- each statement, which is several times as fast as asking for each row (see `…60_scope_asked_once`).
--
-- What is granted is what a feature's table needs: the web reads it and the worker keeps it. A table that anybody else writes to is
-- granted more by its own migration.
--
-- The tables of before have these policies by the same names and with the same expressions, so they are left as they are. A test
-- compares every table that has a `tenant_id` with one that this has made.
create procedure protect_tenant_table(protected regclass)
    language plpgsql
as $$
declare
    name text := (select relname from pg_class where oid = protected);
begin
    execute format('alter table %s enable row level security', protected);
    execute format('alter table %s force row level security', protected);
    execute format('create policy %I on %s to current_user using (true)', name || '_owner', protected);
    execute format('create policy %I on %s to tenantatlas_web, tenantatlas_worker
        using (workspace_id = (select scope_workspace()) and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id)))',
        name || '_scope', protected);
    execute format('create policy %I on %s to tenantatlas_worker using ((select scope_is_system()))', name || '_system', protected);
    execute format('grant select on %s to tenantatlas_web', protected);
    execute format('grant select, insert, update, delete on %s to tenantatlas_worker', protected);
end
$$;

revoke execute on procedure protect_tenant_table(regclass) from public;

comment on procedure protect_tenant_table(regclass) is
    'Forces row-level security on a table with workspace_id and tenant_id: its owner, whoever''s scope reaches a row, and the worker''s bookkeeping.';
