//! What each act's form asks.

use jiff::civil::Date;
use law::{Ground, Law, ReportTag};
use matters::{Matter, notices};
use web::{Form, Html, Options, escape};

use super::Deed;
use crate::{
    Evidence, Report,
    file::{RESULTS, WAYS},
    procedure::Act,
    reward::{self, Reward},
    rules::Duty,
};

/// What the forms must know beside the matter.
pub(super) struct Asked {
    pub received_on: Date,
    pub problem: Option<String>,
    pub tags: Vec<String>,
    pub open: Vec<Duty>,
    /// Reports that go with this one and what is still owed for each.
    pub along: Vec<(String, Vec<Duty>)>,
    pub sheet: Evidence,
    pub report: Report,
    pub reward: Option<Reward>,
}

impl Asked {
    /// For the page samples.
    pub fn sample(tag: Option<&ReportTag>) -> Self {
        let duty = |tag: &ReportTag| Duty {
            article: tag.citation(),
            text: tag.text.clone(),
            kinds: &["result"],
            written: true,
            clock: None,
            waits: false,
        };
        Self {
            received_on: Date::constant(2026, 9, 23),
            problem: None,
            tags: Vec::new(),
            open: tag.map(duty).into_iter().collect(),
            along: tag.map(|tag| ("JB-3".to_owned(), vec![duty(tag)])).into_iter().collect(),
            sheet: Evidence { same_reporter: vec!["JB-2".into()], ..Evidence::default() },
            report: Report::default(),
            reward: None,
        }
    }
}

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn grounds(list: &[Ground]) -> Options {
    list.iter()
        .map(|ground| (ground.code.clone(), format!("{}（{}）", ground.text, ground.article)))
        .collect()
}

/// The form as it is first shown: the version, and what is proposed.
pub(super) fn filled(matter: &Matter, deed: Deed, asked: &Asked) -> Form {
    let mut values = vec![("_version", matter.version.to_string())];
    match deed {
        Deed::Report(Act::Verify) => {
            let likely = Law::in_use().reports.tags_on(asked.received_on);
            let likely = likely.filter(|tag| tag.is_likely(asked.problem.as_deref()));
            values.extend(likely.map(|tag| ("items", tag.key.clone())));
        }
        Deed::Report(Act::Tag) => values.extend(asked.tags.iter().map(|key| ("items", key.clone()))),
        Deed::Report(Act::NotAgain | Act::Merge) => {
            values.extend(asked.sheet.same_trader.first().map(|number| ("other", number.clone())));
        }
        Deed::Report(Act::Tell) => {
            values.push(("way", "told".to_owned()));
            let first = asked.along.first().filter(|_| asked.open.is_empty());
            values.extend(first.map(|(number, _)| ("other", number.clone())));
        }
        _ => {}
    }
    Form::filled(values)
}

/// Whose reporter is told, where other reports go with this one.
fn whom(form: &Form, asked: &Asked) -> Option<Html> {
    if asked.along.is_empty() {
        return None;
    }
    let own = asked.open.first().map(|_| (String::new(), "本件的举报人".to_owned()));
    let along = asked.along.iter().map(|(number, _)| (number.clone(), format!("{number} 的举报人")));
    let hint = "每名举报人只按自己的举报告知，内容不要写其他举报的编号和举报人";
    Some(form.radios("other", "告知谁", hint, &own.into_iter().chain(along).collect()))
}

/// The laws in force on the day of receipt.
fn tags(form: &Form, asked: &Asked) -> Html {
    let words = |tag: &ReportTag| {
        let clock = tag.clock.as_ref().and_then(|key| {
            let set = Law::in_use().statute_on(key, asked.received_on)?;
            let rule = set.clock(key)?;
            Some(format!("，自收到起 {} {}", rule.length, rule.unit.label()))
        });
        let named = if tag.real_name { "，限实名举报" } else { "" };
        format!("{}（{}{}{named}）", tag.name, tag.citation(), clock.unwrap_or_default())
    };
    let list = Law::in_use().reports.tags_on(asked.received_on).map(|tag| (tag.key.clone(), words(tag)));
    let hint = "这些法律法规要求把处理情况告知举报人；都不属于的不勾选（第三十六条）";
    form.checks("items", "适用领域", hint, &list.collect())
}

/// Acts that are proved by photographs, recordings and receipts.
const fn is_proved_by_files(deed: Deed) -> bool {
    matches!(
        deed,
        Deed::Report(
            Act::Find
                | Act::StartTest
                | Act::EndTest
                | Act::Propose
                | Act::Outside
                | Act::NotAgain
                | Act::Merge
                | Act::Tell
                | Act::RecordResult
        ) | Deed::Reward(_)
    )
}

/// The fields of `deed`.
pub(super) fn of(deed: Deed, form: &Form, asked: &Asked) -> Vec<Html> {
    let mut fields = vec![form.hidden("_version")];
    fields.extend(match deed {
        Deed::Report(act) => match act {
            Act::Verify
            | Act::Tag
            | Act::Find
            | Act::AskExtension
            | Act::DecideExtension
            | Act::StartTest
            | Act::EndTest => verification(act, form, asked),
            Act::Tell => whom(form, asked).into_iter().chain(decision(act, form)).collect(),
            _ => decision(act, form),
        },
        Deed::Reward(act) => of_reward(act, form),
        Deed::Clue => vec![
            form.day("day", "发现线索的日期", "核查期限自这一天起算；不填表示今天"),
            form.area("words", "线索内容", "发现了什么、涉嫌违反什么规定；不要写投诉人的姓名和电话", 5),
        ],
    });
    if is_proved_by_files(deed) {
        fields.push(form.file("files", "附件", "照片、录音、文书等，可以不传"));
    }
    fields
}

fn verification(act: Act, form: &Form, asked: &Asked) -> Vec<Html> {
    match act {
        Act::Verify => vec![
            tags(form, asked),
            form.tick("yes", "举报人是被举报经营者的内部人员（只有能查看举报人身份的人看得到）"),
        ],
        Act::Tag => vec![tags(form, asked)],
        Act::Find => vec![
            form.radios("way", "核查方式", "", &options(WAYS)),
            form.input("at", "核查时间", "不填表示现在", "datetime-local", ""),
            form.line("who", "核查人员", ""),
            form.line("place", "地点", "现场检查必填"),
            form.area("words", "核查情况", "查到的事实和证据；不要写举报人的任何信息", 5),
        ],
        Act::AskExtension => vec![form.area("words", "特殊情况", "为什么十五个工作日内不能查清", 4)],
        Act::DecideExtension => vec![
            form.radios(
                "way",
                "决定",
                "延长十五个工作日，只能延长一次",
                &options(&[("yes", "同意延长"), ("no", "不同意延长")]),
            ),
            form.area("words", "说明", "不同意的必填", 3),
        ],
        Act::StartTest => vec![
            form.radios(
                "way",
                "事由",
                "所需时间不计入核查期限",
                &options(&[("test", "检测、检验、检疫、鉴定"), ("identify", "权利人辨认或者鉴别")]),
            ),
            form.line("who", "机构或者权利人", ""),
            form.line("paper", "委托书或者通知书编号", "据此暂停计算核查期限"),
        ],
        _ => vec![form.area("words", "结果", "", 4)],
    }
}

fn decision(act: Act, form: &Form) -> Vec<Html> {
    let filing = &Law::in_use().reports.filing;
    let words = |label: &str, hint: &str| form.area("words", label, hint, 4);
    match act {
        Act::Propose => vec![
            form.radios("way", "意见", "", &options(&[("file", "立案"), ("not", "不予立案")])),
            form.checks("items", "立案条件", "拟立案的须四项全部符合", &grounds(&filing.conditions)),
            form.radios("ground", "不予立案的情形", "拟不予立案的必选", &grounds(&filing.not_filed)),
            words("事实、证据和依据", ""),
        ],
        Act::SendBack => vec![words("还要核查什么", "")],
        Act::File => vec![
            form.line("paper", "立案审批表编号", ""),
            form.line("who", "办案人员", "两名以上具有行政执法资格的人员，用顿号隔开"),
            words("审批意见", "可以不填"),
        ],
        Act::DoNotFile => vec![words("审批意见", "可以不填")],
        Act::Outside => vec![
            form.line("who", "有权处理的部门", ""),
            form.radios(
                "way",
                "处理方式",
                "食品安全等领域按法律规定移交并书面通知；其他的告知举报人向有权部门提出",
                &options(&[("tell", "告知举报人直接向其提出"), ("transfer", "移交并书面通知举报人")]),
            ),
            form.line("paper", "移送函编号", "移交的必填"),
            words("理由", "为什么不具备处理权限"),
        ],
        Act::NotAgain | Act::Merge => vec![
            form.line("other", "此前举报的编号", ""),
            words(if act == Act::Merge { "补充的新事实" } else { "重复的事实和此前的处理" }, ""),
            form.tick("yes", "系统没有核对出来，经人工核对确为同一举报人就同一被举报人再次举报"),
        ],
        Act::Tell => {
            let ways = options(&[("told", "已告知"), ("unreachable", "匿名举报且没有联系方式，无法告知")]);
            let own = vec![
                form.radios("way", "告知情况", "", &ways),
                words("补充内容", "写入告知内容；无法告知的写明试过哪些联系方式"),
            ];
            own.into_iter().chain(notices::fields(form, "", "告知举报人")).collect()
        }
        Act::RecordResult => vec![
            form.radios("way", "查处结果", "", &options(RESULTS)),
            form.line("paper", "决定书文号", "行政处罚的必填"),
            form.day("day", "作出日期", "不填表示今天"),
            form.line("fine", "罚款（元）", "没有不填"),
            form.line("confiscated", "没收金额（元）", "没收违法所得和没收财物的价值；没有不填"),
        ],
        _ => Vec::new(),
    }
}

fn of_reward(act: reward::Act, form: &Form) -> Vec<Html> {
    let rule = &Law::in_use().reports.reward;
    let agreement = || form.line("paper", "财政部门同意的文号", "单笔五十万元以上或者高于标准的必填");
    match act {
        reward::Act::Propose => {
            let grades = rule.grades.iter().map(|grade| {
                let words = format!(
                    "{}（{}%，不低于 {} 元）：{}",
                    grade.name, grade.percent, grade.floor, grade.text
                );
                (grade.grade.to_string(), words)
            });
            vec![
                form.radios("grade", "奖励等级", "", &grades.collect()),
                form.line("who", "属于哪一类重大违法行为", ""),
                form.area(
                    "words",
                    "认定理由",
                    "举报提供的证据，与查明事实是否相符；不要写举报人的任何信息",
                    4,
                ),
                form.tick("yes", "举报人是自然人，不是负有特定义务的人员，也不是其近亲属"),
                form.line("amount", "奖励金额（元）", "不填按标准计算；只有内部人员举报可以适当提高"),
                agreement(),
            ]
        }
        reward::Act::Approve => vec![agreement(), form.area("words", "审批意见", "可以不填", 3)],
        reward::Act::Refuse => vec![form.area("words", "理由", "", 3)],
        reward::Act::Pay => {
            vec![form.line("paper", "支付凭证编号", ""), form.day("day", "发放日期", "不填表示今天")]
        }
    }
}

fn note(lines: impl IntoIterator<Item = String>) -> Html {
    let lines: String = lines.into_iter().map(|line| format!("<p class=\"note\">{line}</p>")).collect();
    Html(lines)
}

/// What stands above the form: what is decided on, what is owed, what was found.
pub(super) fn notes(deed: Deed, asked: &Asked) -> Html {
    match deed {
        Deed::Report(Act::Tell | Act::Close) => {
            let line = |duty: &Duty| {
                let way = if duty.written { "（须书面）" } else { "" };
                let wait = if duty.waits { "（待登记查处结果）" } else { "" };
                format!("<b>{}</b>{way}{wait}：{}", escape(&duty.article), escape(&duty.text))
            };
            let along = asked.along.iter().flat_map(|(number, open)| {
                open.iter()
                    .map(move |duty| format!("并入的 <span class=\"number\">{number}</span> {}", line(duty)))
            });
            note(asked.open.iter().map(line).chain(along))
        }
        Deed::Report(Act::NotAgain | Act::Merge) => note(
            asked
                .sheet
                .lines()
                .iter()
                .map(|(what, count, which)| format!("{what}：{count} 件 {}", escape(&which.join("、")))),
        ),
        Deed::Report(Act::DecideExtension) => {
            note(asked.report.extension.iter().map(|(words, _)| format!("申请理由：{}", escape(words))))
        }
        Deed::Report(Act::File | Act::DoNotFile | Act::SendBack) => {
            note(asked.report.proposal.iter().map(|proposal| {
                let way = if proposal.way == "file" { "拟立案" } else { "拟不予立案" };
                format!("<b>{way}</b>：{}", escape(&proposal.words))
            }))
        }
        Deed::Reward(reward::Act::Approve | reward::Act::Refuse | reward::Act::Pay) => {
            note(asked.reward.iter().map(|reward| {
                let (base, sum) = (reward.base.grouped(), reward.amount.grouped());
                format!("罚没款 {base} 元，奖励 <b>{sum} 元</b>：{}", escape(&reward.words))
            }))
        }
        Deed::Reward(reward::Act::Propose) => note(
            asked.report.result.iter().map(|result| format!("罚没款合计 {} 元", result.penalty().grouped())),
        ),
        _ => Html::default(),
    }
}
