//! Chance, from one door: the machine in service, a seed in tests and demo data.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;
use uuid::Uuid;

use crate::sm3;

/// A source of random bytes. Cheap to clone; clones of a seeded source share its position.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    Machine,
    Seeded { seed: [u8; 32], position: Arc<AtomicU64> },
}

impl Entropy {
    /// The operating system's generator.
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A repeatable stream for tests and demo data: SM3 over seed and counter.
    pub fn seeded(seed: &str) -> Self {
        Self(Source::Seeded { seed: sm3(seed.as_bytes()), position: Arc::new(AtomicU64::new(0)) })
    }

    /// Fills `bytes`.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    #[expect(clippy::disallowed_methods, reason = "the one door to the machine's randomness")]
    #[expect(clippy::expect_used, reason = "without randomness no key, code or id may be made")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::Machine => getrandom::fill(bytes).expect("the operating system gives random bytes"),
            Source::Seeded { seed, position } => {
                for chunk in bytes.chunks_mut(32) {
                    let mut block = seed.to_vec();
                    block.extend(position.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                    chunk.copy_from_slice(&sm3(&block)[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A whole number in `0..bound` (0 when `bound` is 0), without modulo bias worth naming for bounds below 2³².
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { u64::from_be_bytes(self.bytes()) % bound }
    }

    /// A one-time code of `digits` decimal digits, leading zeros kept.
    pub fn digits(&self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b'0' + (self.below(10) as u8))).collect()
    }

    /// A UUIDv7 for the instant `now`.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Machine => "Entropy(machine)",
            Source::Seeded { .. } => "Entropy(seeded)",
        })
    }
}
