//! Permits (R21): made for what the role holds and nothing else, and good for what they were made for and nothing else. What of
//! it the compiler holds is in the examples of `ledger::permit`.

use domain::access::{Capability, Level, Role};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use ledger::Error;
use ledger::access::{self, Membership, ResolvedAccess};
use ledger::hub::list;
use ledger::permit::{AtLevel, Key, Start, View, key};
use ledger::runs::start;

use crate::support::{World, sync};

/// Whether permits for a key are made exactly where the table of roles says so.
fn agrees<K: Key>(member: &Membership) -> bool {
    fn at<K: Key, L: AtLevel>(member: &Membership) -> bool {
        let held = member.role.level(K::CAPABILITY) >= Some(L::LEVEL);
        match member.permit::<K, L>() {
            Ok(permit) => held && permit.member() == member,
            Err(missing) => !held && missing.key == K::CAPABILITY,
        }
    }
    at::<K, View>(member) && at::<K, Start>(member)
}

#[tokio::test]
async fn r21_a_permit_is_made_for_what_the_role_holds_and_nothing_else() {
    let world = World::new().await;
    let mut keys = 0;
    for &role in Role::ALL {
        let email = format!("{}@northwind.example", role.as_str());
        let member = world.access(&email, "Contoso").await.member().clone();
        assert_eq!(member.role, role);
        for (name, agrees) in [
            (Capability::InventorySync, agrees::<key::InventorySync>(&member)),
            (Capability::DirectorySync, agrees::<key::DirectorySync>(&member)),
            (Capability::DriftGenerate, agrees::<key::DriftGenerate>(&member)),
            (Capability::BackupRun, agrees::<key::BackupRun>(&member)),
            (Capability::BackupManage, agrees::<key::BackupManage>(&member)),
            (Capability::RestoreExecute, agrees::<key::RestoreExecute>(&member)),
            (Capability::PolicyValues, agrees::<key::PolicyValues>(&member)),
            (Capability::TenantManage, agrees::<key::TenantManage>(&member)),
            (Capability::AuditView, agrees::<key::AuditView>(&member)),
            (Capability::WorkspaceManage, agrees::<key::WorkspaceManage>(&member)),
        ] {
            assert!(agrees, "{email} {name}");
            keys += 1;
        }
        for kind in OperationType::ALL {
            let may = role.level(kind.capability()) == Some(Level::Start);
            match member.to_start(*kind) {
                Ok(permit) => assert!(may && permit.kind() == *kind, "{email} {kind}"),
                Err(missing) => assert!(!may && missing.key == kind.capability(), "{email} {kind}"),
            }
        }
    }
    assert_eq!(keys, Role::ALL.len() * Capability::ALL.len(), "a key without its type");
}

#[tokio::test]
async fn r21_a_permit_to_start_one_thing_starts_no_other() {
    let world = World::new().await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let what = sync(&access, PolicyType::DeviceConfiguration);
    // Of another key, and of the same.
    for other in [OperationType::DirectoryGroupsSync, OperationType::PolicySync] {
        let permit = access.to_start(other).unwrap();
        let refused = start::start(&world.web, &permit, &what).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Forbidden(missing) if missing.key == Capability::InventorySync),
            "{refused:?}"
        );
    }
    assert_eq!(world.count("select count(*) from operation_runs").await, 0);
}

#[tokio::test]
async fn r21_a_transaction_for_one_key_reads_nothing_of_another() {
    let world = World::new().await;
    world.start_sync("Contoso").await;
    let access = world.access("operator@northwind.example", "Contoso").await;
    let tenant = world.tenant("Contoso").await;
    let kind = OperationType::InventorySync;
    let groups = access.permit::<key::DirectorySync, View>().unwrap();
    let mut tx = groups.begin(&world.web).await.unwrap();
    let refused = list::latest(&mut tx, tenant, kind, world.web.now()).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    let refused = ledger::schedules::of_tenant(&mut tx, tenant, kind).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    let inventory = access.permit::<key::InventorySync, View>().unwrap();
    let mut tx = inventory.begin(&world.web).await.unwrap();
    let found = list::latest(&mut tx, tenant, kind, world.web.now()).await.unwrap();
    assert!(found.is_some());
}

/// What a request has established for one thing is not taken for another that it asks for as well.
#[tokio::test]
async fn r21_what_was_established_for_one_thing_opens_no_other() {
    let world = World::new().await;
    let (run, other) = (world.start_sync("Contoso").await, world.start_sync("Fabrikam").await);
    let user = world.user("operator@northwind.example").await;
    let found = access::for_run(&world.web, user, run).await.unwrap().unwrap();
    let of_run = ResolvedAccess::Run(found.permit().unwrap());
    let (tenant, another) = (world.tenant("Contoso").await, world.tenant("Fabrikam").await);
    let member = access::for_tenant(&world.web, user, tenant).await.unwrap().unwrap();
    let of_tenant = ResolvedAccess::Tenant(tenant, member.clone());
    assert_eq!(of_run.clone().of_run(run).unwrap().run(), run);
    assert_eq!(of_tenant.clone().of_tenant(tenant), Some(member));
    assert!(of_run.clone().of_run(other).is_none());
    assert!(of_tenant.clone().of_tenant(another).is_none());
    assert!(of_run.of_tenant(tenant).is_none() && of_tenant.of_run(run).is_none());
}
