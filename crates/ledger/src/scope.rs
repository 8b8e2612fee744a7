//! Scopes: what a transaction may see (R10).
//!
//! A [`Scope`] cannot be made outside of this crate but from a [`Permit`](crate::access::permit::Permit), and tenant data cannot be
//! queried but in a scope's transaction: the functions that do take a [`ScopedTx`]. The predicate stands in their
//! statements as well; row-level security is the second line.

use std::fmt::Write;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use domain::id::{TenantId, UserId, WorkspaceId};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::db::{self, DatabaseRole, Ledger};
use crate::error::{Error, Result};

/// Which tenants of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenants {
    /// All of them.
    All,
    /// These. May be empty: a member entitled to none sees what belongs to the workspace as a whole.
    Listed(Vec<TenantId>),
}

impl Tenants {
    /// Whether one is among them.
    pub fn contains(&self, tenant: TenantId) -> bool {
        match self {
            Self::All => true,
            Self::Listed(ids) => ids.contains(&tenant),
        }
    }
}

/// A workspace, as far as somebody may reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub(crate) workspace: WorkspaceId,
    pub(crate) tenants: Tenants,
    pub(crate) user: Option<UserId>,
}

impl Scope {
    /// The workspace.
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The tenants of it.
    pub const fn tenants(&self) -> &Tenants {
        &self.tenants
    }

    /// The person, if it is one.
    pub const fn user(&self) -> Option<UserId> {
        self.user
    }

    /// What the worker may reach while it executes a run: the run's tenant, or for a run of the workspace as a whole all of it.
    pub(crate) fn of_run(workspace: WorkspaceId, tenant: Option<TenantId>) -> Self {
        let tenants = tenant.map_or(Tenants::All, |tenant| Tenants::Listed(vec![tenant]));
        Self {
            workspace,
            tenants,
            user: None,
        }
    }

    /// Begins a transaction in this scope, settings and `begin` in one round trip.
    pub async fn begin(&self, ledger: &Ledger) -> Result<ScopedTx> {
        self.begin_with(ledger, "").await
    }

    /// For the lists of runs, whose statements are bounded scans of an index in order (`hub::index_scan`). The planner is told to
    /// scan: where its statistics are old, or rows are too new to be in the visibility map, it would rather collect and sort
    /// the whole window, which at ten million runs is a hundred thousand pages instead of a few hundred.
    pub(crate) async fn begin_for_index_scans(&self, ledger: &Ledger) -> Result<ScopedTx> {
        self.begin_with(
            ledger,
            ", set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)",
        )
        .await
    }

    async fn begin_with(&self, ledger: &Ledger, more: &'static str) -> Result<ScopedTx> {
        let mut tenants = String::new();
        match &self.tenants {
            Tenants::All => tenants.push('*'),
            Tenants::Listed(ids) => {
                for id in ids {
                    // Writing to a String cannot fail. Ids are UUIDs by type: nothing in here can be anything else.
                    let _ = write!(tenants, "{id},");
                }
            }
        }
        let user = self.user.map_or_else(String::new, |id| id.to_string());
        let settings = format!(
            "select set_config('app.workspace_id', '{}', true), set_config('app.tenants', '{tenants}', true), set_config('app.user_id', '{user}', true){more}",
            self.workspace
        );
        Ok(ScopedTx::new(db::begin(ledger.pool(), settings).await?))
    }
}

/// Of no key in particular: the worker's own transactions, and those of functions that take the permit beside it.
#[derive(Debug)]
pub struct AnyKey;

/// A transaction in which exactly a scope is visible. `K` is the key that was checked for it.
#[derive(Debug)]
pub struct ScopedTx<K = AnyKey>(Transaction<'static, Postgres>, PhantomData<fn() -> K>);

impl ScopedTx {
    const fn new(tx: Transaction<'static, Postgres>) -> Self {
        Self(tx, PhantomData)
    }

    /// The same for a key, by [`Permit::begin`](crate::access::permit::Permit::begin) alone.
    pub(crate) fn keyed<K>(self) -> ScopedTx<K> {
        ScopedTx(self.0, PhantomData)
    }
}

impl<K> ScopedTx<K> {
    /// Makes its changes last.
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }

    /// A savepoint: what is done in it can be undone without the rest, also after a refused statement.
    pub(crate) async fn savepoint(&mut self) -> Result<Transaction<'_, Postgres>> {
        Ok(sqlx::Acquire::begin(&mut self.0).await?)
    }

    /// The transaction itself, for the engine, which takes nothing less.
    pub(crate) const fn inner(&mut self) -> &mut Transaction<'static, Postgres> {
        &mut self.0
    }
}

impl<K> Deref for ScopedTx<K> {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl<K> DerefMut for ScopedTx<K> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

/// A transaction of the person themself: sees the person's own memberships and notifications, and no workspace.
pub(crate) async fn begin_as_person(ledger: &Ledger, user: UserId) -> Result<ScopedTx> {
    let settings = format!("select set_config('app.user_id', '{user}', true)");
    Ok(ScopedTx::new(db::begin(ledger.pool(), settings).await?))
}

/// A transaction of the worker's own bookkeeping across workspaces: admission, heartbeats, the reconciler, schedules.
///
/// Means nothing for the role of the web, and is refused there before it is tried.
pub(crate) async fn begin_as_system(ledger: &Ledger) -> Result<ScopedTx> {
    if ledger.role() != DatabaseRole::Worker {
        return Err(Error::WrongRole(
            "only a worker keeps books across workspaces".to_owned(),
        ));
    }
    Ok(ScopedTx::new(
        db::begin(
            ledger.pool(),
            "select set_config('app.scope', 'system', true)".to_owned(),
        )
        .await?,
    ))
}
