//! Closed matters as lessons for the classifier (`xiaobao triage learn`): what was told and what officers called it. Reports (举报)
//! are left out, their words are nobody's to learn from (令第121号 第三十七条); so is demo data.

use db::{Tx, params};
use web::Result;

db::sql! {
    CLOSED = "SELECT c.facts, c.goods_name, c.text_mark, m.goods, m.problem, m.received_on FROM contact c JOIN matter m ON m.id = c.matter_id \
              WHERE m.phase = 'done' AND m.demo = FALSE AND m.kind <> 'report' AND m.received_on >= $1 \
              ORDER BY m.received_on DESC, m.id DESC LIMIT $2";
}

/// Which of a matter's categories is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// 客体: goods and services.
    Goods,
    /// 问题性质
    Problem,
}

/// A closed matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What was told.
    pub text: String,
    /// The path of its code: `G01/G01.03`.
    pub label: String,
    /// The mark of copied texts, empty for short ones.
    pub group: String,
    /// The day it was received, `YYYY-MM-DD`.
    pub day: String,
}

/// The newest `most` closed matters received since `since` (`YYYY-MM-DD`) that have this category, newest first.
///
/// # Errors
/// A fault of the database.
pub fn lessons(tx: &mut Tx, of: Of, since: &str, most: i64) -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for row in tx.query(&CLOSED, &params![since, most])? {
        let code: Option<String> = row.get(if of == Of::Goods { "goods" } else { "problem" })?;
        let Some(code) = code.filter(|code| !code.is_empty()) else { continue };
        let (name, facts): (String, String) = (row.get("goods_name")?, row.get("facts")?);
        lessons.push(Lesson {
            text: format!("{name}。{facts}"),
            label: triage::path_of(&code),
            group: row.get::<Option<String>>("text_mark")?.unwrap_or_default(),
            day: row.get("received_on")?,
        });
    }
    Ok(lessons)
}
