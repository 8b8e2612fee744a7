//! Who is looking.

use domain::view::Viewer;
use leptos::prelude::*;

use super::ApiResult;

/// The person signed in, for the shell.
#[server(name = LoadViewer, prefix = "/_fn", endpoint = "viewer", input = server_fn::codec::GetUrl)]
pub async fn load_viewer() -> ApiResult<Viewer> {
    super::guard::with_status(load().await)
}

#[cfg(feature = "ssr")]
async fn load() -> ApiResult<Viewer> {
    use ledger::permit::View;
    use ledger::permit::key::TenantManage;

    use super::guard::{self, log_and_convert};

    let ledger = guard::ledger()?;
    let user = guard::current_user()?;
    let member = guard::selected_membership(&ledger, &user).await?;
    // Names of tenants are `tenant.manage` at the level of looking; who has not even that is shown none.
    let permit = member
        .as_ref()
        .and_then(|member| member.permit::<TenantManage, View>().ok());
    let tenants = match permit {
        Some(permit) => {
            let mut tx = permit.begin(&ledger).await.map_err(log_and_convert)?;
            ledger::people::tenants(&mut tx, permit.workspace.id)
                .await
                .map_err(log_and_convert)?
        }
        None => Vec::new(),
    };
    let own = ledger::people::own(&ledger, user.user).await.map_err(log_and_convert)?;
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
