//! Generated objects, each computed from its place: nothing is stored, however many there are.

mod groups;
mod identity;
mod moments;
mod policies;
mod roles;
mod topics;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::collection::Collection;
use crate::random::Random;

use self::identity::Identity;

/// The types of policies in the order in which they are dealt out, about as often as tenants have them. A few policies
/// are already of all types.
const DEAL: [Collection; 16] = [
    Collection::ConfigurationPolicies,
    Collection::DeviceCompliancePolicies,
    Collection::DeviceConfigurations,
    Collection::GroupPolicyConfigurations,
    Collection::ManagedAppPolicies,
    Collection::MobileAppConfigurations,
    Collection::WindowsFeatureUpdateProfiles,
    Collection::DeviceManagementScripts,
    Collection::ConfigurationPolicies,
    Collection::DeviceConfigurations,
    Collection::DeviceCompliancePolicies,
    Collection::ConfigurationPolicies,
    Collection::DeviceManagementScripts,
    Collection::ConfigurationPolicies,
    Collection::DeviceConfigurations,
    Collection::ConfigurationPolicies,
];

/// Makes the objects of every tenant.
#[derive(Debug)]
pub(crate) struct Generator {
    seed: u64,
    policies: usize,
    groups: usize,
}

/// Where an object is, and what it is made from.
struct Place {
    id: Uuid,
    index: usize,
    /// Differs between tenants, and is the same for all objects of a collection.
    shift: usize,
    random: Random,
}

impl Generator {
    pub(crate) const fn new(seed: u64, policies: usize, groups: usize) -> Self {
        Self { seed, policies, groups }
    }

    /// How many objects of a collection each tenant has.
    pub(crate) fn len(&self, collection: Collection) -> usize {
        match collection {
            Collection::Groups => return self.groups,
            Collection::RoleDefinitions => return roles::COUNT,
            _ => {}
        }
        let of_it = |dealt: &[Collection]| dealt.iter().filter(|kind| **kind == collection).count();
        let rest = DEAL.get(..self.policies % DEAL.len()).unwrap_or_default();
        self.policies / DEAL.len() * of_it(&DEAL) + of_it(rest)
    }

    /// The object at a place below [`Self::len`].
    pub(crate) fn object(&self, tenant: Uuid, collection: Collection, index: usize) -> Map<String, Value> {
        let identity = self.identity(tenant, collection);
        let place = Place {
            id: identity.id(index),
            index,
            shift: identity.shift(),
            random: identity.random(index),
        };
        match collection {
            Collection::Groups => groups::group(place),
            Collection::RoleDefinitions => roles::role_definition(&place),
            _ => policies::policy(collection, place),
        }
    }

    /// The object with an id, if there is one.
    pub(crate) fn find(&self, tenant: Uuid, collection: Collection, id: &str) -> Option<Map<String, Value>> {
        let id = Uuid::try_parse(id).ok()?;
        let built_in = (collection == Collection::RoleDefinitions).then(|| roles::built_in(id));
        let index = (built_in.flatten()).or_else(|| self.identity(tenant, collection).index(id))?;
        (index < self.len(collection)).then(|| self.object(tenant, collection, index))
    }

    fn identity(&self, tenant: Uuid, collection: Collection) -> Identity {
        let kind = Collection::ALL
            .iter()
            .position(|kind| *kind == collection)
            .unwrap_or_default();
        Identity::new(self.seed, tenant, kind)
    }
}

/// An object from its properties.
fn object<const N: usize>(properties: [(&str, Value); N]) -> Map<String, Value> {
    properties
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TENANT: Uuid = Uuid::from_u128(0x1111);

    fn names(generator: &Generator, tenant: Uuid, collection: Collection) -> Vec<String> {
        let key = if collection == Collection::ConfigurationPolicies {
            "name"
        } else {
            "displayName"
        };
        (0..generator.len(collection))
            .map(|index| {
                generator.object(tenant, collection, index)[key]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn every_policy_is_dealt_out() {
        for policies in [0, 1, 8, 16, 17, 500] {
            let generator = Generator::new(1, policies, 3);
            let total: usize = DEAL
                .iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|kind| generator.len(*kind))
                .sum();
            assert_eq!(total, policies);
        }
        assert!(DEAL.iter().all(|kind| Generator::new(1, 8, 0).len(*kind) == 1));
    }

    #[test]
    fn the_same_seed_gives_the_same_and_tenants_differ() {
        let generator = Generator::new(1, 400, 400);
        for kind in DEAL.into_iter().chain([Collection::Groups]) {
            let last = generator.len(kind) - 1;
            let here = generator.object(TENANT, kind, last);
            assert_eq!(here, Generator::new(1, 400, 400).object(TENANT, kind, last));
            assert_ne!(here["id"], generator.object(Uuid::from_u128(0x2222), kind, last)["id"]);
            assert_ne!(here["id"], Generator::new(2, 400, 400).object(TENANT, kind, last)["id"]);
        }
    }

    #[test]
    fn names_and_ids_are_unique_in_large_tenants() {
        let generator = Generator::new(1, 4_000, 20_000);
        for kind in DEAL.into_iter().chain([Collection::Groups]).collect::<BTreeSet<_>>() {
            let all = names(&generator, TENANT, kind);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{kind}");
            assert!(all.iter().all(|name| name.len() < 100 && name.trim() == name));
        }
        let ids: BTreeSet<_> = (0..20_000)
            .map(|index| generator.object(TENANT, Collection::Groups, index)["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 20_000);
    }

    #[test]
    fn objects_are_found_by_id_without_a_search() {
        let generator = Generator::new(1, 100, 100_000);
        let far = generator.object(TENANT, Collection::Groups, 99_999);
        let id = far["id"].as_str().unwrap();
        assert_eq!(generator.find(TENANT, Collection::Groups, id).as_ref(), Some(&far));
        assert_eq!(generator.find(Uuid::from_u128(0x2222), Collection::Groups, id), None);
        assert_eq!(generator.find(TENANT, Collection::ConfigurationPolicies, id), None);
        assert_eq!(
            Generator::new(1, 100, 99_999).find(TENANT, Collection::Groups, id),
            None
        );
        assert_eq!(generator.find(TENANT, Collection::Groups, "nonsense"), None);
    }
}
