//! Categories without a trained model: the names of the tree's entries, and words that people say for them. No figure is
//! claimed for it; the page says 规则建议（未训练）.

use std::sync::OnceLock;

use jiff::civil::Date;
use law::Tree;

use crate::Part;

/// An entry of a tree that words of a text speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Its code.
    pub code: String,
    /// The words.
    pub words: Vec<String>,
}

/// Says which entry of the tree of a part the words of a text speak for, likeliest first; only what may be chosen on the day.
pub type Rules = fn(Part, &Tree, Date, &str) -> Vec<Spoken>;

static RULES: OnceLock<Rules> = OnceLock::new();

/// Registers another lexicon in the place of [`by_names`], once, when the program starts.
pub fn speak_by(rules: Rules) {
    // A second call keeps the first: tests open several offices in one process.
    RULES.get_or_init(|| rules);
}

/// What the lexicon in use says.
pub(crate) fn speak(part: Part, tree: &Tree, day: Date, text: &str) -> Vec<Spoken> {
    RULES.get().map_or(by_names as Rules, |rules| *rules)(part, tree, day, text)
}

/// Words of people for entries of the trees that ship; an entry that the bureau retired is not offered.
const WORDS: &[(&str, &str)] = &[
    ("G01.01", "猪肉 牛肉 羊肉 香肠 火腿 腊肉"),
    ("G01.02", "鸡肉 鸭肉 烤鸭 鸡蛋"),
    ("G01.03", "苹果 西瓜 草莓 榴莲 车厘子 橙子 香蕉"),
    ("G01.04", "海鲜 大闸蟹 虾 鱼肉 带鱼"),
    ("G01.05", "大米 面粉 面包 馒头 方便面 饺子"),
    ("G01.06", "青菜 菠菜 土豆 黄瓜"),
    ("G01.07", "菜籽油 花生油 大豆油"),
    ("G01.08", "酱油 食醋 味精"),
    ("G01.09", "蛋糕 月饼 糖果 饼干 巧克力"),
    ("G01.10", "牛奶 酸奶 奶酪 鲜奶"),
    ("G02.02", "婴儿奶粉 奶粉"),
    ("G03.03", "奶茶 矿泉水 果汁 咖啡"),
    ("G06", "面膜 口红 护肤 祛斑"),
    ("G07.01", "衣服 羽绒服 裤子 裙子 外套"),
    ("G07.02", "鞋子 运动鞋 皮鞋"),
    ("G08.01", "沙发 床垫 衣柜"),
    ("G09.02", "冰箱"),
    ("G09.04", "洗衣机"),
    ("G09.05", "电饭锅 热水器 吹风机 扫地机 微波炉"),
    ("G10.01", "手机 苹果手机"),
    ("G10.02", "充电宝 充电器 数据线 耳机"),
    ("G11", "电脑 笔记本电脑 平板"),
    ("G12", "黄金 金戒指 项链 手镯"),
    ("G13.01", "汽车 轿车 4s店 新车 二手车"),
    ("G13.02", "电动车 电瓶车 电动自行车"),
    ("S01.01", "饭店 餐厅 火锅 吃饭 饭馆 餐具费 开瓶费 包间"),
    ("S01.02", "外卖 骑手"),
    ("S01.03", "酒店 宾馆 民宿 房费"),
    ("S02.01", "超市 商场"),
    ("S02.02", "网购 网店 淘宝 拼多多 京东"),
    ("S02.04", "直播间 带货 主播"),
    ("S03", "停车费 停车场"),
    ("S04.01", "美容院 美容卡"),
    ("S04.02", "理发 烫发 理发店"),
    ("S05.01", "补习班 培训班 课外辅导 课时"),
    ("S06.01", "健身房 健身卡 私教"),
    ("S07", "旅行社 跟团 导游"),
    ("S08.02", "快递 包裹 驿站"),
    ("S09.02", "游戏 皮肤 游戏账号"),
    ("S09.03", "自动续费 充值 会员费"),
    ("S10", "话费 宽带 流量套餐"),
    ("S11.03", "预付卡 会员卡 储值卡 充值卡"),
    ("S13", "装修公司 装修队"),
    ("S14", "物业费"),
    ("S15", "干洗 洗衣店"),
    ("S16.02", "修车 汽修 4s店维修"),
    ("S17.02", "婚纱照 婚庆 摄影"),
    ("P01.02", "坏了 故障 不能用 死机 黑屏 漏水 鼓包 失灵"),
    ("P01.03", "以次充好 掺假"),
    ("P02.01", "变质 过期 发霉 发臭 馊 保质期"),
    ("P02.02", "异物 虫子 头发 苍蝇 蟑螂"),
    ("P02.04", "标签 生产日期 配料表"),
    ("P03.01", "三包 保修 拒绝维修"),
    ("P03.02", "退货 换货 七日无理由 不给退 不予退"),
    ("P03.03", "修不好 维修费 修了"),
    ("P04.01", "不履行 没有兑现 不发货 未发货 违约"),
    ("P04.02", "霸王条款 概不退换 最终解释权 最低消费"),
    ("P04.03", "跑路 关门 闭店 退卡 余额不退 失联"),
    ("P04.04", "定金 订金"),
    ("P05.01", "没有标价 未标价 不标价 明码标价"),
    ("P05.02", "价格欺诈 虚构原价 多收 乱收费"),
    ("P05.03", "强制收费 强制消费 餐具费 开瓶费 服务费"),
    ("P06.01", "虚假广告"),
    ("P06.02", "最好 第一 国家级"),
    ("P07.01", "虚假宣传 夸大 与宣传不符 刷单"),
    ("P08.01", "假货 仿冒 高仿 山寨"),
    ("P09.02", "泄露 个人信息 人脸识别"),
    ("P10.01", "缺斤短两 短斤少两 分量不足 少称"),
    ("P11.01", "烫伤 受伤 过敏 住院 骨折"),
    ("P14", "电梯 锅炉"),
    ("P16", "无照 没有执照 无证"),
];

/// Ends of names that say nothing by themselves.
const ENDS: &[&str] = &["用品", "产品", "制品", "服务", "商品", "工具"];

/// Words of an entry: its own name and parts of it, and what people say for it.
fn words_of<'a>(code: &str, name: &'a str) -> Vec<&'a str> {
    let parts = name.split(['及', '和', '与', '、', '（', '）']).filter(|part| part.chars().count() >= 2);
    let short = |part: &'a str| {
        let stem = ENDS.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
        if stem.chars().count() >= 2 { stem } else { part }
    };
    let said = WORDS.iter().filter(|(of, _)| *of == code).flat_map(|(_, words)| words.split(' '));
    let mut words: Vec<&str> = parts.map(short).chain(said).filter(|word| !ENDS.contains(word)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Entries whose names, or words of people for them, stand in the text: most letters first, a lower entry before its upper one.
pub(crate) fn by_names(_: Part, tree: &Tree, day: Date, text: &str) -> Vec<Spoken> {
    let text = triage::normalise(text);
    let mut found: Vec<(usize, Spoken)> = Vec::new();
    for node in tree.offered(day).filter(|node| !node.name.starts_with("其他")) {
        let words: Vec<String> = words_of(&node.code, &node.name)
            .into_iter()
            .filter(|word| text.contains(word))
            .map(str::to_owned)
            .collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        if letters > 0 {
            let deep = usize::from(node.code.contains('.'));
            found.push((letters * 2 + deep, Spoken { code: node.code.clone(), words }));
        }
    }
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().map(|(_, spoken)| spoken).collect()
}

#[cfg(test)]
mod tests {
    use law::Law;

    use super::*;

    fn first(part: Part, text: &str) -> Option<String> {
        let law = Law::in_use();
        let tree = crate::models::tree(law, part).unwrap();
        speak(part, tree, Date::constant(2026, 9, 23), text).into_iter().next().map(|one| one.code)
    }

    #[test]
    fn everyday_words_lead_to_entries_and_nothing_leads_nowhere() {
        assert_eq!(first(Part::Goods, "买的牛奶变质了").as_deref(), Some("G01.10"));
        assert_eq!(first(Part::Problem, "买的牛奶变质了").as_deref(), Some("P02.01"));
        assert_eq!(first(Part::Goods, "电動車电池鼓包").as_deref(), Some("G13.02"));
        assert_eq!(first(Part::Goods, "请问几点上班"), None);
    }

    #[test]
    fn every_word_is_of_an_entry_that_ships() {
        let law = Law::in_use();
        let known = |code: &str| {
            [Part::Goods, Part::Problem]
                .into_iter()
                .any(|part| crate::models::tree(law, part).is_some_and(|tree| tree.name(code).is_some()))
        };
        let unknown: Vec<_> = WORDS.iter().filter(|(code, _)| !known(code)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
