-- Audit entries by month, first step: what is there gets an upper bound, so that it can become a partition without being read.
-- Two months ahead: nothing is written beyond it before the last step, which follows at once.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';
do $$
begin
    execute format('alter table audit_entries add constraint audit_entries_before_check check (at < %L) not valid',
        (date_trunc('month', now() at time zone 'UTC') + interval '2 months') at time zone 'UTC');
end
$$;
