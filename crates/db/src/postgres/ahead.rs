//! Answers that were asked for before they were needed, and came with the answer to something else.

use crate::{Row, Value, dialect::names_table};

/// One of them.
struct Known {
    text: String,
    values: Vec<Value>,
    rows: Vec<Row>,
}

/// What a transaction knows already.
#[derive(Default)]
pub(super) struct Ahead(Vec<Known>);

impl Ahead {
    /// This was answered.
    pub(super) fn learn(&mut self, text: &str, values: &[Value], rows: Vec<Row>) {
        self.0.push(Known { text: text.to_owned(), values: values.to_vec(), rows });
    }

    /// The answer, once: who asks again wants to know what it is by then.
    pub(super) fn take(&mut self, text: &str, values: &[Value]) -> Option<Vec<Row>> {
        let place = self.0.iter().position(|known| known.text == text && known.values == values)?;
        Some(self.0.swap_remove(place).rows)
    }

    /// Whether this was answered and not asked for yet.
    pub(super) fn knows(&self, text: &str, values: &[Value]) -> bool {
        self.0.iter().any(|known| known.text == text && known.values == values)
    }

    /// A change makes old what was read of its table.
    pub(super) fn changed(&mut self, change: &str) {
        self.0.retain(|known| !is_made_old(&known.text, change));
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Whether an answer may be another one after the change; of what is not understood it is said.
pub(super) fn is_made_old(question: &str, change: &str) -> bool {
    table(change).is_none_or(|table| names_table(question, table))
}

/// The table that a plain change changes.
fn table(change: &str) -> Option<&str> {
    let mut words =
        change.split(|letter: char| letter.is_whitespace() || letter == '(').filter(|word| !word.is_empty());
    match words.next()? {
        "UPDATE" => words.next(),
        "INSERT" | "DELETE" => words.nth(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowing(texts: &[&str]) -> Ahead {
        let mut ahead = Ahead::default();
        texts.iter().for_each(|text| ahead.learn(text, &[Value::Int(1)], Vec::new()));
        ahead
    }

    #[test]
    fn an_answer_is_given_once_and_only_to_the_same_question() {
        let mut ahead = knowing(&["SELECT a FROM b WHERE c = $1"]);
        assert!(ahead.take("SELECT a FROM b WHERE c = $1", &[Value::Int(2)]).is_none());
        assert!(ahead.take("SELECT a FROM b", &[Value::Int(1)]).is_none());
        assert!(ahead.take("SELECT a FROM b WHERE c = $1", &[Value::Int(1)]).is_some());
        assert!(ahead.take("SELECT a FROM b WHERE c = $1", &[Value::Int(1)]).is_none());
    }

    #[test]
    fn a_change_of_a_table_makes_old_what_was_read_of_it_and_nothing_else() {
        for change in [
            "INSERT INTO clock (id) VALUES ($1)",
            "INSERT INTO clock(id) VALUES ($1)",
            "UPDATE clock SET due = $2",
            "DELETE FROM clock WHERE id = $1",
        ] {
            let mut ahead =
                knowing(&["SELECT 1 FROM clock c JOIN matter m ON TRUE", "SELECT 1 FROM clock_pause"]);
            ahead.changed(change);
            assert_eq!(ahead.0.len(), 1, "{change}");
            assert_eq!(ahead.0[0].text, "SELECT 1 FROM clock_pause");
        }
        let mut ahead = knowing(&["SELECT 1 FROM clock"]);
        ahead.changed("WITH gone AS (DELETE FROM clock RETURNING id) SELECT COUNT(*) FROM gone");
        assert!(ahead.0.is_empty(), "what is not understood makes everything old");
    }
}
