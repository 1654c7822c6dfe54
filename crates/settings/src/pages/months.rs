//! A year as small month tables: 休 and 班 in words as well as in colour.

use jiff::{ToSpan as _, civil::Date};
use law::{Calendar, DayKind};
use web::Html;

/// The tables of a month: one, or two where the calendar before differs.
#[derive(Clone, Debug)]
pub(super) struct Month {
    /// As it is under the calendar that is shown.
    pub table: Html,
    /// As it was before, where that differs.
    pub before: Option<Html>,
}

/// A cell with the day, its word and the holiday's name.
fn cell(calendar: &Calendar, day: Date) -> String {
    let (mark, class, title) = match calendar.day(day) {
        DayKind::Holiday(name) => ("<small>休</small>", " class=\"off\"", name),
        DayKind::MakeUp(name) => ("<small>班</small>", " class=\"work\"", name),
        DayKind::Weekend => ("", " class=\"rest\"", ""),
        DayKind::Workday => ("", "", ""),
    };
    let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", web::escape(title)) };
    format!("<td{class}{title}>{}{mark}</td>", day.day())
}

/// Weeks from Monday, a row each.
fn weeks(calendar: &Calendar, first: Date) -> String {
    let lead = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or_default();
    let mut cells = vec!["<td></td>".to_owned(); lead];
    let days = usize::try_from(first.days_in_month()).unwrap_or(31);
    cells.extend(first.series(1.day()).take(days).map(|day| cell(calendar, day)));
    cells.resize(cells.len().div_ceil(7) * 7, "<td></td>".to_owned());
    cells.chunks(7).map(|week| format!("<tr>{}</tr>", week.concat())).collect()
}

fn table(caption: &str, weeks: &str) -> Html {
    let days: String = ["一", "二", "三", "四", "五", "六", "日"]
        .map(|day| format!("<th scope=\"col\">{day}</th>"))
        .concat();
    Html(format!(
        "<table class=\"month\"><caption>{caption}</caption><thead><tr>{days}</tr></thead><tbody>{weeks}</tbody></table>"
    ))
}

/// The twelve months of `year` under `calendar`, each with what it was under `before` where that differs.
pub(super) fn months(calendar: &Calendar, before: Option<&Calendar>, year: i16) -> Vec<Month> {
    let firsts = (1..=12).filter_map(|month| Date::new(year, month, 1).ok());
    let month = |first: Date| {
        let (now, name) = (weeks(calendar, first), format!("{} 月", first.month()));
        let then = before.map(|before| weeks(before, first)).filter(|then| *then != now);
        match then {
            None => Month { table: table(&name, &now), before: None },
            Some(then) => Month {
                table: table(&format!("{name}（更新后）"), &now),
                before: Some(table(&format!("{name}（现在）"), &then)),
            },
        }
    };
    firsts.map(month).collect()
}

/// What is another kind of day under `after` than under `before`, a line each.
pub(super) fn changes(before: &Calendar, after: &Calendar, year: i16) -> Vec<String> {
    let (Ok(first), Ok(last)) = (Date::new(year, 1, 1), Date::new(year, 12, 31)) else { return Vec::new() };
    let words = |kind: DayKind<'_>| match kind {
        DayKind::Workday => "上班".to_owned(),
        DayKind::Weekend => "周末休息".to_owned(),
        DayKind::MakeUp(name) => format!("{name}调休上班"),
        DayKind::Holiday(name) => format!("{name}放假"),
    };
    // Days around the turn of the year may stand in the notice too.
    let around = first.saturating_sub(7.days()).series(1.day());
    let days = around.take_while(|day| *day <= last.saturating_add(7.days()));
    days.filter(|day| before.day(*day) != after.day(*day))
        .map(|day| format!("{day}：{} → {}", words(before.day(day)), words(after.day(day))))
        .collect()
}
