//! What papers show on the matter page: the list of papers, and the act of drafting one.

use db::{Tx, params};
use kernel::Ctx;
use matters::{ActLink, Kind, Matter, Slots, notices::NoticeState};
use web::{Html, Result, escape};

use crate::{
    paper::{self, Paper},
    procedure::Act,
};

db::sql! {
    TOLD = "SELECT form_number, state FROM notice WHERE matter_id = $1 AND form_number IS NOT NULL ORDER BY made_at, id";
}

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: &[Kind::Complaint, Kind::Report], state: |_, _| "", facts, acts }
}

/// The acts as the timeline tells them.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    let own = Act::ALL.iter().map(|act| (act.code(), act.label()));
    own.chain([
        ("paper_draft", "起草文书"),
        ("paper_numbering", "设置文号"),
        ("form_written", "编写文书式样"),
        ("form_activated", "启用文书式样"),
    ])
    .collect()
}

fn facts(tx: &mut Tx, _: &Ctx, matter: &Matter) -> Result<Html> {
    let papers = paper::of(tx, matter.id)?;
    if papers.is_empty() {
        return Ok(Html::default());
    }
    let mut told: Vec<(String, &'static str)> = Vec::new();
    for row in tx.query(&TOLD, &params![matter.id])? {
        let (number, state): (String, String) = (row.get("form_number")?, row.get("state")?);
        told.push((number, NoticeState::from_code(&state).map_or("", NoticeState::label)));
    }
    let rows: String = papers.iter().map(|paper| line(matter, paper, &told)).collect();
    Ok(Html(format!(
        "<section class=\"card table\"><h2>文书</h2><table class=\"wide\"><thead><tr><th scope=\"col\">文书</th><th scope=\"col\">文号</th>\
         <th scope=\"col\">状态</th><th scope=\"col\">送达</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )))
}

fn line(matter: &Matter, paper: &Paper, told: &[(String, &'static str)]) -> String {
    let number = paper.number.as_deref().unwrap_or("未编号");
    let told: Vec<&str> =
        told.iter().filter(|(own, _)| Some(own) == paper.number.as_ref()).map(|(_, words)| *words).collect();
    let told = if told.is_empty() { "未送达".to_owned() } else { told.join("，") };
    format!(
        "<tr><td data-label=\"文书\"><a href=\"/matters/{}/papers/{}\">{}</a></td><td data-label=\"文号\">{}</td>\
         <td data-label=\"状态\"><span class=\"tag {}\">{}</span></td><td data-label=\"送达\">{told}</td></tr>",
        matter.number,
        paper.id,
        escape(&paper.title),
        escape(number),
        paper.state.phase(),
        paper.state.label()
    )
}

fn acts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    if paper::offered(tx, ctx, matter)?.is_empty() {
        return Ok(Vec::new());
    }
    let href = format!("/matters/{}/papers/new", matter.number);
    Ok(vec![ActLink { href, label: "起草文书".to_owned(), article: String::new() }])
}
