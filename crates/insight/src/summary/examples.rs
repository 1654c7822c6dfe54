//! Examples (典型案例): matters that a writer chose from the rows behind the figures of a report. Of each a paragraph is printed; its days and
//! sums are frozen with it and sealed like figures. Nobody is named: not who told, not the trader; of a report nothing is said that leads
//! to whoever made it (第三十七条).

mod case;
mod told;

use db::{Row, Tx, params};
use kernel::{Ctx, Id, MatterId, Refusal, kind, workflow};
use numerals::{Finding, Ledger, Role, Verdict};
use serde_json::json;
use web::{Problem, Result};

use super::{
    Act, Difference, Kept, MOVES, SummaryId, find,
    seals::{Seal, Seals},
    store::TO_FILL,
    text::paragraphs,
    versions::{LONGEST, put},
};
use crate::{
    compute::{Filter, RowLine, candidates, rows_in},
    figure::{self, Figure},
};
use case::{Case, Facts};

/// Examples of one report.
pub const MOST_EXAMPLES: usize = 10;
/// Rows that are offered at once.
pub const OFFERED: usize = 50;
const HEADING: &str = "附：典型案例";

/// An id of an example.
pub type ExampleId = Id<kind::Journal>;

db::sql! {
    OF = "SELECT e.id, e.matter_id, e.number, e.facts, e.rows_digest, o.name AS who FROM summary_example e JOIN officer o ON o.id = e.chosen_by \
          WHERE e.summary_id = $1 ORDER BY e.ordinal";
    ADD = "INSERT INTO summary_example (id, summary_id, matter_id, number, ordinal, facts, rows_digest, chosen_by, chosen_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DROP = "DELETE FROM summary_example WHERE id = $1 AND summary_id = $2";
}

/// The statements of examples.
pub(super) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, case::STATEMENTS, told::STATEMENTS].concat()
}

/// A matter that a report tells of.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its id.
    pub id: ExampleId,
    /// The matter.
    pub matter: MatterId,
    /// Its number.
    pub number: String,
    /// Who chose it.
    pub who: String,
    facts: Facts,
    rows_digest: String,
}

fn read(row: &Row) -> Result<Example, db::Error> {
    let facts: String = row.get("facts")?;
    Ok(Example {
        id: row.get("id")?,
        matter: row.get("matter_id")?,
        number: row.get("number")?,
        who: row.get("who")?,
        facts: serde_json::from_str(&facts).unwrap_or_default(),
        rows_digest: row.get("rows_digest")?,
    })
}

/// Those of a report, in order.
pub(super) fn of(tx: &mut Tx, id: SummaryId) -> Result<Vec<Example>> {
    Ok(tx.query(&OF, &params![id])?.iter().map(read).collect::<Result<_, _>>()?)
}

impl Example {
    /// What it prints, for the reader: 收到 2026年9月23日.
    pub fn words(&self) -> Vec<String> {
        self.facts.words()
    }

    /// Adds its numbers and days to what the second reader knows.
    pub(super) fn tell(&self, ledger: &mut Ledger) {
        ledger.facts.extend(self.facts.sum(&self.number).and_then(|own| own.fact()));
        ledger.dates.extend(self.facts.dates());
        ledger.names.extend(self.facts.names.iter().cloned());
    }

    /// Whether a seal is of this example.
    fn has(&self, fact: &str) -> bool {
        fact.contains(&format!("[{}]", case::part(&self.number)))
    }

    /// What stands in the place of one of its days and sums and is another: the days of other examples are known too, and would pass.
    pub(super) fn hold(&self, seals: &Seals, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|one| one.holds() && one.numeral.role != Role::Passed) {
            let before = seals.before(&finding.numeral.span).filter(|broken| self.has(&broken.fact));
            if let Some(broken) = before {
                finding.verdict = Verdict::Contradicted;
                finding.why = format!("典型案例 {} 记录的是 {}", self.number, broken.words);
            }
        }
    }

    /// What is said of it now that was not said then; nothing of what the actor may not see.
    pub(super) fn differences(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Difference>> {
        match matters::by_id(tx, ctx, self.matter) {
            Err(Problem::NotFound) => return Ok(Vec::new()),
            found => found?,
        };
        let case = case::of(tx, self.matter)?;
        Ok(self.facts.against(&self.number, &case, &self.rows_digest))
    }
}

impl Kept {
    /// The figures of the report whose rows may be chosen from.
    pub fn chosen_from(&self) -> Vec<&'static Figure> {
        let mut all: Vec<&'static Figure> = Vec::new();
        for figure in self.figures.iter().filter_map(|one| figure::find(&one.figure)) {
            if !all.iter().any(|known| known.id == figure.id) {
                all.push(figure);
            }
        }
        all
    }

    /// Ended matters behind `figure` that the actor may see too, those that brought most back first; one more than
    /// [`OFFERED`] where there are more.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn offered(&self, tx: &mut Tx, ctx: &Ctx, figure: &Figure, filter: &Filter) -> Result<Vec<RowLine>> {
        let list = candidates(ctx, &self.office.ctx(ctx), (figure, self.period), filter).limit(OFFERED + 1);
        rows_in(tx, &list)
    }

    fn is_behind(&self, tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<bool> {
        let filter = Filter { number: number.to_owned(), whole: true, ..Filter::default() };
        for figure in self.chosen_from() {
            if !self.offered(tx, ctx, figure, &filter)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What may be chosen: seen by the actor, ended, counted in this report, and not chosen yet.
    fn case(&self, tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Case> {
        let refused = |words: String| Problem::from(Refusal::new("example", words).at("number"));
        if self.examples.iter().any(|one| one.number == number) {
            return Err(refused(format!("{number} 已经选用")));
        }
        let matter = match matters::find(tx, ctx, number) {
            Err(Problem::NotFound) => {
                return Err(refused(format!("{number} 没有找到，或者不在您的查看范围内")));
            }
            found => found?,
        };
        if !self.is_behind(tx, ctx, number)? {
            return Err(refused(format!("{number} 没有办结，或者不在这份总结统计的事项里")));
        }
        case::of(tx, matter.id)
    }

    /// Where the next example goes: in the place of the template's hint, else after the last one, else at the end.
    fn room(&self) -> (std::ops::Range<usize>, &'static str) {
        let lines = paragraphs(&self.text);
        let ends = |(at, line): &(usize, &str)| *at..at + line.len();
        if let Some(hint) =
            lines.iter().find(|(_, line)| line.starts_with(TO_FILL) && line.contains("典型案例"))
        {
            return (ends(hint), "");
        }
        let last = self.seals.whole.iter().rfind(|seal| self.examples.iter().any(|one| one.has(&seal.fact)));
        let line = last.and_then(|seal| lines.iter().rfind(|(at, _)| *at <= seal.at.start));
        if let Some(line) = line {
            let end = ends(line).end;
            return (end..end, "\n\n");
        }
        let end = self.text.trim_end().len();
        (end..end, "\n\n")
    }
}

/// Passes where the actor may change this text, and it is the one that was read.
fn writable(tx: &mut Tx, ctx: &Ctx, id: SummaryId, base: i64) -> Result<Kept> {
    let kept = find(tx, ctx, id)?;
    workflow::find(MOVES, kept.state, Act::Save, Some(ctx.officer()?.role))?;
    kept.fresh(tx, base)?;
    kept.ledger()?;
    Ok(kept)
}

fn note(tx: &mut Tx, ctx: &Ctx, kept: &Kept, verb: &str, numbers: &[String]) -> Result<()> {
    let detail = json!({ "title": kept.title, "number": numbers.join("、") });
    Ok(journal::note(tx, ctx, &kept.id.to_string(), verb, &detail)?)
}

/// Writes a paragraph of each of these matters into the text, as its next version; the version that stands then.
///
/// # Errors
/// [`Problem::Stale`] where somebody saved in between; refusals that name the matter which may not be chosen.
pub fn choose(tx: &mut Tx, ctx: &Ctx, id: SummaryId, base: i64, numbers: &[String]) -> Result<i64> {
    let kept = writable(tx, ctx, id, base)?;
    if numbers.is_empty() {
        return Err(Refusal::new("examples", "请勾选要写入正文的事项").at("number").into());
    }
    if kept.examples.len() + numbers.len() > MOST_EXAMPLES {
        let words = format!("一份总结最多选用 {MOST_EXAMPLES} 个案例，现在已有 {} 个", kept.examples.len());
        return Err(Refusal::new("examples", words).at("number").into());
    }
    let mut cases: Vec<Case> = Vec::new();
    for number in numbers {
        let case = kept.case(tx, ctx, number)?;
        if !cases.iter().any(|one| one.number == case.number) {
            cases.push(case);
        }
    }
    let first = i64::try_from(kept.examples.len()).unwrap_or(0) + 1;
    for (case, ordinal) in cases.iter().zip(first..) {
        let facts =
            serde_json::to_string(&case.facts()).map_err(|error| Problem::Fault(error.to_string()))?;
        let new: ExampleId = ctx.id();
        let who = ctx.officer()?.id;
        let values = params![new, id, case.matter, case.number, ordinal, facts, case.digest(), who, ctx.now];
        tx.execute(&ADD, &values)?;
    }
    note(tx, ctx, &kept, "summary_example", numbers)?;
    let (at, mut before) = kept.room();
    // What is known of the new ones is known now.
    let now = find(tx, ctx, id)?;
    let ledger = now.ledger()?;
    let mut text = kept.text[..at.start].to_owned();
    if at.start == at.end && kept.examples.is_empty() {
        text += &format!("\n\n{HEADING}");
    }
    let mut seals: Vec<Seal> = Vec::new();
    for case in &cases {
        text += before;
        let told = told::of(tx, ctx, case, &ledger)?;
        let begin = text.len();
        seals.extend(told.seals.into_iter().map(|seal| seal.moved(begin)));
        text += &told.text;
        before = "\n\n";
    }
    text += &kept.text[at.end..];
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if text.chars().count() > LONGEST {
        return Err(Refusal::new("long", format!("正文最多 {LONGEST} 字")).at("number").into());
    }
    put(tx, ctx, &kept, &ledger, (&text, "选用典型案例"), seals)
}

/// Takes an example back with the lines that hold its numbers, as the next version of the text.
///
/// # Errors
/// As [`choose`]; [`Problem::NotFound`].
pub fn unchoose(tx: &mut Tx, ctx: &Ctx, id: SummaryId, base: i64, example: ExampleId) -> Result<i64> {
    let kept = writable(tx, ctx, id, base)?;
    let one = kept.examples.iter().find(|one| one.id == example).ok_or(Problem::NotFound)?;
    tx.exactly_one(&DROP, &params![example, id])?;
    note(tx, ctx, &kept, "summary_example_end", std::slice::from_ref(&one.number))?;
    let whole = kept.seals.whole.iter().map(|seal| (&seal.at, &seal.fact));
    let all = whole.chain(kept.seals.broken.iter().map(|seal| (&seal.at, &seal.fact)));
    let places: Vec<usize> = all.filter(|(_, fact)| one.has(fact)).map(|(at, _)| at.start).collect();
    let mut text = String::with_capacity(kept.text.len());
    let mut at = 0;
    for line in kept.text.split_inclusive('\n') {
        let gone = places.iter().any(|place| (at..at + line.len()).contains(place));
        at += line.len();
        // A line and the blank one before it.
        if gone && text.ends_with("\n\n") {
            text.pop();
        }
        if !gone {
            text += line;
        }
    }
    let now = find(tx, ctx, id)?;
    if text == kept.text {
        return Ok(kept.version);
    }
    put(tx, ctx, &kept, &now.ledger()?, (&text, "换下典型案例"), Vec::new())
}
