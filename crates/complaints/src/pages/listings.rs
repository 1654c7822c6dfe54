//! Call-backs as a file: what was planned and what was found.

use db::{Cursor, Select, Tx, Way};
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use web::{Batch, Cell, Class, Column, Listing, Result};

/// Rows read at once: many, since each time those within reach are found and sorted anew.
const ROWS: usize = 20_000;

const COLUMNS: &[Column] = &[
    Column { title: "编号", class: Class::Internal },
    Column { title: "事由", class: Class::Internal },
    Column { title: "承办单位", class: Class::Public },
    Column { title: "结果", class: Class::Public },
    Column { title: "回访期限", class: Class::Internal },
    Column { title: "回访情况", class: Class::Internal },
    Column { title: "已联系次数", class: Class::Internal },
    Column { title: "满意度", class: Class::Internal },
    Column { title: "履行情况", class: Class::Internal },
    Column { title: "重办编号", class: Class::Internal },
    // The consumer's own words.
    Column { title: "回访记录", class: Class::Personal },
];

const HEAD: &str = "SELECT c.id, c.due_on, c.state, c.tries, c.satisfaction, c.performed, m.number, m.title, m.outcome, u.name AS unit, \
     n.number AS again FROM callback c JOIN matter m ON m.id = c.matter_id JOIN unit u ON u.id = m.unit_id \
     LEFT JOIN matter n ON n.id = c.reopened_as";

/// The lists of this crate that can be taken out as files.
pub fn listings() -> Vec<Listing> {
    vec![Listing {
        key: "callbacks",
        title: "回访清单",
        right: Permission::CallBack,
        columns: COLUMNS,
        words: |_| Vec::new(),
        read,
        open: None,
    }]
}

/// The list of this crate, for the test that prepares statements.
pub fn selects(ctx: &Ctx) -> Vec<Select> {
    let place = Cursor::of(db::params![
        "2026-01-01",
        super::super::callback::CallBackId::from_uuid(Default::default())
    ]);
    vec![list(ctx, Some(&place))]
}

fn list(ctx: &Ctx, after: Option<&Cursor>) -> Select {
    let (condition, values) = matters::visible(ctx);
    Select::from(HEAD).and(condition, values).pages("c.due_on, c.id", Way::Up, ROWS, after)
}

fn word(code: &str) -> &str {
    match code {
        "settled" => "调解成功",
        "terminated" => "终止调解",
        "refused" => "不予受理",
        "due" => "待回访",
        "reached" => "已接通",
        "unreachable" => "未联系上",
        "declined" => "拒绝回访",
        "yes" => "已按结果履行",
        "partly" => "部分履行",
        "no" => "没有履行",
        other => other,
    }
}

fn read(tx: &mut Tx, ctx: &Ctx, _: &str, after: Option<&str>) -> Result<Batch> {
    let after = after.map(str::parse).transpose()?;
    let found = tx.page(&list(ctx, after.as_ref()), |row| {
        let text = |name: &'static str| row.get::<Option<String>>(name).map(Option::unwrap_or_default);
        let score: Option<i64> = row.get("satisfaction")?;
        Ok::<_, web::Problem>(vec![
            Cell::text(text("number")?),
            Cell::text(text("title")?),
            Cell::text(text("unit")?),
            Cell::text(word(&text("outcome")?)),
            Cell::text(row.get::<Date>("due_on")?.to_string()),
            Cell::text(word(&text("state")?)),
            Cell::Number(row.get("tries")?),
            score.map_or(Cell::Empty, Cell::Number),
            Cell::text(word(&text("performed")?)),
            Cell::text(text("again")?),
            Cell::Empty,
        ])
    })?;
    Ok(Batch { rows: found.rows, keys: Vec::new(), next: found.next.map(|cursor| cursor.to_string()) })
}
