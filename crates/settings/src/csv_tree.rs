//! An edition as csv: 代码, 名称, 停用, 并入 — for a spreadsheet and back.

use kernel::Refusal;

use crate::classification::entries::Entry;

const HEAD: [&str; 4] = ["代码", "名称", "停用", "并入"];

/// The entries as csv, with a mark that lets a spreadsheet see it is UTF-8.
pub(crate) fn write(all: &[Entry]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut lines = vec![HEAD.map(str::to_owned)];
    for entry in all {
        let retired = if entry.retired { "是" } else { "" };
        lines.push([entry.code.clone(), entry.name.clone(), retired.to_owned(), entry.into.join(" ")]);
    }
    for line in lines {
        if out.write_record(line).is_err() {
            return String::new();
        }
    }
    let bytes = out.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

/// Reads it back over what is there: days of earlier retirements stay.
///
/// # Errors
/// A refusal with the line that is wrong.
pub(crate) fn read(text: &str, now: &[Entry]) -> Result<Vec<Entry>, Refusal> {
    let refuse = |line: u64, words: &str| Refusal::new("csv", format!("第 {line} 行：{words}")).at("text");
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| refuse(1, "不是 csv 文件"))?.clone();
    let column = |name: &str| head.iter().position(|word| word.trim() == name);
    let (Some(code), Some(name)) = (column(HEAD[0]), column(HEAD[1])) else {
        return Err(refuse(1, "第一行应有“代码”和“名称”两列"));
    };
    let (retired, into) = (column(HEAD[2]), column(HEAD[3]));
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            refuse(error.position().map_or(1, csv::Position::line), "读不出来，请另存为 UTF-8 编码的 csv")
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
        let (code, name) = (cell(Some(code)), cell(Some(name)));
        if code.is_empty() && name.is_empty() {
            continue;
        }
        if code.is_empty() || name.is_empty() || name.chars().count() > 40 {
            return Err(refuse(line, "代码和名称都要有，名称最多 40 字"));
        }
        if all.iter().any(|entry: &Entry| entry.code == code) {
            return Err(refuse(line, &format!("代码“{code}”写了两次")));
        }
        let gone = matches!(cell(retired).as_str(), "是" | "停用" | "1" | "x" | "X");
        let before = now.iter().find(|entry| entry.code == code).and_then(|entry| entry.retired_on);
        let into = cell(into)
            .split([' ', '、', ';', '；', '|'])
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        all.push(Entry { code, name, retired: gone, retired_on: before.filter(|_| gone), into });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back_and_faults_have_a_line() {
        let entry = |code: &str, into: &[&str]| Entry {
            code: code.into(),
            name: format!("名称,{code}"),
            retired: !into.is_empty(),
            retired_on: None,
            into: into.iter().map(|code| (*code).to_owned()).collect(),
        };
        let all = vec![entry("G01", &[]), entry("G02", &["G01", "G03"]), entry("G03", &[])];
        assert_eq!(read(&write(&all), &all).unwrap(), all);
        assert!(read("代码,名称\nG01,甲\nG01,乙\n", &[]).unwrap_err().to_string().contains("第 3 行"));
        assert!(read("code,name\nG01,甲\n", &[]).unwrap_err().to_string().contains("第 1 行"));
    }
}
