//! Lists with filters: a statement put together from constant fragments. No text from a person can enter it.

use crate::{Sql, ToValue, Value};

/// A list query. Fragments are `&'static str` with `?` for each value; they become `$1…` in order.
///
/// ```
/// let list = db::Select::from("SELECT id FROM matter m")
///     .and("m.kind = ?", [db::Value::Text("complaint".into())])
///     .order("m.received_at DESC, m.id DESC")
///     .limit(51);
/// assert_eq!(list.text(), "SELECT id FROM matter m WHERE m.kind = $1 ORDER BY m.received_at DESC, m.id DESC LIMIT $2");
/// ```
#[derive(Clone, Debug)]
pub struct Select {
    head: &'static str,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    tail: Vec<&'static str>,
    limit: Option<usize>,
}

impl Select {
    /// Starts with `SELECT … FROM …` (joins allowed, no `WHERE`).
    pub const fn from(head: &'static str) -> Self {
        Self { head, conditions: Vec::new(), values: Vec::new(), tail: Vec::new(), limit: None }
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

    /// Adds `GROUP BY …`; call before [`Select::order`].
    #[must_use]
    pub fn group(mut self, columns: &'static str) -> Self {
        self.tail.extend([" GROUP BY ", columns]);
        self
    }

    /// Adds `ORDER BY …`.
    #[must_use]
    pub fn order(mut self, columns: &'static str) -> Self {
        self.tail.extend([" ORDER BY ", columns]);
        self
    }

    /// At most `rows` rows.
    #[must_use]
    pub const fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// The statement with numbered parameters.
    pub fn text(&self) -> String {
        let mut text = String::from(self.head);
        for (at, condition) in self.conditions.iter().enumerate() {
            text.push_str(if at == 0 { " WHERE " } else { " AND " });
            text.push_str(condition);
        }
        text.extend(self.tail.iter().copied());
        if self.limit.is_some() {
            text.push_str(" LIMIT ?");
        }
        let mut number = 0;
        text.chars().fold(String::with_capacity(text.len() + 8), |mut out, c| {
            if c == '?' {
                number += 1;
                out.push('$');
                out.push_str(&number.to_string());
            } else {
                out.push(c);
            }
            out
        })
    }

    /// The values of the parameters.
    pub fn values(&self) -> Vec<Value> {
        let limit = self.limit.map(|rows| rows.to_value());
        self.values.iter().cloned().chain(limit).collect()
    }
}

/// A statement to run: a constant, or a list put together.
pub trait Statement {
    /// Its text.
    fn text(&self) -> std::borrow::Cow<'static, str>;
}

impl Statement for Sql {
    fn text(&self) -> std::borrow::Cow<'static, str> {
        self.text.into()
    }
}

impl Statement for Select {
    fn text(&self) -> std::borrow::Cow<'static, str> {
        Self::text(self).into()
    }
}
