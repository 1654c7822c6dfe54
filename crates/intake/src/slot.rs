//! What intake shows on the matter page: the facts of the contact, and the answer for kinds without a procedure.

use db::Tx;
use kernel::{Ctx, Permission};
use matters::{ActLink, Kind, Matter, Phase, Slots, relations};
use web::{Html, Problem, Result, escape};

use crate::{facts_of, undo::may_undo_split, whom::may_tell_whom};

/// The slots of this crate; facts for every kind, acts for the kinds without a procedure of their own.
pub fn slots() -> Slots {
    Slots { kinds: Kind::ALL, state, facts, acts }
}

fn state(kind: Kind, state: &str) -> &'static str {
    match (kind, state) {
        (_, "open") => "待答复",
        (_, "answered") => "已答复",
        (_, "closed") if kind != Kind::Complaint => "已办结",
        (Kind::Report, "received") => "待核查",
        _ => "",
    }
}

fn facts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Html> {
    let _ = ctx;
    let Some(mut contact) = facts_of(tx, matter.id)? else { return Ok(Html::default()) };
    if matter.kind == Kind::Report && contact.told_to != Some(matter.id) {
        // What the complainant asks for and was answered belongs to the complaint.
        (contact.demands, contact.demand_words, contact.answer) = (Vec::new(), String::new(), None);
    }
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    let [name, address, phone] = &contact.respondent;
    let lines = [
        ("诉求", [contact.demands.join("、"), contact.demand_words.clone()].join(" ")),
        ("商品名称", contact.goods_name.clone()),
        ("品牌", contact.brand.clone()),
        ("数量", contact.quantity.clone()),
        ("发生日期", day(contact.happened_on)),
        ("知道权益受损", day(contact.known_on)),
        ("被反映对象", [name.as_str(), address, phone].join(" ")),
    ];
    let lines: String = lines
        .iter()
        .filter(|(_, words)| !words.trim().is_empty())
        .map(|(label, words)| format!("<dt>{label}</dt><dd>{}</dd>", escape(words.trim())))
        .collect();
    let answer = contact.answer.map_or_else(String::new, |answer| {
        format!("<h3>答复</h3><p class=\"prose\">{}</p>", escape(&answer))
    });
    Ok(Html(format!(
        "<section class=\"card\"><h2>反映内容</h2><p class=\"prose\">{}</p><dl class=\"facts\">{lines}</dl>{answer}</section>",
        escape(&contact.facts)
    )))
}

/// A split that can be taken back, offered on both of its matters.
fn undoing(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    let linked = relations::linked(tx, ctx, matter.id)?;
    let Some(split) = linked.into_iter().find(|one| one.code == "split") else { return Ok(Vec::new()) };
    let part = if split.from_here { split.number } else { matter.number.clone() };
    let found = matters::find(tx, ctx, &part)?;
    match may_undo_split(tx, ctx, &found) {
        Ok(_) => {
            let href = format!("/matters/{part}/split/end");
            Ok(vec![ActLink { href, label: "撤回分立".to_owned(), article: "第九条".to_owned() }])
        }
        Err(Problem::Refused(_) | Problem::Forbidden(_) | Problem::NotFound) => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

fn acts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    let mut acts = own_acts(tx, ctx, matter)?;
    if may_tell_whom(ctx, matter) {
        let href = format!("/matters/{}/trader", matter.number);
        acts.push(ActLink { href, label: "核对经营者".to_owned(), article: String::new() });
    }
    Ok(acts)
}

fn own_acts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    if matches!(matter.kind, Kind::Complaint | Kind::Report) && matter.phase != Phase::Done {
        return undoing(tx, ctx, matter);
    }
    let own = matches!(matter.kind, Kind::Consultation | Kind::Suggestion | Kind::Praise | Kind::Other);
    let going = matter.phase != Phase::Done && matter.state != matters::merge::MERGED;
    if !own || !going || ctx.may(Permission::Register).is_err() {
        return Ok(Vec::new());
    }
    let href = format!("/matters/{}/answer", matter.number);
    Ok(vec![ActLink { href, label: "答复办结".to_owned(), article: String::new() }])
}
