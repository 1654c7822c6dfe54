//! 休假交接: the open work of who is away, handed over in one act, and back in one act.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, OfficerId};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::work::{handlers, target};
use crate::leave::{self, Absent};

#[derive(Template)]
#[template(path = "matters/leave.html")]
struct Page {
    frame: Frame,
    form: Form,
    absent: Vec<Absent>,
    colleagues: Options,
}

async fn leave_page(app: App, ctx: Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (absent, colleagues) =
        app.db.read(move |tx| Ok::<_, Problem>((leave::absent(tx, &by)?, handlers(tx, &by)?))).await?;
    let frame = Frame::new(&app, &ctx, "休假交接", "/work").flash(flash.0);
    form_page(&form.clone(), &Page { frame, form, absent, colleagues })
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    leave_page(app, ctx, Form::default(), flash).await
}

pub(super) async fn hand_over(
    State(app): State<App>,
    Context(ctx): Context,
    Path(officer): Path<OfficerId>,
    mut form: Form,
) -> Result<Response> {
    let chosen = form.value("target").to_owned();
    let by = ctx.clone();
    let done = app.db.write(move |tx| {
        let to = if chosen.is_empty() { None } else { Some(target(&chosen)?) };
        leave::hand_over(tx, &by, officer, to)
    });
    match done.await {
        Ok(count) => Ok(redirect("/leave", &format!("已移交 {count} 件"))),
        Err(problem) => {
            form.absorb(problem)?;
            leave_page(app, ctx, form, Flash::default()).await
        }
    }
}

pub(super) async fn give_back(
    State(app): State<App>,
    Context(ctx): Context,
    Path(officer): Path<OfficerId>,
    mut form: Form,
) -> Result<Response> {
    let by = ctx.clone();
    match app.db.write(move |tx| leave::give_back(tx, &by, officer)).await {
        Ok((back, stayed)) => {
            let rest = if stayed > 0 {
                format!("；{stayed} 件已办结或者另行分派，不再交还")
            } else {
                String::new()
            };
            Ok(redirect("/leave", &format!("已交还 {back} 件{rest}")))
        }
        Err(problem) => {
            form.absorb(problem)?;
            leave_page(app, ctx, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let one = |until, open, handed| Absent {
        officer: kernel::Id::from_uuid(Default::default()),
        name: "张伟".into(),
        unit: "中山所".into(),
        until,
        open,
        handed,
    };
    let away = one(Some(jiff::civil::Date::constant(2026, 10, 10)), 3, 0);
    let colleagues: Options = vec![("1|2".into(), "中山所 李敏".into())];
    let page =
        |absent| Page { frame: Frame::bare(), form: Form::default(), absent, colleagues: colleagues.clone() };
    vec![
        Sample::of("leave", &page(vec![away, one(None, 0, 2)])),
        Sample::of("leave_empty", &page(Vec::new())),
    ]
}
