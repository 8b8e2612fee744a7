//! Groups of a directory.

use serde_json::{Map, Value, json};

use super::{Place, moments, object};

const DEPARTMENTS: [&str; 24] = [
    "Accounting",
    "Brand",
    "Controlling",
    "Customer Care",
    "Engineering",
    "Facilities",
    "Field Service",
    "Finance",
    "Human Resources",
    "IT Operations",
    "Legal",
    "Logistics",
    "Maintenance",
    "Marketing",
    "Procurement",
    "Product",
    "Production",
    "Quality",
    "Research",
    "Retail",
    "Sales",
    "Security",
    "Support",
    "Treasury",
];

const PLACES: [&str; 24] = [
    "Amsterdam",
    "Athens",
    "Barcelona",
    "Berlin",
    "Bern",
    "Brussels",
    "Copenhagen",
    "Dublin",
    "Hamburg",
    "Helsinki",
    "Leipzig",
    "Lisbon",
    "London",
    "Lyon",
    "Madrid",
    "Milan",
    "Munich",
    "Oslo",
    "Paris",
    "Prague",
    "Stockholm",
    "Vienna",
    "Warsaw",
    "Zurich",
];

/// How a group is called, and of which sort it is.
const SORTS: [(&str, Sort); 10] = [
    ("SG-Intune-Windows-", Sort::Security),
    ("SG-Intune-iOS-", Sort::Security),
    ("SG-Intune-macOS-", Sort::Security),
    ("SG-License-E5-", Sort::Security),
    ("SG-App-Office-", Sort::Security),
    ("DYN-Devices-", Sort::Dynamic),
    ("DYN-Employees-", Sort::Dynamic),
    ("M365-Team-", Sort::Unified),
    ("DL-", Sort::Distribution),
    ("MSG-Alerts-", Sort::MailSecurity),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Security,
    Dynamic,
    Unified,
    Distribution,
    MailSecurity,
}

pub(super) fn group(place: Place) -> Map<String, Value> {
    let Place {
        id,
        index,
        shift,
        mut random,
    } = place;
    // Neighbours shall differ in everything, and no two shall be called the same: digits of a mixed base, each shifted.
    let (rest, sort) = (index / SORTS.len(), index % SORTS.len());
    let (rest, department) = (rest / DEPARTMENTS.len(), rest % DEPARTMENTS.len());
    let (round, city) = (rest / PLACES.len(), rest % PLACES.len());
    let (prefix, sort) = SORTS[(sort + shift) % SORTS.len()];
    let department = DEPARTMENTS[(department + shift) % DEPARTMENTS.len()];
    let city = PLACES[(city + shift + index) % PLACES.len()];
    let number = if round == 0 {
        String::new()
    } else {
        format!("-{:02}", round + 1)
    };
    let name = format!("{prefix}{}-{city}{number}", department.replace(' ', ""));

    let mail_enabled = matches!(sort, Sort::Unified | Sort::Distribution | Sort::MailSecurity);
    let nickname = name.to_ascii_lowercase();
    let types: &[&str] = match sort {
        Sort::Dynamic => &["DynamicMembership"],
        Sort::Unified => &["Unified"],
        _ => &[],
    };
    let rule = format!("(user.department -eq \"{department}\") and (user.city -eq \"{city}\")");
    let (created, _) = moments::created_and_modified(&mut random);
    object([
        ("id", json!(id)),
        ("displayName", json!(name)),
        ("description", json!(format!("{department}, {city}"))),
        (
            "securityEnabled",
            json!(matches!(sort, Sort::Security | Sort::Dynamic | Sort::MailSecurity)),
        ),
        ("mailEnabled", json!(mail_enabled)),
        ("groupTypes", json!(types)),
        ("mailNickname", json!(nickname)),
        (
            "mail",
            json!(mail_enabled.then(|| format!("{nickname}@simulated.example"))),
        ),
        ("membershipRule", json!((sort == Sort::Dynamic).then_some(rule))),
        (
            "membershipRuleProcessingState",
            json!((sort == Sort::Dynamic).then_some("On")),
        ),
        ("visibility", json!((sort == Sort::Unified).then_some("Private"))),
        ("createdDateTime", created),
    ])
}
