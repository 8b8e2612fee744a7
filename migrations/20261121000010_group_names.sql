-- Groups are listed and searched by name, however it is capitalised. A column of its own, because under row-level security an
-- index serves only comparisons that tell nothing of the rows they refuse: `lower(name)` in a condition does not count as one,
-- a range over a stored column does. Collation "C", so that "begins with" is a range; lower case by ICU, so that it does not
-- depend on how the cluster was made.
alter table directory_groups
    add column name_key text collate "C" not null generated always as (lower(name collate "und-x-icu")) stored;
drop index directory_groups_name_idx;
create index directory_groups_name_idx on directory_groups (tenant_id, name_key, external_id);
