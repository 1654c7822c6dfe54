//! What a figure is by its definition: kind, version, and what the office does not record yet.

use db::Tx;
use kernel::{Actor, Ctx, Officer, Role, UnitId, hex, sm3, words};
use web::Result;

use crate::{
    compute::Period,
    figure::{FIGURES, Figure, Measure, Things, When, find},
    kept::Reading,
};

words! {
    /// What kind of number a figure is.
    Kind {
        /// A count.
        Count = "count", "计数";
        /// A sum of money.
        Sum = "sum", "合计";
        /// A part of a whole; both are kept.
        Ratio = "ratio", "比率";
        /// Growth over another period, of two numbers that are kept.
        Change = "change", "增减";
        /// A part of the figure itself.
        Share = "share", "占比";
        /// The place of a part among all.
        Rank = "rank", "排名";
        /// The parts in their order.
        List = "list", "排列";
    }
}

words! {
    /// Whether there is a number at all: work that is not recorded has none, which is not zero.
    Standing {
        /// There is.
        Recorded = "recorded", "有记录";
        /// The work is recorded here, and nothing of it was ever done until the end of the period.
        NotBegun = "not_begun", "未开展";
        /// This program does not record such work.
        NotRecorded = "not_recorded", "未记录";
    }
}

/// Work that summaries speak of (regulations §9.3) and no capability records yet. Whoever builds the capability registers the
/// figure under the same id and strikes the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absent {
    /// Stable id.
    pub id: &'static str,
    /// Chinese name.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
}

/// What is not recorded.
pub const ABSENT: &[Absent] = &[
    Absent { id: "campaigns", name: "专项整治行动", unit: "个" },
    Absent { id: "cases", name: "查办案件", unit: "件" },
    Absent { id: "fines", name: "罚没金额", unit: "元" },
    Absent { id: "large_fines", name: "大额罚没案件", unit: "起" },
    Absent { id: "samples", name: "商品抽检批次", unit: "批次" },
    Absent { id: "sample_pass", name: "抽检合格率", unit: "%" },
    Absent { id: "patrol_officers", name: "出动执法人员", unit: "人次" },
    Absent { id: "patrol_traders", name: "检查经营户", unit: "户次" },
    Absent { id: "unlicensed", name: "取缔无证经营", unit: "户" },
    Absent { id: "food_permits", name: "食品经营许可", unit: "件" },
    Absent { id: "warnings", name: "消费警示", unit: "期" },
    Absent { id: "lookbacks", name: "回头看", unit: "次" },
    Absent { id: "trainings", name: "培训", unit: "期" },
    Absent { id: "publicity", name: "宣传报道", unit: "篇" },
];

/// What is not recorded under `id`.
pub fn absent(id: &str) -> Option<&'static Absent> {
    ABSENT.iter().find(|absent| absent.id == id)
}

/// Version and digest of every definition; a definition that changes takes the next version.
const VERSIONS: &str = include_str!("figure/versions.txt");

impl Figure {
    /// What kind of number it is.
    pub const fn kind(&self) -> Kind {
        match self.measure {
            Measure::Count | Measure::AtLeast { .. } => Kind::Count,
            Measure::Recovered => Kind::Sum,
            Measure::Share { .. } => Kind::Ratio,
        }
    }

    /// The version of its definition, from 1.
    pub fn version(&self) -> u32 {
        let line = VERSIONS.lines().find_map(|line| line.strip_prefix(self.id)?.strip_prefix(' '));
        line.and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0)
    }

    /// A digest of what decides the number: what is counted, when, and by which conditions. Wording is not part of it.
    pub fn digest(&self) -> String {
        let whole = match self.measure {
            Measure::Share { whole, .. } => whole,
            Measure::Count | Measure::Recovered | Measure::AtLeast { .. } => "",
        };
        let (When::Day { of, within } | When::Instant { of, within }) = self.day;
        let parts = [self.kind().code(), &format!("{:?}", self.things), of, within, self.condition, whole];
        hex(&sm3(parts.join("\n").as_bytes())[..8])
    }

    /// Whether the work it counts is done at all; looked up only where the number says nothing.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn standing(&self, tx: &mut Tx, reading: &Reading<'_>, period: Period) -> Result<Standing> {
        let Some(base) = self.base() else { return Ok(Standing::Recorded) };
        let ever = Period { from: jiff::civil::Date::constant(1990, 1, 1), ..period };
        let begun = reading.value(tx, base, ever)?.part > 0;
        Ok(if begun { Standing::Recorded } else { Standing::NotBegun })
    }

    /// The figure that counts whatever was done of this kind of work; none where the office always does it.
    fn base(&self) -> Option<&'static Figure> {
        if self.id.starts_with("odr_") {
            return find("odr_received");
        }
        let same = |one: &&Figure| one.things == self.things;
        // Every complaint and every report has clocks.
        (!matches!(self.things, Things::Matters | Things::Clocks))
            .then(|| FIGURES.iter().find(same))
            .flatten()
    }
}

/// A context that reaches one unit and those below it: for figures of a unit. Only for reading.
#[must_use]
pub fn of_unit(ctx: &Ctx, unit: UnitId, name: &str, path: &str) -> Ctx {
    ctx.by(Actor::Officer(Officer {
        // Nobody: the unit's own id, so that the same is asked for the same unit each time.
        id: unit.cast(),
        name: ctx.actor_name().to_owned(),
        post: unit.cast(),
        role: Role::SectionHead,
        unit,
        unit_name: name.to_owned(),
        unit_path: path.to_owned(),
        deputy_for: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_definition_has_a_new_version() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/figure/versions.txt");
        let known = |id: &str| {
            let line = VERSIONS.lines().find_map(|line| line.strip_prefix(id)?.strip_prefix(' '))?;
            let (version, digest) = line.split_once(' ')?;
            Some((version.parse::<u32>().ok()?, digest))
        };
        let mut written = String::new();
        for figure in FIGURES {
            let (id, digest) = (figure.id, figure.digest());
            let version = match known(id) {
                Some((version, old)) if old == digest => version,
                Some((version, _)) => version + 1,
                None => 1,
            };
            written += &format!("{id} {version} {digest}\n");
        }
        if std::env::var_os("XIAOBAO_WRITE").is_some() {
            std::fs::write(file, &written).unwrap();
        } else {
            assert_eq!(VERSIONS, written, "a definition changed: XIAOBAO_WRITE=1 gives it the next version");
        }
    }

    #[test]
    fn what_is_absent_is_no_figure() {
        for absent in ABSENT {
            assert!(find(absent.id).is_none(), "{} is a figure now: strike it from ABSENT", absent.id);
        }
    }
}
