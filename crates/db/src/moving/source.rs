//! The side that gives: every row in one snapshot, those that lie in the target already only counted.

use kernel::{RunningDigest, hex};
use tokio::sync::mpsc::Sender;

use super::{DOCUMENTS, Load, Mark, Marks};
use crate::{
    Content, Error, Moved, Table, Tx,
    content::Count,
    table::{PAGE, tables},
};

/// Documents of the search index sent together.
const TOGETHER: usize = 500;

/// Why a table is no longer read.
enum Halt {
    /// The source does not begin with the rows that lie in the target.
    Differs,
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

type Hand<'a> = &'a dyn Fn(Load) -> Result<(), Error>;

/// Sends what the target lacks.
pub(super) fn send(tx: &mut Tx, marks: &Marks, sender: &Sender<Load>) -> Result<(), Error> {
    let hand = |load: Load| sender.blocking_send(load).map_err(|_| Error::Closed);
    tx.without_limits()?;
    let mut contents = Vec::new();
    for table in tables(tx)? {
        let sent = match rows(tx, &table, marks.get(table.name()), &hand) {
            Err(Halt::Differs) => {
                hand(Load::Clear(table.clone()))?;
                rows(tx, &table, None, &hand)
            }
            sent => sent,
        };
        contents.push(sent.map_err(failed)?);
    }
    let documents = match documents(tx, marks.get(DOCUMENTS), &hand) {
        Err(Halt::Differs) => {
            hand(Load::ClearDocuments)?;
            self::documents(tx, None, &hand)
        }
        sent => sent,
    };
    hand(Load::End(Moved { contents, documents: documents.map_err(failed)? }))
}

fn failed(halt: Halt) -> Error {
    match halt {
        Halt::Failed(error) => error,
        Halt::Differs => Error::Other("a table differs from nothing".to_owned()),
    }
}

/// Sends the rows of a table after those of `mark`, when the first ones are those.
fn rows(tx: &mut Tx, table: &Table, mark: Option<&Mark>, hand: Hand) -> Result<Content, Halt> {
    let (mut count, mut page, mut waiting) = (Count::of(table), Vec::new(), mark);
    tx.dump(table, |row| {
        count.add(row.values());
        if let Some(mark) = waiting {
            let so_far = count.mark(mark.rows);
            if so_far.is_some_and(|digest| digest != mark.digest) {
                return Err(Halt::Differs);
            }
            if count.rows() >= mark.rows {
                waiting = None;
            }
            return Ok(());
        }
        page.push(row.values().to_vec());
        if page.len() == PAGE {
            let mark = Mark { rows: count.rows(), digest: count.clone().finish().digest };
            hand(Load::Rows(table.clone(), std::mem::take(&mut page), mark))?;
        }
        Ok(())
    })?;
    if waiting.is_some() {
        return Err(Halt::Differs);
    }
    let content = count.finish();
    if !page.is_empty() {
        let mark = Mark { rows: content.rows, digest: content.digest.clone() };
        hand(Load::Rows(table.clone(), page, mark))?;
    }
    Ok(content)
}

/// The same for the search index.
fn documents(tx: &mut Tx, mark: Option<&Mark>, hand: Hand) -> Result<usize, Halt> {
    let (mut digest, mut rows, mut page, mut waiting) = (RunningDigest::default(), 0, Vec::new(), mark);
    let of = |digest: &RunningDigest| hex(&digest.clone().finish());
    let mut differs = false;
    tx.documents(|doc, tokens| {
        rows += 1;
        digest.add(doc.as_bytes());
        digest.add(tokens.join(" ").as_bytes());
        digest.add(&[0]);
        if let Some(mark) = waiting {
            if rows == mark.rows {
                differs = of(&digest) != mark.digest;
                waiting = None;
            }
            return Ok(());
        }
        if differs {
            return Ok(());
        }
        page.push((doc, tokens));
        if page.len() == TOGETHER {
            hand(Load::Documents(std::mem::take(&mut page), Mark { rows, digest: of(&digest) }))?;
        }
        Ok(())
    })?;
    if differs || waiting.is_some() {
        return Err(Halt::Differs);
    }
    if !page.is_empty() {
        hand(Load::Documents(page, Mark { rows, digest: of(&digest) }))?;
    }
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}
