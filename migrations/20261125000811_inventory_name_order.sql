-- no-transaction
-- The list of a tenant's inventory, page by page. Writers go on meanwhile; one statement a file, since only then it may.
create index concurrently if not exists inventory_items_order_idx
    on inventory_items (tenant_id, name collate names, policy_type, external_id);
