//! Links to other runs and pages.

pub const SCHEDULE: &str = "Schedule";
/// All of the same type and tenant.
pub const ALL: &str = "All runs of this type";
pub const PREVIOUS: &str = "Previous run";
pub const NEXT: &str = "Next run";
pub const LATEST: &str = "Latest run";
/// There was none before.
pub const FIRST: &str = "None on record before this one";
/// There is none after.
pub const LAST: &str = "None on record after this one";

/// A page of the run's tenant, by its title.
pub fn of_the_tenant(title: &str) -> String {
    format!("{title} of the tenant")
}
