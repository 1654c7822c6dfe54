//! The lists of the law in use and of the office's words, for choices.

use law::{Law, Listed};

fn pairs(list: &[Listed]) -> Vec<(String, String)> {
    list.iter().map(|one| (one.code.clone(), one.name.clone())).collect()
}

fn tree(tree: &law::Tree) -> Vec<(String, String)> {
    tree.nodes.iter().map(|node| (node.code.clone(), tree.path(&node.code))).collect()
}

fn fixed(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $of:path;)*) => {
        $($(#[$doc])* pub fn $name() -> Vec<(String, String)> {
            <$of>::ALL.iter().map(|word| (word.code().to_owned(), word.label().to_owned())).collect()
        })*
    };
}
words! {
    /// 事项类型.
    kinds = matters::Kind;
    /// 事项阶段.
    phases = matters::Phase;
    /// 岗位.
    roles = kernel::Role;
    /// 令牌的范围.
    scopes = crate::scope::Scope;
    /// 指标按什么分.
    dimensions = insight::Dimension;
    /// 投诉信息公示办什么.
    publicity_acts = insight::publicity::Act;
    /// 不予公示的情形.
    publicity_grounds = insight::publicity::Ground;
}

/// 机构类别.
pub fn unit_kinds() -> Vec<(String, String)> {
    fixed(people::UNIT_KINDS)
}

/// 经营者类型.
pub fn trader_forms() -> Vec<(String, String)> {
    fixed(traders::FORMS)
}

/// 经营者状态.
pub fn trader_states() -> Vec<(String, String)> {
    fixed(traders::STATES)
}

/// 告知事项.
pub fn notice_kinds() -> Vec<(String, String)> {
    fixed(matters::notices::KINDS)
}

/// 关联类别.
pub fn link_kinds() -> Vec<(String, String)> {
    fixed(matters::relations::LINKS)
}

/// 举报适用的领域.
pub fn report_tags() -> Vec<(String, String)> {
    Law::in_use().reports.tags.iter().map(|tag| (tag.key.clone(), tag.name.clone())).collect()
}

fn grounds(list: &[law::Ground]) -> Vec<(String, String)> {
    list.iter().map(|ground| (ground.code.clone(), ground.text.clone())).collect()
}

/// 立案条件.
pub fn filing_conditions() -> Vec<(String, String)> {
    grounds(&Law::in_use().reports.filing.conditions)
}

/// 不予立案的情形.
pub fn not_filed() -> Vec<(String, String)> {
    grounds(&Law::in_use().reports.filing.not_filed)
}

fn answers(code: &str) -> Vec<(String, String)> {
    let questions = &Law::in_use().jurisdiction.questions;
    questions.iter().find(|question| question.code == code).map_or_else(Vec::new, |one| pairs(&one.answers))
}

/// 管辖判断：被投诉人、被举报人.
pub fn respondents() -> Vec<(String, String)> {
    answers("respondent")
}

/// 管辖判断：问题 shown.
pub fn shown() -> Vec<(String, String)> {
    answers("shown")
}

/// 管辖判断：问题 first.
pub fn first() -> Vec<(String, String)> {
    answers("first")
}

/// 管辖判断：问题 publisher.
pub fn publishers() -> Vec<(String, String)> {
    answers("publisher")
}

/// 文书.
pub fn papers() -> Vec<(String, String)> {
    papers::form::all().iter().map(|form| (form.key.clone(), form.name().to_owned())).collect()
}

/// 文书的字号.
pub fn numbered_papers() -> Vec<(String, String)> {
    let all = papers::form::all().iter().filter(|form| form.is_numbered());
    all.map(|form| (form.key.clone(), form.name().to_owned())).collect()
}

/// 文书各栏.
pub fn paper_fields() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for field in papers::form::all().iter().flat_map(|form| &form.fields) {
        if !all.iter().any(|(key, _)| *key == field.key) {
            all.push((field.key.clone(), field.label.clone()));
        }
    }
    all
}

/// 先行和解单位的类别.
pub fn body_kinds() -> Vec<(String, String)> {
    fixed(odr::body::KINDS)
}

/// 核查方式.
pub fn finding_ways() -> Vec<(String, String)> {
    fixed(reports::WAYS)
}

/// 查处结果.
pub fn report_results() -> Vec<(String, String)> {
    fixed(reports::RESULTS)
}

/// 导入文件的表头.
pub fn import_maps() -> Vec<(String, String)> {
    fixed(exchange::inbox::MAPS)
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $reader:ident($field:ident);)*) => {
        $($(#[$doc])* pub fn $name() -> Vec<(String, String)> { $reader(&Law::in_use().classification.$field) })*
    };
}
lists! {
    /// 接收方式.
    channels = pairs(channels);
    /// 诉求.
    demands = pairs(demands);
    /// 退回原因.
    return_reasons = pairs(return_reasons);
    /// 告知方式.
    notice_channels = pairs(notice_channels);
    /// 送达证明.
    proofs = pairs(proofs);
    /// 销售方式.
    sales_ways = pairs(sales_ways);
    /// 咨询主题.
    topics = pairs(topics);
    /// 商品或者服务.
    goods = tree(goods);
    /// 问题类别.
    problems = tree(problems);
}
