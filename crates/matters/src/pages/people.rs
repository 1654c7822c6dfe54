//! Personal data opened with a reason; giving back to the dispatcher.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use law::Law;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, page, redirect};

use super::step::{Desk, Step, Words};
use crate::{
    assignment, matter,
    parties::{self, Party, PartyId},
};

#[derive(Template)]
#[template(path = "matters/people.html")]
struct Open {
    frame: Frame,
    number: String,
    parties: Vec<Party>,
}

const UNMASK: Words = Words {
    title: "查看个人信息",
    lead: "查看会留下记录：谁、何时、看了谁、什么理由。只在办理需要时查看。",
    button: "查看",
};

/// Which person, and why.
fn unmask_fields(form: &Form, masked: &[Party]) -> Vec<Html> {
    let who: Options =
        masked.iter().map(|party| (party.id.to_string(), format!("{} {}", party.role, party.name))).collect();
    let mut fields = Vec::new();
    if who.len() > 1 {
        fields.push(form.select("who", "查看谁", "不选则查看全部", &who));
    }
    fields.push(form.line("reason", "理由", "例如：电话告知受理结果"));
    fields
}

/// The people the actor may open, masked; not found when there is none: whoever may not open a reporter is not asked why.
async fn masked(app: &App, ctx: &Ctx, number: &str) -> Result<Vec<Party>> {
    let (by, seen) = (ctx.clone(), number.to_owned());
    app.db
        .read(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            let mut people = parties::of(tx, &by, found.id)?;
            people.retain(|party| !party.sealed || parties::may_open_reporter(&by, &found));
            if people.is_empty() { Err(Problem::NotFound) } else { Ok(people) }
        })
        .await
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let people = masked(&app, &ctx, &number).await?;
    let form = Form::default();
    let fields = unmask_fields(&form, &people);
    Desk { app: &app, ctx: &ctx, number: &number, path: "people" }.page(form, &UNMASK, fields)
}

pub(super) async fn open(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (reason, only): (_, Option<PartyId>) = (form.text("reason", 200), form.id("who"));
    let (by, seen) = (ctx.clone(), number.clone());
    let opened = if form.has_errors() {
        Ok(Vec::new())
    } else {
        app.db
            .write(move |tx| {
                let found = matter::find(tx, &by, &seen)?;
                parties::unmask(tx, &by, &found, only, &reason)
            })
            .await
    };
    match opened {
        Ok(parties) if !parties.is_empty() => {
            page(&Open { frame: Frame::new(&app, &ctx, "个人信息", "/matters"), number, parties })
        }
        other => {
            other.map(drop).or_else(|problem| form.absorb(problem))?;
            let fields = unmask_fields(&form, &masked(&app, &ctx, &number).await?);
            Desk { app: &app, ctx: &ctx, number: &number, path: "people" }.page(form, &UNMASK, fields)
        }
    }
}

const RETURN: Words = Words {
    title: "退回分派",
    lead: "只能退回分派人员，不能自行转给其他单位（令第121号 第四十一条）。期限继续计算。",
    button: "退回",
};

fn return_fields(form: &Form) -> Vec<Html> {
    let reasons: Options = law::Listed::choices(&Law::in_use().classification.return_reasons);
    vec![
        form.hidden("_version"),
        form.select("reason", "退回原因", "", &reasons),
        form.area("words", "具体情况", "例如：经营地址在道里区，应由道里分局处理", 3),
    ]
}

pub(super) async fn giving_back(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "return" };
    let form = Form::filled([("_version", desk.matter().await?.version.to_string())]);
    let fields = return_fields(&form);
    desk.page(form, &RETURN, fields)
}

pub(super) async fn give_back(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (reason, words, version) =
        (form.value("reason").to_owned(), form.text("words", 500), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let returned = app.db.write(move |tx| {
        let mut found = matter::lock(tx, &by, &seen, version)?;
        assignment::give_back(tx, &by, &mut found, &reason, &words)
    });
    match returned.await {
        // It may have left the officer's sight: back to the work, not to the matter.
        Ok(()) => Ok(redirect("/work", &format!("{number} 已退回分派人员"))),
        refused => {
            let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "return" };
            desk.answer(refused, "", form, &RETURN, return_fields)
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明理由");
    let party = Party {
        id: kernel::Id::from_uuid(Default::default()),
        role: "投诉人".into(),
        sealed: false,
        name: "王芳".into(),
        phone: "13812345678".into(),
        address: "甲地".into(),
        identity: String::new(),
        publish: true,
        entrust: true,
    };
    let people = [party.clone(), party.clone()];
    vec![
        Sample::of("unmask", &Step::sample(form.clone(), unmask_fields(&form, &people), &UNMASK)),
        Sample::of("return", &Step::sample(form.clone(), return_fields(&form), &RETURN)),
        Sample::of("people", &Open { frame: Frame::bare(), number: "TS-1".into(), parties: vec![party] }),
    ]
}
