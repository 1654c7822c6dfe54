//! Figures with a sum as a parameter: who asks may name another than the one that stands in the definition.

use super::{Figure, Measure, RECEIVED, Things, When, day};

const CLOSED: When = day!("m.closed_on");

/// Complaints that brought much back.
pub(super) const LARGE_RECOVERED: Figure = Figure {
    id: "large_recovered",
    name: "大额挽回投诉",
    definition: "本期办结、消费者实际得到的金额达到界线的投诉；没有另定界线时为 1 万元",
    unit: "件",
    things: Things::Matters,
    measure: Measure::AtLeast { within: "m.recovered >= ?", base: "m.kind = 'complaint'", least: 1_000_000 },
    day: CLOSED,
    condition: "m.kind = 'complaint' AND m.recovered >= 1000000",
};

/// Disputes over much.
pub(super) const LARGE_DISPUTED: Figure = Figure {
    id: "large_disputed",
    name: "大额争议投诉",
    definition: "本期收到、争议金额达到界线的投诉；没有另定界线时为 1 万元",
    unit: "件",
    things: Things::Matters,
    measure: Measure::AtLeast { within: "m.amount >= ?", base: "m.kind = 'complaint'", least: 1_000_000 },
    day: RECEIVED,
    condition: "m.kind = 'complaint' AND m.amount >= 1000000",
};
