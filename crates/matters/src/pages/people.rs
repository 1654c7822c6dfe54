//! Personal data opened with a reason; assignment; giving back to the dispatcher.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::Ctx;
use law::Law;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, form_page, page, redirect};

use super::work::{handlers, target};
use crate::{
    assignment, matter,
    parties::{self, Party},
};

#[derive(Template)]
#[template(path = "matters/step.html")]
struct Step {
    frame: Frame,
    number: String,
    lead: &'static str,
    form: Form,
    fields: Vec<Html>,
    action: String,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "matters/people.html")]
struct Open {
    frame: Frame,
    number: String,
    parties: Vec<Party>,
}

/// What a small form about a matter says.
struct Words {
    title: &'static str,
    lead: &'static str,
    path: &'static str,
    button: &'static str,
}

fn step(
    app: &App,
    ctx: &Ctx,
    number: &str,
    form: Form,
    words: &Words,
    fields: Vec<Html>,
) -> Result<Response> {
    let frame = Frame::new(app, ctx, words.title, "/matters");
    let action = format!("/matters/{number}/{}", words.path);
    form_page(
        &form.clone(),
        &Step {
            frame,
            number: number.to_owned(),
            lead: words.lead,
            form,
            fields,
            action,
            button: words.button,
        },
    )
}

const UNMASK: Words = Words {
    title: "查看个人信息",
    lead: "查看会留下记录：谁、何时、什么理由。只在办理需要时查看。",
    path: "people",
    button: "查看",
};

fn unmask_page(app: &App, ctx: &Ctx, number: &str, form: Form) -> Result<Response> {
    let fields = vec![form.line("reason", "理由", "例如：电话告知受理结果")];
    step(app, ctx, number, form, &UNMASK, fields)
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    app.db.read(move |tx| matter::find(tx, &by, &seen)).await?;
    unmask_page(&app, &ctx, &number, Form::default())
}

pub(super) async fn open(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (reason, by, seen) = (form.text("reason", 200), ctx.clone(), number.clone());
    let opened = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        parties::unmask(tx, &by, &found, None, &reason)
    });
    match opened.await {
        Ok(parties) => {
            page(&Open { frame: Frame::new(&app, &ctx, "个人信息", "/matters"), number, parties })
        }
        Err(problem) => {
            form.absorb(problem)?;
            unmask_page(&app, &ctx, &number, form)
        }
    }
}

const ASSIGN: Words = Words {
    title: "分派",
    lead: "分派给承办单位和承办人，不影响任何期限。",
    path: "assignment",
    button: "分派",
};

fn assign_page(app: &App, ctx: &Ctx, number: &str, form: Form, colleagues: &Options) -> Result<Response> {
    let fields = vec![
        form.hidden("_version"),
        form.select("target", "承办人", "请假的同事已注明", colleagues),
        form.line("words", "说明", "可以不填"),
    ];
    step(app, ctx, number, form, &ASSIGN, fields)
}

pub(super) async fn assignment(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let (found, colleagues) =
        app.db.read(move |tx| Ok::<_, Problem>((matter::find(tx, &by, &seen)?, handlers(tx, &by)?))).await?;
    assign_page(&app, &ctx, &number, Form::filled([("_version", found.version.to_string())]), &colleagues)
}

pub(super) async fn assign(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let (chosen, words, version) =
        (form.value("target").to_owned(), form.text("words", 200), form.number("_version"));
    let (by, seen) = (ctx.clone(), number.clone());
    let assigned = app.db.write(move |tx| {
        let (unit, officer) = target(&chosen)?;
        let mut found = matter::lock(tx, &by, &seen, version)?;
        if !handlers(tx, &by)?.iter().any(|(code, _)| *code == chosen) {
            return Err(Problem::NotFound);
        }
        assignment::assign(tx, &by, &mut found, unit, Some(officer), &words)
    });
    match assigned.await {
        Ok(()) => Ok(redirect(&format!("/matters/{number}"), "已分派")),
        Err(problem) => {
            form.absorb(problem)?;
            let by = ctx.clone();
            let colleagues = app.db.read(move |tx| handlers(tx, &by)).await?;
            assign_page(&app, &ctx, &number, form, &colleagues)
        }
    }
}

const RETURN: Words = Words {
    title: "退回分派",
    lead: "只能退回分派人员，不能自行转给其他单位（令第121号 第四十一条）。期限继续计算。",
    path: "return",
    button: "退回",
};

fn return_page(app: &App, ctx: &Ctx, number: &str, form: Form) -> Result<Response> {
    let reasons = &Law::shipped().classification.return_reasons;
    let reasons: Options = reasons.iter().map(|listed| (listed.code.clone(), listed.name.clone())).collect();
    let fields = vec![
        form.hidden("_version"),
        form.select("reason", "退回原因", "", &reasons),
        form.area("words", "具体情况", "例如：经营地址在道里区，应由道里分局处理", 3),
    ];
    step(app, ctx, number, form, &RETURN, fields)
}

pub(super) async fn giving_back(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let found = app.db.read(move |tx| matter::find(tx, &by, &seen)).await?;
    return_page(&app, &ctx, &number, Form::filled([("_version", found.version.to_string())]))
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
        Ok(()) => Ok(redirect("/work", &format!("{number} 已退回分派人员"))),
        Err(problem) => {
            form.absorb(problem)?;
            return_page(&app, &ctx, &number, form)
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "请写明理由");
    let fields = vec![form.line("reason", "理由", "例如")];
    let step = Step {
        frame: Frame::bare(),
        number: "TS-1".into(),
        lead: UNMASK.lead,
        form,
        fields,
        action: "/matters/1/people".into(),
        button: "查看",
    };
    let party = Party {
        id: kernel::Id::from_uuid(Default::default()),
        role: "投诉人".into(),
        name: "王芳".into(),
        phone: "13812345678".into(),
        address: "甲地".into(),
        identity: String::new(),
        publish: true,
        entrust: true,
    };
    vec![
        Sample::of("unmask", &step),
        Sample::of("people", &Open { frame: Frame::bare(), number: "TS-1".into(), parties: vec![party] }),
    ]
}
