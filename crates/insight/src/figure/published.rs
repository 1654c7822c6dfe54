//! The rate of publication (公示率), asked for nationally: of what is to be published, what was in time and still is.

use super::{Figure, Measure, Things, When, day};

const CLOSED: When = day!("m.closed_on");

macro_rules! due {
    ($more:literal) => {
        concat!(
            "m.kind = 'complaint' AND m.outcome IN ('settled', 'terminated') \
             AND EXISTS (SELECT 1 FROM party p WHERE p.matter_id = m.id AND p.publish_consent = TRUE)",
            $more
        )
    };
}

/// Complaints published within their days. What is withheld by a decision, and what the consumer does not agree to, is not due; what was
/// withdrawn is due and not published.
pub(super) const RATE: Figure = Figure {
    id: "published_rate",
    name: "投诉公示率",
    definition: "本期办结、应当公示的投诉中，办结后在公示期限内公示、没有撤回的 ÷ 本期办结、应当公示的投诉（调解成功和终止调解的；投诉人没有同意公示的、决定不予公示的不计）",
    unit: "%",
    things: Things::Matters,
    measure: Measure::Share {
        of: "本期办结、应当公示的投诉",
        whole: due!(
            " AND NOT EXISTS (SELECT 1 FROM publicity w WHERE w.matter_id = m.id AND w.state = 'withheld')"
        ),
    },
    day: CLOSED,
    condition: due!(
        " AND EXISTS (SELECT 1 FROM publicity w WHERE w.matter_id = m.id AND w.state = 'published' AND w.in_time = 'yes')"
    ),
};
