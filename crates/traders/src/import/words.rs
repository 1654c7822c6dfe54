//! How other systems head their columns and what they write in them.

use std::{collections::BTreeMap, sync::LazyLock};

use codes::names;

/// Our field and the headers that mean it.
const HEADERS: &[(&str, &[&str])] = &[
    ("名称", &["名称", "经营者名称", "企业名称", "字号名称", "主体名称", "单位名称"]),
    ("统一社会信用代码", &["统一社会信用代码", "信用代码", "社会信用代码"]),
    ("注册号", &["注册号", "工商注册号", "营业执照号"]),
    ("组织机构代码", &["组织机构代码", "机构代码"]),
    ("住所", &["住所", "注册地址", "注册住所"]),
    ("经营场所", &["经营场所", "经营地址", "地址"]),
    ("行业", &["行业", "行业代码", "行业类别"]),
    ("区划", &["区划", "行政区划", "行政区划代码"]),
    ("电话", &["电话", "联系电话", "手机"]),
    ("联系人", &["联系人", "负责人", "经营者姓名"]),
    ("状态", &["状态", "经营状态", "登记状态"]),
    ("类型", &["类型", "主体类型", "经营者类型"]),
];

const STATES: &[(&str, &[&str])] = &[
    ("open", &["在业", "存续", "开业", "正常", "在营", "在营（开业）"]),
    ("closed", &["注销", "歇业", "歇业注销", "停业", "迁出"]),
    ("revoked", &["吊销", "吊销未注销", "吊销已注销", "吊销，未注销"]),
    ("unlicensed", &["无照", "无证无照"]),
    ("unknown", &["", "待核实", "未知"]),
];

/// The cell of a field, trimmed; empty when no column of the table means it.
pub(super) fn cell(row: &BTreeMap<String, String>, field: &str) -> String {
    let names = HEADERS.iter().find(|(known, _)| *known == field).map_or(&[][..], |(_, names)| names);
    let mean = |header: &str| names.iter().any(|name| names::fold(name) == names::fold(header));
    // The header of the field's own name goes before others that mean the same.
    let own = row.get(field).filter(|cell| !cell.trim().is_empty());
    let others = || row.iter().find(|(header, cell)| mean(header) && !cell.trim().is_empty());
    own.or_else(|| others().map(|(_, cell)| cell)).map_or_else(String::new, |cell| cell.trim().to_owned())
}

/// Our word of a state.
pub(super) fn state(cell: &str) -> Option<&'static str> {
    let key = names::fold(cell);
    let known = STATES.iter().find(|(_, words)| words.iter().any(|word| names::fold(word) == key));
    known.map(|(code, _)| *code)
}

/// Our word of a form, from its column or the name.
pub(super) fn form(cell: &str, name: &str) -> &'static str {
    let says = |word: &str| cell.contains(word) || name.contains(word);
    match () {
        () if cell.contains("平台") => "platform",
        () if says("个体") => "household",
        () if cell.is_empty() || cell.contains("企业") || says("公司") || says("合作社") => "company",
        () => "other",
    }
}

static INDUSTRIES: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let mut found = BTreeMap::new();
    let mut open = vec![""];
    while let Some(parent) = open.pop() {
        for (code, name) in codes::industry::children(parent) {
            found.entry(names::fold(name)).or_insert(code);
            open.push(code);
        }
    }
    found
});

/// The code of an industry, given by code or by name; empty for an empty cell.
pub(super) fn industry(cell: &str) -> Option<String> {
    if cell.is_empty() {
        return Some(String::new());
    }
    let code = cell.to_uppercase();
    let known = codes::industry::name(&code).map(|_| code);
    known.or_else(|| INDUSTRIES.get(&names::fold(cell)).map(|code| (*code).to_owned()))
}

static REGIONS: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let mut found = BTreeMap::new();
    for province in codes::regions::children("") {
        let cities = codes::regions::children(province.code);
        // Districts right below a municipality or a province have a step between that is no place: 01, 02, 90.
        let steps = ["01", "02", "90"].map(|step| format!("{:.2}{step}00", province.code));
        let codes = cities.iter().map(|city| city.code.to_owned()).chain(steps);
        let districts: Vec<_> = codes.flat_map(|code| codes::regions::children(&code)).collect();
        for region in std::iter::once(province).chain(cities).chain(districts) {
            found.insert(path(region.code), region.code);
        }
    }
    found
});

/// The names down to a region in one word, without the steps nobody writes: 北京市朝阳区.
fn path(code: &str) -> String {
    codes::regions::path(code, None).replace("市辖区", "").replace(' ', "")
}

/// The code of a region, given by its six digits or by its full name; empty for an empty cell.
pub(super) fn region(cell: &str) -> Option<String> {
    if cell.is_empty() {
        return Some(String::new());
    }
    let known = codes::regions::find(cell, None).map(|region| region.code);
    known.or_else(|| REGIONS.get(&cell.replace(' ', "")).copied()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_what_they_are_called() {
        let row = [("企业名称", "甲"), ("状态 ", "存续"), ("地址", "一号"), ("别的", "乙")];
        let row = row.map(|(header, cell)| (header.to_owned(), cell.to_owned())).into();
        assert_eq!((cell(&row, "名称"), cell(&row, "经营场所")), ("甲".to_owned(), "一号".to_owned()));
        assert_eq!((cell(&row, "状态"), cell(&row, "电话")), ("存续".to_owned(), String::new()));
    }

    #[test]
    fn words_of_other_systems_become_ours() {
        assert_eq!(
            (state("存续"), state("吊销，未注销"), state("飞了")),
            (Some("open"), Some("revoked"), None)
        );
        assert_eq!(industry("f5211").as_deref(), Some("F5211"));
        assert_eq!(industry("批发和零售业").as_deref(), Some("F"));
        assert_eq!(industry("炼丹"), None);
        assert_eq!(region("230103").as_deref(), Some("230103"));
        assert_eq!(region("黑龙江省哈尔滨市南岗区").as_deref(), Some("230103"));
        assert_eq!(region("北京市朝阳区").as_deref(), Some("110105"));
        assert_eq!((region("").as_deref(), region("某地")), (Some(""), None));
        assert_eq!((form("", "甲（个体工商户）"), form("有限责任公司", "甲")), ("household", "company"));
    }
}
