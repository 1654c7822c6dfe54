//! Letters and calls: the letter with its address label, the points of a call; their proof is entered afterwards.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::{Tx, params};
use kernel::{Ctx, NoticeId};
use matters::notices::{self, KINDS, Outgoing};
use web::{App, Context, Frame, Problem, Result, Sample, page};

db::sql! {
    SENDER = "SELECT name, address, phone FROM unit WHERE id = $1";
}

/// Why name and address are opened, as it stands in the read log.
pub(super) const LABEL: &str = "打印信封和告知书";
pub(super) const CALL: &str = "按通话要点拨打电话";

#[derive(Template)]
#[template(path = "delivery/paper.html")]
struct Page {
    frame: Frame,
    number: String,
    id: String,
    is_letter: bool,
    what: &'static str,
    form_number: String,
    text: String,
    /// Name and address, once they were asked for.
    to: Option<(String, String)>,
    from: [String; 3],
}

pub(super) fn load(tx: &mut Tx, ctx: &Ctx, number: &str, id: NoticeId) -> Result<(Outgoing, [String; 3])> {
    let notice = notices::outgoing(tx, ctx, id)?;
    if notice.matter.number != number || !matches!(notice.channel.as_str(), "letter" | "phone") {
        return Err(Problem::NotFound);
    }
    let unit = tx.one(&SENDER, &params![notice.matter.unit])?.ok_or(Problem::NotFound)?;
    Ok((notice, [unit.get("name")?, unit.get("address")?, unit.get("phone")?]))
}

fn shown(
    app: &App,
    ctx: &Ctx,
    notice: &Outgoing,
    from: [String; 3],
    to: Option<(String, String)>,
) -> Result<Response> {
    let is_letter = notice.channel == "letter";
    let what = KINDS.iter().find(|(code, _)| *code == notice.kind).map_or("告知", |(_, words)| *words);
    page(&Page {
        frame: Frame::new(app, ctx, if is_letter { "打印信件" } else { "通话要点" }, "/matters"),
        number: notice.matter.number.clone(),
        id: notice.id.to_string(),
        is_letter,
        what,
        form_number: notice.form_number.clone().unwrap_or_default(),
        text: notice.text.clone(),
        to,
        from,
    })
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, NoticeId)>,
) -> Result<Response> {
    let by = ctx.clone();
    let (notice, from) = app.db.read(move |tx| load(tx, &by, &number, id)).await?;
    shown(&app, &ctx, &notice, from, None)
}

pub(super) async fn open(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, NoticeId)>,
) -> Result<Response> {
    let by = ctx.clone();
    let opened = app.db.write(move |tx| {
        let (notice, from) = load(tx, &by, &number, id)?;
        let reason = if notice.channel == "letter" { LABEL } else { CALL };
        let to = notices::open_address(tx, &by, &notice.matter, id, reason)?;
        Ok::<_, Problem>((notice, from, to))
    });
    let (notice, from, to) = opened.await?;
    shown(&app, &ctx, &notice, from, Some(to))
}

pub(super) fn samples() -> Vec<Sample> {
    let sample = |is_letter, to| Page {
        frame: Frame { title: "打印信件".into(), ..Frame::bare() },
        number: "TS-1".into(),
        id: "1".into(),
        is_letter,
        what: "受理告知",
        form_number: "南市监〔2026〕第1号".into(),
        text: "您好：\n您的投诉已受理。".into(),
        to,
        from: ["中山所".into(), "测试街1号".into(), "0451-1".into()],
    };
    let to = Some(("王某".to_owned(), "南岗区测试街1号".to_owned()));
    vec![
        Sample::of("letter", &sample(true, to.clone())),
        Sample::of("letter masked", &sample(true, None)),
        Sample::of("call", &sample(false, to)),
    ]
}
