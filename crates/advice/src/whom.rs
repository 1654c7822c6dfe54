//! Whom it is about, and whose matter it is.

use codes::{names, phone, regions};
use db::{Tx, params};
use kernel::{Ctx, Permission, TraderId, UnitId};
use matters::Kind;
use web::Result;

use crate::{Guess, Part, Typed};

/// Traders suggested at most.
const MOST: usize = 3;
/// Ends by which a trader's name is known in a text.
const ENDS: &[&str] = &[
    "有限公司",
    "公司",
    "超市",
    "商场",
    "商店",
    "酒店",
    "宾馆",
    "饭店",
    "餐厅",
    "火锅店",
    "药店",
    "药房",
    "健身房",
    "美容院",
    "理发店",
    "专卖店",
    "旗舰店",
    "经营部",
    "门市部",
    "店",
];
/// Letters before which a name begins.
const BEFORE: &str = "，。、；：！？,.;:!? 　（(“”\"在到去从于的是向给和与找叫家我们你他她它了过这那被把";
/// Letters of a name before its end.
const NAME: usize = 12;

db::sql! {
    UNITS = "SELECT id, name, region FROM unit WHERE closed_on IS NULL AND kind <> 'station' ORDER BY path DESC";
    REGION = "SELECT name, region FROM trader WHERE id = $1";
}

fn of_register(part: Part, code: String, name: String, reason: String) -> Guess {
    let basis = "register".to_owned();
    Guess { part, code, name, share: None, sure: false, basis, reason, fill: Vec::new(), taken: false }
}

/// The first thing in a text that is called as traders are.
fn mentioned(text: &str) -> Option<String> {
    let find = |end: &&'static str| {
        let at = text.find(*end)?;
        let before: Vec<char> =
            text.get(..at)?.chars().rev().take_while(|c| !BEFORE.contains(*c)).take(NAME).collect();
        (before.len() >= 2).then(|| before.into_iter().rev().collect::<String>() + end)
    };
    ENDS.iter().find_map(find)
}

/// Records that a name may mean.
struct Meant {
    hits: Vec<traders::Hit>,
    /// The one whom officers found under it before.
    known: Option<traders::Confirmed>,
    /// Those whose short name it is.
    called: Vec<TraderId>,
}

fn meant(tx: &mut Tx, ctx: &Ctx, typed: &Typed, name: &str) -> Result<Meant> {
    // reports and everything else never speak for each other (令第121号 第三十七条)
    let known = if typed.kind == Some(Kind::Report) { None } else { traders::confirmed(tx, ctx, name)? };
    let (mut hits, called) = (traders::near(tx, name, None)?, traders::called(tx, name)?);
    for hit in known.iter().map(|known| &known.hit).chain(&called) {
        if !hits.iter().any(|near| near.id == hit.id) {
            hits.push(hit.clone());
        }
    }
    Ok(Meant { hits, known, called: called.into_iter().map(|hit| hit.id).collect() })
}

/// Records of traders that may be meant, best first; none for who may not look traders up.
pub(crate) fn traders(tx: &mut Tx, ctx: &Ctx, typed: &Typed) -> Result<Vec<Guess>> {
    if ctx.may(Permission::ViewTraders).is_err() {
        return Ok(Vec::new());
    }
    let named = typed.respondent.chars().count() >= 2;
    let name = if named { Some(typed.respondent.clone()) } else { mentioned(&typed.facts) };
    let Some(name) = name.map(|name| name.chars().take(60).collect::<String>()) else {
        return Ok(Vec::new());
    };
    let (own, telephone) = (names::fold(&name), phone::normalise(&typed.respondent_phone));
    let mut found: Vec<(u32, Guess)> = Vec::new();
    let Meant { hits, known, called } = meant(tx, ctx, typed, &name)?;
    for hit in hits {
        let before = known.as_ref().filter(|known| known.hit.id == hit.id);
        let same_phone = telephone.is_some() && phone::normalise(&hit.phone) == telephone;
        let (weight, mut words) = match &hit.alias {
            _ if names::fold(&hit.name) == own => (4, "名称相同".to_owned()),
            Some(alias) if names::fold(alias) == own => (3, format!("又叫“{alias}”")),
            _ if called.contains(&hit.id) => (1, "可能是它的简称".to_owned()),
            _ => (1, "名称相近".to_owned()),
        };
        if !named {
            words = format!("经过里写了“{name}”，{words}");
        }
        if let Some(known) = before {
            words = format!("“{name}”{}", known.words());
        }
        if same_phone {
            words.push_str("，电话相同");
        }
        if !hit.address.is_empty() {
            words = format!("{words}；{}", hit.address);
        }
        let fill = vec![
            ("trader_id", hit.id.to_string()),
            ("respondent_name", hit.name.clone()),
            ("respondent_address", hit.address),
            ("respondent_phone", hit.phone),
        ];
        let weight = weight + u32::from(same_phone) * 2 + u32::from(before.is_some()) * 2;
        found
            .push((weight, Guess { fill, ..of_register(Part::Trader, hit.id.to_string(), hit.name, words) }));
    }
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    // One that agrees better than every other is the likely one; two of one name are for a person to tell apart.
    let best = found.first().map_or(0, |(weight, _)| *weight);
    let alone = found.iter().filter(|(weight, _)| *weight == best).count() == 1;
    let mut guesses: Vec<Guess> = found.into_iter().map(|(_, guess)| guess).take(MOST).collect();
    if let Some(first) = guesses.first_mut() {
        first.sure = best >= 3 && alone;
    }
    Ok(guesses)
}

/// The unit whose region the trader's record or the address names.
pub(crate) fn unit(tx: &mut Tx, ctx: &Ctx, typed: &Typed, trader: Option<TraderId>) -> Result<Option<Guess>> {
    let found = match trader.map(|trader| tx.one(&REGION, &params![trader])).transpose()?.flatten() {
        Some(row) => match row.get::<Option<String>>("region")? {
            Some(region) => {
                let place = regions::find(&region, None).map_or(region.as_str(), |found| found.name);
                let unit = matters::jurisdiction::unit_for(tx, &region)?;
                unit.map(|unit| {
                    (unit, format!("“{}”登记在{place}", row.get::<String>("name").unwrap_or_default()))
                })
            }
            None => None,
        },
        None => None,
    };
    let found = match found {
        Some(found) => Some(found),
        None => by_address(tx, &typed.address)?,
    };
    let Some(((id, name), reason)) = found else { return Ok(None) };
    let mut guess = of_register(Part::Unit, id.to_string(), name, reason);
    if ctx.may(Permission::Dispatch).is_ok() {
        guess.fill = vec![("assign_unit", id.to_string())];
    }
    Ok(Some(guess))
}

type Unit = (UnitId, String);

/// The unit named like a street of the address, or else the one of a region that it names.
fn by_address(tx: &mut Tx, address: &str) -> Result<Option<(Unit, String)>> {
    if address.trim().chars().count() < 2 {
        return Ok(None);
    }
    let mut of_region = None;
    for row in tx.query(&UNITS, &[])? {
        let (id, name): (UnitId, String) = (row.get("id")?, row.get("name")?);
        let stem =
            ["市场监督管理所", "市场监管所", "监管所", "所"].iter().find_map(|end| name.strip_suffix(end));
        let street = stem.filter(|stem| stem.chars().count() >= 2).and_then(|stem| {
            let streets = ["街道", "镇", "乡", "大街", "路", "街"].map(|end| format!("{stem}{end}"));
            streets.into_iter().find(|street| address.contains(street.as_str()))
        });
        if let Some(street) = street {
            return Ok(Some(((id, name), format!("地址写了“{street}”"))));
        }
        let region = row.get::<Option<String>>("region")?.and_then(|code| regions::find(&code, None));
        if let Some(region) = region.filter(|region| of_region.is_none() && address.contains(region.name)) {
            of_region = Some(((id, name), format!("地址写了“{}”", region.name)));
        }
    }
    Ok(of_region)
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn a_trader_is_found_in_what_was_told() {
        assert_eq!(mentioned("昨天在好再来超市买的牛奶变质").as_deref(), Some("好再来超市"));
        assert_eq!(mentioned("买的牛奶变质，店家不退"), None);
        assert_eq!(mentioned(""), None);
    }
}
