//! What a careful clerk would send back, told before the paper is written.

use crate::{
    Block, Day, Head, HeadLine, Level, Line, Number, Paper, Row, Table,
    prose::ordinal,
    title::{halves, lines},
};

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: 标题, 正文第 3 段.
    pub place: String,
    /// What to mend, a sentence.
    pub sentence: String,
    /// The article of GB/T 9704-2012; empty where it is ours.
    pub article: &'static str,
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: impl Into<String>, sentence: impl Into<String>, article: &'static str) {
        self.0.push(Fault { place: place.into(), sentence: sentence.into(), article });
    }
}

/// Everything to mend in `paper`, in the order of reading; nothing where it may be written.
pub fn check(paper: &Paper) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    if let Some(head) = &paper.head {
        check_head(head, &mut faults);
    }
    check_title(paper, &mut faults);
    check_body(&paper.body, &mut faults);
    check_end(paper, &mut faults);
    check_signs(paper, &mut faults);
    faults.0
}

fn check_head(head: &Head, faults: &mut Faults) {
    let marks = &head.marks;
    if head.mark.trim().is_empty() {
        faults.add("版头", "有红头的公文请写明发文机关标志", "7.2.4");
    }
    let digits = marks.copy.len() == 6 && marks.copy.bytes().all(|byte| byte.is_ascii_digit());
    if !marks.copy.is_empty() && !digits {
        faults.add("份号", format!("份号“{}”应为六位阿拉伯数字，例如 000001", marks.copy), "7.2.1");
    }
    if !marks.secrecy.is_empty() {
        let known = ["绝密", "机密", "秘密"].iter().any(|word| marks.secrecy.starts_with(word));
        if !known {
            faults.add("密级", format!("密级“{}”只能是绝密、机密、秘密", marks.secrecy), "7.2.2");
        }
        if marks.copy.is_empty() {
            faults.add("份号", "涉密公文应当标注份号", "7.2.1");
        }
    }
    if !["", "特急", "加急"].contains(&marks.urgency.as_str()) {
        faults.add("紧急程度", format!("紧急程度“{}”只能是特急或者加急", marks.urgency), "7.2.3");
    }
    match &head.line {
        HeadLine::Number { number: Some(number), .. } => {
            if let Err(sentence) = Number::parse(number) {
                faults.add("发文字号", sentence, "7.2.5");
            }
        }
        HeadLine::Number { number: None, .. } => {}
        HeadLine::Issue { issue, office, day } => {
            if issue.trim().is_empty() || office.trim().is_empty() {
                faults.add("期号", "简报请写明期号和编发单位", "");
            }
            check_day("简报日期", Some(*day), faults);
        }
    }
}

fn check_day(place: &str, day: Option<Day>, faults: &mut Faults) {
    if let Some(day) = day.filter(|day| !day.is_real()) {
        faults.add(place, format!("没有“{day}”这一天"), "7.3.5.4");
    }
}

fn check_title(paper: &Paper, faults: &mut Faults) {
    let title = paper.title.trim();
    if title.is_empty() {
        faults.add("标题", "请写标题", "7.3.1");
    }
    if title.ends_with(['。', '，', '；', '：', '、', '！', '.', ',']) {
        faults.add("标题", "标题末尾不用标点，请删去", "7.3.1");
    }
    if lines(title).len() > 4 {
        faults.add("标题", format!("标题有 {} 个字宽，排下来超过四行，请缩短", halves(title) / 2), "7.3.1");
    }
    let addressee = paper.addressee.text();
    if !addressee.is_empty() && !addressee.ends_with('：') {
        faults.add("主送机关", "最后一个主送机关名称后请标全角冒号“：”", "7.3.2");
    }
}

fn check_body(body: &[Block], faults: &mut Faults) {
    if body.is_empty() {
        faults.add("正文", "正文是空的", "7.3.3");
    }
    // The last ordinal of each level, as it was counted.
    let mut counted = [0_usize; 4];
    let mut tables = 0;
    for (block, at) in body.iter().zip(1..) {
        match block {
            Block::Heading { level, text, rest } => {
                heading(at, (*level, text, rest), &mut counted, faults);
            }
            Block::Paragraph(line) if line.text().trim().is_empty() => {
                faults.add(format!("正文第 {at} 段"), "这一段是空的，请删去", "7.3.3");
            }
            Block::Table(table) => {
                tables += 1;
                check_table(tables, table, faults);
            }
            Block::Paragraph(_) | Block::Columns(_) | Block::Sign(_) => {}
        }
    }
}

fn heading(
    at: usize,
    (level, text, rest): (Level, &str, &Line),
    counted: &mut [usize; 4],
    faults: &mut Faults,
) {
    let place = format!("正文第 {at} 段“{}”", text.chars().take(12).collect::<String>());
    let depth = level.depth() - 1;
    let Some((found, words)) = ordinal(text).filter(|(found, _)| *found == level) else {
        let sample = ["一、", "（一）", "1.", "（1）"][depth];
        faults.add(place, format!("{} 级标题的序数请写作“{sample}”", level.depth()), "7.3.3");
        return;
    };
    let number = value(text);
    if number == 1 {
        if depth == 3 && counted[2] == 0 && counted[1] == 0 && counted[0] == 0 {
            faults.add(
                place.clone(),
                "结构层次序数依次用“一、”“（一）”“1.”“（1）”，不能从“（1）”开始",
                "7.3.3",
            );
        }
    } else if number != counted[depth] + 1 {
        let before = counted[depth];
        faults.add(
            place.clone(),
            format!("序数不连续：上一个同级标题是第 {before} 个，这里是第 {number} 个"),
            "7.3.3",
        );
    }
    counted[depth] = number;
    counted[depth + 1..].fill(0);
    if text[words..].trim().is_empty() && rest.text().trim().is_empty() {
        faults.add(place.clone(), "只有序数，没有标题文字", "7.3.3");
    }
    if found == Level::First && rest.text().is_empty() && text.ends_with(['。', '，', '；', '：', '、'])
    {
        faults.add(place, "一级标题单独成行时末尾不用标点，请删去", "7.3.3");
    }
}

/// The value of a heading's ordinal, 0 when it is none.
fn value(text: &str) -> usize {
    let inner = text.trim_start_matches('（');
    let digits: String = inner.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        return digits.parse().unwrap_or(0);
    }
    let (mut sum, mut last) = (0, 0);
    for c in inner.chars() {
        match "〇一二三四五六七八九".chars().position(|digit| digit == c) {
            Some(digit) => last = digit,
            None if c == '十' => {
                sum += if last == 0 { 10 } else { last * 10 };
                last = 0;
            }
            None if c == '百' => {
                sum += last * 100;
                last = 0;
            }
            None if c == '零' => last = 0,
            None => break,
        }
    }
    sum + last
}

fn check_table(at: usize, table: &Table, faults: &mut Faults) {
    let place = format!("第 {at} 张表");
    if table.widths.is_empty() || table.rows.is_empty() {
        faults.add(place, "表是空的，请删去或者补上", "8");
        return;
    }
    if table.heads >= table.rows.len() && table.heads > 0 {
        faults.add(place.clone(), "只有表头，没有内容", "8");
    }
    let mut below = vec![0_usize; table.widths.len()];
    for (row, number) in table.rows.iter().zip(1..) {
        let taken = below.iter().filter(|rows| **rows > 0).count();
        let own: usize = row.cells.iter().map(|cell| cell.across.max(1)).sum();
        if taken + own != table.widths.len() {
            let sentence = format!("第 {number} 行有 {} 栏，应为 {} 栏", taken + own, table.widths.len());
            faults.add(place.clone(), sentence, "8");
            return;
        }
        fill(row, &mut below);
    }
}

/// Which columns the cells of `row` still take in the rows below.
fn fill(row: &Row, below: &mut [usize]) {
    let mut column = 0;
    let taken: Vec<bool> = below.iter().map(|rows| *rows > 0).collect();
    below.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
    for cell in &row.cells {
        while taken.get(column) == Some(&true) {
            column += 1;
        }
        for _ in 0..cell.across.max(1) {
            if let Some(rows) = below.get_mut(column) {
                *rows = cell.down.saturating_sub(1);
            }
            column += 1;
        }
    }
}

fn check_end(paper: &Paper, faults: &mut Faults) {
    for name in &paper.attachments {
        if name.trim().is_empty() {
            faults.add("附件说明", "附件请写名称", "7.3.4");
        } else if name.ends_with(['。', '；', '，', '、', '.', ';']) {
            faults.add("附件说明", format!("附件名称“{name}”后不加标点符号"), "7.3.4");
        }
    }
    if let Some(signature) = &paper.signature {
        if signature.office.trim().is_empty() {
            faults.add("署名", "请写发文机关署名", "7.3.5");
        }
        check_day("成文日期", signature.day, faults);
    }
    if paper.note.starts_with('（') {
        faults.add("附注", "附注的圆括号由程序加，请删去", "7.3.6");
    }
    let Some(imprint) = &paper.imprint else { return };
    if imprint.office.trim().is_empty() {
        faults.add("版记", "请写印发机关", "7.4.3");
    }
    check_day("印发日期", imprint.day, faults);
    let signed = paper.signature.as_ref().and_then(|signature| signature.day);
    if let (Some(printed), Some(signed)) = (imprint.day, signed)
        && printed < signed
    {
        faults.add("版记", format!("印发日期 {printed} 早于成文日期 {signed}"), "7.4.3");
    }
}

/// Signs that no paper holds, and places of a template that nobody filled.
fn check_signs(paper: &Paper, faults: &mut Faults) {
    for line in paper.lines() {
        let place = || format!("“{}”", line.chars().take(12).collect::<String>());
        if let Some(sign) = line.chars().find(|c| is_unprintable(*c)) {
            faults.add(place(), format!("有不能印出的字符 U+{:04X}，请删去", u32::from(sign)), "");
        }
        if line.contains("{{") || line.contains("}}") || line.contains("{%") {
            faults.add(place(), "模板的占位没有填上", "");
        }
    }
}

/// Controls, surrogates' stand-ins, private use, what turns the direction of writing.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}'..='\u{ffff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Align, Cell, Imprint, Marks, Signature, blocks};

    fn sound() -> Paper {
        Paper {
            addressee: "各科室：".into(),
            signature: Some(Signature { office: "某局".into(), ..Signature::default() }),
            ..Paper::new(
                "关于某事的通知",
                blocks("一、甲\n（一）乙。丙\n1.丁\n（1）戊\n（二）己。\n二、庚\n（一）辛。"),
            )
        }
    }

    fn said(paper: &Paper) -> String {
        check(paper).iter().map(|fault| format!("{}：{}\n", fault.place, fault.sentence)).collect()
    }

    #[test]
    fn a_sound_paper_has_no_fault() {
        assert_eq!(said(&sound()), "");
    }

    #[test]
    fn each_thing_to_mend_is_said_at_its_place() {
        type Break = fn(&mut Paper);
        let head = |line| Head { marks: Marks::default(), mark: "某局文件".into(), line };
        let cases: [(Break, &str); 14] = [
            (|paper| paper.title.clear(), "标题：请写标题"),
            (|paper| paper.title.push('。'), "标题末尾不用标点"),
            (|paper| paper.title = "长".repeat(80), "超过四行"),
            (|paper| paper.addressee = "各科室".into(), "全角冒号"),
            (|paper| paper.body.clear(), "正文是空的"),
            (|paper| paper.body = blocks("一、甲\n三、乙"), "第 3 个"),
            (|paper| paper.body = blocks("二、甲"), "序数不连续"),
            (|paper| paper.body = blocks("（1）甲"), "不能从“（1）”开始"),
            (|paper| paper.body = blocks("一、甲。"), "一级标题单独成行时末尾不用标点"),
            (|paper| paper.body.push(Block::Paragraph(" ".into())), "这一段是空的"),
            (|paper| paper.attachments.push("名单。".into()), "不加标点符号"),
            (|paper| paper.signature = Some(Signature::default()), "请写发文机关署名"),
            (|paper| paper.body.push(Block::Paragraph("甲\u{202e}乙".into())), "U+202E"),
            (|paper| paper.body.push(Block::Paragraph("{{ n }}".into())), "占位没有填上"),
        ];
        for (break_it, sentence) in cases {
            let mut paper = sound();
            break_it(&mut paper);
            assert!(said(&paper).contains(sentence), "{sentence}: {}", said(&paper));
        }
        let numbered =
            |number: &str| HeadLine::Number { number: Some(number.to_owned()), signer: String::new() };
        let paper = Paper { head: Some(head(numbered("某发[2026]1号"))), ..sound() };
        assert!(said(&paper).contains("六角括号"), "{}", said(&paper));
        let mut secret = head(numbered("某发〔2026〕1号"));
        secret.marks = Marks { copy: String::new(), secrecy: "内部".into(), urgency: "急".into() };
        let words = said(&Paper { head: Some(secret), ..sound() });
        assert!(
            words.contains("涉密公文应当标注份号")
                && words.contains("只能是绝密")
                && words.contains("特急或者加急")
        );
    }

    #[test]
    fn days_tables_and_imprints_are_looked_at() {
        let day = |day| Some(Day { year: 2026, month: 9, day });
        let mut paper = sound();
        paper.signature = Some(Signature { office: "某局".into(), day: day(10), ..Signature::default() });
        paper.imprint =
            Some(Imprint { copies: String::new(), office: "某局办公室".into(), day: day(9) });
        assert!(said(&paper).contains("印发日期 2026年9月9日 早于成文日期 2026年9月10日"));
        paper.signature = Some(Signature { office: "某局".into(), day: day(31), ..Signature::default() });
        assert!(said(&paper).contains("没有“2026年9月31日”这一天"));
        let mut table =
            Table::list("表", &[("甲", Align::Left), ("乙", Align::Right)], &[vec!["a".into(), "1".into()]]);
        table.rows[1].cells[0].down = 2;
        table.rows.push(Row { cells: vec![Cell::new("2", Align::Right)], least_pt: 0 });
        let whole = Paper { body: vec![Block::Table(table.clone())], ..sound() };
        assert_eq!(said(&whole), "");
        table.rows.push(Row { cells: vec![Cell::new("3", Align::Right)], least_pt: 0 });
        assert!(
            said(&Paper { body: vec![Block::Table(table)], ..sound() }).contains("第 4 行有 1 栏，应为 2 栏")
        );
    }

    #[test]
    fn ordinals_have_values() {
        let found: Vec<usize> = ["一、", "（十）", "十二、", "（二十一）", "3.", "（12）", "一百零五、"]
            .iter()
            .map(|text| value(text))
            .collect();
        assert_eq!(found, [1, 10, 12, 21, 3, 12, 105]);
    }
}
