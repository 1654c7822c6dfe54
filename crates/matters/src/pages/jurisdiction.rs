//! 管辖判断: a few questions, the answer with its article, the unit that follows.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use web::{App, Context, Flash, Form, Frame, Html, Options, Problem, Result, Sample, form_page, redirect};

use crate::{
    Matter,
    jurisdiction::{self, Advised, Answers},
    matter,
};

#[derive(Template)]
#[template(path = "matters/jurisdiction.html")]
struct Page {
    frame: Frame,
    form: Form,
    number: String,
    advised: Option<Advised>,
    questions: Vec<Html>,
}

fn fields(form: &Form, matter: &Matter) -> Vec<Html> {
    let question = |question: &&law::Question| {
        let answers: Options =
            question.answers.iter().map(|listed| (listed.code.clone(), listed.name.clone())).collect();
        form.radios(&question.code, &question.title, "", &answers)
    };
    jurisdiction::questions(matter).iter().map(question).collect()
}

async fn jurisdiction_page(app: App, ctx: Ctx, number: String, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (found, advised) = app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &by, &number)?;
            let advised = jurisdiction::latest(tx, &found)?;
            Ok::<_, Problem>((found, advised))
        })
        .await?;
    let frame = Frame::new(&app, &ctx, "管辖判断", "/matters").flash(flash.0);
    let questions = fields(&form, &found);
    form_page(&form.clone(), &Page { frame, form, number: found.number, advised, questions })
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    flash: Flash,
) -> Result<Response> {
    jurisdiction_page(app, ctx, number, Form::default(), flash).await
}

pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let codes = ["respondent", "shown", "first", "publisher"];
    let answers: Answers =
        codes.iter().map(|code| ((*code).to_owned(), form.value(code).to_owned())).collect();
    let (region, evidence) = (form.text("region", 12), form.text("evidence", 1000));
    let (by, seen) = (ctx.clone(), number.clone());
    let stored = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        jurisdiction::advise(tx, &by, &found, &answers, &region, &evidence)
    });
    match stored.await {
        Ok(()) => Ok(redirect(&format!("/matters/{number}/jurisdiction"), "已记录，仅供分派参考")),
        Err(problem) => {
            form.absorb(problem)?;
            jurisdiction_page(app, ctx, number, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let advised = Advised {
        answers: vec![("被反映的是谁".into(), "平台内经营者（网店）".into())],
        whose: "平台经营者住所地县级市场监督管理部门".into(),
        article: "令第121号第十三条".into(),
        region: "黑龙江省 哈尔滨市 南岗区 230103".into(),
        unit: Some((kernel::Id::from_uuid(Default::default()), "南岗分局".into())),
        evidence: "两次拨打公示电话无人接听".into(),
        by: "李敏 2026-11-24 09:00".into(),
    };
    let form = Form::default();
    let answers: Options = vec![("a".into(), "甲".into()), ("b".into(), "乙".into())];
    let questions = vec![form.radios("respondent", "被反映的是谁", "", &answers)];
    let page = Page { frame: Frame::bare(), form, number: "TS-1".into(), advised: Some(advised), questions };
    vec![Sample::of("jurisdiction", &page)]
}
