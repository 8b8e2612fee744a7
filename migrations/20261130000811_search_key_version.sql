-- By which rules the stored search keys of names were made (`domain::names::SEARCH_KEY_VERSION`): when the rules change, `migrate` makes
-- those anew that differ. No row yet: of keys that the release before has filled in nothing is known, and they are looked at once.
alter table backfills add column version integer not null default 0,
    add constraint backfills_version_check check (version >= 0);
