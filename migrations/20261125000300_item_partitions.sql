-- Partitions of items, made and dropped so that neither trips over what the other left.
--
-- Before, weeks of the past were made again and again, and a week could not be made once the rest held an item of it: the next
-- retention failed, and every `migrate`. Now only the present week and those ahead are made (an import asks for its own), what the
-- rest holds of a week moves into it before it is attached, and one lock orders whoever makes or drops.
--
-- Locks: making a week takes none that stops readers or writers of other partitions; dropping one takes the parent for a moment.
-- Both give up if they would have to wait, because whoever comes behind them in the queue would wait as well; the next pass is
-- minutes away.

-- The partitions there are and their bounds; the rest has none. The owner's alone, like the next.
create function item_partitions() returns table (name text, lower_bound uuid, upper_bound uuid)
    language sql stable set search_path = public, pg_temp
begin atomic
    select c.relname::text,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([0-9a-f-]{36})''\)'))[1]::uuid,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([0-9a-f-]{36})''\)'))[1]::uuid
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'operation_run_items'::regclass and c.relname <> 'operation_run_items_rest'
    order by 2;
end;
revoke execute on function item_partitions() from public;

-- Makes the partition of a week, unless what is there covers it. Answers whether it did.
create function make_item_partition(week timestamptz) returns boolean
    language plpgsql set search_path = public, pg_temp set timezone = 'UTC'
as $$
declare
    -- More than this is left in the rest: moving it would keep writers waiting. It is deleted there with its runs.
    movable constant integer := 50000;
    part text := 'operation_run_items_' || to_char(week, 'IYYY"w"IW');
    first uuid := uuid_at(week);
    beyond uuid := uuid_at(week + interval '7 days');
    other record;
    found_in_rest bigint;
begin
    -- Bounds that were once computed in another time zone may be an hour off, so a week may be partly covered.
    for other in select * from item_partitions() where lower_bound < beyond and upper_bound > first order by lower_bound loop
        if other.lower_bound <= first then
            first := greatest(first, other.upper_bound);
        else
            beyond := least(beyond, other.lower_bound);
        end if;
    end loop;
    if first >= beyond or to_regclass(part) is not null then
        return false;
    end if;
    -- Parent before partition, as everybody else: no deadlock. From here on nobody writes to the rest.
    lock table only operation_run_items in share update exclusive mode;
    lock table operation_run_items_rest in access exclusive mode;
    select count(*) into found_in_rest
    from (select from operation_run_items_rest where run_id >= first and run_id < beyond limit movable + 1) found;
    if found_in_rest > movable then
        return false;
    end if;
    execute format('create table %I (like operation_run_items including all)', part);
    if found_in_rest > 0 then
        execute format('with moved as (delete from operation_run_items_rest where run_id >= %L and run_id < %L returning *)
            insert into %I select * from moved', first, beyond, part);
    end if;
    execute format('alter table operation_run_items attach partition %I for values from (%L) to (%L)', part, first, beyond);
    return true;
end
$$;
revoke execute on function make_item_partition(timestamptz) from public;

-- Makes the weekly partitions that runs of the given time need. Idempotent; called by `migrate`, by every worker for the weeks
-- ahead, and by whoever writes history for the weeks of it.
create or replace function ensure_item_partitions(earliest timestamptz, latest timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '10s'
as $$
declare
    week timestamptz := date_trunc('week', earliest);
    made integer := 0;
begin
    if latest > earliest + interval '3 years' then
        raise exception 'not more than three years of partitions at once';
    end if;
    perform pg_advisory_xact_lock(hashtext('operation_run_items'));
    perform set_config('lock_timeout', '1s', true);
    while week <= latest loop
        if make_item_partition(week) then
            made := made + 1;
        end if;
        week := week + interval '7 days';
    end loop;
    return made;
end
$$;

-- Drops the partitions of weeks of which no run is left but held ones, whose items move to the rest. Items go with their runs
-- (the worker deletes them), so this gives back the space and the partition. Answers how many were dropped.
create or replace function drop_item_partitions(at_most integer, moment timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '500ms'
as $$
declare
    movable constant integer := 50000;
    horizon uuid;
    part record;
    moved bigint;
    dropped integer := 0;
begin
    if not pg_try_advisory_xact_lock(hashtext('operation_run_items')) then
        -- Somebody else is at it.
        return 0;
    end if;
    -- Past every workspace's retention; or so old that nobody writes items of it any more, however long one workspace keeps its.
    select uuid_at(moment - make_interval(days => least(max(retention_days) + 7, 120))) into horizon from workspaces;
    for part in select * from item_partitions() loop
        exit when dropped >= at_most;
        continue when part.upper_bound is null or part.upper_bound > horizon;
        continue when exists (select from operation_runs where id >= part.lower_bound and id < part.upper_bound and not retention_hold);
        execute format('select count(*) from (select from %I i join operation_runs r on r.id = i.run_id limit %s) held', part.name, movable + 1)
            into moved;
        continue when moved > movable;
        execute format('alter table operation_run_items detach partition %I', part.name);
        execute format('insert into operation_run_items select i.* from %I i join operation_runs r on r.id = i.run_id', part.name);
        execute format('drop table %I', part.name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
