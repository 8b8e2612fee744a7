-- What a process compares at its start and in `/readyz`: which migrations a database has, ours and the engine's. Read from where
-- the two migrators keep their own books rather than written a second time, so it cannot say something else than they do. The
-- owner's, because the processes may not read those tables; bodies are bound late, because the engine's table is made after ours.
create function schema_versions(out ours bigint[], out engine bigint)
    language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    ours := '{}';
    engine := 0;
    if to_regclass('public._sqlx_migrations') is not null then
        select coalesce(array_agg(version order by version), '{}') into ours from public._sqlx_migrations where success;
    end if;
    if to_regclass('river.river_migration') is not null then
        select coalesce(max(version), 0) into engine from river.river_migration where line = 'main';
    end if;
end
$$;
revoke execute on function schema_versions() from public;
grant execute on function schema_versions() to tenantatlas_web, tenantatlas_worker;
