//! Everything that can be set, as plain cards.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::Timestamp;
use kernel::{Ctx, Permission};
use law::Law;
use web::{App, Context, Flash, Frame, Problem, Result, Sample, page};

use crate::{edition, retention};

struct Card {
    href: &'static str,
    title: &'static str,
    what: &'static str,
    now: String,
}

#[derive(Template)]
#[template(path = "settings/index.html")]
struct Index {
    frame: Frame,
    cards: Vec<Card>,
}

struct Now {
    proposed: usize,
    retention: usize,
    rules: usize,
    dead: usize,
    late: usize,
}

/// (address, title, what is there, right): every page of settings, the own ones of this crate first.
const CARDS: &[(&str, &str, &str, Permission)] = &[
    ("/approvals", "规则核准", "核准或者退回提出的规则、期限和保存期限", Permission::ConfirmSettings),
    ("/settings/calendar", "放假安排", "每年的放假和调休、本地区休息日", Permission::KeepSettings),
    (
        "/settings/classification",
        "分类",
        "商品和服务、问题、诉求等分类的版本和新旧对应",
        Permission::KeepSettings,
    ),
    ("/settings/rules", "规则和期限", "规定、期限、条款和可信程度，经核准调整", Permission::KeepSettings),
    ("/settings/retention", "保存期限", "什么信息何时清除，法律保全，清除证明", Permission::KeepSettings),
    ("/forms", "文书式样", "每种文书的版本、文字和编号", Permission::KeepSettings),
    ("/texts", "告知文本", "短信、邮件、信件和网页告知的文字", Permission::KeepSettings),
    ("/advice", "登记建议", "建议的准确率、模型和来件变化", Permission::KeepSettings),
    ("/people", "机构人员", "机构、人员、岗位、请假和登录码", Permission::KeepPeople),
    ("/people/sso", "统一身份认证", "从统一身份认证登录的账号对应哪位人员", Permission::KeepPeople),
    ("/tokens", "接口", "其他系统使用的令牌和推送", Permission::KeepPeople),
    ("/audit", "日志", "谁做了什么，谁看了个人信息", Permission::Audit),
    ("/settings/jobs", "后台任务", "定期任务、排队、停办和心跳", Permission::KeepSettings),
    ("/health", "运行状况", "数据库、磁盘、字体、时钟、期限复核", Permission::KeepSettings),
];

/// How a page of settings stands now.
fn now_words(href: &str, ctx: &Ctx, now: &Now) -> String {
    let law = Law::in_use();
    match href {
        "/approvals" if now.proposed + now.retention == 0 => "没有等待核准的".to_owned(),
        "/approvals" => format!("等待核准 {} 项", now.proposed + now.retention),
        "/settings/calendar" => {
            let next = ctx.today().year() + 1;
            let last = law.calendar.years().last().unwrap_or_default();
            let missing = if last >= next { String::new() } else { format!("，{next} 年待录入") };
            format!("已录入到 {last} 年{missing}")
        }
        "/settings/classification" => {
            let (goods, problems) = (&law.classification.goods, &law.classification.problems);
            format!("商品和服务第 {} 版，问题第 {} 版", goods.edition, problems.edition)
        }
        "/settings/rules" => format!("收录规定 {} 部，待核准 {} 项", law.rule_sets.len(), now.proposed),
        "/settings/retention" => format!("启用规则 {} 条", now.rules),
        "/settings/jobs" if now.dead + now.late == 0 => "正常".to_owned(),
        "/settings/jobs" => format!("停办 {} 项，迟延 {} 项", now.dead, now.late),
        _ => String::new(),
    }
}

fn cards(ctx: &Ctx, now: &Now) -> Vec<Card> {
    let open = CARDS.iter().filter(|(.., right)| ctx.may(*right).is_ok());
    open.map(|&(href, title, what, _)| Card { href, title, what, now: now_words(href, ctx, now) }).collect()
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let at: Timestamp = ctx.now;
    let load = move |tx: &mut db::Tx| {
        Ok::<_, Problem>(Now {
            proposed: edition::proposed(tx)?.len(),
            retention: retention::decisions(tx, "proposed")?.len(),
            rules: retention::decisions(tx, "active")?.iter().filter(|decision| decision.enabled).count(),
            dead: ::jobs::dead(tx, 100)?.len(),
            late: ::jobs::late(tx, at)?.len(),
        })
    };
    let now = app.db.read(load).await?;
    let frame = Frame::new(&app, &ctx, "设置", "/settings").flash(flash.0);
    page(&Index { frame, cards: cards(&ctx, &now) })
}

pub(super) fn samples() -> Vec<Sample> {
    let card = Card {
        href: "/settings/calendar",
        title: "放假安排",
        what: "每年的放假",
        now: "已录入到 2026 年".into(),
    };
    vec![Sample::of("settings", &Index { frame: Frame::bare(), cards: vec![card] })]
}
