//! Matters that are probably the same thing and are not linked yet: offered with the reasons, never decided.
//!
//! Nothing here tells who reported (令第121号 第三十七条): reports and everything else never offer each other, and the telephone of
//! a report is a reason only for who opened the reporters of both today, by the right to and with the reason in the journal.

use std::collections::{BTreeMap, BTreeSet};

use db::{Select, Tx, params};
use jiff::{ToSpan, civil::Date};
use kernel::{Ctx, MatterId, Permission, Refusal, TraderId};
use web::{Problem, Result};

use crate::{
    Kind, Matter, Phase, matter, merge,
    relations::{self, Told},
};

/// Days before and after the receipt within which a telephone or a text is looked for.
const WINDOW: i32 = 30;
/// Days before and after within which the same trader alone is a reason.
const TRADER_WINDOW: i32 = 3;
/// Candidates offered at most.
const MOST: usize = 20;
/// Matters read for each reason at most, the latest first.
const EACH: usize = 60;

/// (stored word, words of the choice) of what can be done with a candidate.
pub const WAYS: &[(&str, &str)] = &[
    ("repeat", "标为重复：后收到的一件与先收到的是同一件事"),
    ("supplement", "补充：后收到的一件是先收到的一件的补充材料"),
    ("merge", "并案：并入本件一并办理"),
];

/// A matter that is probably the same thing.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The matter.
    pub matter: Matter,
    /// Why, in Chinese, the strongest first.
    pub reasons: Vec<String>,
    /// What the actor may do with it: codes of [`WAYS`].
    pub ways: Vec<&'static str>,
}

/// What of a matter is sought elsewhere.
struct Sought {
    id: MatterId,
    kind: Kind,
    received_on: Date,
    outside: Option<String>,
    trader: Option<TraderId>,
    respondent: Option<String>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Outside,
    Text,
    Phone,
    Trader,
    Respondent,
}

db::sql! {
    RESPONDENT = "SELECT respondent_name FROM contact WHERE matter_id = $1";
    LOOKED = "SELECT COUNT(*) FROM read_log WHERE matter_id = $1 AND officer_id = $2 AND what LIKE 'party:%' AND at >= $3";
}

impl Mark {
    const ALL: [Self; 5] = [Self::Outside, Self::Text, Self::Phone, Self::Trader, Self::Respondent];

    /// How strong a reason it is.
    const fn strength(self) -> u32 {
        match self {
            Self::Outside => 80,
            Self::Text => 41,
            Self::Phone => 40,
            Self::Trader => 20,
            Self::Respondent => 10,
        }
    }

    /// The days before and after that are looked at; `None`: all.
    const fn window(self) -> Option<i32> {
        match self {
            Self::Outside => None,
            Self::Text | Self::Phone => Some(WINDOW),
            Self::Trader | Self::Respondent => Some(TRADER_WINDOW),
        }
    }

    fn words(self, days: i32) -> String {
        let apart = if days == 0 { "同一天收到".to_owned() } else { format!("相差 {days} 天") };
        match self {
            Self::Outside => "外部编号相同".to_owned(),
            Self::Text => format!("内容相同，{apart}"),
            Self::Phone => format!("同一电话，{apart}"),
            Self::Trader => format!("同一商家，{apart}"),
            Self::Respondent => format!("被反映对象同名，{apart}"),
        }
    }

    /// The list of what bears the same mark as `of`, from the mark's own index to the matter and no other way round; `None`
    /// where `of` has no such mark.
    fn list(self, of: &Sought) -> Option<Select> {
        let days = self.window().unwrap_or_default();
        let (from, to) = around(of.received_on, days);
        Some(match self {
            Self::Outside => Select::from("SELECT m.id, m.received_on FROM matter n CROSS JOIN matter m")
                .and("n.outside_number = ?", params![of.outside.as_ref()?])
                .and("m.id = n.id", []),
            Self::Trader => Select::from("SELECT m.id, m.received_on FROM matter n CROSS JOIN matter m")
                .and(
                    "n.trader_id = ? AND n.received_on >= ? AND n.received_on <= ?",
                    params![of.trader?, from, to],
                )
                .and("m.id = n.id", []),
            Self::Text => Select::from(
                "SELECT m.id, m.received_on FROM contact d CROSS JOIN contact c CROSS JOIN matter m",
            )
            .and("d.matter_id = ? AND c.text_mark = d.text_mark AND m.id = c.matter_id", params![of.id])
            .and("m.received_on >= ? AND m.received_on <= ?", params![from, to]),
            Self::Phone => Select::from(
                "SELECT DISTINCT m.id, m.received_on FROM party q CROSS JOIN party p CROSS JOIN matter m",
            )
            .and("q.matter_id = ? AND p.phone_mark = q.phone_mark AND m.id = p.matter_id", params![of.id])
            .and("m.received_on >= ? AND m.received_on <= ?", params![from, to]),
            Self::Respondent => Select::from(
                "SELECT m.id, m.received_on FROM matter n CROSS JOIN contact c CROSS JOIN matter m",
            )
            .and("n.received_on >= ? AND n.received_on <= ?", params![from, to])
            .and(
                "c.matter_id = n.id AND c.respondent_name = ? AND m.id = n.id",
                params![of.respondent.as_ref()?],
            ),
        })
    }
}

fn around(day: Date, days: i32) -> (Date, Date) {
    (day.saturating_sub(days.days()), day.saturating_add(days.days()))
}

/// A list narrowed to what the actor may know of, on the same side of the border around reports.
fn narrowed(list: Select, ctx: &Ctx, of: &Sought, mark: Mark) -> Select {
    let (condition, values) = crate::visible(ctx);
    let report = of.kind == Kind::Report;
    let side = if report { "m.kind = 'report'" } else { "m.kind <> 'report'" };
    let list = list.and(side, []).and("m.id <> ? AND m.state <> 'void'", params![of.id]);
    let list = if mark == Mark::Phone && !report {
        list.and("q.role <> 'reporter' AND p.role <> 'reporter'", [])
    } else {
        list
    };
    list.and(condition, values).order("m.received_on DESC, m.id DESC").limit(EACH)
}

/// Whether the actor opened the people of a report within the last day, by the right to open reporters: that is in the
/// journal with its reason.
fn looked(tx: &mut Tx, ctx: &Ctx, report: MatterId) -> Result<bool> {
    let Ok(officer) = ctx.officer() else { return Ok(false) };
    if ctx.may(Permission::OpenReporter).is_err() {
        return Ok(false);
    }
    let since = ctx.now - jiff::SignedDuration::from_hours(24);
    Ok(tx.scalar::<i64>(&LOOKED, &params![report, officer.id, since])? > 0)
}

/// The matters the actor may know of that are probably the same thing as `of` and not linked to it, the likeliest first, 20
/// at most.
///
/// # Errors
/// A fault of the database.
pub fn candidates(tx: &mut Tx, ctx: &Ctx, of: &Matter) -> Result<Vec<Candidate>> {
    let sought = sought(tx, of)?;
    let known = known(tx, ctx, of)?;
    let mut found: BTreeMap<MatterId, (u32, Date, Vec<String>)> = BTreeMap::new();
    for mark in Mark::ALL {
        let secret = of.kind == Kind::Report && mark == Mark::Phone;
        if secret && !looked(tx, ctx, of.id)? {
            continue;
        }
        let Some(list) = mark.list(&sought) else { continue };
        for row in tx.select(&narrowed(list, ctx, &sought, mark))? {
            let (id, day): (MatterId, Date) = (row.get("id")?, row.get("received_on")?);
            if known.contains(&id) || (secret && !looked(tx, ctx, id)?) {
                continue;
            }
            let (strength, _, reasons) = found.entry(id).or_insert_with(|| (0, day, Vec::new()));
            *strength += mark.strength();
            reasons.push(mark.words((day - of.received_on).get_days().abs()));
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|(one, (strong, day, _)), (two, (other, later, _))| {
        (other, later, two).cmp(&(strong, day, one))
    });
    found.truncate(MOST);
    let offered = found.into_iter().map(|(id, (_, _, reasons))| {
        let matter = matter::by_id(tx, ctx, id)?;
        let ways = ways(ctx, of, &matter);
        Ok(Candidate { matter, reasons, ways })
    });
    offered.collect()
}

fn sought(tx: &mut Tx, of: &Matter) -> Result<Sought> {
    let respondent: Option<String> =
        tx.one(&RESPONDENT, &params![of.id])?.map(|row| row.get("respondent_name")).transpose()?;
    Ok(Sought {
        id: of.id,
        kind: of.kind,
        received_on: of.received_on,
        outside: of.outside_number.clone(),
        trader: of.trader,
        respondent: respondent.filter(|name| !name.is_empty()),
    })
}

/// What is in the cluster already, or linked in any other way.
fn known(tx: &mut Tx, ctx: &Ctx, of: &Matter) -> Result<BTreeSet<MatterId>> {
    let mut known: BTreeSet<MatterId> =
        super::of(tx, ctx, of)?.into_iter().map(|member| member.matter.id).collect();
    for row in tx.query(&super::TIES, &params![of.id])? {
        known.insert(row.get("other")?);
    }
    Ok(known)
}

fn ways(ctx: &Ctx, of: &Matter, other: &Matter) -> Vec<&'static str> {
    let may = |permission| ctx.may(permission).is_ok();
    let free = |one: &Matter| one.state != merge::MERGED && one.state != crate::number::VOID_STATE;
    let goes = |one: &Matter| free(one) && one.phase != Phase::Done;
    let can = |way: &str| match way {
        "merge" => may(Permission::Dispatch) && of.kind == other.kind && goes(of) && goes(other),
        // New facts of a report have their act (第三十五条).
        "supplement" => may(Permission::Register) && of.kind != Kind::Report && goes(later(of, other)),
        _ => may(Permission::Register) && free(of) && free(other),
    };
    WAYS.iter().map(|(way, _)| *way).filter(|way| can(way)).collect()
}

fn later<'a>(one: &'a Matter, other: &'a Matter) -> &'a Matter {
    if (one.received_at, &one.number) > (other.received_at, &other.number) { one } else { other }
}

/// Does with the candidate `other` of `number` what was chosen: the existing relation or merge, with its reason. What was
/// received later repeats or supplements what was received earlier; a merge goes into `number`.
///
/// # Errors
/// Refusals without a way or a reason, and of [`relations::relate`] and [`merge::merge`]; not found; stale.
pub fn join(
    tx: &mut Tx,
    ctx: &Ctx,
    number: &str,
    version: Option<i64>,
    other: &str,
    (way, reason): (&str, &str),
) -> Result<&'static str> {
    if !WAYS.iter().any(|(known, _)| *known == way) {
        return Err(Refusal::new("way", "请选择怎样处理：标为重复、补充或者并案").at("way").into());
    }
    if other.trim().is_empty() {
        return Err(Refusal::new("candidate", "请先选择一件相似的事项").at("candidate").into());
    }
    if reason.trim().chars().count() < 2 {
        return Err(Refusal::new("why", "请写明理由，例如：同一人就同一次购买两次来电").at("why").into());
    }
    if way == "merge" {
        merge::merge(tx, ctx, number, version, &[other.trim().to_owned()], reason)?;
        return Ok("已并案");
    }
    ctx.may(Permission::Register)?;
    let (here, there) = both(tx, ctx, number, version, other.trim())?;
    let (mut from, to) = if later(&here, &there).id == here.id { (here, there) } else { (there, here) };
    let told = relations::relate(tx, ctx, &mut from, &to, way, reason.trim())?;
    Ok(if told == Told::Linked { "已标明" } else { told.words() })
}

/// Both, locked in the order of their numbers.
fn both(tx: &mut Tx, ctx: &Ctx, number: &str, version: Option<i64>, other: &str) -> Result<(Matter, Matter)> {
    if number < other {
        let here = matter::lock(tx, ctx, number, version)?;
        return Ok((here, named(tx, ctx, other)?));
    }
    let there = named(tx, ctx, other)?;
    Ok((matter::lock(tx, ctx, number, version)?, there))
}

fn named(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Matter> {
    match matter::lock(tx, ctx, number, None) {
        Err(Problem::NotFound) => {
            let words = format!("没有找到编号为 {number} 的事项，或者不在您的查看范围内");
            Err(Refusal::new("candidate", words).at("candidate").into())
        }
        found => found,
    }
}

/// Every list of candidates, for the test that prepares statements.
pub(crate) fn widest(ctx: &Ctx) -> Vec<Select> {
    let of = Sought {
        id: kernel::Id::from_uuid(Default::default()),
        kind: Kind::Complaint,
        received_on: Date::constant(2026, 9, 23),
        outside: Some("QZ1".to_owned()),
        trader: Some(kernel::Id::from_uuid(Default::default())),
        respondent: Some("好再来超市".to_owned()),
    };
    let all = Mark::ALL.into_iter().filter_map(|mark| Some((mark, mark.list(&of)?)));
    all.map(|(mark, list)| narrowed(list, ctx, &of, mark)).collect()
}
