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
