//! A report's text on screen: numbers with their seals, and what is not borne out, at its place.

use std::{fmt::Write as _, ops::Range};

use numerals::{Finding, Ledger, Role};
use web::{Html, escape};

use crate::summary::{Kept, Seals, is_of_example, paragraphs};

/// A paragraph, or a table.
pub(super) struct Block {
    /// Number of its first paragraph, from 1.
    pub(super) number: usize,
    /// Number of its last.
    pub(super) last: usize,
    pub(super) html: Html,
}

/// A number that is not borne out, or was changed.
pub(super) struct Fault {
    /// Its place in the page.
    pub(super) anchor: String,
    pub(super) place: String,
    pub(super) words: String,
    pub(super) why: String,
}

/// The text with its marks.
pub(super) struct Marked<'a> {
    text: &'a str,
    seals: &'a Seals,
    ledger: Option<Ledger>,
    findings: Vec<Finding>,
}

impl<'a> Marked<'a> {
    pub(super) fn of(kept: &'a Kept) -> Self {
        let findings = kept.findings();
        Self { text: &kept.text, seals: &kept.seals, ledger: kept.ledger().ok(), findings }
    }

    /// What is not borne out, in the order of the text.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let faulty = self.findings.iter().enumerate().filter(|(_, one)| !one.holds());
        let fault = |(at, one): (usize, &Finding)| Fault {
            anchor: format!("f{at}"),
            place: crate::summary::place(self.text, one.numeral.span.start),
            words: one.numeral.text.clone(),
            why: self.why(one),
        };
        faulty.map(fault).collect()
    }

    /// How many numbers keep their seal.
    pub(super) fn sealed(&self) -> usize {
        self.seals.whole.len()
    }

    /// Why it is marked.
    fn why(&self, one: &Finding) -> String {
        let before = self.seals.before(&one.numeral.span).map(|broken| format!("原为 {}", broken.words));
        let why = Some(one.why.clone()).filter(|why| !why.is_empty());
        [before, why].into_iter().flatten().collect::<Vec<_>>().join("；")
    }

    /// The paragraphs; lines of a table together.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let all = paragraphs(self.text);
        let mut blocks = Vec::new();
        let mut at = 0;
        while let Some((from, line)) = all.get(at) {
            let number = at + 1;
            if line.starts_with('|') {
                let rows: Vec<_> =
                    all[at..].iter().take_while(|(_, line)| line.starts_with('|')).copied().collect();
                at += rows.len();
                blocks.push(Block { number, last: at, html: self.table(&rows) });
                continue;
            }
            at += 1;
            let tag = if is_heading(line) { "p class=\"heading\"" } else { "p" };
            let inside = self.range(&(*from..from + line.len()));
            blocks.push(Block { number, last: number, html: Html(format!("<{tag}>{inside}</p>")) });
        }
        blocks
    }

    fn table(&self, rows: &[(usize, &str)]) -> Html {
        let mut html = String::from("<div class=\"table\"><table>");
        let rule = |line: &str| line.chars().all(|c| "|-: ".contains(c));
        for (at, (from, line)) in rows.iter().filter(|(_, line)| !rule(line)).enumerate() {
            html += if at == 0 { "<thead><tr>" } else { "<tr>" };
            let mut begin = from + 1;
            for cell in line.trim_end().trim_start_matches('|').trim_end_matches('|').split('|') {
                let inside = self.range(&(begin..begin + cell.len()));
                begin += cell.len() + 1;
                let _ = if at == 0 {
                    write!(html, "<th scope=\"col\">{}</th>", inside.trim())
                } else {
                    write!(html, "<td>{}</td>", inside.trim())
                };
            }
            html += if at == 0 { "</tr></thead><tbody>" } else { "</tr>" };
        }
        Html(html + "</tbody></table></div>")
    }

    /// A stretch of the text with its marks.
    fn range(&self, range: &Range<usize>) -> String {
        let (mut html, mut at) = (String::new(), range.start);
        for (number, one) in self.findings.iter().enumerate() {
            let span = &one.numeral.span;
            if span.start < at || span.end > range.end {
                continue;
            }
            let shown = self.number(number, one);
            if let Some(shown) = shown {
                html += &escape(&self.text[at..span.start]);
                html += &shown;
                at = span.end;
            }
        }
        html + &escape(&self.text[at..range.end])
    }

    /// A number; none where nothing is to be marked.
    fn number(&self, at: usize, one: &Finding) -> Option<String> {
        let words = escape(&one.numeral.text);
        if !one.holds() {
            let why = escape(&self.why(one));
            return Some(format!(
                "<mark class=\"fault\" id=\"f{at}\">{words}</mark><small class=\"fault\">〔{why}〕</small>"
            ));
        }
        let counts = matches!(one.numeral.role, Role::Quantity | Role::Ordinal);
        if let Some(broken) = self.seals.before(&one.numeral.span).filter(|_| counts) {
            let before = escape(&broken.words);
            return Some(format!(
                "<b class=\"seal changed\">{words}</b><small class=\"changed\">〔原为 {before}〕</small>"
            ));
        }
        let fact = self.seals.fact(&one.numeral.span).filter(|fact| counts || is_of_example(fact))?;
        if !counts {
            return Some(format!("<b class=\"seal\" title=\"典型案例的办理记录\">{words}</b>"));
        }
        let ledger = self.ledger.as_ref()?;
        let title = ledger.facts.iter().find(|known| known.id == fact)?;
        let title = escape(&format!("{}：{}", title.title(), title.words()));
        Some(format!("<b class=\"seal\" title=\"{title}\">{words}</b>"))
    }
}

/// 一、 and （一） at the beginning of a short line.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let chinese = |text: &str| {
        let run = text.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).count();
        (run > 0).then(|| text.chars().nth(run)).flatten()
    };
    let short = line.chars().count() <= 40 && !line.contains('。');
    short && (chinese(line) == Some('、') || line.strip_prefix('（').and_then(chinese) == Some('）'))
}
