//! For auditors: the journal, searched by person, verb, matter, unit and days; and the read log: who opened whose personal
//! data, and why (R33).

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::{Row, Select, Tx, Way, params};
use jiff::{Timestamp, civil::Date};
use journal::Record;
use kernel::{OFFICE_ZONE, OfficerId};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, page};

use super::coded;
use crate::timeline;

/// Lines on a page.
const ENTRIES: usize = 150;

db::sql! {
    NUMBER_OF = "SELECT number FROM matter WHERE id = $1";
    OFFICER_OF = "SELECT name FROM officer WHERE id = $1";
}

const READS: &str = "SELECT r.id, r.at, r.what, r.reason, o.name AS officer_name, m.number, u.name AS unit_name \
     FROM read_log r JOIN officer o ON o.id = r.officer_id JOIN matter m ON m.id = r.matter_id JOIN unit u ON u.id = m.unit_id";

/// What the journal and the read log are narrowed by: the query of the pages and of programs.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Trace {
    #[serde(default)]
    actor: String,
    /// One day; older addresses have it.
    #[serde(default)]
    on: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    verb: String,
    #[serde(default)]
    unit: String,
    /// Where the page begins: what the page before gave as the next.
    #[serde(default)]
    pub after: String,
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
    verbs: Options,
    units: Options,
    entries: Vec<Entry>,
    next: Option<Html>,
    export: Html,
}

struct ReadLine {
    at: String,
    who: String,
    what: &'static str,
    number: String,
    unit: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "matters/reads.html")]
struct Reads {
    frame: Frame,
    form: Form,
    units: Options,
    lines: Vec<ReadLine>,
    next: Option<Html>,
}

/// Midnight at the beginning of a day, so many days later.
fn midnight(day: Date, later: i64) -> Timestamp {
    let day = day.saturating_add(jiff::Span::new().days(later));
    OFFICE_ZONE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or_default()
}

impl Trace {
    fn query(&self, after: &str) -> Html {
        let pairs = [
            ("actor", self.actor.as_str()),
            ("on", &self.on),
            ("from", &self.from),
            ("to", &self.to),
            ("number", &self.number),
            ("verb", &self.verb),
            ("unit", &self.unit),
            ("after", after),
        ];
        let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        Html(kept.map(|(key, value)| format!("{key}={}", coded(value))).collect::<Vec<_>>().join("&amp;"))
    }

    fn form(&self) -> Form {
        let value = |text: &String| text.clone();
        Form::filled([
            ("actor", value(&self.actor)),
            ("from", if self.from.is_empty() { value(&self.on) } else { value(&self.from) }),
            ("to", if self.to.is_empty() { value(&self.on) } else { value(&self.to) }),
            ("number", value(&self.number)),
            ("verb", value(&self.verb)),
            ("unit", value(&self.unit)),
        ])
    }

    /// First instant, and the one after the last.
    fn days(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let day = |text: &String| text.parse::<Date>().ok();
        let (first, last) = (day(&self.from).or(day(&self.on)), day(&self.to).or(day(&self.on)));
        (first.map(|day| midnight(day, 0)), last.map(|day| midnight(day, 1)))
    }
}

impl Trace {
    /// What was asked, for people: the head of an export.
    pub(super) fn told(self) -> [(&'static str, String); 6] {
        let day = |own: String, both: &str| if own.is_empty() { both.to_owned() } else { own };
        [
            ("人员", self.actor),
            ("从哪天", day(self.from, &self.on)),
            ("到哪天", day(self.to, &self.on)),
            ("事项编号", self.number),
            ("做了什么", self.verb),
            ("岗位所在机构", self.unit),
        ]
    }
}

/// The journal narrowed by `trace`, a page after its cursor, newest first; read with [`Record::read`].
pub fn traced(trace: &Trace) -> Select {
    traced_by(trace).pages("j.at, j.id", Way::Down, ENTRIES, trace.after.parse().ok().as_ref())
}

/// The journal narrowed to what was asked, not cut into pages yet.
pub(super) fn traced_by(trace: &Trace) -> Select {
    let mut list = journal::lately();
    if !trace.actor.is_empty() {
        list = list.and("j.actor = ?", params![trace.actor]);
    }
    let (from, before) = trace.days();
    list = list.and_some("j.at >= ?", from.as_ref()).and_some("j.at < ?", before.as_ref());
    if !trace.number.is_empty() {
        list =
            list.and("j.matter_id IN (SELECT m.id FROM matter m WHERE m.number = ?)", params![trace.number]);
    }
    if !trace.verb.is_empty() {
        list = list.and("j.verb = ?", params![trace.verb]);
    }
    if !trace.unit.is_empty() {
        // A post is written as `unit role`: a blank is followed by an exclamation mark in every code table.
        let (first, beyond) = (format!("{} ", trace.unit), format!("{}!", trace.unit));
        list = list.and("j.post >= ? AND j.post < ?", params![first, beyond]);
    }
    list
}

fn units(tx: &mut Tx) -> Result<Options> {
    Ok(people::units(tx)?.into_iter().map(|unit| (unit.name.clone(), unit.name)).collect())
}

/// What a row is about, for people: an officer by name; ids of other things say nothing to anybody.
fn subject_words(tx: &mut Tx, subject: &str) -> Result<String> {
    let Ok(id) = subject.parse::<OfficerId>() else { return Ok(subject.to_owned()) };
    let name = tx.one(&OFFICER_OF, &params![id])?.map(|row| row.get("name")).transpose()?;
    Ok(name.unwrap_or_default())
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(trace): Query<Trace>,
) -> Result<Response> {
    let list = traced(&trace);
    let load = move |tx: &mut Tx| {
        let found = tx.page(&list, Record::read)?;
        let mut entries = Vec::new();
        for record in found.rows {
            let number = match record.matter {
                Some(id) => tx.one(&NUMBER_OF, &params![id])?.map(|row| row.get("number")).transpose()?,
                None => None,
            };
            let subject = subject_words(tx, &record.subject)?;
            entries.push(Entry { line: timeline::line(&record), number, subject });
        }
        Ok::<_, Problem>((entries, found.next, units(tx)?))
    };
    let (entries, next, units) = app.db.read(load).await?;
    let next = next.map(|after| trace.query(&after.to_string()));
    let export = web::export_link(&ctx, "journal", &trace.query("").0);
    let frame = Frame::new(&app, &ctx, "日志", "/audit");
    page(&Audit { frame, form: trace.form(), verbs: timeline::verbs(), units, entries, next, export })
}

/// The read log narrowed by `trace`, a page after its cursor, newest first.
pub fn looked(trace: &Trace) -> Select {
    let mut list = Select::from(READS);
    if !trace.actor.is_empty() {
        list = list.and("o.name = ?", params![trace.actor]);
    }
    let (from, before) = trace.days();
    list = list.and_some("r.at >= ?", from.as_ref()).and_some("r.at < ?", before.as_ref());
    if !trace.number.is_empty() {
        list = list.and("m.number = ?", params![trace.number]);
    }
    if !trace.unit.is_empty() {
        list = list.and("u.name = ?", params![trace.unit]);
    }
    list.pages("r.at, r.id", Way::Down, ENTRIES, trace.after.parse().ok().as_ref())
}

/// What was opened, in words, by the word the read log has for it.
pub fn looked_at(what: &str) -> &'static str {
    if what.starts_with("attachment:") { "附件原件" } else { "人员信息" }
}

fn read_line(row: &Row) -> Result<ReadLine, db::Error> {
    let what: String = row.get("what")?;
    Ok(ReadLine {
        at: kernel::office_minute(row.get("at")?),
        who: row.get("officer_name")?,
        what: looked_at(&what),
        number: row.get("number")?,
        unit: row.get("unit_name")?,
        reason: row.get("reason")?,
    })
}

pub(super) async fn reads(
    State(app): State<App>,
    Context(ctx): Context,
    Query(trace): Query<Trace>,
) -> Result<Response> {
    let list = looked(&trace);
    let load = move |tx: &mut Tx| Ok::<_, Problem>((tx.page(&list, read_line)?, units(tx)?));
    let (found, units) = app.db.read(load).await?;
    let next = found.next.map(|after| trace.query(&after.to_string()));
    let frame = Frame::new(&app, &ctx, "个人信息查看记录", "/audit");
    page(&Reads { frame, form: trace.form(), units, lines: found.rows, next })
}

pub(super) fn widest() -> Vec<Select> {
    let all = |text: &str| text.to_owned();
    let trace = Trace {
        actor: all("张"),
        on: String::new(),
        from: all("2026-01-01"),
        to: all("2026-12-31"),
        number: all("TS-1"),
        verb: all("register"),
        unit: all("中山所"),
        after: db::Cursor::of(params![1, kernel::JournalId::from_uuid(Default::default())]).to_string(),
    };
    vec![traced(&trace), looked(&trace)]
}

pub(super) fn samples() -> Vec<Sample> {
    let line = timeline::Line {
        at: "2026-11-24 09:00".into(),
        who: "张伟".into(),
        what: "登记".into(),
        more: String::new(),
    };
    let units: Options = vec![("中山所".into(), "中山所".into())];
    let audit = Audit {
        frame: Frame::bare(),
        form: Form::default(),
        verbs: timeline::verbs(),
        units: units.clone(),
        entries: vec![Entry { line, number: Some("TS-1".into()), subject: String::new() }],
        next: Some(Html("after=1".into())),
        export: Html::default(),
    };
    let line = ReadLine {
        at: "2026-11-24 09:00".into(),
        who: "张伟".into(),
        what: "人员信息",
        number: "TS-1".into(),
        unit: "中山所".into(),
        reason: "电话告知受理结果".into(),
    };
    let reads = Reads {
        frame: Frame::bare(),
        form: Form::default(),
        units,
        lines: vec![line],
        next: Some(Html("after=1".into())),
    };
    vec![Sample::of("audit", &audit), Sample::of("reads", &reads)]
}
