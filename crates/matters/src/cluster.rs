//! The same thing in several numbers (同一事项): by 12345, by 12315, by letter, split, repeated, supplemented, merged.

use db::{Tx, params};
use kernel::{Ctx, MatterId};
use web::{Problem, Result};

use crate::{Matter, matter};

mod candidates;

pub use candidates::{Candidate, WAYS, candidates, join};
pub(crate) use candidates::{STATEMENTS as OF_CANDIDATES, widest};

/// The kinds of links that hold a cluster together, beside those somebody made as plain relations.
const HOLDING: [&str; 5] = ["merge", "repeat", "supplement", "split", "reopened"];
/// Matters a cluster shows at most.
const MOST: usize = 100;

/// A matter of a cluster.
#[derive(Clone, Debug)]
pub struct Member {
    /// The matter.
    pub matter: Matter,
    /// How it hangs on the ones before it, in Chinese: `补充 → TS-…`.
    pub ties: Vec<String>,
}

db::sql! {
    TIES = "SELECT l.kind, CASE WHEN l.from_id = $1 THEN l.to_id ELSE l.from_id END AS other, CASE WHEN l.from_id = $1 THEN 1 ELSE 0 END AS from_here \
            FROM matter_link l WHERE (l.from_id = $1 OR l.to_id = $1) AND l.ended_at IS NULL ORDER BY l.at, l.id";
}

/// Every matter that hangs together with `start`, itself first, found by way of those the actor may know of: what lies
/// beyond one that is out of reach stays unknown too.
///
/// # Errors
/// A fault of the database.
pub fn of(tx: &mut Tx, ctx: &Ctx, start: &Matter) -> Result<Vec<Member>> {
    let mut members = vec![Member { matter: start.clone(), ties: Vec::new() }];
    let mut at = 0;
    while let Some(here) = members.get(at).map(|member| member.matter.clone()) {
        for row in tx.query(&TIES, &params![here.id])? {
            let kind: String = row.get("kind")?;
            let other: MatterId = row.get("other")?;
            if !HOLDING.contains(&kind.as_str()) {
                continue;
            }
            let known = members.iter().position(|member| member.matter.id == other);
            let place = match known {
                Some(place) => place,
                None if members.len() < MOST => match matter::by_id(tx, ctx, other) {
                    Ok(found) => {
                        members.push(Member { matter: found, ties: Vec::new() });
                        members.len() - 1
                    }
                    Err(Problem::NotFound) => continue,
                    Err(problem) => return Err(problem),
                },
                None => continue,
            };
            if place > at {
                let from_here = row.get::<i64>("from_here")? == 1;
                let words = tie(&kind, from_here, &here.number);
                members[place].ties.push(words);
            }
        }
        at += 1;
    }
    Ok(members)
}

/// How a member hangs on `number`; `from_there`: the link goes from `number` to it.
fn tie(kind: &str, from_there: bool, number: &str) -> String {
    match (kind, from_there) {
        ("merge", false) => format!("并入 {number}"),
        ("merge", true) => format!("{number} 并入本件"),
        ("repeat", false) => format!("重复 {number}"),
        ("repeat", true) => format!("{number} 与本件重复"),
        ("supplement", false) => format!("补充 {number}"),
        ("supplement", true) => format!("{number} 补充本件"),
        ("split", true) => format!("由 {number} 分立"),
        ("split", false) => format!("{number} 由本件分立"),
        (_, true) => format!("由 {number} 重办"),
        (_, false) => format!("{number} 由本件重办"),
    }
}
