//! Ids that look random and still say where their object is, so that one is found among a hundred thousand without an
//! index.

use uuid::{Builder, Uuid};

use crate::random::Random;

/// What a collection of a tenant makes its ids from.
pub(super) struct Identity {
    key: u64,
}

impl Identity {
    pub(super) fn new(seed: u64, tenant: Uuid, kind: usize) -> Self {
        let (high, low) = tenant.as_u64_pair();
        Self {
            key: Random::at(seed, &[high, low, as_u64(kind)]).next(),
        }
    }

    /// The last four bytes are the index behind a mask, the others follow from it.
    pub(super) fn id(&self, index: usize) -> Uuid {
        let mut random = self.random(index);
        let (a, b) = (random.next(), random.next());
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&a.to_be_bytes());
        bytes[8..].copy_from_slice(&b.to_be_bytes());
        bytes[12..].copy_from_slice(&(u32::try_from(index).unwrap_or(u32::MAX) ^ self.mask()).to_be_bytes());
        Builder::from_random_bytes(bytes).into_uuid()
    }

    pub(super) fn index(&self, id: Uuid) -> Option<usize> {
        let &[.., a, b, c, d] = id.as_bytes();
        let index = usize::try_from(u32::from_be_bytes([a, b, c, d]) ^ self.mask()).ok()?;
        (self.id(index) == id).then_some(index)
    }

    pub(super) fn random(&self, index: usize) -> Random {
        Random::at(self.key, &[as_u64(index)])
    }

    pub(super) fn shift(&self) -> usize {
        usize::try_from(self.mask() >> 8).unwrap_or_default()
    }

    fn mask(&self) -> u32 {
        u32::try_from(self.key >> 32).unwrap_or_default()
    }
}

fn as_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
