//! First editions of the trees and lists the bureau edits (regulations §5.1, §5.2). Codes are ours and stable; the
//! official code tables are not public in full.

use jiff::civil::Date;
use serde::Deserialize;

/// An entry of a flat list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Stored word.
    pub code: String,
    /// For people.
    pub name: String,
    /// First day on which it is offered no more; what carries it stays readable.
    #[serde(default)]
    pub retired_on: Option<Date>,
}

/// A node of a tree; its code begins with its parent's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Node {
    /// `G01`, `G01.03`, …
    pub code: String,
    /// For people.
    pub name: String,
    /// First day on which it is offered no more; what carries it stays readable.
    #[serde(default)]
    pub retired_on: Option<Date>,
}

/// A tree as a list in reading order.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Tree {
    /// Edition, from 1.
    pub edition: u32,
    /// The nodes, parents before children.
    pub nodes: Vec<Node>,
}

/// Trees and lists.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Classification {
    /// 客体: goods (`G…`) and services (`S…`).
    pub goods: Tree,
    /// 问题.
    pub problems: Tree,
    /// 诉求.
    pub demands: Vec<Listed>,
    /// 接收方式.
    pub channels: Vec<Listed>,
    /// 退回原因 (regulations §5.1).
    pub return_reasons: Vec<Listed>,
    /// Ways of giving a notice.
    pub notice_channels: Vec<Listed>,
    /// Kinds of delivery proof.
    pub proofs: Vec<Listed>,
    /// 销售方式.
    pub sales_ways: Vec<Listed>,
    /// Topics of consultations.
    pub topics: Vec<Listed>,
}

impl Tree {
    /// The name of `code`.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.nodes.iter().find(|node| node.code == code).map(|node| node.name.as_str())
    }

    /// The names from the root down to `code`: `食品 / 乳制品`.
    pub fn path(&self, code: &str) -> String {
        let names: Vec<_> =
            self.nodes.iter().filter(|node| covers(&node.code, code)).map(|n| n.name.as_str()).collect();
        names.join(" / ")
    }

    /// The nodes that may be chosen on `day`, in reading order.
    pub fn offered(&self, day: Date) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.retired_on.is_none_or(|gone| day < gone))
    }

    /// Whether `code` may be chosen on `day`.
    pub fn offers(&self, code: &str, day: Date) -> bool {
        self.offered(day).any(|node| node.code == code)
    }

    /// The uppermost ancestor of `code`.
    pub fn root<'a>(&self, code: &'a str) -> &'a str {
        code.split_once('.').map_or(code, |(root, _)| root)
    }
}

/// Whether `code` is `ancestor` or below it.
fn covers(ancestor: &str, code: &str) -> bool {
    code.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Listed {
    /// (code, name) of what is offered at present, for a choice.
    pub fn choices(list: &[Self]) -> Vec<(String, String)> {
        let offered = list.iter().filter(|listed| listed.retired_on.is_none());
        offered.map(|listed| (listed.code.clone(), listed.name.clone())).collect()
    }

    /// The entries of `list` that may be chosen on `day`.
    pub fn offered(list: &[Self], day: Date) -> impl Iterator<Item = &Self> {
        list.iter().filter(move |listed| listed.retired_on.is_none_or(|gone| day < gone))
    }

    /// The name of `code` in `list`; the code itself when it is not there.
    pub fn name<'a>(list: &'a [Self], code: &'a str) -> &'a str {
        list.iter().find(|listed| listed.code == code).map_or(code, |listed| &listed.name)
    }
}
