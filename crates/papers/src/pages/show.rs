//! A paper with what may be done with it, and in print.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, PaperId};
use matters::Matter;
use web::{App, Context, Flash, Frame, Html, Result, Sample, page};

use super::sheet::{Sheet, pitch};
use crate::{
    deadline,
    document::Document,
    edition, form, opening,
    paper::{self, Paper},
    print,
    procedure::{Act, State as Stand},
    values::{self, Sight},
    verify,
};

#[derive(Template)]
#[template(path = "papers/show.html")]
struct Show {
    frame: Frame,
    matter: String,
    address: String,
    title: String,
    number: String,
    state: Stand,
    facts: Vec<(&'static str, String)>,
    version: i64,
    acts: Vec<Act>,
    /// Whether a notice can be planned with it.
    may_tell: bool,
    /// Whether its personal fields can be opened, and are not.
    may_open: bool,
    style: &'static str,
    watermark: &'static str,
    pitch: &'static str,
    paper: Html,
}

impl Show {
    /// Acts that ask nothing are buttons; those that ask for words are links.
    fn asks(act: &Act) -> bool {
        matches!(act, Act::Amend | Act::SendBack | Act::Void)
    }
}

impl Show {
    /// Giving a draft up must not look like the next step.
    fn tone(act: &Act) -> &'static str {
        if *act == Act::Discard { " danger" } else { "" }
    }
}

pub(super) struct Opened {
    matter: Matter,
    pub paper: Paper,
    pub document: Document,
    pub heading: print::Heading,
    tell_by: Option<String>,
    pub sight: Sight,
}

pub(super) fn open(tx: &mut Tx, ctx: &Ctx, number: &str, id: PaperId) -> Result<Opened> {
    let matter = matters::find(tx, ctx, number)?;
    let paper = paper::find(tx, &matter, id)?;
    let sight = opening::sight(tx, ctx, &matter, &paper)?;
    let values = values::seen(paper.form()?, &paper.values(ctx)?, sight);
    let document = paper.document(matter.kind, &values)?;
    let heading = print::Heading { check: verify::printed(tx, ctx, &paper)?, ..paper.heading() };
    let tell_by = if matches!(paper.state, Stand::Void | Stand::Discarded) {
        None
    } else {
        deadline::of(tx, ctx, &matter, &paper.notice_kind)?.as_ref().map(deadline::words)
    };
    Ok(Opened { matter, paper, document, heading, tell_by, sight })
}

fn facts(paper: &Paper, tell_by: Option<&String>) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("起草", format!("{} {}", paper.drafter, kernel::office_minute(paper.drafted_at))),
        ("批准", paper.approver.clone().unwrap_or_default()),
        ("签发日期", paper.issued_on.map_or_else(String::new, |day| day.to_string())),
        ("最迟告知", tell_by.cloned().unwrap_or_default()),
        ("退回意见", paper.returned_words.clone()),
        ("作废理由", paper.void_reason.clone()),
    ];
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
    flash: Flash,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let opened = app.db.read(move |tx| open(tx, &by, &seen, id)).await?;
    let Opened { matter, paper, document, heading, tell_by, sight } = &opened;
    let form = paper.form()?;
    page(&Show {
        frame: Frame::new(&app, &ctx, paper.title.clone(), "/matters").flash(flash.0),
        matter: matter.number.clone(),
        address: format!("/matters/{number}/papers/{id}"),
        title: paper.title.clone(),
        number: paper.number.clone().unwrap_or_default(),
        state: paper.state,
        facts: facts(paper, tell_by.as_ref()),
        version: paper.version,
        acts: paper.lawful(&ctx, matter),
        may_tell: paper.number.is_some()
            && paper.state.stands()
            && paper::may_draft(&ctx, form, matter).is_ok(),
        may_open: *sight != Sight::Clear && opening::may_open(&ctx, matter.kind),
        style: web::PAPER.path(),
        watermark: watermark(paper, *sight),
        pitch: pitch(document, heading),
        paper: Html(print::html(document, heading, 2)),
    })
}

/// What stands across the page: a masked print must never be taken for the paper.
pub(super) fn watermark(paper: &Paper, sight: Sight) -> &'static str {
    match (paper.state.watermark(), sight) {
        ("", Sight::Masked | Sight::Hidden) => "遮盖件",
        (words, _) => words,
    }
}

pub(super) async fn print(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let (by, seen) = (ctx.clone(), number.clone());
    let opened = app.db.read(move |tx| open(tx, &by, &seen, id)).await?;
    let Opened { matter, paper, document, heading, sight, .. } = &opened;
    let address = format!("/matters/{number}/papers/{id}");
    let mut sheet = Sheet::new(document, heading, watermark(paper, *sight));
    sheet.links.push((address.clone(), "返回"));
    sheet.links.push((format!("{address}/docx"), "下载 Word"));
    sheet.links.push((format!("{address}/pdf"), "下载 PDF"));
    if *sight != Sight::Clear {
        "个人信息已遮盖，不能送达。".clone_into(&mut sheet.words);
        if opening::may_open(&ctx, matter.kind) {
            sheet.links.push((format!("{address}/opening"), "显示完整内容（须填理由）"));
        }
    }
    page(&sheet)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for form in form::all() {
        for own in &form.editions {
            let draft = edition::Draft {
                title: own.title.clone(),
                text: form.text_of(own).to_owned(),
                note: String::new(),
            };
            let Ok((document, heading)) = edition::on_sample(form, own.series(), &draft) else {
                samples.push(Sample { name: "print", html: format!("<!-- {} -->", form.key) });
                continue;
            };
            let mut sheet = Sheet::new(&document, &heading, "草稿");
            sheet.links.push(("/matters/1".to_owned(), "返回"));
            samples.push(Sample::of("print", &sheet));
            samples.push(Sample::of("paper", &sample(&document, &heading)));
        }
    }
    samples
}

fn sample(document: &Document, heading: &print::Heading) -> Show {
    Show {
        frame: Frame { title: heading.title.clone(), ..Frame::bare() },
        matter: "TS-1".into(),
        address: "/matters/TS-1/papers/1".into(),
        title: heading.title.clone(),
        number: heading.number.clone().unwrap_or_default(),
        state: Stand::Submitted,
        facts: vec![("起草", "张伟".into())],
        version: 1,
        acts: Act::ALL.to_vec(),
        may_tell: true,
        may_open: true,
        style: web::PAPER.path(),
        watermark: "草稿",
        pitch: "",
        paper: Html(print::html(document, heading, 2)),
    }
}

/// A document that is not a paper's: an edition tried on a real matter.
pub(super) fn trial(document: &Document, title: &str, back: String) -> Result<Response> {
    let heading = print::Heading { title: title.to_owned(), ..print::Heading::default() };
    let mut sheet = Sheet::new(document, &heading, "试印");
    sheet.links.push((back, "返回"));
    page(&sheet)
}
