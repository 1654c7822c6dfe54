//! All matters within reach, filtered and searched.

mod listings;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use db::{Engine, Select, Tx, params};
use jiff::civil::Date;
use kernel::{Ctx, TraderId};
use law::Law;
use serde::Deserialize;
use web::{App, Context, Form, Frame, Options, Result, Sample, export_link, page};

use super::{Line, NAMED, coded, line_of, named, sample_line};
use crate::{Kind, Phase, reach, search};

pub(crate) use listings::STATEMENTS as LISTED;
pub use listings::listings;

const LINES: usize = 50;

db::sql! {
    TRADER_NAME = "SELECT name FROM trader WHERE id = $1";
}

/// What the list of matters is narrowed by: the query of the page and of programs.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    goods: String,
    #[serde(default)]
    problem: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    trader: String,
    #[serde(default)]
    returned: String,
    #[serde(default)]
    on_time: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    closed_from: String,
    #[serde(default)]
    closed_to: String,
    #[serde(default)]
    after: String,
    /// Whether the words typed are in very many matters, or every matter of a stretch is looked at anyway.
    #[serde(skip)]
    common: bool,
    /// Whether the list is walked in its own order, because very much lies within reach or an index has that order.
    #[serde(skip)]
    walked: bool,
}

impl Filter {
    /// The same filter, knowing how common its words are: lists of it take the faster way.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn weighed(mut self, tx: &mut Tx, ctx: &Ctx) -> Result<Self> {
        self.common = search::is_common(tx, ctx, &self.q)?;
        Ok(self)
    }

    /// The same filter for a page of this actor's list, newest first: knows, too, whether so much lies within reach that the list is
    /// faster walked than sorted.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub fn weighed_for(self, tx: &mut Tx, ctx: &Ctx) -> Result<Self> {
        let mut filter = self.weighed(tx, ctx)?;
        filter.walked = !filter.unit.is_empty() || filter.is_broad() && reach::is_wide(tx, ctx)?;
        Ok(filter)
    }

    /// Whether a good part of all matters passes.
    fn is_broad(&self) -> bool {
        let narrow = [
            &self.phase,
            &self.goods,
            &self.problem,
            &self.outcome,
            &self.trader,
            &self.returned,
            &self.on_time,
            &self.from,
            &self.to,
            &self.closed_from,
            &self.closed_to,
        ];
        (self.q.is_empty() || self.common) && narrow.iter().all(|value| value.is_empty())
    }

    /// What the actor may know of and the filter lets through, in the order of the page.
    fn newest(&self, ctx: &Ctx, engine: Engine) -> Select {
        let (condition, values) =
            if self.walked { reach::visible_on_the_way(ctx) } else { crate::visible(ctx) };
        self.narrow(Select::from(NAMED).and(condition, values), engine)
    }

    fn narrow(&self, mut list: Select, engine: Engine) -> Select {
        for (value, condition) in [
            (&self.kind, "m.kind = ?"),
            (&self.phase, "m.phase = ?"),
            (&self.channel, "m.channel = ?"),
            (&self.outcome, "m.outcome = ?"),
            (&self.on_time, "m.on_time = ?"),
        ] {
            if !value.is_empty() {
                list = list.and(condition, params![value]);
            }
        }
        for (value, condition) in [
            (&self.goods, "m.goods >= ? AND m.goods < ?"),
            (&self.problem, "m.problem >= ? AND m.problem < ?"),
        ] {
            if !value.is_empty() {
                list = list.and(condition, params![value, format!("{value}~")]);
            }
        }
        if !self.unit.is_empty() {
            list = list.and("m.unit_id = (SELECT n.id FROM unit n WHERE n.code = ?)", params![self.unit]);
        }
        for (value, condition) in [
            (&self.from, "m.received_on >= ?"),
            (&self.to, "m.received_on <= ?"),
            (&self.closed_from, "m.closed_on >= ?"),
            (&self.closed_to, "m.closed_on <= ?"),
        ] {
            if value.parse::<Date>().is_ok() {
                list = list.and(condition, params![value]);
            }
        }
        if let Ok(trader) = self.trader.parse::<TraderId>() {
            list = list.and("m.trader_id = ?", params![trader]);
        }
        if !self.returned.is_empty() {
            list = list.and("m.returned > 0", []);
        }
        search::narrow_on_the_way(list, engine, &self.q, self.common)
    }

    /// The page behind the last line shown.
    fn turned(&self, list: Select) -> Select {
        match self.after.split_once('|').and_then(|(at, number)| Some((at.parse::<i64>().ok()?, number))) {
            Some((at, number)) => list.and("(m.received_at, m.number) < (?, ?)", params![at, number]),
            None => list,
        }
    }

    fn query(&self, after: &str) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("phase", &self.phase),
            ("channel", &self.channel),
            ("goods", &self.goods),
            ("problem", &self.problem),
            ("outcome", &self.outcome),
            ("unit", &self.unit),
            ("trader", &self.trader),
            ("returned", &self.returned),
            ("on_time", &self.on_time),
            ("from", &self.from),
            ("to", &self.to),
            ("closed_from", &self.closed_from),
            ("closed_to", &self.closed_to),
            ("after", after),
        ];
        let kept = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        kept.map(|(key, value)| format!("{key}={}", web::escape(&coded(value))))
            .collect::<Vec<_>>()
            .join("&amp;")
    }
}

/// The list of matters within reach narrowed by `filter`, newest first, in pages of `size` for [`Tx::page`]; rows are read
/// with [`line_of`] and [`crate::Matter::read`].
pub fn listed(ctx: &Ctx, filter: &Filter, engine: Engine, size: usize, after: Option<&db::Cursor>) -> Select {
    filter.newest(ctx, engine).pages("m.received_at, m.number", db::Way::Down, size, after)
}

#[derive(Template)]
#[template(path = "matters/list.html")]
struct List {
    frame: Frame,
    form: Form,
    kinds: Options,
    phases: Options,
    channels: Options,
    units: Options,
    lines: Vec<Line>,
    count: String,
    /// This list's address, coded, to be saved under a name.
    address: web::Html,
    next: Option<web::Html>,
    export: web::Html,
}

/// Counted no further than this: a list of a million is not read to its end to say so.
const COUNTED: usize = 1_000;
const NEWEST: &str = "m.received_at DESC, m.number DESC";
const COUNT: &str = "SELECT m.id FROM matter m LEFT JOIN unit u ON u.id = m.unit_id";

fn count_words(found: usize) -> String {
    match found {
        0..=COUNTED => format!("{found} 件"),
        more => format!("{} 件以上", more - 1),
    }
}

/// What the page shows: the rows, how many there are in all, the units to choose from.
struct Loaded {
    rows: Vec<db::Row>,
    count: String,
    units: Options,
}

fn load(tx: &mut Tx, ctx: &Ctx, filter: &Filter) -> Result<Loaded> {
    let (filter, engine) = (filter.clone().weighed_for(tx, ctx)?, tx.engine());
    let list = filter.turned(filter.newest(ctx, engine));
    let list = list.order(NEWEST).limit(LINES + 1);
    tx.ahead(&list, &list.values())?;
    let units = units(tx, ctx)?;
    let rows = tx.select(&list)?;
    let count = match (filter.after.is_empty(), rows.len()) {
        (true, all @ 0..=LINES) => count_words(all),
        // Counting what is in a million matters is not worth the wait.
        _ if filter.common => format!("{LINES} 件以上"),
        _ => count_words(tx.select(&counted(filter.narrow(named(COUNT, ctx), engine), engine))?.len()),
    };
    Ok(Loaded { rows, count, units })
}

/// So many of the list as are counted. PostgreSQL is asked for the newest of them: for any of them it marks all that a unit has
/// before it takes the first, and a unit may have a million.
fn counted(list: Select, engine: Engine) -> Select {
    let list = if engine == Engine::Postgres { list.order(NEWEST) } else { list };
    list.limit(COUNTED + 1)
}

/// The units of the actor's subtree.
fn units(tx: &mut Tx, ctx: &Ctx) -> Result<Options> {
    let below = ctx.officer().map(|officer| officer.unit_path.clone()).unwrap_or_default();
    let units = people::units(tx)?.into_iter().filter(|unit| unit.path.starts_with(&below));
    Ok(units.map(|unit| (unit.code, unit.name)).collect())
}

fn options() -> (Options, Options, Options) {
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    (
        Kind::ALL.iter().map(|kind| pair(kind.code(), kind.label())).collect(),
        Phase::ALL.iter().map(|phase| pair(phase.code(), phase.label())).collect(),
        Law::in_use().classification.channels.iter().map(|listed| pair(&listed.code, &listed.name)).collect(),
    )
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(filter): Query<Filter>,
) -> Result<Response> {
    let (today, by, asked) = (ctx.today(), ctx.clone(), filter.clone());
    let Loaded { rows, count, units } = app.db.read(move |tx| load(tx, &by, &asked)).await?;
    let mut lines = rows.iter().map(|row| line_of(row, today)).collect::<Result<Vec<_>, _>>()?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let last = rows.get(lines.len().saturating_sub(1)).filter(|_| more);
    let next = last.map(|row| {
        Ok::<_, db::Error>(format!("{}|{}", row.get::<i64>("received_at")?, row.get::<String>("number")?))
    });
    let next = next.transpose()?.map(|after| web::Html(filter.query(&after)));
    let export = export_link(&ctx, "matters", &filter.query(""));
    let (kinds, phases, channels) = options();
    let query = filter.query("").replace("&amp;", "&");
    let address = web::Html(coded(&format!("/matters?{query}")));
    let values = [
        ("q", filter.q),
        ("kind", filter.kind),
        ("phase", filter.phase),
        ("channel", filter.channel),
        ("unit", filter.unit),
        ("trader", filter.trader),
        ("returned", filter.returned),
        ("from", filter.from),
        ("to", filter.to),
    ];
    let frame = Frame::new(&app, &ctx, "事项", "/matters");
    let form = Form::filled(values);
    page(&List { frame, form, kinds, phases, channels, units, lines, count, address, next, export })
}

pub(super) fn widest(ctx: &Ctx) -> Vec<Select> {
    let all = |text: &str| text.to_owned();
    let filter = Filter {
        q: all("退货"),
        kind: all("complaint"),
        phase: all("new"),
        channel: all("phone"),
        goods: all("G01"),
        problem: all("P01"),
        outcome: all("settled"),
        unit: all("00"),
        trader: all("01900000-0000-7000-8000-000000000001"),
        returned: all("yes"),
        on_time: all("yes"),
        from: all("2026-01-01"),
        to: all("2026-12-31"),
        closed_from: all("2026-01-01"),
        closed_to: all("2026-12-31"),
        after: all("1|x"),
        common: false,
        walked: false,
    };
    // The text is the same on both engines; only the search parameter differs.
    let list = filter.turned(filter.newest(ctx, Engine::Sqlite));
    let list = list.order("m.received_at DESC, m.number DESC").limit(1);
    let count = filter.narrow(named(COUNT, ctx), Engine::Sqlite).limit(1);
    let after = db::Cursor::of(params![1, "x"]);
    let paged = listed(ctx, &filter, Engine::Sqlite, 1, Some(&after));
    let common = Filter { common: true, walked: true, ..filter };
    let walked = listed(ctx, &common, Engine::Sqlite, 1, Some(&after));
    [vec![list, count, paged, walked], listings::widest(ctx)].concat()
}

pub(super) fn samples() -> Vec<Sample> {
    let (kinds, phases, channels) = options();
    let list = List {
        frame: Frame::bare(),
        form: Form::default(),
        kinds,
        phases,
        channels,
        units: vec![("2301".into(), "中山所".into())],
        lines: vec![sample_line()],
        count: count_words(COUNTED + 1),
        address: web::Html("%2Fmatters".into()),
        next: Some(web::Html("after=1".into())),
        export: web::Html::default(),
    };
    vec![Sample::of("matters", &list)]
}
