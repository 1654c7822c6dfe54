//! Incidents as they grow: each message goes to the incident it tells of, or begins one with an earlier message, once and for good.
//!
//! [`cluster`](crate::cluster::cluster) sees everything at once and may regroup; here what came first is never moved, so that an
//! incident keeps its name from one night to the next.

use std::collections::BTreeMap;

use crate::repeats::{Gate, Index, Match};

/// Least mean likeness to an incident's latest messages.
const MEAN: f32 = 0.12;
/// Latest messages of an incident that are compared.
const LATEST: usize = 40;

/// Incidents by number, with the messages they have.
#[derive(Debug, Default)]
pub struct Incidents {
    of: BTreeMap<usize, usize>,
    members: Vec<Vec<usize>>,
}

impl Incidents {
    /// The incident of a message.
    #[must_use]
    pub fn of(&self, message: usize) -> Option<usize> {
        self.of.get(&message).copied()
    }

    /// The messages of an incident, in the order in which they were put there.
    #[must_use]
    pub fn members(&self, incident: usize) -> &[usize] {
        self.members.get(incident).map_or(&[], Vec::as_slice)
    }

    /// Puts a message where it was put before; `incident` is any number that is the same for all of one incident.
    pub fn put(&mut self, message: usize, incident: usize) {
        self.members.resize_with(self.members.len().max(incident + 1), Vec::new);
        self.members[incident].push(message);
        self.of.insert(message, incident);
    }

    /// A new incident of these messages.
    fn begin(&mut self, messages: [usize; 2]) -> usize {
        let incident = self.members.len();
        messages.into_iter().for_each(|message| self.put(message, incident));
        incident
    }

    /// Follows a message: the incident it belongs to, where there is one. `tied` is an earlier message that an officer linked it
    /// with, which decides.
    ///
    /// ```
    /// use triage::{Gate, Incidents, Index, Message};
    /// let mut index = Index::new();
    /// let mut incidents = Incidents::default();
    /// let gate = Gate { window: 28, ..Gate::default() };
    /// for (day, text) in ["星沙搅拌站半夜施工噪音扰民", "健身房关门卡里的钱退不了", "星沙搅拌站施工噪音太大"].into_iter().enumerate() {
    ///     let at = index.add(&Message { title: "", text, day: day as i64 });
    ///     incidents.follow(&index, at, &gate, None);
    /// }
    /// assert_eq!(incidents.of(0), incidents.of(2));
    /// assert_eq!(incidents.of(1), None);
    /// ```
    pub fn follow(&mut self, index: &Index, at: usize, gate: &Gate, tied: Option<usize>) -> Option<usize> {
        if let Some(known) = self.of(at) {
            return Some(known);
        }
        if let Some(with) = tied {
            return Some(self.join(at, with));
        }
        let matches = index.matches(at, gate);
        let mut seen: Vec<usize> = matches.iter().filter_map(|one| self.of(one.at)).collect();
        seen.sort_unstable();
        seen.dedup();
        let mean = |incident: usize| {
            let members = self.members(incident).iter().rev().take(LATEST);
            let (sum, count) = members
                .fold((0.0, 0.0), |(sum, count), other| (sum + index.likeness(at, *other), count + 1.0));
            sum / f32::max(count, 1.0)
        };
        let known =
            seen.into_iter().map(|incident| (mean(incident), incident)).filter(|(mean, _)| *mean > MEAN);
        if let Some((_, incident)) = known.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) {
            self.put(at, incident);
            return Some(incident);
        }
        let alone = matches.iter().find(|Match { at: other, .. }| self.of(*other).is_none())?;
        Some(self.begin([alone.at, at]))
    }

    fn join(&mut self, at: usize, with: usize) -> usize {
        match self.of(with) {
            Some(incident) => {
                self.put(at, incident);
                incident
            }
            None => self.begin([with, at]),
        }
    }
}
