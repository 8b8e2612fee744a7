-- Reads the tables once beside their writers; apart from the migration before, whose lock would have kept them out meanwhile.
alter table operation_runs validate constraint operation_runs_handed_back_check;
alter table operation_run_live validate constraint operation_run_live_lease_check;
