//! A paper on the page and as plain text.

use jiff::civil::Date;
use kernel::day_words;
use web::escape;

use crate::document::{Block, Document, Group, Row, Span, Spans};

/// What stands on a paper beside its blocks.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// The number, once taken.
    pub number: Option<String>,
    /// The day of issue, once approved.
    pub day: Option<Date>,
    /// How it can be checked, once numbered.
    pub check: Option<Check>,
}

/// How anybody can check that a paper is genuine (SEC_54).
#[derive(Clone, Debug)]
pub struct Check {
    /// The code, as printed.
    pub code: String,
    /// Where it is checked, in words or as an address.
    pub place: String,
    /// Where the QR code leads; empty where the office has no public address.
    pub address: String,
    /// The QR code as SVG; empty where the office has no public address.
    pub picture: String,
}

const BLANK_DAY: &str = "\u{3000}\u{3000}年\u{3000}\u{3000}月\u{3000}\u{3000}日";

fn html_of(spans: &Spans) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => escape(text),
            Span::Fill(text) if text.is_empty() => "<span class=\"fill empty\"></span>".to_owned(),
            Span::Fill(text) => {
                let lines: Vec<String> = text.lines().map(escape).collect();
                format!("<span class=\"fill\">{}</span>", lines.join("<br>"))
            }
            Span::NoDay => BLANK_DAY.to_owned(),
        })
        .collect()
}

/// The paper as markup, everything escaped (SEC_06); the title is a heading of `level`.
pub fn html(document: &Document, heading: &Heading, level: u8) -> String {
    let mut html = format!("<h{level} class=\"title\">{}</h{level}>", escape(&heading.title));
    let mut notes = String::new();
    for block in &document.blocks {
        match block {
            Block::Number => html.push_str(&number(heading)),
            Block::Addressee(spans) => html.push_str(&format!("<p class=\"to\">{}</p>", html_of(spans))),
            // Several lines filled in are paragraphs of their own.
            Block::Paragraph(spans) => {
                let words = html_of(spans).replace("<br>", "</span></p><p><span class=\"fill\">");
                html.push_str(&format!("<p>{words}</p>"));
            }
            Block::Columns(columns) => {
                let cells: String =
                    columns.iter().map(|spans| format!("<span>{}</span>", html_of(spans))).collect();
                html.push_str(&format!("<p class=\"columns\">{cells}</p>"));
            }
            Block::Table(groups) => html.push_str(&table(groups)),
            Block::Signature(spans) => {
                html.push_str(&format!(
                    "<p class=\"sign\">{}<span class=\"fill empty\"></span></p>",
                    html_of(spans)
                ));
            }
            Block::Seal(spans) => {
                let day = heading.day.map_or_else(|| BLANK_DAY.to_owned(), day_words);
                html.push_str(&format!("<div class=\"seal\"><p>{}</p><p>{day}</p></div>", html_of(spans)));
            }
            Block::Note(spans) => notes.push_str(&format!("<p>{}</p>", html_of(spans))),
        }
    }
    if !notes.is_empty() {
        html.push_str(&format!("<div class=\"notes\">{notes}</div>"));
    }
    html + &heading.check.as_ref().map_or_else(String::new, check)
}

fn check(check: &Check) -> String {
    let (code, place) = (escape(&check.code), escape(&check.place));
    format!(
        "<div class=\"check\">{}<p>核验码 <b>{code}</b>。凭文号和核验码可在{place}核验本文书的真伪。</p></div>",
        check.picture
    )
}

fn number(heading: &Heading) -> String {
    let words = heading.number.as_deref().map_or_else(
        || {
            let blank = "<span class=\"fill empty\"></span>";
            format!("{blank}市监{blank}〔\u{3000}\u{3000}〕第{blank}号")
        },
        escape,
    );
    format!("<p class=\"number\">{words}</p>")
}

fn table(groups: &[Group]) -> String {
    let rows: String = groups.iter().map(group).collect();
    let wide = groups.iter().flat_map(|group| &group.rows).filter(|row| matches!(row, Row::Wide(_))).count();
    let class = if wide == 1 { "one-wide" } else { "more-wide" };
    format!("<table class=\"{class}\"><tbody>{rows}</tbody></table>")
}

fn group(group: &Group) -> String {
    let mut html = String::new();
    for (at, row) in group.rows.iter().enumerate() {
        let side = if at == 0 && !group.head.is_empty() {
            let head = html_of(&group.head);
            format!(
                "<th scope=\"rowgroup\" class=\"side\" rowspan=\"{}\"><span>{head}</span></th>",
                group.rows.len()
            )
        } else {
            String::new()
        };
        let extra = usize::from(group.head.is_empty());
        html.push_str(&format!("<tr>{side}{}</tr>", cells(row, extra)));
    }
    html
}

fn cells(row: &Row, extra: usize) -> String {
    match row {
        Row::Cells(cells) if cells.len() == 2 => format!(
            "<th scope=\"row\">{}</th><td colspan=\"{}\">{}</td>",
            html_of(&cells[0]),
            3 + extra,
            html_of(&cells[1])
        ),
        Row::Cells(cells) => cells
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let cell = html_of(cell);
                if at % 2 == 0 { format!("<th scope=\"row\">{cell}</th>") } else { format!("<td>{cell}</td>") }
            })
            .collect(),
        Row::Wide(spans) => format!("<td class=\"wide\" colspan=\"{}\">{}</td>", 4 + extra, html_of(spans)),
        Row::Signatures(places) => places
            .iter()
            .enumerate()
            .map(|(at, place)| {
                let span = if at == 0 { 2 + extra } else { 2 };
                format!("<td class=\"signature\" colspan=\"{span}\"><p>{}</p><p class=\"day\">{BLANK_DAY}</p></td>", html_of(place))
            })
            .collect(),
    }
}

fn text_of(spans: &Spans) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.clone(),
            Span::Fill(text) if text.is_empty() => "____".to_owned(),
            Span::Fill(text) => text.clone(),
            Span::NoDay => BLANK_DAY.to_owned(),
        })
        .collect()
}

fn joined(cells: &[Spans]) -> String {
    cells.iter().map(text_of).collect::<Vec<_>>().join(" | ")
}

/// The paper as plain text, a line a block: for tests and for messages.
pub fn text(document: &Document, heading: &Heading) -> String {
    let number =
        heading.number.clone().unwrap_or_else(|| "____市监____〔\u{3000}\u{3000}〕第____号".to_owned());
    let mut lines = vec![heading.title.clone()];
    for block in &document.blocks {
        lines.push(match block {
            Block::Number => number.clone(),
            Block::Addressee(spans) | Block::Signature(spans) | Block::Note(spans) => text_of(spans),
            Block::Paragraph(spans) => {
                format!("\u{3000}\u{3000}{}", text_of(spans).replace('\n', "\n\u{3000}\u{3000}"))
            }
            Block::Columns(columns) => joined(columns),
            Block::Seal(spans) => {
                let day = heading.day.map_or_else(|| BLANK_DAY.to_owned(), day_words);
                format!("{}\n{day}", text_of(spans))
            }
            Block::Table(groups) => groups
                .iter()
                .map(|group| {
                    let rows = group.rows.iter().map(|row| match row {
                        Row::Cells(cells) => joined(cells),
                        Row::Wide(spans) => text_of(spans),
                        Row::Signatures(places) => {
                            let one = |place| format!("{} {BLANK_DAY}", text_of(place));
                            places.iter().map(one).collect::<Vec<_>>().join(" | ")
                        }
                    });
                    let rows = rows.collect::<Vec<_>>().join("\n  ");
                    format!("[{}]\n  {rows}", text_of(&group.head))
                })
                .collect::<Vec<_>>()
                .join("\n"),
        });
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{BREAK, END, FILL};

    #[test]
    fn sec_06_markup_that_was_typed_is_text_on_the_page() {
        let evil = "<script>alert(1)</script>\"><img src=x onerror=1>";
        let document =
            Document::parse(&format!("@抬头 {FILL}{evil}{END}：\n@排 甲 | {FILL}{evil}{BREAK}乙{END}"));
        let html = html(
            &document,
            &Heading { title: evil.to_owned(), number: Some(evil.to_owned()), ..Heading::default() },
            1,
        );
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("<br>乙"));
    }
}
