//! Walking the chain.

use std::{collections::BTreeMap, fmt};

use db::{Error, Tx, params};
use kernel::{JournalId, Keyring};

use crate::{HEADS, LANE, LANES_IN_USE, Record, head_mark};

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

/// Recomputes every seal (`xiaobao audit verify`), of every lane that has rows or a head.
///
/// # Errors
/// Whatever the database says.
pub fn verify(tx: &mut Tx, keyring: &Keyring) -> Result<Verdict, Error> {
    let mut lanes: BTreeMap<i64, Option<Head>> = BTreeMap::new();
    for row in tx.query(&LANES_IN_USE, &[])? {
        lanes.insert(row.get("lane")?, None);
    }
    for row in tx.query(&HEADS, &[])? {
        let head = Head { seq: row.get("seq")?, seal: row.get("seal")?, mark: row.get("mark")? };
        lanes.insert(row.get("lane")?, Some(head));
    }
    let mut verdict = Verdict::default();
    for (lane, head) in lanes {
        let walk = walk(tx, keyring, lane)?;
        verdict.rows += walk.rows;
        verdict.broken.extend(walk.broken.clone().or_else(|| walk.end(keyring, lane, head.as_ref())));
    }
    Ok(verdict)
}

struct Head {
    seq: i64,
    seal: String,
    mark: String,
}

/// How far a lane holds.
#[derive(Default)]
struct Walk {
    rows: u64,
    seq: i64,
    seal: String,
    broken: Option<Broken>,
}

impl Walk {
    fn end(&self, keyring: &Keyring, lane: i64, head: Option<&Head>) -> Option<Broken> {
        let why = match head {
            None => "链头记录被删除",
            Some(head) if (head.seq, &head.seal) != (self.seq, &self.seal) => "末尾的行被删除",
            Some(head) if head.mark != head_mark(keyring, lane, head.seq, &head.seal) => "链头记录被改动",
            Some(_) => return None,
        };
        Some(Broken { lane, seq: self.seq + 1, id: None, why })
    }
}

fn walk(tx: &mut Tx, keyring: &Keyring, lane: i64) -> Result<Walk, Error> {
    let mut walk = Walk::default();
    tx.for_each(&LANE, &params![lane], |row| {
        if walk.broken.is_some() {
            return Ok::<_, Error>(());
        }
        let id: JournalId = row.get("id")?;
        let record = Record::read(&row);
        let why = match &record {
            Err(_) => "有一列无法读取",
            Ok(record) if record.seq != walk.seq + 1 => "此前有行被删除或者插入",
            Ok(record) if record.seal != record.sealed(keyring, &walk.seal) => "内容或者次序被改动",
            Ok(record) => {
                (walk.seq, walk.seal) = (record.seq, record.seal.clone());
                walk.rows += 1;
                return Ok(());
            }
        };
        walk.broken = Some(Broken { lane, seq: walk.seq + 1, id: Some(id.to_string()), why });
        Ok(())
    })?;
    Ok(walk)
}
