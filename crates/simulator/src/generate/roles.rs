//! Role definitions of a directory: those that Microsoft has built in, the same in every tenant, then a few of the tenant's own.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Place, object};

/// Built-in roles by their template, which is their id as well. Not all of them.
const BUILT_IN: [(&str, &str, &str); 30] = [
    (
        "62e90394-69f5-4237-9190-012177145e10",
        "Global Administrator",
        "Can manage all aspects of Microsoft Entra ID.",
    ),
    (
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "Global Reader",
        "Can read everything that a Global Administrator can, but not update anything.",
    ),
    (
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "User Administrator",
        "Can manage all aspects of users and groups.",
    ),
    (
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "Security Administrator",
        "Can read security information and reports, and manage configuration.",
    ),
    (
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        "Security Reader",
        "Can read security information and reports.",
    ),
    (
        "3a2c62db-5318-420d-8d74-23affee5d9d5",
        "Intune Administrator",
        "Can manage all aspects of the Intune product.",
    ),
    (
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
        "Exchange Administrator",
        "Can manage all aspects of the Exchange product.",
    ),
    (
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
        "SharePoint Administrator",
        "Can manage all aspects of the SharePoint service.",
    ),
    (
        "69091246-20e8-4a56-aa4d-066075b2a7a8",
        "Teams Administrator",
        "Can manage the Microsoft Teams service.",
    ),
    (
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Helpdesk Administrator",
        "Can reset passwords for non-administrators.",
    ),
    (
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "Conditional Access Administrator",
        "Can manage Conditional Access capabilities.",
    ),
    (
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Application Administrator",
        "Can manage all aspects of app registrations and enterprise apps.",
    ),
    (
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "Cloud Application Administrator",
        "Can manage app registrations except App Proxy.",
    ),
    (
        "7698a772-787b-4ac8-901f-60d6b08affd2",
        "Cloud Device Administrator",
        "Limited access to manage devices.",
    ),
    (
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "Authentication Administrator",
        "Can view and reset authentication methods of non-administrators.",
    ),
    (
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "Privileged Authentication Administrator",
        "Can view and reset authentication methods of everybody.",
    ),
    (
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Privileged Role Administrator",
        "Can manage role assignments.",
    ),
    (
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",
        "Groups Administrator",
        "Can manage all aspects of groups and group settings.",
    ),
    (
        "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
        "License Administrator",
        "Can manage licenses on users and groups.",
    ),
    (
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",
        "Billing Administrator",
        "Can perform common billing tasks.",
    ),
    (
        "17315797-102d-40b4-93e0-432062caca18",
        "Compliance Administrator",
        "Can read and manage compliance configuration and reports.",
    ),
    (
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        "Reports Reader",
        "Can read sign-in and audit reports.",
    ),
    (
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        "Directory Readers",
        "Can read basic directory information.",
    ),
    (
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        "Directory Writers",
        "Can read and write basic directory information.",
    ),
    (
        "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",
        "Message Center Reader",
        "Can read messages and updates for their organization.",
    ),
    (
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "Password Administrator",
        "Can reset passwords for non-administrators and Password Administrators.",
    ),
    (
        "f023fd81-a637-4b56-95fd-791ac0226033",
        "Service Support Administrator",
        "Can read service health information and manage support tickets.",
    ),
    (
        "11451d60-acb2-45eb-a7d6-43d0f0125c13",
        "Windows 365 Administrator",
        "Can provision and manage all aspects of Cloud PCs.",
    ),
    (
        "8424c6f0-a189-499e-bbd0-26c1753c96d4",
        "Attribute Definition Administrator",
        "Can define and manage the definition of custom security attributes.",
    ),
    (
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "Guest Inviter",
        "Can invite guest users.",
    ),
];

/// A tenant's own roles. The last one is switched off.
const CUSTOM: [&str; 4] = [
    "Custom - Application Registration Reader",
    "Custom - BitLocker Key Reader",
    "Custom - Device Local Credential Reader",
    "Custom - Break Glass (retired)",
];

/// How many roles each tenant has.
pub(super) const COUNT: usize = BUILT_IN.len() + CUSTOM.len();

/// The place of a built-in role by its id.
pub(super) fn built_in(id: Uuid) -> Option<usize> {
    let id = id.to_string();
    BUILT_IN.iter().position(|(template, ..)| *template == id)
}

pub(super) fn role_definition(place: &Place) -> Map<String, Value> {
    let (id, name, description, built_in) = if let Some((template, name, description)) = BUILT_IN.get(place.index) {
        ((*template).to_owned(), *name, *description, true)
    } else {
        let name = CUSTOM.get(place.index - BUILT_IN.len()).copied().unwrap_or_default();
        (place.id.to_string(), name, "Made by the organization.", false)
    };
    object([
        ("id", json!(id)),
        ("templateId", json!(id)),
        ("displayName", json!(name)),
        ("description", json!(description)),
        ("isBuiltIn", json!(built_in)),
        ("isEnabled", json!(place.index + 1 < COUNT)),
        ("version", json!(if built_in { "1" } else { "2" })),
    ])
}
