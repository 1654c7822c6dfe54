//! Pages as PDF/A-2b (ISO 19005-2): what an archive keeps.

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    text::{GlyphId, KrillaGlyph},
};

use super::{
    faces::Faces,
    flow::{Item, points},
    lines::Sign,
};
use crate::{
    Day, Paper,
    standard::{HEIGHT_MM, WIDTH_MM, twips},
};

const WIDE: f32 = points(twips(WIDTH_MM));
const HIGH: f32 = points(twips(HEIGHT_MM));
const BLACK: (u8, u8, u8) = (0, 0, 0);
const RED: (u8, u8, u8) = (255, 0, 0);
/// Of a watermark: read through it.
const PALE: (u8, u8, u8) = (241, 210, 207);

fn paint((red, green, blue): (u8, u8, u8)) -> Option<Fill> {
    let paint = rgb::Color::new(red, green, blue).into();
    Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero })
}

fn bar(surface: &mut Surface, rect: Option<Rect>) {
    let mut path = PathBuilder::new();
    if let Some(rect) = rect {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Signs of one face and size, one after the other.
fn words(surface: &mut Surface, faces: &Faces, signs: &[(Sign, f32)], y: f32) {
    let same = |a: &(Sign, f32), b: &(Sign, f32)| {
        a.0.shape.face == b.0.shape.face
            && a.0.look.size == b.0.look.size
            && a.0.look.is_red == b.0.look.is_red
    };
    for group in signs.chunk_by(same) {
        let (first, x) = group[0];
        let text: String = group.iter().map(|(sign, _)| sign.sign).collect();
        let (size, mut at) = (first.look.size, 0);
        let glyphs: Vec<KrillaGlyph> = group
            .iter()
            .enumerate()
            .map(|(number, (sign, from))| {
                let to = group.get(number + 1).map_or(from + sign.width, |(_, next)| *next);
                let range = at..at + sign.sign.len_utf8();
                at = range.end;
                KrillaGlyph::new(
                    GlyphId::new(sign.shape.glyph),
                    (to - from) / size,
                    0.0,
                    0.0,
                    0.0,
                    range,
                    None,
                )
            })
            .collect();
        surface.set_fill(paint(if first.look.is_red { RED } else { BLACK }));
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, faces.font(first.shape.face), &text, size, false);
    }
}

fn item(surface: &mut Surface, faces: &Faces, item: &Item) {
    match item {
        Item::Words { signs, y } => words(surface, faces, signs, *y),
        Item::Rule { from, to, thick, is_red } => {
            surface.set_fill(paint(if *is_red { RED } else { BLACK }));
            let half = thick / 2.0;
            bar(surface, Rect::from_ltrb(from.0 - half, from.1 - half, to.0 + half, to.1 + half));
        }
        Item::Code { x, y, side, count, dark } => {
            surface.set_fill(paint(BLACK));
            let module = side / *count as f32;
            let mut path = PathBuilder::new();
            for (at, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
                let (column, row) = ((at % count) as f32, (at / count) as f32);
                if let Some(rect) = Rect::from_xywh(x + column * module, y + row * module, module, module) {
                    path.push_rect(rect);
                }
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

/// Words across the page, before anything else is drawn.
fn across(surface: &mut Surface, faces: &Faces, signs: &[Sign]) {
    let wide: f32 = signs.iter().map(|sign| sign.width).sum();
    let Some(size) = signs.first().map(|sign| sign.look.size) else { return };
    surface.push_transform(&Transform::from_rotate_at(-45.0, WIDE / 2.0, HIGH / 2.0));
    surface.set_fill(paint(PALE));
    let mut x = (WIDE - wide) / 2.0;
    for sign in signs {
        let glyph = KrillaGlyph::new(
            GlyphId::new(sign.shape.glyph),
            sign.shape.advance,
            0.0,
            0.0,
            0.0,
            0..sign.sign.len_utf8(),
            None,
        );
        let place = Point::from_xy(x, HIGH / 2.0 + size * 0.38);
        surface.draw_glyphs(
            place,
            &[glyph],
            faces.font(sign.shape.face),
            &sign.sign.to_string(),
            size,
            false,
        );
        x += sign.width;
    }
    surface.pop();
}

/// The file.
///
/// # Errors
/// What the writer says does not suit PDF/A.
pub(super) fn write(
    paper: &Paper,
    faces: &Faces,
    pages: &[Vec<Item>],
    watermark: &[Sign],
) -> Result<Vec<u8>, String> {
    let archive = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B).finish();
    let configuration = archive.map_err(|error| format!("{error:?}"))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let title = paper.title.replace('\n', "");
    let day = paper.signature.as_ref().and_then(|signature| signature.day).filter(|day| day.is_real());
    // The day of the paper, not of the machine: the same paper gives the same file.
    let Day { year, month, day } = day.unwrap_or(Day { year: 2000, month: 1, day: 1 });
    let date = DateTime::new(year.unsigned_abs()).month(month).day(day);
    document.set_metadata(Metadata::new().title(title).language("zh-CN".to_owned()).creation_date(date));
    let size = PageSettings::from_wh(WIDE, HIGH).ok_or("the page has no size")?;
    for items in pages {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        across(&mut surface, faces, watermark);
        items.iter().for_each(|one| item(&mut surface, faces, one));
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| format!("{error:?}"))
}
