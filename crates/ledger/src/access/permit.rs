//! Permits: proof that somebody holds a key (R21).
//!
//! A [`Permit`] is made by a check in this file and nowhere else, and a person's [`Scope`] only from a permit, so a read or a
//! write of tenant data for which no key was checked does not compile. What a function takes says what it needs:
//!
//! - `Permit<key::InventorySync>`, or a transaction begun from one (`ScopedTx<key::InventorySync>`): that key, to look;
//! - `Permit<Operation, Start>`: to start one type of operation;
//! - `Permit<OneRun>`: to look at one run, with the key of its type;
//! - [`Access`](crate::access::Access), which is `Permit<Operations>`: to look at what spans keys. The statements leave out what
//!   the role holds no key for, by the same table ([`Role::viewable`](domain::access::Role::viewable)).
//!
//! A [`Membership`] alone opens nothing: it is only what the checks are made on.

use std::marker::PhantomData;
use std::ops::Deref;

use domain::access::{Capability, Level};
use domain::id::{RunId, TenantId};
use domain::operation::OperationType;

use super::membership::{Membership, RunTarget};
pub use crate::error::Missing;
use crate::scope::{Scope, ScopedTx};
use crate::{Ledger, Result};

/// A key, as a type.
pub trait Key: Default {
    /// The key.
    const CAPABILITY: Capability;
}

/// The keys, as types.
pub mod key {
    use super::{Capability, Key};

    macro_rules! keys {
        ($($(#[$doc:meta])* $name:ident)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
            pub struct $name;

            impl Key for $name {
                const CAPABILITY: Capability = Capability::$name;
            }
        )*};
    }

    keys! {
        /// `inventory.sync`: inventory and policies.
        InventorySync
        /// `directory.sync`: groups and roles.
        DirectorySync
        /// `drift.generate`: findings.
        DriftGenerate
        /// `backup.run`: backups as they are made by a schedule.
        BackupRun
        /// `backup.manage`: sets, schedules, archives.
        BackupManage
        /// `restore.execute`: restores and their previews.
        RestoreExecute
        /// `policy.values`: the values in versions, diffs, findings and plans.
        PolicyValues
        /// `tenant.manage`: tenants and their connections.
        TenantManage
        /// `audit.view`: the audit log.
        AuditView
        /// `workspace.manage`: settings, retention, alert rules, members, tokens of others.
        WorkspaceManage
    }
}

/// A level, as a type.
pub trait AtLevel {
    /// The level.
    const LEVEL: Level;
}

/// To look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View;

/// To start and to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start;

impl AtLevel for View {
    const LEVEL: Level = Level::View;
}

impl AtLevel for Start {
    const LEVEL: Level = Level::Start;
}

/// The operations that a role may view, whatever their keys: what a [`Permit`] for the lists is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operations;

/// One type of operation: what a [`Permit`] to start is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation(OperationType);

/// To start one type of operation.
pub type StartPermit = Permit<Operation, Start>;

/// One run: what a [`Permit`] for its page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneRun {
    run: RunId,
    tenant: Option<TenantId>,
}

/// Proof that a member of a workspace holds the key that `K` stands for, at level `L`.
///
/// ```no_run
/// // With the right ones, what is refused below compiles.
/// use ledger::access::permit;
/// use ledger::{Ledger, inventory, runs, scope};
/// async fn right(ledger: &Ledger, permit: &permit::StartPermit, what: &runs::start::Start<'_>) {
///     let _ = runs::start::start(ledger, permit, what).await;
/// }
/// async fn also(tx: &mut scope::ScopedTx<permit::key::InventorySync>, tenant: domain::id::TenantId) {
///     let _ = inventory::count(tx, tenant, None).await;
/// }
/// ```
///
/// ```compile_fail
/// // Its fields are private: nobody else makes one.
/// let forged = ledger::permit::Permit { member: todo!(), of: ledger::permit::Operations, level: std::marker::PhantomData };
/// ```
///
/// ```compile_fail
/// // A key for groups is none for the inventory.
/// async fn wrong(tx: &mut ledger::scope::ScopedTx<ledger::permit::key::DirectorySync>, tenant: domain::id::TenantId) {
///     let _ = ledger::inventory::count(tx, tenant, None).await;
/// }
/// ```
///
/// ```compile_fail
/// // Nobody starts with a permit to look.
/// async fn wrong(ledger: &ledger::Ledger, access: &ledger::access::Access, what: &ledger::runs::start::Start<'_>) {
///     let _ = ledger::runs::start::start(ledger, access, what).await;
/// }
/// ```
///
/// ```compile_fail
/// // To be a member opens nothing.
/// fn wrong(member: &ledger::access::Membership) -> ledger::scope::Scope {
///     member.scope()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit<K, L = View> {
    member: Membership,
    of: K,
    level: PhantomData<L>,
}

/// The one check: every permit goes through it.
fn check(member: &Membership, key: Capability, level: Level) -> std::result::Result<(), Missing> {
    if member.role.level(key) >= Some(level) {
        Ok(())
    } else {
        Err(Missing { key })
    }
}

/// Refuses a type of operation that another key than `K` guards.
pub(crate) fn guards<K: Key>(kind: OperationType) -> std::result::Result<(), Missing> {
    let key = kind.capability();
    if key == K::CAPABILITY {
        Ok(())
    } else {
        Err(Missing { key })
    }
}

impl Membership {
    /// A permit for a key, if the person holds it that far.
    pub fn permit<K: Key, L: AtLevel>(&self) -> std::result::Result<Permit<K, L>, Missing> {
        check(self, K::CAPABILITY, L::LEVEL)?;
        Ok(Permit::new(self.clone(), K::default()))
    }

    /// A permit to start operations of a type.
    pub fn to_start(&self, kind: OperationType) -> std::result::Result<StartPermit, Missing> {
        check(self, kind.capability(), Level::Start)?;
        Ok(Permit::new(self.clone(), Operation(kind)))
    }

    /// A permit to look at what spans keys. It is refused to nobody: what the role may not view is left out by every statement
    /// that takes it.
    pub fn operations(&self) -> Permit<Operations> {
        Permit::new(self.clone(), Operations)
    }
}

impl RunTarget {
    /// A permit to look at the run. A type that this release does not know is guarded by the strictest key.
    pub fn permit(&self) -> std::result::Result<Permit<OneRun>, Missing> {
        let key = self
            .kind
            .parse()
            .map_or(Capability::WorkspaceManage, OperationType::capability);
        check(&self.member, key, Level::View)?;
        let of = OneRun {
            run: self.run,
            tenant: self.tenant,
        };
        Ok(Permit::new(self.member.clone(), of))
    }
}

impl<K, L> Permit<K, L> {
    const fn new(member: Membership, of: K) -> Self {
        Self {
            member,
            of,
            level: PhantomData,
        }
    }

    /// Whose it is.
    pub const fn member(&self) -> &Membership {
        &self.member
    }

    /// Everything the person may reach in the workspace.
    pub fn scope(&self) -> Scope {
        Scope {
            workspace: self.member.workspace.id,
            tenants: self.member.tenants.clone(),
            user: Some(self.member.user),
        }
    }

    /// Begins a transaction that is good for what needs this key, in the scope of the person.
    pub async fn begin(&self, ledger: &Ledger) -> Result<ScopedTx<K>> {
        Ok(self.scope().begin(ledger).await?.keyed())
    }
}

impl StartPermit {
    /// What may be started.
    pub const fn kind(&self) -> OperationType {
        self.of.0
    }
}

impl Permit<OneRun> {
    /// The run.
    pub const fn run(&self) -> RunId {
        self.of.run
    }

    /// Its tenant; `None` for a run of the workspace as a whole.
    pub const fn tenant(&self) -> Option<TenantId> {
        self.of.tenant
    }
}

/// Who somebody is may be read off a permit; it is not enough to make one.
impl<K, L> Deref for Permit<K, L> {
    type Target = Membership;
    fn deref(&self) -> &Membership {
        &self.member
    }
}
