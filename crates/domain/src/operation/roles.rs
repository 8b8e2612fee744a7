//! Which role may view and start which operation: the role's keys, met with the operation's.

use super::OperationType;
use crate::access::{Level, Role};

impl Role {
    /// Whether somebody of this role may see runs of a type.
    pub const fn may_view(self, kind: OperationType) -> bool {
        self.level(kind.capability()).is_some()
    }

    /// Whether somebody of this role may start runs of a type.
    pub const fn may_start(self, kind: OperationType) -> bool {
        matches!(self.level(kind.capability()), Some(Level::Start))
    }

    /// The types whose runs are listed for this role. Types of a newer release are not: no key is known for them.
    pub fn viewable(self) -> impl Iterator<Item = OperationType> {
        OperationType::ALL
            .iter()
            .copied()
            .filter(move |kind| self.may_view(*kind))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::access::Capability;

    #[test]
    fn r23_a_role_of_tomorrow_sees_no_runs() {
        assert_eq!(Role::Unknown.viewable().count(), 0);
    }

    /// The whole matrix role × key × type, as a table that a person has read.
    #[test]
    fn golden_role_matrix() {
        let mut table = String::from("role\ttype\tkey\tlevel\n");
        for &role in Role::ALL {
            for kind in OperationType::ALL {
                let level = match role.level(kind.capability()) {
                    None => "-",
                    Some(Level::View) => "view",
                    Some(Level::Start) => "start",
                };
                writeln!(table, "{}\t{kind}\t{}\t{level}", role.as_str(), kind.capability()).unwrap();
            }
            // Of no type of operation: either held or not.
            for key in [Capability::PolicyValues, Capability::AuditView] {
                let level = if role.level(key).is_some() { "held" } else { "-" };
                writeln!(table, "{}\t\t{key}\t{level}", role.as_str()).unwrap();
            }
        }
        assert_eq!(
            table,
            include_str!("roles.golden.tsv"),
            "if the change is meant, replace the golden file:\n{table}"
        );
    }
}
