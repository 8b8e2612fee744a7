//! Reason codes in two or three words, for where there is no room for their sentence.

use crate::reason::ReasonCode;

impl ReasonCode {
    /// What the cause is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GraphThrottled => "Microsoft Graph throttled",
            Self::GraphUnreachable => "Microsoft Graph unreachable",
            Self::GraphUnavailable => "Microsoft Graph unavailable",
            Self::GraphInvalidResponse => "Unreadable answer",
            Self::GraphRejected => "Request refused",
            Self::GraphListingExpired => "Listing broke off",
            Self::GraphCollectionMissing => "Collection not there",
            Self::GraphAccessDenied => "No access to a collection",
            Self::GraphUnsafeLink => "Untrusted link",
            Self::AuthenticationFailed => "Sign-in to the tenant failed",
            Self::PermissionMissing => "Permission missing",
            Self::LicenseMissing => "Licence missing",
            Self::IntuneMissing => "No Intune in the tenant",
            Self::ObjectUnreadable => "Unreadable object",
            Self::ObjectNotFound => "Object not found",
            Self::ScopeExceeded => "Outside of the scope",
            Self::QueueDispatchFailed => "Not handed to a worker",
            Self::WorkerLost => "Worker lost",
            Self::OperationTimeout => "Took too long",
            Self::OperationUnsupported => "Operation not supported",
            Self::InternalError => "Internal error",
            Self::InputTooLarge => "Value too large",
            Self::RestoreNotConfirmed => "Restore not confirmed",
            Self::WorkspaceMismatch => "Tenant moved",
            Self::TenantNotEntitled => "Tenant not entitled",
            Self::MissingCapability => "Capability missing",
            Self::TenantNotOperable => "Tenant archived",
            Self::TenantMissing => "Tenant gone",
            Self::InitiatorMissing => "Initiator gone",
            Self::InitiatorNotEntitled => "Initiator not entitled",
            Self::ProviderConnectionInvalid => "Connection not set up",
            Self::WriteGateBlocked => "Writing switched off",
            Self::ExecutionPrerequisiteInvalid => "Prerequisite missing",
        }
    }

    /// What to call a stored code; one that nobody knows is shown as it stands.
    pub fn label_of(stored: &str) -> String {
        stored
            .parse::<Self>()
            .map_or_else(|_| stored.to_owned(), |code| code.label().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_causes_are_called_the_same() {
        let mut labels: Vec<_> = ReasonCode::ALL.iter().map(|code| code.label()).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), ReasonCode::ALL.len());
        assert_eq!(ReasonCode::label_of("from.tomorrow"), "from.tomorrow");
    }
}
