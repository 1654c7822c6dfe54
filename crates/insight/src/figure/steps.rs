//! Figures of single steps: what counts is not the matter but what was done to it, so each has a table of its own.

use super::{Figure, Measure, Things, When, day, instant};

const AT: When = instant!("q.at");

/// Ratings of the public.
pub(super) const RATED: Figure = Figure {
    id: "rated",
    name: "公众自评",
    definition: "群众本期在网页上自己作出的评价，每件一次；与回访的满意度分开统计",
    unit: "次",
    things: Things::Ratings,
    measure: Measure::Count,
    day: AT,
    condition: "TRUE",
};

/// How many of them are satisfied.
pub(super) const SATISFIED: Figure = Figure {
    id: "rated_satisfied",
    name: "公众自评满意率",
    definition: "本期公众自评中 4 分和 5 分的 ÷ 本期公众自评",
    unit: "%",
    things: Things::Ratings,
    measure: Measure::Share { of: "本期公众自评", whole: "TRUE" },
    day: AT,
    condition: "q.score >= 4",
};

/// Disputes over jurisdiction (第三十三条).
pub(super) const DISPUTED: Figure = Figure {
    id: "disputes",
    name: "提出管辖争议",
    definition: "本期提出的管辖争议，含后来撤回的",
    unit: "起",
    things: Things::Disputes,
    measure: Measure::Count,
    day: day!("q.opened_on"),
    condition: "TRUE",
};

/// Disputes that the common superior ruled on.
pub(super) const RULED: Figure = Figure {
    id: "disputes_ruled",
    name: "管辖争议指定管辖",
    definition: "本期由共同上级指定管辖的管辖争议",
    unit: "起",
    things: Things::Disputes,
    measure: Measure::Count,
    day: instant!("q.ruled_at"),
    condition: "q.state = 'ruled'",
};

/// Times a matter was sent back.
pub(super) const SENT_BACK: Figure = Figure {
    id: "sent_back",
    name: "退回次数",
    definition: "本期退回分派的次数，同一件退回几次算几次",
    unit: "次",
    things: Things::Returns,
    measure: Measure::Count,
    day: AT,
    condition: "TRUE",
};

/// Reminders that climbed, each clock once a level.
pub(super) const ESCALATED: Figure = Figure {
    id: "escalated",
    name: "催办升级",
    definition: "本期期限到达各级提醒的次数，每个期限每级一次",
    unit: "次",
    things: Things::Escalations,
    measure: Measure::Count,
    day: AT,
    condition: "TRUE",
};

/// Notices that left the office.
pub(super) const TOLD_SENT: Figure = Figure {
    id: "notices_sent",
    name: "告知发出",
    definition: "本期发出的告知，含后来没有送达的",
    unit: "份",
    things: Things::Notices,
    measure: Measure::Count,
    day: instant!("q.sent_at"),
    condition: "q.state <> 'planned'",
};

/// Notices proved to have arrived.
pub(super) const TOLD: Figure = Figure {
    id: "notices_delivered",
    name: "告知送达",
    definition: "本期有证明送达的告知",
    unit: "份",
    things: Things::Notices,
    measure: Measure::Count,
    day: instant!("q.delivered_at"),
    condition: "q.state = 'delivered'",
};

/// Notices that did not arrive, by when they were made.
pub(super) const NOT_TOLD: Figure = Figure {
    id: "notices_failed",
    name: "告知未送达",
    definition: "本期登记、后来没有送达的告知",
    unit: "份",
    things: Things::Notices,
    measure: Measure::Count,
    day: instant!("q.made_at"),
    condition: "q.state = 'failed'",
};

/// Papers that took a number.
pub(super) const PAPERS: Figure = Figure {
    id: "papers_issued",
    name: "签发文书",
    definition: "本期取得文号的文书，不含作废的",
    unit: "份",
    things: Things::Papers,
    measure: Measure::Count,
    day: day!("q.issued_on"),
    condition: "q.number IS NOT NULL AND q.state <> 'void'",
};

/// Matters split off (第九条).
pub(super) const SPLIT: Figure = Figure {
    id: "split",
    name: "分立",
    definition: "本期从一件中分出另一件的次数，算在原件",
    unit: "次",
    things: Things::Links,
    measure: Measure::Count,
    day: AT,
    condition: "q.kind = 'split' AND q.ended_at IS NULL",
};

/// Matters that went with another one.
pub(super) const MERGED: Figure = Figure {
    id: "merged",
    name: "并入",
    definition: "本期并入另一件或者按重复不再处理、没有撤销的事项",
    unit: "件",
    things: Things::Merges,
    measure: Measure::Count,
    day: AT,
    condition: "q.undone_at IS NULL",
};

/// First checks of complaints (初查: the decision to accept or to refuse, and telling it, 第十五条). Counted when their time is up, so a period
/// that is not over is asked for until yesterday ([`crate::kpi::over`]).
pub(super) const FIRST_CHECK: Figure = Figure {
    id: "first_check_on_time",
    name: "投诉按时初查率",
    definition: "受理期限在本期届满的投诉中，按时作出受理或者不予受理决定并告知的 ÷ 受理期限在本期届满的投诉，含到期没有决定或者告知的",
    unit: "%",
    things: Things::Clocks,
    measure: Measure::Share {
        of: "受理期限在本期届满的投诉",
        whole: "m.kind = 'complaint' AND q.key = 'accept' AND COALESCE(q.result, 'late') IN ('kept', 'late')",
    },
    day: DUE,
    condition: "m.kind = 'complaint' AND q.key = 'accept' AND q.result = 'kept'",
};

const DUE: When = day!("q.due");
const STANDS: &str = "q.stopped_on IS NULL AND EXISTS (SELECT 1 FROM clock_pause p WHERE p.clock_id = q.id AND p.to_day IS NULL)";

/// Clocks that run.
pub(super) const RUNNING: Figure = Figure {
    id: "clocks_running",
    name: "期限计算中",
    definition: "到期日落在本期、现在仍在计算的法定期限，不含暂停的；一件可以有几个期限",
    unit: "个",
    things: Things::Clocks,
    measure: Measure::Count,
    day: DUE,
    condition: "q.stopped_on IS NULL AND NOT EXISTS (SELECT 1 FROM clock_pause p WHERE p.clock_id = q.id AND p.to_day IS NULL)",
};

/// Clocks that stand still for a reason of law.
pub(super) const PAUSED: Figure = Figure {
    id: "clocks_paused",
    name: "期限暂停",
    definition: "在本期开始计算、现在依法暂停的期限",
    unit: "个",
    things: Things::Clocks,
    measure: Measure::Count,
    day: day!("q.from_day"),
    condition: STANDS,
};

/// Clocks that ended, by how.
pub(super) const STOPPED: Figure = Figure {
    id: "clocks_stopped",
    name: "期限办结",
    definition: "在本期停止计算的法定期限，按期或者超期，不含作废和并案的",
    unit: "个",
    things: Things::Clocks,
    measure: Measure::Count,
    day: day!("q.stopped_on"),
    condition: "q.result IN ('kept', 'late')",
};

/// Of [`STOPPED`], those that ended in time. Figures of their own, so that the board has them from kept counts: cut by how they ended, every
/// clock of four weeks would be looked at.
pub(super) const KEPT: Figure = Figure {
    id: "clocks_kept",
    name: "期限按期办结",
    definition: "在本期停止计算的法定期限中按期的",
    condition: "q.result = 'kept'",
    ..STOPPED
};

/// Of [`STOPPED`], those that ended late.
pub(super) const LATE: Figure = Figure {
    id: "clocks_late",
    name: "期限超期办结",
    definition: "在本期停止计算的法定期限中超期的",
    condition: "q.result = 'late'",
    ..STOPPED
};
