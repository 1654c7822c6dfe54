//! Publicity of one complaint: where it stands on the matter page, and the form on which a head decides.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission, workflow};
use matters::{ActLink, Kind, Matter, Phase, Slots};
use web::{
    App, Context, Form, Frame, Html, May, Options, Problem, Result, Routes, Sample, form_page, redirect,
};

use crate::publicity::{self, Act, Asked, Ground, MOVES, Standing};

pub(super) fn routes() -> Routes {
    let heads = May::Can(Permission::Approve);
    let path = "/matters/{number}/publicity";
    Routes::new().get(path, heads, ask).post(path, heads, store)
}

/// What the matter page shows of publicity: of complaints only, and only where something is to be said.
pub fn publicity_slots() -> Slots {
    Slots { kinds: &[Kind::Complaint], state: |_, _| "", facts, acts }
}

fn told(standing: &Standing) -> String {
    let on = standing.published.map(|on| format!(" {on}")).unwrap_or_default();
    let ground = standing.ground.map(|ground| format!("：{}", ground.label())).unwrap_or_default();
    format!("{}{on}{ground}", standing.state.label())
}

fn facts(tx: &mut Tx, _: &Ctx, matter: &Matter) -> Result<Html> {
    let standing = publicity::standing(tx, matter.id)?;
    if standing.state == publicity::State::Open {
        return Ok(Html::default());
    }
    let words = web::escape(&told(&standing));
    Ok(Html(matters::section("投诉信息公示", &format!("<p>{words}</p>"))))
}

fn acts(_: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Vec<ActLink>> {
    let head = ctx.officer().is_ok_and(|officer| MOVES.iter().any(|row| row.who.contains(&officer.role)));
    if matter.phase != Phase::Done || !head {
        return Ok(Vec::new());
    }
    Ok(vec![ActLink {
        href: format!("/matters/{}/publicity", matter.number),
        label: "投诉信息公示".to_owned(),
        article: String::new(),
    }])
}

#[derive(Template)]
#[template(path = "insight/publicity.html")]
struct Publicity {
    frame: Frame,
    form: Form,
    number: String,
    told: String,
    /// By when it is to be published.
    due: String,
    acts: Options,
    grounds: Options,
}

async fn shown(app: &App, ctx: &Ctx, number: &str, form: Form) -> Result<Response> {
    let (by, of) = (ctx.clone(), number.to_owned());
    let read = move |tx: &mut Tx| {
        let matter = matters::find(tx, &by, &of)?;
        let standing = publicity::standing(tx, matter.id)?;
        Ok::<_, Problem>((matter, standing))
    };
    let (matter, standing) = app.db.read(read).await?;
    if matter.kind != Kind::Complaint {
        return Err(Problem::NotFound);
    }
    let open = workflow::lawful(MOVES, standing.state, ctx.officer()?.role);
    let acts: Options = open.map(|row| (row.act.code().to_owned(), row.act.label().to_owned())).collect();
    let page = Publicity {
        frame: Frame::new(app, ctx, "投诉信息公示", "/matters"),
        form,
        number: matter.number.clone(),
        told: told(&standing),
        due: due_words(matter.closed_on),
        acts,
        grounds: Ground::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect(),
    };
    form_page(&page.form.clone(), &page)
}

fn due_words(closed: Option<Date>) -> String {
    closed.and_then(publicity::due).map(|due| format!("，应在 {due} 前公示")).unwrap_or_default()
}

async fn ask(State(app): State<App>, Context(ctx): Context, Path(number): Path<String>) -> Result<Response> {
    let form = Form::filled([("on", ctx.today().to_string())]);
    shown(&app, &ctx, &number, form).await
}

async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let act = Act::from_code(&form.choice("act", Act::ALL.iter().map(|act| act.code()), "请选择办理什么"));
    let asked = Asked {
        on: form.date("on"),
        words: form.text("words", 300),
        ground: Ground::from_code(form.value("ground")),
        article: form.text("article", 100),
    };
    if let (Some(act), false) = (act, form.has_errors()) {
        let (by, of) = (ctx.clone(), number.clone());
        match app.db.write(move |tx| publicity::perform(tx, &by, &of, act, &asked)).await {
            Ok(()) => {
                return Ok(redirect(&format!("/matters/{number}"), &format!("已办理：{}", act.label())));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(&app, &ctx, &number, form).await
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::filled([("on", "2026-10-08".to_owned())]);
    form.error("words", "请写明在哪里公示");
    let page = Publicity {
        frame: Frame { title: "投诉信息公示".into(), ..Frame::bare() },
        form,
        number: "TS-1".into(),
        told: "未公示".into(),
        due: "，应在 2026-10-21 前公示".into(),
        acts: Act::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect(),
        grounds: Ground::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect(),
    };
    vec![Sample::of("publicity", &page)]
}
