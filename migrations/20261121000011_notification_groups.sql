-- Notifications of one person about one cause of one day are shown as one entry: same operation, same outcome, same reason.
-- The day is stored, because under row-level security an index serves only comparisons that tell nothing of the rows they
-- refuse; a function of `created_at` is none.
alter table notifications
    add column day date not null generated always as ((created_at at time zone 'UTC')::date) stored;
create index notifications_group_idx on notifications (user_id, type, reason_code, outcome, day, created_at desc, id desc)
    where kind = 'completed' and reason_code is not null;
