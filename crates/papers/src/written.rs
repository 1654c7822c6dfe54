//! A paper as a document of an office suite: the same blocks as on the page, in the layout of GB/T 9704.

use gongwen::{Align, Block as Part, Cell, Day, Line, Pitch, Proof, Row as TableRow, Seal, Signature, Table};

use crate::{
    document::{Block, Document, Group, Row, Span, Spans},
    print::Heading,
};

/// A blank to write on.
const BLANK: &str = "\u{3000}\u{3000}\u{3000}\u{3000}";
/// A blank to sign on.
const SIGN: &str = "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}";
/// Columns of a form's table in points: side heading, label, value, label, value.
const COLUMNS: [u32; 5] = [36, 80, 123, 80, 123];

/// Words of a line; what was filled in stands on a line where `is_ruled`.
fn line(spans: &Spans, is_ruled: bool) -> Line {
    spans.iter().fold(Line::default(), |line, span| match span {
        Span::Text(text) => line.and(text.as_str(), false),
        Span::Fill(text) if text.is_empty() => line.and(if is_ruled { BLANK } else { "" }, is_ruled),
        Span::Fill(text) => line.and(text.as_str(), is_ruled),
        Span::NoDay => line.and(Day::BLANK, false),
    })
}

/// How close the lines stand, by the word of the page's style.
pub(crate) fn pitch(word: &str) -> Pitch {
    match word {
        "" => Pitch::Standard,
        "tight" => Pitch::Tight,
        _ => Pitch::Dense,
    }
}

/// The paper of a document: `watermark` stands across each page, `address` behind its QR code.
pub(crate) fn paper(document: &Document, heading: &Heading, watermark: &str, pitch: Pitch) -> gongwen::Paper {
    let mut paper = gongwen::Paper {
        watermark: watermark.to_owned(),
        pitch,
        has_page_numbers: false,
        proof: heading.check.as_ref().map(proof),
        ..gongwen::Paper::new(&heading.title, Vec::new())
    };
    for block in &document.blocks {
        match block {
            Block::Number => paper.below_title = number(heading),
            Block::Addressee(spans) => paper.addressee = line(spans, true),
            Block::Paragraph(spans) => paper.body.push(Part::Paragraph(line(spans, true))),
            Block::Columns(columns) => {
                paper.body.push(Part::Columns(columns.iter().map(|spans| line(spans, true)).collect()));
            }
            Block::Table(groups) => paper.body.push(Part::Table(table(groups))),
            Block::Signature(spans) => paper.body.push(Part::Sign(line(spans, true).and(SIGN, true))),
            Block::Seal(spans) => {
                let day = heading.day.map(|day| Day {
                    year: day.year(),
                    month: day.month().unsigned_abs(),
                    day: day.day().unsigned_abs(),
                });
                paper.signature =
                    Some(Signature { office: line(spans, false).text(), day, seal: Seal::Stamped });
            }
            Block::Note(spans) => paper.remarks.push(line(spans, false)),
        }
    }
    paper
}

fn proof(check: &crate::print::Check) -> Proof {
    let (code, place) = (&check.code, &check.place);
    Proof {
        words: format!("核验码 {code}。凭文号和核验码可在{place}核验本文书的真伪。"),
        address: check.address.clone(),
    }
}

/// The number, or the blanks of one that is not taken yet.
fn number(heading: &Heading) -> Line {
    match &heading.number {
        Some(number) => number.as_str().into(),
        None => Line::default()
            .and("\u{3000}\u{3000}", true)
            .and("市监", false)
            .and("\u{3000}\u{3000}", true)
            .and("〔\u{3000}\u{3000}〕第", false)
            .and("\u{3000}\u{3000}", true)
            .and("号", false),
    }
}

fn table(groups: &[Group]) -> Table {
    let wide = groups.iter().flat_map(|group| &group.rows).filter(|row| matches!(row, Row::Wide(_))).count();
    // A single wide cell is the body of its form; several share the page.
    let room = if wide == 1 { 240 } else { 100 };
    let mut rows = Vec::new();
    for group in groups {
        for (at, row) in group.rows.iter().enumerate() {
            let mut cells = Vec::new();
            if at == 0 && !group.head.is_empty() {
                let head = Cell::new(line(&group.head, false), Align::Centre);
                cells.push(Cell { down: group.rows.len(), is_upright: true, ..head });
            }
            let has_side = !group.head.is_empty();
            cells.extend(of_row(row, has_side));
            let least_pt = match row {
                Row::Cells(_) => 34,
                Row::Wide(_) => room,
                Row::Signatures(_) => 58,
            };
            // A heading at the side runs down in one column.
            let signs: u32 = line(&group.head, false).text().chars().map(|_| 13).sum();
            let rows_of = u32::try_from(group.rows.len()).unwrap_or(1).max(1);
            rows.push(TableRow { cells, least_pt: least_pt.max((signs + 8) / rows_of) });
        }
    }
    Table { widths: COLUMNS.to_vec(), rows, ..Table::default() }
}

/// The cells of a row: beside a heading they share four columns, without one five.
fn of_row(row: &Row, has_side: bool) -> Vec<Cell> {
    let extra = usize::from(!has_side);
    let cell = |spans: &Spans, align| Cell::new(line(spans, false), align);
    match row {
        Row::Wide(spans) => {
            let own = Cell { is_top: true, ..cell(spans, Align::Left) };
            vec![own.across(4 + extra)]
        }
        Row::Cells(cells) if cells.len() == 2 => {
            vec![cell(&cells[0], Align::Centre).across(1 + extra), cell(&cells[1], Align::Centre).across(3)]
        }
        Row::Cells(cells) => {
            let last = cells.len().saturating_sub(1);
            let spare = 4_usize.saturating_sub(cells.len());
            let across = |at: usize| 1 + if at == 0 { extra } else { 0 } + if at == last { spare } else { 0 };
            cells
                .iter()
                .take(4)
                .enumerate()
                .map(|(at, spans)| cell(spans, Align::Centre).across(across(at)))
                .collect()
        }
        Row::Signatures(places) => {
            let (all, count) = (4 + extra, places.len().clamp(1, 4));
            let across = |at: usize| if at == 0 { all - all / count * (count - 1) } else { all / count };
            let day = format!("\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}{}", Day::BLANK);
            let one = |(at, spans): (usize, &Spans)| Cell {
                lines: vec![line(spans, false), day.as_str().into()],
                ..Cell::new("", Align::Left).across(across(at))
            };
            places.iter().take(4).enumerate().map(one).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{edition, form, pages::pitch_of};

    /// Every shipped form, on the sample matter: nothing to mend, and the words of the page.
    #[test]
    fn every_form_is_a_sound_document_and_says_what_its_page_says() {
        for form in form::all() {
            for own in &form.editions {
                let draft = edition::Draft {
                    title: own.title.clone(),
                    text: form.text_of(own).to_owned(),
                    note: String::new(),
                };
                let (document, heading) = edition::on_sample(form, own.series(), &draft).unwrap();
                let paper = paper(&document, &heading, "草稿", pitch(pitch_of(&document, &heading)));
                assert_eq!(gongwen::check(&paper), [], "{}", form.key);
                let bare = |text: &str| {
                    text.chars().filter(|c| !c.is_whitespace() && !"_|[]".contains(*c)).collect::<String>()
                };
                let mut page: Vec<char> = bare(&crate::print::text(&document, &heading)).chars().collect();
                let mut said: Vec<char> = bare(&paper.lines().concat()).chars().collect();
                page.sort_unstable();
                said.sort_unstable();
                assert_eq!(said.iter().collect::<String>(), page.iter().collect::<String>(), "{}", form.key);
                if let Some(folder) = std::env::var_os("XIAOBAO_PAPERS") {
                    let path = std::path::Path::new(&folder).join(format!(
                        "form-{}-{}.docx",
                        form.key,
                        own.series()
                    ));
                    std::fs::write(path, gongwen::docx(&paper).unwrap()).unwrap();
                }
            }
        }
    }
}
