//! A template filled from a book: every number is printed by a function that says which fact it is.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use kernel::Refusal;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use numerals::{Base, Claim, Ledger, Number, Told};

use crate::{
    answer::FEW,
    book::{Book, Line, Own, fact_id},
    compute::{Answer, Period},
    definition::{ABSENT, Standing},
    figure::Measure,
};

/// Steps one text may take.
const WORK: u64 = 50_000;
const OPEN: char = '\u{E000}';
const NEXT: char = '\u{E001}';
const CLOSE: char = '\u{E002}';

/// A filled template.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// What it prints where.
    pub(crate) claims: Vec<Claim>,
    /// Ids of what it speaks of and nobody recorded.
    pub(crate) without: BTreeSet<String>,
}

struct Filler {
    book: Book,
    ledger: Ledger,
    places: HashMap<String, usize>,
    without: Mutex<BTreeSet<String>>,
}

fn unknown(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}

/// 12,345.
fn grouped(number: Number) -> String {
    let text = number.to_string();
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    let mut told = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && c != '-' && (whole.len() - at).is_multiple_of(3) && !told.ends_with('-') {
            told.push(',');
        }
        told.push(c);
    }
    if places.is_empty() { told } else { format!("{told}.{places}") }
}

/// Money as summaries round it, always down: from a million yuan on to 100,000 (600余万元), from ten thousand on to 1,000
/// (6.4万余元), less to the 分. 余 only where something was cut off.
fn about(fen: i64) -> String {
    const WAN: i64 = 1_000_000;
    if fen < WAN {
        return format!("{}元", grouped(Number::decimal(fen.into(), 2)));
    }
    let step = if fen < 100 * WAN { WAN / 10 } else { 10 * WAN };
    let shown = fen - fen % step;
    let number = Number::decimal((shown / (WAN / 10)).into(), 1);
    match (shown == fen, shown % WAN == 0 && fen >= 100 * WAN) {
        (true, _) => format!("{number}万元"),
        (false, true) => format!("{number}余万元"),
        (false, false) => format!("{number}万余元"),
    }
}

impl Filler {
    fn line(&self, id: &str) -> Result<&Line, Error> {
        let line = self.book.lines.iter().find(|line| line.figure.id == id);
        line.ok_or_else(|| unknown(&format!("没有代号为 {id} 的指标")))
    }

    /// What is printed instead of a number where there is none.
    fn without(&self, id: &str) -> Result<Option<&'static str>, Error> {
        let standing = if ABSENT.iter().any(|absent| absent.id == id) {
            Standing::NotRecorded
        } else {
            self.line(id)?.standing
        };
        if standing == Standing::Recorded {
            return Ok(None);
        }
        self.without.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        Ok(Some(standing.label()))
    }

    /// `words` as what tells a fact.
    fn marked(&self, id: &str, words: &str) -> Result<String, Error> {
        let at = self.places.get(id).ok_or_else(|| unknown(&format!("没有 {id} 这个数")))?;
        Ok(format!("{OPEN}{at}{NEXT}{words}{CLOSE}"))
    }

    fn told(&self, id: &str, answer: Answer, told: Told, scale: Option<&str>) -> Result<String, Error> {
        let figure = self.line(id)?.figure;
        let fact = fact_id(id, "", told);
        let words = match (figure.measure, answer.whole) {
            (Measure::Share { .. }, Some(0) | None) => return Ok("—".to_owned()),
            (Measure::Share { .. }, Some(whole)) if whole < FEW => {
                return Ok("—（基数过少，不列比率）".to_owned());
            }
            _ => {
                let at = self.places.get(&fact).ok_or_else(|| unknown(&fact))?;
                let value = self.ledger.facts[*at].value;
                match (figure.measure, scale) {
                    (Measure::Share { .. }, _) => format!("{}%", value.rounded(2)),
                    (Measure::Recovered, Some("wan")) if answer.part >= 1_000_000 => {
                        let wan = numerals::Quotient::new(answer.part.into(), 1_000_000);
                        format!("{}万元", wan.map_or(Number::ZERO, |wan| wan.rounded(2)))
                    }
                    (Measure::Recovered, Some("about")) => about(answer.part),
                    (Measure::Recovered, _) => format!("{}元", grouped(value.rounded(2))),
                    (Measure::Count | Measure::AtLeast { .. }, _) => {
                        format!("{}{}", grouped(value.rounded(0)), figure.unit)
                    }
                }
            }
        };
        self.marked(&fact, &words)
    }

    fn number(&self, id: &str, scale: Option<&str>) -> Result<String, Error> {
        match self.without(id)? {
            Some(words) => Ok(words.to_owned()),
            None => self.told(id, self.line(id)?.now, Told::Value, scale),
        }
    }

    fn then(&self, id: &str, base: &str) -> Result<String, Error> {
        if let Some(words) = self.without(id)? {
            return Ok(words.to_owned());
        }
        let (base, answer) = self.base(id, base)?;
        self.told(id, answer, Told::Then(base), None)
    }

    fn base(&self, id: &str, base: &str) -> Result<(Base, Answer), Error> {
        let line = self.line(id)?;
        match base {
            "year" => Ok((Base::Year, line.year)),
            "before" => Ok((Base::Before, line.before)),
            _ => Err(unknown("比较的时期是 year（上年同期）或者 before（上期）")),
        }
    }

    /// 增长12.30%; with too small a base 增加3件; — without one.
    fn grow(&self, id: &str, base: &str) -> Result<String, Error> {
        if self.without(id)?.is_some() {
            return Ok("—".to_owned());
        }
        let (line, (base, then)) = (self.line(id)?, self.base(id, base)?);
        let small = then.whole.unwrap_or(then.part) < FEW || line.now.whole.is_some_and(|whole| whole < FEW);
        let told = if small { Told::Difference(base) } else { Told::Change(base) };
        let fact = fact_id(id, "", told);
        let Some(at) = self.places.get(&fact).filter(|_| then.whole.unwrap_or(then.part) > 0) else {
            return Ok("—".to_owned());
        };
        let value = self.ledger.facts[*at].value;
        if value.signum() == 0 {
            return Ok("持平".to_owned());
        }
        let (up, down) = if small { ("增加", "减少") } else { ("增长", "下降") };
        let word = if value.signum() > 0 { up } else { down };
        let places = if small && line.figure.measure != Measure::Recovered { 0 } else { 2 };
        let unit = match (small, line.now.whole) {
            (true, _) => line.figure.unit,
            (false, Some(_)) => "个百分点",
            (false, None) => "%",
        };
        Ok(format!(
            "{word}{}",
            self.marked(&fact, &format!("{}{unit}", grouped(value.magnitude().rounded(places))))?
        ))
    }

    /// The largest parts of a figure; what was not recorded is left out.
    fn top(&self, id: &str, by: &str, most: usize) -> Result<Value, Error> {
        let parts = self.book.parts.iter().find(|parts| parts.figure.id == id && parts.by.code() == by);
        let parts = parts.ok_or_else(|| unknown(&format!("{id} 没有按 {by} 分的数")))?;
        let all: i64 = parts.cuts.iter().map(|(cut, _)| cut.value).sum();
        let known = parts.cuts.iter().filter(|(cut, _)| !cut.key.is_empty());
        let items = known.take(most).map(|(cut, name)| {
            let part = format!("{by}={}", cut.key);
            let n = self.marked(
                &fact_id(id, &part, Told::Value),
                &format!("{}{}", grouped(Number::whole(cut.value)), parts.figure.unit),
            )?;
            let share = fact_id(id, &part, Told::Share);
            let share = match self.places.get(&share) {
                Some(at) if all >= FEW => {
                    self.marked(&share, &format!("{}%", self.ledger.facts[*at].value.rounded(2)))?
                }
                _ => "—".to_owned(),
            };
            // In a sentence nothing is said where a table has a dash.
            let portion = if share == "—" { String::new() } else { format!("，占{share}") };
            let pairs = [("name", name.clone()), ("n", n), ("share", share), ("portion", portion)];
            let pairs: BTreeMap<String, Value> =
                pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
            Ok(Value::from_object(pairs))
        });
        Ok(Value::from(items.collect::<Result<Vec<_>, Error>>()?))
    }
}

impl Filler {
    /// A number as it is printed.
    fn printed(&self, own: &Own, scale: Option<&str>) -> Result<String, Error> {
        let fact = fact_id(&own.subject, &own.part, Told::Value);
        let at = self.places.get(&fact).ok_or_else(|| unknown(&format!("没有 {fact} 这个数")))?;
        let value = self.ledger.facts[*at].value;
        let words = match (own.unit.as_str(), scale) {
            ("元", Some("wan")) if own.number >= 1_000_000 => {
                let wan = numerals::Quotient::new(own.number.into(), 1_000_000);
                format!("{}万元", wan.map_or(Number::ZERO, |wan| wan.rounded(2)))
            }
            ("元" | "%", _) => format!("{}{}", grouped(value.rounded(2)), own.unit),
            _ => format!("{}{}", grouped(value.rounded(0)), own.unit),
        };
        self.marked(&fact, &words)
    }

    fn own(&self, subject: &str, scale: Option<&str>) -> Result<String, Error> {
        let own = self.book.own.iter().find(|own| own.subject == subject && own.part.is_empty());
        self.printed(own.ok_or_else(|| unknown(&format!("没有 {subject} 这个数")))?, scale)
    }

    /// The parts of a group, in their order: name, and each number by the last word of its subject; — where there is none.
    fn rows(&self, group: &str) -> Result<Value, Error> {
        let prefix = format!("{group}.");
        if !["trader.", "deed."].contains(&prefix.as_str()) {
            return Err(unknown("成组的数只有 trader（经营者）和 deed（个人办理）"));
        }
        let of_group = || self.book.own.iter().filter(|own| own.subject.starts_with(&prefix));
        let mut keys: Vec<&str> = Vec::new();
        for own in of_group() {
            if !keys.contains(&own.part.as_str()) {
                keys.push(&own.part);
            }
        }
        let item = |key: &&str| {
            let mut pairs: BTreeMap<String, Value> =
                ["count", "closed", "settled", "rate"].map(|word| (word.to_owned(), Value::from("—"))).into();
            for own in of_group().filter(|own| own.part == **key) {
                pairs.insert("name".to_owned(), Value::from(own.part_name.clone()));
                let word = own.subject.trim_start_matches(&prefix).to_owned();
                pairs.insert(word, Value::from(self.printed(own, None)?));
            }
            Ok(Value::from_object(pairs))
        };
        Ok(Value::from(keys.iter().map(item).collect::<Result<Vec<_>, Error>>()?))
    }
}

/// The words of a period: 2026年, 2026年上半年, 2026年第三季度, 2026年9月; else its days.
pub(crate) fn period_words(period: Period) -> String {
    let Period { from, to } = period;
    let months = i32::from(to.month()) - i32::from(from.month()) + 1;
    let whole = from.year() == to.year() && from.day() == 1 && to == to.last_of_month();
    let year = from.year();
    match (whole, months, from.month()) {
        (true, 12, _) => format!("{year}年"),
        (true, 6, 1) => format!("{year}年上半年"),
        (true, 6, 7) => format!("{year}年下半年"),
        (true, 3, month @ (1 | 4 | 7 | 10)) => {
            format!("{year}年第{}季度", ["一", "二", "三", "四"][usize::from(month.unsigned_abs()) / 3])
        }
        (true, 1, month) => format!("{year}年{month}月"),
        _ => days(period),
    }
}

fn days(period: Period) -> String {
    format!("{}至{}", kernel::day_words(period.from), kernel::day_words(period.to))
}

/// Fills `source` from the book.
///
/// # Errors
/// A refusal that says what in the template is wrong.
pub(crate) fn render(
    book: &Book,
    ledger: &Ledger,
    source: &str,
    (office, officer): (&str, &str),
) -> Result<Rendered, Refusal> {
    let wrong = |error: &Error| {
        let line = error.line().map(|line| format!("第 {line} 行：")).unwrap_or_default();
        Refusal::new("template", format!("模板有误，{line}{}", error.detail().unwrap_or("写法不对")))
            .at("source")
    };
    let places = ledger.facts.iter().enumerate().map(|(at, fact)| (fact.id.clone(), at)).collect();
    let filler =
        Arc::new(Filler { book: book.clone(), ledger: ledger.clone(), places, without: Mutex::default() });
    let mut environment = Environment::empty();
    environment.set_fuel(Some(WORK));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let of = Arc::clone(&filler);
    environment.add_function("n", move |id: &str, scale: Option<&str>| of.number(id, scale));
    let of = Arc::clone(&filler);
    environment.add_function("then", move |id: &str, base: &str| of.then(id, base));
    let of = Arc::clone(&filler);
    environment.add_function("grow", move |id: &str, base: &str| of.grow(id, base));
    let of = Arc::clone(&filler);
    environment.add_function("top", move |id: &str, by: &str, most: usize| of.top(id, by, most));
    let of = Arc::clone(&filler);
    environment.add_function("own", move |subject: &str, scale: Option<&str>| of.own(subject, scale));
    let of = Arc::clone(&filler);
    environment.add_function("rows", move |group: &str| of.rows(group));
    let next = book.period.after();
    let pairs = [
        ("office", office.to_owned()),
        ("officer", officer.to_owned()),
        ("period", period_words(book.period)),
        ("days", days(book.period)),
        ("next", period_words(next)),
        ("next_days", days(next)),
    ];
    let context: BTreeMap<String, Value> =
        pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
    let template = environment.template_from_str(source).map_err(|error| wrong(&error))?;
    let marked = template.render(Value::from_object(context)).map_err(|error| wrong(&error))?;
    let (text, claims) = unmark(&marked);
    let without = filler.without.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Rendered { text, claims, without })
}

/// Takes the marks out, and says where they stood.
fn unmark(marked: &str) -> (String, Vec<Claim>) {
    let (mut text, mut claims) = (String::with_capacity(marked.len()), Vec::new());
    let mut pieces = marked.split(OPEN);
    text += pieces.next().unwrap_or_default();
    for piece in pieces {
        let (fact, rest) = piece.split_once(NEXT).unwrap_or(("", piece));
        let (words, rest) = rest.split_once(CLOSE).unwrap_or((rest, ""));
        let from = text.len();
        text += words;
        claims.extend(fact.parse().ok().map(|fact| Claim { span: from..text.len(), fact }));
        text += rest;
    }
    (text, claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rounding of the two source documents, by hand.
    #[test]
    fn money_is_rounded_down_and_says_so() {
        for (fen, words) in [
            (600_450_000, "600余万元"),
            (600_000_000, "600万元"),
            (699_999_999, "690余万元"),
            (6_405_000, "6.4万余元"),
            (6_400_000, "6.4万元"),
            (6_000_100, "6万余元"),
            (99_999_999, "99.9万余元"),
            (123_456, "1,234.56元"),
            (0, "0元"),
        ] {
            assert_eq!(about(fen), words, "{fen}");
        }
    }
}
