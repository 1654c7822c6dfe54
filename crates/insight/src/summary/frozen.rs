//! A figure as a report said it: value, definition, question, rows behind.

use db::Tx;
use kernel::{Ctx, RunningDigest, hex, sm3};
use numerals::{Base, Fact, Ledger, Told};
use serde_json::json;
use web::Result;

use super::{Kept, Office, Stage, render::Rendered};
use crate::{
    book::{Book, gather::Wanted},
    compute::{Answer, MOST_ROWS, Period, digest_lines, row_list},
    definition::{Standing, absent},
    figure::{Dimension, Figure, Measure, Things, find},
    fingerprint::{SUMMED, digest},
    kept::Reading,
};

/// A figure in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// What of which figure.
    pub fact: String,
    /// In words.
    pub name: String,
    /// The figure.
    pub figure: String,
    /// The version of its definition; 0 where nothing is recorded.
    pub version: u32,
    /// Period, unit, part, as JSON.
    pub params: String,
    /// Numerator and denominator, then those it is compared with.
    pub numbers: [Option<i64>; 4],
    /// As printed.
    pub words: String,
    /// Of the question put to the database.
    pub query_digest: String,
    /// Of the rows behind (record 54); empty where they were too many to be read and no counts stood ready.
    pub rows_digest: String,
}

/// What a re-run says differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The figure in words.
    pub name: String,
    /// As it was said.
    pub then: String,
    /// As it would be said now.
    pub now: String,
    /// Why: 数字, 口径, 明细.
    pub why: &'static str,
}

/// Freezes what a text says, in the order of the text, each fact once.
pub(super) fn freeze(
    tx: &mut Tx,
    ctx: &Ctx,
    (book, ledger): (&Book, &Ledger),
    rendered: &Rendered,
    tell: &dyn Fn(Stage),
) -> Result<Vec<Frozen>> {
    let mut all: Vec<Frozen> = Vec::new();
    let reading = Reading::printed(tx, ctx)?;
    for (at, claim) in rendered.claims.iter().enumerate() {
        tell(Stage::Freezing(at + 1, rendered.claims.len()));
        let fact = &ledger.facts[claim.fact];
        if all.iter().any(|one| one.fact == fact.id) {
            continue;
        }
        let words = rendered.text[claim.span.clone()].to_owned();
        all.push(of_fact(tx, (ctx, &reading), book, fact, (words, ""))?);
    }
    all.extend(rendered.without.iter().map(|id| of_nothing(book, id)));
    Ok(all)
}

/// What nobody recorded, or never began.
fn of_nothing(book: &Book, id: &str) -> Frozen {
    let line = book.lines.iter().find(|line| line.figure.id == id);
    let (name, standing) = match line {
        Some(line) => (line.figure.name, line.standing),
        None => (absent(id).map_or(id, |absent| absent.name), Standing::NotRecorded),
    };
    Frozen {
        fact: id.to_owned(),
        name: name.to_owned(),
        figure: id.to_owned(),
        version: line.map_or(0, |line| line.figure.version()),
        params: json!({ "from": book.period.from, "to": book.period.to }).to_string(),
        numbers: [None; 4],
        words: standing.label().to_owned(),
        query_digest: String::new(),
        rows_digest: String::new(),
    }
}

/// The part of a fact: dimension and stored word.
fn part_of(fact: &Fact) -> Option<(Dimension, &str)> {
    let (dimension, key) = fact.part.split_once('=')?;
    Some((Dimension::from_code(dimension)?, key))
}

/// What a fact is now: with a digest of its rows as `then` was made, where there was one.
fn of_fact(
    tx: &mut Tx,
    (ctx, reading): (&Ctx, &Reading<'_>),
    book: &Book,
    fact: &Fact,
    (words, then): (String, &str),
) -> Result<Frozen> {
    let Some(figure) = find(&fact.subject) else { return Ok(of_own(ctx, book, fact, words)) };
    let part = part_of(fact);
    let numbers = numbers(book, figure, fact);
    let periods = periods(book.period, fact.told).into_iter().zip(rows_known(figure, numbers));
    let periods: Vec<_> = periods.collect();
    let query_digest = question(ctx, figure, &periods, part);
    let rows_digest = if then.is_empty() || then.starts_with(SUMMED) {
        summed(tx, reading, figure, &periods, part)?
    } else {
        in_order(tx, ctx, figure, &periods, part)?
    };
    let unit = ctx.officer().map(|officer| officer.unit_name.clone()).unwrap_or_default();
    let params = json!({ "from": book.period.from, "to": book.period.to, "unit": unit, "part": fact.part, "compared": compared(fact.told) });
    Ok(Frozen {
        fact: fact.id.clone(),
        name: fact.title(),
        figure: figure.id.to_owned(),
        version: figure.version(),
        params: params.to_string(),
        numbers,
        words,
        query_digest,
        rows_digest,
    })
}

/// A number that is no figure of the office: frozen by itself.
fn of_own(ctx: &Ctx, book: &Book, fact: &Fact, words: String) -> Frozen {
    let own = book.own.iter().find(|own| own.subject == fact.subject && own.part == fact.part);
    let unit = ctx.officer().map(|officer| officer.unit_name.clone()).unwrap_or_default();
    let params = json!({ "from": book.period.from, "to": book.period.to, "unit": unit, "part": fact.part });
    Frozen {
        fact: fact.id.clone(),
        name: fact.title(),
        figure: fact.subject.clone(),
        version: 1,
        params: params.to_string(),
        numbers: [own.map(|own| own.number), own.and_then(|own| own.whole), None, None],
        words,
        query_digest: String::new(),
        rows_digest: String::new(),
    }
}

const fn compared(told: Told) -> &'static str {
    match told {
        Told::Then(base) | Told::Change(base) | Told::Difference(base) => match base {
            Base::Year => "year",
            Base::Before => "before",
        },
        Told::Value | Told::Share | Told::Rank => "",
    }
}

/// The periods whose rows make up a fact.
fn periods(period: Period, told: Told) -> Vec<Period> {
    let of = |base| match base {
        Base::Year => period.year_before(),
        Base::Before => period.before(),
    };
    match told {
        Told::Value | Told::Share | Told::Rank => vec![period],
        Told::Then(base) => vec![of(base)],
        Told::Change(base) | Told::Difference(base) => vec![period, of(base)],
    }
}

/// The whole numbers behind a fact.
fn numbers(book: &Book, figure: &Figure, fact: &Fact) -> [Option<i64>; 4] {
    if let Some((dimension, key)) = part_of(fact) {
        let parts = book.parts.iter().find(|parts| parts.figure.id == figure.id && parts.by == dimension);
        let cuts = parts.map(|parts| parts.cuts.as_slice()).unwrap_or_default();
        let part = cuts.iter().find(|(cut, _)| cut.key == key).map(|(cut, _)| cut.value);
        return [part, Some(cuts.iter().map(|(cut, _)| cut.value).sum()), None, None];
    }
    let Some(line) = book.lines.iter().find(|line| line.figure.id == figure.id) else { return [None; 4] };
    let base = |base| match base {
        Base::Year => line.year,
        Base::Before => line.before,
    };
    let both = |now: Answer, then: Option<Answer>| {
        [Some(now.part), now.whole, then.map(|then| then.part), then.and_then(|then| then.whole)]
    };
    match fact.told {
        Told::Then(of) => both(base(of), None),
        Told::Change(of) | Told::Difference(of) => both(line.now, Some(base(of))),
        Told::Value | Told::Share | Told::Rank => both(line.now, None),
    }
}

/// How many rows are behind the numbers of now and then: where matters are counted each is a row, and nobody needs to count
/// them again.
fn rows_known(figure: &Figure, [now, _, then, _]: [Option<i64>; 4]) -> [Option<usize>; 2] {
    let counts = figure.things == Things::Matters && !matches!(figure.measure, Measure::Recovered);
    [now, then].map(|rows| rows.filter(|_| counts).and_then(|rows| usize::try_from(rows).ok()))
}

/// A period, and how many rows are in it where somebody knows.
type Known = (Period, Option<usize>);

/// A digest of the question.
fn question(ctx: &Ctx, figure: &Figure, periods: &[Known], part: Option<(Dimension, &str)>) -> String {
    let mut question = String::new();
    for (period, _) in periods {
        let list = row_list(ctx, figure, *period, part, "");
        question += &format!("{}\n{:?}\n{}\n", list.text(), list.values(), figure.digest());
    }
    hex(&sm3(question.as_bytes()))
}

/// A digest of the rows behind it, whatever their order; empty where they are not known.
fn summed(
    tx: &mut Tx,
    reading: &Reading<'_>,
    figure: &Figure,
    periods: &[Known],
    part: Option<(Dimension, &str)>,
) -> Result<String> {
    let mut all = Vec::new();
    for (period, known) in periods {
        let Some(prints) = reading.prints(tx, figure, *period, part, (MOST_ROWS, *known))? else {
            return Ok(String::new());
        };
        all.push(prints);
    }
    Ok(digest(&all))
}

/// The same in the first edition, for reports that were made with it: in the order of their numbers.
fn in_order(
    tx: &mut Tx,
    ctx: &Ctx,
    figure: &Figure,
    periods: &[Known],
    part: Option<(Dimension, &str)>,
) -> Result<String> {
    let (mut behind, mut left) = (RunningDigest::default(), MOST_ROWS);
    for (period, known) in periods {
        let Some(lines) = digest_lines(tx, ctx, figure, *period, part, (left, *known))? else {
            return Ok(String::new());
        };
        lines.iter().for_each(|line| behind.add(line.as_bytes()));
        left -= lines.len().min(left);
    }
    Ok(hex(&behind.finish()))
}

/// What a kept report would say differently now. Changes nothing.
///
/// # Errors
/// A fault of the database.
pub(super) fn differences(tx: &mut Tx, ctx: &Ctx, kept: &Kept, office: &Office) -> Result<Vec<Difference>> {
    let own = office.ctx(ctx);
    let mut book = Book::read(tx, &own, kept.period)?;
    let speaks = |of: &str| kept.figures.iter().any(|one| one.figure.starts_with(of));
    let wanted = Wanted { traders: speaks("trader."), plan: speaks("plan."), about: kept.about };
    book.gather(tx, &own, wanted)?;
    let ledger = book.ledger();
    let reading = Reading::printed(tx, &own)?;
    let mut found = Vec::new();
    for then in &kept.figures {
        let fact = ledger.facts.iter().find(|fact| fact.id == then.fact);
        let now = match fact {
            Some(fact) => of_fact(tx, (&own, &reading), &book, fact, (fact.words(), &then.rows_digest))?,
            None => of_nothing(&book, &then.fact),
        };
        let why = if now.version != then.version {
            "口径"
        } else if now.numbers != then.numbers {
            "数字"
        } else if [&now, then].iter().all(|one| !one.rows_digest.is_empty())
            && now.rows_digest != then.rows_digest
        {
            "明细"
        } else {
            continue;
        };
        found.push(Difference { name: then.name.clone(), then: then.words.clone(), now: now.words, why });
    }
    Ok(found)
}
