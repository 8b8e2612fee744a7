//! Who is looking.

use domain::view::Viewer;
use leptos::prelude::*;

use super::Answer;

/// The person signed in, for the shell.
#[server(name = LoadViewer, prefix = "/_fn", endpoint = "viewer", input = server_fn::codec::GetUrl)]
pub async fn load_viewer() -> Answer<Viewer> {
    super::guard::answer(load().await)
}

#[cfg(feature = "ssr")]
async fn load() -> Answer<Viewer> {
    use super::guard::{self, told};

    let ledger = guard::ledger()?;
    let user = guard::current_user()?;
    let access = guard::workspace(&ledger, &user).await?;
    let tenants = match &access {
        Some(access) => {
            let mut tx = access.scope().begin(&ledger).await.map_err(told)?;
            ledger::people::tenants(&mut tx, access.workspace.id)
                .await
                .map_err(told)?
        }
        None => Vec::new(),
    };
    let own = ledger::people::own(&ledger, user.user).await.map_err(told)?;
    Ok(Viewer {
        workspaces: own.workspaces,
        unread: own.unread,
        name: user.name,
        email: user.email,
        role: access.as_ref().map(|access| access.role),
        workspace: access.map(|access| access.workspace),
        tenants,
    })
}
