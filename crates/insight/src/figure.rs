//! The figures: what each counts, in one place.

mod dimension;
mod money;
mod published;
mod steps;
mod when;

pub use dimension::Dimension;
pub use when::When;
pub(crate) use when::{day, instant};

/// How a figure is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Matters, or the things a figure counts ([`Things`]).
    Count,
    /// Money the consumers got back, in 分.
    Recovered,
    /// Matters whose money reaches a sum, in 分, that who asks may name ([`crate::at_least`]).
    AtLeast {
        /// The condition on the sum.
        within: &'static str,
        /// The condition without the sum.
        base: &'static str,
        /// The sum where none is named; stands in the figure's own condition.
        least: i64,
    },
    /// A part of another figure: `condition` holds for the part, `of` names the whole.
    Share {
        /// What the denominator is, in words; printed under every rate.
        of: &'static str,
        /// The condition of the whole.
        whole: &'static str,
    },
}

/// What a figure counts. Whatever is no matter belongs to one, is joined to it as `q`, and its rows are told by matter, with
/// how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Things {
    /// Matters themselves.
    Matters,
    /// Ratings that the public gave by themselves (公众自评), by score.
    Ratings,
    /// Disputes over jurisdiction (管辖争议), by how they stand.
    Disputes,
    /// Times a matter was sent back to dispatch (退回), by reason.
    Returns,
    /// Reminders that climbed (催办升级), by level.
    Escalations,
    /// Notices (告知), by channel.
    Notices,
    /// Official papers with their number (文书), by form.
    Papers,
    /// Links that a procedure made (分立), by kind.
    Links,
    /// Matters that went with another one (并案、补充、重复), by why.
    Merges,
    /// Legal clocks (期限), by how they ended; nothing while they run.
    Clocks,
}

/// A figure of the spine (DESIGN §1.5).
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Stable id.
    pub id: &'static str,
    /// Chinese name.
    pub name: &'static str,
    /// What exactly is counted.
    pub definition: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// What it counts.
    pub things: Things,
    /// How it is measured.
    pub measure: Measure,
    /// What puts a matter, or a thing, into a period: a column of `m`, `k` or `q`.
    pub day: When,
    /// Which count, on aliases `m` (matter), `k` (complaint), `u` (unit), `q` (the thing counted).
    pub condition: &'static str,
}

const RECEIVED: When = day!("m.received_on");
const CLOSED: When = day!("m.closed_on");
const ALARM: When = day!("m.next_alarm");
const ACCEPTED: When = day!("k.accepted_on");

/// The day a head decided about a report; a merged one is counted with the report it went into.
const DECIDED: When = When::Day {
    of: "(SELECT r.decided_on FROM report r WHERE r.matter_id = m.id)",
    within: "EXISTS (SELECT 1 FROM report r WHERE r.matter_id = m.id AND r.decided_on >= ? AND r.decided_on <= ?)",
};
const FILED_OR_NOT: &str = "m.kind = 'report' AND EXISTS (SELECT 1 FROM report r WHERE r.matter_id = m.id AND r.decision IN ('filed', 'not_filed'))";
const FILED: &str =
    "m.kind = 'report' AND EXISTS (SELECT 1 FROM report r WHERE r.matter_id = m.id AND r.decision = 'filed')";
/// Clocks that were taken back (并案) count neither way.
const CHECKED: &str = "m.kind = 'report' AND EXISTS (SELECT 1 FROM clock c WHERE c.matter_id = m.id AND c.key = 'clue_check' AND c.result IN ('kept', 'late'))";

/// Every figure, in the order of the page.
pub const FIGURES: &[Figure] = &[
    Figure {
        id: "received",
        name: "接收总量",
        definition: "本期收到的咨询、投诉、举报、建议、表扬和其他事项",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "TRUE",
    },
    Figure {
        id: "received_consultation",
        name: "咨询",
        definition: "本期收到的咨询",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.kind = 'consultation'",
    },
    Figure {
        id: "received_complaint",
        name: "投诉",
        definition: "本期收到的投诉",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.kind = 'complaint'",
    },
    Figure {
        id: "received_report",
        name: "举报",
        definition: "本期收到的举报",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.kind = 'report'",
    },
    Figure {
        id: "accepted",
        name: "投诉受理",
        definition: "本期作出受理决定的投诉",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: ACCEPTED,
        condition: "m.kind = 'complaint'",
    },
    Figure {
        id: "refused",
        name: "投诉不予受理",
        definition: "本期以不予受理办结的投诉",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.outcome = 'refused'",
    },
    Figure {
        id: "closed",
        name: "办结",
        definition: "本期办结的全部事项",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: CLOSED,
        condition: "TRUE",
    },
    Figure {
        id: "closed_complaint",
        name: "投诉办结",
        definition: "本期办结的投诉，含调解成功、终止、不予受理和撤回",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: CLOSED,
        condition: "m.kind = 'complaint'",
    },
    Figure {
        id: "settled",
        name: "调解成功",
        definition: "本期以达成协议并履行办结的投诉",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.outcome = 'settled'",
    },
    Figure {
        id: "on_time",
        name: "投诉按期办结率",
        definition: "本期办结且各项法定期限均未超过的投诉 ÷ 本期办结且有期限记录的投诉",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share {
            of: "本期办结且有期限记录的投诉",
            whole: "m.kind = 'complaint' AND m.on_time IS NOT NULL",
        },
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.on_time = 'yes'",
    },
    Figure {
        id: "settled_of_closed",
        name: "调解成功率（÷办结）",
        definition: "本期调解成功 ÷ 本期投诉办结",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share { of: "本期投诉办结", whole: "m.kind = 'complaint'" },
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.outcome = 'settled'",
    },
    Figure {
        id: "settled_of_mediated",
        name: "调解成功率（÷调解结束）",
        definition: "本期调解成功 ÷ 本期调解结束（成功与终止）",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share {
            of: "本期调解成功与终止之和",
            whole: "m.kind = 'complaint' AND m.outcome IN ('settled', 'terminated')",
        },
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.outcome = 'settled'",
    },
    Figure {
        id: "recovered",
        name: "挽回经济损失",
        definition: "本期办结的投诉中消费者实际得到的金额之和",
        unit: "元",
        things: Things::Matters,
        measure: Measure::Recovered,
        day: CLOSED,
        condition: "m.kind = 'complaint' AND m.recovered IS NOT NULL",
    },
    Figure {
        id: "report_verified",
        name: "举报核查完成",
        definition: "本期经核查作出立案或者不予立案决定的举报",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: DECIDED,
        condition: FILED_OR_NOT,
    },
    Figure {
        id: "report_filed",
        name: "举报立案",
        definition: "本期决定立案的举报",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: DECIDED,
        condition: FILED,
    },
    Figure {
        id: "report_not_filed",
        name: "举报不予立案",
        definition: "本期决定不予立案的举报",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: DECIDED,
        condition: "m.kind = 'report' AND EXISTS (SELECT 1 FROM report r WHERE r.matter_id = m.id AND r.decision = 'not_filed')",
    },
    Figure {
        id: "report_filing_rate",
        name: "举报立案率",
        definition: "本期举报立案 ÷ 本期举报核查完成（立案与不予立案之和）",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share { of: "本期举报核查完成", whole: FILED_OR_NOT },
        day: DECIDED,
        condition: FILED,
    },
    Figure {
        id: "report_on_time",
        name: "举报按时核查率",
        definition: "本期作出决定、核查期限均未超过的举报 ÷ 本期作出决定且有核查期限记录的举报",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share { of: "本期作出决定且有核查期限记录的举报", whole: CHECKED },
        day: DECIDED,
        condition: "m.kind = 'report' AND EXISTS (SELECT 1 FROM clock c WHERE c.matter_id = m.id AND c.key = 'clue_check' AND c.result = 'kept') \
             AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.matter_id = m.id AND c.key = 'clue_check' AND c.result = 'late')",
    },
    Figure {
        id: "clue_from_complaint",
        name: "诉转案线索",
        definition: "本期从投诉中发现并转出核查的案件线索，按发现之日计",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.kind = 'report' AND EXISTS (SELECT 1 FROM report r WHERE r.matter_id = m.id AND r.clue_of IS NOT NULL)",
    },
    Figure {
        id: "returned",
        name: "退回分派",
        definition: "本期收到的事项中被退回过的",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.returned > 0",
    },
    Figure {
        id: "open",
        name: "在办",
        definition: "本期收到、到现在还没有办结的事项",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.phase <> 'done'",
    },
    Figure {
        id: "falls_due",
        name: "到期",
        definition: "最早一项期限的预警日落在本期、到现在还没有办结的事项",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: ALARM,
        condition: "m.phase <> 'done'",
    },
    Figure {
        id: "odr_received",
        name: "先行和解登记",
        definition: "本期登记的先行和解事项",
        unit: "件",
        things: Things::Matters,
        measure: Measure::Count,
        day: RECEIVED,
        condition: "m.kind = 'settlement'",
    },
    Figure {
        id: "odr_settled",
        name: "先行和解率",
        definition: "本期以和解并履行办结的先行和解 ÷ 本期办结的先行和解（和解、转为投诉、撤回）",
        unit: "%",
        things: Things::Matters,
        measure: Measure::Share { of: "本期办结的先行和解", whole: "m.kind = 'settlement'" },
        day: CLOSED,
        condition: "m.kind = 'settlement' AND m.outcome = 'odr_settled'",
    },
    steps::RATED,
    steps::SATISFIED,
    steps::DISPUTED,
    steps::RULED,
    steps::SENT_BACK,
    steps::ESCALATED,
    steps::TOLD_SENT,
    steps::TOLD,
    steps::NOT_TOLD,
    steps::PAPERS,
    steps::SPLIT,
    steps::MERGED,
    steps::FIRST_CHECK,
    steps::RUNNING,
    steps::PAUSED,
    steps::STOPPED,
    steps::KEPT,
    steps::LATE,
    money::LARGE_RECOVERED,
    money::LARGE_DISPUTED,
    published::RATE,
];

impl Figure {
    /// By what it may be cut.
    pub fn dimensions(&self) -> impl Iterator<Item = Dimension> + use<> {
        let of_matters = self.things == Things::Matters;
        Dimension::ALL.iter().copied().filter(move |one| !(of_matters && *one == Dimension::Detail))
    }
}

/// The figure with `id`.
pub fn find(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id)
}
