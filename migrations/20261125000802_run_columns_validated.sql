-- Looks at the rows that are there, beside whoever writes: validating keeps out other changes of the table and nobody else.
alter table operation_runs validate constraint operation_runs_resolution_key_check;
alter table operation_runs validate constraint operation_runs_continues_check;
alter table operation_runs validate constraint operation_runs_source_tenant_check;
alter table operation_runs validate constraint operation_runs_source_tenant_fkey;
