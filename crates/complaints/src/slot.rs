//! What complaints show on the matter page.

use db::Tx;
use kernel::{Ctx, Permission, workflow};
use law::{Law, RuleSet};
use matters::{ActLink, Kind, Matter, Slots, section};
use web::{Html, Result, escape};

use crate::{
    factors, file,
    procedure::{Act, MOVES, State},
};

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: &[Kind::Complaint], state, facts, acts }
}

/// The acts as the timeline tells them.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    Act::ALL.iter().map(|act| (act.code(), act.label())).collect()
}

fn state(_: Kind, state: &str) -> &'static str {
    State::from_code(state).map_or("", State::label)
}

fn facts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Html> {
    let complaint = file::load(tx, matter.id)?;
    let mut html = String::new();
    let set = Law::in_use().rule_set(&matter.rule_set);
    let short = |code: &str, refusal: bool| {
        let grounds = set.map(|set| if refusal { &set.refusal_grounds } else { &set.termination_grounds });
        let ground = grounds.and_then(|grounds| grounds.iter().find(|ground| ground.code == code));
        ground.map_or_else(String::new, |ground| format!("{}（{}）", ground.short, ground.article))
    };
    for (title, decision, refusal) in
        [("不予受理", &complaint.refusal, true), ("终止调解", &complaint.termination, false)]
    {
        if let Some((code, words)) = decision {
            let body = format!(
                "<p><b>{}</b></p><p class=\"prose\">{}</p>",
                escape(&short(code, refusal)),
                escape(words)
            );
            html.push_str(&section(title, &body));
        }
    }
    let sessions: String = file::sessions(tx, matter.id)?
        .iter()
        .map(|session| {
            format!(
                "<li><b>{} {}</b> {} {}<p class=\"prose\">{}</p></li>",
                session.when,
                session.way,
                escape(&session.place),
                escape(&session.mediators),
                escape(&session.record)
            )
        })
        .collect();
    if !sessions.is_empty() {
        html.push_str(&section("调解经过", &format!("<ul>{sessions}</ul>")));
    }
    if let Some(settled) = &complaint.settlement {
        html.push_str(&section("调解结果", &settlement(settled)));
    }
    if ctx.may(Permission::HandleComplaint).is_ok() && matter.state == State::Received.code() {
        html.push_str(&evidence(tx, ctx, matter, set)?);
    }
    Ok(Html(html))
}

fn settlement(settled: &file::Settlement) -> String {
    let money = |money: Option<kernel::Money>| {
        money.map_or_else(|| "未记录".to_owned(), |money| format!("{} 元", money.grouped()))
    };
    let kind = if settled.paper == "document" { "调解书" } else { "调解记录" };
    let paper = settled.number.clone().map_or_else(|| kind.to_owned(), |number| format!("{kind} {number}"));
    let performed = settled.performed_on.map_or_else(|| "待履行".to_owned(), |day| day.to_string());
    format!(
        "<p class=\"prose\">{}</p><dl class=\"facts\"><dt>文书</dt><dd>{}</dd><dt>达成日期</dt><dd>{}</dd><dt>履行</dt><dd>{performed}</dd><dt>挽回损失</dt><dd>{}</dd><dt>其中加倍赔偿</dt><dd>{}</dd></dl>",
        escape(&settled.terms),
        escape(&paper),
        settled.agreed_on,
        money(settled.recovered),
        money(settled.punitive)
    )
}

/// The art. 17 sheet: shown before the decision, as evidence with its matters. Earlier orders know no list of factors.
fn evidence(tx: &mut Tx, ctx: &Ctx, matter: &Matter, set: Option<&RuleSet>) -> Result<String> {
    let lines = factors::sheet(tx, matter)?.lines();
    if lines.is_empty() {
        return Ok(String::new());
    }
    let note = "近一年系统检索到的情况，仅供判断，不自动决定；是否受理由承办人依法决定。";
    let table = matters::evidence(tx, ctx, note, &lines)?;
    let listed = set.is_some_and(|set| !set.factors.is_empty());
    Ok(section(if listed { "第十七条判断因素" } else { "判断参考" }, &table))
}

fn acts(_: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    let (Ok(officer), Some(state)) = (ctx.officer(), State::from_code(&matter.state)) else {
        return Ok(Vec::new());
    };
    let set = Law::in_use().rule_set(&matter.rule_set);
    let lawful = workflow::lawful(MOVES, state, officer.role).map(|row| ActLink {
        href: format!("/matters/{}/{}", matter.number, row.act.code()),
        label: row.act.label().to_owned(),
        article: set.map_or(row.article, |set| set.article(row.act.code(), row.article)).to_owned(),
    });
    let mut links: Vec<ActLink> = lawful.collect();
    // What most complaints need stands first: a fresh one is accepted more often than sent back for its gaps.
    links.sort_by_key(|link| !link.href.ends_with(Act::Accept.code()));
    Ok(links)
}
