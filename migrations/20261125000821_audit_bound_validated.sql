-- Reads all entries, beside whoever writes.
alter table audit_entries validate constraint audit_entries_before_check;
