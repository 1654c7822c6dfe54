//! Papers that wait: for a head's approval, or for their drafter to go on.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{Row, Select, Tx, params};
use kernel::{Ctx, PaperId, Permission};
use matters::ways::Way;
use web::{App, Context, Flash, Frame, Result, Sample, page};

/// A waiting paper.
struct Line {
    id: PaperId,
    title: String,
    matter: String,
    drafter: String,
    since: String,
    words: String,
}

#[derive(Template)]
#[template(path = "papers/list.html")]
struct List {
    frame: Frame,
    /// (heading, what stands when there is none, lines).
    parts: [(&'static str, &'static str, Vec<Line>); 2],
}

const HEAD: &str = "SELECT p.id, p.title, p.returned_words, p.changed_at, m.number AS matter, d.name AS drafter FROM paper p \
                    JOIN matter m ON m.id = p.matter_id JOIN officer d ON d.id = p.drafted_by";

/// At most so many of each.
const MOST: usize = 200;

/// Submitted papers of matters within reach, the longest waiting first.
pub(super) fn submitted(ctx: &Ctx) -> Select {
    let (condition, values) = matters::visible(ctx);
    Select::from(HEAD)
        .and("p.state = 'submitted'", [])
        .and(condition, values)
        .order("p.changed_at, p.id")
        .limit(MOST)
}

/// The actor's own drafts, those that came back included.
pub(super) fn own(ctx: &Ctx) -> Option<Select> {
    let (condition, values) = matters::visible(ctx);
    let drafts =
        Select::from(HEAD).and("p.state = 'drafted' AND p.drafted_by = ?", params![ctx.officer().ok()?.id]);
    Some(drafts.and(condition, values).order("p.changed_at, p.id").limit(MOST))
}

/// Each list as it is asked.
pub(crate) fn widest(ctx: &Ctx) -> Vec<Select> {
    [Some(submitted(ctx)), own(ctx)].into_iter().flatten().collect()
}

fn read(row: &Row) -> Result<Line, db::Error> {
    Ok(Line {
        id: row.get("id")?,
        title: row.get("title")?,
        matter: row.get("matter")?,
        drafter: row.get("drafter")?,
        since: kernel::office_minute(row.get("changed_at")?),
        words: row.get("returned_words")?,
    })
}

const PARTS: [(&str, &str); 2] = [
    ("待审批", "没有待审批的文书。承办人送审后会列在这里。"),
    ("我起草的", "没有未送审的文书。在事项页面点“起草文书”开始。"),
];

pub(super) async fn show(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let lists = app.db.read(move |tx| {
        let mut of = |list: Option<Select>| -> Result<Vec<Line>> {
            let rows = list.map(|list| tx.select(&list)).transpose()?.unwrap_or_default();
            Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
        };
        Ok::<_, web::Problem>([of(Some(submitted(&by)))?, of(own(&by))?])
    });
    let [waiting, drafts] = lists.await?;
    let [(first, none), (second, nothing)] = PARTS;
    let frame = Frame::new(&app, &ctx, "文书", "/papers").flash(flash.0);
    page(&List { frame, parts: [(first, none, waiting), (second, nothing, drafts)] })
}

/// How many papers wait: for the head's approval, or, for whoever drafts, drafts to go on with.
///
/// # Errors
/// A fault when the database does not answer.
pub fn way(tx: &mut Tx, ctx: &Ctx) -> Result<Option<Way>> {
    if ctx.may(Permission::ViewMatters).is_err() {
        return Ok(None);
    }
    let approves = ctx.may(Permission::Approve).is_ok();
    let (label, list) =
        if approves { ("文书待批", Some(submitted(ctx))) } else { ("我起草的文书", own(ctx)) };
    let count = list.map(|list| tx.select(&list)).transpose()?.map_or(0, |rows| rows.len());
    Ok(Some(Way { href: "/papers", label, count, what: "份" }))
}

pub(super) fn samples() -> Vec<Sample> {
    let line = || Line {
        id: PaperId::from_uuid(Default::default()),
        title: "投诉受理决定书".into(),
        matter: "TS-2301-2026-00012".into(),
        drafter: "张伟".into(),
        since: "2026-11-24 09:30".into(),
        words: "联系人写全名".into(),
    };
    let [(first, none), (second, nothing)] = PARTS;
    let frame = Frame { title: "文书".into(), ..Frame::bare() };
    vec![Sample::of(
        "papers",
        &List { frame, parts: [(first, none, Vec::new()), (second, nothing, vec![line()])] },
    )]
}
