-- People in records. Runs, followers, events and audit entries hold an id; the name stands here, once, and can be erased: what was
-- done stays on record, and who did it is forgotten everywhere at once. The id is the account's; the row outlives the account.
--
-- `operation_runs.initiator_name` and `operation_run_followers.name` are still written, for the release before this one, and not
-- read any more where an id stands beside them; a later migration drops them.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

create table actors (
    id uuid not null,
    -- Both null once the person was erased.
    name text,
    email text,
    erased_at timestamptz,
    constraint actors_pkey primary key (id),
    constraint actors_erased_check check ((erased_at is null) = (name is not null) and (name is null) = (email is null))
);
insert into actors (id, name, email) select id, name, email from users;

-- No way of making or renaming an account can forget it.
create function users_are_actors() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    insert into actors as a (id, name, email) values (new.id, new.name, new.email)
    on conflict (id) do update set name = excluded.name, email = excluded.email where a.erased_at is null;
    return null;
end
$$;
revoke execute on function users_are_actors() from public;
create trigger users_are_actors after insert or update of name, email on users
    for each row execute function users_are_actors();

-- Whose doing it was; `detail` names nobody then.
alter table operation_run_events add column actor_id uuid;

-- Erases a person: the account cannot be used any more, and no table has the name or the address. Answers whether there was
-- anybody to erase. The owner's alone. What other releases wrote is looked for as well.
create function erase_actor(person uuid, moment timestamptz) returns boolean
    language plpgsql set search_path = public, pg_temp
as $$
declare
    nobody constant text := 'A former user';
begin
    update actors set name = null, email = null, erased_at = moment where id = person and erased_at is null;
    if not found then
        return false;
    end if;
    delete from sessions where user_id = person;
    delete from form_drafts where user_id = person;
    delete from members where user_id = person;
    update users set name = nobody, email = id || '@erased.invalid', password_hash = null, last_workspace_id = null,
        disabled_at = coalesce(disabled_at, moment)
    where id = person;
    update operation_run_events e set detail = 'by ' || nobody
    from operation_runs r where r.initiator_id = person and e.run_id = r.id and e.kind = 'queued' and e.actor_id is null;
    update operation_run_events e set detail = nobody
    from operation_run_followers f where f.user_id = person and e.run_id = f.run_id and e.kind = 'joined' and e.detail = f.name;
    update operation_run_followers set name = nobody where user_id = person;
    update operation_runs set initiator_name = nobody where initiator_id = person;
    update audit_entries set actor_name = '' where actor_id = person and actor_name <> '';
    return true;
end
$$;
revoke execute on function erase_actor(uuid, timestamptz) from public;

-- Like the table of users without policies (`ledger::isolation`): it is joined by ids that a scope's rows hold.
grant select on actors to tenantatlas_web, tenantatlas_worker;
