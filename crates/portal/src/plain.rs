//! How a matter stands, in words for whoever is not of the office: no states, no forms, no articles to look up.

use jiff::civil::Date;
use matters::{Kind, Matter, Phase, clocks::Clock, merge};

/// What a state means to the person, and what comes next.
pub(crate) fn state(
    kind: Kind,
    state: &str,
    phase: Phase,
    outcome: Option<&str>,
) -> (&'static str, &'static str) {
    if phase == Phase::Done {
        return done(kind, outcome.unwrap_or_default());
    }
    match (kind, state) {
        (_, merge::MERGED) => {
            ("和另一件一起办理", "同一件事有几件的，合在一起办。您补充的材料承办人会看到，有结果会告诉您。")
        }
        (Kind::Complaint, "received") => ("已收到", "我们正在看您的投诉，决定是否受理。"),
        (Kind::Complaint, "awaiting_material") => {
            ("需要您补充材料", "请按通知的要求，在下面“补充材料”里提交，或者送到承办单位。")
        }
        (Kind::Complaint, "refusal_proposed" | "refused_untold") => {
            ("正在审查是否受理", "审查有结果就会告诉您。")
        }
        (Kind::Complaint, "accepted_untold" | "accepted") => ("已受理", "接下来由我们联系您和商家调解。"),
        (Kind::Complaint, "mediating") => ("正在调解", "我们正在联系您和商家协商。"),
        (Kind::Complaint, "recusal_pending") => ("调解暂停", "有一方申请更换调解人员，决定以后继续调解。"),
        (Kind::Complaint, "testing") => ("正在检验鉴定", "结果出来后继续调解。检验鉴定的时间不计入期限。"),
        (Kind::Complaint, "agreed") => {
            ("已经达成协议", "正在等商家按协议做到。商家没有做到的，请在下面留言。")
        }
        (Kind::Complaint, "terminated_untold") => ("调解已经结束", "结果会告诉您。"),
        (Kind::Complaint, _) => ("正在办理", "有进展会写在这里。"),
        (Kind::Report, state) => report(state),
        (Kind::Settlement, state) => settlement(state),
        (_, _) => ("已收到", "我们会尽快答复，答复写在这里。"),
    }
}

/// Whether a case is filed, and what was found, is told where a law orders it and in the notice; the page tells how far it is
/// and never what is proposed (令第121号 第三十六条).
fn report(state: &str) -> (&'static str, &'static str) {
    match state {
        "received" => ("已收到", "我们会核查您提供的线索，决定是否立案。"),
        "verifying" | "extension_asked" => ("正在核查", "我们在核实您提供的线索。需要您补充时会在这里留言。"),
        "testing" => ("正在检验鉴定", "结果出来后继续核查。检验鉴定的时间不计入期限。"),
        "filing_proposed" => ("核查快结束了", "正在决定是否立案。"),
        "filed" | "not_filed" => {
            ("已经作出决定", "依法应当告诉您的，会用通知告诉您。办案情况依法保密，不在这里公开。")
        }
        "outside" => ("不归我们管", "这件事由其他部门处理，向哪个部门提出会用通知告诉您。"),
        "repeated" => (
            "和您以前的举报是同一件事",
            "以前那件已经在处理或者处理过了，不再另行处理。有新的情况请在下面补充。",
        ),
        _ => ("正在核查处理", "办案情况依法保密，需要您补充时会在这里留言。"),
    }
}

fn settlement(state: &str) -> (&'static str, &'static str) {
    match state {
        "received" => ("已收到", "我们会把您的要求送给商家，请商家先和您协商。"),
        "offered" => {
            ("已送商家处理", "商家应当在 10 个工作日内和您协商。到期没有谈成的，自动转为投诉，不用您再提交。")
        }
        "replied" => ("商家已经答复", "请看商家的方案是否可以接受，我们会联系您确认。不接受的，转为投诉。"),
        "agreed" => ("已经谈成", "正在等商家按约定做到。商家没有做到的，请在下面留言，我们转为投诉。"),
        _ => ("正在办理", "有进展会写在这里。"),
    }
}

fn done(kind: Kind, outcome: &str) -> (&'static str, &'static str) {
    match (kind, outcome) {
        (_, "withdrawn") => ("您已撤回", "这一件已经办结。"),
        (Kind::Complaint, "settled") => ("已办结：双方达成一致", "商家没有做到的，请拨打 12315。"),
        (Kind::Complaint, "refused") => {
            ("已办结：不予受理", "理由已经告诉您。您还可以和商家协商、申请仲裁或者向法院起诉。")
        }
        (Kind::Complaint, "terminated") => {
            ("已办结：没有调解成功", "您还可以和商家协商、申请仲裁或者向法院起诉。")
        }
        (_, "merged") => ("已办结", "和另一件一起办理，那一件已经办结。结果会告诉您。"),
        (Kind::Settlement, "odr_settled") => ("已办结：和商家谈成并已做到", "商家没有做到的，请拨打 12315。"),
        (Kind::Settlement, "fallen_back") => {
            ("没有谈成，已经转为投诉", "不用您再提交。我们会按投诉办理，并告诉您是否受理。")
        }
        (Kind::Report, "outside") => ("已办结：由其他部门处理", "向哪个部门提出，已经告诉您。"),
        (Kind::Report, "repeated") => {
            ("已办结：和以前的举报是同一件事", "以前那件已经在处理或者处理过了。有新的情况可以再次举报。")
        }
        (_, "answered") => ("已答复", "答复写在下面。"),
        (Kind::Report, _) => {
            ("已办结", "核查处理已经结束。依法应当告诉您的，会在这里或者用您留下的方式告知。")
        }
        (_, _) => ("已办结", "感谢您的反映。"),
    }
}

/// A day as people say it: `2026年10月10日（星期六）`.
pub(crate) fn day(day: Date) -> String {
    let weekday = ["一", "二", "三", "四", "五", "六", "日"];
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    let name = weekday.get(at).copied().unwrap_or_default();
    format!("{}（星期{name}）", kernel::day_words(day))
}

/// By when what is expected, and what that means; from the running clocks, the nearest end first.
pub(crate) fn expected(matter: &Matter, clocks: &[Clock], today: Date) -> Vec<(String, String)> {
    if matter.phase == Phase::Done {
        return Vec::new();
    }
    let mut running: Vec<&Clock> = clocks.iter().filter(|clock| clock.runs()).collect();
    running.sort_by_key(|clock| clock.explanation.due);
    let lines: Vec<_> = running.into_iter().map(|clock| line(clock, today)).collect();
    if lines.is_empty() { vec![without(matter.kind)] } else { lines }
}

fn line(clock: &Clock, today: Date) -> (String, String) {
    let (what, counted) = match clock.key.as_str() {
        "accept" => ("告诉您是否受理", "从收到投诉的第二天起算 7 个工作日，周末和节假日不算。"),
        "mediate" => ("结束调解并告诉您结果", "从受理的第二天起算 60 天，检验鉴定的时间不算。"),
        "term_notice" => ("告诉您调解结果", "从调解结束的第二天起算，周末和节假日不算。"),
        "odr" => ("和商家谈出结果", "从送给商家的第二天起算 10 个工作日，到期没有谈成的自动转为投诉。"),
        "clue_check" => (
            "完成线索核查，决定是否立案",
            "从收到举报的第二天起算 15 个工作日；情况复杂的，经批准可以再延长 15 个工作日。",
        ),
        _ => ("有结果", "按规定的期限计算。"),
    };
    let due = clock.explanation.due;
    if clock.paused {
        return (
            format!("预计 {} 以后{what}", day(due.max(today))),
            "现在暂停计算期限，恢复后继续计算。".to_owned(),
        );
    }
    if due < today {
        let words = format!("应当在 {} 前{what}，已经超过", day(due));
        return (words, "对不起，让您久等了。请在下面留言催办，或者拨打 12315。".to_owned());
    }
    (format!("最迟 {} {what}", day(due)), counted.to_owned())
}

fn without(kind: Kind) -> (String, String) {
    let words = match kind {
        Kind::Complaint => "有进展会写在这里，也会打电话告诉您",
        Kind::Settlement => "我们会尽快送给商家",
        Kind::Report => "立案以后按办案的期限办理，依法应当告诉您的会告诉您",
        _ => "我们会尽快答复",
    };
    (words.to_owned(), "这一步没有法律规定的固定日期。".to_owned())
}

#[cfg(test)]
mod tests {
    use complaints::State;

    use super::*;

    #[test]
    fn no_state_of_a_complaint_speaks_the_office_s_language() {
        for one in State::ALL {
            let (title, more) = state(Kind::Complaint, one.code(), one.phase(), None);
            assert!(!title.is_empty() && !more.is_empty());
            for inner in ["待受理", "待告知", "待审批", "承办人", "拟"] {
                assert!(!title.contains(inner) && !more.contains(inner), "{one:?}: {title} {more}");
            }
            let known = one.phase() == Phase::Done || title != "正在办理";
            assert!(known, "{:?} ({}) has no words of its own", one, one.code());
        }
    }

    /// The states as the tables of those procedures have them; the crates are not ours to call.
    const REPORT: &[&str] = &[
        "received",
        "verifying",
        "extension_asked",
        "testing",
        "filing_proposed",
        "filed",
        "not_filed",
        "outside",
        "repeated",
        "merged",
    ];

    #[test]
    fn states_of_reports_and_settlements_have_plain_words_and_tell_no_proposal() {
        let settlement = ["received", "offered", "replied", "agreed"].map(|one| (Kind::Settlement, one));
        for (kind, one) in REPORT.iter().map(|one| (Kind::Report, *one)).chain(settlement) {
            let (title, more) = state(kind, one, Phase::Running, None);
            assert!(!["正在办理", "正在核查处理"].contains(&title), "{kind:?} {one} has no words of its own");
            for inner in ["待", "拟", "承办", "不予立案", "经营者", "履行"] {
                assert!(
                    !title.contains(inner) && !more.replace("承办人会看到", "").contains(inner),
                    "{one}: {title} {more}"
                );
            }
        }
    }

    #[test]
    fn a_refusal_is_not_told_before_it_was_decided_and_given() {
        for one in [State::RefusalProposed, State::RefusedUntold] {
            let (title, more) = state(Kind::Complaint, one.code(), one.phase(), None);
            assert!(!title.contains("不予") && !more.contains("不予"));
        }
    }

    #[test]
    fn days_are_said_with_their_weekday() {
        assert_eq!(day(Date::constant(2026, 10, 10)), "2026年10月10日（星期六）");
    }
}
