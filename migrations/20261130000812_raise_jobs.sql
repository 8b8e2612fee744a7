-- Gives waiting jobs of the engine a higher priority, each at least the one at the same place; answers how many had a lower one. The
-- engine serves a queue strictly by priority, and knows no age. What a worker holds, or somebody has locked, is left as it is.
-- As whoever calls it: the worker may change jobs. Plain text until it runs, because the engine's schema comes after this one.
create function raise_jobs(ids bigint[], priorities smallint[]) returns bigint
    language plpgsql volatile set search_path = public, pg_temp
as $$
declare
    raised bigint;
begin
    with wanted as (select * from unnest(ids, priorities) as wanted (id, priority)),
    free as (select j.id, w.priority from river.river_job j join wanted w on w.id = j.id
        where j.state in ('available', 'scheduled') and j.priority > w.priority order by j.id for update of j skip locked)
    update river.river_job j set priority = free.priority from free where j.id = free.id;
    get diagnostics raised = row_count;
    return raised;
end
$$;
revoke execute on function raise_jobs(bigint[], smallint[]) from public;
grant execute on function raise_jobs(bigint[], smallint[]) to tenantatlas_worker;
