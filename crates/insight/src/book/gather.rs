//! Numbers that are no figures of the office: of single traders, of one officer, of the period to come. Read only for texts that
//! speak of them.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::{Ctx, OFFICE_ZONE, OfficerId};
use web::Result;

use super::{Book, Own};
use crate::{answer::FEW, compute::Period};

/// Traders of a table; the others are not listed.
const MOST: usize = 50;
/// Kinds of acts of one officer.
const ACTS: usize = 40;

const TRADERS: &str = "SELECT t.id AS id, t.name AS name, CAST(COUNT(*) AS BIGINT) AS n, \
    CAST(SUM(CASE WHEN m.phase = 'done' THEN 1 ELSE 0 END) AS BIGINT) AS closed, \
    CAST(SUM(CASE WHEN m.outcome = 'settled' THEN 1 ELSE 0 END) AS BIGINT) AS settled \
    FROM matter m JOIN trader t ON t.id = m.trader_id";
const TOLD: &str = "SELECT m.id, m.trader_id FROM matter m JOIN trader t ON t.id = m.trader_id";
const CLOCKS: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM clock c JOIN matter m ON m.id = c.matter_id";
const CALLS: &str =
    "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM callback c JOIN matter m ON m.id = c.matter_id";
const CLOSED: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS n, \
    CAST(COALESCE(SUM(CASE WHEN m.kind = 'complaint' THEN 1 ELSE 0 END), 0) AS BIGINT) AS complaints, \
    CAST(COALESCE(SUM(CASE WHEN m.kind = 'report' THEN 1 ELSE 0 END), 0) AS BIGINT) AS reports, \
    CAST(COALESCE(SUM(CASE WHEN m.outcome = 'settled' THEN 1 ELSE 0 END), 0) AS BIGINT) AS settled, \
    CAST(COALESCE(SUM(m.recovered), 0) AS BIGINT) AS recovered FROM matter m";

db::sql! {
    DEEDS = "SELECT verb, CAST(COUNT(*) AS BIGINT) AS n FROM journal WHERE actor_id = $1 AND at >= $2 AND at < $3 AND matter_id IS NOT NULL AND verb NOT LIKE 'clock%' \
             GROUP BY verb ORDER BY n DESC, verb";
    TOUCHED = "SELECT CAST(COUNT(DISTINCT matter_id) AS BIGINT) AS n FROM journal WHERE actor_id = $1 AND at >= $2 AND at < $3 AND matter_id IS NOT NULL";
}

/// What a text speaks of beside figures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) traders: bool,
    pub(crate) plan: bool,
    /// The officer it is about.
    pub(crate) about: Option<OfficerId>,
}

impl Period {
    /// The period of the same kind right after: whole months when it is whole months, else as many days.
    pub fn after(self) -> Self {
        let from = self.to.tomorrow().unwrap_or(self.to);
        if self.from.day() == 1 && self.to == self.to.last_of_month() {
            let months = i32::from(self.to.year() - self.from.year()) * 12
                + i32::from(self.to.month() - self.from.month());
            return Self { from, to: from.saturating_add(months.months()).last_of_month() };
        }
        Self { from, to: from.saturating_add((self.to - self.from).get_days().days()) }
    }
}

fn own(subject: &str, names: &[&str], unit: &str, number: i64) -> Own {
    Own {
        subject: subject.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        part: String::new(),
        part_name: String::new(),
        unit: unit.to_owned(),
        number,
        whole: None,
    }
}

fn begin(day: Date) -> Timestamp {
    OFFICE_ZONE.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Book {
    /// Adds what is wanted, within the reach of `ctx`.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn gather(&mut self, tx: &mut Tx, ctx: &Ctx, wanted: Wanted) -> Result<()> {
        if wanted.traders {
            self.traders(tx, ctx)?;
        }
        if wanted.plan {
            self.plan(tx, ctx)?;
        }
        if let Some(officer) = wanted.about {
            self.deeds(tx, officer)?;
        }
        Ok(())
    }

    /// Per trader: complaints received, of these closed and settled; left out are those not accepted, those whose consumer does not agree to
    /// publicity, and those withheld.
    fn traders(&mut self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let mut listed: Vec<kernel::TraderId> = Vec::new();
        for row in tx.select(&traders(ctx, self.period))? {
            listed.push(row.get("id")?);
            let key = format!("trader={}", row.get::<kernel::TraderId>("id")?);
            let name: String = row.get("name")?;
            let [n, closed, settled]: [i64; 3] = [row.get("n")?, row.get("closed")?, row.get("settled")?];
            let mut add = |subject: &str, names: &[&str], unit: &str, number, whole| {
                let (part, part_name) = (key.clone(), name.clone());
                self.own.push(Own { part, part_name, whole, ..own(subject, names, unit, number) });
            };
            add("trader.count", &["被投诉"], "件", n, None);
            add("trader.closed", &["被投诉办结"], "件", closed, None);
            add("trader.settled", &["被投诉调解成功"], "件", settled, None);
            if closed >= FEW {
                add("trader.rate", &["被投诉调解成功率"], "%", settled, Some(closed));
            }
        }
        for row in tx.select(&published(ctx, TOLD, self.period))? {
            if listed.contains(&row.get("trader_id")?) {
                self.matters.push(row.get("id")?);
            }
        }
        Ok(())
    }

    /// What falls due in the period to come, and what is late now.
    fn plan(&mut self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let next = self.period.after();
        let count = |tx: &mut Tx, list: Select| -> Result<i64> {
            Ok(tx.select(&list)?.first().map(|row| row.get("n")).transpose()?.unwrap_or(0))
        };
        let due = count(tx, clocks(ctx).and("c.due >= ? AND c.due <= ?", params![next.from, next.to]))?;
        let late = count(tx, clocks(ctx).and("c.due < ?", params![ctx.today()]))?;
        let calls = count(tx, calls(ctx).and("c.due_on <= ?", params![next.to]))?;
        self.own.extend([
            own("plan.due", &["法定期限到期"], "项", due),
            own("plan.late", &["超过期限"], "项", late),
            own("plan.calls", &["应当回访"], "件", calls),
        ]);
        self.days.extend([next.from, next.to]);
        Ok(())
    }

    /// What the journal says one officer did with matters, and what he or she closed.
    fn deeds(&mut self, tx: &mut Tx, officer: OfficerId) -> Result<()> {
        let until = self.period.to.tomorrow().unwrap_or(self.period.to);
        let span = params![officer, begin(self.period.from), begin(until)];
        let touched = tx.scalar::<i64>(&TOUCHED, &span)?;
        self.own.push(own("duty.matters", &["经手事项"], "件", touched));
        for row in tx.query(&DEEDS, &span)?.iter().take(ACTS) {
            let verb: String = row.get("verb")?;
            let part_name = matters::timeline::words(&verb).to_owned();
            let number = row.get("n")?;
            self.own.push(Own {
                part: format!("deed={verb}"),
                part_name,
                ..own("deed.count", &["办理次数"], "次", number)
            });
        }
        for row in tx.select(&closed(officer, self.period))? {
            self.own.extend(closed_by(&row)?);
        }
        Ok(())
    }
}

fn closed_by(row: &Row) -> Result<[Own; 5], db::Error> {
    Ok([
        own("duty.closed", &["承办办结"], "件", row.get("n")?),
        own("duty.complaints", &["承办办结投诉"], "件", row.get("complaints")?),
        own("duty.reports", &["承办办结举报"], "件", row.get("reports")?),
        own("duty.settled", &["承办调解成功"], "件", row.get("settled")?),
        own("duty.recovered", &["承办挽回损失"], "元", row.get("recovered")?),
    ])
}

fn traders(ctx: &Ctx, period: Period) -> Select {
    published(ctx, TRADERS, period).group("t.id, t.name").order("n DESC, name, id").limit(MOST)
}

/// What a table of traders may tell of, from `head`.
fn published(ctx: &Ctx, head: &'static str, period: Period) -> Select {
    let (reach, values) = matters::visible(ctx);
    Select::from(head)
        .and(reach, values)
        .and("m.kind = 'complaint' AND m.state <> 'void' AND COALESCE(m.outcome, '') <> 'refused'", [])
        .and("EXISTS (SELECT 1 FROM party p WHERE p.matter_id = m.id AND p.publish_consent = TRUE)", [])
        .and("NOT EXISTS (SELECT 1 FROM publicity w WHERE w.matter_id = m.id AND w.state = 'withheld')", [])
        .and("m.received_on >= ? AND m.received_on <= ?", params![period.from, period.to])
}

fn clocks(ctx: &Ctx) -> Select {
    let (reach, values) = matters::visible(ctx);
    Select::from(CLOCKS).and(reach, values).and("c.stopped_on IS NULL", [])
}

fn calls(ctx: &Ctx) -> Select {
    let (reach, values) = matters::visible(ctx);
    Select::from(CALLS).and(reach, values).and("c.state = 'due'", [])
}

fn closed(officer: OfficerId, period: Period) -> Select {
    Select::from(CLOSED)
        .and("m.officer_id = ? AND m.state <> 'void'", params![officer])
        .and("m.closed_on >= ? AND m.closed_on <= ?", params![period.from, period.to])
}

pub(crate) fn statements() -> Vec<db::Sql> {
    STATEMENTS.to_vec()
}

/// Each list, for the test that prepares statements.
pub(crate) fn widest(ctx: &Ctx, period: Period) -> Vec<Select> {
    let officer = ctx.officer().map(|officer| officer.id).unwrap_or_else(|_| ctx.id());
    vec![traders(ctx, period), published(ctx, TOLD, period), clocks(ctx), calls(ctx), closed(officer, period)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_period_is_of_the_same_kind() {
        let period = |from: &str, to: &str| Period { from: from.parse().unwrap(), to: to.parse().unwrap() };
        for ((from, to), next) in [
            (("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31")),
            (("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")),
            (("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31")),
            (("2026-09-05", "2026-09-14"), ("2026-09-15", "2026-09-24")),
        ] {
            assert_eq!(period(from, to).after(), period(next.0, next.1), "{from}");
            assert_eq!(period(from, to).after().before(), period(from, to), "{from}");
        }
    }
}
