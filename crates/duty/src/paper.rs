//! The roster of a month and the book of a day as official papers (GB/T 9704), for Word and PDF.

use gongwen::{Align, Block, Cell, Day as PaperDay, Paper, Row, Seal, Signature, Table, blocks};
use jiff::civil::Date;

use crate::{
    book::{Line, PRINTED},
    listing::names,
    remark::Remark,
    roster::Day,
    rules::weekday,
};

fn paper_day(day: Date) -> PaperDay {
    PaperDay { year: day.year(), month: day.month().unsigned_abs(), day: day.day().unsigned_abs() }
}

/// The bureau's name, and the unit's where it is another.
pub(crate) fn whose(bureau: &str, unit: &str) -> String {
    if unit.starts_with(bureau) { unit.to_owned() } else { format!("{bureau}{unit}") }
}

fn row(cells: Vec<Cell>) -> Row {
    Row { cells, least_pt: 0 }
}

fn heads(words: &[&str]) -> Row {
    row(words.iter().map(|word| Cell::new(*word, Align::Centre)).collect())
}

/// The roster of a month: a day a row, its shifts beside it; `today` is the day it is signed.
pub(crate) fn roster((bureau, unit): (&str, &str), first: Date, days: &[Day], today: Date) -> Paper {
    let mut rows = vec![heads(&["日期", "班次", "带班领导", "值班人员", "备注"])];
    for day in days {
        for (at, cell) in day.cells.iter().enumerate() {
            let mut cells = Vec::new();
            if at == 0 {
                let special =
                    if day.words == "工作日" { String::new() } else { format!("\n{}", day.words) };
                let words =
                    format!("{}月{}日\n{}{special}", day.day.month(), day.day.day(), weekday(day.day));
                cells.push(Cell { down: day.cells.len(), ..centred(&words) });
            }
            cells.push(centred(&format!("{}\n{}", cell.shift.name, cell.shift.hours.words())));
            cells.push(centred(&names(&cell.leaders)));
            cells.push(centred(&names(&cell.officers)));
            cells.push(Cell::new(cell.lacks.as_str(), Align::Left));
            rows.push(row(cells));
        }
    }
    let title = format!("{}{}年{}月值班表", whose(bureau, unit), first.year(), first.month());
    let body = if rows.len() == 1 {
        blocks("本月没有排班。")
    } else {
        vec![Block::Table(Table { widths: vec![72, 104, 66, 130, 70], heads: 1, rows, ..Table::default() })]
    };
    let signature = Signature { office: unit.to_owned(), day: Some(paper_day(today)), seal: Seal::None };
    Paper { signature: Some(signature), ..Paper::new(&title, body) }
}

/// A cell of several lines in the middle.
fn centred(words: &str) -> Cell {
    Cell { lines: words.lines().map(Into::into).collect(), ..Cell::new("", Align::Centre) }
}

/// The book of a day as it is shown.
pub(crate) struct Book<'a> {
    pub bureau: &'a str,
    pub unit: &'a str,
    pub day: Date,
    /// 周末, 国庆节 and the like.
    pub words: String,
    pub duty: &'a [String],
    /// A sentence a unit.
    pub counts: Vec<String>,
    pub lines: &'a [Line],
    /// Whether there are more lines than a print holds.
    pub has_more: bool,
    pub remarks: &'a [Remark],
    /// How it is sealed, or that it is not.
    pub seal: String,
}

/// The book of a day: who was on duty, counts, lines, remarks, the seal.
pub(crate) fn day_log(book: &Book<'_>) -> Paper {
    let duty = if book.duty.is_empty() { "没有值班表".to_owned() } else { book.duty.join("；") };
    let mut body = blocks(&format!("一、值班和总数\n当班：{duty}。"));
    body.extend(book.counts.iter().map(|words| Block::Paragraph(words.as_str().into())));
    body.extend(blocks("二、办理记录"));
    if book.lines.is_empty() {
        body.push(Block::Paragraph("本日没有记录。".into()));
    } else {
        body.push(Block::Table(lines(book.lines)));
    }
    if book.has_more {
        let words = format!("只列前 {PRINTED} 行，其余请按下属单位分别下载。");
        body.push(Block::Paragraph(words.into()));
    }
    body.extend(blocks("三、备注和更正"));
    if book.remarks.is_empty() {
        body.push(Block::Paragraph("无。".into()));
    }
    for remark in book.remarks {
        let words = format!("〔{}〕{}（{}）", remark.kind.label(), remark.words, remark.signed());
        body.push(Block::Paragraph(words.into()));
    }
    let day = kernel::day_words(book.day);
    Paper {
        below_title: format!("{day} {} {}", weekday(book.day), book.words).into(),
        remarks: vec![book.seal.as_str().into()],
        ..Paper::new(&format!("{}申诉举报日记", whose(book.bureau, book.unit)), body)
    }
}

fn lines(lines: &[Line]) -> Table {
    let mut rows = vec![heads(&["序号", "时间", "事项", "事由", "办理", "人员、承办单位"])];
    for (at, line) in lines.iter().enumerate() {
        let later = if line.later { "（封存后补记）" } else { "" };
        let left = |words: &str| Cell::new(words, Align::Left);
        rows.push(row(vec![
            centred(&(at + 1).to_string()),
            centred(&line.at),
            Cell { lines: vec![line.kind.into(), line.number.as_str().into()], ..left("") },
            left(&line.title),
            left(&format!("{}{later}", line.what)),
            Cell { lines: vec![line.who.as_str().into(), line.unit.as_str().into()], ..left("") },
        ]));
    }
    Table { widths: vec![36, 42, 120, 84, 88, 72], heads: 1, rows, ..Table::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Part;

    #[test]
    fn a_day_stands_once_beside_its_shifts_and_says_who_lacks() {
        let mut day = crate::pages::sample_day();
        day.cells.push(day.cells[0].clone());
        let first = Date::constant(2026, 10, 1);
        let paper = roster(("南岗分局", "中山所"), first, &[day], first);
        assert_eq!(gongwen::check(&paper), []);
        let text = paper.lines().concat();
        assert!(
            text.starts_with("南岗分局中山所2026年10月值班表") && text.ends_with("中山所2026年10月1日"),
            "{text}"
        );
        assert_eq!(text.matches("周四").count(), 1, "{text}");
        assert_eq!(text.matches("张伟、王强（请假）缺值班人员 1 名").count(), 2, "{text}");
        let none = roster(("南岗分局", "南岗分局"), first, &[], first);
        assert_eq!((gongwen::check(&none), none.title.as_str()), (Vec::new(), "南岗分局2026年10月值班表"));
    }

    #[test]
    fn the_book_says_duty_counts_lines_remarks_and_seal() {
        let line = Line {
            at: "09:30".into(),
            number: "TS-001-2026-00001".into(),
            kind: "投诉",
            title: "牛奶变质".into(),
            part: Part::Intake,
            what: "登记".into(),
            who: "张伟".into(),
            unit: "中山所".into(),
            later: true,
        };
        let book = Book {
            bureau: "南岗分局",
            unit: "中山所",
            day: Date::constant(2026, 9, 23),
            words: "工作日".into(),
            duty: &["白班 张伟".to_owned()],
            counts: vec!["中山所：接收1，办理0，告知0。".into()],
            lines: &[line],
            has_more: false,
            remarks: &[],
            seal: "本日尚未封存。".into(),
        };
        let paper = day_log(&book);
        assert_eq!(gongwen::check(&paper), []);
        let text = paper.lines().concat();
        let wanted = "南岗分局中山所申诉举报日记2026年9月23日 周三 工作日一、值班和总数当班：白班 张伟。中山所：接收1，办理0，告知0。二、办理记录序号时间事项事由办理人员、承办单位109:30投诉TS-001-2026-00001牛奶变质登记（封存后补记）张伟中山所三、备注和更正无。本日尚未封存。";
        assert_eq!(text, wanted);
    }
}
