//! What a written name meant each time officers checked it (record 51): the links of matters to traders, as long as they hold. Two
//! officers, two matters and nobody else of that name make it evidence; it never decides.

use std::collections::{BTreeMap, BTreeSet};

use db::{Tx, params};
use kernel::{Ctx, MatterId, OfficerId, TraderId};
use web::Result;

use crate::{find, kept_id, letters, lookup::Hit};

db::sql! {
    LINKS = "SELECT trader_id, linked_by, matter_id FROM trader_link WHERE said_mark = $1 AND ended_at IS NULL \
             AND linked_by IS NOT NULL LIMIT 200";
}

/// Officers who said so, and matters in which they did, at least.
const ENOUGH: usize = 2;

/// A trader whom officers found under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Its record; the alias is the name as it was asked for.
    pub hit: Hit,
    /// In how many matters.
    pub times: usize,
}

impl Confirmed {
    /// `此前 3 次被确认`
    pub fn words(&self) -> String {
        format!("此前 {} 次被确认", self.times)
    }
}

/// The mark under which a name is kept with a link; none for a name of fewer than two letters.
pub fn said_mark(ctx: &Ctx, name: &str) -> Option<String> {
    let key = letters::key(name);
    (key.chars().count() >= 2).then(|| ctx.keyring().blind("trader_said", &key))
}

/// The trader whom at least two officers found under exactly this name in at least two matters, and nobody another.
///
/// # Errors
/// A fault of the database.
pub fn confirmed(tx: &mut Tx, ctx: &Ctx, name: &str) -> Result<Option<Confirmed>> {
    let Some(mark) = said_mark(ctx, name) else { return Ok(None) };
    let mut found: BTreeMap<TraderId, (BTreeSet<OfficerId>, BTreeSet<MatterId>)> = BTreeMap::new();
    for row in tx.query(&LINKS, &params![mark])? {
        let trader = kept_id(tx, row.get("trader_id")?)?;
        let (officers, matters) = found.entry(trader).or_default();
        officers.insert(row.get("linked_by")?);
        matters.insert(row.get("matter_id")?);
    }
    // two traders under one name: the name says nothing
    let mut found = found.into_iter();
    let (Some((id, (officers, matters))), None) = (found.next(), found.next()) else { return Ok(None) };
    if officers.len() < ENOUGH || matters.len() < ENOUGH {
        return Ok(None);
    }
    let trader = find(tx, id)?;
    let hit = Hit {
        id,
        name: trader.name,
        alias: Some(name.trim().to_owned()),
        credit_code: trader.credit_code,
        address: trader.address,
        phone: trader.phone,
    };
    Ok(Some(Confirmed { hit, times: matters.len() }))
}
