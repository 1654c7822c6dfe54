//! A clock that begins.

use db::{Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, Id, kind};
use law::{Explanation, Law, RuleSet};
use serde_json::json;
use web::Result;

use super::{INSERT, explain, receipt, set_of};
use crate::{Matter, matter};

/// A clock that begins, with its end.
pub(crate) struct Begun<'a> {
    set: &'a RuleSet,
    key: &'a str,
    told: Explanation,
    /// The day to be safe by.
    pub(crate) alarm: Date,
}

impl<'a> Begun<'a> {
    /// The clock `key` that begins for a matter opened now, if its law knows it.
    pub(crate) fn opening(matter: &Matter, key: &'a str) -> Result<Option<Self>> {
        let set = set_of(matter, key, matter.received_on)?;
        set.map(|set| Self::of(matter, set, key, matter.received_on)).transpose()
    }

    pub(super) fn of(of: &Matter, set: &'a RuleSet, key: &'a str, from: Date) -> Result<Self> {
        let (law, receipt) = (Law::in_use(), receipt::of_matter(of, from));
        let told = explain(law, set, key, receipt, false, &[])?;
        let later = law.straddled(set, told.due).filter(|later| later.clock_on(key, from).is_some());
        let other = later.map(|later| explain(law, later, key, receipt, false, &[])).transpose()?;
        let alarm = other.map_or(told.alarm, |other| other.alarm.min(told.alarm));
        Ok(Self { set, key, told, alarm })
    }

    /// Writes it.
    pub(crate) fn begin(&self, tx: &mut Tx, ctx: &Ctx, of: &Matter) -> Result<()> {
        let Self { set, key, told, alarm } = self;
        let id: Id<kind::Journal> = ctx.id();
        tx.put(&INSERT, &params![id, of.id, *key, set.id, told.from, ctx.now, told.due, *alarm])?;
        let detail = json!({ "clock": key, "from": told.from, "due": told.due, "alarm": alarm, "article": told.article });
        matter::note(tx, ctx, of.id, "clock_start", None, &detail)
    }
}
