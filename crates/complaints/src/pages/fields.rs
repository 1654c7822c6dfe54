//! What each act's form asks, and how it is read.

use law::{Ground, RuleSet};
use matters::notices;
use web::{Form, Html, Options};

use crate::{file::WAYS, procedure::Act};

fn options(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn grounds(list: &[Ground]) -> Options {
    list.iter().map(|ground| (ground.code.clone(), format!("（{}）{}", ground.code, ground.text))).collect()
}

/// The elements art. 10 and 11 ask for.
const MATERIAL: &[(&str, &str)] = &[
    ("投诉人姓名、电话、通讯地址", "投诉人姓名、电话、通讯地址"),
    ("身份证明材料", "身份证明材料"),
    ("被投诉人名称、地址", "被投诉人名称、地址"),
    ("具体诉求和事实依据", "具体诉求和事实依据"),
    ("授权委托书原件、受托人身份证明", "授权委托书原件、受托人身份证明"),
];

fn material(set: &RuleSet) -> Options {
    MATERIAL.iter().map(|(code, words)| ((*code).to_owned(), set.say(words).into_owned())).collect()
}

/// Acts that are proved by screenshots, recordings and receipts.
const fn is_proved_by_files(act: Act) -> bool {
    matches!(
        act,
        Act::TellAcceptance
            | Act::TellRefusal
            | Act::TellTermination
            | Act::Agree
            | Act::Perform
            | Act::StartTest
            | Act::EndTest
            | Act::RequestMaterial
    )
}

/// Steps of which the program can tell the complainant at once.
const fn is_told_by_program(act: Act) -> bool {
    matches!(act, Act::Accept | Act::Refuse | Act::Terminate | Act::RequestMaterial | Act::Mediate)
}

/// By which channel the program tells the complainant, and where to.
fn telling(act: Act, form: &Form, sends: &Options) -> [Html; 2] {
    let hint = if matches!(act, Act::RequestMaterial | Act::Mediate) {
        "选了以后，上面的告知方式和证明不用填；送达记录自动存入本件"
    } else {
        "送达记录自动存入本件，送达之日告知即告完成；不选则稍后自行告知并登记证明"
    };
    let to = "不填则用投诉人登记的电话；电子邮件必填";
    [form.select("tell", "由系统告知投诉人", hint, sends), form.line("tell_address", "发送到", to)]
}

/// The fields of `act` under `set`; `sends` are the channels by which the program sends.
pub(super) fn of(act: Act, form: &Form, set: &RuleSet, sends: &Options) -> Vec<Html> {
    let mut fields = vec![form.hidden("_version")];
    fields.extend(match act {
        Act::RequestMaterial => {
            let own = vec![
                form.checks("items", "需要补正的材料", "", &material(set)),
                form.day("day", "补正期限", ""),
            ];
            own.into_iter().chain(notices::fields(form, "", &set.say("告知投诉人"))).collect()
        }
        Act::CloseRequest => vec![
            form.radios(
                "way",
                "补正结果",
                "",
                &options(&[
                    ("given", "已补齐"),
                    ("partly", "部分补齐"),
                    ("lapsed", "逾期未补"),
                    ("refused", "拒绝提供"),
                ]),
            ),
            form.line("words", "说明", ""),
        ],
        Act::Accept => {
            let note = set.say("受理后即开始计算调解期限；还须在受理期限内告知投诉人并留存证明。");
            vec![Html(format!("<p class=\"note\">{note}</p>"))]
        }
        Act::ProposeRefusal | Act::Refuse => vec![
            form.radios("ground", "法定情形", "", &grounds(&set.refusal_grounds)),
            form.area("words", "理由和证据", "写明事实、证据和依据；告知时一并说明其他解决途径", 5),
        ],
        Act::SendBack => vec![form.area("words", "退回理由", "", 3)],
        Act::TellAcceptance | Act::TellRefusal => notices::fields(form, "", &set.say("告知投诉人")),
        Act::Mediate
        | Act::Entrust
        | Act::AskRecusal
        | Act::DecideRecusal
        | Act::StartTest
        | Act::EndTest => mediation(act, form, set),
        Act::Agree
        | Act::Perform
        | Act::SettleAtOnce
        | Act::Terminate
        | Act::TellTermination
        | Act::Withdraw => ending(act, form, set),
    });
    if is_told_by_program(act) && !sends.is_empty() {
        fields.extend(telling(act, form, sends));
    }
    if is_proved_by_files(act) {
        fields.push(form.file("files", "附件", "截图、录音、签收单等，可以不传"));
    }
    fields
}

fn mediation(act: Act, form: &Form, set: &RuleSet) -> Vec<Html> {
    match act {
        Act::Mediate => {
            let own = vec![
                form.radios("way", "调解方式", "", &options(WAYS)),
                form.input("at", "调解时间", "已经开过的填实际时间", "datetime-local", ""),
                form.line("place", "地点", "现场调解必填"),
                form.line("who", "调解人员", ""),
                form.area("words", "调解记录", "已经开过的必填", 4),
            ];
            own.into_iter().chain(notices::fields(form, "", "现场调解的事先告知")).collect()
        }
        Act::Entrust => vec![
            form.line("who", "受委托组织", "消费者协会或者依法成立的其他调解组织"),
            form.tick("yes", &set.say("投诉人同意委托调解")),
            form.tick("yes2", &set.say("被投诉人同意委托调解")),
        ],
        Act::AskRecusal => vec![form.line("who", "由哪一方申请", ""), form.area("words", "理由", "", 3)],
        Act::DecideRecusal => vec![
            form.tick("yes", "同意回避（该承办人不再看到本件，须另行分派）"),
            form.line("words", "说明", ""),
        ],
        Act::StartTest => vec![
            form.line("who", "检测、鉴定机构", ""),
            form.radios(
                "way",
                "机构由谁确定",
                "",
                &options(&[("agreed", "双方协商"), ("appointed", "协商不成，本局指定")]),
            ),
            form.line("paper", "委托书编号", "据此暂停计算调解期限"),
            form.line("sum", "费用（元）", ""),
            form.line("side", "费用由谁承担", ""),
        ],
        _ => vec![form.area("words", "检测、鉴定结论", "", 4)],
    }
}

fn ending(act: Act, form: &Form, set: &RuleSet) -> Vec<Html> {
    let money = || {
        vec![
            form.line("sum", "争议金额（元）", ""),
            form.line("recovered", "挽回损失总额（元）", "消费者实际得到的，精确到分，含加倍赔偿"),
            form.line("punitive", "其中加倍赔偿（元）", "没有不填"),
            form.tick("fraud", "经营者存在欺诈"),
            form.tick("yes", &set.say("共同投诉：被代表的投诉人均已同意（不是共同投诉的不勾）")),
        ]
    };
    match act {
        Act::Agree => {
            let own = vec![
                form.area("words", "协议内容", "", 5),
                form.radios(
                    "way",
                    "文书",
                    "现场调解达成协议的应当制作调解书，双方同意不制作的除外",
                    &options(&[("document", "制作调解书"), ("record", "双方同意不制作，做调解记录")]),
                ),
                form.day("day", "约定履行期限", ""),
            ];
            own.into_iter().chain(money()).collect()
        }
        Act::SettleAtOnce => {
            std::iter::once(form.area("words", "调解记录", "即时履行的不必制作调解书，但须做好记录", 5))
                .chain(money())
                .collect()
        }
        Act::Perform => vec![
            form.day("day", "履行日期", "不填表示今天"),
            form.area("words", "履行情况", "", 3),
            form.line("recovered", "实际挽回损失（元）", "与协议不同时填写"),
        ],
        Act::Terminate => vec![
            form.radios("ground", "法定情形", "", &grounds(&set.termination_grounds)),
            form.area("words", "具体情况", "", 4),
        ],
        Act::TellTermination => {
            let own = notices::fields(form, "", &set.say("告知投诉人"));
            own.into_iter().chain(notices::fields(form, "trader_", &set.say("告知被投诉人"))).collect()
        }
        _ => vec![form.area("words", "撤回的时间和方式", "例如：11月24日来电撤回，录音编号", 3)],
    }
}
