//! Limits of the red list and the black list (红黑榜): whole hundredths of a per cent, set by the bureau, in the journal.

use db::{Row, Tx, params};
use kernel::{Ctx, Permission, Refusal};
use serde_json::json;
use web::Result;

use super::KPIS;
use crate::{answer::FEW, compute::Answer, figure::find};

db::sql! {
    SET = "INSERT INTO kpi_limit (figure, red, black, least, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6) \
           ON CONFLICT (figure) DO UPDATE SET red = $2, black = $3, least = $4, set_by = $5, set_at = $6";
    ALL = "SELECT figure, red, black, least FROM kpi_limit ORDER BY figure";
}

/// Limits of one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which.
    pub figure: String,
    /// From this on a unit stands on the red list; hundredths of a per cent.
    pub red: Option<i64>,
    /// Below this it stands on the black list.
    pub black: Option<i64>,
    /// With a smaller denominator a unit is not judged.
    pub least: i64,
}

/// What a rate is by its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On the red list (红榜).
    Red,
    /// On the black list (黑榜).
    Black,
    /// Neither.
    Between,
    /// Too small a denominator.
    Few,
}

impl Limit {
    /// What `answer` is, in whole numbers.
    pub fn judge(&self, answer: Answer) -> Verdict {
        let whole = answer.whole.unwrap_or(0);
        let reaches = |limit: i64| i128::from(answer.part) * 10_000 >= i128::from(limit) * i128::from(whole);
        if whole == 0 || whole < self.least {
            Verdict::Few
        } else if self.red.is_some_and(reaches) {
            Verdict::Red
        } else if self.black.is_some_and(|limit| !reaches(limit)) {
            Verdict::Black
        } else {
            Verdict::Between
        }
    }
}

/// The limits in use, one for each rate, set or not.
///
/// # Errors
/// A fault of the database.
pub fn limits(tx: &mut Tx) -> Result<Vec<Limit>> {
    let read = |row: &Row| {
        Ok::<_, db::Error>(Limit {
            figure: row.get("figure")?,
            red: row.get("red")?,
            black: row.get("black")?,
            least: row.get("least")?,
        })
    };
    let set: Vec<Limit> = tx.query(&ALL, &[])?.iter().map(read).collect::<Result<_, _>>()?;
    let of = |id: &&str| {
        let known = set.iter().find(|one| one.figure == **id).cloned();
        known.unwrap_or_else(|| Limit { figure: (*id).to_owned(), red: None, black: None, least: FEW })
    };
    Ok(KPIS.iter().map(of).collect())
}

/// Sets the limits of one rate, for the bureau's own heads.
///
/// # Errors
/// Refusals that name the field; [`web::Problem`] without the right.
pub fn set_limit(tx: &mut Tx, ctx: &Ctx, limit: &Limit) -> Result<()> {
    ctx.may(Permission::Approve)?;
    let officer = ctx.officer()?;
    if officer.unit_path.matches('/').count() > 2 {
        return Err(Refusal::new("kpi_unit", "考核界线由本局领导设定，下级单位不能设定").into());
    }
    if find(&limit.figure).is_none() {
        return Err(Refusal::new("kpi_figure", "请从列表中选择考核指标").at("figure").into());
    }
    for (value, field) in [(limit.red, "red"), (limit.black, "black")] {
        if value.is_some_and(|value| !(0..=10_000).contains(&value)) {
            return Err(Refusal::new("kpi_range", "界线应在 0 至 100 之间").at(field).into());
        }
    }
    if limit.red.zip(limit.black).is_some_and(|(red, black)| black > red) {
        return Err(Refusal::new("kpi_order", "黑榜界线不能高于红榜界线").at("black").into());
    }
    // Of fewer no percentage is printed, and nobody is judged by one that is not.
    if !(FEW..=100_000).contains(&limit.least) {
        return Err(Refusal::new("kpi_least", "最小基数应在 30 至 100000 之间").at("least").into());
    }
    let values = params![limit.figure, limit.red, limit.black, limit.least, officer.id, ctx.now];
    tx.execute(&SET, &values)?;
    let detail =
        json!({ "figure": limit.figure, "red": limit.red, "black": limit.black, "least": limit.least });
    journal::note(tx, ctx, &limit.figure, "kpi_limit", &detail)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limits are reached in whole numbers: 90.00 % of 30 is 27, 26 is below 86.67 %.
    #[test]
    fn a_limit_is_reached_exactly() {
        let limit = Limit { figure: "on_time".to_owned(), red: Some(9_000), black: Some(8_667), least: 30 };
        let judged = |part, whole| limit.judge(Answer { part, whole: Some(whole) });
        assert_eq!(judged(27, 30), Verdict::Red);
        assert_eq!(judged(26, 30), Verdict::Black);
        assert_eq!(judged(89, 100), Verdict::Between);
        assert_eq!(judged(29, 29), Verdict::Few);
        let unset = Limit { red: None, black: None, least: 1, ..limit.clone() };
        assert_eq!(unset.judge(Answer { part: 0, whole: Some(40) }), Verdict::Between);
    }
}
