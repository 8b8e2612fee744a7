//! Answers of a newer server, read by a page of this release (R23): an open tab survives a deploy.

use serde_json::json;

use super::*;
use crate::open::Open;
use crate::overview::{Overview, Standing};
use crate::policy::PolicyType;
use crate::receipt::ScopeReceipt;
use crate::status::{FireOutcome, ItemOutcome};

const ID: &str = "01900000-0000-7000-8000-000000000000";
const AT: &str = "2026-11-21T03:00:00Z";

fn run() -> serde_json::Value {
    json!({
        "id": ID, "kind": "assignments.audit", "tenant": { "id": ID, "name": "Contoso", "cloud": "global" }, "target": "Contoso",
        "status": "paused", "outcome": "postponed", "hold": "legal", "waiting_until": null, "reason": "from.tomorrow",
        "counts": { "processed": 3, "postponed": 3 }, "phase": null, "origin": "webhook", "initiator": "Olga", "created_at": AT,
        "started_at": null, "completed_at": null, "freshness": "asleep", "demo": false, "batch": ID
    })
}

#[test]
fn r23_a_run_of_tomorrow_is_read() {
    let row: RunRow = serde_json::from_value(run()).unwrap();
    assert_eq!(
        (row.status, row.outcome, row.hold, row.origin, row.freshness),
        (
            RunStatus::Unknown,
            Outcome::Unknown,
            Some(Hold::Unknown),
            Origin::Unknown,
            Some(Freshness::Unknown)
        )
    );
    assert_eq!((row.label(), row.badge()), ("Unknown operation", badge::UNKNOWN));
    let other = json!({ "id": ID, "status": "paused", "outcome": "postponed", "hold": "legal", "created_at": AT });
    let detail: RunDetail = serde_json::from_value(json!({
        "run": run(), "workspace": { "id": ID, "name": "Northwind" }, "tenant_clock": null, "inputs": {},
        "receipt": { "kind": "assignments", "ids": ["1"] }, "failures": [{ "code": "from.tomorrow", "severity": 2 }], "correlation_id": ID,
        "attempt": 1, "max_attempts": 3, "epoch": 1, "admitted_at": null, "heartbeat_at": null, "wait_reason": "from.tomorrow",
        "fired_by": null, "kept": false, "events": [{ "at": AT, "kind": "postponed", "detail": "" }], "joined": [], "joined_more": false,
        "items": { "rows": [{ "kind": "assignment", "external_id": "1", "name": "x", "outcome": "postponed", "reason": "from.tomorrow", "message": null }], "next": null },
        "numbers": { "all": { "count": 1, "more": false }, "outcomes": [{ "outcome": "postponed", "count": { "count": 1, "more": false } }],
            "reasons": [], "kinds": [] },
        "related": { "previous": other, "next": null, "latest": null, "usual": null }, "stamp": "0", "now": AT
    }))
    .unwrap();
    assert_eq!(detail.items.rows[0].outcome, ItemOutcome::Unknown);
    assert_eq!(detail.numbers.outcomes[0].outcome, ItemOutcome::Unknown);
    assert!(matches!(detail.receipt, Some(ScopeReceipt::Unknown(_))));
    assert_eq!(detail.related.previous.unwrap().badge(), badge::UNKNOWN);
}

#[test]
fn r23_pages_of_tomorrow_are_read() {
    let place = json!({ "id": ID, "name": "Contoso" });
    let page = |more: serde_json::Value| {
        let mut page = json!({
            "tenant": place, "workspace": place, "next": null, "total": { "count": 1, "more": false }, "last_run": run(),
            "missing": "inventory.read_all", "idempotency_key": ID, "restored": false, "now": AT
        });
        page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        page
    };
    let inventory: InventoryPage = serde_json::from_value(page(json!({
        "rows": [{ "kind": "conditionalAccessPolicy", "external_id": "1", "name": "x", "platform": null, "modified_at": null, "last_seen_at": AT }],
        "chosen": ["conditionalAccessPolicy", "deviceCompliancePolicy"]
    })))
    .unwrap();
    assert_eq!(inventory.chosen, [PolicyType::DeviceCompliancePolicy]);
    assert_eq!(
        inventory.missing.as_deref(),
        Some("inventory.read_all"),
        "still something is missing"
    );
    let groups: GroupsPage = serde_json::from_value(page(json!({
        "rows": [],
        "schedules": [{ "name": "x", "cron": "0 3 * * *", "time_zone": "UTC", "next": { "OnHolidays": { "until": AT } },
            "fires": [{ "at": AT, "outcome": "postponed", "run": null }] },
            { "name": "of yesterday", "cron": "0 3 * * *", "time_zone": "UTC", "next_fire_at": null, "fires": [] },
            { "name": "of today", "cron": "0 3 * * *", "time_zone": "UTC", "next": { "At": AT }, "fires": [] }]
    })))
    .unwrap();
    let next: Vec<_> = groups.schedules.iter().map(|schedule| &schedule.next).collect();
    assert!(
        matches!(next[..], [NextFire::Unknown(_), NextFire::Unknown(_), NextFire::At(_)]),
        "{next:?}"
    );
    assert_eq!(groups.schedules[0].fires[0].outcome, FireOutcome::Unknown);
    let overview: Overview = serde_json::from_value(json!({
        "workspace": "Northwind",
        "board": { "kinds": ["assignments.audit"], "tenants": 1,
            "rows": [{ "tenant": place, "cells": [{ "standing": "Paused", "last": null, "scheduled": false }] }] },
        "days": [], "causes": [{ "reason": "from.tomorrow", "runs": 1, "tenants": 1, "named": [place] }], "now": AT
    }))
    .unwrap();
    assert_eq!(overview.board.rows[0].cells[0].standing, Standing::Unknown);
    let viewer: Viewer = serde_json::from_value(json!({
        "name": "Olga", "email": "o@x.example", "workspace": place, "role": "auditor", "workspaces": [], "tenants": [],
        "unread": { "count": 0, "more": false }
    }))
    .unwrap();
    assert_eq!(viewer.role, Some(Role::Unknown));
    let notification: NotificationRow = serde_json::from_value(json!({
        "id": ID, "run": ID, "kind": "postponed", "operation": "assignments.audit", "target": "x", "outcome": "postponed", "reason": null,
        "counts": {}, "created_at": AT, "read": false
    }))
    .unwrap();
    assert_eq!(notification.outcome, Outcome::Unknown);
}

#[test]
fn r23_an_answer_of_tomorrow_is_read_and_one_of_today_is_itself() {
    for answer in [
        json!({ "Postponed": { "run": ID, "until": AT } }),
        json!({ "Queued": { "batch": ID } }),
        json!("Refused"),
        json!(null),
    ] {
        let read: Open<StartAnswer> = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(read, Open::Unknown(answer.clone()));
        assert_eq!(serde_json::to_value(&read).unwrap(), answer);
    }
    let queued = StartAnswer::Queued {
        run: ID.parse().unwrap(),
    };
    let wire = serde_json::to_value(Open::Known(queued.clone())).unwrap();
    assert_eq!(
        wire,
        serde_json::to_value(&queued).unwrap(),
        "an older page reads it as before"
    );
    assert_eq!(
        serde_json::from_value::<Open<StartAnswer>>(wire).unwrap().known(),
        Some(queued)
    );
}
