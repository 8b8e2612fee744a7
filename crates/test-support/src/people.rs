//! People of the demo, and what they are where.

use std::ops::Deref;

use domain::id::{TenantId, UserId};
use domain::view::StartAnswer;
use ledger::access::{self, Access, Membership};
use ledger::runs::start::{self, Start};
use ledger::{Ledger, Result};
use sqlx::PgPool;

/// A person by their address.
pub async fn user(owner: &PgPool, email: &str) -> UserId {
    let id = sqlx::query_scalar("select id from users where email = $1")
        .bind(email)
        .fetch_one(owner)
        .await
        .expect("a person of that address");
    UserId(id)
}

/// A tenant by its name.
pub async fn tenant(owner: &PgPool, name: &str) -> TenantId {
    let id = sqlx::query_scalar("select id from tenants where name = $1")
        .bind(name)
        .fetch_one(owner)
        .await
        .expect("a tenant of that name");
    TenantId(id)
}

/// Somebody in a tenant's workspace, for tests of what comes after the checks.
#[derive(Debug, Clone)]
pub struct Entered {
    /// What they may look at across keys.
    pub access: Access,
    /// The tenant by which they came; `None` for the workspace as a whole.
    pub tenant: Option<TenantId>,
}

impl Deref for Entered {
    type Target = Access;
    fn deref(&self) -> &Access {
        &self.access
    }
}

/// What a person is in a tenant's workspace; `None` if they may not reach it.
pub async fn enter(ledger: &Ledger, user: UserId, tenant: TenantId) -> Option<Entered> {
    let found = access::for_tenant(ledger, user, tenant)
        .await
        .expect("looking up access");
    found.map(|member| Entered {
        access: member.operations(),
        tenant: Some(tenant),
    })
}

/// Starts something for a person, who must hold the key.
pub async fn start(ledger: &Ledger, member: &Membership, what: &Start<'_>) -> Result<StartAnswer> {
    start::start(ledger, &member.to_start(what.kind)?, what).await
}
