//! What an edition does to the clocks that run, told without showing matters to who may not see them.

use std::collections::BTreeMap;

use db::Tx;
use law::Law;
use matters::clocks::{self, Shift};
use web::{Problem, Result};

/// What moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    /// How many clocks run.
    pub running: usize,
    /// How many move.
    pub count: usize,
    /// (unit, clock, by how many days in words, how many).
    pub groups: Vec<(String, String, String, usize)>,
    /// Why it cannot be put in force, when it cannot.
    pub fault: Option<String>,
}

fn days(days: i32) -> String {
    match days {
        0 => "只变预警日期".to_owned(),
        1.. => format!("推后 {days} 天"),
        _ => format!("提前 {} 天", -days),
    }
}

impl Moved {
    /// Looks what `law` would do; a clause that is missing for a running clock is told, not an error.
    pub fn look(tx: &mut Tx, law: &Law) -> Result<Self> {
        match clocks::shifts(tx, law) {
            Ok((running, shifts)) => Ok(Self::of(running, &shifts)),
            Err(Problem::Refused(refusal)) => {
                Ok(Self { fault: Some(refusal.to_string()), ..Self::default() })
            }
            Err(other) => Err(other),
        }
    }

    fn of(running: usize, shifts: &[Shift]) -> Self {
        let mut groups: BTreeMap<(String, String, i32), usize> = BTreeMap::new();
        for shift in shifts {
            *groups.entry((shift.unit.clone(), shift.title.clone(), shift.days())).or_default() += 1;
        }
        let groups =
            groups.into_iter().map(|((unit, title, by), count)| (unit, title, days(by), count)).collect();
        Self { running, count: shifts.len(), groups, fault: None }
    }

    pub fn sample() -> Self {
        let group = ("中山所".to_owned(), "受理决定并告知".to_owned(), days(2), 3);
        Self { running: 12, count: 3, groups: vec![group], fault: None }
    }
}
