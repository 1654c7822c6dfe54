//! What rows are known by, in whatever order they are read (record 54).

use std::fmt::Write as _;

use db::Row;
use kernel::{Money, hex, sm3};

/// The sum of the fingerprints of rows, in four lanes of 32 bits: that of a matter is taken from its number, its end and its money, as often
/// as it counts. Told from chance, not from who could choose the rows: who changed what is the journal's to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint(pub(crate) [i64; 4]);

impl Fingerprint {
    /// Of a matter that counts once.
    pub(crate) fn of(number: &str, closed: Option<&str>, recovered: Option<Money>) -> Self {
        let money = recovered.map_or_else(String::new, |money| money.fen().to_string());
        let digest = sm3(format!("{number}\t{}\t{money}", closed.unwrap_or_default()).as_bytes());
        let mut lanes = [0; 4];
        for (lane, bytes) in lanes.iter_mut().zip(digest.chunks_exact(4)) {
            *lane = bytes.iter().fold(0, |lane, byte| lane << 8 | i64::from(*byte));
        }
        Self(lanes)
    }

    /// Of the matter in a row: `number`, `closed_on`, `recovered`.
    ///
    /// # Errors
    /// A column that is not there.
    pub(crate) fn of_matter(row: &Row) -> Result<Self, db::Error> {
        let closed: Option<String> = row.get("closed_on")?;
        Ok(Self::of(&row.get::<String>("number")?, closed.as_deref(), row.get("recovered")?))
    }

    /// As it is kept: `print1` to `print4`.
    ///
    /// # Errors
    /// A column that is not there.
    pub(crate) fn read(row: &Row) -> Result<Self, db::Error> {
        Ok(Self([row.get("print1")?, row.get("print2")?, row.get("print3")?, row.get("print4")?]))
    }

    /// Of something that counts `n` times.
    #[must_use]
    pub(crate) fn times(self, n: i64) -> Self {
        Self(self.0.map(|lane| lane.wrapping_mul(n)))
    }

    /// With the rows of another one.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(lane, more)| *lane = lane.wrapping_add(more));
        self
    }
}

/// The digest of the rows of one or more periods. Its first letters say how it was made: without them it is one of the first edition, over
/// the rows by number.
pub(crate) fn digest(of: &[Fingerprint]) -> String {
    let mut text = String::new();
    for Fingerprint([a, b, c, d]) in of {
        let _ = writeln!(text, "{a} {b} {c} {d}");
    }
    format!("{SUMMED}{}", hex(&sm3(text.as_bytes())))
}

/// What a digest of sums begins with.
pub(crate) const SUMMED: &str = "sum:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rows_does_not_matter_and_each_of_them_does() {
        let one = Fingerprint::of("南消投〔2026〕1号", Some("2026-09-01"), Some(Money::from_fen(100)));
        let two = Fingerprint::of("南消投〔2026〕2号", None, None);
        assert_eq!(digest(&[one.and(two)]), digest(&[two.and(one)]));
        assert_eq!(one.and(one).and(one), one.times(3));
        assert_eq!(one.and(two).and(one.times(-1)), two);
        for other in [
            Fingerprint::of("南消投〔2026〕1号", Some("2026-09-02"), Some(Money::from_fen(100))),
            Fingerprint::of("南消投〔2026〕1号", Some("2026-09-01"), Some(Money::from_fen(101))),
            Fingerprint::of("南消投〔2026〕1号", Some("2026-09-01"), None),
            Fingerprint::of("南消投〔2026〕3号", Some("2026-09-01"), Some(Money::from_fen(100))),
        ] {
            assert_ne!(digest(&[one]), digest(&[other]));
        }
        assert_ne!(digest(&[one, two]), digest(&[one.and(two)]), "periods are told apart");
        assert!(one.0.iter().all(|lane| (0..1 << 32).contains(lane)), "{one:?}");
    }
}
