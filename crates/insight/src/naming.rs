//! How texts name the figures, for the second reader. A figure without an entry is named by its name alone.

/// `投诉…办结` is 办结 where 投诉 was named before it in the line. The first is how the reader's findings name the figure.
const NAMES: &[(&str, &[&str])] = &[
    (
        "received",
        &[
            "接收总量",
            "接收各类事项",
            "接收事项",
            "受理各类诉求",
            "接收诉求",
            "接收投诉举报咨询",
            "接收咨询投诉举报",
            "咨询、投诉、举报",
            "接待来电来访",
            "接收总计",
        ],
    ),
    ("received_consultation", &["咨询", "接收咨询", "解答咨询"]),
    ("received_complaint", &["投诉", "接收投诉", "投诉接收", "申诉"]),
    ("received_report", &["举报", "接收举报", "举报接收"]),
    ("accepted", &["投诉受理", "受理投诉", "投诉…受理"]),
    ("refused", &["投诉不予受理", "不予受理投诉", "不予受理"]),
    ("closed", &["办结事项", "事项办结", "办结", "办结各类事项"]),
    ("closed_complaint", &["投诉办结", "办结投诉", "投诉…办结"]),
    ("settled", &["调解成功", "成功调解"]),
    ("on_time", &["投诉按期办结率", "按期办结率", "按时办结率"]),
    ("first_check_on_time", &["投诉按时初查率", "按时初查率"]),
    ("settled_of_closed", &["调解成功率（÷办结）", "调解成功率"]),
    ("settled_of_mediated", &["调解成功率（÷调解结束）", "调解成功率"]),
    ("recovered", &["挽回经济损失", "挽回损失", "挽回消费损失"]),
    ("report_verified", &["举报核查完成", "举报核查", "核查举报", "举报…核查"]),
    ("report_filed", &["举报立案", "举报…立案"]),
    ("report_not_filed", &["举报不予立案", "举报…不予立案", "不予立案"]),
    ("report_filing_rate", &["举报立案率", "立案率"]),
    ("report_on_time", &["举报按时核查率", "按时核查率"]),
    ("clue_from_complaint", &["诉转案线索", "诉转案"]),
    ("returned", &["退回分派"]),
    ("open", &["在办"]),
    ("odr_received", &["先行和解登记", "登记先行和解", "先行和解"]),
    ("odr_settled", &["先行和解率", "和解率"]),
    ("papers_issued", &["签发文书", "文书签发"]),
    ("published_rate", &["投诉公示率", "公示率"]),
    ("notices_sent", &["告知发出", "发出告知"]),
    ("notices_delivered", &["告知送达", "送达告知"]),
];

/// How texts name the figure.
pub(crate) fn names(id: &str, name: &str) -> Vec<String> {
    let known = NAMES.iter().find(|(known, _)| *known == id).map(|(_, names)| *names);
    let all: Vec<&str> = known.map_or_else(|| vec![name], <[_]>::to_vec);
    all.into_iter().map(str::to_owned).collect()
}

/// How texts name a part: 食品 of 食品类, 食品（含保健食品） by what stands before the brackets.
pub(crate) fn part_names(name: &str) -> Vec<String> {
    let short = name.split(['（', '(', '、', '/']).next().unwrap_or(name).trim_end_matches(['类', '问']);
    let mut all = vec![name.to_owned()];
    if short != name && short.chars().count() > 1 {
        all.push(short.to_owned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::find;

    #[test]
    fn every_name_is_of_a_figure() {
        for (id, names) in NAMES {
            assert!(find(id).is_some() && !names.is_empty(), "{id}");
        }
    }
}
