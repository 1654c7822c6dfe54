//! Rules: what the articles ask of a report. No database, no HTTP.

use jiff::civil::Date;
use kernel::Refusal;
use law::{FILING_NOTICE, Filing, Ground, ReportTag, RuleSet, Tell};
use matters::parties::Reporter;

/// What a head decided about a report; the stored words.
pub const DECISIONS: &[(&str, &str)] = &[
    ("filed", "立案"),
    ("not_filed", "不予立案"),
    ("outside", "无权处理"),
    ("repeated", "不再处理"),
    ("merged", "并入此前举报"),
];

/// A duty to tell the reporter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The law and article.
    pub article: String,
    /// What it orders.
    pub text: String,
    /// Kinds of notices that fulfil it.
    pub kinds: &'static [&'static str],
    /// Whether it must be in writing.
    pub written: bool,
    /// The clock that ends with it.
    pub clock: Option<String>,
    /// Whether the result of the case must be known first.
    pub waits: bool,
}

/// What a duty is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The order the report stands under.
    pub set: &'a RuleSet,
    /// The laws it falls under.
    pub tags: &'a [&'a ReportTag],
    /// How far the reporter is known.
    pub reporter: Reporter,
    /// Whether the office found the clue itself (诉转案): then nobody reported it.
    pub own_clue: bool,
    /// The decision, one of [`DECISIONS`]; empty while there is none.
    pub decision: &'a str,
    /// Whether the end of the case is known.
    pub result_known: bool,
}

/// Whether `tag` orders this reporter to be told at all.
pub fn owes(tag: &ReportTag, reporter: Reporter, own_clue: bool) -> bool {
    !own_clue && (!tag.real_name || reporter == Reporter::RealName)
}

/// What the reporter must be told, by the law of the day of receipt: nothing more (令第121号 第三十六条).
pub fn duties(facts: &Facts<'_>) -> Vec<Duty> {
    if facts.own_clue {
        return Vec::new();
    }
    let mut duties = Vec::new();
    if facts.decision == "outside" {
        duties.push(outside(facts));
        return duties;
    }
    let decided = facts.decision == "filed" || facts.decision == "not_filed";
    if decided && facts.set.report_decision_notice && facts.reporter == Reporter::RealName {
        duties.push(Duty {
            article: format!("{}第三十一条第二款", facts.set.citation()),
            text: "举报人实名举报的，应当自作出是否立案决定之日起五个工作日内告知举报人".to_owned(),
            kinds: if facts.decision == "filed" { &["filed"] } else { &["not_filed"] },
            written: false,
            clock: Some(FILING_NOTICE.to_owned()),
            waits: false,
        });
    }
    let owed = facts.tags.iter().filter(|tag| owes(tag, facts.reporter, facts.own_clue));
    duties.extend(owed.filter_map(|tag| of_tag(tag, facts)));
    duties
}

fn of_tag(tag: &ReportTag, facts: &Facts<'_>) -> Option<Duty> {
    let kinds: &[&str] = match (facts.decision, tag.tell) {
        ("filed", Tell::Handling) => &["filed", "result"],
        ("filed", Tell::Result) | ("repeated", Tell::Handling) => &["result"],
        ("not_filed", _) => &["not_filed", "result"],
        _ => return None,
    };
    Some(Duty {
        article: tag.citation(),
        text: tag.text.clone(),
        kinds,
        written: tag.written,
        clock: tag.clock.clone(),
        waits: facts.decision == "filed" && tag.tell == Tell::Result && !facts.result_known,
    })
}

/// Who cannot handle it says so; what a law orders to hand over is told in writing (食品安全法 第一百一十五条).
fn outside(facts: &Facts<'_>) -> Duty {
    let handed = facts.tags.iter().find(|tag| tag.transfer);
    Duty {
        article: handed.map_or_else(
            || format!("{}{}", facts.set.citation(), facts.set.report_articles.outside),
            |tag| tag.citation(),
        ),
        text: handed.map_or_else(
            || {
                "不具备处理权限的，应当告知举报人；属于市场监督管理部门职责的，告知直接向有处理权限的部门提出"
                    .to_owned()
            },
            |tag| tag.text.clone(),
        ),
        kinds: &["outside"],
        written: handed.is_some(),
        clock: facts.tags.iter().find_map(|tag| tag.clock.clone()),
        waits: false,
    }
}

/// The ground for not filing, with the words the officer wrote for it (行政处罚程序规定 第二十条).
///
/// # Errors
/// Refusals for an unknown ground, or words too short to stand in a decision.
pub fn not_filed<'a>(filing: &'a Filing, code: &str, words: &str) -> Result<&'a Ground, Refusal> {
    let ground = filing.not_filed.iter().find(|ground| ground.code == code);
    let ground =
        ground.ok_or_else(|| Refusal::new("ground", "请选择不予立案的情形").by("第二十条").at("ground"))?;
    says_enough(words, &ground.ask)?;
    Ok(ground)
}

/// Whether all conditions for filing hold (行政处罚程序规定 第十九条).
///
/// # Errors
/// A refusal that names the first one that was not ticked.
pub fn all_conditions(filing: &Filing, ticked: &[String]) -> Result<(), Refusal> {
    let missing = filing.conditions.iter().find(|condition| !ticked.contains(&condition.code));
    missing.map_or(Ok(()), |condition| {
        let words = format!("立案须同时符合四项条件，还没有确认“{}”", condition.short);
        Err(Refusal::new("conditions", words).by(condition.article.clone()).at("items"))
    })
}

/// Words that can stand in a decision.
///
/// # Errors
/// A refusal that says what the words must answer.
pub fn says_enough(words: &str, ask: &str) -> Result<(), Refusal> {
    if words.trim().chars().count() < 5 {
        return Err(Refusal::new("words", format!("请写明具体情况：{ask}")).at("words"));
    }
    Ok(())
}

/// Who proposed does not decide (行政处罚程序规定 第十八条: 负责人决定).
///
/// # Errors
/// A refusal.
pub fn four_eyes<T: PartialEq>(decider: &T, proposer: Option<&T>) -> Result<(), Refusal> {
    if proposer == Some(decider) {
        return Err(Refusal::new("own_proposal", "本人提出的意见不能由本人审批，请交由其他负责人决定"));
    }
    Ok(())
}

/// At least two handlers are named for a case (行政处罚程序规定 第十九条第二款).
///
/// # Errors
/// A refusal.
pub fn two_handlers(names: &str) -> Result<(), Refusal> {
    let mut names: Vec<&str> = names
        .split(['、', ',', '，', ' ', ';', '；'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        let words = "立案须指定两名以上具有行政执法资格的办案人员，姓名之间用顿号隔开";
        return Err(Refusal::new("handlers", words).by("第十九条第二款").at("who"));
    }
    Ok(())
}

/// A day that something happened on: not before `from`, not in the future.
///
/// # Errors
/// A refusal that names the days.
pub fn within(day: Date, from: Date, today: Date) -> Result<(), Refusal> {
    if day < from || day > today {
        return Err(Refusal::new("day", format!("日期应在 {from} 至 {today} 之间")).at("day"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::Law;

    fn articles(set: &str, tags: &[&str], reporter: Reporter, decision: &str) -> Vec<(String, bool, bool)> {
        let law = Law::in_use();
        let tags: Vec<&ReportTag> = tags.iter().map(|key| law.reports.tag(key).unwrap()).collect();
        let facts = Facts {
            set: law.rule_set(set).unwrap(),
            tags: &tags,
            reporter,
            own_clue: false,
            decision,
            result_known: false,
        };
        duties(&facts).into_iter().map(|duty| (duty.article, duty.written, duty.waits)).collect()
    }

    #[test]
    fn the_old_order_tells_a_real_name_reporter_and_the_new_one_does_not() {
        use Reporter::{Anonymous, Nobody, RealName};
        for decision in ["filed", "not_filed"] {
            assert_eq!(articles("R20", &[], RealName, decision).len(), 1, "{decision}");
            assert!(articles("R20", &[], Anonymous, decision).is_empty());
            for reporter in [RealName, Anonymous, Nobody] {
                assert!(articles("R121", &[], reporter, decision).is_empty(), "{reporter:?} {decision}");
            }
        }
    }

    #[test]
    fn other_laws_order_their_own_telling() {
        use Reporter::{Anonymous, RealName};
        let ad = articles("R121", &["ad"], Anonymous, "not_filed");
        assert_eq!(ad, [("广告法第五十三条".to_owned(), false, false)]);
        assert!(articles("R121", &["unlicensed"], Anonymous, "filed").is_empty(), "only real names");
        assert!(articles("R121", &["unlicensed"], RealName, "filed")[0].2, "the case must end first");
        assert!(!articles("R121", &["unlicensed"], RealName, "not_filed")[0].2);
        assert!(articles("R121", &["pubinfo"], Anonymous, "filed")[0].1, "in writing");
        assert_eq!(articles("R121", &["ad", "food"], RealName, "filed").len(), 2);
    }

    #[test]
    fn what_is_outside_is_told_and_food_is_told_in_writing() {
        let plain = articles("R121", &[], Reporter::Anonymous, "outside");
        assert!(plain[0].0.ends_with("第三十四条") && !plain[0].1);
        assert!(articles("R20", &[], Reporter::Anonymous, "outside")[0].0.ends_with("第二十九条"));
        let food = articles("R121", &["food"], Reporter::RealName, "outside");
        assert_eq!(food, [("食品安全法第一百一十五条".to_owned(), true, false)]);
    }

    #[test]
    fn grounds_conditions_and_eyes() {
        let filing = &Law::in_use().reports.filing;
        assert_eq!(not_filed(filing, "9", "轻微并已改正").unwrap_err().field, Some("ground"));
        assert_eq!(not_filed(filing, "1", "轻微").unwrap_err().field, Some("words"));
        assert!(not_filed(filing, "1", "当场改正没有后果").is_ok());
        let all: Vec<String> = ["1", "2", "3", "4"].map(str::to_owned).to_vec();
        assert!(all_conditions(filing, &all).is_ok());
        assert!(all_conditions(filing, &all[..3]).unwrap_err().sentence.contains("在处罚期限内"));
        assert!(
            four_eyes(&1, Some(&1)).is_err()
                && four_eyes(&1, Some(&2)).is_ok()
                && four_eyes(&1, None).is_ok()
        );
        assert!(two_handlers("张伟").is_err() && two_handlers("张伟、张伟").is_err());
        assert!(two_handlers("张伟、李娜").is_ok() && two_handlers("张伟 李娜").is_ok());
    }
}
