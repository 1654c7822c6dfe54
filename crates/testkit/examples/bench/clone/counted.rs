//! Copies of which only what figures read is put down: a bureau of ten millions for measuring figures, and nothing else.
//!
//! Days, kinds, states, outcomes, clocks and money are those of the life. Unit and officer, class of goods and of problem, channel
//! and hour are each drawn anew from the lives of the same kind that stand where it stands: otherwise a bureau of ten millions
//! would have no more different sums than the ten thousand lives that it was made from, and its figures would be read in their time.
//! People, contacts, journal, search index and files are left out. The copies of a life stand one behind the other, so that keys
//! are put at the same place of every tree; indexes that are only looked up go before and come back behind.

use std::collections::BTreeMap;

use db::{Engine, Tx, Value};
use kernel::Actor;
use web::{App, Problem};

use super::{
    moved,
    plan::{Life, Plan, SEALED, TABLES, bytes_of, made, text_of},
};

db::sql! {
    INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('matter', 'party', 'clock', 'notice', 'complaint', 'report') ORDER BY name";
}

/// The tables of a plain life that figures read: the test beside this holds them against every statement of the figures.
pub(super) const COUNTED: [&str; 6] = ["matter", "party", "clock", "notice", "complaint", "report"];
/// Columns of a matter that are drawn together from another one of its kind and phase.
const DRAWN: [&[&str]; 4] = [
    &["unit_id", "unit_path", "officer_id", "registered_by"],
    &["goods", "problem"],
    &["channel"],
    &["received_at"],
];
/// Matters of one transaction, about.
const BATCH: usize = 40_000;
/// Of the writer, while it makes such a bureau.
const PAGES: &str = "PRAGMA cache_size = -1000000";
const DAY: i64 = 86_400_000;
const EAST: i64 = 28_800_000;

/// What becomes of a column in a copy.
enum Part {
    Same(Value),
    Moved([u8; 16], Value),
    Numbered(String),
    Outside(String),
}

/// The rows of a life, ready to be put down many times: table, columns.
type Parts = Vec<(usize, Vec<Part>)>;

/// Lives by kind and phase: where to draw from.
struct Pool<'a> {
    plan: &'a Plan,
    places: BTreeMap<(String, String), Vec<usize>>,
    drawn: [Vec<usize>; 4],
}

/// Puts the counted part of every plain life down `times` more times; how many matters there are now more.
///
/// # Errors
/// A fault of the database.
pub async fn multiply_counted(app: &App, times: u64) -> Result<usize, Problem> {
    let ctx = app.ctx(Actor::System("演示数据"));
    let plan = app.db.read(move |tx| Plan::read(tx, &ctx)).await?;
    let plan = std::sync::Arc::new(plan);
    let indexes = app.db.write(take_indexes).await?;
    let step = (BATCH / usize::try_from(times).unwrap_or(1).max(1)).max(1);
    for begin in (0..plan.lives.len()).step_by(step) {
        let plan = std::sync::Arc::clone(&plan);
        let whole = plan.lives.len();
        app.db
            .write(move |tx| {
                let pool = Pool::of(&plan);
                (begin..(begin + step).min(whole)).try_for_each(|at| pool.put(tx, at, times))
            })
            .await?;
        if (begin / step).is_multiple_of(20) {
            println!("{begin} of {whole}");
        }
    }
    let all = std::sync::Arc::clone(&plan);
    app.db.write(move |tx| all.number_on(tx, times)).await?;
    for index in indexes.into_iter().map(made) {
        app.db.write(move |tx| tx.execute(&index, &[]).map_err(Problem::from)).await?;
    }
    app.db.write(insight::kept::begin_anew).await?;
    Ok(plan.lives.len() * usize::try_from(times).unwrap_or(0))
}

/// Drops the indexes that are no keys; their texts. PostgreSQL keeps them.
fn take_indexes(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    if tx.engine() != Engine::Sqlite {
        return Ok(Vec::new());
    }
    tx.query(&made(PAGES.to_owned()), &[])?;
    let indexes = tx.query(&INDEXES, &[])?;
    for index in &indexes {
        tx.execute(&made(format!("DROP INDEX {}", text_of(index, "name"))), &[])?;
    }
    Ok(indexes.iter().map(|index| text_of(index, "sql")).collect())
}

/// The place of a column in a table.
fn at(columns: &[String], name: &str) -> usize {
    columns.iter().position(|column| column == name).expect("a column of the table")
}

/// A number that is as good as drawn (Vigna's splitmix64), the same on every machine.
const fn draw(of: u64) -> u64 {
    let mut z = of.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The day of one instant at the hour of another, on the office's clock.
const fn at_hour(day: i64, hour: i64) -> i64 {
    (day + EAST).div_euclid(DAY) * DAY + (hour + EAST).rem_euclid(DAY) - EAST
}

impl Plan {
    /// Kind and phase of a life.
    fn sort_of(&self, life: &Life) -> (String, String) {
        let text = |name| match &life.rows[0].1[at(&self.columns[0], name)] {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        (text("kind"), text("phase"))
    }
}

impl<'a> Pool<'a> {
    fn of(plan: &'a Plan) -> Self {
        let columns = &plan.columns[0];
        let mut places = BTreeMap::<_, Vec<usize>>::new();
        for (place, life) in plan.lives.iter().enumerate() {
            places.entry(plan.sort_of(life)).or_default().push(place);
        }
        let drawn = DRAWN.map(|names| names.iter().map(|name| at(columns, name)).collect());
        Self { plan, places, drawn }
    }

    /// One life, `times` more times.
    fn put(&self, tx: &mut Tx, place: usize, times: u64) -> Result<(), Problem> {
        let life = &self.plan.lives[place];
        let parts = self.parts(life);
        let others = &self.places[&self.plan.sort_of(life)];
        let (of, step) = (&self.plan.series[&life.series], i64::try_from(times).unwrap_or(0));
        for time in 1..=times {
            let ordinal = of.last + (life.rank - 1) * step + i64::try_from(time).unwrap_or(0);
            let number = format!("{}-{ordinal:05}", life.series);
            for (table, row) in &parts {
                let mut row: Vec<Value> = row.iter().map(|part| part.of(life, &number, time)).collect();
                if *table == 0 {
                    self.vary(&mut row, others, (place as u64) << 24 | time);
                }
                tx.execute(&self.plan.inserts[*table], &row)?;
            }
        }
        Ok(())
    }

    /// Draws what is not of this life.
    fn vary(&self, row: &mut [Value], others: &[usize], seed: u64) {
        for (which, columns) in self.drawn.iter().enumerate() {
            let drawn = draw(seed << 2 | which as u64) % others.len() as u64;
            let other = &self.plan.lives[others[usize::try_from(drawn).unwrap_or(0)]].rows[0].1;
            for column in columns {
                row[*column] = match (&row[*column], &other[*column]) {
                    (Value::Int(day), Value::Int(hour)) => Value::Int(at_hour(*day, *hour)),
                    (_, other) => other.clone(),
                };
            }
        }
    }

    /// What is put down of a life.
    fn parts(&self, life: &Life) -> Parts {
        let counted = |(table, _): &&(usize, Vec<Value>)| COUNTED.contains(&TABLES[*table].0);
        let rows = life.rows.iter().filter(counted).filter(|(table, values)| {
            // Of people only that they agree to publicity is read.
            let agrees = || {
                matches!(
                    values[at(&self.plan.columns[*table], "publish_consent")],
                    Value::Int(1) | Value::Bool(true)
                )
            };
            TABLES[*table].0 != "party" || agrees()
        });
        rows.map(|(table, values)| (*table, self.row(*table, values, life))).collect()
    }

    fn row(&self, table: usize, values: &[Value], life: &Life) -> Vec<Part> {
        let name = TABLES[table].0;
        let part = |(value, column): (&Value, &String)| {
            if SEALED.contains(&(name, column.as_str())) || (name == "party" && column.ends_with("_mark")) {
                return Part::Same(Value::Null);
            }
            match (bytes_of(value), value) {
                (Some(bytes), _) if self.plan.ids.contains(&bytes) => Part::Moved(bytes, value.clone()),
                (_, Value::Text(text)) if column == "outside_number" => Part::Outside(text.clone()),
                (_, Value::Text(text)) if text.contains(&life.number) => Part::Numbered(text.clone()),
                _ => Part::Same(value.clone()),
            }
        };
        values.iter().zip(&self.plan.columns[table]).map(part).collect()
    }
}

impl Part {
    fn of(&self, life: &Life, number: &str, time: u64) -> Value {
        match self {
            Self::Same(value) => value.clone(),
            Self::Moved(bytes, value) => super::again(value, moved(*bytes, time)),
            Self::Numbered(text) => Value::Text(text.replace(&life.number, number)),
            Self::Outside(text) => Value::Text(format!("{text}{time:05}")),
        }
    }
}
