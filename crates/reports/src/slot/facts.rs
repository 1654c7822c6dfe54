//! The sections of a report's page: where the clue came from, laws and telling, verification, decision, reward, art. 35.

use db::Tx;
use kernel::{Ctx, Money, Permission};
use law::Law;
use matters::{Matter, parties, section};
use web::{Html, Result, escape};

use crate::{
    along, evidence,
    file::{self, RESULTS, Report, Told},
    procedure::State,
    reward, rules,
};

/// A definition list of the lines that say something.
fn lines(lines: &[(&str, String)]) -> String {
    let rows: String = lines
        .iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(label, words)| format!("<dt>{label}</dt><dd>{}</dd>", escape(words)))
        .collect();
    if rows.is_empty() { rows } else { format!("<dl class=\"facts\">{rows}</dl>") }
}

pub(super) fn of(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Html> {
    let report = file::load(tx, matter.id)?;
    let mut html = clue(tx, ctx, &report)?;
    html.push_str(&laws(tx, ctx, matter, &report)?);
    html.push_str(&verification(tx, matter, &report)?);
    html.push_str(&decision(&report));
    html.push_str(&rewarded(tx, matter)?);
    let open = [State::Received.code(), State::Verifying.code()].contains(&matter.state.as_str());
    if open && ctx.may(Permission::HandleReport).is_ok() {
        html.push_str(&same(tx, ctx, matter)?);
    }
    Ok(Html(html))
}

fn clue(tx: &mut Tx, ctx: &Ctx, report: &Report) -> Result<String> {
    let Some(complaint) = report.clue_of else { return Ok(String::new()) };
    let number = evidence::number_of(tx, ctx, complaint)?;
    let from = if number.is_empty() {
        "<p class=\"meta\">来自一件不在本岗位范围内的投诉。</p>".to_owned()
    } else {
        format!(
            "<p class=\"meta\">来自投诉 <a class=\"number\" href=\"/matters/{number}\">{number}</a>；证据附件保存在该件，投诉继续办理。</p>"
        )
    };
    Ok(section("案件线索", &format!("<p class=\"prose\">{}</p>{from}", escape(&report.clue_words))))
}

/// Which laws order telling, and what was told; before verification begins, which may.
fn laws(tx: &mut Tx, ctx: &Ctx, matter: &Matter, report: &Report) -> Result<String> {
    let tags = file::tags(tx, matter.id)?;
    let mut body = String::new();
    if matter.state == State::Received.code() {
        let likely = Law::in_use().reports.tags_on(matter.received_on);
        let likely = likely.filter(|tag| tag.is_likely(matter.problem.as_deref()));
        for tag in likely {
            body.push_str(&format!(
                "<p class=\"warn\">可能适用{}：{}。请在开始核查时确认，期限自收到之日起算。</p>",
                escape(&tag.citation()),
                escape(&tag.text)
            ));
        }
    }
    if report.insider && parties::may_open_reporter(ctx, matter) {
        body.push_str("<p class=\"note\">内部人员举报，注意保护。</p>");
    }
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    body.push_str(&lines(&[("适用领域", names.join("、"))]));
    let mut told = file::duties(tx, matter, report)?;
    if let Some(along) = along::of_merged(tx, ctx, matter)? {
        told = along.told;
    }
    if !told.is_empty() {
        body.push_str(&duties("须告知举报人", &told));
    } else if report.decision.is_some() && report.clue_of.is_none() {
        let article = &file::rule_set(matter)?.report_articles.tell;
        body.push_str(&format!("<p class=\"note\">没有法律、法规、规章要求告知举报人（{article}）。</p>"));
    }
    for one in along::of(tx, ctx, matter, report)?.iter().filter(|one| !one.told.is_empty()) {
        body.push_str(&duties(&format!("须告知并入的 {} 的举报人", one.matter.number), &one.told));
        body.push_str(&lines(&[("无法告知", one.report.unreachable.clone().unwrap_or_default())]));
    }
    if let Some(why) = &report.unreachable {
        body.push_str(&lines(&[("无法告知", why.clone())]));
    }
    Ok(if body.is_empty() { body } else { section("适用规定和告知义务", &body) })
}

fn duties(title: &str, told: &[Told]) -> String {
    let rows: String = told
        .iter()
        .map(|told| {
            let state = match (told.on, told.duty.waits) {
                (Some(day), _) => format!("<span class=\"tag ok\">{day} 已告知</span>"),
                (None, true) => "<span class=\"tag\">待案件有结果</span>".to_owned(),
                (None, false) => "<span class=\"tag soon\">待告知</span>".to_owned(),
            };
            let way = if told.duty.written { "，须书面" } else { "" };
            format!(
                "<li>{state} <b>{}</b>{way}：{}</li>",
                escape(&told.duty.article),
                escape(&told.duty.text)
            )
        })
        .collect();
    format!("<h3>{title}</h3><ul>{rows}</ul>")
}

fn verification(tx: &mut Tx, matter: &Matter, report: &Report) -> Result<String> {
    let mut body: String = file::findings(tx, matter.id)?
        .iter()
        .map(|found| {
            format!(
                "<li><b>{} {}</b> {} {}<p class=\"prose\">{}</p></li>",
                found.when,
                found.way,
                escape(&found.place),
                escape(&found.officers),
                escape(&found.words)
            )
        })
        .collect();
    for test in file::tests(tx, matter.id)? {
        let until = test.days.1.map_or_else(|| "尚未返回".to_owned(), |day| format!("至 {day}"));
        body.push_str(&format!(
            "<li><b>{} {until} {}</b> {}，不计入核查期限<p class=\"prose\">{}</p></li>",
            test.days.0,
            escape(&test.body),
            escape(&test.paper),
            escape(&test.result)
        ));
    }
    let mut html = if body.is_empty() { String::new() } else { format!("<ul>{body}</ul>") };
    if let Some((words, _)) = &report.extension {
        html.push_str(&lines(&[("申请延长", words.clone())]));
    }
    Ok(if html.is_empty() { html } else { section("核查经过", &html) })
}

fn decision(report: &Report) -> String {
    let filing = &Law::in_use().reports.filing;
    let ground = |code: &str| {
        let known = filing.not_filed.iter().find(|ground| ground.code == code);
        known.map_or_else(String::new, |ground| format!("{}（{}）", ground.short, ground.article))
    };
    let known = rules::DECISIONS.iter().find(|(code, _)| report.decision.as_deref() == Some(*code));
    let mut rows = Vec::new();
    if let Some((_, words)) = known {
        let on = report.decided_on.map_or_else(String::new, |day| format!("{day} "));
        rows.push(("决定", format!("{on}{words}")));
        rows.push(("审批意见", report.decision_words.clone()));
    }
    if let Some(proposal) = &report.proposal {
        let way = if proposal.way == "file" {
            "拟立案".to_owned()
        } else {
            format!("拟不予立案：{}", ground(&proposal.ground))
        };
        rows.push(("承办意见", way));
        rows.push(("事实和依据", proposal.words.clone()));
    }
    if let Some((paper, handlers)) = &report.filing {
        rows.push(("立案审批表", paper.clone()));
        rows.push(("办案人员", handlers.clone()));
    }
    if let Some([body, way, paper]) = &report.outside {
        let what = if way == "transfer" { "移交" } else { "告知举报人向其提出" };
        rows.push(("有权处理的部门", format!("{body}（{what}）")));
        rows.push(("移送函", paper.clone()));
    }
    if let Some(result) = &report.result {
        let way = RESULTS.iter().find(|(code, _)| *code == result.way).map_or("", |(_, words)| words);
        let money =
            |money: Option<Money>| money.map_or_else(String::new, |money| format!("{} 元", money.grouped()));
        rows.push(("查处结果", format!("{} {way} {}", result.on, result.paper)));
        rows.push(("罚款", money(result.fine)));
        rows.push(("没收", money(result.confiscated)));
    }
    let body = lines(&rows);
    if body.is_empty() { body } else { section("立案与查处", &body) }
}

fn rewarded(tx: &mut Tx, matter: &Matter) -> Result<String> {
    let Some(reward) = reward::load(tx, matter.id)? else { return Ok(String::new()) };
    let rule = &Law::in_use().reports.reward;
    let day_and = |pair: Option<&(jiff::civil::Date, String)>| {
        pair.map_or_else(String::new, |(day, words)| format!("{day} {words}"))
    };
    let rows = [
        ("进度", reward.state.label().to_owned()),
        (
            "等级",
            rule.grade(reward.grade)
                .map_or_else(String::new, |grade| format!("{}（{}%）", grade.name, grade.percent)),
        ),
        ("罚没款", format!("{} 元", reward.base.grouped())),
        ("按标准计算", format!("{} 元", reward.computed.grouped())),
        ("奖励金额", format!("{} 元", reward.amount.grouped())),
        ("重大违法行为", reward.breach.clone()),
        ("认定理由", reward.words.clone()),
        ("财政部门同意", reward.agreement.clone().unwrap_or_default()),
        ("审批", day_and(reward.decided.as_ref())),
        ("发放", day_and(reward.paid.as_ref())),
    ];
    Ok(section("举报奖励", &lines(&rows)))
}

/// The art. 35 sheet: counts and numbers, never who.
fn same(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<String> {
    let found = evidence::sheet(tx, ctx, matter)?.lines();
    if found.is_empty() {
        return Ok(String::new());
    }
    let note = "系统按加密标记核对的情况，不显示身份，仅供判断，不自动决定。";
    let table = matters::evidence(tx, ctx, note, &found)?;
    Ok(section("重复举报核对（第三十五条）", &table))
}
