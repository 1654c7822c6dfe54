//! The list of traders as a file.

use db::{Cursor, Select, Tx, Way};
use kernel::{Ctx, Permission};
use web::{Batch, Cell, Class, Column, Listing, Result, asked};

use super::{Search, tagged, word};
use crate::trader::{FORMS, STATES};

/// Rows read at once.
const ROWS: usize = 1_000;

const COLUMNS: &[Column] = &[
    Column { title: "名称", class: Class::Public },
    Column { title: "统一社会信用代码", class: Class::Public },
    Column { title: "注册号", class: Class::Public },
    Column { title: "类型", class: Class::Public },
    Column { title: "状态", class: Class::Public },
    Column { title: "行业", class: Class::Public },
    Column { title: "区划", class: Class::Public },
    Column { title: "住所", class: Class::Public },
    // Of a household (个体工商户) these are a person's own.
    Column { title: "电话", class: Class::Personal },
    Column { title: "联系人", class: Class::Personal },
];

/// The lists of this crate that can be taken out as files.
pub fn listings() -> Vec<Listing> {
    vec![Listing {
        key: "traders",
        title: "经营者名录",
        right: Permission::ViewTraders,
        columns: COLUMNS,
        words,
        read,
        open: None,
    }]
}

fn words(query: &str) -> Vec<(String, String)> {
    let tag = asked::<Search>(query).tag;
    if tag.is_empty() { Vec::new() } else { vec![("标签".to_owned(), tag)] }
}

pub(super) fn list(engine: db::Engine, tag: &str, after: Option<&Cursor>) -> Select {
    let head = "SELECT t.id, t.name, t.name_key, t.credit_code, t.old_number, t.form, t.state, t.industry, t.region, t.address FROM trader t";
    tagged(Select::from(head), engine, tag).pages("t.name_key, t.id", Way::Up, ROWS, after)
}

fn read(tx: &mut Tx, _: &Ctx, query: &str, after: Option<&str>) -> Result<Batch> {
    let after = after.map(str::parse::<Cursor>).transpose()?;
    let list = list(tx.engine(), asked::<Search>(query).tag.trim(), after.as_ref());
    let found = tx.page(&list, |row| {
        let text = |name: &'static str| row.get::<Option<String>>(name).map(Option::unwrap_or_default);
        Ok::<_, web::Problem>(vec![
            Cell::text(text("name")?),
            Cell::text(text("credit_code")?),
            Cell::text(text("old_number")?),
            Cell::text(word(FORMS, &text("form")?)),
            Cell::text(word(STATES, &text("state")?)),
            Cell::text(text("industry")?),
            Cell::text(text("region")?),
            Cell::text(text("address")?),
            Cell::Empty,
            Cell::Empty,
        ])
    })?;
    Ok(Batch { rows: found.rows, keys: Vec::new(), next: found.next.map(|cursor| cursor.to_string()) })
}
