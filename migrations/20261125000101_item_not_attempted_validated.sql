-- Reads every item and blocks nobody who reads or writes them (`share update exclusive`).
alter table operation_run_items validate constraint operation_run_items_outcome_check;
