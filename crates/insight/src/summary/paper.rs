//! A report as an official paper: title, text, office and day; a draft says so across each page.

use gongwen::{Day, Paper, Seal, Signature, blocks};
use jiff::civil::Date;
use kernel::Refusal;

use super::Sheet;

/// A day as papers write it.
fn day(date: Date) -> Day {
    Day { year: date.year(), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
}

/// The paper of `sheet`, found to have nothing to mend.
///
/// # Errors
/// A refusal with the first place that GB/T 9704 does not let pass, and how many there are.
pub fn paper(sheet: &Sheet) -> Result<Paper, Refusal> {
    let signature =
        Signature { office: sheet.office.clone(), day: Some(day(sheet.day)), seal: Seal::Stamped };
    let paper = Paper {
        below_title: sheet.issue.as_str().into(),
        signature: Some(signature),
        watermark: if sheet.draft { "草稿".to_owned() } else { String::new() },
        ..Paper::new(&sheet.title, blocks(&sheet.text))
    };
    sound(&paper)?;
    Ok(paper)
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
    use super::*;

    fn sheet(text: &str, draft: bool) -> Sheet {
        Sheet {
            title: "南岗分局2026年9月工作总结".into(),
            text: text.into(),
            office: "南岗分局".into(),
            day: Date::constant(2026, 10, 8),
            version: 1,
            issue: String::new(),
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
}
