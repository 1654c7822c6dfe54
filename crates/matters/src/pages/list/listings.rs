//! The lists of this crate as files: matters with the filter of their page, and the journal.

use db::{Row, Select, Tx, Way, params};
use journal::Record;
use kernel::{Ctx, MatterId, Permission};
use law::{Law, Listed};
use web::{Batch, Cell, Class, Column, Listing, Problem, Result, asked};

use super::{Filter, named};
use crate::pages::audit::{Trace, traced_by};
use crate::{Kind, Matter, Phase, find, parties, slots, timeline};

/// Rows of the journal read at once.
const ROWS: usize = 1_000;
/// Matters in the order of the page, when there are no more: one look finds them all.
const FEW: usize = 10_000;
/// Of more, so many are looked at in one transaction, in the order they were registered. A page by the place of its last
/// row would find and sort everything anew each time, since the reach has an index of its own.
const WINDOW: usize = 5_000;

const EXPORTED: &str = "SELECT m.id, m.kind, m.number, m.title, m.state, m.phase, m.unit_id, m.unit_path, m.officer_id, m.registered_by, \
     m.trader_id, m.channel, m.goods, m.problem, m.place, m.received_at, m.received_on, m.closed_on, m.outcome, m.rule_set, \
     m.next_alarm, m.amount, m.recovered, m.returned, m.outside_number, m.version, m.source, u.name AS unit_name, \
     o.name AS officer_name, t.name AS trader_name \
     FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN officer o ON o.id = m.officer_id \
     LEFT JOIN trader t ON t.id = m.trader_id";

db::sql! {
    NUMBER = "SELECT number FROM matter WHERE id = $1";
    WINDOW_END = "SELECT id FROM matter WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
}

const fn public(title: &'static str) -> Column {
    Column { title, class: Class::Public }
}

const fn internal(title: &'static str) -> Column {
    Column { title, class: Class::Internal }
}

const fn personal(title: &'static str) -> Column {
    Column { title, class: Class::Personal }
}

/// The lists of this crate that can be taken out as files.
pub fn listings() -> Vec<Listing> {
    vec![
        Listing {
            key: "matters",
            title: "事项清单",
            right: Permission::ViewMatters,
            columns: MATTERS,
            words,
            read: matters,
            open: Some(open),
        },
        Listing {
            key: "journal",
            title: "日志",
            right: Permission::Audit,
            columns: JOURNAL,
            words: trace_words,
            read: journal_rows,
            open: None,
        },
    ]
}

const MATTERS: &[Column] = &[
    internal("编号"),
    public("类型"),
    internal("事由"),
    internal("状态"),
    public("接收方式"),
    public("商品服务类别"),
    public("问题类别"),
    internal("事发地"),
    internal("被反映的经营者"),
    public("承办单位"),
    internal("承办人"),
    public("收到日期"),
    internal("最近期限"),
    public("办结日期"),
    public("结果"),
    internal("争议金额（元）"),
    public("挽回损失（元）"),
    internal("外部系统"),
    internal("外部编号"),
    personal("诉求人"),
    personal("联系电话"),
];

fn words(query: &str) -> Vec<(String, String)> {
    let filter: Filter = asked(query);
    let lists = &Law::in_use().classification;
    let label = |found: Option<String>, code: &str| found.unwrap_or_else(|| code.to_owned());
    let pairs = [
        ("查找", filter.q.clone()),
        ("类型", label(Kind::from_code(&filter.kind).map(|it| it.label().to_owned()), &filter.kind)),
        ("进度", label(Phase::from_code(&filter.phase).map(|it| it.label().to_owned()), &filter.phase)),
        ("接收方式", Listed::name(&lists.channels, &filter.channel).to_owned()),
        ("商品服务", label(lists.goods.name(&filter.goods).map(str::to_owned), &filter.goods)),
        ("问题", label(lists.problems.name(&filter.problem).map(str::to_owned), &filter.problem)),
        ("结果", super::super::outcome_words(&filter.outcome).to_owned()),
        ("单位代码", filter.unit.clone()),
        ("经营者", if filter.trader.is_empty() { String::new() } else { "指定的一个".to_owned() }),
        ("退回过的", if filter.returned.is_empty() { String::new() } else { "是".to_owned() }),
        ("按期", filter.on_time.clone()),
        ("收到 从", filter.from.clone()),
        ("收到 到", filter.to.clone()),
        ("办结 从", filter.closed_from.clone()),
        ("办结 到", filter.closed_to.clone()),
    ];
    named_pairs(pairs)
}

fn named_pairs<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn list(ctx: &Ctx, engine: db::Engine, filter: &Filter) -> Select {
    filter.narrow(named(EXPORTED, ctx), engine)
}

fn few(list: Select) -> Select {
    list.order("m.received_at DESC, m.number DESC").limit(FEW + 1)
}

fn window(list: Select, from: MatterId, to: Option<MatterId>) -> Select {
    list.and("m.id > ?", params![from]).and_some("m.id <= ?", to.as_ref()).order("m.id")
}

fn matters(tx: &mut Tx, ctx: &Ctx, query: &str, after: Option<&str>) -> Result<Batch> {
    let mut filter = asked::<Filter>(query).weighed(tx, ctx)?;
    let from: MatterId = match after {
        Some(after) => after.parse().map_err(|_| Problem::NotFound)?,
        None => {
            let rows = tx.select(&few(list(ctx, tx.engine(), &filter)))?;
            if rows.len() <= FEW {
                return batch(&rows, None);
            }
            MatterId::from_uuid(Default::default())
        }
    };
    let end = tx.one(&WINDOW_END, &params![from, WINDOW - 1])?;
    let to: Option<MatterId> = end.map(|row| row.get("id")).transpose()?;
    // Every matter of a window is looked at: what holds the words is not gathered anew for each.
    filter.common = true;
    let rows = tx.select(&window(list(ctx, tx.engine(), &filter), from, to))?;
    batch(&rows, to.map(|to| to.to_string()))
}

fn batch(rows: &[Row], next: Option<String>) -> Result<Batch> {
    Ok(Batch {
        next,
        keys: rows.iter().map(|row| row.get("number")).collect::<Result<_, _>>()?,
        rows: rows.iter().map(cells).collect::<Result<_, _>>()?,
    })
}

fn cells(row: &Row) -> Result<Vec<Cell>, db::Error> {
    let lists = &Law::in_use().classification;
    let matter = Matter::read(row)?;
    let text = |name: &'static str| row.get::<Option<String>>(name).map(Option::unwrap_or_default);
    let day =
        |day: Option<jiff::civil::Date>| Cell::text(day.map_or_else(String::new, |day| day.to_string()));
    let path = |tree: &law::Tree, code: &Option<String>| {
        Cell::text(code.as_ref().map_or_else(String::new, |code| tree.path(code)))
    };
    let (outcome, outside) = (text("outcome")?, text("outside_number")?);
    Ok(vec![
        Cell::text(matter.number),
        Cell::text(matter.kind.label()),
        Cell::text(matter.title),
        Cell::text(slots::state_words(matter.kind, &matter.state)),
        Cell::text(Listed::name(&lists.channels, &matter.channel)),
        path(&lists.goods, &matter.goods),
        path(&lists.problems, &matter.problem),
        Cell::text(matter.place),
        Cell::text(text("trader_name")?),
        Cell::text(text("unit_name")?),
        Cell::text(text("officer_name")?),
        Cell::text(matter.received_on.to_string()),
        day(matter.next_alarm),
        day(matter.closed_on),
        Cell::text(super::super::outcome_words(&outcome)),
        Cell::money(row.get("amount")?),
        Cell::money(row.get("recovered")?),
        Cell::text(if outside.is_empty() { String::new() } else { text("source")? }),
        Cell::text(outside),
        Cell::Empty,
        Cell::Empty,
    ])
}

/// Name and telephone of who complains or asks, matter by matter, each opening in the journal and the read log. A report's
/// people never (令第121号 第三十七条): their rows stay empty.
fn open(tx: &mut Tx, ctx: &Ctx, numbers: &[String], reason: &str) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        let matter = find(tx, ctx, number)?;
        let people = match matter.kind {
            Kind::Report => Vec::new(),
            _ => match parties::unmask(tx, ctx, &matter, None, reason) {
                Err(Problem::NotFound) => Vec::new(),
                people => people?,
            },
        };
        let shown: Vec<_> = people.into_iter().filter(|person| person.role != "举报人").collect();
        let joined = |field: fn(&parties::Party) -> &str| {
            let words = shown.iter().map(field).filter(|words| !words.is_empty());
            Cell::text(words.collect::<Vec<_>>().join("、"))
        };
        rows.push(vec![joined(|person| &person.name), joined(|person| &person.phone)]);
    }
    Ok(rows)
}

const JOURNAL: &[Column] = &[
    internal("时间"),
    internal("人员"),
    internal("岗位"),
    internal("做了什么"),
    internal("事项"),
    internal("对象"),
    internal("说明"),
];

fn trace_words(query: &str) -> Vec<(String, String)> {
    let trace: Trace = asked(query);
    named_pairs(trace.told())
}

fn journal_rows(tx: &mut Tx, _: &Ctx, query: &str, after: Option<&str>) -> Result<Batch> {
    let after = after.map(str::parse).transpose()?;
    let list = traced_by(&asked(query)).pages("j.at, j.id", Way::Down, ROWS, after.as_ref());
    let found = tx.page(&list, Record::read)?;
    let mut rows = Vec::with_capacity(found.rows.len());
    for record in found.rows {
        let number = match record.matter {
            Some(id) => tx.one(&NUMBER, &params![id])?.map(|row| row.get("number")).transpose()?,
            None => None,
        };
        let line = timeline::line(&record);
        rows.push(vec![
            Cell::text(line.at),
            Cell::text(line.who),
            Cell::text(record.post),
            Cell::text(line.what),
            Cell::text(number.unwrap_or_else(String::new)),
            Cell::text(record.subject),
            Cell::text(line.more),
        ]);
    }
    Ok(Batch { rows, keys: Vec::new(), next: found.next.map(|cursor| cursor.to_string()) })
}

pub(super) fn widest(ctx: &Ctx) -> Vec<Select> {
    let filter: Filter = asked("kind=complaint&unit=00&q=%E9%80%80%E8%B4%A7");
    let list = list(ctx, db::Engine::Sqlite, &filter);
    let id = MatterId::from_uuid(Default::default());
    vec![few(list.clone()), window(list, id, Some(id))]
}
