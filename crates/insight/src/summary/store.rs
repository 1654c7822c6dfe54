//! Reports as they are kept.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use super::{Difference, Frozen, Made, Office, digest, frozen};
use crate::compute::Period;

/// An id of a report.
pub type SummaryId = Id<kind::Journal>;

db::sql! {
    INSERT = "INSERT INTO summary (id, title, template, template_digest, unit_id, unit_path, period_from, period_to, as_of, made_by, body) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIGURE = "INSERT INTO summary_figure (summary_id, place, fact, name, figure, version, params, part, whole, base_part, base_whole, words, query_digest, rows_digest) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    LIST = "SELECT s.id, s.title, s.template, s.unit_id, s.unit_path, u.name AS unit, s.period_from, s.period_to, s.as_of, o.name AS maker, s.handed_in_at, '' AS body \
            FROM summary s JOIN unit u ON u.id = s.unit_id JOIN officer o ON o.id = s.made_by \
            WHERE s.unit_path >= $1 AND s.unit_path < $2 ORDER BY s.as_of DESC, s.id DESC LIMIT 100";
    ONE = "SELECT s.id, s.title, s.template, s.unit_id, s.unit_path, u.name AS unit, s.period_from, s.period_to, s.as_of, o.name AS maker, s.handed_in_at, s.body \
           FROM summary s JOIN unit u ON u.id = s.unit_id JOIN officer o ON o.id = s.made_by \
           WHERE s.id = $1 AND s.unit_path >= $2 AND s.unit_path < $3";
    FIGURES_OF = "SELECT fact, name, figure, version, params, part, whole, base_part, base_whole, words, query_digest, rows_digest \
                  FROM summary_figure WHERE summary_id = $1 ORDER BY place";
    OFFICES = "SELECT id, name, path FROM unit WHERE closed_on IS NULL AND path >= $1 AND path < $2 ORDER BY path";
    HAND_IN = "UPDATE summary SET handed_in_at = $2 WHERE id = $1 AND handed_in_at IS NULL";
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
    /// Its text.
    pub text: String,
    /// The figures it says.
    pub figures: Vec<Frozen>,
}

/// The range of unit paths that the actor reaches.
fn within(ctx: &Ctx) -> Result<[String; 2]> {
    let path = ctx.officer()?.unit_path.clone();
    let beyond = format!("{path}~");
    Ok([path, beyond])
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

/// Keeps a report as it was made: as of the instant of `ctx`, under which its snapshot was read.
///
/// # Errors
/// A refusal where the unit lies outside the actor's own.
pub fn keep(tx: &mut Tx, ctx: &Ctx, made: &Made) -> Result<SummaryId> {
    let officer = ctx.officer()?;
    if !made.office.path.starts_with(&officer.unit_path) {
        return Err(Problem::NotFound);
    }
    let (id, office, period): (SummaryId, _, _) = (ctx.id(), &made.office, made.period);
    let template = (made.template.key, digest(made.template.source));
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
        made.text
    ];
    tx.execute(&INSERT, &values)?;
    for (figure, place) in made.figures.iter().zip(1_i64..) {
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
        tx.execute(&FIGURE, &values)?;
    }
    let detail = json!({ "title": made.title, "figures": made.figures.len(), "text": kernel::hex(&kernel::sm3(made.text.as_bytes())) });
    journal::note(tx, ctx, &id.to_string(), "summary_made", &detail)?;
    Ok(id)
}

fn read(row: &Row) -> Result<Kept, db::Error> {
    Ok(Kept {
        id: row.get("id")?,
        title: row.get("title")?,
        template: row.get("template")?,
        office: Office { id: row.get("unit_id")?, name: row.get("unit")?, path: row.get("unit_path")? },
        period: Period { from: row.get("period_from")?, to: row.get("period_to")? },
        as_of: row.get("as_of")?,
        maker: row.get("maker")?,
        handed_in: row.get("handed_in_at")?,
        text: row.get("body")?,
        figures: Vec::new(),
    })
}

/// The newest hundred reports of the actor's unit and those below it.
///
/// # Errors
/// A fault of the database.
pub fn list(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Kept>> {
    let [path, beyond] = within(ctx)?;
    Ok(tx.query(&LIST, &params![path, beyond])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// A report with its text and its figures.
///
/// # Errors
/// [`Problem::NotFound`], also beyond the actor's reach.
pub fn find(tx: &mut Tx, ctx: &Ctx, id: SummaryId) -> Result<Kept> {
    let [path, beyond] = within(ctx)?;
    let row = tx.one(&ONE, &params![id, path, beyond])?.ok_or(Problem::NotFound)?;
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
    Ok(Kept { figures, ..read(&row)? })
}

impl Kept {
    /// What it would say differently now; nothing is changed by asking.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn again(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Difference>> {
        frozen::differences(tx, ctx, self, &self.office)
    }
}

/// Marks a report as handed in (报送), once; it stays as it is.
///
/// # Errors
/// A refusal where it was handed in before; [`Problem::NotFound`].
pub fn hand_in(tx: &mut Tx, ctx: &Ctx, id: SummaryId) -> Result<()> {
    let kept = find(tx, ctx, id)?;
    if kept.handed_in.is_some() {
        return Err(Refusal::new("handed_in", "这份总结已经报送").into());
    }
    tx.exactly_one(&HAND_IN, &params![id, ctx.now])?;
    journal::note(tx, ctx, &id.to_string(), "summary_handed_in", &json!({ "title": kept.title }))?;
    Ok(())
}
