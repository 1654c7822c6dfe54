//! A series with what was expected of it, drawn on the server: plain SVG without style attributes, so that it passes the content
//! policy and prints. The table beside it says the same.

use std::fmt::Write as _;

use web::{Html, escape};

use crate::evidence::Week;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 110.0;
/// Room for the numbers below and above.
const BELOW: f64 = 16.0;
const ABOVE: f64 = 14.0;

/// Bars of what came, the band of what was to be expected, and a line of what was expected.
pub(crate) fn series(name: &str, weeks: &[Week]) -> Html {
    let top = |week: &Week| f64::from(week.observed.max(week.upper.unwrap_or(0)));
    let most = weeks.iter().map(top).fold(1.0, f64::max);
    let room = HEIGHT - BELOW - ABOVE;
    let y = |value: f64| HEIGHT - BELOW - value / most * room;
    let step = WIDTH / weeks.len().max(1) as f64;
    let (mut band, mut bars, mut line) = (String::new(), String::new(), String::new());
    for (at, week) in weeks.iter().enumerate() {
        let x = at as f64 * step;
        if let Some(upper) = week.upper {
            let (from, height) = (y(f64::from(upper)), y(0.0) - y(f64::from(upper)));
            let _ = write!(
                band,
                "<rect class=\"band\" x=\"{x:.1}\" y=\"{from:.1}\" width=\"{step:.1}\" height=\"{height:.1}\"/>"
            );
        }
        let above = week.upper.is_some_and(|upper| week.observed > upper);
        let class = if above { "bar-above" } else { "bar-now" };
        let (from, height) = (y(f64::from(week.observed)), y(0.0) - y(f64::from(week.observed)));
        let (left, width) = (x + step * 0.2, step * 0.6);
        let _ = write!(
            bars,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{from:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
        if let Some(expected) = week.expected {
            let at = y(expected);
            let _ = write!(line, "<path class=\"expected\" d=\"M{x:.1} {at:.1}h{step:.1}\"/>");
        }
    }
    let last = weeks.last().map_or(0, |week| week.observed);
    let day = |week: Option<&Week>| week.map_or("", |week| week.from.get(5..).unwrap_or_default()).to_owned();
    let words = format!("{name}：{} 周，最后一周 {last} 人", weeks.len());
    Html(format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">{band}{bars}{line}\
         <text x=\"0\" y=\"{}\">{}</text><text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{}</text>\
         <text x=\"{WIDTH}\" y=\"11\" text-anchor=\"end\">{most:.0}</text></svg>",
        escape(&words),
        HEIGHT - 3.0,
        day(weeks.first()),
        HEIGHT - 3.0,
        day(weeks.last()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_above_the_band_stands_out_and_names_are_escaped() {
        let week =
            |observed| Week { from: "2026-09-14".into(), observed, expected: Some(1.5), upper: Some(4) };
        let Html(svg) = series("<甲>", &[week(2), week(9)]);
        assert_eq!(svg.matches("bar-above").count(), 1);
        assert!(svg.contains("&lt;甲&gt;") && svg.contains("09-14") && !svg.contains("style"));
        let Html(empty) = series("无", &[]);
        assert!(empty.contains("0 周"));
    }
}
