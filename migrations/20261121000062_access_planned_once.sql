-- The look-ups that find a scope, as before, in a language that keeps its plans: a function in SQL is planned anew by every
-- statement that calls it, and every request calls one (0.25 ms, now 0.18).

create or replace function access_to_workspace(asking uuid, wanted uuid) returns setof access_grant
    language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    return query
    select w.id, w.name, m.role, m.all_tenants,
        array(select t.tenant_id from member_tenants t where t.workspace_id = m.workspace_id and t.user_id = m.user_id),
        null::uuid, null::text
    from members m
    join workspaces w on w.id = m.workspace_id
    join users u on u.id = m.user_id and u.disabled_at is null
    where m.user_id = asking and m.workspace_id = wanted;
end
$$;

create or replace function access_to_tenant(asking uuid, wanted uuid) returns setof access_grant
    language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    return query
    select a.workspace_id, a.workspace_name, a.role, a.all_tenants, a.tenant_ids, t.id, null::text
    from tenants t
    cross join lateral access_to_workspace(asking, t.workspace_id) a
    where t.id = wanted and (a.all_tenants or t.id = any (a.tenant_ids));
end
$$;

create or replace function access_to_run(asking uuid, wanted uuid) returns setof access_grant
    language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    return query
    select a.workspace_id, a.workspace_name, a.role, a.all_tenants, a.tenant_ids, r.tenant_id, r.type
    from operation_runs r
    cross join lateral access_to_workspace(asking, r.workspace_id) a
    where r.id = wanted and (r.tenant_id is null or a.all_tenants or r.tenant_id = any (a.tenant_ids));
end
$$;
