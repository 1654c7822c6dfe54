//! Sampling plans: how often a plan accepts, what a handful of samples can prove.
//!
//! No table of a standard is encoded here: GB/T 2828.1, 2828.4, 2828.11 and GB/T 28863 give plans; these functions say what a
//! plan does.

use crate::special::ln_choose;

/// P(exactly `k` of `n`), binomial.
pub fn binomial(k: u32, n: u32, p: f64) -> f64 {
    if p <= 0.0 {
        return f64::from(u8::from(k == 0));
    }
    if p >= 1.0 {
        return f64::from(u8::from(k == n));
    }
    (ln_choose(n, k) + f64::from(k) * p.ln() + f64::from(n.saturating_sub(k)) * (-p).ln_1p()).exp()
}

/// P(exactly `k` faulty in a sample of `n` from a lot of `lot` with `faulty`), hypergeometric.
pub fn hypergeometric(k: u32, n: u32, lot: u32, faulty: u32) -> f64 {
    if k > n || k > faulty || n - k > lot.saturating_sub(faulty) {
        return 0.0;
    }
    (ln_choose(faulty, k) + ln_choose(lot - faulty, n - k) - ln_choose(lot, n)).exp()
}

/// A single plan: `n` are drawn, the lot passes with at most `accept` faulty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Sample.
    pub n: u32,
    /// Acceptance number, Ac.
    pub accept: u32,
}

impl Plan {
    /// P(accept) when a share `p` is faulty: the operating characteristic.
    ///
    /// ```
    /// let plan = sentinel::sampling::Plan { n: 13, accept: 0 };
    /// assert!((plan.passes(0.10) - 0.2542).abs() < 5e-5);
    /// ```
    pub fn passes(self, p: f64) -> f64 {
        (0..=self.accept.min(self.n)).map(|k| binomial(k, self.n, p)).sum()
    }

    /// P(accept) for a lot of `lot` with `faulty`.
    pub fn passes_lot(self, lot: u32, faulty: u32) -> f64 {
        (0..=self.accept).map(|k| hypergeometric(k, self.n, lot, faulty)).sum()
    }
}

/// The largest sample that wrongly rejects a lot as good as declared (share `declared` faulty) at most with `risk`, when more than
/// `limit` faulty reject it. `None` where even `limit + 1` samples reject too often.
pub fn largest_sample(declared: f64, limit: u32, risk: f64) -> Option<u32> {
    let rejects = |n: u32| 1.0 - Plan { n, accept: limit }.passes(declared);
    (limit + 1..).take_while(|n| rejects(*n) <= risk).last()
}

/// Share and interval's effective sample when samples come in clusters of `size` alike by `rho`: `n / (1 + (size − 1) rho)`.
pub fn effective(n: u32, size: f64, rho: f64) -> f64 {
    f64::from(n) / (1.0 + (size - 1.0).max(0.0) * rho)
}

/// Small groups drawn to the whole by a beta-binomial prior (moments): the shrunk share of each `(faulty, n)`, and the prior's
/// weight `a + b`, held to 1…10,000 because it runs away when groups do not differ.
pub fn shrink(groups: &[(u32, u32)]) -> (Vec<f64>, f64) {
    let (faulty, n) = groups.iter().fold((0.0, 0.0), |(f, n), g| (f + f64::from(g.0), n + f64::from(g.1)));
    if n <= 0.0 {
        return (vec![0.0; groups.len()], 1.0);
    }
    let (mean, count) = (faulty / n, groups.len() as f64);
    let squares: f64 = groups.iter().map(|g| f64::from(g.1).powi(2)).sum();
    let between = groups
        .iter()
        .filter(|g| g.1 > 0)
        .map(|g| f64::from(g.1) * (f64::from(g.0) / f64::from(g.1) - mean).powi(2))
        .sum::<f64>();
    let noise = mean * (1.0 - mean);
    let spread = ((between - (count - 1.0) * noise) / (n - squares / n).max(1e-9)).max(0.0);
    let weight = if spread > 0.0 { (noise / spread - 1.0).clamp(1.0, 1e4) } else { 1e4 };
    let shrunk =
        groups.iter().map(|g| (f64::from(g.0) + weight * mean) / (f64::from(g.1) + weight)).collect();
    (shrunk, weight)
}
