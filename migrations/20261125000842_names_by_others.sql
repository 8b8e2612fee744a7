-- Who writes names without their key, as the release before this one does: they get nearly the right one, and the next sync of this
-- release writes it exactly.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

create function set_search_key() returns trigger
    language plpgsql
as $$
begin
    new.search_key := nearly_search_key(new.name);
    return new;
end
$$;

create trigger inventory_items_search_key_added before insert on inventory_items
    for each row when (new.search_key is null) execute function set_search_key();
create trigger inventory_items_search_key_renamed before update on inventory_items
    for each row when (new.name <> old.name and new.search_key = old.search_key) execute function set_search_key();
create trigger directory_groups_search_key_added before insert on directory_groups
    for each row when (new.search_key is null) execute function set_search_key();
create trigger directory_groups_search_key_renamed before update on directory_groups
    for each row when (new.name <> old.name and new.search_key = old.search_key) execute function set_search_key();
