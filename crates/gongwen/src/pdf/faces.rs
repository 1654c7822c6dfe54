//! Faces: what stands for 小标宋, 仿宋, 黑体, 楷体, 宋体 among the fonts that are given; glyphs by sign.

use std::collections::BTreeSet;

use krilla::text::Font;
use skrifa::{FontRef, MetadataProvider, instance::Size, raw::FileRef, string::StringId};

use crate::standard::{FACE_BODY, FACE_HEAVY, FACE_KAI, FACE_SONG, FACE_TITLE};

/// What a face is for, with families by preference: those of an office first, free ones last. A family matches by a part of its name.
const ROLES: &[(&str, &[&str])] = &[
    (
        FACE_TITLE,
        &[
            "小标宋",
            "XiaoBiaoSong",
            "华文中宋",
            "STZhongsong",
            "Noto Serif CJK SC Bold",
            "Source Han Serif SC Bold",
            "Noto Serif CJK SC",
        ],
    ),
    (
        FACE_BODY,
        &[
            "仿宋",
            "FangSong",
            "Fang Song",
            "FandolFang",
            "Noto Serif CJK SC",
            "Source Han Serif SC",
            "Noto Serif SC",
        ],
    ),
    (
        FACE_HEAVY,
        &[
            "黑体",
            "SimHei",
            "Noto Sans CJK SC Bold",
            "Source Han Sans SC Bold",
            "Noto Sans CJK SC",
            "FandolHei",
            "WenQuanYi",
        ],
    ),
    (FACE_KAI, &["楷体", "KaiTi", "FandolKai", "Noto Serif CJK SC", "Source Han Serif SC"]),
    (FACE_SONG, &["宋体", "SimSun", "FandolSong", "Noto Serif CJK SC", "Source Han Serif SC"]),
];

struct Face {
    /// Family and style, in every language the font tells them.
    names: Vec<String>,
    font: Font,
    bytes: &'static [u8],
    index: u32,
    units: f32,
}

/// Fonts to set papers in. They are read once and stay in memory as long as the program runs.
pub struct Faces {
    all: Vec<Face>,
    /// For each of [`ROLES`] the faces to look a sign up in, the best first.
    order: Vec<Vec<usize>>,
}

/// A sign as it is set: which face, which glyph, how wide of a square.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub face: usize,
    pub glyph: u32,
    pub advance: f32,
}

fn names(font: &FontRef) -> Vec<String> {
    let of = |id| font.localized_strings(id).map(|name| name.to_string()).collect::<Vec<_>>();
    let (families, styles, full) =
        (of(StringId::FAMILY_NAME), of(StringId::SUBFAMILY_NAME), of(StringId::FULL_NAME));
    let both = families.iter().flat_map(|family| styles.iter().map(move |style| format!("{family} {style}")));
    both.collect::<Vec<_>>().into_iter().chain(families.iter().cloned()).chain(full).collect()
}

fn read(bytes: Vec<u8>) -> Vec<Face> {
    // Kept for good: a paper is set many times by the same fonts.
    let bytes: &'static [u8] = Box::leak(bytes.into_boxed_slice());
    let Ok(file) = FileRef::new(bytes) else { return Vec::new() };
    let mut found = Vec::new();
    for (index, font) in (0_u32..).zip(file.fonts()) {
        let Ok(font) = font else { continue };
        let names = names(&font);
        // The first face of a collection has Japanese shapes of the same signs.
        if names.iter().any(|name| {
            ["CJK JP", "CJK KR", "CJK TC", "CJK HK", "Mono CJK"].iter().any(|other| name.contains(other))
        }) {
            continue;
        }
        let units = f32::from(font.head_units());
        if let Some(font) = Font::new(bytes.into(), index) {
            found.push(Face { names, font, bytes, index, units });
        }
    }
    found
}

/// Units of a square.
trait Units {
    fn head_units(&self) -> u16;
}

impl Units for FontRef<'_> {
    fn head_units(&self) -> u16 {
        self.metrics(Size::unscaled(), skrifa::instance::LocationRef::default()).units_per_em
    }
}

impl Faces {
    /// Reads font files (TrueType, OpenType, collections); what is none is passed over. `None` where no face was found.
    pub fn read(files: Vec<Vec<u8>>) -> Option<Self> {
        let all: Vec<Face> = files.into_iter().flat_map(read).collect();
        let order = ROLES.iter().map(|(_, families)| order(&all, families)).collect();
        (!all.is_empty()).then_some(Self { all, order })
    }

    /// The family that stands for each face of the standard, for people who set the program up.
    pub fn stand_ins(&self) -> Vec<(&'static str, String)> {
        let name = |order: &Vec<usize>| {
            order.first().and_then(|at| self.all[*at].names.first().cloned()).unwrap_or_default()
        };
        ROLES.iter().zip(&self.order).map(|((role, _), order)| (*role, name(order))).collect()
    }

    pub(super) fn font(&self, face: usize) -> Font {
        self.all[face].font.clone()
    }

    /// The shape of a sign in the face for `role`, or in any other that has it.
    pub(super) fn shape(&self, role: &str, sign: char) -> Option<Shape> {
        let at = ROLES.iter().position(|(name, _)| *name == role).unwrap_or(1);
        self.order[at].iter().find_map(|face| self.in_face(*face, sign))
    }

    fn in_face(&self, face: usize, sign: char) -> Option<Shape> {
        let own = &self.all[face];
        let font = FontRef::from_index(own.bytes, own.index).ok()?;
        let glyph = font.charmap().map(sign).filter(|glyph| glyph.to_u32() != 0)?;
        let metrics = font.glyph_metrics(Size::unscaled(), skrifa::instance::LocationRef::default());
        Some(Shape { face, glyph: glyph.to_u32(), advance: metrics.advance_width(glyph)? / own.units })
    }
}

/// The faces of these families first, then whatever else is there.
fn order(all: &[Face], families: &[&str]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for family in families {
        // Of a plain family name not the bold face, while there is another.
        let mut of: Vec<usize> =
            (0..all.len()).filter(|at| all[*at].names.iter().any(|name| name.contains(family))).collect();
        let wants_bold = family.ends_with("Bold");
        of.sort_by_key(|at| {
            all[*at].names.iter().any(|name| name.contains("Bold") || name.contains("Black")) != wants_bold
        });
        found.extend(of);
    }
    found.extend(0..all.len());
    let mut seen = BTreeSet::new();
    found.retain(|at| seen.insert(*at));
    found
}
