//! Whether what comes in is still what the model was learned from.

use std::collections::BTreeMap;

/// A label's share in two periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// The label.
    pub label: String,
    /// Its share before, 0 to 1.
    pub before: f64,
    /// Its share now.
    pub now: f64,
    /// What it adds to the index.
    pub part: f64,
}

/// How far two periods are apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Population stability index: sum of (now − before) ln(now / before); labels that are missing count as half a document.
    pub psi: f64,
    /// The mean of the index if nothing had changed, by the counts alone: (labels − 1) (1/before + 1/now) (Yurdakul 2018). An index near
    /// it says nothing.
    pub chance: f64,
    /// Its 95 % limit, by the normal approximation of the same law.
    pub limit: f64,
    /// Labels, the largest part first.
    pub shifts: Vec<Shift>,
}

impl Drift {
    /// Customary words for the index: below 0.1, to 0.25, above; nothing where chance explains it.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self.psi {
            psi if psi <= self.limit => "没有超出偶然波动",
            psi if psi < 0.1 => "变化很小",
            psi if psi < 0.25 => "有变化，建议核对",
            _ => "变化明显，建议重新训练",
        }
    }
}

/// The population stability index between the labels of two periods; none where one of them is empty.
///
/// ```
/// let before = ["食品", "食品", "家电", "家电"].repeat(100);
/// let now = ["食品", "家电", "家电", "家电"].repeat(100);
/// let drift = triage::drift(before.iter().copied(), now.iter().copied()).unwrap();
/// assert!((drift.psi - 0.274_653).abs() < 1e-6 && drift.psi > drift.limit);
/// ```
#[must_use]
pub fn drift<'a>(
    before: impl IntoIterator<Item = &'a str>,
    now: impl IntoIterator<Item = &'a str>,
) -> Option<Drift> {
    let mut counts: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    let mut all = [0f64; 2];
    before.into_iter().for_each(|label| {
        counts.entry(label).or_default()[0] += 1.0;
        all[0] += 1.0;
    });
    now.into_iter().for_each(|label| {
        counts.entry(label).or_default()[1] += 1.0;
        all[1] += 1.0;
    });
    if all[0] == 0.0 || all[1] == 0.0 {
        return None;
    }
    let shift = |(label, count): (&&str, &[f64; 2])| {
        let share = |at: usize| count[at].max(0.5) / all[at];
        let (before, now) = (share(0), share(1));
        Shift { label: (*label).to_owned(), before, now, part: (now - before) * (now / before).ln() }
    };
    let mut shifts: Vec<Shift> = counts.iter().map(shift).collect();
    shifts.sort_by(|a, b| b.part.total_cmp(&a.part).then_with(|| a.label.cmp(&b.label)));
    let (free, scale) = (counts.len() as f64 - 1.0, 1.0 / all[0] + 1.0 / all[1]);
    let psi = shifts.iter().map(|shift| shift.part).sum();
    let limit = scale * (free + 1.645 * (2.0 * free).sqrt());
    Some(Drift { psi, chance: free * scale, limit, shifts })
}
