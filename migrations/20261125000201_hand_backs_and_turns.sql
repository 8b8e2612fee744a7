-- Hand-backs counted apart from losses, the lease of whoever executes a run, and whose turn it is.
-- Nothing here rewrites a table: constants as defaults, or nullable.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

-- How many of the attempts ended because their process stopped or lost the database: the run went back whole, and what is
-- counted against `max_attempts` is `attempt - handed_back`. The attempt itself cannot be taken back (operation_runs_guard).
alter table operation_runs
    add column handed_back integer not null default 0,
    -- Checked for old rows in the next migration: the scan must not happen under this one's lock.
    add constraint operation_runs_handed_back_check check (handed_back between 0 and attempt) not valid;

-- How long whoever executes the run may be silent; told by the worker, because pages do not know its settings. Null from workers
-- of before.
alter table operation_run_live
    add column lease_seconds integer,
    add constraint operation_run_live_lease_check check (lease_seconds > 0) not valid;

-- A slot that was left free for a run which the process that looked does not know (R23): for whom, and since when.
alter table target_scopes
    add column left_for uuid,
    add column left_at timestamptz;

-- Ageing (R18): a run that waits goes up one level of priority every 15 minutes, so nobody's queue is for ever before it.
create function aged_priority(stored smallint, since timestamptz, moment timestamptz) returns integer
    language sql immutable parallel safe
    return greatest(stored - greatest(floor(extract(epoch from moment - since) / 900)::integer, 0), 1);

-- As before, but by the aged priority as of the moment the new run asks.
create or replace function runs_wait_before(asked_scope text, asked_priority smallint, asked_at timestamptz, asked_id uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    return exists (select from operation_runs
            where target_scope = asked_scope and status = 'queued' and admitted_at is null and hold is null
                and (aged_priority(priority, created_at, asked_at), created_at, id) < (asked_priority, asked_at, asked_id));
