//! The roster as a file (xlsx, csv).

use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use serde::Deserialize;
use web::{Batch, Cell, Class, Column, Listing, Result, asked};

use crate::{
    place,
    roster::{self, Day},
    rules::weekday,
    turn::Turn,
};

/// Days of one file.
const MOST: i32 = 400;

#[derive(Clone, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Filter {
    /// As asked, else the month.
    fn days(&self, today: Date) -> (Date, Date) {
        let first = self.from.parse().unwrap_or(today.first_of_month());
        let last = self.to.parse().unwrap_or(first.last_of_month());
        let most = first.saturating_add(jiff::Span::new().days(MOST));
        (first, last.min(most))
    }
}

const fn internal(title: &'static str) -> Column {
    Column { title, class: Class::Internal }
}

const COLUMNS: &[Column] = &[
    internal("日期"),
    internal("星期"),
    internal("类别"),
    internal("班次"),
    internal("时间"),
    internal("带班领导"),
    internal("值班人员"),
    internal("缺口"),
];

/// The lists of this crate that can be taken out as files.
pub fn listings() -> Vec<Listing> {
    vec![Listing {
        key: "duty",
        title: "值班表",
        right: Permission::ViewMatters,
        columns: COLUMNS,
        words,
        read,
        open: None,
    }]
}

fn words(query: &str) -> Vec<(String, String)> {
    let filter: Filter = asked(query);
    let pairs = [("单位代码", filter.unit), ("从", filter.from), ("到", filter.to)];
    let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Names in a cell; who is on leave is marked.
pub(crate) fn names(turns: &[Turn]) -> String {
    let name = |turn: &Turn| if turn.away { format!("{}（请假）", turn.name) } else { turn.name.clone() };
    turns.iter().map(name).collect::<Vec<_>>().join("、")
}

fn rows(days: &[Day]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for day in days {
        for cell in &day.cells {
            rows.push(vec![
                Cell::text(day.day.to_string()),
                Cell::text(weekday(day.day)),
                Cell::text(day.words.clone()),
                Cell::text(cell.shift.name.clone()),
                Cell::text(cell.shift.hours.words()),
                Cell::text(names(&cell.leaders)),
                Cell::text(names(&cell.officers)),
                Cell::text(cell.lacks.clone()),
            ]);
        }
    }
    rows
}

fn read(tx: &mut Tx, ctx: &Ctx, query: &str, _: Option<&str>) -> Result<Batch> {
    let filter: Filter = asked(query);
    let unit = place::find(tx, ctx, &filter.unit)?;
    let (first, last) = filter.days(ctx.today());
    let days = roster::of_unit(tx, &unit, first, last)?;
    Ok(Batch { rows: rows(&days), keys: Vec::new(), next: None })
}
