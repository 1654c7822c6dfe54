//! How good a detector was: weekly, as in the literature, and by incident, as an office feels it.

use crate::{
    interval::{Interval, wilson},
    simulate::noufaily::{JUDGED, Series, WEEKS},
    watch::score::Hit,
};

/// Weekly figures over many series (Noufaily 2013; Bédubourg and Le Strat 2017).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weekly {
    /// (alarms, weeks) outside outbreaks.
    pub calm: (u32, u32),
    /// (alarms, weeks) in outbreaks.
    pub ill: (u32, u32),
    /// (found, outbreaks), by size 2, 4, 6, 8, 10.
    pub outbreaks: [(u32, u32); 5],
    /// (found in its first week, outbreaks).
    pub first: (u32, u32),
}

impl Weekly {
    /// Adds a series with the positions that alarmed.
    pub fn add(&mut self, series: &Series, alarms: &[usize]) {
        let judged = WEEKS - JUDGED..WEEKS;
        let ill: Vec<usize> = judged.clone().filter(|week| series.outbreak[*week] > 0).collect();
        for week in judged {
            let (sick, alarm) = (series.outbreak[week] > 0, u32::from(alarms.contains(&week)));
            let cell = if sick { &mut self.ill } else { &mut self.calm };
            cell.0 += alarm;
            cell.1 += 1;
        }
        let Some(first) = ill.first() else { return };
        let found = ill.iter().any(|week| alarms.contains(week));
        let by_size = &mut self.outbreaks[(series.size / 2.0) as usize - 1];
        by_size.0 += u32::from(found);
        by_size.1 += 1;
        self.first.0 += u32::from(alarms.contains(first));
        self.first.1 += 1;
    }

    /// False positive rate: alarms per week outside outbreaks.
    pub fn fpr(&self) -> f64 {
        share(self.calm)
    }

    /// Outbreaks with an alarm.
    pub fn pod(&self) -> f64 {
        share(self.outbreaks.iter().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1)))
    }

    /// Alarms that were in an outbreak.
    pub fn ppv(&self) -> f64 {
        share((self.ill.0, self.ill.0 + self.calm.0))
    }
}

fn share((k, n): (u32, u32)) -> f64 {
    f64::from(k) / f64::from(n.max(1))
}

/// An incident put into a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Stream.
    pub stream: usize,
    /// First day.
    pub start: usize,
    /// Days.
    pub days: usize,
    /// Complaints added each day.
    pub added: Vec<u32>,
}

impl Incident {
    /// Complaints added.
    pub fn size(&self) -> u32 {
        self.added.iter().sum()
    }
}

/// What a detector did with the incidents of a size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Complaints of the incidents.
    pub size: u32,
    /// Incidents.
    pub of: u32,
    /// Found while they lasted.
    pub found: u32,
    /// Complaints that had come when each was found.
    pub complaints: Vec<u32>,
    /// Days that had passed when each was found, the first day is 1.
    pub days: Vec<u32>,
}

impl Found {
    /// Share found and its 95 % interval.
    pub fn rate(&self) -> (f64, Interval) {
        (share((self.found, self.of)), wilson(self.found, self.of.max(1), 0.95))
    }
}

/// The middle of some numbers; `None` of none.
pub fn median(numbers: &[u32]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let n = sorted.len();
    (n > 0).then(|| (f64::from(sorted[(n - 1) / 2]) + f64::from(sorted[n / 2])) / 2.0)
}

/// By size: what alarms above `threshold` found. `hits` are sorted by stream and day; `same` says whether an alarm of the hit's
/// stream names the incident.
pub fn by_size(
    hits: &[Hit],
    threshold: f64,
    incidents: &[Incident],
    same: impl Fn(&Hit, &Incident) -> bool,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for incident in incidents {
        let size = incident.size();
        let at = found.iter().position(|f| f.size == size).unwrap_or_else(|| {
            found.push(Found { size, ..Found::default() });
            found.len() - 1
        });
        found[at].of += 1;
        let lasts = incident.start..incident.start + incident.days;
        let ring = hits
            .iter()
            .filter(|hit| hit.score > threshold && lasts.contains(&hit.day) && same(hit, incident))
            .map(|hit| hit.day)
            .min();
        if let Some(day) = ring {
            found[at].found += 1;
            found[at].complaints.push(incident.added[..=day - incident.start].iter().sum());
            found[at].days.push((day - incident.start + 1) as u32);
        }
    }
    found.sort_by_key(|f| f.size);
    found
}
