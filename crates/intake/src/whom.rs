//! Which trader of the register a matter is about: who may be meant by the words of the contact, with evidence; the link that a
//! person makes, and its end, which is an event (record 39).

use db::{Row, Tx, params};
use jiff::Timestamp;
use kernel::{Ctx, Id, Permission, Refusal, TraderId, kind, office_minute};
use matters::{Kind, Matter, merge};
use serde_json::{Value as Json, json};
use triage::{Agreement, Candidate, Held, Known, Mention, Name, Register, Rule};
use web::{Problem, Result};

use crate::facts_of;

db::sql! {
    INSERT = "INSERT INTO trader_link (id, matter_id, trader_id, score, evidence, rule, linked_by, linked_at, said_mark) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OPEN = "SELECT id FROM trader_link WHERE matter_id = $1 AND ended_at IS NULL";
    END = "UPDATE trader_link SET ended_by = $2, ended_at = $3, why = $4 WHERE id = $1 AND ended_at IS NULL";
    OF = "SELECT l.trader_id, t.name, l.score, l.evidence, l.linked_at, l.ended_at, l.why, o.name AS linked_by, e.name AS ended_by \
          FROM trader_link l JOIN trader t ON t.id = l.trader_id LEFT JOIN officer o ON o.id = l.linked_by \
          LEFT JOIN officer e ON e.id = l.ended_by WHERE l.matter_id = $1 ORDER BY l.linked_at DESC, l.id DESC";
}

/// Names what judged: kept with every link.
const RULE: &str = "triage-names-2";
/// Records that are compared.
const COMPARED: usize = 60;

/// Why a link was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// 不是这一户
    Other,
    /// 登记有误
    Mistyped,
    /// 还不能确定
    Unclear,
}

impl Why {
    /// All, in the order of the form.
    pub const ALL: [Why; 3] = [Why::Other, Why::Mistyped, Why::Unclear];

    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Why::Other => "other",
            Why::Mistyped => "mistyped",
            Why::Unclear => "unclear",
        }
    }

    /// For an officer.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Why::Other => "不是这一户",
            Why::Mistyped => "登记有误",
            Why::Unclear => "还不能确定",
        }
    }
}

/// A record that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The record.
    pub trader: TraderId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The sum of the evidence.
    pub score: f32,
    /// 字号一致，行业相近 …
    pub why: String,
    /// Whether the evidence would be enough by itself; a person decides all the same.
    pub enough: bool,
}

/// A link, past or present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The record's name.
    pub name: String,
    /// What agreed when it was made.
    pub why: String,
    /// Who made it and when.
    pub made: String,
    /// Who ended it, when and why; empty while it holds.
    pub ended: String,
}

/// Whether the actor may say whom a matter is about. The trader of a settlement (先行和解) is a party to it and stays.
pub(crate) fn may_tell_whom(ctx: &Ctx, matter: &Matter) -> bool {
    ctx.may(Permission::Register).is_ok()
        && ctx.may(Permission::ViewTraders).is_ok()
        && matter.kind != Kind::Settlement
        && matter.state != merge::MERGED
}

fn allowed(ctx: &Ctx, matter: &Matter) -> Result<()> {
    ctx.may(Permission::Register)?;
    ctx.may(Permission::ViewTraders)?;
    if may_tell_whom(ctx, matter) {
        return Ok(());
    }
    Err(Refusal::new("trader_fixed", "这件事项的经营者是当事人，或者已并入其他事项，不能在这里更改").into())
}

/// Name and address of whom a matter complains of, as they were told.
fn told(tx: &mut Tx, matter: &Matter) -> Result<(String, String)> {
    let Some(contact) = facts_of(tx, matter.id)? else { return Ok((String::new(), matter.place.clone())) };
    let [name, address, _] = contact.respondent;
    let address = if address.trim().is_empty() { matter.place.clone() } else { address };
    Ok((name, address))
}

/// Records of the register whose names, sounds or other names are near. Names begin with a region or with the brand; letters of
/// the same sound have the same initials.
fn near(tx: &mut Tx, name: &str, address: &str) -> Result<Vec<traders::Hit>> {
    let brand = Name::of(name).brand;
    let mut hits = traders::near(tx, name, None)?;
    let called = traders::called(tx, name)?;
    let new = |hit: &traders::Hit| !hits.iter().any(|known| known.id == hit.id);
    let called: Vec<_> = called.into_iter().filter(new).collect();
    hits.extend(called);
    let mut looked = vec![name.to_owned(), brand.clone()];
    if brand.chars().count() >= 2 {
        looked.extend(
            heads(name, address).iter().map(|head| codes::names::initials(&format!("{head}{brand}"))),
        );
    }
    for text in looked {
        for hit in traders::look_up(tx, &text, COMPARED)? {
            if !hits.iter().any(|known| known.id == hit.id) {
                hits.push(hit);
            }
        }
    }
    hits.truncate(2 * COMPARED);
    Ok(hits)
}

/// What may stand before the brand: nothing, or the regions of the name and the address, with and without their endings.
fn heads(name: &str, address: &str) -> Vec<String> {
    let mut heads = vec![String::new()];
    let regions: Vec<u32> = [name, address].iter().flat_map(|text| Name::of(text).regions).collect();
    for code in regions.into_iter().take(4) {
        for level in [code / 10_000 * 10_000, code / 100 * 100, code] {
            let Some(region) = codes::regions::find(&level.to_string(), None) else { continue };
            let short = region.name.trim_end_matches(['省', '市', '区', '县']);
            heads.extend([region.name.to_owned(), short.to_owned()]);
        }
    }
    heads.sort();
    heads.dedup();
    heads
}

fn judged(
    name: &str,
    address: &str,
    hits: &[traders::Hit],
    confirmed: Option<TraderId>,
) -> (Vec<Candidate>, Option<usize>, Option<Held>) {
    let said = [name];
    let aliases: Vec<Vec<&str>> = hits.iter().map(|hit| hit.alias.as_deref().into_iter().collect()).collect();
    let known = hits.iter().zip(&aliases).map(|(hit, aliases)| Known {
        name: &hit.name,
        code: hit.credit_code.as_deref().unwrap_or_default(),
        address: &hit.address,
        aliases,
        confirmed: if confirmed == Some(hit.id) { &said } else { &[] },
    });
    let of = known.collect::<Register>().resolve(&Mention { name, code: "", address }, &Rule::default());
    (of.candidates, of.link, of.held)
}

/// Who may be meant by the words of the contact, or by `name` when it is given; best first, and why no one of them is sure.
///
/// # Errors
/// Not allowed; a fault of the database.
pub fn candidates(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    name: &str,
) -> Result<(Vec<Found>, Option<&'static str>)> {
    allowed(ctx, matter)?;
    let (said, address) = told(tx, matter)?;
    let name = if name.trim().is_empty() { said } else { name.trim().to_owned() };
    if name.is_empty() {
        return Ok((Vec::new(), Some("来件没有写经营者名称")));
    }
    let mut hits = near(tx, &name, &address)?;
    let confirmed = before(tx, ctx, matter, &name)?;
    if let Some(known) = confirmed.as_ref().filter(|known| !hits.iter().any(|hit| hit.id == known.hit.id)) {
        hits.push(known.hit.clone());
    }
    let sure = confirmed.as_ref().map(|known| known.hit.id);
    let (candidates, link, held) = judged(&name, &address, &hits, sure);
    let why = |one: &Candidate| {
        let known = confirmed.as_ref().filter(|known| known.hit.id == hits[one.at].id);
        let parts = words(&evidence(one));
        known.map_or(parts.clone(), |known| format!("{}；{parts}", known.words()))
    };
    let found = |one: &Candidate| Found {
        trader: hits[one.at].id,
        name: hits[one.at].name.clone(),
        address: hits[one.at].address.clone(),
        score: one.score,
        why: why(one),
        enough: link == Some(one.at),
    };
    let found = candidates.iter().filter(|one| one.score > 0.0).take(8).map(found).collect();
    Ok((found, held.map(Held::title)))
}

/// Whom officers found under this name before. The words of reports are nobody's to learn from, and nothing is said of them
/// (令第121号 第三十七条).
fn before(tx: &mut Tx, ctx: &Ctx, matter: &Matter, name: &str) -> Result<Option<traders::Confirmed>> {
    if matter.kind == Kind::Report { Ok(None) } else { traders::confirmed(tx, ctx, name) }
}

/// The parts and how they agreed, without the words that were compared.
fn evidence(one: &Candidate) -> Json {
    let part = |one: &triage::Evidence| {
        let weight = (f64::from(one.weight) * 100.0).round() / 100.0;
        json!({ "part": one.part.title(), "agreement": one.agreement.title(), "weight": weight })
    };
    Json::Array(one.evidence.iter().map(part).collect())
}

fn words(evidence: &Json) -> String {
    let part = |one: &Json| {
        let text = |key: &str| one.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        text("part") + &text("agreement")
    };
    evidence
        .as_array()
        .map_or_else(String::new, |parts| parts.iter().map(part).collect::<Vec<_>>().join("，"))
}

/// Says that a matter is about a trader, prepared on `version`. What agreed is kept with it; a link before it ends.
///
/// # Errors
/// Refusals when it is so already or is not to be said here; not found; stale.
pub fn link(tx: &mut Tx, ctx: &Ctx, number: &str, version: Option<i64>, trader: TraderId) -> Result<()> {
    let mut matter = matters::lock(tx, ctx, number, version)?;
    allowed(ctx, &matter)?;
    let trader = traders::kept_id(tx, trader)?;
    let trader = traders::find(tx, trader)?;
    if matter.trader == Some(trader.id) {
        return Err(Refusal::new("trader_same", "已经对应这一户").at("trader").into());
    }
    if matter.trader.is_some() {
        close(tx, ctx, &matter, Why::Other)?;
    }
    let (name, address) = told(tx, &matter)?;
    let hit = traders::Hit {
        id: trader.id,
        name: trader.name.clone(),
        alias: None,
        credit_code: trader.credit_code.clone(),
        address: trader.address.clone(),
        phone: trader.phone.clone(),
    };
    let known = before(tx, ctx, &matter, &name)?.map(|known| known.hit.id);
    let (candidates, ..) = judged(&name, &address, &[hit], known);
    let (score, evidence) =
        candidates.first().map_or((0, json!([])), |one| (hundredths(one.score), evidence(one)));
    let against = evidence
        .as_array()
        .map_or(0, |parts| parts.iter().filter(|one| one["agreement"] == Agreement::Against.title()).count());
    let id: Id<kind::Matter> = ctx.id();
    let officer = ctx.officer()?.id;
    let said = traders::said_mark(ctx, &name).filter(|_| matter.kind != Kind::Report);
    let values = params![id, matter.id, trader.id, score, evidence.to_string(), RULE, officer, ctx.now, said];
    tx.execute(&INSERT, &values)?;
    let detail = json!({ "trader": trader.id.to_string(), "score": score, "against": against, "rule": RULE });
    matters::set_trader(tx, ctx, &mut matter, Some(trader.id), &detail)
}

#[expect(clippy::cast_possible_truncation, reason = "a score is a sum of a dozen small weights")]
fn hundredths(score: f32) -> i64 {
    (score * 100.0).round() as i64
}

/// Ends the present link of a matter, prepared on `version`: what was linked, on what, by whom and until when stays.
///
/// # Errors
/// A refusal when there is none; not found; stale.
pub fn unlink(tx: &mut Tx, ctx: &Ctx, number: &str, version: Option<i64>, why: Why) -> Result<()> {
    let mut matter = matters::lock(tx, ctx, number, version)?;
    allowed(ctx, &matter)?;
    let before = matter.trader.ok_or_else(|| Refusal::new("trader_none", "这件事项没有对应经营者"))?;
    close(tx, ctx, &matter, why)?;
    let detail = json!({ "trader": before.to_string(), "why": why.code() });
    matters::set_trader(tx, ctx, &mut matter, None, &detail)
}

/// Ends the open link; one that was chosen at the desk gets its row now.
fn close(tx: &mut Tx, ctx: &Ctx, matter: &Matter, why: Why) -> Result<()> {
    let (officer, before) = (ctx.officer()?.id, matter.trader.ok_or(Problem::NotFound)?);
    let open =
        tx.one(&OPEN, &params![matter.id])?.map(|row| row.get::<Id<kind::Matter>>("id")).transpose()?;
    let id = match open {
        Some(id) => id,
        None => {
            let id: Id<kind::Matter> = ctx.id();
            let by = matter.registered_by;
            let said: Option<String> = None;
            let values = params![id, matter.id, before, 0, "[]", "desk", by, matter.received_at, said];
            tx.execute(&INSERT, &values)?;
            id
        }
    };
    tx.exactly_one(&END, &params![id, officer, ctx.now, why.code()])?;
    Ok(())
}

/// The links of a matter, latest first.
///
/// # Errors
/// A fault of the database.
pub fn links(tx: &mut Tx, matter: &Matter) -> Result<Vec<Link>> {
    let rows = tx.query(&OF, &params![matter.id])?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<Link, db::Error> {
    let evidence: Json = serde_json::from_str(&row.get::<String>("evidence")?).unwrap_or_default();
    let by =
        |column: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(column)?.unwrap_or_default());
    let at = |at: Timestamp| office_minute(at);
    let ended: Option<Timestamp> = row.get("ended_at")?;
    let code: Option<String> = row.get("why")?;
    let why = Why::ALL.into_iter().find(|why| Some(why.code()) == code.as_deref()).map_or("", Why::words);
    let ended_by = by("ended_by")?;
    Ok(Link {
        name: row.get("name")?,
        why: words(&evidence),
        made: format!("{} {}", by("linked_by")?, at(row.get("linked_at")?)).trim().to_owned(),
        ended: ended.map_or_else(String::new, |ended| format!("{ended_by} {} {why}", at(ended))),
    })
}
