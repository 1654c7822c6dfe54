//! The second reader: each numeral of a text against the ledger.

use std::fmt::Write as _;

use crate::{
    context::{Context, Names, Surroundings, Way, part},
    ledger::{Base, Claim, Fact, Ledger, Told},
    lexer::read,
    number::{Number, Quotient},
    numeral::{Numeral, Role},
    sums,
    words::{About, unit_fits},
};

/// What the second reader says of a numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The ledger says the same.
    Verified,
    /// The ledger says something else.
    Contradicted,
    /// The ledger says nothing about it, or it cannot be told which figure is meant.
    Unknown,
    /// It is no figure: a heading, an article, a name.
    Passed,
}

/// A numeral, or a comparison in words, with its verdict.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was read and where it stands.
    pub numeral: Numeral,
    /// What is said of it.
    pub verdict: Verdict,
    /// Place in [`Ledger::facts`] of what it was held against.
    pub fact: Option<usize>,
    /// Why, in a Chinese sentence; empty where nothing is to be said.
    pub why: String,
}

impl Finding {
    pub(crate) fn new(numeral: &Numeral, verdict: Verdict, why: impl Into<String>) -> Self {
        Self { numeral: numeral.clone(), verdict, fact: None, why: why.into() }
    }

    const fn of(mut self, fact: usize) -> Self {
        self.fact = Some(fact);
        self
    }

    /// Whether a text with it may go out.
    pub fn holds(&self) -> bool {
        matches!(self.verdict, Verdict::Verified | Verdict::Passed)
    }
}

/// Reads `text` and says of every numeral, comparison and sum whether the ledger bears it out, in the order of the text.
/// `claims` are what the maker of the text says it printed where; they are held against the words all the same.
pub fn check(text: &str, ledger: &Ledger, claims: &[Claim]) -> Vec<Finding> {
    let numerals = read(text);
    let names = Names::of(ledger);
    let mut findings = Vec::with_capacity(numerals.len());
    for (at, numeral) in numerals.iter().enumerate() {
        let claim = claims
            .iter()
            .find(|claim| claim.span.start < numeral.span.end && numeral.span.start < claim.span.end);
        let finding = match numeral.role {
            _ if in_name(text, numeral, ledger) => Finding::new(numeral, Verdict::Passed, ""),
            Role::Passed => Finding::new(numeral, Verdict::Passed, ""),
            Role::Date(day) if ledger.knows(day) => Finding::new(numeral, Verdict::Verified, ""),
            Role::Date(_) => Finding::new(numeral, Verdict::Unknown, "不是本期的日期"),
            Role::Quantity | Role::Ordinal => {
                let context = Context::of(text, &numerals, at);
                judge(numeral, &context, (ledger, &names), claim.map(|claim| claim.fact))
            }
        };
        findings.push(finding);
    }
    findings.extend(crate::compared::words(text, &numerals, (ledger, &names)));
    sums::close(text, &mut findings);
    findings.sort_by_key(|finding| finding.numeral.span.start);
    findings
}

/// Whether a numeral belongs to a name.
fn in_name(text: &str, numeral: &Numeral, ledger: &Ledger) -> bool {
    let within = |name: &String| {
        let places = text.match_indices(name.as_str()).map(|(at, _)| at..at + name.len());
        places.into_iter().any(|place| place.start <= numeral.span.start && numeral.span.start < place.end)
    };
    ledger.names.iter().any(within)
}

/// What the words say a number tells: the kind, and the bases that may be meant.
fn told(numeral: &Numeral, context: &Context<'_>) -> Vec<Told> {
    let both = |kind: fn(Base) -> Told| match context.base() {
        Some(base) => vec![kind(base)],
        None => vec![kind(Base::Year), kind(Base::Before)],
    };
    let rate = matches!(numeral.unit, "%" | "点" | "倍");
    let goes = context.way().is_some() || numeral.text.starts_with(['+', '-']);
    let share = ["占", "比重"].iter().any(|word| context.clause.contains(word));
    match (numeral.role, rate) {
        (Role::Ordinal, _) => vec![Told::Rank],
        (_, true) if share && !goes => vec![Told::Share],
        (_, true) if goes || numeral.unit == "点" => both(Told::Change),
        (_, false) if goes && context.base().is_some() => both(Told::Difference),
        _ => context.own_base().map_or_else(|| vec![Told::Value], |base| vec![Told::Then(base)]),
    }
}

fn judge(
    numeral: &Numeral,
    context: &Context<'_>,
    (ledger, names): (&Ledger, &Names),
    claim: Option<usize>,
) -> Finding {
    let told = told(numeral, context);
    if let Some(at) = claim {
        return claimed(numeral, context, (at, &ledger.facts[at]), &told);
    }
    let carried = told.iter().any(|one| matches!(one, Told::Share | Told::Rank));
    let part = part(context, ledger, carried).unwrap_or("");
    let Some((best, subjects)) = names.nearest(&Surroundings::of(context)) else {
        return Finding::new(numeral, Verdict::Unknown, "没有说明是哪一项指标");
    };
    let meant = |fact: &Fact| fact.part == part && told.contains(&fact.told);
    let of_part: Vec<usize> = subjects.into_iter().filter(|at| meant(&ledger.facts[*at])).collect();
    let fits = |at: &usize| unit_fits(ledger.facts[*at].counted_in(), shown_unit(numeral));
    let fitting: Vec<usize> = of_part.iter().copied().filter(fits).collect();
    if let Some(at) = fitting.iter().find(|at| holds(numeral, context, &ledger.facts[**at]) == Ok(())) {
        return Finding::new(numeral, Verdict::Verified, "").of(*at);
    }
    match (fitting.first(), of_part.first()) {
        (Some(at), _) => against(numeral, context, *at, &ledger.facts[*at]),
        (None, Some(at)) if best.is_close() => {
            let fact = &ledger.facts[*at];
            let why = format!("{}的单位是{}", name(fact), fact.counted_in());
            Finding::new(numeral, Verdict::Contradicted, why).of(*at)
        }
        _ => Finding::new(numeral, Verdict::Unknown, "没有这样的指标"),
    }
}

/// 倍 of growth is told in hundreds of per cent.
fn shown_unit(numeral: &Numeral) -> &'static str {
    match (numeral.role, numeral.unit) {
        (Role::Ordinal, _) => "位",
        (_, "倍") => "%",
        (_, unit) => unit,
    }
}

fn claimed(numeral: &Numeral, context: &Context<'_>, (at, fact): (usize, &Fact), told: &[Told]) -> Finding {
    let told_so = told.contains(&fact.told);
    // A place may be told by a number alone, and a share in a table has its words in the head.
    let free = matches!(fact.told, Told::Rank | Told::Share) && told.contains(&Told::Value);
    if !told_so && !free {
        let why = format!("文字说的不是{}", kind(fact.told));
        return Finding::new(numeral, Verdict::Contradicted, why).of(at);
    }
    if !free && !unit_fits(fact.counted_in(), shown_unit(numeral)) {
        let why = format!("{}的单位是{}", name(fact), fact.counted_in());
        return Finding::new(numeral, Verdict::Contradicted, why).of(at);
    }
    match holds(numeral, context, fact) {
        Ok(()) => Finding::new(numeral, Verdict::Verified, "").of(at),
        Err(()) => against(numeral, context, at, fact),
    }
}

/// Why it does not hold.
fn against(numeral: &Numeral, context: &Context<'_>, at: usize, fact: &Fact) -> Finding {
    if numeral.value.is_none() {
        return Finding::new(numeral, Verdict::Unknown, "不是确切的数，不能核对").of(at);
    }
    let mut why = format!("{}应为 {}", name(fact), fact.words());
    if let Some(way) = said_way(numeral, context).filter(|way| goes(fact) && !points(*way, fact.value)) {
        let said = match way {
            Way::Up => "上升",
            Way::Down => "下降",
            Way::Same => "持平",
        };
        let _ = write!(why, "，文字说{said}");
    }
    Finding::new(numeral, Verdict::Contradicted, why).of(at)
}

impl Fact {
    /// What it is, in Chinese: 投诉（食品）占比.
    pub fn title(&self) -> String {
        name(self)
    }
}

/// What a fact is, for the reader.
pub(crate) fn name(fact: &Fact) -> String {
    let part = fact.part_names.first().map(|part| format!("（{part}）")).unwrap_or_default();
    let figure = fact.names.first().map_or("", String::as_str);
    format!("{figure}{part}{}", kind(fact.told))
}

const fn kind(told: Told) -> &'static str {
    match told {
        Told::Value => "",
        Told::Then(Base::Year) => "上年同期",
        Told::Then(Base::Before) => "上期",
        Told::Change(Base::Year) => "同比",
        Told::Change(Base::Before) => "环比",
        Told::Difference(Base::Year) => "同比增减数",
        Told::Difference(Base::Before) => "环比增减数",
        Told::Share => "占比",
        Told::Rank => "排名",
    }
}

const fn goes(fact: &Fact) -> bool {
    matches!(fact.told, Told::Change(_) | Told::Difference(_))
}

fn said_way(numeral: &Numeral, context: &Context<'_>) -> Option<Way> {
    let signed = match numeral.text.chars().next() {
        Some('+' | '＋') => Some(Way::Up),
        Some('-' | '－' | '−') => Some(Way::Down),
        _ => None,
    };
    signed.or_else(|| context.way())
}

pub(crate) fn points(way: Way, value: Quotient) -> bool {
    match way {
        Way::Up => value.signum() > 0,
        Way::Down => value.signum() < 0,
        Way::Same => value.signum() == 0,
    }
}

/// Whether a numeral says what the fact is.
fn holds(numeral: &Numeral, context: &Context<'_>, fact: &Fact) -> Result<(), ()> {
    let mut shown = numeral.value.ok_or(())?;
    let mut step = numeral.step;
    if numeral.unit == "倍" {
        (shown, step) = (shown.shifted(2), step.shifted(2));
    }
    let mut value = fact.value;
    if goes(fact) {
        let way = said_way(numeral, context).ok_or(())?;
        let nothing = value.signum() == 0 && shown == Number::ZERO;
        if !points(way, value) && !nothing {
            return Err(());
        }
        (value, shown) = (value.magnitude(), shown.magnitude());
    }
    agrees(value, shown, step, numeral.about).then_some(()).ok_or(())
}

/// Whether `value` may be written as `shown`, to the place `step`, as rough as it is told.
pub(crate) fn agrees(value: Quotient, shown: Number, step: Number, about: About) -> bool {
    let place = shown.last_place();
    let place = if place < step { step } else { place };
    let above = |number: Number| value.against(number).is_ge();
    let below = |number: Number| value.against(number).is_lt();
    match about {
        About::Exact => value.rounds_to(shown, step),
        About::More | About::AtLeast => above(shown) && below(shown.plus(place)),
        About::Near | About::Below => below(shown.plus(Number::ZERO)) && above(shown.plus(place.negated())),
        About::Around => {
            let half = place.lowered(1);
            let half = (0..5).fold(Number::ZERO, |sum, _| sum.plus(half));
            above(shown.plus(half.negated())) && value.against(shown.plus(half)).is_le()
        }
        About::Vague => false,
    }
}
