//! What a simulator shall be.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use crate::faults::Faults;

/// The settings of a simulator; the default one serves nothing to anybody who asks.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    /// A folder with exported policies, which every tenant has.
    pub fixtures: Option<PathBuf>,
    /// How many policies to generate for each tenant, over all types.
    pub policies: usize,
    /// How many groups to generate for each tenant.
    pub groups: usize,
    /// The same seed gives the same data.
    pub seed: u64,
    /// The tenants that exist. If none is named every tenant exists and accepts every credential.
    pub tenants: Vec<SimulatedTenant>,
    /// What goes wrong from the start; [`crate::SimulatorHandle`] changes it.
    pub faults: Faults,
    /// Objects on a page, if the request does not say.
    pub page_size: usize,
    /// How long a token is accepted.
    pub token_lifetime: Duration,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            fixtures: None,
            policies: 0,
            groups: 0,
            seed: 1,
            tenants: Vec::new(),
            faults: Faults::default(),
            page_size: 100,
            token_lifetime: Duration::from_secs(3_599),
        }
    }
}

/// A tenant and the one application that may sign in to it.
#[derive(Clone)]
pub struct SimulatedTenant {
    /// Microsoft's id of the tenant.
    pub entra_tenant_id: Uuid,
    /// The organization's name.
    pub name: String,
    /// The application's id.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: String,
}

/// The secret is as good as a real one to whoever reads a log.
impl fmt::Debug for SimulatedTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedTenant")
            .field("entra_tenant_id", &self.entra_tenant_id)
            .field("name", &self.name)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
