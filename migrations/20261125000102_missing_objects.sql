-- What a complete listing did not contain is not in the tenant any more. Set by the sync that first did not find the object, and
-- cleared by one that finds it again; an incomplete listing concludes nothing. Nullable without a default, so no row is rewritten.
-- Whoever reads this table for long keeps this migration, and who comes after it, waiting no longer than this; it is tried again.
set local lock_timeout = '1s';
alter table inventory_items add column missing_since timestamptz;
alter table directory_groups add column missing_since timestamptz;

comment on column inventory_items.missing_since is 'When a complete listing of its type first did not contain it; null while it is there.';
comment on column directory_groups.missing_since is 'When a complete listing of the groups first did not contain it; null while it is there.';
