//! A bar chart drawn on the server: plain SVG without style attributes, so that it passes the content policy and prints.

use web::{Html, escape};

const BAR: usize = 26;
const LEFT: usize = 170;
const WIDTH: usize = 720;

/// Horizontal bars: (label, value, words). The table beside it says the same.
pub(crate) fn bars(title: &str, rows: &[(String, i64, String)]) -> Html {
    let most = rows.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
    let height = rows.len() * BAR + 10;
    let bars: String = rows.iter().enumerate().map(|(at, (label, value, words))| {
        let room = i64::try_from(WIDTH - LEFT - 110).unwrap_or(1);
        let length = (*value).max(0) * room / most;
        let (top, base) = (at * BAR + 6, at * BAR + 20);
        let short: String = label.chars().take(12).collect();
        format!(
            "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}</text><rect class=\"bar-now\" x=\"{LEFT}\" y=\"{top}\" width=\"{length}\" height=\"18\" rx=\"2\"/><text x=\"{}\" y=\"{base}\">{}</text>",
            LEFT - 8,
            escape(&short),
            i64::try_from(LEFT).unwrap_or(0) + length + 6,
            escape(words),
        )
    }).collect();
    Html(format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">{bars}</svg>",
        escape(title)
    ))
}
