//! The form that starts, but for what can be chosen in it.

use domain::open::Open;
use domain::operation::OperationType;
use domain::view::{StartAnswer, TenantPageHead};
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos::web_sys::FormData;
use serde::de::DeserializeOwned;

use super::controls::StartControls;
use crate::error::AppError;
use crate::hydrate_sync::{SyncChildren, hydrate_sync};

/// Starts. Somebody who may not start sees the form, and why not.
#[component]
pub fn StartForm<F, Encoding>(
    /// What it starts.
    kind: OperationType,
    /// The head of the page that it stands on.
    head: TenantPageHead,
    /// The start.
    start: ServerAction<F>,
    /// Whether a start is on its way.
    pending: Signal<bool>,
    /// What is said of it, and what can be chosen.
    children: SyncChildren,
) -> impl IntoView
where
    F: ServerFn<Protocol = Http<PostUrl, Encoding>, Output = Open<StartAnswer>, Error = AppError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    F::Client: Client<AppError>,
    <<F::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<FormData>,
    Encoding: 'static,
{
    view! {
        <div class="rounded-lg border border-line bg-surface p-4">
            <ActionForm action=start>
                {hydrate_sync(view! {
                    <input type="hidden" name="tenant" value=head.tenant.id.to_string()/>
                    <input type="hidden" name="idempotency_key" value=head.idempotency_key.to_string()/>
                    <div class="flex flex-col gap-3">
                        {children.show()}
                        <StartControls kind=kind missing=head.missing pending=pending/>
                    </div>
                })}
            </ActionForm>
        </div>
    }
}
