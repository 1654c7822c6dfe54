//! Telling, the end of the case, closing (令第121号 第三十六条; 令第20号 第三十一条).

use db::params;
use jiff::civil::Date;
use kernel::Refusal;
use matters::{
    Matter, attachments, clocks,
    notices::{self, Delivery},
    parties::{self, Reporter},
};
use serde_json::json;
use web::Result;

use super::{Act, Done, ENSURE, Hand, RESULT, UNREACHABLE};
use crate::{
    along::{self, Along},
    file::{self, RESULTS, Report, Told},
    reward, rules,
};

/// Whose reporter is told: of the report at hand, or of one that goes with it (并案).
fn whose(hand: &mut Hand<'_, '_>) -> Result<Along> {
    let other = hand.input.other.trim();
    if !other.is_empty() && other != hand.matter.number {
        let found = along::of(hand.tx, hand.ctx, hand.matter, &hand.report)?;
        let found = found.into_iter().find(|one| one.matter.number == other);
        return Ok(found
            .ok_or_else(|| Refusal::new("other", "没有这个编号的举报并入本件，请重新选择").at("other"))?);
    }
    let told = file::duties(hand.tx, hand.matter, &hand.report)?;
    Ok(Along { matter: hand.matter.clone(), report: hand.report.clone(), told })
}

/// What is still to be told; refused when no law orders anything.
fn open_duties<'a>(hand: &Hand<'_, '_>, to: &'a Along) -> Result<Vec<&'a Told>, Refusal> {
    let open: Vec<&Told> = to.open().collect();
    if open.is_empty() {
        let words = "依法没有尚未履行的告知义务，不需要登记告知";
        let article = format!("{}{}", hand.set.citation(), hand.set.report_articles.tell);
        return Err(Refusal::new("no_duty", words).by(article));
    }
    Ok(open)
}

/// What an officer adds names neither the other reports of a merge nor who made them (令第121号 第三十七条). Names are looked
/// for only where the officer may open them: nobody finds out a reporter by trying.
fn names_nobody_else(hand: &mut Hand<'_, '_>, to: &Along) -> Result<()> {
    let mut all = vec![hand.matter.clone()];
    all.extend(along::of(hand.tx, hand.ctx, hand.matter, &hand.report)?.into_iter().map(|one| one.matter));
    let words = hand.input.words.trim();
    for other in all.iter().filter(|other| other.id != to.matter.id) {
        if words.contains(&other.number) {
            let words = "告知内容不要写其他举报的编号：不能让举报人知道还有别人举报";
            return Err(Refusal::new("other_report", words).by("令第121号 第三十七条").at("words").into());
        }
        if parties::may_open_reporter(hand.ctx, other)
            && parties::is_named_in(hand.tx, hand.ctx, other.id, words)?
        {
            let words = "告知内容不要写其他举报人的姓名、电话";
            return Err(Refusal::new("other_reporter", words).by("令第121号 第三十七条").at("words").into());
        }
    }
    Ok(())
}

/// The kind of notice that fits the decision: one kind for each, the result of the case once it is known.
fn kind(report: &Report) -> &'static str {
    match (report.decision.as_deref(), report.result.is_some()) {
        (Some("filed"), false) => "filed",
        (Some("not_filed"), _) => "not_filed",
        (Some("outside"), _) => "outside",
        _ => "result",
    }
}

pub(super) fn tell(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let to = whose(hand)?;
    let open = open_duties(hand, &to)?;
    if hand.input.way == "unreachable" {
        return cannot_tell(hand, &to, &open);
    }
    names_nobody_else(hand, &to)?;
    let kind = kind(&to.report);
    let fulfilled: Vec<&Told> = open.iter().copied().filter(|told| told.duty.kinds.contains(&kind)).collect();
    if fulfilled.is_empty() {
        let words = "尚待告知的是案件处理结果，请先登记查处结果";
        return Err(Refusal::new("result_first", words).into());
    }
    if let Some(told) = fulfilled.iter().find(|told| told.duty.written)
        && hand.input.notice.channel == "phone"
    {
        let words = format!("{}要求书面告知，不能只用电话", told.duty.article);
        return Err(Refusal::new("in_writing", words).at("notice_channel").into());
    }
    // Form ten tells every decision; under 令第20号 filed and not filed had forms of their own.
    let form_number = matters::notices::paper_number(hand.tx, to.matter.id, [kind, "result"])?;
    // What proves it lies with the report whose reporter it is.
    let mut proofs = Vec::new();
    let elsewhere = if hand.files.is_empty() { hand.input.files.as_slice() } else { &[] };
    for file in elsewhere {
        proofs.push(attachments::add(hand.tx, hand.ctx, &to.matter, file, Act::Tell.code())?);
    }
    let notice = Delivery {
        kind,
        form_number,
        text: text(&to, kind, hand.input.words.trim()),
        attachment: proofs.first().or(hand.files.first()).copied(),
        ..hand.input.notice.clone()
    };
    let day = kernel::office_date(notice.at.unwrap_or(hand.ctx.now));
    if to.report.decided_on.is_some_and(|decided| day < decided) {
        return Err(Refusal::new("notice_early", "告知不能早于作出决定的日期").at("notice_on").into());
    }
    notices::deliver(hand.tx, hand.ctx, &to.matter, &notice)?;
    stop(hand, &to.matter, &fulfilled, day)?;
    Ok(Done::going_on(json!({ "on": day, "words": to.matter.number })))
}

/// The text of the notice: what was decided and on which law the notice rests; never anything about the reporter.
fn text(to: &Along, kind: &str, words: &str) -> String {
    let (number, report) = (&to.matter.number, &to.report);
    let told = match kind {
        "filed" => format!("您的举报（{number}）已立案"),
        "not_filed" => format!("您的举报（{number}）经核查决定不予立案"),
        "outside" => {
            let body = report.outside.as_ref().map_or("有权处理的部门", |[body, ..]| body.as_str());
            let handed = report.outside.as_ref().is_some_and(|[_, way, _]| way == "transfer");
            let what = if handed { "已移交" } else { "本局无处理权限，请直接向其提出：" };
            format!("您的举报（{number}）{what}{body}")
        }
        _ if report.decision.as_deref() == Some("repeated") => {
            format!("您的举报（{number}）与此前的举报属同一事实，不再另行处理")
        }
        _ => {
            let result = report.result.as_ref();
            let way = result.and_then(|result| RESULTS.iter().find(|(code, _)| *code == result.way));
            format!("您的举报（{number}）已依法处理：{}", way.map_or("已办结", |(_, words)| words))
        }
    };
    [told.as_str(), words].join("。").trim_end_matches('。').to_owned()
}

/// Who gave neither a name nor a way to be reached cannot be told; that stands with its reason.
fn cannot_tell(hand: &mut Hand<'_, '_>, to: &Along, open: &[&Told]) -> Result<Done> {
    if parties::reporter(hand.tx, to.matter.id)? == Reporter::RealName {
        let words = "实名举报应当告知；告知没有送达的，请登记未送达的告知并另行告知";
        return Err(Refusal::new("real_name", words).at("way").into());
    }
    rules::says_enough(&hand.input.words, "试过哪些联系方式？")?;
    let handler = hand.matter.officer;
    hand.run(&ENSURE, &params![to.matter.id, handler])?;
    hand.run(&UNREACHABLE, &params![to.matter.id, hand.input.words.trim()])?;
    let today = hand.ctx.today();
    stop(hand, &to.matter, open, today)?;
    let words = format!("{} 匿名举报无法告知：{}", to.matter.number, hand.input.words.trim());
    Ok(Done::going_on(json!({ "words": words })))
}

fn stop(hand: &mut Hand<'_, '_>, of: &Matter, duties: &[&Told], day: Date) -> Result<()> {
    for key in duties.iter().filter_map(|told| told.duty.clock.as_deref()) {
        clocks::stop(hand.tx, hand.ctx, of, key, day)?;
    }
    Ok(())
}

/// How the case ended; what a notice of the result and a reward are made from.
pub(super) fn record_result(hand: &mut Hand<'_, '_>) -> Result<Done> {
    if hand.report.decision.as_deref() != Some("filed") {
        return Err(Refusal::new("not_filed", "没有立案的举报没有查处结果").into());
    }
    let rewarded = reward::state_of(hand.tx, hand.matter.id)?;
    if ![reward::State::Open, reward::State::Refused].contains(&rewarded) {
        let words = "举报奖励已经按登记的查处结果计算，不能再改";
        return Err(Refusal::new("rewarded", words).into());
    }
    let input = hand.input;
    let known = RESULTS.iter().find(|(way, _)| *way == input.way);
    let (way, label) = *known.ok_or_else(|| Refusal::new("way", "请选择查处结果").at("way"))?;
    if way == "penalty" {
        hand.need(&input.paper, "paper", "请填写处罚决定书文号")?;
    } else if input.fine.is_some() || input.confiscated.is_some() {
        return Err(Refusal::new("fine", "只有行政处罚有罚没款").at("fine").into());
    }
    let today = hand.ctx.today();
    let on = input.day.unwrap_or(today);
    rules::within(on, hand.report.decided_on.unwrap_or(hand.matter.received_on), today)?;
    let row = params![hand.matter.id, way, input.paper.trim(), on, input.fine, input.confiscated];
    hand.run(&RESULT, &row)?;
    Ok(Done::going_on(json!({ "words": label, "paper": input.paper.trim(), "on": on })))
}

/// The end: refused while somebody who must be told has not been.
pub(super) fn close(hand: &mut Hand<'_, '_>) -> Result<Done> {
    let told = file::duties(hand.tx, hand.matter, &hand.report)?;
    if hand.report.unreachable.is_none()
        && let Some(open) = told.iter().find(|told| told.on.is_none())
    {
        let words = format!("还没有告知举报人或者没有送达证明，不能办结：{}", open.duty.text);
        return Err(Refusal::new("not_told", words).by(open.duty.article.clone()).into());
    }
    let along = along::of(hand.tx, hand.ctx, hand.matter, &hand.report)?;
    if let Some((one, open)) = along.iter().find_map(|one| one.open().next().map(|open| (one, open))) {
        let words = format!(
            "并入本件的 {} 还没有告知举报人或者没有送达证明，不能办结：{}",
            one.matter.number, open.duty.text
        );
        return Err(Refusal::new("not_told", words).by(open.duty.article.clone()).into());
    }
    for one in &along {
        for told in &one.told {
            let day = told.on.unwrap_or_else(|| hand.ctx.today());
            stop(hand, &one.matter, &[told], day)?;
        }
    }
    // A letter is proved later than it is sent: its clock ends on the day it arrived.
    for told in &told {
        if let (Some(key), Some(day)) = (&told.duty.clock, told.on) {
            clocks::stop(hand.tx, hand.ctx, hand.matter, key, day)?;
        }
    }
    let decision = hand.report.decision.as_deref();
    let known = rules::DECISIONS.iter().find(|(code, _)| Some(*code) == decision);
    let (outcome, words) = *known.ok_or_else(|| Refusal::new("no_decision", "还没有作出决定，不能办结"))?;
    Ok(Done { outcome: Some(outcome), detail: json!({ "words": words }) })
}
