//! Everything that can be set, as plain cards.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::Timestamp;
use kernel::Ctx;
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
    rules: usize,
    dead: usize,
    late: usize,
}

fn cards(ctx: &Ctx, now: &Now) -> Vec<Card> {
    let law = Law::in_use();
    let next = ctx.today().year() + 1;
    let last = law.calendar.years().last().unwrap_or_default();
    let calendar = if last >= next {
        format!("已录入到 {last} 年")
    } else {
        format!("已录入到 {last} 年，{next} 年待录入")
    };
    let (goods, problems) = (&law.classification.goods, &law.classification.problems);
    let jobs = if now.dead + now.late == 0 {
        "正常".to_owned()
    } else {
        format!("停办 {} 项，迟延 {} 项", now.dead, now.late)
    };
    vec![
        Card {
            href: "/settings/calendar",
            title: "放假安排",
            what: "每年的放假和调休、本地区休息日",
            now: calendar,
        },
        Card {
            href: "/settings/classification",
            title: "分类",
            what: "商品和服务、问题、诉求等分类的版本和新旧对应",
            now: format!("商品和服务第 {} 版，问题第 {} 版", goods.edition, problems.edition),
        },
        Card {
            href: "/settings/rules",
            title: "规则和期限",
            what: "规定、期限、条款和可信程度，经核准调整",
            now: format!("收录规定 {} 部，待核准 {} 项", law.rule_sets.len(), now.proposed),
        },
        Card {
            href: "/settings/retention",
            title: "保存期限",
            what: "什么信息何时清除，法律保全，清除证明",
            now: format!("启用规则 {} 条", now.rules),
        },
        Card {
            href: "/settings/jobs", title: "后台任务", what: "定期任务、排队、停办和心跳", now: jobs
        },
        Card {
            href: "/people",
            title: "机构人员",
            what: "机构、人员、岗位、请假和登录码",
            now: String::new(),
        },
        Card {
            href: "/audit", title: "日志", what: "谁做了什么，谁看了个人信息", now: String::new()
        },
        Card {
            href: "/health",
            title: "运行状况",
            what: "数据库、磁盘、字体、时钟、期限复核",
            now: String::new(),
        },
    ]
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let at: Timestamp = ctx.now;
    let load = move |tx: &mut db::Tx| {
        Ok::<_, Problem>(Now {
            proposed: edition::proposed(tx)?.len(),
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
