-- What bounds sign-in, forms and saved views.

-- Whoever reads these tables for long keeps this migration, and who comes after it, waiting no longer than this; it is tried again.
set local lock_timeout = '1s';

-- Where a session was begun, as the hash of the network: whoever fails to sign in elsewhere does not keep the account from
-- being signed in to from there. Null for sessions of an older release.
alter table sessions add column network bytea;

-- What a start form asked for (sha256, as the identity of a run, but the same for every click). Another request under the same
-- key is refused instead of being answered with that run. Null for what an older release wrote.
alter table start_requests add column asked bytea,
    add constraint start_requests_asked_check check (length(asked) = 32);

-- Answers to forms are kept for a day. What is older goes first, so that the new key below is made of few rows.
delete from start_requests where created_at < now() - interval '1 day';

-- A form's key belongs to a person in a workspace: the same key in another one is another form. An older release looks it up by
-- all three columns and inserts with `on conflict do nothing`, so it works with this key as well.
alter table start_requests drop constraint start_requests_pkey,
    add constraint start_requests_pkey primary key (user_id, workspace_id, idempotency_key);

-- The oldest of a person's own, when there are too many.
grant delete on start_requests to tenantatlas_web;

-- The sweep of the web, over all workspaces at once: the one thing it may do to what is not in its scope, and it says
-- nothing but how many.
create function forget_start_requests(before timestamptz) returns bigint
    language sql volatile security definer set search_path = public, pg_temp
begin atomic
    with forgotten as (delete from start_requests where created_at < before returning 1)
    select count(*) from forgotten;
end;
revoke execute on function forget_start_requests(timestamptz) from public;
grant execute on function forget_start_requests(timestamptz) to tenantatlas_web;

-- What else a view names: people, and in its text perhaps a target. Derived from the query, so that no release and no statement
-- can leave it out. The table is small (100 views a person), so writing it anew takes a moment.
create function saved_view_people(query text) returns uuid[]
    language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(array_agg(named.id[1]::uuid), '{}')
    from regexp_matches(
        coalesce(substring(query from '(?:^|&)initiator=([^&]*)'), ''),
        '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') as named (id);
end;
alter table saved_views
    add column user_ids uuid[] generated always as (saved_view_people(query)) stored,
    add column names_text boolean generated always as (query ~ '(^|&)q=') stored;
revoke execute on function saved_view_people(text) from public;
grant execute on function saved_view_people(text) to tenantatlas_web;

-- Shared views are shown to whoever may see all that they name: each tenant, each person (as the filter's own list of people says
-- it), and of a text, which may be the target of any tenant, only to whoever sees every tenant.
alter policy saved_views_shared on saved_views
    using (shared and workspace_id = (select scope_workspace())
        and not exists (select from unnest(tenant_ids) as named (id) where not scope_sees_tenant(named.id))
        and (not names_text or (select scope_sees_every_tenant()))
        and not exists (select from unnest(user_ids) as named (id)
            where named.id is distinct from (select scope_user()) and not exists (
                select from operation_run_initiators i
                where i.workspace_id = saved_views.workspace_id and i.user_id = named.id and scope_sees_tenant(i.tenant_id))));

-- Owners of a workspace remove what is shared in it, also when its author has left. Together with the policy above: only of what
-- they see.
create policy saved_views_remove on saved_views for delete to tenantatlas_web
    using (shared and workspace_id = (select scope_workspace())
        and exists (select from members m
            where m.workspace_id = saved_views.workspace_id and m.user_id = (select scope_user()) and m.role = 'owner'));
