//! Reports as they are kept.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, MatterId, OfficerId, Permission, Refusal, kind};
use numerals::{Finding, Ledger};
use serde_json::json;
use web::{Problem, Result};

use super::{
    Difference, Example, Frozen, Made, Office, Outward, State, digest, examples, frozen,
    procedure::WRITERS,
    seals::Seals,
    text::{place, title_of},
};
use crate::{book::Book, compute::Period};

/// An id of a report.
pub type SummaryId = Id<kind::Journal>;

/// The template whose reports are published.
const PUBLICITY: &str = "publicity";
/// How a template marks what the writer fills in.
pub(super) const TO_FILL: &str = "（待起草人填写";

db::sql! {
    INSERT = "INSERT INTO summary (id, title, template, template_digest, unit_id, unit_path, period_from, period_to, as_of, made_by, body, book, about_id, \
              series, word, has_head, mark) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    VERSION = "INSERT INTO summary_version (summary_id, version, title, body, seals, note, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIGURE = "INSERT INTO summary_figure (summary_id, place, fact, name, figure, version, params, part, whole, base_part, base_whole, words, query_digest, rows_digest) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    // Heads also find what a unit above theirs has submitted: who heads it may have written it, and does not review it.
    LIST = "SELECT s.id, s.title, s.template, s.unit_id, s.unit_path, u.name AS unit, s.period_from, s.period_to, s.as_of, o.name AS maker, s.handed_in_at, \
            s.state, s.version, s.reviewed_by, s.about_id, s.series, s.word, s.has_head, s.mark, '' AS body, '' AS book, '' AS seals, s.as_of AS written_at \
            FROM summary s JOIN unit u ON u.id = s.unit_id JOIN officer o ON o.id = s.made_by \
            WHERE (s.unit_path >= $1 AND s.unit_path < $2 OR CAST($4 AS TEXT) = 'head' AND s.about_id IS NULL \
            AND s.state NOT IN ('draft', 'discarded') AND substr($1, 1, length(s.unit_path)) = s.unit_path) \
            AND (s.about_id IS NULL OR s.about_id = $3 OR CAST($4 AS TEXT) = 'head') \
            ORDER BY s.as_of DESC, s.id DESC LIMIT 100";
    ONE = "SELECT s.id, s.title, s.template, s.unit_id, s.unit_path, u.name AS unit, s.period_from, s.period_to, s.as_of, o.name AS maker, s.handed_in_at, \
           s.state, s.version, s.reviewed_by, s.about_id, s.series, s.word, s.has_head, s.mark, v.body, s.book, v.seals, v.made_at AS written_at \
           FROM summary s JOIN unit u ON u.id = s.unit_id JOIN officer o ON o.id = s.made_by \
           JOIN summary_version v ON v.summary_id = s.id AND v.version = s.version \
           WHERE s.id = $1 AND (s.unit_path >= $2 AND s.unit_path < $3 OR CAST($5 AS TEXT) = 'head' AND s.about_id IS NULL \
           AND s.state NOT IN ('draft', 'discarded') AND substr($2, 1, length(s.unit_path)) = s.unit_path) \
           AND (s.about_id IS NULL OR s.about_id = $4 OR CAST($5 AS TEXT) = 'head')";
    FIGURES_OF = "SELECT fact, name, figure, version, params, part, whole, base_part, base_whole, words, query_digest, rows_digest \
                  FROM summary_figure WHERE summary_id = $1 ORDER BY place";
    OFFICERS = "SELECT DISTINCT o.id, o.name FROM post p JOIN unit u ON u.id = p.unit_id JOIN officer o ON o.id = p.officer_id \
                WHERE u.path >= $1 AND u.path < $2 AND o.enabled = TRUE AND p.to_day IS NULL ORDER BY o.name, o.id";
    OFFICES = "SELECT id, name, path FROM unit WHERE closed_on IS NULL AND path >= $1 AND path < $2 ORDER BY path";
}

/// A kept report. In lists without text and figures.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id.
    pub id: SummaryId,
    /// Its title.
    pub title: String,
    /// The key of its template.
    pub template: String,
    /// How it goes out.
    pub outward: Outward,
    /// Of whom.
    pub office: Office,
    /// Over what.
    pub period: Period,
    /// The instant of its snapshot.
    pub as_of: Timestamp,
    /// Who made it.
    pub maker: String,
    /// When it was handed in.
    pub handed_in: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// The version of its text, from 1.
    pub version: i64,
    /// Who reviewed it.
    pub reviewed_by: Option<OfficerId>,
    /// The officer it is about, where it is about one.
    pub about: Option<OfficerId>,
    /// When this version was written.
    pub written_at: Timestamp,
    /// Its text.
    pub text: String,
    /// Which number of the text came from which figure.
    pub seals: Seals,
    /// The figures it was made with.
    pub figures: Vec<Frozen>,
    /// The matters it tells of.
    pub examples: Vec<Example>,
    pub(super) book: String,
}

/// The range of unit paths that the actor reaches.
pub(super) fn within(ctx: &Ctx) -> Result<[String; 2]> {
    let path = ctx.officer()?.unit_path.clone();
    let beyond = format!("{path}~");
    Ok([path, beyond])
}

/// Who may read what is written about one officer: that officer, and whoever may approve.
fn as_head(ctx: &Ctx) -> &'static str {
    if ctx.may(Permission::Approve).is_ok() { "head" } else { "" }
}

/// The units for which the actor may make reports: the own one and those below it.
///
/// # Errors
/// A fault of the database.
pub fn offices(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Office>> {
    let [path, beyond] = within(ctx)?;
    let read = |row: &Row| {
        Ok::<_, db::Error>(Office { id: row.get("id")?, name: row.get("name")?, path: row.get("path")? })
    };
    Ok(tx.query(&OFFICES, &params![path, beyond])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The officers about whom the actor may make a report (述职报告): himself or herself; a head also those of the units below.
///
/// # Errors
/// A fault of the database.
pub fn officers(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<(OfficerId, String)>> {
    let own = ctx.officer()?;
    let mut all = vec![(own.id, own.name.clone())];
    if !as_head(ctx).is_empty() {
        let [path, beyond] = within(ctx)?;
        for row in tx.query(&OFFICERS, &params![path, beyond])? {
            let (id, name) = (row.get("id")?, row.get("name")?);
            if id != own.id {
                all.push((id, name));
            }
        }
    }
    Ok(all)
}

/// Passes when the actor may write reports at all.
///
/// # Errors
/// A refusal without the right.
pub fn may_write(ctx: &Ctx) -> Result<(), Refusal> {
    if WRITERS.contains(&ctx.officer()?.role) {
        return Ok(());
    }
    Err(Refusal::new("not_permitted", "您的岗位只能查看总结，不能起草"))
}

/// Keeps a report as it was made: as of the instant of `ctx`, under which its snapshot was read.
///
/// # Errors
/// A refusal where the unit lies outside the actor's own, or the actor may not write.
pub fn keep(tx: &mut Tx, ctx: &Ctx, made: &Made) -> Result<SummaryId> {
    may_write(ctx)?;
    let officer = ctx.officer()?;
    if !made.office.path.starts_with(&officer.unit_path) {
        return Err(Problem::NotFound);
    }
    let (id, office, period): (SummaryId, _, _) = (ctx.id(), &made.office, made.period);
    let template = (made.template.key.as_ref(), digest(&made.template.source));
    let values = params![
        id,
        made.title,
        template.0,
        template.1,
        office.id,
        office.path,
        period.from,
        period.to,
        ctx.now,
        officer.id,
        made.text,
        made.book.to_json(),
        made.about
    ];
    tx.execute(&INSERT, &[values.as_slice(), &made.template.outward.columns()].concat())?;
    let seals = Seals::of(&made.claims, &made.ledger);
    write(tx, ctx, (id, 1), (&made.title, &made.text), &seals, "")?;
    keep_figures(tx, id, &made.figures)?;
    let detail = json!({ "title": made.title, "figures": made.figures.len(), "text": mark(&made.text) });
    journal::note(tx, ctx, &id.to_string(), "summary_made", &detail)?;
    Ok(id)
}

/// What the journal keeps of a text.
pub(super) fn mark(text: &str) -> String {
    kernel::hex(&kernel::sm3(text.as_bytes()))
}

/// Writes a version.
pub(super) fn write(
    tx: &mut Tx,
    ctx: &Ctx,
    (id, version): (SummaryId, i64),
    (title, text): (&str, &str),
    seals: &Seals,
    note: &str,
) -> Result<()> {
    let seals = serde_json::to_string(seals).map_err(|error| Problem::Fault(error.to_string()))?;
    tx.put(&VERSION, &params![id, version, title, text, seals, note, ctx.officer()?.id, ctx.now])?;
    Ok(())
}

fn keep_figures(tx: &mut Tx, id: SummaryId, figures: &[Frozen]) -> Result<()> {
    for (figure, place) in figures.iter().zip(1_i64..) {
        let [part, whole, base_part, base_whole] = figure.numbers;
        let values = params![
            id,
            place,
            figure.fact,
            figure.name,
            figure.figure,
            i64::from(figure.version),
            figure.params,
            part,
            whole,
            base_part,
            base_whole,
            figure.words,
            figure.query_digest,
            figure.rows_digest
        ];
        tx.put(&FIGURE, &values)?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Kept, db::Error> {
    let seals: String = row.get("seals")?;
    Ok(Kept {
        id: row.get("id")?,
        title: row.get("title")?,
        template: row.get("template")?,
        outward: Outward::read(row)?,
        office: Office { id: row.get("unit_id")?, name: row.get("unit")?, path: row.get("unit_path")? },
        period: Period { from: row.get("period_from")?, to: row.get("period_to")? },
        as_of: row.get("as_of")?,
        maker: row.get("maker")?,
        handed_in: row.get("handed_in_at")?,
        state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Discarded),
        version: row.get("version")?,
        reviewed_by: row.get("reviewed_by")?,
        about: row.get("about_id")?,
        written_at: row.get("written_at")?,
        text: row.get("body")?,
        seals: serde_json::from_str(&seals).unwrap_or_default(),
        figures: Vec::new(),
        examples: Vec::new(),
        book: row.get("book")?,
    })
}

/// The newest hundred reports of the actor's unit and those below it; for heads also those that the units above submitted.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Kept>> {
    let [path, beyond] = within(ctx)?;
    let values = params![path, beyond, ctx.officer()?.id, as_head(ctx)];
    Ok(tx.query(&LIST, &values)?.iter().map(read).collect::<Result<_, _>>()?)
}

/// A report with its text and its figures.
///
/// # Errors
/// [`Problem::NotFound`], also beyond the actor's reach.
pub fn find(tx: &mut Tx, ctx: &Ctx, id: SummaryId) -> Result<Kept> {
    let [path, beyond] = within(ctx)?;
    let values = params![id, path, beyond, ctx.officer()?.id, as_head(ctx)];
    let row = tx.one(&ONE, &values)?.ok_or(Problem::NotFound)?;
    let figure = |row: &Row| {
        Ok::<_, db::Error>(Frozen {
            fact: row.get("fact")?,
            name: row.get("name")?,
            figure: row.get("figure")?,
            version: u32::try_from(row.get::<i64>("version")?).unwrap_or(0),
            params: row.get("params")?,
            numbers: [row.get("part")?, row.get("whole")?, row.get("base_part")?, row.get("base_whole")?],
            words: row.get("words")?,
            query_digest: row.get("query_digest")?,
            rows_digest: row.get("rows_digest")?,
        })
    };
    let figures = tx.query(&FIGURES_OF, &params![id])?.iter().map(figure).collect::<Result<_, _>>()?;
    Ok(Kept { figures, examples: examples::of(tx, id)?, ..read(&row)? })
}

impl Kept {
    /// What it would say differently now; nothing is changed by asking.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn again(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Difference>> {
        let mut found = frozen::differences(tx, ctx, self, &self.office)?;
        for example in &self.examples {
            found.extend(example.differences(tx, ctx)?);
        }
        Ok(found)
    }

    /// The numbers of its snapshot.
    ///
    /// # Errors
    /// A refusal where they were not kept: the report was made before texts could be edited.
    pub fn ledger(&self) -> Result<Ledger, Refusal> {
        let book = Book::from_json(&self.book).ok_or_else(|| {
            let words = "这份总结是旧版生成的，没有留存全部数字，不能修改和送审；请重新生成一份";
            Refusal::new("no_book", words)
        })?;
        let mut ledger = self.office.ledger(&book);
        self.examples.iter().for_each(|example| example.tell(&mut ledger));
        Ok(ledger)
    }

    /// What the second reader says of the text; nothing where the numbers were not kept.
    pub fn findings(&self) -> Vec<Finding> {
        let Ok(ledger) = self.ledger() else { return Vec::new() };
        let mut findings = numerals::check(&self.text, &ledger, &self.seals.claims(&ledger));
        self.examples.iter().for_each(|example| example.hold(&self.seals, &mut findings));
        findings
    }

    /// Whether the text says what the figures say.
    ///
    /// # Errors
    /// A refusal with the first place, and how many there are.
    pub fn borne_out(&self) -> Result<(), Refusal> {
        // As it was made it was read then.
        if self.version == 1 && self.book.is_empty() {
            return Ok(());
        }
        self.ledger()?;
        let findings = self.findings();
        let faults: Vec<&Finding> = findings.iter().filter(|one| !one.holds()).collect();
        let Some(first) = faults.first() else { return Ok(()) };
        let at = place(&self.text, first.numeral.span.start);
        let more =
            if faults.len() > 1 { format!("，另有 {} 处", faults.len() - 1) } else { String::new() };
        let sentence = format!("{at}“{}”核对不上：{}{more}", first.numeral.text, first.why);
        Err(Refusal::new("not_borne_out", sentence).at("text"))
    }

    /// Whether the writer has filled what a template leaves to him or her: a line that begins with [`TO_FILL`].
    ///
    /// # Errors
    /// A refusal with the place.
    pub(super) fn is_filled(&self) -> Result<(), Refusal> {
        let Some(found) = self.text.find(TO_FILL) else { return Ok(()) };
        let sentence = format!("{}还是模板的提示，请换成正文或者删去", place(&self.text, found));
        Err(Refusal::new("to_fill", sentence).at("text"))
    }

    /// The complaints that are published when it is handed in: those behind a table of publicity (公示表).
    pub fn publishes(&self) -> Vec<MatterId> {
        if self.template != PUBLICITY {
            return Vec::new();
        }
        Book::from_json(&self.book).map(|book| book.matters).unwrap_or_default()
    }

    /// Title and what stands below it.
    pub fn parted(&self) -> (String, String) {
        title_of(&self.text)
    }
}
