-- Nothing reads or writes `operation_runs.context`. Said here, so that nobody begins to; the column goes in a release after this
-- one, when no process that inserts runs is older than this one (migrations expand before they contract).

comment on column operation_runs.context is 'Unused, to be removed. Inputs are what a run was asked to do, failures what became of it.';
