//! The entries of a draft, and what may be done with them. Pure: the rules of an edition.

use jiff::civil::Date;
use kernel::Refusal;
use law::Node;

/// An entry of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// `G01.03`, `phone`.
    pub code: String,
    /// For people.
    pub name: String,
    /// Whether it is offered no more.
    pub retired: bool,
    /// Since when; set when the edition is put in force.
    pub retired_on: Option<Date>,
    /// The codes that follow it in this edition.
    pub into: Vec<String>,
}

impl From<Node> for Entry {
    fn from(node: Node) -> Self {
        let retired = node.retired_on.is_some();
        Self { code: node.code, name: node.name, retired, retired_on: node.retired_on, into: Vec::new() }
    }
}

impl Entry {
    /// The code of the entry above: empty for a root and in lists.
    pub fn parent(&self) -> &str {
        self.code.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// How deep it stands, from 0.
    pub fn depth(&self) -> usize {
        self.code.matches('.').count()
    }
}

/// How codes look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `G01.03`: a letter, two digits, two digits more for each step down.
    Tree,
    /// `phone`: small letters, digits, `_`.
    List,
}

/// Codes the program itself writes: they may be renamed, never retired.
const NEEDED: &[(&str, &[&str])] = &[
    ("channels", &["phone", "web", "station", "import"]),
    ("notice_channels", &["phone"]),
    ("problems", &[]),
];

impl Shape {
    /// The shape of a tree or list.
    pub fn of(tree: &str) -> Self {
        if matches!(tree, "goods" | "problems") { Self::Tree } else { Self::List }
    }

    fn fits(self, code: &str) -> bool {
        match self {
            Self::Tree => code.split('.').enumerate().all(|(at, part)| {
                let digits =
                    if at == 0 { part.strip_prefix(|c: char| c.is_ascii_uppercase()) } else { Some(part) };
                digits.is_some_and(|digits| digits.len() == 2 && digits.chars().all(|c| c.is_ascii_digit()))
            }),
            Self::List => {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                !code.is_empty() && code.len() <= 20 && code.chars().all(plain)
            }
        }
    }
}

fn good_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    match name.chars().count() {
        1..=40 => Ok(name.to_owned()),
        _ => Err(Refusal::new("class_name", "名称应为 1 至 40 字").at("name")),
    }
}

fn find<'a>(all: &'a mut [Entry], code: &str) -> Result<&'a mut Entry, Refusal> {
    let words = format!("没有代码为“{code}”的类别");
    all.iter_mut()
        .find(|entry| entry.code == code)
        .ok_or_else(|| Refusal::new("class_code", words).at("code"))
}

/// The first free code below `parent`.
fn free(all: &[Entry], parent: &str) -> Option<String> {
    (1..100).map(|at| format!("{parent}.{at:02}")).find(|code| !all.iter().any(|entry| entry.code == *code))
}

/// Adds an entry below `parent`; where a tree's parent is named and no code, the next free one is taken.
///
/// # Errors
/// Refusals for a code that is taken, ill-formed or without a parent, and for a bad name.
pub fn add(
    all: &mut Vec<Entry>,
    shape: Shape,
    parent: &str,
    code: &str,
    name: &str,
) -> Result<String, Refusal> {
    let refuse = |words: String| Refusal::new("class_code", words).at("code");
    let name = good_name(name)?;
    let code = match (shape, code.trim(), parent) {
        (Shape::Tree, "", "") => return Err(refuse("第一级类别请填写代码，例如 G19".to_owned())),
        (Shape::Tree, "", parent) => {
            free(all, parent).ok_or_else(|| refuse("下级代码已经用完".to_owned()))?
        }
        (_, code, _) => code.to_owned(),
    };
    if !shape.fits(&code) {
        let sample =
            if shape == Shape::Tree { "G01 或者 G01.03" } else { "小写字母、数字，例如 wechat" };
        return Err(refuse(format!("代码“{code}”的写法不对，请写成 {sample}")));
    }
    if all.iter().any(|entry| entry.code == code) {
        return Err(refuse(format!("代码“{code}”已经使用，停用的代码也不能再用")));
    }
    let entry = Entry { code: code.clone(), name, ..Entry::default() };
    if !entry.parent().is_empty() && !all.iter().any(|known| known.code == entry.parent()) {
        return Err(refuse(format!("“{code}”的上级“{}”不存在", entry.parent())));
    }
    // Behind its last sister, or behind its parent.
    let parent = entry.parent().to_owned();
    let family = |known: &Entry| {
        parent.is_empty() || known.code == parent || known.code.starts_with(&format!("{parent}."))
    };
    let at = all.iter().rposition(family).map_or(all.len(), |at| at + 1);
    all.insert(at, entry);
    Ok(code)
}

/// Gives an entry another name.
///
/// # Errors
/// Refusals for an unknown code and a bad name.
pub fn rename(all: &mut [Entry], code: &str, name: &str) -> Result<(), Refusal> {
    let name = good_name(name)?;
    find(all, code)?.name = name;
    Ok(())
}

/// Retires an entry and everything below it; `into` are the codes that follow it.
///
/// # Errors
/// Refusals for unknown codes, and when it would follow itself.
pub fn retire(all: &mut [Entry], code: &str, into: &[String]) -> Result<(), Refusal> {
    let below = format!("{code}.");
    for new in into {
        if new == code || new.starts_with(&below) {
            return Err(Refusal::new("class_into", "不能并入自己或者自己的下级").at("into"));
        }
        if find(all, new)?.retired {
            return Err(Refusal::new("class_into", format!("“{new}”已经停用，不能并入")).at("into"));
        }
    }
    find(all, code)?.into = into.to_vec();
    for entry in all.iter_mut().filter(|entry| entry.code == code || entry.code.starts_with(&below)) {
        if !entry.retired {
            (entry.retired, entry.retired_on) = (true, None);
        }
        if entry.code != code && entry.into.is_empty() {
            entry.into = into.to_vec();
        }
    }
    Ok(())
}

/// Offers a retired entry again.
///
/// # Errors
/// A refusal for an unknown code.
pub fn restore(all: &mut [Entry], code: &str) -> Result<(), Refusal> {
    let entry = find(all, code)?;
    (entry.retired, entry.retired_on) = (false, None);
    entry.into.clear();
    Ok(())
}

/// Moves an entry with everything below it under another parent: new codes there, the old ones retired and followed by them.
///
/// # Errors
/// Refusals for unknown codes and for a place below itself.
pub fn move_under(all: &mut Vec<Entry>, code: &str, parent: &str) -> Result<(), Refusal> {
    if parent == code || parent.starts_with(&format!("{code}.")) {
        return Err(Refusal::new("class_parent", "不能移到自己的下级").at("parent"));
    }
    let name = find(all, code)?.name.clone();
    if find(all, parent)?.retired {
        return Err(Refusal::new("class_parent", "上级已经停用").at("parent"));
    }
    let new = add(all, Shape::Tree, parent, "", &name)?;
    let below: Vec<Entry> =
        all.iter().filter(|entry| entry.parent() == code && !entry.retired).cloned().collect();
    for child in below {
        move_under(all, &child.code, &new)?;
    }
    let old = find(all, code)?;
    (old.retired, old.retired_on, old.into) = (true, None, vec![new]);
    Ok(())
}

/// Moves an entry with everything below it before the sister above.
///
/// # Errors
/// A refusal for an unknown code.
pub fn up(all: &mut Vec<Entry>, code: &str) -> Result<(), Refusal> {
    let parent = find(all, code)?.parent().to_owned();
    let Some(at) = all.iter().position(|entry| entry.code == code) else { return Ok(()) };
    let Some(to) = all[..at].iter().rposition(|entry| entry.parent() == parent) else { return Ok(()) };
    let below = format!("{code}.");
    let (family, rest): (Vec<Entry>, Vec<Entry>) =
        all.drain(..).partition(|entry| entry.code == code || entry.code.starts_with(&below));
    *all = rest;
    all.splice(to..to, family);
    Ok(())
}

/// What must hold before an edition is put in force: nothing of the edition before is gone, every parent is there and
/// offered, every follower is offered, the codes the program needs are there.
///
/// # Errors
/// A refusal that names the first fault.
pub fn check(tree: &str, before: &[Entry], after: &[Entry]) -> Result<(), Refusal> {
    let refuse = |words: String| Refusal::new("class_edition", words);
    let known = |code: &str| after.iter().find(|entry| entry.code == code);
    if let Some(gone) = before.iter().find(|entry| known(&entry.code).is_none()) {
        let words = format!("“{} {}”不见了；用过的类别不能删除，只能停用", gone.code, gone.name);
        return Err(refuse(words));
    }
    let shape = Shape::of(tree);
    for (at, entry) in after.iter().enumerate() {
        if !shape.fits(&entry.code) || after.iter().skip(at + 1).any(|other| other.code == entry.code) {
            return Err(refuse(format!("代码“{}”的写法不对或者重复", entry.code)));
        }
        let parent = entry.parent();
        let orphan = !parent.is_empty() && known(parent).is_none_or(|up| up.retired && !entry.retired);
        if orphan {
            return Err(refuse(format!("“{} {}”的上级“{parent}”不存在或者已经停用", entry.code, entry.name)));
        }
        if let Some(new) = entry.into.iter().find(|new| known(new).is_none_or(|entry| entry.retired)) {
            return Err(refuse(format!("“{}”要并入的“{new}”不存在或者已经停用", entry.code)));
        }
    }
    let needed = NEEDED.iter().filter(|(word, _)| *word == tree).flat_map(|(_, codes)| codes.iter());
    for code in needed {
        if known(code).is_none_or(|entry| entry.retired) {
            return Err(refuse(format!("“{code}”由系统使用，可以改名，不能停用")));
        }
    }
    if after.iter().all(|entry| entry.retired) {
        return Err(refuse("至少要保留一个可用的类别".to_owned()));
    }
    Ok(())
}

/// What an edition changes, a sentence each.
pub fn differences(before: &[Entry], after: &[Entry]) -> Vec<String> {
    let mut told = Vec::new();
    for entry in after {
        let into = if entry.into.is_empty() {
            String::new()
        } else {
            let name = |code: &String| {
                let found = after.iter().find(|entry| entry.code == *code);
                found.map_or_else(|| code.clone(), |entry| format!("{code} {}", entry.name))
            };
            format!("，并入 {}", entry.into.iter().map(name).collect::<Vec<_>>().join("、"))
        };
        let what = format!("{} {}", entry.code, entry.name);
        match before.iter().find(|old| old.code == entry.code) {
            None => told.push(format!("新增：{what}")),
            Some(old) => {
                if old.name != entry.name {
                    told.push(format!("改名：{} “{}”改为“{}”", entry.code, old.name, entry.name));
                }
                match (old.retired, entry.retired) {
                    (false, true) => told.push(format!("停用：{what}{into}")),
                    (true, false) => told.push(format!("恢复：{what}")),
                    _ => {}
                }
            }
        }
    }
    let order = |all: &[Entry]| -> Vec<String> {
        let both = |entry: &&Entry| {
            before.iter().any(|old| old.code == entry.code) && after.iter().any(|new| new.code == entry.code)
        };
        all.iter().filter(both).map(|entry| entry.code.clone()).collect()
    };
    if order(before) != order(after) {
        told.push("排列次序有变化".to_owned());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Vec<Entry> {
        let mut all = Vec::new();
        for (code, name) in [("G01", "食品"), ("G01.01", "肉"), ("G01.02", "奶"), ("G02", "药品")] {
            add(&mut all, Shape::Tree, "", code, name).unwrap();
        }
        all
    }

    fn codes(all: &[Entry]) -> Vec<&str> {
        all.iter().map(|entry| entry.code.as_str()).collect()
    }

    #[test]
    fn entries_are_added_in_their_family_and_codes_never_come_again() {
        let mut all = tree();
        assert_eq!(add(&mut all, Shape::Tree, "G01", "", "蛋").unwrap(), "G01.03");
        assert_eq!(codes(&all), ["G01", "G01.01", "G01.02", "G01.03", "G02"]);
        for (parent, code, name) in
            [("", "", "x"), ("", "G01", "x"), ("", "g03", "x"), ("", "G09.01", "x"), ("", "G03", " ")]
        {
            assert!(add(&mut all, Shape::Tree, parent, code, name).is_err(), "{code}");
        }
        assert!(add(&mut Vec::new(), Shape::List, "", "We Chat", "x").is_err());
    }

    #[test]
    fn moving_keeps_the_way_back_to_the_old_codes() {
        let mut all = tree();
        move_under(&mut all, "G01", "G02").unwrap();
        let old = all.iter().find(|entry| entry.code == "G01.02").unwrap();
        assert!(old.retired && old.into == ["G02.01.02"], "{old:?}");
        assert!(move_under(&mut all, "G02", "G02.01").is_err());
        check("goods", &tree(), &all).unwrap();
        up(&mut all, "G02").unwrap();
        assert_eq!(codes(&all)[0], "G02");
        assert!(differences(&tree(), &all).iter().any(|told| told.contains("次序")));
    }

    #[test]
    fn an_edition_that_loses_something_is_refused() {
        let before = tree();
        let mut after = tree();
        after.pop();
        assert!(check("goods", &before, &after).unwrap_err().to_string().contains("不能删除"));
        let mut after = tree();
        after[0].retired = true;
        assert!(check("goods", &before, &after).is_err(), "children of a retired parent");
        let mut after = tree();
        retire(&mut after, "G01", &["G02".to_owned()]).unwrap();
        check("goods", &before, &after).unwrap();
        assert_eq!(after[1].into, ["G02"]);
        assert!(retire(&mut after, "G02", &["G01".to_owned()]).is_err(), "into what is retired");
        assert_eq!(differences(&before, &after)[0], "停用：G01 食品，并入 G02 药品");
        let list =
            vec![Entry { code: "phone".into(), name: "电话".into(), retired: true, ..Entry::default() }];
        assert!(check("notice_channels", &[], &list).unwrap_err().to_string().contains("由系统使用"));
    }
}
