//! What follows the body: attachments, signature, notes, proof, imprint.

use super::{
    body::CHARACTER,
    table::beside,
    xml::{Look, Stand},
};
use crate::{
    Imprint, Paper, Pitch, Proof, Seal, Signature,
    paper::{day_words, imprint_lines},
    picture::png,
    standard::{FACE_BODY, FACE_SONG, IMPRINT_THICK, IMPRINT_THIN, LINE_TWIPS, MEASURE_TWIPS, SMALL_PT},
    title::halves,
};

/// The relation of the QR code.
pub(super) const PICTURE: &str = "rId8";
/// 22 mm in EMU.
const CODE_SIDE: u32 = 792_000;
/// A line of the imprint.
const ROW: u32 = 480;

pub(super) fn end(paper: &Paper) -> String {
    let mut out = attachments(paper);
    let line = paper.pitch.line_twips();
    if let Some(signature) = &paper.signature {
        out += &sign(signature, line, paper.pitch);
    }
    if !paper.note.is_empty() {
        let stand = Stand { left: CHARACTER * 2, align: "left", ..Stand::BODY };
        out += &stand.paragraph(&Look::BODY.run(&format!("（{}）", paper.note)));
    }
    out += &remarks(paper);
    if let Some(proof) = &paper.proof {
        out += &prove(proof);
    }
    if let Some(own) = &paper.imprint {
        out += &imprint(own);
    }
    // A table may not end a document.
    if (paper.proof.is_some() && paper.imprint.is_none()) || out.is_empty() {
        out += &Stand { is_in_grid: false, line: 20, ..Stand::BODY }.paragraph("");
    }
    out
}

/// 附件：1.… with the names below each other (article 7.3.4).
fn attachments(paper: &Paper) -> String {
    let is_list = paper.attachments.len() > 1;
    let (lines, is_with_next) = (paper.attachment_lines(), paper.signature.is_some());
    let one = |(at, words): (usize, &String)| {
        // An ordinal in Latin digits is three quarters of a character wide.
        let ordinal = if is_list { CHARACTER * 3 / 4 } else { 0 };
        let hanging = if at == 0 { CHARACTER * 3 + ordinal } else { ordinal };
        let before = if at == 0 { LINE_TWIPS } else { 0 };
        let stand = Stand {
            left: CHARACTER * 5 + ordinal,
            hanging,
            before,
            align: "left",
            is_with_next,
            ..Stand::BODY
        };
        stand.paragraph(&Look::BODY.run(words))
    };
    lines.iter().enumerate().map(one).collect()
}

/// How far office and day stand from the right edge, in half characters (article 7.3.5).
pub(crate) fn signature_edges(signature: &Signature) -> (usize, usize) {
    let (office, day) = (halves(&signature.office), halves(&day_words(signature.day)));
    match signature.seal {
        // The day four characters in, the office in the middle above it.
        Seal::Stamped => {
            let middle = (8 + day / 2).max(office / 2);
            (middle - office / 2, middle - day / 2)
        }
        // The office two characters in, the day beginning two characters after it; a longer day two characters in.
        Seal::None if office >= day + 4 => (4, office - day),
        Seal::None => (day + 8 - office.min(day + 8), 4),
    }
}

fn sign(signature: &Signature, line: u32, pitch: Pitch) -> String {
    let (office, day) = signature_edges(signature);
    let half = |halves: usize| u32::try_from(halves).unwrap_or(0) * CHARACTER / 2;
    // Room for the seal, its upper edge within a line of the text.
    let before = match (signature.seal, pitch) {
        (Seal::Stamped, Pitch::Standard) => line * 2,
        (Seal::Stamped, _) | (Seal::None, Pitch::Standard) => line,
        (Seal::None, _) => line / 2,
    };
    let stand = Stand { align: "right", ..Stand::BODY };
    Stand { before, right: half(office), is_with_next: true, ..stand }
        .paragraph(&Look::BODY.run(&signature.office))
        + &Stand { right: half(day), ..stand }.paragraph(&Look::BODY.run(&day_words(signature.day)))
}

/// Small print of a form: 注：1. … with the ordinals below each other.
fn remarks(paper: &Paper) -> String {
    let (size, line) = if paper.pitch == Pitch::Standard { (10, 320) } else { (9, 260) };
    let em = size * 20;
    let one = |(at, remark): (usize, &crate::Line)| {
        let hanging = if at == 0 { em * 32 / 10 } else { em * 12 / 10 };
        let before = if at == 0 { paper.pitch.line_twips() / 2 } else { 0 };
        let stand = Stand { is_in_grid: false, line, left: em * 32 / 10, hanging, before, ..Stand::BODY };
        stand.paragraph(&Look::of(FACE_SONG, size).line(remark))
    };
    paper.remarks.iter().enumerate().map(one).collect()
}

fn picture() -> String {
    format!(
        "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{CODE_SIDE}\" cy=\"{CODE_SIDE}\"/><wp:docPr id=\"1\" name=\"code\" descr=\"扫码核验\"/>\
         <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"code\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"{PICTURE}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{CODE_SIDE}\" cy=\"{CODE_SIDE}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

fn prove(proof: &Proof) -> String {
    let look = Look::of(FACE_SONG, 9);
    let words = Stand { is_in_grid: false, line: 260, align: "left", ..Stand::BODY };
    let gap = Stand { is_in_grid: false, line: 160, ..Stand::BODY }.paragraph("");
    if proof.address.is_empty() || png(&proof.address).is_none() {
        return gap + &words.paragraph(&look.run(&proof.words));
    }
    // A picture wants a line as high as it is.
    let code = format!(
        "<w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"left\"/></w:pPr>{}</w:p>",
        picture()
    );
    gap + &beside(&[14, 86], &[code, words.paragraph(&look.run(&proof.words))])
}

/// 版记: its last line on the lower edge of 版心 (article 7.4). A box at the lower margin of the page on which its paragraph stands, in the words
/// of VML: a table or a frame as wide as the text is set where it stands in the text by LibreOffice.
fn imprint(imprint: &Imprint) -> String {
    let words = imprint_lines(imprint);
    let (copies, rest) = words.split_at(words.len() - 2);
    let small = SMALL_PT * 20;
    let look = Look::of(FACE_BODY, SMALL_PT);
    let line = Stand { line: ROW, is_in_grid: false, align: "left", ..Stand::BODY };
    let mut lines = String::new();
    for copy in copies {
        // 抄送 one character in at both sides, the names below each other.
        let stand = Stand { left: small * 4, hanging: small * 3, right: small, ..line };
        lines += &(rule(IMPRINT_THICK) + &stand.paragraph(&look.run(copy)));
    }
    lines += &rule(if copies.is_empty() { IMPRINT_THICK } else { IMPRINT_THIN });
    lines += &format!(
        "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"{small}\"/><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs><w:snapToGrid w:val=\"0\"/>\
         <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{ROW}\" w:lineRule=\"exact\"/><w:jc w:val=\"left\"/></w:pPr>{}</w:p>",
        MEASURE_TWIPS - small,
        look.run(&format!("\t{}\t{}", rest[0], rest[1]))
    );
    lines += &rule(IMPRINT_THICK);
    let names = halves(copies.first().map_or("", String::as_str));
    let wrapped = u32::try_from(names.div_ceil((MEASURE_TWIPS / small) as usize * 2 - 10)).unwrap_or(1);
    let height = ((wrapped + 1) * ROW + 4 * RULE) / 20;
    let width = f64::from(MEASURE_TWIPS) / 20.0;
    Stand { is_in_grid: false, line: RULE, ..Stand::BODY }.paragraph(&format!(
        "<w:r><w:pict xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w10=\"urn:schemas-microsoft-com:office:word\">\
         <v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>\
         <v:shape id=\"imprint\" type=\"#_x0000_t202\" stroked=\"f\" filled=\"f\" style=\"position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;z-index:1;v-text-anchor:bottom;mso-wrap-distance-left:0;mso-wrap-distance-right:0;\
         mso-position-horizontal:left;mso-position-horizontal-relative:margin;mso-position-vertical:bottom;mso-position-vertical-relative:margin\">\
         <v:textbox inset=\"0,0,0,0\"><w:txbxContent>{lines}</w:txbxContent></v:textbox><w10:wrap type=\"topAndBottom\" anchorx=\"margin\" anchory=\"margin\"/></v:shape></w:pict></w:r>"
    ))
}

/// Height of a line that is nothing but its rule.
const RULE: u32 = 20;

/// A line of the imprint from edge to edge, in eighths of a point: a paragraph of its own, for borders are drawn in with their words.
fn rule(eighths: u32) -> String {
    format!(
        "<w:p><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"{eighths}\" w:space=\"0\" w:color=\"000000\"/></w:pBdr><w:snapToGrid w:val=\"0\"/>\
         <w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{RULE}\" w:lineRule=\"exact\"/></w:pPr></w:p>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Day;

    #[test]
    fn office_and_day_stand_as_article_7_3_5_says() {
        let of = |office: &str, seal| Signature {
            office: office.to_owned(),
            day: Some(Day { year: 2026, month: 9, day: 30 }),
            seal,
        };
        // 2026年9月30日 is 7 digits and 3 characters: 13 halves.
        let (office, day) = signature_edges(&of("某局", Seal::Stamped));
        assert_eq!((office, day), (8 + 6 - 2, 8), "the office in the middle above the day");
        let (office, day) =
            signature_edges(&of("哈尔滨市南岗区市场监督管理局消费者权益保护分局", Seal::Stamped));
        assert_eq!((office, day), (0, 23 - 6), "a long office pushes the day inwards");
        assert_eq!(signature_edges(&of("哈尔滨市南岗区市场监督管理局", Seal::None)), (4, 28 - 13));
        assert_eq!(
            signature_edges(&of("某局", Seal::None)),
            (13 + 8 - 4, 4),
            "the day begins two characters after the office"
        );
    }
}
