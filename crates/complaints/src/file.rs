//! What is a complaint's own, beside its matter.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{MatterId, Money, OfficerId};
use web::Result;

/// The complaint's own row, its settlement and its last session.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// Who handled it.
    pub handler: Option<OfficerId>,
    /// When it was accepted.
    pub accepted_on: Option<Date>,
    /// Refusal: ground code and words.
    pub refusal: Option<(String, String)>,
    /// Termination: ground code and words.
    pub termination: Option<(String, String)>,
    /// To whom mediation was entrusted.
    pub entrusted_to: Option<String>,
    /// The art. 17 sheet as it stood at the decision.
    pub factors: Option<String>,
    /// Who proposed the refusal, and who decided.
    pub decided: [Option<OfficerId>; 2],
    /// The settlement.
    pub settlement: Option<Settlement>,
}

/// A settlement.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// `document` 调解书 or `record` 调解记录.
    pub paper: String,
    /// Number of the 调解书, once a head approved it as a paper.
    pub number: Option<String>,
    /// When.
    pub agreed_on: Date,
    /// What was agreed.
    pub terms: String,
    /// When it was performed.
    pub performed_on: Option<Date>,
    /// What the consumer got back.
    pub recovered: Option<Money>,
    /// Of it, above the loss.
    pub punitive: Option<Money>,
}

/// A session of mediation.
#[derive(Clone, Debug)]
pub struct Session {
    /// How, in Chinese.
    pub way: &'static str,
    /// When, as officers read it.
    pub when: String,
    /// Where.
    pub place: String,
    /// Who mediates.
    pub mediators: String,
    /// What was said.
    pub record: String,
}

/// (stored word, Chinese) of the ways to mediate (令第121号 第二十条).
pub const WAYS: &[(&str, &str)] =
    &[("site", "现场"), ("phone", "电话"), ("video", "视频"), ("internet", "互联网")];

db::sql! {
    FIND = "SELECT handler_id, accepted_on, refusal_ground, refusal_words, termination_ground, termination_words, entrusted_to, factors, \
            proposed_by, approved_by FROM complaint WHERE matter_id = $1";
    SETTLEMENT = "SELECT paper, COALESCE(paper_number, (SELECT MAX(p.number) FROM paper p WHERE p.matter_id = settlement.matter_id \
                  AND p.form = 'settlement' AND p.state IN ('approved', 'printed'))) AS paper_number, agreed_on, terms, performed_on, recovered, punitive FROM settlement WHERE matter_id = $1";
    SESSIONS = "SELECT way, planned_at, place, mediators, record FROM mediation_session WHERE matter_id = $1 ORDER BY planned_at, id";
}

/// The complaint of a matter; empty before the first act.
///
/// # Errors
/// A fault of the database.
pub fn load(tx: &mut Tx, matter: MatterId) -> Result<Complaint> {
    let Some(row) = tx.one(&FIND, &params![matter])? else { return Ok(Complaint::default()) };
    let settlement = tx.one(&SETTLEMENT, &params![matter])?.as_ref().map(read_settlement).transpose()?;
    let pair = |ground: Option<String>, words: Option<String>| {
        ground.map(|ground| (ground, words.unwrap_or_default()))
    };
    Ok(Complaint {
        handler: row.get("handler_id")?,
        accepted_on: row.get("accepted_on")?,
        refusal: pair(row.get("refusal_ground")?, row.get("refusal_words")?),
        termination: pair(row.get("termination_ground")?, row.get("termination_words")?),
        entrusted_to: row.get("entrusted_to")?,
        factors: row.get("factors")?,
        decided: [row.get("proposed_by")?, row.get("approved_by")?],
        settlement,
    })
}

fn read_settlement(row: &Row) -> Result<Settlement, db::Error> {
    Ok(Settlement {
        paper: row.get("paper")?,
        number: row.get("paper_number")?,
        agreed_on: row.get("agreed_on")?,
        terms: row.get("terms")?,
        performed_on: row.get("performed_on")?,
        recovered: row.get("recovered")?,
        punitive: row.get("punitive")?,
    })
}

/// The sessions of a complaint in order.
///
/// # Errors
/// A fault of the database.
pub(crate) fn sessions(tx: &mut Tx, matter: MatterId) -> Result<Vec<Session>> {
    let rows = tx.query(&SESSIONS, &params![matter])?;
    let read = |row: &Row| {
        let way: String = row.get("way")?;
        Ok::<_, db::Error>(Session {
            way: WAYS.iter().find(|(code, _)| *code == way).map_or("", |(_, words)| words),
            when: kernel::office_minute(row.get("planned_at")?),
            place: row.get("place")?,
            mediators: row.get("mediators")?,
            record: row.get("record")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
