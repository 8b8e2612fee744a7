-- Scope: who may see which rows, as the database enforces it (R10).
--
-- Three roles use this database. The owner migrates and owns everything. `tenantatlas_web` and `tenantatlas_worker` are the
-- processes; they own nothing, and row-level security is forced on everybody, the owner included. A process says in each
-- transaction what it acts for, with `set_config(…, true)`:
--
--   app.workspace_id  the workspace, or empty
--   app.tenants       `*` for every tenant of it, else the tenants' ids with commas between
--   app.user_id       the person, for rows that belong to a person
--   app.scope         `system` for the worker's own bookkeeping across workspaces; means nothing for other roles
--
-- Outside a scope nothing is visible: `current_setting(…, true)` is null before the first use in a session and empty after
-- the end of a transaction that set it, hence `nullif`.

do $$
begin
    if not exists (select from pg_roles where rolname = 'tenantatlas_web')
        or not exists (select from pg_roles where rolname = 'tenantatlas_worker')
    then
        raise exception 'the roles tenantatlas_web and tenantatlas_worker are missing'
            using hint = 'create role tenantatlas_web login password ''…''; create role tenantatlas_worker login password ''…'';';
    end if;
end
$$;

grant usage on schema public to tenantatlas_web, tenantatlas_worker;

create function scope_workspace() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.workspace_id', true), '')::uuid;

create function scope_user() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.user_id', true), '')::uuid;

create function scope_is_system() returns boolean
    language sql stable parallel safe
    return coalesce(current_setting('app.scope', true), '') = 'system';

-- Opaque to the planner on purpose. As a comparison with an array in the policy, it makes the planner believe in a very
-- selective filter and collect and sort the whole window instead of walking the index in order: 0.7 ms became 27 ms at
-- 10 million rows. The flag for "every tenant" is looked at first, because parsing the list again for each row is what
-- remains of the cost.
create function scope_sees_tenant(tenant uuid) returns boolean
    language plpgsql stable parallel safe cost 1
as $$
declare
    tenants text := current_setting('app.tenants', true);
begin
    if tenants = '*' or tenant is null then
        return true;
    end if;
    return tenants is not null and position(tenant::text in tenants) > 0;
end
$$;

comment on function scope_sees_tenant(uuid) is
    'Whether the scope reaches a tenant; rows of the workspace as a whole (no tenant) are reached by every member.';
