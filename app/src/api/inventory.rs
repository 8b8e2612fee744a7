//! The inventory of a tenant, and starting its sync.

use domain::view::{InventoryPage, StartAnswer};
use leptos::prelude::*;

use super::Answer;

/// A page of a tenant's inventory with the start form. `draft` names a form kept over a sign-in.
#[server(name = LoadInventory, prefix = "/_fn", endpoint = "inventory", input = server_fn::codec::GetUrl)]
pub async fn load_inventory(
    tenant: String,
    #[server(default)] after: String,
    #[server(default)] draft: String,
) -> Answer<InventoryPage> {
    let _ = (tenant, after, draft);
    Err(crate::error::AppError::NotFound)
}

/// Starts `inventory.sync` for the chosen policy types.
#[server(name = StartInventorySync, prefix = "/_fn", endpoint = "start_inventory_sync")]
pub async fn start_inventory_sync(
    tenant: String,
    #[server(default)] types: Vec<String>,
    idempotency_key: String,
) -> Answer<StartAnswer> {
    let _ = (tenant, types, idempotency_key);
    Err(crate::error::AppError::NotFound)
}
