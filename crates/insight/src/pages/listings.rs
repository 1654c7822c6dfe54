//! The rows behind a number as a file: the same condition as the number.

use db::Tx;
use kernel::{Ctx, Permission};
use serde::Deserialize;
use web::{Batch, Cell, Class, Column, Listing, Problem, Result, asked};

use super::{Asked, compute, find, name_of, one::least_of};
use crate::figure::{Dimension, Measure};

/// Rows read at once: many, since each time the period's rows are found and sorted anew.
const ROWS: usize = 20_000;

const COLUMNS: &[Column] = &[
    Column { title: "编号", class: Class::Internal },
    Column { title: "类型", class: Class::Public },
    Column { title: "事由", class: Class::Internal },
    Column { title: "单位", class: Class::Public },
    Column { title: "收到", class: Class::Public },
    Column { title: "办结", class: Class::Public },
    Column { title: "挽回损失（元）", class: Class::Public },
    Column { title: "次数", class: Class::Public },
];

/// The lists of this crate that can be taken out as files.
pub fn listings() -> Vec<Listing> {
    vec![
        Listing {
            key: "figure",
            title: "指标明细",
            right: Permission::ViewFigures,
            columns: COLUMNS,
            words,
            read,
            open: None,
        },
        Listing {
            key: "kpi",
            title: "考核指标",
            right: Permission::ViewFigures,
            columns: RATES,
            words: days_words,
            read: rates,
            open: None,
        },
        Listing {
            key: "kpi_base",
            title: "考核底数",
            right: Permission::ViewFigures,
            columns: BASE,
            words: |_| Vec::new(),
            read: |tx, ctx, _, after| crate::kpi::base(tx, ctx, after),
            open: None,
        },
    ]
}

const fn public(title: &'static str) -> Column {
    Column { title, class: Class::Public }
}

const RATES: &[Column] = &[
    public("代号"),
    public("指标"),
    public("单位"),
    public("月份"),
    public("分子"),
    public("分母"),
    public("分母说明"),
    public("比率"),
    public("区间下限"),
    public("区间上限"),
];

const BASE: &[Column] = &[
    Column { title: "编号", class: Class::Internal },
    public("类型"),
    public("单位"),
    public("收到日期"),
    public("办结日期"),
    public("结果"),
    public("举报决定日期"),
    public("期限"),
    public("到期日"),
    public("停止日"),
    public("期限结果"),
    public("同意公示"),
    public("公示情况"),
    public("公示日期"),
    public("公示到期日"),
];

fn days_words(query: &str) -> Vec<(String, String)> {
    let filter: Asked = asked(query);
    let days = [("从", filter.from), ("到", filter.to)];
    days.into_iter().filter(|(_, day)| !day.is_empty()).map(|(name, day)| (name.to_owned(), day)).collect()
}

/// The rates by unit and month; the whole period and all units have an empty month and an empty unit.
fn rates(tx: &mut Tx, ctx: &Ctx, query: &str, _: Option<&str>) -> Result<Batch> {
    let period = asked::<Asked>(query).period(ctx.today());
    let cells = |rate: crate::kpi::Rate| {
        let figure = find(rate.figure)?;
        let of = match figure.measure {
            Measure::Share { of, .. } => of,
            _ => "",
        };
        let bound = |bound: Option<f64>| {
            Cell::text(bound.map_or_else(String::new, |one| format!("{:.2} %", one * 100.0)))
        };
        let interval = rate.answer.interval();
        Some(vec![
            Cell::text(figure.id),
            Cell::text(figure.name),
            Cell::text(rate.unit),
            Cell::text(rate.month),
            Cell::text(rate.answer.part.to_string()),
            Cell::text(rate.answer.whole.unwrap_or(0).to_string()),
            Cell::text(of),
            Cell::text(rate.answer.words(figure)),
            bound(interval.map(|one| one.low)),
            bound(interval.map(|one| one.high)),
        ])
    };
    let rows = crate::kpi::rates(tx, ctx, period)?.into_iter().filter_map(cells).collect();
    Ok(Batch { rows, keys: Vec::new(), next: None })
}

#[derive(Default, Deserialize)]
struct Which {
    #[serde(default)]
    id: String,
}

fn words(query: &str) -> Vec<(String, String)> {
    let (which, filter): (Which, Asked) = (asked(query), asked(query));
    let text = |words: &str| words.to_owned();
    let mut words = vec![
        (text("指标"), find(&which.id).map_or_else(|| which.id.clone(), |figure| text(figure.name))),
        (text("从"), filter.from),
        (text("到"), filter.to),
        (text("界线（元）"), filter.least),
    ];
    if let Some(dimension) = Dimension::from_code(&filter.by) {
        let part = find(&which.id).map_or_else(String::new, |figure| name_of(figure, dimension, &filter.key));
        words.push((text(dimension.label()), part));
    }
    words.retain(|(_, value)| !value.is_empty());
    words
}

fn read(tx: &mut Tx, ctx: &Ctx, query: &str, after: Option<&str>) -> Result<Batch> {
    let (which, filter): (Which, Asked) = (asked(query), asked(query));
    let figure = find(&which.id).ok_or(Problem::NotFound)?;
    let period = filter.period(ctx.today());
    let part = Dimension::from_code(&filter.by).map(|dimension| (dimension, filter.key.as_str()));
    let of = (figure, least_of(figure, &filter)?.map(kernel::Money::fen));
    let mut lines = compute::rows_of(tx, ctx, of, period, part, (after.unwrap_or_default(), ROWS + 1))?;
    let more = lines.len() > ROWS;
    lines.truncate(ROWS);
    let next = lines.last().filter(|_| more).map(|line| line.number.clone());
    let cells = |line: compute::RowLine| {
        let recovered = line.recovered.replace(',', "").parse().ok();
        vec![
            Cell::text(line.number),
            Cell::text(line.kind),
            Cell::text(line.title),
            Cell::text(line.unit),
            Cell::text(line.received),
            Cell::text(line.closed),
            Cell::money(recovered),
            Cell::text(line.times.to_string()),
        ]
    };
    Ok(Batch { rows: lines.into_iter().map(cells).collect(), keys: Vec::new(), next })
}
