//! A report as an official paper: title, text, office and day; a draft says so across each page.

use gongwen::{Day, Head, HeadLine, Imprint, Marks, Paper, Seal, Signature, blocks};
use jiff::civil::Date;
use kernel::Refusal;

use super::{Series, Sheet};

/// A day as papers write it.
fn day(date: Date) -> Day {
    Day { year: date.year(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
}

/// The paper of `sheet`, found to have nothing to mend.
///
/// # Errors
/// A refusal with the first place that GB/T 9704 does not let pass, and how many there are.
pub fn paper(sheet: &Sheet) -> Result<Paper, Refusal> {
    let (signed, outward) = (Some(day(sheet.day)), &sheet.outward);
    let is_paper = outward.series == Series::Number;
    let parted =
        if is_paper { parted(&sheet.text) } else { Parted { body: sheet.text.clone(), ..Parted::default() } };
    // A series under its own head says there who writes, and when.
    let is_signed = is_paper || !outward.has_head;
    let printer = if parted.printer.is_empty() { sheet.office.clone() } else { parted.printer };
    let paper = Paper {
        head: outward.has_head.then(|| head(sheet)),
        below_title: if outward.has_head { "" } else { sheet.issue.as_str() }.into(),
        addressee: parted.addressee.as_str().into(),
        signature: is_signed.then(|| Signature {
            office: sheet.office.clone(),
            day: signed,
            seal: Seal::Stamped,
        }),
        imprint: (is_paper && outward.has_head).then_some(Imprint {
            copies: parted.copies,
            office: printer,
            day: signed,
        }),
        watermark: if sheet.draft { "草稿".to_owned() } else { String::new() },
        ..Paper::new(&sheet.title, blocks(&parted.body))
    };
    sound(&paper)?;
    Ok(paper)
}

/// The red head (article 7.2): the unit's name or the name of the series, and below it the number, blank until it is taken.
fn head(sheet: &Sheet) -> Head {
    let mark =
        if sheet.outward.mark.is_empty() { sheet.office.clone() } else { sheet.outward.mark.to_string() };
    let given = Some(sheet.issue.clone()).filter(|issue| !issue.is_empty());
    let line = if sheet.outward.series == Series::Number {
        HeadLine::Number { number: given, signer: String::new() }
    } else {
        let issue = given.unwrap_or_else(|| "第\u{3000}期".to_owned());
        HeadLine::Issue { issue, office: sheet.office.clone(), day: day(sheet.day) }
    };
    Head { marks: Marks::default(), mark, line }
}

/// The text of a paper with a 发文字号, taken apart.
#[derive(Default)]
struct Parted {
    /// 主送机关: the first line, where it ends with a colon.
    addressee: String,
    body: String,
    /// 抄送 and 印发: the last lines, where they begin so.
    copies: String,
    printer: String,
}

fn parted(text: &str) -> Parted {
    let mut parted = Parted::default();
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 && lines[0].ends_with('：') && !lines[0].contains('。') {
        parted.addressee = lines.remove(0).to_owned();
    }
    while let Some(last) = lines.last() {
        let of =
            |word: &str| last.strip_prefix(word).map(|rest| rest.trim().trim_end_matches('。').to_owned());
        match (of("抄送："), of("印发：")) {
            (Some(copies), _) => parted.copies = copies,
            (_, Some(printer)) => parted.printer = printer,
            _ => break,
        }
        lines.pop();
    }
    parted.body = lines.join("\n");
    parted
}

/// Refuses a paper with something to mend.
fn sound(paper: &Paper) -> Result<(), Refusal> {
    let faults = gongwen::check(paper);
    let Some(first) = faults.first() else { return Ok(()) };
    let more = if faults.len() > 1 { format!("；另有 {} 处", faults.len() - 1) } else { String::new() };
    let article = if first.article.is_empty() {
        String::new()
    } else {
        format!("（GB/T 9704 第 {} 条）", first.article)
    };
    Err(Refusal::new("paper_form", format!("{}：{}{article}{more}", first.place, first.sentence)).at("text"))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::summary::Outward;

    fn sheet(text: &str, draft: bool) -> Sheet {
        Sheet {
            title: "南岗分局2026年9月工作总结".into(),
            text: text.into(),
            office: "南岗分局".into(),
            day: Date::constant(2026, 10, 8),
            version: 1,
            issue: String::new(),
            period: "2026年9月".into(),
            outward: Outward::PLAIN,
            draft,
        }
    }

    #[test]
    fn a_draft_says_so_and_what_was_approved_does_not() {
        assert_eq!(paper(&sheet("一、甲\n乙。", true)).unwrap().watermark, "草稿");
        let paper = paper(&sheet("一、甲\n乙。", false)).unwrap();
        assert_eq!(
            (paper.watermark.as_str(), paper.lines().concat().as_str()),
            ("", "南岗分局2026年9月工作总结一、甲乙。南岗分局2026年10月8日")
        );
    }

    #[test]
    fn what_the_standard_does_not_let_pass_is_said_with_its_place() {
        let refusal = paper(&sheet("一、甲\n三、乙", false)).unwrap_err().to_string();
        assert!(
            refusal.contains("正文第 2 段“三、乙”：序数不连续") && refusal.contains("第 7.3.3 条"),
            "{refusal}"
        );
    }

    fn outward(series: Series, mark: &'static str) -> Outward {
        Outward { series, word: Cow::Borrowed("消保通"), has_head: true, mark: Cow::Borrowed(mark) }
    }

    /// GB/T 9704 7.2.4, 7.2.5, 7.3.2, 7.4: head, number, addressee, imprint of a 通报.
    #[test]
    fn a_circular_has_its_red_head_number_addressee_and_imprint() {
        let text = "各科室：\n现通报如下。\n特此通报。\n抄送：市局消保处。\n印发：南岗分局办公室";
        let circular = Sheet {
            issue: "消保通〔2026〕3号".into(),
            outward: outward(Series::Number, ""),
            ..sheet(text, false)
        };
        let wanted = "南岗分局消保通〔2026〕3号南岗分局2026年9月工作总结各科室：现通报如下。特此通报。南岗分局2026年10月8日抄送：市局消保处。南岗分局办公室2026年10月8日印发";
        assert_eq!(paper(&circular).unwrap().lines().concat(), wanted);
        let draft = paper(&Sheet { issue: String::new(), ..circular }).unwrap().lines().concat();
        assert!(draft.contains("〔\u{3000}\u{3000}〕\u{3000}号"), "{draft}");
    }

    #[test]
    fn an_issue_has_its_name_in_the_head_and_no_signature() {
        let issue = Sheet {
            issue: "2026年第3期".into(),
            outward: outward(Series::Issue, "消费维权信息专报"),
            ..sheet("各科室：\n甲。", false)
        };
        let wanted = "消费维权信息专报2026年第3期南岗分局2026年10月8日南岗分局2026年9月工作总结各科室：甲。";
        assert_eq!(paper(&issue).unwrap().lines().concat(), wanted);
    }
}
