//! Texts of notices: editions, preview on an example and on a matter, putting in use.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::Ctx;
use matters::notices::KINDS;
use serde::Deserialize;
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::texts::{self, CHANNELS, Edition, FIELDS, Field};

/// How a text is written.
const HINT: &str = "字段写作 {{ number }}；可以写 {% if due %}…{% else %}…{% endif %}，不能写其他语句";

/// A text in the list.
struct Entry {
    kind: &'static str,
    kind_words: &'static str,
    channel: &'static str,
    channel_words: &'static str,
    state: String,
}

#[derive(Template)]
#[template(path = "delivery/texts.html")]
struct List {
    frame: Frame,
    entries: Vec<Entry>,
}

fn entries(tx: &mut Tx) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (kind, kind_words) in KINDS {
        for (channel, channel_words) in CHANNELS {
            let state = match texts::in_use(tx, kind, channel)? {
                None => "没有文本".to_owned(),
                Some(edition) if edition.edition == 0 => "随程序的文本".to_owned(),
                Some(edition) => format!("本局第 {} 版", edition.edition),
            };
            entries.push(Entry { kind, kind_words, channel, channel_words, state });
        }
    }
    Ok(entries)
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let entries = app.db.read(entries).await?;
    page(&List { frame: Frame::new(&app, &ctx, "告知文本", "/texts"), entries })
}

#[derive(Template)]
#[template(path = "delivery/text.html")]
struct Show {
    frame: Frame,
    kind: String,
    channel: String,
    title: String,
    form: Form,
    hint: &'static str,
    editions: Vec<Edition>,
    fields: &'static [Field],
    preview: Option<String>,
    length: String,
}

impl Edition {
    /// Its name on the page.
    fn name(&self) -> String {
        let when = self.made_at.map(|at| format!("，{}", kernel::office_minute(at))).unwrap_or_default();
        if self.edition == 0 {
            "随程序的文本".to_owned()
        } else {
            format!("第 {} 版{when}", self.edition)
        }
    }
}

async fn shown(app: &App, ctx: &Ctx, at: (String, String), form: Form, flash: Flash) -> Result<Response> {
    let (kind, channel) = at;
    let (kind_words, channel_words) = texts::wanted(&kind, &channel)?;
    let (of, by) = (kind.clone(), channel.clone());
    let editions = app.db.read(move |tx| texts::editions(tx, &of, &by)).await?;
    let used = editions.iter().find(|edition| edition.in_use).map(|edition| edition.body.clone());
    let asked = form.pairs().iter().any(|(name, _)| name == "body");
    let mut form = if asked { form } else { form.with("body", used.unwrap_or_default()) };
    let preview = match texts::fill(form.value("body"), &texts::sample()) {
        Ok(filled) => Some(filled).filter(|filled| !filled.is_empty()),
        Err(words) => {
            form.error("body", words);
            None
        }
    };
    let length = preview.as_deref().map_or_else(String::new, |filled| texts::measure(&channel, filled));
    let title = format!("{kind_words}（{channel_words}）");
    let frame = Frame::new(app, ctx, title.clone(), "/texts").flash(flash.0);
    let show =
        Show { frame, kind, channel, title, form, hint: HINT, editions, fields: FIELDS, preview, length };
    form_page(&show.form.clone(), &show)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(at): Path<(String, String)>,
    flash: Flash,
) -> Result<Response> {
    shown(&app, &ctx, at, Form::default(), flash).await
}

/// Shows the text as typed, or stores it as a new edition.
pub(super) async fn store(
    State(app): State<App>,
    Context(ctx): Context,
    Path(at): Path<(String, String)>,
    mut form: Form,
) -> Result<Response> {
    if !form.checked("store") {
        return shown(&app, &ctx, at, form, Flash::default()).await;
    }
    let (kind, channel) = at.clone();
    let (by, body) = (ctx.clone(), form.value("body").to_owned());
    match app.db.write(move |tx| texts::store(tx, &by, &kind, &channel, &body)).await {
        Ok(edition) => {
            let words = format!("已保存为第 {edition} 版，还没有启用");
            Ok(redirect(&format!("/texts/{}/{}", at.0, at.1), &words))
        }
        Err(problem) => {
            form.absorb(problem)?;
            shown(&app, &ctx, at, form, Flash::default()).await
        }
    }
}

pub(super) async fn put_in_use(
    State(app): State<App>,
    Context(ctx): Context,
    Path((kind, channel)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response> {
    let edition = form.number("edition").ok_or(Problem::NotFound)?;
    let place = format!("/texts/{kind}/{channel}");
    app.db.write(move |tx| texts::put_in_use(tx, &ctx, &kind, &channel, edition)).await?;
    Ok(redirect(&place, "已启用，从现在起的告知使用这一版"))
}

/// What is to be shown on which matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    kind: String,
    channel: String,
    edition: String,
    number: String,
}

impl Wanted {
    /// Kind, channel and number; without an edition the latest.
    pub fn of([kind, channel, number]: [&str; 3], edition: Option<i64>) -> Self {
        let edition = edition.map(|edition| edition.to_string()).unwrap_or_default();
        Self { kind: kind.to_owned(), channel: channel.to_owned(), number: number.to_owned(), edition }
    }
}

#[derive(Template)]
#[template(path = "delivery/preview.html")]
struct Preview {
    frame: Frame,
    form: Form,
    kinds: Options,
    channels: Options,
    preview: Option<String>,
    length: String,
}

fn pairs(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

/// The text on a matter within reach; without an edition the latest, which need not be in use.
pub(super) fn on_matter(tx: &mut Tx, ctx: &Ctx, wanted: &Wanted) -> Result<String> {
    texts::wanted(&wanted.kind, &wanted.channel)?;
    let matter = matters::find(tx, ctx, wanted.number.trim())?;
    let edition: Option<i64> = wanted.edition.parse().ok();
    let mut editions = texts::editions(tx, &wanted.kind, &wanted.channel)?.into_iter();
    let found = editions.find(|known| edition.is_none_or(|edition| known.edition == edition));
    let fields = texts::of(tx, ctx, &matter, &wanted.kind)?;
    let filled = texts::fill(&found.ok_or(Problem::NotFound)?.body, &fields);
    filled.map_err(|words| kernel::Refusal::new("text_wrong", words).into())
}

pub(super) async fn preview(
    State(app): State<App>,
    Context(ctx): Context,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let mut form = Form::filled([
        ("kind", wanted.kind.clone()),
        ("channel", wanted.channel.clone()),
        ("edition", wanted.edition.clone()),
        ("number", wanted.number.clone()),
    ]);
    let (by, asked) = (ctx.clone(), wanted.clone());
    let mut preview = None;
    if !wanted.number.trim().is_empty() {
        match app.db.read(move |tx| on_matter(tx, &by, &asked)).await {
            Ok(text) => preview = Some(text),
            Err(Problem::NotFound) => {
                form.error("number", "没有找到这件事项或者这一版文本，或者不在您的查看范围内");
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    let length = preview.as_deref().map_or_else(String::new, |text| texts::measure(&wanted.channel, text));
    let frame = Frame::new(&app, &ctx, "在事项上预览告知文本", "/matters");
    let shown = Preview { frame, form, kinds: pairs(KINDS), channels: pairs(CHANNELS), preview, length };
    form_page(&shown.form.clone(), &shown)
}

pub(super) fn samples() -> Vec<Sample> {
    let entry = |state: &str| Entry {
        kind: "accepted",
        kind_words: "受理告知",
        channel: "sms",
        channel_words: "短信",
        state: state.to_owned(),
    };
    let list = List {
        frame: Frame { title: "告知文本".into(), ..Frame::bare() },
        entries: vec![entry("没有文本")],
    };
    let mut form = Form::filled([("body", "您的投诉（{{ number }}）已受理".to_owned())]);
    form.error("body", "没有“phone2”这个字段");
    let edition = |edition, in_use| Edition { edition, body: "文本".into(), made_at: None, in_use };
    let show = Show {
        frame: Frame::bare(),
        kind: "accepted".into(),
        channel: "sms".into(),
        title: "受理告知（短信）".into(),
        form: form.clone(),
        hint: HINT,
        editions: vec![edition(2, false), edition(1, true), edition(0, false)],
        fields: FIELDS,
        preview: Some("您的投诉已受理".into()),
        length: "现有 7 字，按短信计 1 条".into(),
    };
    let preview = Preview {
        frame: Frame { title: "在事项上预览告知文本".into(), ..Frame::bare() },
        form,
        kinds: pairs(KINDS),
        channels: pairs(CHANNELS),
        preview: Some("您的投诉已受理".into()),
        length: String::new(),
    };
    vec![Sample::of("texts", &list), Sample::of("text", &show), Sample::of("text preview", &preview)]
}
