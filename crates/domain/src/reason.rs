//! The catalogue of reason codes: stable names for why something did not go as asked (R09).
//!
//! A code is stored and compared; its sentences are shown. Codes are appended, never renamed, and an unknown one (written
//! by a newer release, or imported) is shown as it stands rather than hidden.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($variant:ident $code:literal $technician:literal $customer:literal $remedy:literal)*) => {
        /// Why a run or an item failed, was refused, or is waiting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReasonCode {
            $(
                #[doc = concat!("`", $code, "`: ", $technician)]
                $variant,
            )*
        }

        impl ReasonCode {
            /// Every code of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// One sentence for the technician: what happened.
            pub const fn technician(self) -> &'static str {
                match self { $(Self::$variant => $technician),* }
            }

            /// One sentence for a customer, without the machinery.
            pub const fn customer(self) -> &'static str {
                match self { $(Self::$variant => $customer),* }
            }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy),* }
            }
        }
    };
}

reasons! {
    GraphThrottled "graph.throttled"
        "Microsoft Graph kept throttling the requests until the retries were used up."
        "Microsoft limited the number of requests, so the work could not be finished."
        "Start it again later; if it happens often, run fewer operations at the same time."
    GraphUnreachable "graph.unreachable"
        "Microsoft Graph could not be reached, also after retrying."
        "Microsoft's service could not be reached."
        "Check the network and Microsoft's service health, then start it again."
    GraphUnavailable "graph.unavailable"
        "Microsoft answered with errors that pass, or with nothing that could be read, until the retries were used up."
        "Microsoft's service had a problem."
        "Check Microsoft's service health, then start it again."
    GraphInvalidResponse "graph.invalid_response"
        "Microsoft Graph answered with something that is not the documented format, also when asked again."
        "Microsoft's service gave an answer that could not be read."
        "Start it again; if it happens again, report it with the correlation id."
    GraphRejected "graph.rejected"
        "Microsoft Graph refused the request."
        "Microsoft's service refused a request."
        "Start it again, it may pass; if it happens again, report it with the correlation id."
    GraphListingExpired "graph.listing_expired"
        "Microsoft Graph gave up a listing in the middle, also after it was begun anew."
        "Microsoft's service broke off while it was read."
        "Start it again: a new listing usually gets through. What was read until then is kept."
    GraphCollectionMissing "graph.collection_missing"
        "Microsoft Graph says that this collection is not there. The tenant's cloud may not offer it, or the service behind it may not be set up."
        "Microsoft's service does not offer this part in the tenant."
        "Check that the service is offered in the tenant's cloud and set up in the tenant, then start it again."
    GraphAccessDenied "graph.access_denied"
        "Microsoft Graph gave no access to this collection and did not say why; the sign-in itself was accepted."
        "Microsoft's service gave no access to a part of the tenant."
        "Check that the application has the permission with admin consent and that the tenant is licensed for the service; if every collection is refused, renew the connection's credentials."
    GraphUnsafeLink "graph.unsafe_link"
        "A paging link of Microsoft Graph led to another host or to an unregistered path and was not followed."
        "Microsoft's service gave an answer that was not trusted."
        "Check the configured Graph address; report it with the correlation id."
    AuthenticationFailed "authentication.failed"
        "Microsoft did not accept the application's sign-in to the tenant."
        "The connection to the tenant is not accepted any more."
        "Renew the connection's credentials or consent, then start it again."
    PermissionMissing "permission.missing"
        "The application lacks a permission in the tenant."
        "A permission is missing in the tenant."
        "Grant the permission to the application and give admin consent, then start it again."
    LicenseMissing "license.missing"
        "Microsoft says that the tenant is not licensed for this."
        "The tenant has no licence for this."
        "Check the tenant's licences; without one for it, leave this out."
    IntuneMissing "intune.missing"
        "Microsoft says that Intune does not apply to this tenant: it has no licence for it, or Intune was never set up there. Nothing is wrong with the request."
        "Intune is not in use in this tenant."
        "Check in the tenant that Intune is licensed and set up (its MDM authority is chosen); if Intune is not meant to be used there, leave its operations out."
    ObjectUnreadable "object.unreadable"
        "An object of a listing could not be read, so nothing is kept of it; the others are not affected."
        "One object could not be read."
        "Look at the object in Microsoft's admin center; if it looks right there, report it with the correlation id."
    ObjectNotFound "object.not_found"
        "The object is not in the tenant any more."
        "The object does not exist any more."
        "Sync the inventory, then choose again."
    ScopeExceeded "scope.exceeded"
        "The run tried to touch something outside its frozen scope and was stopped before doing so."
        "The work was stopped for safety."
        "Report it with the correlation id; nothing outside the scope was changed."
    QueueDispatchFailed "queue.dispatch_failed"
        "The run was recorded but could not be handed to a worker."
        "The work could not be started."
        "Start it again; if it happens again, check the queue."
    WorkerLost "worker.lost"
        "The worker stopped while running this, too often or where repeating is not safe."
        "The work was interrupted."
        "Look at what was done already, then start it again."
    OperationTimeout "operation.timeout"
        "The operation took longer than it may, and was stopped."
        "The work took too long and was stopped."
        "Look at what was done already and whether Microsoft made it wait, then start it again with less to do."
    OperationUnsupported "operation.unsupported"
        "No worker knows this operation."
        "This operation is not available."
        "Update the workers to the release that started it."
    InternalError "internal.error"
        "The operation failed for a reason of its own; the log has it under the correlation id."
        "The work failed."
        "Start it again; if it happens again, report it with the correlation id."
    InputTooLarge "input.too_large"
        "A value was larger than what is kept, and was left out."
        "A value was too large."
        "Report it with the correlation id."
    RestoreNotConfirmed "restore.not_confirmed"
        "The restore was not confirmed within a day."
        "The restore was not confirmed."
        "Open the restore, check it again, and confirm it."
    WorkspaceMismatch "workspace_mismatch"
        "The tenant does not belong to the run's workspace any more."
        "The tenant has moved."
        "Start it again from the tenant's present workspace."
    TenantNotEntitled "tenant_not_entitled"
        "The tenant is not within what the run may reach."
        "Access to the tenant has ended."
        "Ask an owner of the workspace for access to the tenant."
    MissingCapability "missing_capability"
        "The initiator does not hold the capability for this operation any more."
        "The person who started it may not do so any more."
        "Ask an owner of the workspace for the role, or have somebody else start it."
    TenantNotOperable "tenant_not_operable"
        "The tenant is archived, so nothing runs against it."
        "The tenant is not active."
        "Reactivate the tenant, then start it again."
    TenantMissing "tenant_missing"
        "The tenant is not there any more."
        "The tenant is not there any more."
        "Add the tenant again, then start it again."
    InitiatorMissing "initiator_missing"
        "The account of the person who started it is disabled or gone."
        "The person who started it has left."
        "Have somebody else start it."
    InitiatorNotEntitled "initiator_not_entitled"
        "The person who started it lost access to the tenant before it began."
        "The person who started it has lost access to the tenant."
        "Ask an owner of the workspace for access, or have somebody else start it."
    ProviderConnectionInvalid "provider_connection_invalid"
        "The tenant's connection is disabled or incomplete."
        "The connection to the tenant is not set up."
        "Repair the tenant's connection, then start it again."
    WriteGateBlocked "write_gate_blocked"
        "Writing to the tenant is switched off."
        "Changes to the tenant are switched off."
        "Allow changes to the tenant, then start it again."
    ExecutionPrerequisiteInvalid "execution_prerequisite_invalid"
        "Something the operation builds on is missing or out of date."
        "Something the work builds on is missing."
        "Follow the link to what is missing, then start it again."
}

/// A code that is not in the catalogue of this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown reason code")]
pub struct UnknownReason;

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReasonCode {
    type Err = UnknownReason;
    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or(UnknownReason)
    }
}

impl Serialize for ReasonCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ReasonCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_every_one_has_its_sentences() {
        let names: BTreeSet<_> = ReasonCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ReasonCode::ALL.len());
        for code in ReasonCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert!(
                code.as_str()
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_'),
                "{code}"
            );
            for sentence in [code.technician(), code.customer(), code.remedy()] {
                assert!(sentence.ends_with('.') && sentence.len() > 10, "{code}: {sentence}");
            }
        }
    }
}
