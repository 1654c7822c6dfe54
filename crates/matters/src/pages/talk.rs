//! The talk with the person on the matter page, the officer's reply, and the receipt that the office prints.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Permission};
use web::{App, Context, Flash, Form, Frame, Html, Result, Sample, page, redirect};

use super::{
    show::matter_page,
    step::{Desk, Words},
};
use crate::{
    Matter, attachments, matter,
    receipts::{self, Code},
    talk::{self, Message, MessageKind, Side},
};

/// The section of the matter page.
#[derive(Template, Default)]
#[template(path = "matters/talk.html")]
pub(super) struct Talk {
    number: String,
    person: &'static str,
    messages: Vec<Message>,
    has_receipt: bool,
    may_reply: bool,
    may_issue: bool,
    form: Form,
}

impl Talk {
    /// What the actor may see of it.
    pub fn load(tx: &mut Tx, ctx: &Ctx, found: &Matter) -> Result<Self> {
        Ok(Self {
            number: found.number.clone(),
            person: talk::person_words(found.kind),
            messages: talk::of(tx, ctx, found.id)?,
            has_receipt: receipts::current(tx, found.id)?.is_some(),
            may_reply: talk::may_reply(ctx, found.kind).is_ok(),
            may_issue: ctx.may(Permission::Register).is_ok(),
            form: Form::default(),
        })
    }

    /// Whether the actor is one of those who should see what the person wrote, and has not.
    pub fn has_news(&self) -> bool {
        self.may_reply && self.messages.iter().any(|one| one.side == Side::Person && one.read_at.is_none())
    }

    /// The section with what was typed into the reply; nothing where there is neither talk nor receipt nor right.
    pub fn section(&self, form: &Form) -> Html {
        if self.messages.is_empty() && !self.has_receipt && !self.may_issue {
            return Html::default();
        }
        let shown = Self {
            form: form.clone(),
            messages: self.messages.clone(),
            number: self.number.clone(),
            ..*self
        };
        Html(shown.render().unwrap_or_default())
    }

    pub fn sample() -> Self {
        let message = |side, kind, read| Message {
            side,
            kind,
            text: "小票找到了".into(),
            officer: (side == Side::Office).then(|| "张伟".into()),
            at: jiff::Timestamp::UNIX_EPOCH,
            read_at: read,
            files: vec![(kernel::Id::from_uuid(Default::default()), "小票.jpg".into())],
        };
        Self {
            number: "TS-1".into(),
            person: "投诉人",
            messages: vec![
                message(Side::Person, MessageKind::Supplement, Some(jiff::Timestamp::UNIX_EPOCH)),
                message(Side::Office, MessageKind::Message, None),
            ],
            has_receipt: true,
            may_reply: true,
            may_issue: true,
            form: Form::default(),
        }
    }
}

/// The officer has seen what the person wrote.
pub(super) async fn seen(app: &App, ctx: &Ctx, number: &str) -> Result<()> {
    let (by, number) = (ctx.clone(), number.to_owned());
    app.db
        .write(move |tx| {
            let found = matter::find(tx, &by, &number)?;
            talk::seen(tx, &by, found.id, Side::Person)
        })
        .await
}

pub(super) async fn reply(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let found = Desk { app: &app, ctx: &ctx, number: &number, path: "" }.matter().await?;
    talk::may_reply(&ctx, found.kind)?;
    let text = form.required("talk_text", "请填写回复内容", talk::LONGEST);
    let files = attachments::keep_all(&app, &mut form).await?;
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let written = app.db.write(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            talk::reply(tx, &by, &found, &text, &files)
        });
        match written.await {
            Ok(_) => return Ok(redirect(&format!("/matters/{number}#talk"), "已回复")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    matter_page(app, ctx, number, form, Flash::default()).await
}

const ISSUE: Words = Words {
    title: "开具回执",
    lead: "回执上有编号和查询码，群众凭它在公众页面查看进度、补充材料、留言。查询码只显示这一次；以前开具的查询码从此作废。",
    button: "开具",
};

#[derive(Template)]
#[template(path = "matters/receipt.html")]
struct Receipt {
    frame: Frame,
    number: String,
    kind: &'static str,
    code: String,
    day: String,
}

pub(super) async fn ask_receipt(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "receipt" };
    desk.matter().await?;
    desk.page(Form::default(), &ISSUE, Vec::new())
}

pub(super) async fn receipt(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
) -> Result<Response> {
    let (by, code) = (ctx.clone(), Code::draw(&ctx));
    let shown = code.to_string();
    let found = app
        .db
        .write(move |tx| {
            let found = matter::find(tx, &by, &number)?;
            receipts::issue(tx, &by, &found, &code)?;
            Ok::<_, web::Problem>(found)
        })
        .await?;
    page(&Receipt {
        frame: Frame::new(&app, &ctx, "回执", "/matters"),
        number: found.number,
        kind: found.kind.label(),
        code: shown,
        day: ctx.today().to_string(),
    })
}

pub(super) fn samples() -> Vec<Sample> {
    let receipt = Receipt {
        frame: Frame { title: "回执".into(), ..Frame::bare() },
        number: "TS-1".into(),
        kind: "投诉",
        code: "ABCD-EFGH-JKMN".into(),
        day: "2026-11-24".into(),
    };
    vec![Sample::of("receipt", &receipt)]
}
