-- The run page lists items by outcome and by reason. With the primary key alone, the three items that failed among a hundred
-- thousand are found by reading all of them (60 ms and 1,700 pages; with these, 0.1 ms and 2 pages). Most items succeed
-- and have no reason, so both indexes leave them out and cost a successful run nothing.

create index operation_run_items_outcome_idx on operation_run_items (run_id, outcome, kind, external_id) where outcome <> 'succeeded';
create index operation_run_items_reason_idx on operation_run_items (run_id, reason_code, kind, external_id) where reason_code is not null;
