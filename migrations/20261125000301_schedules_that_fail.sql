-- Schedules that cannot be served do not stop the others, and every fire says which time of the rule it is for.

-- Whoever reads these tables for long keeps this migration, and who comes after it, waiting no longer than this; it is tried again.
set local lock_timeout = '1s';

-- How often in a row a schedule could not be served, and when it is looked at again: after a failure, or because its rule names no
-- time. Until then the others have their turn.
alter table schedules
    add column failures integer not null default 0,
    add column retry_at timestamptz,
    add constraint schedules_failures_check check (failures >= 0) not valid;
alter table schedules validate constraint schedules_failures_check;

-- A schedule is due at the later of the two; one that has neither is due at once, and gets its next time.
create index schedules_served_idx on schedules (coalesce(greatest(next_fire_at, retry_at), to_timestamp(0))) where enabled;
drop index schedules_due_idx;

create or replace function schedules_forward() returns trigger
    language plpgsql
as $$
begin
    if new.cron is distinct from old.cron or new.time_zone is distinct from old.time_zone or new.enabled <> old.enabled then
        -- What was wrong with it may be mended.
        new.failures := 0;
        new.retry_at := null;
    end if;
    -- Unless the rhythm itself was changed.
    if new.next_fire_at < old.next_fire_at and new.cron = old.cron and new.time_zone = old.time_zone then
        raise exception 'schedule % cannot go back in time', old.id using errcode = 'check_violation', constraint = 'schedules_forward';
    end if;
    return new;
end
$$;

-- The time of the rule, on the wall clock of the schedule's zone: another than the fire's where the clocks skipped it. Null for
-- fires of before.
alter table schedule_fires add column wall_time timestamp;

grant update (failures, retry_at) on schedules to tenantatlas_worker;
-- A workspace without a schedule for its retention gets one.
grant insert (id, workspace_id, tenant_id, type, name, cron, time_zone, inputs, next_fire_at, created_at) on schedules to tenantatlas_worker;
