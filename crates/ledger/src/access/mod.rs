//! Who may reach what: from a person and an id to a [`Membership`], in one query that answers the same whether the thing does not
//! exist or is not theirs (R11). What they may do there is a [`Permit`], which is checked apart
//! ([`permit`]).

mod membership;
pub mod permit;

use domain::id::{RunId, TenantId};

pub(crate) use self::membership::Grant;
pub use self::membership::{Member, Membership, RunTarget, for_run, for_tenant, for_workspace};
use self::permit::{OneRun, Operations, Permit};

/// What the lists of runs, and everything else that spans keys, ask for.
pub type Access = Permit<Operations>;

/// What was established earlier in the same request, so that it is not asked twice.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// The run of the page, which the person may look at.
    Run(Permit<OneRun>),
    /// The tenant of the page, and what the person is there. Which key its page needs is not known yet.
    Tenant(TenantId, Membership),
}

impl Resolved {
    /// The permit, if it is for this run.
    pub fn of_run(self, run: RunId) -> Option<Permit<OneRun>> {
        match self {
            Self::Run(permit) if permit.run() == run => Some(permit),
            _ => None,
        }
    }

    /// The membership, if it was looked up for this tenant.
    pub fn of_tenant(self, tenant: TenantId) -> Option<Membership> {
        match self {
            Self::Tenant(of, member) if of == tenant => Some(member),
            _ => None,
        }
    }
}
