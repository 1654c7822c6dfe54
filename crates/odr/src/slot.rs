//! What settlements show on the matter page, and what an entrusted centre reported on a complaint.

use db::Tx;
use kernel::{Ctx, Permission, workflow};
use matters::{ActLink, Kind, Matter, Phase, Slots};
use web::{Html, Result, escape};

use crate::{
    file::{self, Case},
    procedure::{Act, MOVES, State},
};

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: &[Kind::Settlement, Kind::Complaint], state, facts, acts }
}

/// The acts as the timeline tells them.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    let own = [
        ("odr_report", "受托组织反馈调解情况"),
        ("odr_entrustment", "送受托组织"),
        ("odr_link", "重新生成链接"),
        ("odr_join", "经营者加入先行和解"),
        ("odr_leave", "经营者退出先行和解"),
    ];
    Act::ALL.iter().map(|act| (act.code(), act.label())).chain(own).collect()
}

fn state(kind: Kind, state: &str) -> &'static str {
    if kind == Kind::Settlement { State::from_code(state).map_or("", State::label) } else { "" }
}

fn facts(tx: &mut Tx, _: &Ctx, matter: &Matter) -> Result<Html> {
    let Some(case) = file::of(tx, matter.id)? else { return Ok(Html::default()) };
    let title = if case.way == "entrust" { "委托调解反馈" } else { "先行和解" };
    Ok(Html(matters::section(title, &told(&case))))
}

/// Words of what was answered.
pub(crate) fn answer_words(kind: &str) -> &'static str {
    match kind {
        "settle" => "提出和解方案",
        "refuse" => "不同意消费者的要求",
        "agreed" => "达成协议",
        "not_agreed" => "未达成协议",
        _ => "",
    }
}

fn told(case: &Case) -> String {
    let mut lines = vec![
        ("单位", case.body_name.clone()),
        ("送达日期", case.from.to_string()),
        ("到期未和解", if case.fallback { "自动转为投诉" } else { "由消费者决定" }.to_owned()),
    ];
    if case.way == "entrust" {
        lines.pop();
    }
    if let (Some(day), Some(kind)) = (case.answered_on, case.answer_kind.as_deref()) {
        lines.push(("答复", format!("{day} {}", answer_words(kind))));
    }
    if let Some(offer) = case.offer {
        lines.push(("金额", format!("{} 元", offer.grouped())));
    }
    let facts: String =
        lines.iter().map(|(label, words)| format!("<dt>{label}</dt><dd>{}</dd>", escape(words))).collect();
    let words = case.answer.as_deref().map_or_else(String::new, |words| {
        let before = if case.answered_on.is_none() {
            "<p class=\"meta\">已退回重新答复，原答复：</p>"
        } else {
            ""
        };
        format!("{before}<p class=\"prose\">{}</p>", escape(words))
    });
    let flaws: String = case.flaws.iter().map(|flaw| format!("<li>{}</li>", escape(flaw))).collect();
    let flaws = if flaws.is_empty() {
        flaws
    } else {
        format!("<div class=\"note\"><p>答复质量提示，仅供判断：</p><ul>{flaws}</ul></div>")
    };
    format!("<dl class=\"facts\">{facts}</dl>{words}{flaws}")
}

fn acts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    let Ok(officer) = ctx.officer() else { return Ok(Vec::new()) };
    let link = |path: &str, label: &str, article: &str| ActLink {
        href: format!("/matters/{}/{path}", matter.number),
        label: label.to_owned(),
        article: article.to_owned(),
    };
    if matter.kind == Kind::Complaint {
        let entrusted = matter.state == "mediating" && ctx.may(Permission::HandleComplaint).is_ok();
        let open = entrusted && file::of(tx, matter.id)?.is_none_or(|case| case.ended_on.is_none());
        return Ok(if open {
            vec![link("odr_entrustment", "请受托组织网上反馈", "")]
        } else {
            Vec::new()
        });
    }
    let Some(state) = State::from_code(&matter.state).filter(|_| matter.phase != Phase::Done) else {
        return Ok(Vec::new());
    };
    let mut open: Vec<ActLink> = workflow::lawful(MOVES, state, officer.role)
        .filter(|_| ctx.may(Permission::Register).is_ok())
        .map(|row| link(row.act.code(), row.act.label(), row.article))
        .collect();
    if state == State::Offered && ctx.may(Permission::Register).is_ok() {
        open.push(link("odr_link", "重新生成经营者链接", ""));
    }
    Ok(open)
}
