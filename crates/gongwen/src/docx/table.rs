//! Tables: a grid of fixed widths, head rows repeated, no row torn over two pages.

use super::xml::{Look, Stand};
use crate::{
    Align, Cell, Row, Table,
    standard::{FACE_BODY, FACE_HEAVY, MEASURE_TWIPS},
};

/// 小四.
const SIZE: u32 = 12;
const LINE: u32 = 360;
/// 四号.
const CAPTION: u32 = 14;

/// Columns as shares of the whole width.
fn grid(widths: &[u32]) -> Vec<u32> {
    let all: u32 = widths.iter().sum::<u32>().max(1);
    let mut given: Vec<u32> = widths.iter().map(|width| width * MEASURE_TWIPS / all).collect();
    let rest = MEASURE_TWIPS - given.iter().sum::<u32>().min(MEASURE_TWIPS);
    if let Some(last) = given.last_mut() {
        *last += rest;
    }
    given
}

fn open(grid: &[u32], has_lines: bool) -> String {
    let sides = ["top", "left", "bottom", "right", "insideH", "insideV"];
    let side =
        |side: &&str| format!("<w:{side} w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/>");
    let borders: String = if has_lines { sides.iter().map(side).collect() } else { String::new() };
    let borders = if has_lines { format!("<w:tblBorders>{borders}</w:tblBorders>") } else { String::new() };
    let columns: String = grid.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    let margin = if has_lines { 80 } else { 0 };
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{MEASURE_TWIPS}\" w:type=\"dxa\"/>{borders}<w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"{margin}\" w:type=\"dxa\"/><w:right w:w=\"{margin}\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )
}

fn cell(properties: &str, content: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>")
}

fn words(cell: &Cell, is_head: bool) -> String {
    let align = match cell.align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
    };
    let stand = Stand { is_in_grid: false, line: LINE, align, before: 20, after: 20, ..Stand::BODY };
    let look = Look::of(if is_head { FACE_HEAVY } else { FACE_BODY }, SIZE);
    if cell.lines.is_empty() {
        return stand.paragraph("");
    }
    cell.lines.iter().map(|line| stand.paragraph(&look.line(line))).collect()
}

/// A column that a cell above still takes, with the rows left.
type Below = Vec<Option<(usize, usize)>>;

fn row(row: &Row, is_head: bool, grid: &[u32], below: &mut Below) -> String {
    let mut out = String::from("<w:tr><w:trPr><w:cantSplit/>");
    if row.least_pt > 0 {
        out += &format!("<w:trHeight w:val=\"{}\" w:hRule=\"atLeast\"/>", row.least_pt * 20);
    }
    out += if is_head { "<w:tblHeader/></w:trPr>" } else { "</w:trPr>" };
    let (mut column, mut cells) = (0, row.cells.iter());
    while column < grid.len() {
        let (across, properties, content) = if let Some((across, rows)) = below[column].take() {
            if rows > 1 {
                below[column] = Some((across, rows - 1));
            }
            (
                across,
                "<w:vMerge/>".to_owned(),
                Stand { is_in_grid: false, line: LINE, ..Stand::BODY }.paragraph(""),
            )
        } else {
            let Some(own) = cells.next() else { break };
            let across = own.across.clamp(1, grid.len() - column);
            let merge = if own.down > 1 { "<w:vMerge w:val=\"restart\"/>" } else { "" };
            if own.down > 1 {
                below[column] = Some((across, own.down - 1));
            }
            let turn = if own.is_upright { "<w:textDirection w:val=\"tbRlV\"/>" } else { "" };
            let middle = if own.is_top { "" } else { "<w:vAlign w:val=\"center\"/>" };
            (across, format!("{merge}{turn}{middle}"), words(own, is_head))
        };
        let width: u32 = grid[column..column + across].iter().sum();
        let span = if across > 1 { format!("<w:gridSpan w:val=\"{across}\"/>") } else { String::new() };
        out += &cell(&format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{properties}"), &content);
        column += across;
    }
    out + "</w:tr>"
}

/// A table with its caption above and its notes below.
pub(crate) fn table(table: &Table) -> String {
    let grid = grid(&table.widths);
    let mut out = String::new();
    if !table.caption.is_empty() {
        let stand = Stand { is_with_next: true, align: "center", ..Stand::BODY };
        out += &stand.paragraph(&Look::of(FACE_HEAVY, CAPTION).run(&table.caption));
    }
    out += &open(&grid, true);
    let mut below = vec![None; grid.len()];
    for (at, one) in table.rows.iter().enumerate() {
        out += &row(one, at < table.heads, &grid, &mut below);
    }
    out += "</w:tbl>";
    for note in &table.notes {
        let stand = Stand { is_in_grid: false, line: LINE, align: "left", ..Stand::BODY };
        out += &stand.paragraph(&Look::of(FACE_BODY, SIZE).run(note));
    }
    out
}

/// Entries beside each other, without lines.
pub(super) fn beside(widths: &[u32], contents: &[String]) -> String {
    let grid = grid(widths);
    let cells: String = grid
        .iter()
        .zip(contents)
        .map(|(width, content)| {
            cell(&format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/>"), content)
        })
        .collect();
    format!("{}<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>", open(&grid, false))
}
