//! Reports of an office: a template filled from one snapshot, read by the second reader, kept with the figures it says.

mod comments;
pub mod diff;
mod edition;
mod examples;
mod export;
mod frozen;
mod house;
mod number;
mod outward;
mod paper;
mod procedure;
mod render;
mod seals;
mod steps;
mod store;
mod template;
mod text;
mod versions;

use db::Tx;
use kernel::{Ctx, OfficerId, Refusal, UnitId};
use numerals::{Claim, Finding, Ledger};
use web::Result;

pub use comments::{Comment, CommentId, LONGEST_COMMENT, comment, settle};
pub use edition::{
    Draft, Edition, EditionId, activate, edition, editions, in_use, preview, propose, template, templates,
};
pub use examples::{Example, ExampleId, MOST_EXAMPLES, OFFERED, choose, unchoose};
pub use export::{Leaving, Sheet, leaving, sheet, sheet_of};
pub use frozen::{Difference, Frozen};
pub use house::{
    Fit, House, HouseId, LARGEST, Offered, PLACES, Vouched, end, examine, house, house_in_use, houses,
    into_house, offer, release,
};
pub use number::{Taken, issue, register};
pub use outward::{Outward, Series};
pub use paper::paper;
pub use procedure::{Act, MOVES, State};
pub(crate) use seals::is_of_example;
pub use seals::{Broken, Seal, Seals};
pub use steps::{Step, perform};
pub use store::{Kept, SummaryId, find, keep, list, may_write, officers, offices};
pub use template::{SHIPPED, Template, digest, lint, shipped};
pub use text::paragraphs;
pub(crate) use text::place;
pub use versions::{LONGEST, Typed, Version, save};

use crate::{book::Book, compute::Period, definition::of_unit};

/// The statements of reports.
pub(crate) fn statements() -> Vec<db::Sql> {
    [
        store::STATEMENTS,
        number::STATEMENTS,
        house::STATEMENTS,
        export::STATEMENTS,
        versions::STATEMENTS,
        steps::STATEMENTS,
        comments::STATEMENTS,
        edition::STATEMENTS,
        &examples::statements(),
        &crate::book::gather::statements(),
    ]
    .concat()
}

/// The words of what happens to reports, for the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    let own = [
        ("summary_made", "生成总结"),
        ("summary_example", "选用典型案例"),
        ("summary_example_end", "换下典型案例"),
        ("summary_comment", "批注总结"),
        ("summary_comment_settled", "处理总结批注"),
        ("summary_template_proposed", "提出总结模板"),
        ("summary_template_active", "启用总结模板"),
        ("summary_house_offered", "上传本局文件样式"),
        ("summary_house_released", "启用本局文件样式"),
        ("summary_house_ended", "停用本局文件样式"),
    ];
    own.into_iter().chain(Act::ALL.iter().map(|act| (act.code(), act.label()))).collect()
}

/// For which unit, and in whose reach its figures are read.
#[derive(Clone, Debug)]
pub struct Office {
    /// The unit.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Its place in the tree.
    pub path: String,
}

impl Office {
    /// The context that reads the unit's figures, whoever asks.
    #[must_use]
    pub fn ctx(&self, ctx: &Ctx) -> Ctx {
        of_unit(ctx, self.id, &self.name, &self.path)
    }

    /// A book as the second reader holds texts of this office against it.
    pub(crate) fn ledger(&self, book: &Book) -> Ledger {
        let mut ledger = book.ledger();
        ledger.names.push(self.name.clone());
        ledger
    }
}

/// A report, made and found to say what its figures say.
#[derive(Clone, Debug)]
pub struct Made {
    /// First line.
    pub title: String,
    /// The template.
    pub template: Template,
    /// Of whom.
    pub office: Office,
    /// Over what.
    pub period: Period,
    /// The text, in Markdown.
    pub text: String,
    /// What it prints where.
    pub claims: Vec<Claim>,
    /// What it was held against.
    pub ledger: Ledger,
    /// The figures it says, in the order of the text.
    pub figures: Vec<Frozen>,
    /// All numbers of the snapshot.
    pub book: Book,
    /// The officer it is about.
    pub about: Option<OfficerId>,
}

/// What of a text may not go out: the first place, and how many there are.
///
/// # Errors
/// A refusal where a number, a comparison or a sum is not borne out.
pub fn borne_out(findings: &[Finding]) -> Result<(), Refusal> {
    let faults: Vec<&Finding> = findings.iter().filter(|one| !one.holds()).collect();
    let Some(first) = faults.first() else { return Ok(()) };
    let (line, column, text, why) =
        (first.numeral.line, first.numeral.column, &first.numeral.text, &first.why);
    let more = if faults.len() > 1 { format!("，另有 {} 处", faults.len() - 1) } else { String::new() };
    Err(Refusal::new("not_borne_out", format!("第 {line} 行第 {column} 字“{text}”核对不上：{why}{more}"))
        .at("source"))
}

/// How far the making of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The figures are read.
    Reading,
    /// The text is written, and read by the second reader.
    Writing,
    /// Of the numbers of the text, this one of so many is frozen with its rows.
    Freezing(usize, usize),
}

/// What a report is made of.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Whose.
    pub office: &'a Office,
    /// Over what.
    pub period: Period,
    /// By which template.
    pub template: &'a Template,
    /// About which officer: id and name.
    pub about: Option<(OfficerId, String)>,
}

/// Makes a report in one snapshot: the transaction of `tx` reads and does not write.
///
/// # Errors
/// A refusal where the template is wrong, or where the second reader does not find what the ledger says.
pub fn make(tx: &mut Tx, ctx: &Ctx, asked: &Asked<'_>) -> Result<Made> {
    make_telling(tx, ctx, asked, &|_| ())
}

/// [`make`] that tells how far it is.
///
/// # Errors
/// Those of [`make`].
pub fn make_telling(tx: &mut Tx, ctx: &Ctx, asked: &Asked<'_>, tell: &dyn Fn(Stage)) -> Result<Made> {
    let (office, template) = (asked.office, asked.template);
    lint(&template.source)?;
    if template.is_about_one() && asked.about.is_none() {
        return Err(Refusal::new("officer", "述职报告请选择是谁的").at("officer").into());
    }
    let about = asked.about.as_ref().filter(|_| template.is_about_one());
    let own = office.ctx(ctx);
    tell(Stage::Reading);
    let mut book = Book::read(tx, &own, asked.period)?;
    book.gather(tx, &own, template.wanted(about.map(|(id, _)| *id)))?;
    tell(Stage::Writing);
    let ledger = office.ledger(&book);
    let name = about.map_or("", |(_, name)| name.as_str());
    let rendered = render::render(&book, &ledger, &template.source, (&office.name, name))?;
    borne_out(&numerals::check(&rendered.text, &ledger, &rendered.claims))?;
    let figures = frozen::freeze(tx, &own, (&book, &ledger), &rendered, tell)?;
    let title = rendered.text.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
    Ok(Made {
        title,
        template: template.clone(),
        office: office.clone(),
        period: asked.period,
        text: rendered.text,
        claims: rendered.claims,
        ledger,
        figures,
        book,
        about: about.map(|(id, _)| *id),
    })
}
