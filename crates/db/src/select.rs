//! Lists with filters: a statement put together from constant fragments. No text from a person can enter it.

use std::borrow::Cow;

use crate::{Cursor, Sql, ToValue, Value};

/// A list query. Fragments are `&'static str` with `?` for each value; they become `$1…` in order. Each condition is put
/// in brackets, so an `OR` inside one cannot loosen another.
///
/// ```
/// let list = db::Select::from("SELECT m.id FROM matter m")
///     .and("m.kind = ?", db::params!["complaint"])
///     .order("m.received_at DESC, m.id DESC")
///     .limit(51);
/// assert_eq!(list.text(), "SELECT m.id FROM matter m WHERE (m.kind = $1) ORDER BY m.received_at DESC, m.id DESC LIMIT $2");
/// ```
///
/// Text made at run time is not a fragment:
///
/// ```compile_fail
/// let typed_by_a_person = String::from("1 = 1");
/// let list = db::Select::from("SELECT id FROM matter").and(&typed_by_a_person, []);
/// ```
#[derive(Clone, Debug)]
pub struct Select {
    head: &'static str,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    group: Option<&'static str>,
    order: Option<&'static str>,
    key: Option<Key>,
    limit: Option<usize>,
    locks: bool,
}

/// Which way a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Smallest first.
    Up,
    /// Largest first: the newest on top.
    Down,
}

#[derive(Clone, Debug)]
struct Key {
    columns: &'static str,
    way: Way,
    after: Option<Vec<Value>>,
}

impl Select {
    /// Starts with `SELECT … FROM …` (joins allowed, no `WHERE`).
    pub const fn from(head: &'static str) -> Self {
        Self {
            head,
            conditions: Vec::new(),
            values: Vec::new(),
            group: None,
            order: None,
            key: None,
            limit: None,
            locks: false,
        }
    }

    /// Starts with a head that itself has `?`, in a join or a column.
    pub fn with(head: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        Self { values: values.into_iter().collect(), ..Self::from(head) }
    }

    /// Adds a condition with its values.
    #[must_use]
    pub fn and(mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        self.conditions.push(condition);
        self.values.extend(values);
        self
    }

    /// Adds a condition when there is something to ask for.
    #[must_use]
    pub fn and_some<T: ToValue>(self, condition: &'static str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.and(condition, [value.to_value()]),
            None => self,
        }
    }

    /// Sets `GROUP BY …`.
    #[must_use]
    pub const fn group(mut self, columns: &'static str) -> Self {
        self.group = Some(columns);
        self
    }

    /// Sets `ORDER BY …`.
    #[must_use]
    pub const fn order(mut self, columns: &'static str) -> Self {
        self.order = Some(columns);
        self
    }

    /// Locks the rows found until the end of the command, where the engine has more than one writer.
    #[must_use]
    pub const fn for_update(mut self) -> Self {
        self.locks = true;
        self
    }

    /// At most `rows` rows.
    #[must_use]
    pub const fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Orders and cuts the list into pages for [`crate::Tx::page`]. `columns` are separated by commas, all read the same
    /// way, never null, together unique, and among the selected columns under the same last name (`m.id` as `id`).
    ///
    /// ```
    /// let list = db::Select::from("SELECT m.id, m.received_at FROM matter m")
    ///     .pages("m.received_at, m.id", db::Way::Down, 50, None);
    /// assert_eq!(
    ///     list.text(),
    ///     "SELECT m.id, m.received_at FROM matter m ORDER BY m.received_at DESC, m.id DESC LIMIT $1"
    /// );
    /// ```
    #[must_use]
    pub fn pages(mut self, columns: &'static str, way: Way, size: usize, after: Option<&Cursor>) -> Self {
        self.key = Some(Key { columns, way, after: after.map(|cursor| cursor.values().to_vec()) });
        self.limit(size.saturating_add(1))
    }

    /// The names of the key columns in a row, and the page size; `None` when the list has no pages.
    pub(crate) fn page(&self) -> Option<(Vec<&'static str>, usize)> {
        let key = self.key.as_ref()?;
        let names = key.columns().map(|column| column.rsplit('.').next().unwrap_or(column)).collect();
        Some((names, self.limit?.saturating_sub(1)))
    }

    /// False when the cursor was made for another list.
    pub(crate) fn cursor_fits(&self) -> bool {
        let after =
            self.key.as_ref().and_then(|key| Some((key.columns().count(), key.after.as_ref()?.len())));
        after.is_none_or(|(columns, values)| columns == values)
    }

    /// The statement with numbered parameters.
    pub fn text(&self) -> String {
        let mut text = String::from(self.head);
        let after = self.key.as_ref().and_then(Key::condition);
        let conditions = self.conditions.iter().copied().map(Cow::Borrowed).chain(after.map(Cow::Owned));
        for (at, condition) in conditions.enumerate() {
            let word = if at == 0 { " WHERE (" } else { " AND (" };
            text.extend([word, &condition, ")"]);
        }
        if let Some(columns) = self.group {
            text.extend([" GROUP BY ", columns]);
        }
        let order = self.order.map(Cow::Borrowed).or_else(|| Some(Cow::Owned(self.key.as_ref()?.order())));
        if let Some(columns) = order {
            text.extend([" ORDER BY ", &columns]);
        }
        if self.limit.is_some() {
            text.push_str(" LIMIT ?");
        }
        if self.locks {
            text.push_str(" FOR_UPDATE");
        }
        numbered(&text)
    }

    /// The values of the parameters.
    pub fn values(&self) -> Vec<Value> {
        let after = self.key.iter().flat_map(|key| key.after.iter().flatten()).cloned();
        self.values.iter().cloned().chain(after).chain(self.limit.map(|rows| rows.to_value())).collect()
    }
}

impl Key {
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.split(',').map(str::trim)
    }

    fn condition(&self) -> Option<String> {
        let marks = vec!["?"; self.after.as_ref()?.len()].join(", ");
        let sign = match self.way {
            Way::Up => ">",
            Way::Down => "<",
        };
        Some(format!("({}) {sign} ({marks})", self.columns))
    }

    fn order(&self) -> String {
        let way = match self.way {
            Way::Up => "",
            Way::Down => " DESC",
        };
        self.columns().map(|column| format!("{column}{way}")).collect::<Vec<_>>().join(", ")
    }
}

/// Every `?` outside quotes becomes `$1`, `$2`, …
fn numbered(text: &str) -> String {
    let (mut number, mut quoted) = (0, false);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        quoted ^= c == '\'';
        if c == '?' && !quoted {
            number += 1;
            out.push_str(&format!("${number}"));
        } else {
            out.push(c);
        }
    }
    out
}

/// A statement to run: a constant, or a list put together.
pub trait Statement {
    /// Its text.
    fn text(&self) -> Cow<'static, str>;
    /// What errors call it.
    fn name(&self) -> Cow<'static, str>;
}

impl Statement for Sql {
    fn text(&self) -> Cow<'static, str> {
        self.text.into()
    }

    fn name(&self) -> Cow<'static, str> {
        self.name.into()
    }
}

impl Statement for Select {
    fn text(&self) -> Cow<'static, str> {
        Self::text(self).into()
    }

    fn name(&self) -> Cow<'static, str> {
        self.head.into()
    }
}
