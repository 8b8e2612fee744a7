//! Made-up data: what a demo shows, and [`mod@bench`] to measure with. Loaded once, by the owner; a second time changes nothing.
//!
//! The demo has the accounts, workspaces and tenants of DESIGN §5, their schedules, and 90 days of history, whose runs a
//! [`RunBuilder`] writes.

pub mod bench;
mod history;
mod run;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ledger::clock::Clock;
use ledger::password::{self, Password};
use ledger::{Result, ids};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

pub use self::run::RunBuilder;

/// The password of every demo account. Demo mode is loopback only.
pub const PASSWORD: &str = "demo";

/// A tenant of the demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoTenant {
    /// The workspace's slug.
    pub workspace: &'static str,
    /// The name.
    pub name: &'static str,
    /// The primary domain.
    pub domain: &'static str,
    /// IANA time zone.
    pub time_zone: &'static str,
    /// Microsoft's id of it, which the simulator knows it by.
    pub entra: Uuid,
}

const fn demo_id(kind: u8, n: u8) -> Uuid {
    Uuid::from_bytes([0xde, 0x30, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, kind, n])
}

/// The tenants, as the simulator has to know them.
pub const TENANTS: [DemoTenant; 4] = [
    DemoTenant {
        workspace: "northwind",
        name: "Contoso",
        domain: "contoso.example",
        time_zone: "America/Los_Angeles",
        entra: demo_id(1, 1),
    },
    DemoTenant {
        workspace: "northwind",
        name: "Fabrikam",
        domain: "fabrikam.example",
        time_zone: "Europe/Berlin",
        entra: demo_id(1, 2),
    },
    DemoTenant {
        workspace: "northwind",
        name: "Adatum",
        domain: "adatum.example",
        time_zone: "Asia/Tokyo",
        entra: demo_id(1, 3),
    },
    DemoTenant {
        workspace: "tailspin",
        name: "Woodgrove",
        domain: "woodgrove.example",
        time_zone: "Europe/London",
        entra: demo_id(1, 4),
    },
];

const WORKSPACES: [(&str, &str); 2] = [("northwind", "Northwind"), ("tailspin", "Tailspin")];

/// A person: address, name, and for each workspace the role and the tenants (none listed: all).
type Person = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, &'static [&'static str])],
);

const PEOPLE: [Person; 8] = [
    (
        "owner@northwind.example",
        "Olivia Owner",
        &[("northwind", "owner", &[])],
    ),
    (
        "manager@northwind.example",
        "Marco Manager",
        &[("northwind", "manager", &[])],
    ),
    (
        "operator@northwind.example",
        "Olga Operator",
        &[("northwind", "operator", &[])],
    ),
    (
        "readonly@northwind.example",
        "Rita Readonly",
        &[("northwind", "readonly", &[])],
    ),
    (
        "operator-fabrikam@northwind.example",
        "Fabio Fabrikam",
        &[("northwind", "operator", &["Fabrikam"])],
    ),
    ("owner@tailspin.example", "Theo Tailspin", &[("tailspin", "owner", &[])]),
    (
        "consultant@partner.example",
        "Carla Consultant",
        &[("northwind", "operator", &[]), ("tailspin", "operator", &[])],
    ),
    ("outsider@nowhere.example", "Otto Outsider", &[]),
];

/// Loads the history alone, into a database that has the people.
pub async fn seed_history(owner: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    history::seed(owner, now).await
}

/// Loads only who and what there is, without history. For tests, which want to count their own runs.
pub async fn seed_people(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<bool> {
    let mut owner = PgConnection::connect(owner_url).await?;
    let loaded = seed_into(&mut owner, clock.now()).await?;
    owner.close().await?;
    Ok(loaded)
}

/// Loads the demo data, if it is not there. Answers whether it was loaded.
pub async fn seed(owner_url: &str, clock: &Arc<dyn Clock>) -> Result<bool> {
    let mut owner = PgConnection::connect(owner_url).await?;
    let now = clock.now();
    let loaded = seed_into(&mut owner, now).await?;
    if loaded {
        history::seed(&mut owner, now).await?;
    }
    owner.close().await?;
    Ok(loaded)
}

async fn seed_into(owner: &mut PgConnection, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = owner.begin().await?;
    let there = sqlx::query_scalar!(r#"select exists (select from workspaces) as "there!""#)
        .fetch_one(&mut *tx)
        .await?;
    if there {
        return Ok(false);
    }
    for (slug, name) in WORKSPACES {
        sqlx::query!(
            "insert into workspaces (id, slug, name, created_at) values ($1, $2, $3, $4)",
            ids::new::<Uuid>(now),
            slug,
            name,
            now
        )
        .execute(&mut *tx)
        .await?;
    }
    for tenant in TENANTS {
        sqlx::query!(
            "insert into tenants (id, workspace_id, entra_tenant_id, name, domain, time_zone, created_at)
            select $1, w.id, $3, $4, $5, $6, $7 from workspaces w where w.slug = $2",
            ids::new::<Uuid>(now),
            tenant.workspace,
            tenant.entra,
            tenant.name,
            tenant.domain,
            tenant.time_zone,
            now
        )
        .execute(&mut *tx)
        .await?;
    }
    // One hash for all: hashing is slow on purpose, and the password is no secret.
    let hash = password::hash(Password::new(PASSWORD)).await?;
    for (email, name, memberships) in PEOPLE {
        let user: Uuid = ids::new(now);
        sqlx::query!(
            "insert into users (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $5)",
            user,
            email,
            name,
            hash,
            now
        )
        .execute(&mut *tx)
        .await?;
        for (workspace, role, tenants) in memberships {
            add_member(&mut tx, user, workspace, role, tenants, now).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn add_member(
    tx: &mut PgConnection,
    user: Uuid,
    workspace: &str,
    role: &str,
    tenants: &[&str],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into members (workspace_id, user_id, role, all_tenants, created_at)
        select id, $2, $3, $4, $5 from workspaces where slug = $1",
        workspace,
        user,
        role,
        tenants.is_empty(),
        now
    )
    .execute(&mut *tx)
    .await?;
    for tenant in tenants {
        sqlx::query!(
            "insert into member_tenants (workspace_id, user_id, tenant_id)
            select w.id, $2, t.id from workspaces w join tenants t on t.workspace_id = w.id where w.slug = $1 and t.name = $3",
            workspace,
            user,
            *tenant
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
