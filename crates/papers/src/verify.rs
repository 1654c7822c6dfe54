//! Whether a paper is genuine (SEC_54): number and code, which only the office's key can make, tell anybody the kind of paper, who
//! issued it, when, and whether it is void; and nothing else.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, PaperId, day_words};
use matters::receipts::{Code, Tried, try_once};
use web::Result;

use crate::{
    number,
    paper::{self, Paper},
    print::Check,
    procedure::State,
    qr,
    values::BUREAU,
};

db::sql! {
    BY_NUMBER = "SELECT id, matter_id FROM paper WHERE number = $1";
}

/// Where papers are checked.
pub const PATH: &str = "/public/paper";
/// Codes of papers are of no use anywhere else.
const REALM: &str = "paper_code";

/// The code of a paper: bound to its id, its number and its day.
fn code(ctx: &Ctx, id: PaperId, number: &str, day: Option<Date>) -> Code {
    let day = day.map_or_else(String::new, |day| day.to_string());
    Code::keyed(ctx, REALM, &format!("{id}|{number}|{day}"))
}

/// What a paper prints so that it can be checked; `None` before it has a number.
///
/// # Errors
/// A fault of the database.
pub fn printed(tx: &mut Tx, ctx: &Ctx, paper: &Paper) -> Result<Option<Check>> {
    let Some(number) = &paper.number else { return Ok(None) };
    let code = code(ctx, paper.id, number, paper.issued_on).to_string();
    let site = number::site(tx)?;
    let address = site
        .as_ref()
        .map_or_else(String::new, |site| format!("{site}{PATH}?number={}&code={code}", percent(number)));
    let picture = if address.is_empty() { String::new() } else { qr::svg(&address, "扫码核验本文书") };
    let place =
        site.map_or_else(|| "本局投诉举报网页的“核验文书”".to_owned(), |site| format!("{site}{PATH}"));
    Ok(Some(Check { code, place, address, picture }))
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What anybody may know of a genuine paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genuine {
    /// The kind of paper.
    pub title: String,
    /// Its number.
    pub number: String,
    /// The office above its seal.
    pub bureau: String,
    /// The day of issue, in words.
    pub day: String,
    /// Whether it was declared void.
    pub is_void: bool,
}

/// A number as it was typed or copied: half width, without blanks, with the brackets of a number.
pub fn plain(typed: &str) -> String {
    let one = |sign: char| match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        other => other,
    };
    let bracket = |sign: char| match sign {
        '[' | '(' | '{' | '﹝' | '【' | '［' => '〔',
        ']' | ')' | '}' | '﹞' | '】' | '］' => '〕',
        other => other,
    };
    typed.chars().filter(|sign| !sign.is_whitespace()).map(|sign| bracket(one(sign))).take(60).collect()
}

/// Looks whether number and code belong to a paper of this office. A wrong try is counted as those of receipts are, so the
/// transaction must be committed; the answer is the same whether there is such a number or not.
///
/// # Errors
/// A fault of the database.
pub fn verify(tx: &mut Tx, ctx: &Ctx, number: &str, typed: &str) -> Result<Tried<Genuine>> {
    let number = plain(number);
    try_once(tx, ctx, ("paper_number", &number), |tx| {
        let row = tx.one(&BY_NUMBER, &params![number])?;
        let found = match &row {
            Some(row) => {
                let id: PaperId = row.get("id")?;
                paper::of(tx, row.get("matter_id")?)?.into_iter().find(|paper| paper.id == id)
            }
            None => None,
        };
        let nobody: PaperId = Id::from_uuid(Default::default());
        let (id, day) = found.as_ref().map_or((nobody, None), |paper| (paper.id, paper.issued_on));
        let is_right = code(ctx, id, &number, day).is(typed);
        let Some(paper) = found.filter(|_| is_right) else { return Ok(None) };
        let bureau = paper.values(ctx)?.remove(BUREAU).filter(|name| !name.is_empty());
        Ok(Some(Genuine {
            title: paper.title.clone(),
            bureau: bureau.map_or_else(|| number::seal_name(tx), Ok)?,
            day: paper.issued_on.map_or_else(String::new, day_words),
            is_void: paper.state == State::Void,
            number: number.clone(),
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_its_brackets_and_digits_are_typed() {
        let number = "南岗市监投受〔2026〕第1号";
        for typed in [
            "南岗市监投受[2026]第1号",
            "南岗市监投受（２０２６）第１号",
            " 南岗市监投受 ﹝2026﹞ 第 1 号 ",
            "南岗市监投受【2026】第1号",
        ] {
            assert_eq!(plain(typed), number, "{typed}");
        }
    }
}
