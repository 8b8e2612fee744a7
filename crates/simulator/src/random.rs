//! Numbers that look random and are the same every time.
//!
//! Generated objects are not stored: each is computed from its place, whenever it is asked for. So the generator must be
//! startable at any place at no cost, and the same for ever, which the `rand` crate does not promise.

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence that belongs to the seed and the given parts of a place.
    pub(crate) fn at(seed: u64, place: &[u64]) -> Self {
        place.iter().fold(Self(seed), |random, part| {
            Self(random.clone().next().wrapping_add(*part))
        })
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `limit`, which is not zero. The bias is of no importance here.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// At least 0 and less than 1.
    pub(crate) fn share(&mut self) -> f64 {
        let bits = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let length = u64::try_from(from.len()).ok().filter(|length| *length > 0)?;
        from.get(usize::try_from(self.below(length)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_their_own_sequences_and_keep_them() {
        let first = |place: &[u64]| Random::at(7, place).next();
        assert_eq!(first(&[1, 2]), first(&[1, 2]));
        let all = [
            first(&[1, 2]),
            first(&[2, 1]),
            first(&[1]),
            first(&[]),
            Random::at(8, &[1, 2]).next(),
        ];
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn shares_are_even() {
        let mut random = Random::at(1, &[]);
        let low = (0..10_000)
            .map(|_| random.share())
            .filter(|share| *share < 0.25)
            .count();
        assert!((2_300..2_700).contains(&low), "{low}");
    }
}
