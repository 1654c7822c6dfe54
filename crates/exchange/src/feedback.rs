//! What came of matters that another system sent (办理结果回填): a file in that system's own column names, each time only
//! with what is new since the last one.

use db::{Row, Select, Tx, params};
use kernel::{Ctx, MatterId, Money, Permission, hex, sm3};
use law::{Law, Listed};
use matters::Kind;
use serde::Deserialize;
use web::{Batch, Cell, Class, Column, Listing, Result, asked};

use crate::export::ExportId;

/// Rows looked at in one transaction.
const ROWS: usize = 500;

db::sql! {
    GIVEN = "SELECT f.digest FROM feedback f JOIN export e ON e.id = f.export_id WHERE f.source = $1 AND f.number = $2 \
             AND e.state IN ('done', 'gone')";
    RECORD = "INSERT INTO feedback (source, number, matter_id, digest, export_id, at) VALUES ($1, $2, $3, $4, $5, $6) \
              ON CONFLICT (source, number) DO UPDATE SET matter_id = excluded.matter_id, digest = excluded.digest, \
              export_id = excluded.export_id, at = excluded.at";
}

const HEAD: &str = "SELECT r.key AS outside, m.id, m.kind, m.state, m.phase, m.channel, m.problem, m.place, m.closed_on, m.outcome, \
     m.recovered, u.name AS unit, b.value AS bureau, c.answer, c.respondent_name, c.respondent_address, s.terms, k.refusal_words, \
     k.termination_words FROM import_row r JOIN matter m ON m.id = r.matter_id JOIN unit u ON u.id = m.unit_id \
     LEFT JOIN contact c ON c.matter_id = m.id LEFT JOIN settlement s ON s.matter_id = m.id \
     LEFT JOIN complaint k ON k.matter_id = m.id LEFT JOIN setting b ON b.key = 'bureau'";

const fn public(title: &'static str) -> Column {
    Column { title, class: Class::Public }
}

const fn internal(title: &'static str) -> Column {
    Column { title, class: Class::Internal }
}

/// Header names of the national platform (regulations §5.1); what the citizen wrote stays in, they have it.
const NATIONAL: &[Column] = &[
    internal("登记编号"),
    public("类型"),
    public("接收方式"),
    internal("企业名称"),
    internal("企业地址"),
    public("问题类别"),
    internal("事发地"),
    public("具体问题"),
    internal("初查受理状态"),
    public("处理机构"),
    public("处理部门"),
    internal("反馈内容"),
];

const HOTLINE: &[Column] = &[
    internal("工单编号"),
    internal("办理状态"),
    public("承办单位"),
    internal("办理结果"),
    public("办结时间"),
];

/// The lists of this crate: one for each system.
pub(crate) fn listings() -> Vec<Listing> {
    let listing = |key, title, columns, read| Listing {
        key,
        title,
        right: Permission::Dispatch,
        columns,
        words,
        read,
        open: None,
    };
    vec![
        listing("feedback", "12315 办理结果回填", NATIONAL, |tx, ctx, query, after| {
            read(tx, ctx, (&intake::import::Map::national().source, national), query, after)
        }),
        listing("feedback_hotline", "12345 办理结果回填", HOTLINE, |tx, ctx, query, after| {
            read(tx, ctx, (&intake::import::Map::hotline().source, hotline), query, after)
        }),
    ]
}

/// Whether a list is one of those whose rows are remembered as given.
pub(crate) fn is_one(listing: &Listing) -> bool {
    listing.key.starts_with("feedback")
}

#[derive(Default, Deserialize)]
struct Filter {
    /// `yes`: everything once more, also what was given already.
    #[serde(default)]
    again: String,
}

fn words(query: &str) -> Vec<(String, String)> {
    let words = if asked::<Filter>(query).again.is_empty() {
        "上次回填之后有变化的"
    } else {
        "全部（含已回填）"
    };
    vec![("范围".to_owned(), words.to_owned())]
}

fn list(ctx: &Ctx, source: &str, after: Option<&str>) -> Select {
    let (condition, values) = matters::visible(ctx);
    let list = Select::from(HEAD).and("r.source = ?", params![source]).and(condition, values);
    // What nobody has touched yet has nothing to tell.
    let list = list.and("m.phase <> 'new'", []);
    let list = list.and_some("r.key > ?", after.as_ref());
    list.order("r.key").limit(ROWS + 1)
}

/// The list in its widest form, for the test that prepares statements.
pub(crate) fn selects(ctx: &Ctx) -> Vec<Select> {
    vec![list(ctx, "x", Some("x"))]
}

/// How a row is told to a system.
type Told = fn(&Row) -> Result<Vec<Cell>, db::Error>;

fn read(
    tx: &mut Tx,
    ctx: &Ctx,
    (source, told): (&str, Told),
    query: &str,
    after: Option<&str>,
) -> Result<Batch> {
    let again = !asked::<Filter>(query).again.is_empty();
    let mut rows = tx.select(&list(ctx, source, after))?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let mut batch = Batch::default();
    for row in &rows {
        let (number, matter): (String, MatterId) = (row.get("outside")?, row.get("id")?);
        let cells = told(row)?;
        let digest = hex(&sm3(format!("{cells:?}").as_bytes()));
        let given = tx.one(&GIVEN, &params![source, number])?;
        let given = given.map(|row| row.get::<String>("digest")).transpose()?;
        if again || given.as_deref() != Some(&digest) {
            batch.rows.push(cells);
            batch.keys.push(format!("{source}\u{1f}{number}\u{1f}{matter}\u{1f}{digest}"));
        }
        batch.next = Some(number);
    }
    if !more {
        batch.next = None;
    }
    Ok(batch)
}

/// Remembers rows as given by this export; they count once it is done.
pub(crate) fn record(tx: &mut Tx, ctx: &Ctx, export: ExportId, keys: &[String]) -> Result<()> {
    for key in keys {
        if let [source, number, matter, digest] = key.split('\u{1f}').collect::<Vec<_>>()[..]
            && let Ok(matter) = matter.parse::<MatterId>()
        {
            tx.execute(&RECORD, &params![source, number, matter, digest, export, ctx.now])?;
        }
    }
    Ok(())
}

fn text(row: &Row, name: &'static str) -> Result<String, db::Error> {
    row.get::<Option<String>>(name).map(Option::unwrap_or_default)
}

fn kind(row: &Row) -> Result<Option<Kind>, db::Error> {
    Ok(Kind::from_code(&text(row, "kind")?))
}

fn state(row: &Row) -> Result<String, db::Error> {
    let code = text(row, "state")?;
    Ok(kind(row)?.map_or_else(|| code.clone(), |kind| matters::state_words(kind, &code)))
}

/// What came of it, in a sentence: the answer, the settlement, the reason of a refusal or an end.
fn result(row: &Row) -> Result<String, db::Error> {
    let outcome = text(row, "outcome")?;
    let mut parts = Vec::new();
    if !outcome.is_empty() {
        parts.push(matters::outcome_words(&outcome).to_owned());
    }
    for name in ["answer", "terms", "refusal_words", "termination_words"] {
        let words = text(row, name)?;
        if !words.is_empty() {
            parts.push(words);
        }
    }
    if let Some(sum) = row.get::<Option<Money>>("recovered")?.filter(|sum| sum.fen() > 0) {
        parts.push(format!("挽回损失 {sum} 元"));
    }
    Ok(parts.join("；"))
}

fn national(row: &Row) -> Result<Vec<Cell>, db::Error> {
    let lists = &Law::in_use().classification;
    let problem = text(row, "problem")?;
    let class = lists.problems.name(lists.problems.root(&problem)).unwrap_or_default();
    Ok(vec![
        Cell::text(text(row, "outside")?),
        Cell::text(kind(row)?.map_or("", Kind::label)),
        Cell::text(Listed::name(&lists.channels, &text(row, "channel")?)),
        Cell::text(text(row, "respondent_name")?),
        Cell::text(text(row, "respondent_address")?),
        Cell::text(class),
        Cell::text(text(row, "place")?),
        Cell::text(lists.problems.name(&problem).unwrap_or_default()),
        Cell::text(state(row)?),
        Cell::text(text(row, "bureau")?),
        Cell::text(text(row, "unit")?),
        Cell::text(result(row)?),
    ])
}

fn hotline(row: &Row) -> Result<Vec<Cell>, db::Error> {
    Ok(vec![
        Cell::text(text(row, "outside")?),
        Cell::text(state(row)?),
        Cell::text(text(row, "unit")?),
        Cell::text(result(row)?),
        Cell::text(text(row, "closed_on")?),
    ])
}
