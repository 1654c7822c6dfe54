//! Numbers of reports (期号, 发文字号): taken at the approval and nowhere else. Of a report that was given up it stays, void, never given
//! again.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Refusal, UnitId};
use web::Result;

use super::{Kept, Series, State, SummaryId, store::within, template};

db::sql! {
    OWN = "SELECT words FROM summary_number WHERE summary_id = $1";
    TAKE = "INSERT INTO summary_number (summary_id, unit_id, template, year, ordinal, taken_at, words, word) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BUREAU = "SELECT id FROM unit ORDER BY path LIMIT 1";
    REGISTER = "SELECT n.summary_id, n.words, n.taken_at, s.title, s.state, u.name AS unit FROM summary_number n JOIN summary s ON s.id = n.summary_id \
                JOIN unit u ON u.id = n.unit_id WHERE s.unit_path >= $1 AND s.unit_path < $2 \
                ORDER BY n.year DESC, n.word, n.template, u.path, n.ordinal DESC LIMIT 500";
}

/// The number of a report, such as `2026年第3期` or `消保通〔2026〕3号`; empty where it has none.
///
/// # Errors
/// A fault of the database.
pub fn issue(tx: &mut Tx, id: SummaryId) -> Result<String> {
    Ok(tx.one(&OWN, &params![id])?.map(|row| row.get("words")).transpose()?.unwrap_or_default())
}

/// The word of a report's number: the one it was made with, else that of its template as it is in use now.
fn word_of(tx: &mut Tx, ctx: &Ctx, kept: &Kept) -> Result<String> {
    if !kept.outward.word.is_empty() {
        return Ok(kept.outward.word.to_string());
    }
    let used = template(tx, ctx, &kept.template)?;
    let word = used.as_ref().map_or("", |one| one.outward.word.as_ref());
    if word.is_empty() {
        let name = used.as_ref().map_or("这类公文", |one| one.name.as_ref());
        let words = format!(
            "“{name}”还没有发文字号的代字，编不了号：请在“总结模板”中修改“{name}”，填写代字并核准启用，然后再批准"
        );
        return Err(Refusal::new("no_word", words).into());
    }
    Ok(word.to_owned())
}

/// Numbers that an office may have written on paper before.
const MOST_BEFORE: u32 = 2_000;

/// Begins a word's series of this year at the number `begins`: what comes before was written on paper and is taken.
///
/// # Errors
/// A refusal where the year is another, or the series has begun.
pub(super) fn begin(tx: &mut Tx, ctx: &Ctx, begins: &str) -> Result<()> {
    let Ok(first) = gongwen::Number::parse(begins) else { return Ok(()) };
    let (year, refused) = (ctx.today().year(), |words: String| Refusal::new("begins", words));
    if i32::from(first.year) != i32::from(year) || first.ordinal > MOST_BEFORE {
        let words = format!(
            "“{begins}”不能作为起始的号：须是今年（{year}年）的号，不超过 {MOST_BEFORE}；请重新提出这一版"
        );
        return Err(refused(words).into());
    }
    let bureau: UnitId = tx.scalar(&BUREAU, &[])?;
    for wanted in 1..i64::from(first.ordinal) {
        let taken = matters::next_paper(tx, bureau, &format!("word:{}", first.word), year)?;
        if taken != wanted {
            let words = format!(
                "代字“{}”今年已经编到 {} 号，不能再从 {} 号起；请重新提出这一版，只填代字",
                first.word,
                taken - 1,
                first.ordinal
            );
            return Err(refused(words).into());
        }
    }
    Ok(())
}

/// Gives a report of a series its number, in the transaction that approves it; one that has a number keeps it. The row of the series
/// stays locked until that ends: who fails leaves no gap, two at once get neighbours.
pub(super) fn take(tx: &mut Tx, ctx: &Ctx, kept: &Kept) -> Result<()> {
    let series = kept.outward.series;
    if series == Series::None || !issue(tx, kept.id)?.is_empty() {
        return Ok(());
    }
    let year = ctx.today().year();
    let (key, word, ordinal) = if series == Series::Issue {
        let form = format!("summary:{}", kept.template);
        (kept.template.clone(), String::new(), matters::next_paper(tx, kept.office.id, &form, year)?)
    } else {
        let word = word_of(tx, ctx, kept)?;
        let bureau: UnitId = tx.scalar(&BUREAU, &[])?;
        let ordinal = matters::next_paper(tx, bureau, &format!("word:{word}"), year)?;
        (format!("word:{word}"), word, ordinal)
    };
    let words = if word.is_empty() {
        format!("{year}年第{ordinal}期")
    } else {
        format!("{word}〔{year}〕{ordinal}号")
    };
    let row = params![kept.id, kept.office.id, key, i64::from(year), ordinal, ctx.now, words, word];
    tx.exactly_one(&TAKE, &row)?;
    Ok(())
}

/// A number that was taken (发文登记).
#[derive(Clone, Debug)]
pub struct Taken {
    /// Of which report.
    pub id: SummaryId,
    /// As it is printed.
    pub words: String,
    /// When it was taken.
    pub at: Timestamp,
    /// The report's title.
    pub title: String,
    /// Whose.
    pub unit: String,
    /// Where the report stands; one that was given up leaves its number void.
    pub state: State,
}

/// The numbers taken in the actor's unit and those below, newest years first, without gaps: void ones too.
///
/// # Errors
/// A fault of the database.
pub fn register(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Taken>> {
    let [path, beyond] = within(ctx)?;
    let read = |row: &Row| {
        Ok::<_, db::Error>(Taken {
            id: row.get("summary_id")?,
            words: row.get("words")?,
            at: row.get("taken_at")?,
            title: row.get("title")?,
            unit: row.get("unit")?,
            state: State::from_code(&row.get::<String>("state")?).unwrap_or(State::Discarded),
        })
    };
    Ok(tx.query(&REGISTER, &params![path, beyond])?.iter().map(read).collect::<Result<_, _>>()?)
}
