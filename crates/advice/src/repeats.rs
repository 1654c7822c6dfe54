//! Earlier matters about the same thing, while it is being told: from the trader's link, the text's mark, the telephone's mark
//! and the search index, never by a walk over all matters. Reports and everything else never suggest each other, and no
//! telephone speaks for a report (令第121号 第三十七条).

use std::collections::BTreeMap;

use codes::names;
use db::{Select, Tx, params};
use jiff::{ToSpan as _, civil::Date};
use kernel::{Ctx, MatterId, TraderId, hex, sm3};
use matters::{Kind, parties};
use triage::{Gate, Index, Message};
use web::Result;

use crate::{Guess, Part, Typed};

/// Days back.
const WINDOW: i32 = 90;
/// Matters read for each reason at most, the latest first.
const EACH: usize = 60;
/// Suggested at most.
const MOST: usize = 3;
/// Words looked for in the search index at most.
const WORDS: usize = 6;
/// A word that more documents have than this is not rare, and says nothing.
const RARE: usize = 200;
/// Letters below which equal texts are alike by chance.
const SHORT: usize = 20;

db::sql! {
    HOLDING = "SELECT d.doc FROM SEARCH_DOCS($1) d LIMIT $2";
}

const ROW: &str = "SELECT m.id, m.number, m.title, m.received_on, c.facts FROM matter m JOIN contact c ON c.matter_id = m.id";

/// The mark by which the same text is found again (令第121号 第十七条); none for a text so short that it is alike by chance.
pub fn text_mark(facts: &str) -> Option<String> {
    let folded = names::fold(facts);
    (folded.chars().count() >= SHORT).then(|| hex(&sm3(folded.as_bytes())))
}

/// An earlier matter that something speaks for.
struct Earlier {
    number: String,
    title: String,
    received_on: Date,
    facts: String,
    trader: bool,
    text: bool,
    phone: bool,
}

/// What is looked for.
struct Sought {
    from: Date,
    report: bool,
    trader: Option<TraderId>,
    text: Option<String>,
    phone: Option<String>,
}

type Found = BTreeMap<MatterId, Earlier>;

fn by_trader(trader: TraderId, from: Date) -> Select {
    Select::from(
        "SELECT m.id, m.number, m.title, m.received_on, c.facts FROM matter n CROSS JOIN matter m CROSS JOIN contact c",
    )
    .and("n.trader_id = ? AND n.received_on >= ? AND m.id = n.id AND c.matter_id = n.id", params![trader, from])
}

fn by_text(mark: &str, from: Date) -> Select {
    Select::from("SELECT m.id, m.number, m.title, m.received_on, c.facts FROM contact c CROSS JOIN matter m")
        .and("c.text_mark = ? AND m.id = c.matter_id AND m.received_on >= ?", params![mark, from])
}

fn by_phone(mark: &str, from: Date) -> Select {
    Select::from(
        "SELECT m.id, m.number, m.title, m.received_on, c.facts FROM party p CROSS JOIN matter m CROSS JOIN contact c",
    )
    .and("p.phone_mark = ? AND p.role <> 'reporter' AND m.id = p.matter_id AND c.matter_id = m.id", params![mark])
    .and("m.received_on >= ?", params![from])
}

fn by_id(id: MatterId, from: Date) -> Select {
    Select::from(ROW).and("m.id = ? AND m.received_on >= ?", params![id, from])
}

/// A list within the actor's reach and on its side of the border around reports.
fn narrowed(list: Select, ctx: &Ctx, report: bool) -> Select {
    let (condition, values) = matters::visible(ctx);
    let side = if report { "m.kind = 'report'" } else { "m.kind <> 'report'" };
    list.and(side, [])
        .and("m.state <> 'void'", [])
        .and(condition, values)
        .order("m.received_on DESC")
        .limit(EACH)
}

/// Every list of this file in its widest form, for the tests of statements and plans.
pub fn widest(ctx: &Ctx) -> Vec<Select> {
    let (from, trader, id): (_, TraderId, MatterId) = (ctx.today(), ctx.id(), ctx.id());
    [by_trader(trader, from), by_text("", from), by_phone("", from), by_id(id, from)]
        .into_iter()
        .map(|list| narrowed(list, ctx, false))
        .collect()
}

fn add(tx: &mut Tx, found: &mut Found, list: &Select, mark: impl Fn(&mut Earlier)) -> Result<()> {
    for row in tx.select(list)? {
        let one = Earlier {
            number: row.get("number")?,
            title: row.get("title")?,
            received_on: row.get("received_on")?,
            facts: row.get("facts")?,
            trader: false,
            text: false,
            phone: false,
        };
        mark(found.entry(row.get("id")?).or_insert(one));
    }
    Ok(())
}

fn gather(tx: &mut Tx, ctx: &Ctx, sought: &Sought, words: &[String]) -> Result<Found> {
    let (mut found, from) = (Found::new(), sought.from);
    let near = |list| narrowed(list, ctx, sought.report);
    if let Some(trader) = sought.trader {
        add(tx, &mut found, &near(by_trader(trader, from)), |one| one.trader = true)?;
    }
    if let Some(mark) = &sought.text {
        add(tx, &mut found, &near(by_text(mark, from)), |one| one.text = true)?;
    }
    if let Some(mark) = &sought.phone {
        add(tx, &mut found, &near(by_phone(mark, from)), |one| one.phone = true)?;
    }
    for id in holding(tx, words)? {
        add(tx, &mut found, &near(by_id(id, from)), |_| {})?;
    }
    Ok(found)
}

/// Reads the dictionary, so that nobody's first suggestion waits for it.
pub fn warm() {
    telling("读一遍词典");
}

/// Words of a text that are worth looking for, longest first: no regions, and no word of one letter.
fn telling(text: &str) -> Vec<String> {
    let mut index = Index::new();
    let at = index.add(&Message { title: "", text, day: 0 });
    let mut words: Vec<String> =
        index.common(&[at], 60).into_iter().filter(|word| !word.region).map(|word| word.word).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words
}

/// Matters that hold rare words of the text, those with most of them first. A word of two letters is in too many: three
/// together are looked for.
fn holding(tx: &mut Tx, words: &[String]) -> Result<Vec<MatterId>> {
    let (long, short): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.chars().count() > 2);
    let single = long.into_iter().take(WORDS).map(|word| vec![word]);
    let threes = short.chunks(3).filter(|three| three.len() == 3).take(WORDS / 2).map(<[_]>::to_vec);
    let mut counts: BTreeMap<MatterId, usize> = BTreeMap::new();
    for asked in single.chain(threes) {
        let phrases: Vec<_> = asked.iter().flat_map(|word| matters::search::phrases(word)).collect();
        let query = db::match_query(tx.engine(), &phrases);
        let rows = tx.query(&HOLDING, &[query, db::ToValue::to_value(&(RARE + 1))])?;
        if rows.len() > RARE {
            continue;
        }
        for row in rows {
            *counts.entry(row.get("doc")?).or_default() += asked.len();
        }
    }
    let mut ids: Vec<(usize, MatterId)> = counts.into_iter().map(|(id, count)| (count, id)).collect();
    ids.sort_by(|one, two| two.cmp(one));
    Ok(ids.into_iter().take(EACH / 3).map(|(_, id)| id).collect())
}

/// Earlier matters that may be the same thing, likeliest first, each with what speaks for it.
pub(crate) fn repeats(tx: &mut Tx, ctx: &Ctx, typed: &Typed, trader: Option<TraderId>) -> Result<Vec<Guess>> {
    let (today, report) = (ctx.today(), typed.kind == Some(Kind::Report));
    let sought = Sought {
        from: today.saturating_sub(WINDOW.days()),
        report,
        trader,
        text: text_mark(&typed.facts),
        phone: parties::phone_mark(ctx, &typed.phone).filter(|_| !report),
    };
    let text = typed.words();
    let words = if text.chars().count() >= SHORT / 2 { telling(&text) } else { Vec::new() };
    let mut earlier: Vec<Earlier> = gather(tx, ctx, &sought, &words)?.into_values().collect();
    earlier.sort_by_key(|one| one.received_on);
    let mut judged: Vec<(f32, Guess)> = judge(&earlier, &text, today).into_iter().flatten().collect();
    judged.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| two.1.code.cmp(&one.1.code)));
    Ok(judged.into_iter().map(|(_, guess)| guess).take(MOST).collect())
}

/// Which of the earlier ones belong with the text, and why.
fn judge(earlier: &[Earlier], text: &str, today: Date) -> Vec<Option<(f32, Guess)>> {
    let day = |day: Date| i64::from(day.since(Date::ZERO).map_or(0, |span| span.get_days()));
    let mut index = Index::new();
    for one in earlier {
        index.add(&Message { title: "", text: &one.facts, day: day(one.received_on) });
    }
    let at = index.add(&Message { title: "", text, day: day(today) });
    index.refresh();
    // Of a few candidates most words are in few; a word that a third of them has says nothing here.
    let gate = Gate {
        rare: (earlier.len() / 3).max(3),
        rare_share: 0.0,
        window: i64::from(WINDOW),
        ..Gate::default()
    };
    let matches = index.matches(at, &gate);
    let judge = |(at, one): (usize, &Earlier)| {
        let alike = matches.iter().find(|found| found.at == at);
        let copy = one.text || alike.is_some_and(|found| found.copy);
        if !(copy || one.phone || alike.is_some()) {
            return None;
        }
        let days = today.since(one.received_on).map_or(0, |span| span.get_days());
        let ago = if days == 0 { "今天收到".to_owned() } else { format!("{days} 天前收到") };
        let shared =
            alike.filter(|_| !copy).map(|found| found.shared.iter().take(4).cloned().collect::<Vec<_>>());
        let shared =
            shared.filter(|words| !words.is_empty()).map(|words| format!("都写了：{}", words.join("、")));
        let marks = [
            copy.then(|| "内容相同".to_owned()),
            one.phone.then(|| "同一电话".to_owned()),
            one.trader.then(|| "同一经营者".to_owned()),
            shared,
            Some(ago),
        ];
        let reason = marks.into_iter().flatten().collect::<Vec<_>>().join("，");
        let score = alike.map_or(0.0, |found| found.score)
            + f32::from(u8::from(copy)) * 2.0
            + f32::from(u8::from(one.phone))
            + f32::from(u8::from(one.trader)) * 0.5;
        let fill = vec![("repeat_of", one.number.clone())];
        let (part, basis, name) =
            (Part::Repeat, "register".to_owned(), format!("{} {}", one.number, one.title));
        let code = one.number.clone();
        Some((score, Guess { part, code, name, share: None, sure: copy, basis, reason, fill, taken: false }))
    };
    earlier.iter().enumerate().map(judge).collect()
}
