//! A row in every table of the schema, whoever made it, written around one matter: what must know every table is held against
//! it. It is read off the migrations, so that a table made tomorrow is filled too.

use std::{
    collections::BTreeMap,
    fs,
    sync::atomic::{AtomicU64, Ordering},
};

use db::{Sql, Tx, Value, params};
use kernel::Field;
use testkit::{TestOffice, house_rules::root};
use uuid::Uuid;

/// Who stands in every word about a person.
pub(crate) const NAME: &str = "欧阳慕雪";
/// How he is reached.
pub(crate) const PHONE: &str = "13900001234";

/// Columns of a matter's tables that hold words of the program, numbers it gives or names of officers, never of a person.
const CODES: &[&str] = &[
    "alarm",
    "answer_topic",
    "article",
    "carrier",
    "channel",
    "chosen",
    "decision",
    "demands",
    "did",
    "digest",
    "event",
    "form",
    "form_number",
    "ground",
    "issued_on",
    "key",
    "kind",
    "level",
    "media",
    "mediators",
    "number",
    "outcome",
    "paper_number",
    "performed",
    "phase",
    "proof_kind",
    "proposal",
    "public_digest",
    "purpose",
    "quantity_unit",
    "reasons",
    "refusal_ground",
    "region",
    "role",
    "rule",
    "rule_set",
    "side",
    "source",
    "state",
    "tag",
    "termination_ground",
    "unit_path",
    "whose",
    "way",
    // Officers.
    "by_name",
    "decided_name",
    "ended_name",
    "made_name",
    // Words of the program about an answer, the day of an end as a word, the text of an edition.
    "answer_kind",
    "ended_as",
    "flaws",
    "identity_kind",
    "matter",
    "notice_kind",
    "outside_way",
];
/// (table, column) of the same kind whose names say something else elsewhere.
const CODES_OF: &[(&str, &str)] = &[
    ("paper", "text"),
    ("publicity", "in_time"),
    // Days and sums.
    ("summary_example", "facts"),
    ("summary_example", "rows_digest"),
    ("clock", "result"),
    ("read_log", "what"),
    ("figure_share", "hour"),
    ("figure_share", "goods"),
    ("figure_share", "problem"),
    ("day_remark", "day"),
    ("advice", "day"),
    ("advice", "part"),
    ("advice", "basis"),
    ("advice", "suggested"),
    ("advice", "fate"),
];

/// Tables that are not to be written beside the program: the chained journal.
const NOT_FILLED: &[&str] = &["journal", "journal_lane"];

/// A column as the migrations make it.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    kind: String,
    /// The first word a check allows.
    choice: Option<String>,
    parent: Option<String>,
}

type Schema = BTreeMap<String, Vec<Column>>;

fn column(line: &str) -> Option<Column> {
    let mut words = line.split_whitespace();
    let (name, kind) = (words.next()?, words.next()?.trim_end_matches(','));
    let of_types = ["UUID", "TEXT", "BIGINT", "BYTEA", "BOOLEAN"];
    if !of_types.contains(&kind) {
        return None;
    }
    let after = |mark: &str| line.split_once(mark).map(|(_, rest)| rest);
    let choice = after(" IN ('").and_then(|rest| rest.split('\'').next()).map(str::to_owned);
    let parent = after("REFERENCES ").and_then(|rest| rest.split(' ').next()).map(str::to_owned);
    Some(Column { name: name.to_owned(), kind: kind.to_owned(), choice, parent })
}

fn schema() -> Schema {
    let mut files: Vec<_> =
        fs::read_dir(root().join("migrations")).unwrap().flatten().map(|file| file.path()).collect();
    files.sort();
    let (mut all, mut open) = (Schema::new(), None);
    for line in files
        .iter()
        .flat_map(|file| fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            open = rest.split(' ').next().map(str::to_owned);
        } else if let Some(rest) = line.strip_prefix("DROP TABLE ") {
            all.remove(rest.trim_end_matches(';'));
        } else if let Some((table, rest)) =
            line.strip_prefix("ALTER TABLE ").and_then(|it| it.split_once(" ADD COLUMN "))
        {
            all.entry(table.to_owned()).or_default().extend(column(rest.trim_end_matches(';')));
        } else if let Some((table, name)) =
            line.strip_prefix("ALTER TABLE ").and_then(|it| it.split_once(" RENAME TO "))
        {
            let columns = all.remove(table).unwrap_or_default();
            all.insert(name.trim_end_matches(';').to_owned(), columns);
        } else if line == ");" || line == ") CLUSTERED;" {
            open = None;
        } else if let Some(table) = &open {
            all.entry(table.clone()).or_default().extend(column(line));
        }
    }
    all
}

fn made(text: String) -> Sql {
    Sql { name: "test", text: Box::leak(text.into_boxed_str()) }
}

/// The id that a reference of `column` is given: of the table it names, declared or by its name.
fn target<'a>(column: &Column, ids: &'a BTreeMap<String, Uuid>) -> Option<&'a Uuid> {
    let parent = column.parent.clone().or_else(|| column.name.strip_suffix("_id").map(str::to_owned))?;
    ids.get(&parent)
}

fn is_day(name: &str) -> bool {
    name.ends_with("_on")
        || name.ends_with("_day")
        || ["due", "link_until", "performed_by", "perform_by", "valid_from"].contains(&name)
}

/// Words about the person, as a text, a list or an object, whatever the column holds.
fn words(table: &str, column: &str) -> String {
    format!("{table}.{column}记{NAME}，电话{PHONE}、139-0000-1234")
}

#[derive(Clone)]
struct Filler {
    app: web::App,
    schema: Schema,
    ids: BTreeMap<String, Uuid>,
    number: String,
}

impl Filler {
    /// Whether rows of `table` belong to a matter.
    fn of_matter(&self, table: &str) -> bool {
        let parents = |table: &str| -> Vec<String> {
            let columns = self.schema.get(table).into_iter().flatten();
            columns
                .filter_map(|it| it.parent.clone().or_else(|| it.name.strip_suffix("_id").map(str::to_owned)))
                .collect()
        };
        let own = parents(table);
        own.iter().any(|parent| parent == "matter")
            || own.iter().any(|parent| ["clock", "talk", "notice", "portal_draft"].contains(&parent.as_str()))
            || table == "import_line"
    }

    fn value(&self, table: &str, column: &Column, row: Uuid) -> Value {
        let name = column.name.as_str();
        let keyring = &self.app.ground.keyring;
        let personal = self.of_matter(table) && !CODES.contains(&name) && !CODES_OF.contains(&(table, name));
        match column.kind.as_str() {
            "UUID" if name == "id" => Value::Id(row),
            "UUID" => Value::Id(*target(column, &self.ids).unwrap_or(&row)),
            "BOOLEAN" => Value::Bool(false),
            "BIGINT" => Value::Int(1),
            "BYTEA" => {
                let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
                let field = Field { table: leak(table), column: leak(name) };
                let plain = match (table, name) {
                    (_, "phone") => PHONE.to_owned(),
                    ("paper", _) => {
                        serde_json::json!({ "complainant": NAME, "words": words(table, name) }).to_string()
                    }
                    ("portal_draft" | "draft", _) => "[]".to_owned(),
                    _ => NAME.to_owned(),
                };
                let has_id = self.schema[table].iter().any(|column| column.name == "id");
                let row = if has_id { row } else { self.ids["matter"] };
                Value::Bytes(keyring.seal(field, row, &plain, &self.app.ground.entropy))
            }
            _ if column.choice.is_some() => Value::Text(column.choice.clone().unwrap()),
            _ if is_day(name) => Value::Text("2026-09-23".to_owned()),
            _ if name.ends_with("_mark") && personal => Value::Text(keyring.blind(table, NAME)),
            _ if (table, name) == ("import_line", "matter") => Value::Text(self.number.clone()),
            _ if (table, name) == ("webhook_delivery", "number") => Value::Text(self.number.clone()),
            _ if name == "proof" && table == "party" => Value::Text("{}".to_owned()),
            _ if personal => Value::Text(words(table, name)),
            _ => Value::Text(format!("{table}-{name}")),
        }
    }

    /// What the rows are written around: the matter, its unit and trader, an officer with a post.
    fn begin(&mut self, tx: &mut Tx) -> Result<(), db::Error> {
        let text = "SELECT id, trader_id, unit_id FROM matter WHERE number = $1".to_owned();
        let row = tx.one(&made(text), &params![self.number])?.expect("the matter");
        self.ids.insert("matter".to_owned(), row.get("id")?);
        self.ids.insert("unit".to_owned(), row.get("unit_id")?);
        self.ids.extend(row.get::<Option<Uuid>>("trader_id")?.map(|id| ("trader".to_owned(), id)));
        for (table, text) in [
            ("officer", "SELECT id FROM officer WHERE login = 'desk'"),
            ("post", "SELECT p.id FROM post p JOIN officer o ON o.id = p.officer_id WHERE o.login = 'desk'"),
        ] {
            self.ids.insert(table.to_owned(), tx.scalar(&made(text.to_owned()), &[])?);
        }
        Ok(())
    }

    fn fill(&mut self, tx: &mut Tx, table: &str) -> Result<(), db::Error> {
        static ROWS: AtomicU64 = AtomicU64::new(1);
        let row = Uuid::from_u128(
            0xf111_ed00_0000_0000_0000 << 48 | u128::from(ROWS.fetch_add(1, Ordering::Relaxed)),
        );
        let columns = &self.schema[table];
        let values: Vec<Value> = columns.iter().map(|column| self.value(table, column, row)).collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let places: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
        let text = format!(
            "INSERT INTO \"{table}\" ({}) VALUES ({}) ON CONFLICT DO NOTHING",
            names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "),
            places.join(", ")
        );
        if tx.execute(&made(text), &values)? == 1 && names.contains(&"id") {
            self.ids.insert(table.to_owned(), row);
        }
        Ok(())
    }
}

/// Puts a row into every table, around the matter with `number`; the names of the tables. What there is of units, officers,
/// posts, traders and matters stays as it is, and tables in `without` stay empty.
pub(crate) async fn fill(office: &TestOffice, number: &str, without: &'static [&'static str]) -> Vec<String> {
    let schema = schema();
    let order: Vec<String> =
        office.app.db.list_tables().await.unwrap().iter().map(|it| it.name().to_owned()).collect();
    assert!(order.iter().all(|table| schema.contains_key(table)), "the migrations were read: {order:?}");
    let start = Filler { app: office.app.clone(), schema, ids: BTreeMap::new(), number: number.to_owned() };
    let tables = order.clone();
    let work = move |tx: &mut Tx| {
        let mut filler = start.clone();
        filler.begin(tx)?;
        let there = ["matter", "unit", "officer", "post"];
        for table in &tables {
            let stays = there.contains(&table.as_str())
                || NOT_FILLED.contains(&table.as_str())
                || without.contains(&table.as_str());
            if !(stays || table == "trader" && filler.ids.contains_key("trader")) {
                filler.fill(tx, table)?;
            }
        }
        Ok::<_, db::Error>(())
    };
    office.app.db.write(work).await.unwrap();
    order
}

/// How many rows each table has.
pub(crate) fn counts(tx: &mut Tx, tables: &[String]) -> Result<BTreeMap<String, i64>, db::Error> {
    let count = |table: &String| {
        let rows: i64 = tx.scalar(&made(format!("SELECT COUNT(*) FROM \"{table}\"")), &[])?;
        Ok((table.clone(), rows))
    };
    tables.iter().map(count).collect()
}
