-- One order of names for every list, and one key that they are searched by.
--
-- ICU's root order: letters of whatever case and with whatever marks beside each other, "Policy 2" before "Policy 10".
-- Deterministic, so that names that differ are never equal and a page can go on after one. Its order comes from the library that
-- the server is linked with; processes say so at their start if that has changed since indexes were built (`ledger::names`).

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';
create collation names (provider = icu, locale = 'und-u-kn-true');
comment on collation names is 'The order of every list of names.';

-- Made by the ledger (`domain::names::search_key`); empty until a batch or the next sync has been there. Beside the generated
-- `name_key` of groups, which the release before this one reads. Order of bytes, so that "begins with" is a range: under row-level
-- security an index serves only comparisons that tell nothing of the rows they refuse, which is also why words inside of a
-- name are not searched by trigrams: `like` is none of these.
alter table inventory_items add column search_key text collate "C";
alter table directory_groups add column search_key text collate "C";
