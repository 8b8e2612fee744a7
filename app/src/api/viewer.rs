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
    use ledger::permit::View;
    use ledger::permit::key::TenantManage;

    use super::guard::{self, told};

    let ledger = guard::ledger()?;
    let user = guard::current_user()?;
    let member = guard::workspace(&ledger, &user).await?;
    // Names of tenants are `tenant.manage` at the level of looking; who has not even that is shown none.
    let permit = member
        .as_ref()
        .and_then(|member| member.permit::<TenantManage, View>().ok());
    let tenants = match permit {
        Some(permit) => {
            let mut tx = permit.begin(&ledger).await.map_err(told)?;
            ledger::people::tenants(&mut tx, permit.workspace.id)
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
        role: member.as_ref().map(|member| member.role),
        workspace: member.map(|member| member.workspace.clone()),
        tenants,
    })
}
