//! Walking the chain.

use std::fmt;

use db::{Error, Tx, params};
use kernel::Keyring;

use crate::{HEADS, LANE, Record};

/// The first row at which a lane breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The lane.
    pub lane: i64,
    /// The place in the lane where the chain stops to hold.
    pub seq: i64,
    /// The row found there, if any.
    pub id: Option<String>,
    /// What is wrong, in Chinese.
    pub why: &'static str,
}

/// The outcome of a walk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows that hold.
    pub rows: u64,
    /// Where each broken lane breaks.
    pub broken: Vec<Broken>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "日志 {} 行", self.rows)?;
        if self.broken.is_empty() {
            return f.write_str("，链条完整");
        }
        self.broken.iter().try_for_each(|broken| {
            let id = broken.id.as_deref().unwrap_or("（无此行）");
            write!(f, "\n第 {} 链第 {} 行 {id}：{}", broken.lane, broken.seq, broken.why)
        })
    }
}

/// Recomputes every seal (`xiaobao audit verify`).
///
/// # Errors
/// Whatever the database says.
pub fn verify(tx: &mut Tx, keyring: &Keyring) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
    for head in tx.query(&HEADS, &[])? {
        let (lane, last, seal): (i64, i64, String) = (head.get("lane")?, head.get("seq")?, head.get("seal")?);
        let (mut seq, mut before, mut broken) = (0, String::new(), None);
        tx.for_each(&LANE, &params![lane], |row| {
            if broken.is_some() {
                return Ok::<_, Error>(());
            }
            let record = Record::read(&row)?;
            let why = if record.seq != seq + 1 {
                Some("此前有行被删除或者插入")
            } else if record.seal != record.sealed(keyring, &before) {
                Some("内容或者次序被改动")
            } else {
                None
            };
            if let Some(why) = why {
                broken = Some(Broken { lane, seq: seq + 1, id: Some(record.id.to_string()), why });
            } else {
                (seq, before) = (record.seq, record.seal);
                verdict.rows += 1;
            }
            Ok(())
        })?;
        if broken.is_none() && (seq, &before) != (last, &seal) {
            broken = Some(Broken { lane, seq: seq + 1, id: None, why: "末尾的行被删除" });
        }
        verdict.broken.extend(broken);
    }
    Ok(verdict)
}
