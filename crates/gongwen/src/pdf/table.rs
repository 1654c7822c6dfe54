//! Tables on pages: rows stay whole, head rows come again, cells that span rows keep them together.

use super::{
    flow::{Align, Flow, Item, LEFT, MEASURE, Stand},
    lines::{Look, Sign},
};
use crate::{
    Align as Side, Cell, Row, Table,
    standard::{FACE_BODY, FACE_HEAVY},
};

/// 小四.
const SIZE: f32 = 12.0;
const HEIGHT: f32 = 18.0;
/// Between the edge of a cell and its words.
const PADDING: f32 = 4.0;

/// A cell with its place in the grid and its lines.
struct Placed<'a> {
    cell: &'a Cell,
    column: usize,
    row: usize,
    lines: Vec<Vec<Sign>>,
}

/// Rows that stay together, with the place of the first.
struct Band<'a> {
    heights: Vec<f32>,
    cells: Vec<Placed<'a>>,
}

fn stand(side: Side) -> Stand {
    let align = match side {
        Side::Left => Align::Left,
        Side::Centre => Align::Centre,
        Side::Right => Align::Right,
    };
    Stand { left: PADDING, right: PADDING, first: 0.0, height: HEIGHT, align }
}

/// The left edge of each column and the right edge of the last, from the edge of 版心.
fn edges(widths: &[u32]) -> Vec<f32> {
    let all = widths.iter().sum::<u32>().max(1) as f32;
    let mut at = 0.0;
    let mut edges = vec![0.0];
    for width in widths {
        at += *width as f32 / all * MEASURE;
        edges.push(at);
    }
    edges
}

fn lines_of(flow: &mut Flow, cell: &Cell, room: f32, look: Look) -> Vec<Vec<Sign>> {
    let mut lines = Vec::new();
    for line in cell.lines.iter().flat_map(crate::docx_split) {
        let signs = flow.setter.line(&line, look);
        if cell.is_upright {
            lines.extend(signs.iter().map(|sign| vec![*sign]));
        } else {
            lines.extend(Flow::lines(&signs, room, stand(cell.align)));
        }
    }
    lines
}

/// The bands of a table: rows joined by cells that span them.
fn bands<'a>(flow: &mut Flow, rows: &'a [Row], edges: &[f32], heads: usize) -> Vec<Band<'a>> {
    let columns = edges.len() - 1;
    let mut bands: Vec<Band> = Vec::new();
    let mut below = vec![0_usize; columns];
    for (number, row) in rows.iter().enumerate() {
        let joins = below.iter().any(|rows| *rows > 0);
        if !joins || bands.is_empty() {
            bands.push(Band { heights: Vec::new(), cells: Vec::new() });
        }
        let Some(band) = bands.last_mut() else { break };
        let place = band.heights.len();
        let taken: Vec<bool> = below.iter().map(|rows| *rows > 0).collect();
        below.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        let (mut column, mut height) = (0, (row.least_pt as f32).max(HEIGHT + 2.0));
        for cell in &row.cells {
            while taken.get(column) == Some(&true) {
                column += 1;
            }
            if column >= columns {
                break;
            }
            let across = cell.across.clamp(1, columns - column);
            below[column..column + across].fill(cell.down.saturating_sub(1));
            let look = Look::of(if number < heads { FACE_HEAVY } else { FACE_BODY }, SIZE);
            let lines = lines_of(flow, cell, edges[column + across] - edges[column], look);
            if cell.down <= 1 {
                height = height.max(lines.len() as f32 * HEIGHT + 4.0);
            }
            band.cells.push(Placed { cell, column, row: place, lines });
            column += across;
        }
        band.heights.push(height);
    }
    for band in &mut bands {
        stretch(band);
    }
    bands
}

/// Makes the last row of a spanning cell as high as its words ask.
fn stretch(band: &mut Band) {
    for placed in band.cells.iter().filter(|placed| placed.cell.down > 1) {
        let last = (placed.row + placed.cell.down).min(band.heights.len());
        let has: f32 = band.heights[placed.row..last].iter().sum();
        let wants = placed.lines.len() as f32 * HEIGHT + 4.0;
        if wants > has && last > 0 {
            band.heights[last - 1] += wants - has;
        }
    }
}

fn frame(flow: &mut Flow, (left, top, right, low): (f32, f32, f32, f32)) {
    for (from, to) in [
        ((left, top), (right, top)),
        ((left, low), (right, low)),
        ((left, top), (left, low)),
        ((right, top), (right, low)),
    ] {
        flow.put(Item::Rule { from, to, thick: 0.75, is_red: false });
    }
}

fn draw(flow: &mut Flow, band: &Band, edges: &[f32]) {
    let top = flow.y;
    for placed in &band.cells {
        let cell = placed.cell;
        let last = (placed.row + cell.down.max(1)).min(band.heights.len());
        let from = top + band.heights[..placed.row].iter().sum::<f32>();
        let high: f32 = band.heights[placed.row..last].iter().sum();
        let columns = edges.len() - 1;
        let end = (placed.column + cell.across.max(1)).min(columns);
        let (left, right) = (LEFT + edges[placed.column], LEFT + edges[end]);
        frame(flow, (left, from, right, from + high));
        let used = placed.lines.len() as f32 * HEIGHT;
        let mut y = from + if cell.is_top { PADDING / 2.0 } else { ((high - used) / 2.0).max(0.0) };
        for line in &placed.lines {
            let side = if cell.is_upright { Side::Centre } else { cell.align };
            flow.set(line, (left, y, right - left), stand(side), (true, true));
            y += HEIGHT;
        }
    }
    flow.y = top + band.heights.iter().sum::<f32>();
}

/// A table with its caption above and its notes below.
pub(super) fn table(flow: &mut Flow, table: &Table, line: f32) {
    let edges = edges(&table.widths);
    let bands = bands(flow, &table.rows, &edges, table.heads);
    let (heads, rest) = bands.split_at(table.heads.min(bands.len()));
    let high = |band: &Band| band.heights.iter().sum::<f32>();
    let head: f32 = heads.iter().map(high).sum();
    let caption = if table.caption.is_empty() { 0.0 } else { line };
    // Caption, head and a first row stand together.
    flow.need(caption + head + rest.first().map_or(0.0, high));
    if !table.caption.is_empty() {
        let stand = Stand { left: 0.0, right: 0.0, first: 0.0, height: line, align: Align::Centre };
        flow.one(&table.caption, Look::of(FACE_HEAVY, 14.0), stand);
    }
    heads.iter().for_each(|band| draw(flow, band, &edges));
    for band in rest {
        let page = flow.pages.len();
        flow.need(high(band));
        if flow.pages.len() > page {
            heads.iter().for_each(|band| draw(flow, band, &edges));
        }
        draw(flow, band, &edges);
    }
    for note in &table.notes {
        let stand = Stand { left: 0.0, right: 0.0, first: 0.0, height: HEIGHT, align: Align::Left };
        flow.one(note, Look::of(FACE_BODY, SIZE), stand);
    }
}
