//! The numbers of GB/T 9704-2012 (党政机关公文格式), each with its article. Lengths in twips (1/20 pt) where a name ends in `TWIPS`.

/// Twips of a millimetre, times 1,000: 1440 / 25.4.
const MILLI: u32 = 56_693;

/// Millimetres as twips, rounded.
pub const fn twips(millimetres: u32) -> u32 {
    (millimetres * MILLI + 500) / 1000
}

/// A4, article 5.1: 210 mm wide.
pub const WIDTH_MM: u32 = 210;
/// A4, article 5.1: 297 mm high.
pub const HEIGHT_MM: u32 = 297;
/// 天头, article 5.2.1: 37 mm ± 1.
pub const TOP_MM: u32 = 37;
/// 订口, article 5.2.1: 28 mm ± 1.
pub const LEFT_MM: u32 = 28;
/// What 版心 of 156 mm × 225 mm leaves at the right, article 5.2.1.
pub const RIGHT_MM: u32 = 26;
/// What 版心 of 156 mm × 225 mm leaves below, article 5.2.1.
pub const BOTTOM_MM: u32 = 35;
/// Lines of a page, article 5.2.3.
pub const LINES: u32 = 22;
/// Characters of a line, article 5.2.3.
pub const CHARACTERS: u32 = 28;
/// 三号, article 5.2.2: the body, in points.
pub const BODY_PT: u32 = 16;
/// 二号, article 7.3.1: the title, in points.
pub const TITLE_PT: u32 = 22;
/// 四号, articles 7.4 and 7.5: imprint and page number, in points.
pub const SMALL_PT: u32 = 14;
/// Width of 版心.
pub const MEASURE_TWIPS: u32 = twips(WIDTH_MM) - twips(LEFT_MM) - twips(RIGHT_MM);
/// Height of 版心.
pub const DEPTH_TWIPS: u32 = twips(HEIGHT_MM) - twips(TOP_MM) - twips(BOTTOM_MM);
/// A line: the 22nd part of the height of 版心, 28.95 pt.
pub const LINE_TWIPS: u32 = DEPTH_TWIPS / LINES;
/// How much closer than by themselves characters of 三号 stand, so that 28 of them go into a line (article 5.2.3): 0.25 pt each.
/// Set on the characters and not as a grid of the page, which programs draw differently.
pub const CLOSER_TWIPS: u32 = 5;
/// Lines of the title (二号): not given by the standard; 35 pt is usual.
pub const TITLE_LINE_TWIPS: u32 = 700;
/// The upper edge of 发文机关标志 below that of 版心, article 7.2.4.
pub const MARK_DROP_MM: u32 = 35;
/// The red line below the number, article 7.2.7.
pub const RED_LINE_DROP_MM: u32 = 4;
/// The page number below 版心, article 7.5.
pub const PAGE_NUMBER_DROP_MM: u32 = 7;
/// From the lower edge of the paper to the page number's line: its dash stands [`PAGE_NUMBER_DROP_MM`] below 版心.
pub const FOOTER_TWIPS: u32 = twips(BOTTOM_MM - PAGE_NUMBER_DROP_MM) - SMALL_PT * 10;
/// First and last line of the imprint (版记), article 7.4.1: 0.35 mm, in eighths of a point.
pub const IMPRINT_THICK: u32 = 8;
/// Lines between, article 7.4.1: 0.25 mm, in eighths of a point.
pub const IMPRINT_THIN: u32 = 6;
/// Red of 版头, article 5.2.4 and 7.2.
pub const RED: &str = "FF0000";

/// 小标宋, articles 7.2.4 and 7.3.1.
pub const FACE_TITLE: &str = "方正小标宋简体";
/// 仿宋, article 5.2.2.
pub const FACE_BODY: &str = "仿宋_GB2312";
/// 黑体, articles 7.2.2 and 7.3.3.
pub const FACE_HEAVY: &str = "黑体";
/// 楷体, articles 7.2.6 and 7.3.3.
pub const FACE_KAI: &str = "楷体_GB2312";
/// 宋体, article 7.5; small print of forms and tables.
pub const FACE_SONG: &str = "宋体";
/// Digits and Latin letters.
pub const FACE_LATIN: &str = "Times New Roman";

/// How close the lines of a form stand, so that it fits its page as the official samples do; papers keep [`Pitch::Standard`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pitch {
    /// 22 lines a page, article 5.2.3.
    #[default]
    Standard,
    /// 20 pt.
    Tight,
    /// 18 pt.
    Dense,
}

impl Pitch {
    /// Height of a line.
    pub const fn line_twips(self) -> u32 {
        match self {
            Self::Standard => LINE_TWIPS,
            Self::Tight => 400,
            Self::Dense => 360,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_22_lines_of_28_characters() {
        assert_eq!((MEASURE_TWIPS, DEPTH_TWIPS), (8845, 12756));
        assert_eq!(DEPTH_TWIPS / LINE_TWIPS, LINES);
        // 三号 is 16 pt wide: 28 of them are 5.75 pt too many, drawn together they are 1.25 pt too few.
        let character = BODY_PT * 20 - CLOSER_TWIPS;
        assert!(character * CHARACTERS <= MEASURE_TWIPS && character * (CHARACTERS + 1) > MEASURE_TWIPS);
        const { assert!(BODY_PT * 20 * CHARACTERS > MEASURE_TWIPS) };
    }
}
