//! The parts beside the text: styles, settings, faces, page numbers, watermark.

use super::xml::escape;
use crate::{
    Paper,
    standard::{
        BODY_PT, CLOSER_TWIPS, FACE_BODY, FACE_HEAVY, FACE_KAI, FACE_LATIN, FACE_SONG, FACE_TITLE,
        LINE_TWIPS, SMALL_PT, TITLE_LINE_TWIPS, TITLE_PT,
    },
};

pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A part: the declaration and its one element.
pub(super) fn part(element: &str) -> String {
    format!("{HEAD}{element}")
}

fn face(name: &str, alternative: &str, family: &str) -> String {
    format!(
        "<w:font w:name=\"{name}\"><w:altName w:val=\"{alternative}\"/><w:charset w:val=\"86\"/><w:family w:val=\"{family}\"/></w:font>"
    )
}

/// Faces by name, with what stands in for them: none is shipped.
pub(super) fn faces() -> String {
    let list = [
        face(FACE_BODY, "仿宋", "modern"),
        face(FACE_KAI, "楷体", "modern"),
        face(FACE_HEAVY, "SimHei", "modern"),
        face(FACE_SONG, "SimSun", "auto"),
        face(FACE_TITLE, "方正小标宋_GBK", "script"),
    ];
    part(&format!("<w:fonts xmlns:w=\"{MAIN}\">{}</w:fonts>", list.concat()))
}

fn style(id: &str, name: &str, paragraph: &str, face: &str, size: u32) -> String {
    let pitch = if size == BODY_PT { "" } else { "<w:spacing w:val=\"0\"/>" };
    format!(
        "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:uiPriority w:val=\"9\"/><w:qFormat/>\
         <w:pPr>{paragraph}</w:pPr><w:rPr><w:rFonts w:eastAsia=\"{face}\"/>{pitch}<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/></w:rPr></w:style>",
        size * 2
    )
}

/// The styles a clerk finds in the list of styles: 正文, four headings, the title.
pub(super) fn styles(paper: &Paper) -> String {
    let line = paper.pitch.line_twips();
    let title_line = if line == LINE_TWIPS { TITLE_LINE_TWIPS } else { 640 };
    let heading = |level: u32, face: &str| {
        let paragraph = format!("<w:keepNext/><w:outlineLvl w:val=\"{}\"/>", level - 1);
        style(&format!("Heading{level}"), &format!("heading {level}"), &paragraph, face, BODY_PT)
    };
    let title = format!(
        "<w:keepNext/><w:keepLines/><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"{title_line}\" w:lineRule=\"exact\"/><w:ind w:firstLine=\"0\"/><w:jc w:val=\"center\"/>"
    );
    let list = [
        style("Title", "Title", &title, FACE_TITLE, TITLE_PT),
        heading(1, FACE_HEAVY),
        heading(2, FACE_KAI),
        heading(3, FACE_BODY),
        heading(4, FACE_BODY),
    ];
    part(&format!(
        "<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"{FACE_LATIN}\" w:hAnsi=\"{FACE_LATIN}\" w:eastAsia=\"{FACE_BODY}\" w:cs=\"{FACE_LATIN}\"/>\
         <w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/><w:pPr><w:widowControl w:val=\"0\"/><w:kinsoku/><w:overflowPunct/>\
         <w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{line}\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/></w:pPr><w:rPr><w:spacing w:val=\"-{CLOSER_TWIPS}\"/></w:rPr></w:style>\
         <w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>\
         <w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>{}</w:styles>",
        list.concat(),
        size = BODY_PT * 2,
    ))
}

/// Odd and even pages differ; lines drawn below blanks are drawn to their end.
pub(super) fn settings(paper: &Paper) -> String {
    let outer = if paper.has_page_numbers { "<w:evenAndOddHeaders/>" } else { "" };
    part(&format!(
        "<w:settings xmlns:w=\"{MAIN}\"><w:zoom w:percent=\"100\"/>{outer}<w:characterSpacingControl w:val=\"doNotCompress\"/>\
         <w:compat><w:ulTrailSpace/><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    ))
}

/// A page number: 四号 宋体, a dash at both sides, at the outer edge one character in (article 7.5).
pub(super) fn footer(is_odd: bool) -> String {
    let (align, side) = if is_odd { ("right", "right") } else { ("left", "left") };
    let look = format!(
        "<w:rPr><w:rFonts w:hint=\"eastAsia\" w:ascii=\"{FACE_SONG}\" w:hAnsi=\"{FACE_SONG}\" w:eastAsia=\"{FACE_SONG}\"/><w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/></w:rPr>",
        SMALL_PT * 2
    );
    let run = |inner: &str| format!("<w:r>{look}{inner}</w:r>");
    let field = [
        run("<w:t>—</w:t>"),
        run("<w:fldChar w:fldCharType=\"begin\"/>"),
        run("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>"),
        run("<w:fldChar w:fldCharType=\"separate\"/>"),
        run("<w:t>1</w:t>"),
        run("<w:fldChar w:fldCharType=\"end\"/>"),
        run("<w:t>—</w:t>"),
    ];
    part(&format!(
        "<w:ftr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"{0}\" w:lineRule=\"exact\"/><w:ind w:{side}=\"{0}\"/><w:jc w:val=\"{align}\"/></w:pPr>{1}</w:p></w:ftr>",
        SMALL_PT * 20,
        field.concat()
    ))
}

/// Words across the page, behind the text, as Word itself writes a watermark.
pub(super) fn watermark(words: &str, number: u32) -> String {
    let width = 130 * words.chars().count().clamp(1, 3);
    part(&format!(
        "<w:hdr xmlns:w=\"{MAIN}\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w10=\"urn:schemas-microsoft-com:office:word\">\
         <w:p><w:pPr><w:snapToGrid w:val=\"0\"/></w:pPr><w:r><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" path=\"m@7,l@8,m@5,21600l@6,21600e\">\
         <v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/><v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 @3 0\"/>\
         <v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/><v:f eqn=\"mid @5 @6\"/><v:f eqn=\"mid @8 @5\"/><v:f eqn=\"mid @7 @8\"/><v:f eqn=\"mid @6 @7\"/><v:f eqn=\"sum @6 0 @5\"/></v:formulas>\
         <v:path textpathok=\"t\" o:connecttype=\"custom\" o:connectlocs=\"@9,0;@10,10800;@11,21600;@12,10800\" o:connectangles=\"270,180,90,0\"/><v:textpath on=\"t\" fitshape=\"t\"/>\
         <v:handles><v:h position=\"#0,bottomRight\" xrange=\"6629,14971\"/></v:handles><o:lock v:ext=\"edit\" text=\"t\" shapetype=\"t\"/></v:shapetype>\
         <v:shape id=\"PowerPlusWaterMarkObject{number}\" o:spid=\"_x0000_s{}\" type=\"#_x0000_t136\" style=\"position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:130pt;rotation:315;z-index:-251658752;\
         mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin\" o:allowincell=\"f\" fillcolor=\"#f1d2cf\" stroked=\"f\">\
         <v:textpath style=\"font-family:&quot;{FACE_SONG}&quot;;font-size:1pt\" string=\"{}\"/><w10:wrap anchorx=\"margin\" anchory=\"margin\"/></v:shape></w:pict></w:r></w:p></w:hdr>",
        1024 + number,
        escape(words)
    ))
}
