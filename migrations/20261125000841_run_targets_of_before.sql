-- The targets of the runs that are there, read off an index beside whoever writes. Sorted, so that nothing is written before all is
-- read: who starts a run waits for a row of the same target to be committed.
insert into operation_run_targets (workspace_id, tenant_id, target_key, search_key)
select workspace_id, tenant_id, target_key, nearly_search_key(target_key)
from (select distinct workspace_id, tenant_id, target_key from operation_runs) as found
order by 1, 2, 3
on conflict do nothing;
