//! Comments of colleagues at a paragraph. They go with the paragraph where the text is edited.

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, Refusal, kind};
use serde_json::json;
use web::{Problem, Result};

use super::{
    Kept, SummaryId,
    diff::{carried, pieces},
    find, may_write,
    text::paragraphs,
};

/// Characters of a comment.
pub const LONGEST_COMMENT: usize = 1_000;

/// An id of a comment.
pub type CommentId = Id<kind::Journal>;

db::sql! {
    INSERT = "INSERT INTO summary_comment (id, summary_id, version, paragraph, words, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF = "SELECT c.id, c.version, c.paragraph, c.words, o.name AS who, c.made_at, d.name AS settled FROM summary_comment c \
          JOIN officer o ON o.id = c.made_by LEFT JOIN officer d ON d.id = c.settled_by WHERE c.summary_id = $1 ORDER BY c.made_at, c.id";
    SETTLE = "UPDATE summary_comment SET settled_by = $3, settled_at = $4 WHERE id = $1 AND summary_id = $2 AND settled_by IS NULL";
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The version that was read.
    pub version: i64,
    /// The paragraph of the text as it is now, from 1; none where it is gone.
    pub paragraph: Option<usize>,
    /// What is said.
    pub words: String,
    /// By whom.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Who settled it.
    pub settled: Option<String>,
}

fn read(row: &Row) -> Result<Comment, db::Error> {
    let paragraph: i64 = row.get("paragraph")?;
    Ok(Comment {
        id: row.get("id")?,
        version: row.get("version")?,
        paragraph: usize::try_from(paragraph).ok(),
        words: row.get("words")?,
        who: row.get("who")?,
        at: row.get("made_at")?,
        settled: row.get("settled")?,
    })
}

/// Where paragraph `number` of `old` is in `new`.
fn followed(old: &str, new: &str, number: usize) -> Option<usize> {
    let (at, line) = *paragraphs(old).get(number.checked_sub(1)?)?;
    let (place, _) = carried(&pieces(old, new), &(at..at + line.len()));
    if place.is_empty() {
        return None;
    }
    let meets = |(from, line): &(usize, &str)| *from < place.end && place.start < from + line.len();
    paragraphs(new).iter().position(meets).map(|found| found + 1)
}

impl Kept {
    /// The comments in order, each at its paragraph of the text as it is now.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn comments(&self, tx: &mut Tx) -> Result<Vec<Comment>> {
        let mut all: Vec<Comment> =
            tx.query(&OF, &params![self.id])?.iter().map(read).collect::<Result<_, _>>()?;
        for comment in all.iter_mut().filter(|comment| comment.version != self.version) {
            let old = self.version(tx, comment.version)?;
            comment.paragraph = comment.paragraph.and_then(|number| followed(&old.text, &self.text, number));
        }
        Ok(all)
    }
}

/// Comments on a paragraph of the version that was read.
///
/// # Errors
/// Refusals without words, or once the text is settled; [`Problem::NotFound`] for a paragraph that is not there.
pub fn comment(
    tx: &mut Tx,
    ctx: &Ctx,
    id: SummaryId,
    (version, paragraph): (i64, i64),
    words: &str,
) -> Result<()> {
    let kept = find(tx, ctx, id)?;
    if !kept.state.is_open() {
        return Err(Refusal::new("not_lawful_now", format!("总结{}，不能再批注", kept.state.label())).into());
    }
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::new("words", "请填写批注").at("words").into());
    }
    let read = kept.version(tx, version)?;
    let known = usize::try_from(paragraph).is_ok_and(|at| at >= 1 && at <= paragraphs(&read.text).len());
    if !known {
        return Err(Problem::NotFound);
    }
    let own: CommentId = ctx.id();
    tx.execute(&INSERT, &params![own, id, version, paragraph, words, ctx.officer()?.id, ctx.now])?;
    let detail = json!({ "title": kept.title, "version": version, "paragraph": paragraph });
    Ok(journal::note(tx, ctx, &id.to_string(), "summary_comment", &detail)?)
}

/// Marks a comment as settled.
///
/// # Errors
/// A refusal without the right to write; stale when it was settled before.
pub fn settle(tx: &mut Tx, ctx: &Ctx, id: SummaryId, comment: CommentId) -> Result<()> {
    may_write(ctx)?;
    let kept = find(tx, ctx, id)?;
    tx.exactly_one(&SETTLE, &params![comment, id, ctx.officer()?.id, ctx.now])?;
    let detail = json!({ "title": kept.title });
    Ok(journal::note(tx, ctx, &id.to_string(), "summary_comment_settled", &detail)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_goes_with_its_paragraph() {
        let old = "# 题\n\n一、甲\n\n接收投诉。\n\n二、乙\n";
        let new = "# 题\n\n前言。\n\n一、甲\n\n接收投诉，办理认真。\n\n二、乙\n";
        assert_eq!(followed(old, new, 2), Some(3));
        assert_eq!(followed(old, new, 3), Some(4));
        assert_eq!(followed(old, "# 题\n\n一、甲\n\n二、乙\n", 2), None);
    }
}
