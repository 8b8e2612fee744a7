-- An item that was never begun, because the run ended before: `not_attempted`. Until now such items were left out, or were given
-- the failure of another one.
--
-- Not valid: what is there satisfied a stricter constraint, and looking at every item would keep the lock that this takes for as
-- long as that lasts. It is validated by the next migration, in a transaction of its own, whose lock lets writers through.
-- Whoever reads this table for long keeps this migration, and who comes after it, waiting no longer than this; it is tried again.
set local lock_timeout = '1s';
alter table operation_run_items
    drop constraint operation_run_items_outcome_check,
    add constraint operation_run_items_outcome_check
        check (outcome in ('succeeded', 'failed', 'skipped', 'not_found', 'unsupported', 'unconfirmed', 'not_attempted')) not valid;
