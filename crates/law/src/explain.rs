//! 为什么是这一天: a period told to people and to programs.

use jiff::civil::{Date, Weekday};
use serde::Serialize;

use crate::{Calendar, ClockRule, DayKind, Due, LawError, Pause, Receipt, RuleSet, Unit};

/// How the end moved off a day off, for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Rolled {
    /// The day the count ended on.
    pub from: Date,
    /// The legal end.
    pub to: Date,
    /// The name of the day off.
    pub why: String,
}

/// A computed period with everything it rests on. Serialises to the answer of `xiaobao law due --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The clock's key.
    pub clock: String,
    /// The rule set's id.
    pub rule_set: String,
    /// The order and the article.
    pub article: String,
    /// `wd` or `nd`.
    pub unit: &'static str,
    /// Length with extension, in the unit.
    pub length: u16,
    /// The day it started on (not counted).
    pub from: Date,
    /// The legal, rolled end.
    pub due: Date,
    /// The day to be safe by.
    pub alarm: Date,
    /// The days counted.
    pub counted: Vec<Date>,
    /// How the end moved, or null.
    pub rolled: Option<Rolled>,
    /// The working day it counts as received on by the bureau's office hours, or null.
    pub received_as: Option<Date>,
    /// What makes the answer less than certain.
    pub warnings: Vec<String>,
    /// The whole told in Chinese, a sentence a line.
    #[serde(skip)]
    pub sentences: Vec<String>,
}

impl Explanation {
    /// Computes and explains the clock of `set` that started on `from`.
    ///
    /// # Errors
    /// As [`ClockRule::due`].
    pub fn new(
        set: &RuleSet,
        clock: &ClockRule,
        calendar: &Calendar,
        from: Date,
        extended: bool,
        pauses: &[Pause],
    ) -> Result<Self, LawError> {
        let due = clock.due(calendar, from, extended, pauses)?;
        Ok(Self::of(set, clock, calendar, from, (extended, pauses), due))
    }

    /// The same for a clock that started with a receipt, by the office hours of the calendar.
    ///
    /// # Errors
    /// As [`ClockRule::due`].
    pub fn received(
        set: &RuleSet,
        clock: &ClockRule,
        calendar: &Calendar,
        receipt: Receipt,
        extended: bool,
        pauses: &[Pause],
    ) -> Result<Self, LawError> {
        let due = clock.due_received(calendar, receipt, extended, pauses)?;
        Ok(Self::of(set, clock, calendar, receipt.day, (extended, pauses), due))
    }

    fn of(
        set: &RuleSet,
        clock: &ClockRule,
        calendar: &Calendar,
        from: Date,
        (extended, pauses): (bool, &[Pause]),
        due: Due,
    ) -> Self {
        let extra = clock.extension.as_ref().filter(|_| extended).map_or(0, |extension| extension.length);
        let mut warnings: Vec<String> = due
            .years_missing
            .iter()
            .map(|year| {
                format!("{year} 年放假安排尚未录入，该年仅按周末推算，国务院办公厅通知发布后请导入并重新核对")
            })
            .collect();
        if set.confidence.starts_with('K') || set.confidence.starts_with("V2") {
            warnings
                .push(format!("{}的期限依据为二手资料（{}），请本单位核对原文", set.title, set.confidence));
        }
        if pauses
            .iter()
            .any(|pause| !clock.pauses.iter().any(|known| known.code == pause.reason && known.certain))
        {
            warnings.push("有暂停事由未见明文规定，预警日期不扣除该期间".to_owned());
        }
        let rolled =
            due.rolled.as_ref().map(|roll| Rolled { from: roll.from, to: due.due, why: roll.why.clone() });
        let sentences = tell(set, clock, calendar, from, extra, pauses, &due);
        Self {
            clock: clock.key.clone(),
            rule_set: set.id.clone(),
            article: format!("{}{}", set.citation(), clock.article),
            unit: clock.unit.code(),
            length: clock.length + extra,
            from,
            due: due.due,
            alarm: due.alarm,
            counted: due.counted,
            rolled,
            received_as: due.received_as.map(|deferral| deferral.to),
            warnings,
            sentences,
        }
    }
}

fn tell(
    set: &RuleSet,
    clock: &ClockRule,
    calendar: &Calendar,
    from: Date,
    extra: u16,
    pauses: &[Pause],
    due: &Due,
) -> Vec<String> {
    let mut told = vec![
        format!(
            "依据{}{}：自{}之日起 {} {}。",
            set.citation(),
            clock.article,
            clock.trigger,
            clock.length,
            clock.unit.label()
        ),
        format!("{}（{}）{}，当日不计入，自次日起算。", from, weekday(from), clock.trigger),
    ];
    let start = due.received_as.as_ref().map_or(from, |deferral| deferral.to);
    told.extend(deferred(calendar, from, due));
    told.extend(replaced(set, clock));
    if extra > 0 {
        told.push(format!("经批准延长 {extra} {}。", clock.unit.label()));
    }
    for pause in pauses {
        let name = clock
            .pauses
            .iter()
            .find(|known| known.code == pause.reason)
            .map_or(pause.reason.as_str(), |k| &k.name);
        told.push(format!("{} 至 {} 因“{name}”不计入（{}）。", pause.from, pause.to, pause.paper));
    }
    if clock.unit == Unit::WorkingDays {
        told.extend(passed_over(calendar, start, due));
    }
    if let (Some(first), Some(last)) = (due.counted.first(), due.counted.last()) {
        told.push(format!("从 {first} 数到 {last}，共 {} {}。", due.counted.len(), clock.unit.label()));
    }
    told.extend(sources(calendar, from, due));
    if let Some(roll) = &due.rolled {
        told.push(format!(
            "{} 是{}，顺延到其后第一日 {}（{}）。",
            roll.from,
            roll.why,
            due.due,
            weekday(due.due)
        ));
    }
    if due.alarm != due.due {
        let why = if due.received_as.is_some() { "（不按办公时间顺延）" } else { "" };
        told.push(format!("为稳妥起见，系统按 {} 预警{why}。", due.alarm));
    }
    told
}

/// That the receipt counts on a later day by the bureau's office hours.
fn deferred(calendar: &Calendar, from: Date, due: &Due) -> Option<String> {
    let deferral = due.received_as.as_ref()?;
    let source = calendar.hours_on(from).map_or("", |hours| hours.source.as_str());
    Some(format!(
        "{}，按本单位办公时间规定{source}视为 {}（{}）收到，自其次日起算。条文没有写明办公时间外收到如何计算。",
        deferral.why,
        deferral.to,
        weekday(deferral.to)
    ))
}

/// What the bureau put in the place of what ships.
fn replaced(set: &RuleSet, clock: &ClockRule) -> Vec<String> {
    let marks = [&set.replaced, &clock.replaced].into_iter().flatten();
    let told = |mark: &crate::Replaced| {
        format!("本单位于 {} 调整（{}；理由：{}），{}。", mark.on, mark.who, mark.why, mark.before)
    };
    marks.map(told).collect()
}

/// Where the days of the years come from, when not from the program.
fn sources(calendar: &Calendar, from: Date, due: &Due) -> Vec<String> {
    let years = from.year()..=due.due.year();
    let told = |year| Some(format!("{year} 年的放假和调休按{}计算。", calendar.source(year)?));
    years.filter_map(told).collect()
}

/// The days off that were passed over and the weekend days that were worked, named.
fn passed_over(calendar: &Calendar, from: Date, due: &Due) -> Vec<String> {
    let last = due.counted.last().copied().unwrap_or(from);
    let days = from.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= last);
    let (mut off, mut made_up) = (Vec::new(), Vec::new());
    for day in days {
        match calendar.day(day) {
            DayKind::Holiday(name) => off.push(format!("{}（{name}）", day.strftime("%m-%d"))),
            DayKind::MakeUp(name) => {
                made_up.push(format!("{}（{}，{name}调休上班）", day.strftime("%m-%d"), weekday(day)));
            }
            DayKind::Weekend => off.push(format!("{}（{}）", day.strftime("%m-%d"), weekday(day))),
            DayKind::Workday => {}
        }
    }
    let sentence =
        |words: &str, days: &[String]| (!days.is_empty()).then(|| format!("{words}：{}。", days.join("、")));
    [sentence("跳过的休息日", &off), sentence("计入的调休工作日", &made_up)].into_iter().flatten().collect()
}

fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}
