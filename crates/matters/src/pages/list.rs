//! All matters within reach, filtered and searched; and the journal for auditors.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::{Engine, Select, params};
use jiff::civil::Date;
use journal::Record;
use kernel::Ctx;
use law::Law;
use serde::Deserialize;
use web::{App, Context, Form, Frame, Options, Problem, Result, Sample, page};

use super::{Line, NAMED, line_of, named, sample_line};
use crate::{Kind, Phase, search, timeline};

const LINES: usize = 50;

db::sql! {
    NUMBER_OF = "SELECT number FROM matter WHERE id = $1";
    TRADER_NAME = "SELECT name FROM trader WHERE id = $1";
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    goods: String,
    #[serde(default)]
    problem: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    on_time: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    closed_from: String,
    #[serde(default)]
    closed_to: String,
    #[serde(default)]
    after: String,
}

impl Filter {
    fn narrow(&self, mut list: Select, engine: Engine) -> Select {
        for (value, condition) in [
            (&self.kind, "m.kind = ?"),
            (&self.phase, "m.phase = ?"),
            (&self.channel, "m.channel = ?"),
            (&self.outcome, "m.outcome = ?"),
            (&self.on_time, "m.on_time = ?"),
        ] {
            if !value.is_empty() {
                list = list.and(condition, params![value]);
            }
        }
        for (value, condition) in [
            (&self.goods, "m.goods >= ? AND m.goods < ?"),
            (&self.problem, "m.problem >= ? AND m.problem < ?"),
        ] {
            if !value.is_empty() {
                list = list.and(condition, params![value, format!("{value}~")]);
            }
        }
        if !self.unit.is_empty() {
            list = list.and("u.code = ?", params![self.unit]);
        }
        for (value, condition) in [
            (&self.from, "m.received_on >= ?"),
            (&self.to, "m.received_on <= ?"),
            (&self.closed_from, "m.closed_on >= ?"),
            (&self.closed_to, "m.closed_on <= ?"),
        ] {
            if value.parse::<Date>().is_ok() {
                list = list.and(condition, params![value]);
            }
        }
        let list = search::narrow(list, engine, &self.q);
        match self.after.split_once('|').and_then(|(at, number)| Some((at.parse::<i64>().ok()?, number))) {
            Some((at, number)) => list.and("(m.received_at, m.number) < (?, ?)", params![at, number]),
            None => list,
        }
    }

    fn query(&self, after: &str) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("phase", &self.phase),
            ("channel", &self.channel),
            ("goods", &self.goods),
            ("problem", &self.problem),
            ("outcome", &self.outcome),
            ("unit", &self.unit),
            ("on_time", &self.on_time),
            ("from", &self.from),
            ("to", &self.to),
            ("closed_from", &self.closed_from),
            ("closed_to", &self.closed_to),
            ("after", after),
        ];
        let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        kept.map(|(key, value)| format!("{key}={}", web::escape(&coded(value))))
            .collect::<Vec<_>>()
            .join("&amp;")
    }
}

/// Percent-coded for an address.
pub(super) fn coded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "matters/list.html")]
struct List {
    frame: Frame,
    form: Form,
    kinds: Options,
    phases: Options,
    channels: Options,
    lines: Vec<Line>,
    next: Option<web::Html>,
}

fn options() -> (Options, Options, Options) {
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    (
        Kind::ALL.iter().map(|kind| pair(kind.code(), kind.label())).collect(),
        Phase::ALL.iter().map(|phase| pair(phase.code(), phase.label())).collect(),
        Law::shipped()
            .classification
            .channels
            .iter()
            .map(|listed| pair(&listed.code, &listed.name))
            .collect(),
    )
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let engine = app.db.engine();
    let list =
        filter.narrow(named(NAMED, &ctx), engine).order("m.received_at DESC, m.number DESC").limit(LINES + 1);
    let today = ctx.today();
    let rows = app.db.read(move |tx| tx.select(&list)).await?;
    let mut lines = rows.iter().map(|row| line_of(row, today)).collect::<Result<Vec<_>, _>>()?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let last = rows.get(lines.len().saturating_sub(1)).filter(|_| more);
    let next = last.map(|row| {
        Ok::<_, db::Error>(format!("{}|{}", row.get::<i64>("received_at")?, row.get::<String>("number")?))
    });
    let next = next.transpose()?.map(|after| web::Html(filter.query(&after)));
    let (kinds, phases, channels) = options();
    let values = [
        ("q", filter.q),
        ("kind", filter.kind),
        ("phase", filter.phase),
        ("channel", filter.channel),
        ("from", filter.from),
        ("to", filter.to),
    ];
    let frame = Frame::new(&app, &ctx, "事项", "/matters");
    page(&List { frame, form: Form::filled(values), kinds, phases, channels, lines, next })
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Trace {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    on: String,
}

struct Entry {
    line: timeline::Line,
    number: Option<String>,
    subject: String,
}

#[derive(Template)]
#[template(path = "matters/audit.html")]
struct Audit {
    frame: Frame,
    form: Form,
    entries: Vec<Entry>,
}

fn traced(trace: &Trace) -> Select {
    let mut list = journal::lately();
    if !trace.actor.is_empty() {
        list = list.and("j.actor = ?", params![trace.actor]);
    }
    if let Ok(day) = trace.on.parse::<Date>() {
        let start = kernel::OFFICE_ZONE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or_default();
        let end = start.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(start);
        list = list.and("j.at >= ? AND j.at < ?", params![start, end]);
    }
    list.order("j.at DESC, j.seq DESC").limit(200)
}

pub(super) async fn audit(
    State(app): State<App>,
    Context(ctx): Context,
    Query(trace): Query<Trace>,
) -> Result<Response> {
    let list = traced(&trace);
    let entries = app
        .db
        .read(move |tx| {
            let rows = tx.select(&list)?;
            let mut entries = Vec::new();
            for row in &rows {
                let record = Record::read(row)?;
                let number = match record.matter {
                    Some(id) => tx.one(&NUMBER_OF, &params![id])?.map(|row| row.get("number")).transpose()?,
                    None => None,
                };
                entries.push(Entry { line: timeline::line(&record), number, subject: record.subject });
            }
            Ok::<_, Problem>(entries)
        })
        .await?;
    let form = Form::filled([("actor", trace.actor), ("on", trace.on)]);
    page(&Audit { frame: Frame::new(&app, &ctx, "日志", "/audit"), form, entries })
}

pub(super) fn widest(ctx: &Ctx) -> Vec<Select> {
    let all = |text: &str| text.to_owned();
    let filter = Filter {
        q: all("退货"),
        kind: all("complaint"),
        phase: all("new"),
        channel: all("phone"),
        goods: all("G01"),
        problem: all("P01"),
        outcome: all("settled"),
        unit: all("00"),
        on_time: all("yes"),
        from: all("2026-01-01"),
        to: all("2026-12-31"),
        closed_from: all("2026-01-01"),
        closed_to: all("2026-12-31"),
        after: all("1|x"),
    };
    let trace = Trace { actor: all("张"), on: all("2026-01-01") };
    // The text is the same on both engines; only the search parameter differs.
    let list =
        filter.narrow(named(NAMED, ctx), Engine::Sqlite).order("m.received_at DESC, m.number DESC").limit(1);
    vec![list, traced(&trace)]
}

pub(super) fn samples() -> Vec<Sample> {
    let (kinds, phases, channels) = options();
    let list = List {
        frame: Frame::bare(),
        form: Form::default(),
        kinds,
        phases,
        channels,
        lines: vec![sample_line()],
        next: Some(web::Html("after=1".into())),
    };
    let line = timeline::Line {
        at: "2026-11-24 09:00".into(),
        who: "张伟".into(),
        what: "登记".into(),
        more: String::new(),
    };
    let entries = vec![Entry { line, number: Some("TS-1".into()), subject: String::new() }];
    vec![
        Sample::of("matters", &list),
        Sample::of("audit", &Audit { frame: Frame::bare(), form: Form::default(), entries }),
    ]
}
