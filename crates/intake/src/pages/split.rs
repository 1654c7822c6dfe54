//! 分立: the second matter out of one contact, from the matter page.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::{Tx, params};
use kernel::{Ctx, UnitId};
use matters::{Kind, parties};
use web::{App, Context, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use crate::split::{Split, may_split, split as split_matter};

db::sql! {
    UNITS = "SELECT id, name FROM unit WHERE path >= $1 AND path < $2 AND closed_on IS NULL AND kind <> 'station' ORDER BY path";
}

#[derive(Template)]
#[template(path = "intake/split.html")]
struct Page {
    frame: Frame,
    form: Form,
    number: String,
    /// Whether the second one is a report.
    report: bool,
    units: Options,
}

fn load(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<(bool, Options)> {
    let found = matters::find(tx, ctx, number)?;
    may_split(tx, &found)?;
    let path = ctx.officer()?.unit_path.clone();
    let rows = tx.query(&UNITS, &params![path, format!("{path}~")])?;
    let units = rows.iter().map(|row| Ok((row.get::<UnitId>("id")?.to_string(), row.get("name")?)));
    Ok((found.kind == Kind::Complaint, units.collect::<Result<_, db::Error>>()?))
}

async fn split_page(app: App, ctx: Ctx, number: String, form: Form) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let (report, units) = app.db.read(move |tx| load(tx, &by, &seen)).await?;
    let title = if report { "分立举报" } else { "分立投诉" };
    let frame = Frame::new(&app, &ctx, title, "/matters");
    form_page(&form.clone(), &Page { frame, form, number, report, units })
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    split_page(app, ctx, number, Form::filled([("since", "received".to_owned())])).await
}

fn read(form: &mut Form) -> Split {
    form.refuse_masked(&["name", "phone", "address"]);
    let found_on = form.date("found_on");
    match form.value("since") {
        "found" if found_on.is_none() => form.error("found_on", "请填写发现线索的日期"),
        _ => {}
    }
    let found_on = found_on.filter(|_| form.value("since") == "found");
    Split {
        unit: form.id("unit"),
        found_on,
        named: form.checked("named"),
        complainant: parties::NewParty {
            name: form.text("name", 60),
            phone: form.text("phone", 40),
            address: form.text("address", 200),
            ..parties::NewParty::default()
        },
        words: form.text("words", 200),
    }
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let how = read(&mut form);
    if form.has_errors() {
        return split_page(app, ctx, number, form).await;
    }
    let (by, seen) = (ctx.clone(), number.clone());
    let done = app.db.write(move |tx| {
        let found = matters::lock(tx, &by, &seen, None)?;
        let new = split_matter(tx, &by, &found, &how)?;
        Ok::<_, Problem>(new.number)
    });
    match done.await {
        Ok(new) => Ok(redirect(&format!("/matters/{number}"), &format!("已分立，编号 {new}"))),
        Err(problem) => {
            form.absorb(problem)?;
            split_page(app, ctx, number, form).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("found_on", "请填写发现线索的日期");
    let page = |report| Page {
        frame: Frame::bare(),
        form: form.clone(),
        number: "TS-1".into(),
        report,
        units: vec![("1".into(), "中山所".into())],
    };
    vec![Sample::of("split_report", &page(true)), Sample::of("split_complaint", &page(false))]
}
