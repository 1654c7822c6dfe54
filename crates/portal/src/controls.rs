//! Controls: the fields of each question, with the hints that help on a small screen.

use matters::Kind;
use web::{Form, Html};

use crate::{answers::Petition, question::Question};

impl Petition {
    /// The fields of a question.
    pub fn fields(&self, question: Question, form: &Form) -> Vec<Html> {
        use Question as Q;
        let label = question.label();
        match question {
            Q::Goods => vec![form.select("goods", label, "", &self.options(question))],
            Q::Trader | Q::Place | Q::Brand => vec![form.line(question.code(), label, "")],
            Q::Facts => vec![form.area("facts", label, "", 9)],
            Q::Care => vec![form.area("care", label, "", 3)],
            Q::Photos => vec![form.file("files", "选择照片", "")],
            Q::Name | Q::Phone | Q::Address | Q::Agent | Q::Joint => person(question, form),
            Q::Bought | Q::When => deal(self.kind, question, form),
            Q::Demands => vec![
                form.checks("demands", label, "", &self.options(question)),
                form.area("demand_words", "具体要求", "例如：退回 68.50 元。选了“其他”的，请写明", 3),
            ],
            _ => vec![form.radios(question.code(), label, "", &self.options(question))],
        }
    }
}

/// Who: the one, the agent, the others.
fn person(question: Question, form: &Form) -> Vec<Html> {
    let label = question.label();
    match question {
        Question::Name => vec![form.input("name", label, "", "text", "autocomplete=\"name\"")],
        Question::Phone => {
            let hint = "手机号码，或者带区号的固定电话";
            vec![form.input("phone", label, hint, "tel", "autocomplete=\"tel\" inputmode=\"tel\"")]
        }
        Question::Address => {
            let hint = "例如：某某区和平路 8 号 3 单元 501";
            vec![form.input("address", label, hint, "text", "autocomplete=\"street-address\"")]
        }
        Question::Agent => vec![
            form.line("agent_name", "代理人姓名", ""),
            form.input("agent_phone", "代理人电话", "", "tel", "inputmode=\"tel\""),
            form.tick("agent_papers", "我有授权委托书原件和本人身份证明，会按要求交给承办单位"),
        ],
        _ => vec![
            form.area("others", "其他投诉人", "一行一人：姓名 空格 电话", 4),
            form.line("representative_1", "代表人一", "从投诉人中推选，姓名要和上面写的一样"),
            form.line("representative_2", "代表人二", ""),
        ],
    }
}

/// What was bought, and when.
fn deal(kind: Kind, question: Question, form: &Form) -> Vec<Html> {
    let example = "例如 2026-04-15";
    if question == Question::Bought {
        let hint = "不知道可以不填，例如 68.50";
        return vec![
            form.line("goods_name", "商品或者服务的名称", "例如：某某牌电饭锅；健身卡"),
            form.input("amount", "花了多少钱（元）", hint, "text", "inputmode=\"decimal\""),
        ];
    }
    if kind == Kind::Report {
        return vec![form.day("happened_on", "日期", example)];
    }
    vec![
        form.day("happened_on", "购买或者接受服务的日期", example),
        form.day("known_on", "您知道自己权益受损的日期", "超过三年的投诉不予受理"),
    ]
}
