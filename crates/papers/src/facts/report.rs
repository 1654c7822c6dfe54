//! What was decided on a report, in the words of a notice: the day, the ground, the law that orders telling, who has the power.

use db::{Tx, params};
use jiff::civil::Date;
use law::Law;
use matters::Matter;
use web::Result;

use super::Facts;

db::sql! {
    REPORT = "SELECT decision, decided_on, ground, clue_words, outside_body, outside_way, result, result_paper FROM report WHERE matter_id = $1";
    TAGS = "SELECT tag FROM report_tag WHERE matter_id = $1 ORDER BY at, tag";
}

/// Where the office itself found the clue, that is what the report says; the rest once a head has decided.
pub(super) fn decided(tx: &mut Tx, matter: &Matter, facts: &mut Facts) -> Result<()> {
    let Some(row) = tx.one(&REPORT, &params![matter.id])? else { return Ok(()) };
    let text = |name: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
    let clue = text("clue_words")?;
    if !clue.is_empty() {
        facts.insert("facts", clue);
    }
    let (decision, day): (Option<String>, Option<Date>) = (row.get("decision")?, row.get("decided_on")?);
    let (Some(decision), Some(day)) = (decision, day) else { return Ok(()) };
    let [body, way] = [text("outside_body")?, text("outside_way")?];
    let told = match decision.as_str() {
        "filed" => {
            facts.insert("report_filed_on", day.to_string());
            ended(&text("result")?, &text("result_paper")?, day)
        }
        "not_filed" => {
            facts.insert("report_not_filed_on", day.to_string());
            format!("经核查，我局于{}决定不予立案{}。", kernel::day_words(day), grounds(&text("ground")?))
        }
        "outside" if way == "transfer" => {
            if let Some(name) = body.strip_suffix("市场监督管理局") {
                facts.insert("transferred_to", name.to_owned());
            }
            format!("所举报的事项我局无权处理，已移交{body}。")
        }
        "outside" => format!("所举报的事项我局无权处理，请向{body}提出。"),
        "repeated" => "所举报的事项与此前的举报属同一事实，不再另行处理。".to_owned(),
        _ => return Ok(()),
    };
    facts.insert("report_result", told);
    for tag in tx.query(&TAGS, &params![matter.id])? {
        if let Some(tag) = Law::in_use().reports.tag(&tag.get::<String>("tag")?) {
            facts.entry("report_law").or_insert_with(|| tag.law.clone());
            facts.entry("report_article").or_insert_with(|| tag.article.clone());
        }
    }
    Ok(())
}

/// How the case ended; while it goes on, that it is filed.
fn ended(result: &str, paper: &str, day: Date) -> String {
    let filed = format!("经核查，我局于{}决定立案", kernel::day_words(day));
    match result {
        "penalty" => format!("{filed}，已依法作出行政处罚（{paper}）。"),
        "no_penalty" => format!("{filed}，依法不予行政处罚。"),
        "dropped" => format!("{filed}，案件已撤销。"),
        "transferred" => format!("{filed}，案件已移送有权处理的机关。"),
        _ => format!("{filed}，正在依法处理。"),
    }
}

/// The ground for not filing, as the law words it.
fn grounds(code: &str) -> String {
    let known = Law::in_use().reports.filing.not_filed.iter().find(|ground| ground.code == code);
    known.map_or_else(String::new, |ground| format!("（{}）", ground.text.trim_end_matches(['。', '；'])))
}
