//! Words around numerals: what only looks like one, what is counted in what, what makes a number rough.

/// Words with numerals in them that count nothing. They are passed over from their first character on.
const IDIOMS: &[&str] = &[
    "统一",
    "一致",
    "一律",
    "一般",
    "一些",
    "一定",
    "一样",
    "一切",
    "一直",
    "一旦",
    "一并",
    "一同",
    "进一步",
    "一步",
    "一体",
    "一线",
    "一手",
    "一流",
    "一方面",
    "另一",
    "之一",
    "唯一",
    "万一",
    "单一",
    "同一",
    "不一",
    "逐一",
    "专一",
    "第一时间",
    "第一线",
    "第三方",
    "第一责任",
    "第一要务",
    "第一位的",
    "一时",
    "一边",
    "一系列",
    "一把手",
    "一站式",
    "一次性",
    "一揽子",
    "一对一",
    "一票否决",
    "一岗双责",
    "一如既往",
    "一以贯之",
    "千方百计",
    "老百姓",
    "百姓",
    "百货",
    "千家万户",
    "万家",
    "三包",
    "三无",
    "三农",
    "三方",
    "四方",
    "五金",
    "双十一",
    "十一黄金周",
    "十一假期",
    "十一期间",
    "五一",
    "十分",
    "十足",
    "八方",
    "七天无理由",
    "七日无理由",
    "二手",
    "二维码",
    "二次",
    "两法",
    "两会",
    "零售",
    "零食",
    "零部件",
    "零距离",
    "零容忍",
    "零投诉",
    "零星",
    "零差错",
    "一网通办",
    "一件事",
    "一户一档",
    "一企一策",
    "双随机",
    "一公开",
    "两个责任",
    "两节",
    "三个一",
    "五进",
    "百日行动",
    "一目了然",
    "一刀切",
    "一窗",
    "一口价",
    "一条龙",
    "一经",
    "一到",
    "一来",
    "一则",
    "一是",
    "二是",
    "三是",
    "四是",
    "五是",
    "六是",
    "七是",
    "八是",
    "其一",
    "其二",
    "其三",
    "万无一失",
    "一丝不苟",
    "一心",
    "一视同仁",
    "三令五申",
    "四品一械",
    "三品一械",
    "一窗受理",
    "一抓到底",
    "一盘棋",
    "一张网",
    "一码",
    "千伏",
    "五个一",
    "一区一策",
    "星期一",
    "星期二",
    "星期三",
    "星期四",
    "星期五",
    "星期六",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "十四五",
    "十五五",
    "第十四个五年",
    "第十五个五年",
    "二十大",
    "三中全会",
    "四中全会",
    "百分百",
    "一分为二",
    "一带",
    "万州",
    "六安",
    "三亚",
    "三明",
    "九江",
    "百色",
    "十堰",
    "四川",
    "四平",
    "三门峡",
    "双流",
    "五常",
    "千岛",
];

/// Numbers that are names (issue 6, point 3).
pub(crate) const NAMES: &[&str] =
    &["12315", "12345", "3·15", "3・15", "3•15", "3.15", "315", "12358", "12365", "12331", "96315"];

/// Units, the longer first. The word as written and the word it is compared by.
const UNITS: &[(&str, &str)] = &[
    ("个百分点", "点"),
    ("百分点", "点"),
    ("个工作日", "工作日"),
    ("工作日", "工作日"),
    ("平方米", "平方米"),
    ("个品种", "种"),
    ("人民币元", "元"),
    ("个小时", "小时"),
    ("个月", "个月"),
    ("户次", "户次"),
    ("人次", "人次"),
    ("批次", "批次"),
    ("车次", "车次"),
    ("人日", "人日"),
    ("小时", "小时"),
    ("分钟", "分钟"),
    ("公斤", "公斤"),
    ("千克", "公斤"),
    ("kg", "公斤"),
    ("吨", "吨"),
    ("克", "克"),
    ("ml", "毫升"),
    ("毫升", "毫升"),
    ("升", "升"),
    ("元", "元"),
    ("块钱", "元"),
    ("角", "角"),
    ("%", "%"),
    ("‰", "‰"),
    ("成", "成"),
    ("倍", "倍"),
    ("点", "点"),
    ("件", "件"),
    ("起", "件"),
    ("宗", "件"),
    ("例", "件"),
    ("桩", "件"),
    ("个", "个"),
    ("大", "个"),
    ("户", "户"),
    ("家", "户"),
    ("人", "人"),
    ("名", "人"),
    ("位", "位"),
    ("次", "次"),
    ("批", "批次"),
    ("份", "份"),
    ("条", "条"),
    ("项", "项"),
    ("期", "期"),
    ("篇", "篇"),
    ("台", "台"),
    ("辆", "辆"),
    ("只", "只"),
    ("瓶", "瓶"),
    ("袋", "袋"),
    ("盒", "盒"),
    ("箱", "箱"),
    ("头", "头"),
    ("套", "套"),
    ("块", "块"),
    ("张", "张"),
    ("本", "本"),
    ("册", "册"),
    ("场", "场"),
    ("种", "种"),
    ("类", "类"),
    ("单", "单"),
    ("所", "所"),
    ("处", "处"),
    ("款", "款"),
    ("支", "支"),
    ("轮", "轮"),
    ("届", "届"),
    ("级", "级"),
    ("天", "天"),
    ("日", "天"),
    ("周", "周"),
    ("年", "年"),
    ("时", "时"),
    ("分", "分"),
    ("字", "字"),
    ("页", "页"),
    ("号", "号"),
    ("间", "间"),
    ("条次", "条"),
];

/// How rough a number is told to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Just it, rounded where it is written.
    Exact,
    /// A little more: 余, 多, 超过.
    More,
    /// A little less: 近.
    Near,
    /// About: 约, 左右.
    Around,
    /// At least: 以上, 不少于.
    AtLeast,
    /// Less: 不足, 以下.
    Below,
    /// No number that can be held against anything: 数十, 十几.
    Vague,
}

const BEFORE: &[(&str, About)] = &[
    ("不少于", About::AtLeast),
    ("不低于", About::AtLeast),
    ("至少", About::AtLeast),
    ("超过", About::More),
    ("突破", About::More),
    ("超", About::More),
    ("逾", About::More),
    ("将近", About::Near),
    ("接近", About::Near),
    ("近", About::Near),
    ("大约", About::Around),
    ("约", About::Around),
    ("不足", About::Below),
    ("不到", About::Below),
    ("低于", About::Below),
    ("不超过", About::Below),
];

const AFTER: &[(&str, About)] = &[
    ("以上", About::AtLeast),
    ("左右", About::Around),
    ("上下", About::Around),
    ("以下", About::Below),
    ("以内", About::Below),
    ("多", About::More),
    ("余", About::More),
];

/// How many characters of an idiom begin at `at`.
pub(crate) fn idiom(text: &[char], at: usize) -> Option<usize> {
    if begins(text, at, "一起") {
        // 一起投诉 is a case; 一起 is together.
        let counted = text.get(at + 2).is_some_and(|next| "投举案消事纠申涉".contains(*next));
        return (!counted).then_some(2);
    }
    IDIOMS.iter().filter(|idiom| begins(text, at, idiom)).map(|idiom| idiom.chars().count()).max()
}

/// Whether `word` begins at `at`.
pub(crate) fn begins(text: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(place, c)| text.get(at + place) == Some(&c))
}

/// Whether `word` ends before `at`.
pub(crate) fn ends(text: &[char], at: usize, word: &str) -> bool {
    at.checked_sub(word.chars().count()).is_some_and(|from| begins(text, from, word))
}

/// The unit that begins at `at`: how long it is written, and the word it is compared by.
pub(crate) fn unit(text: &[char], at: usize) -> Option<(usize, &'static str)> {
    let found = UNITS.iter().find(|(word, _)| begins(text, at, word))?;
    Some((found.0.chars().count(), found.1))
}

/// The word before `at` that makes a number rough.
pub(crate) fn about_before(text: &[char], at: usize) -> Option<About> {
    // 较近, 附近, 最近 are no 近; 不超过 is no 超过.
    if ["附近", "最近", "较近", "邻近"].iter().any(|word| ends(text, at, word)) {
        return None;
    }
    if ends(text, at, "不超过") {
        return Some(About::Below);
    }
    BEFORE.iter().find(|(word, _)| ends(text, at, word)).map(|(_, about)| *about)
}

/// The word at `at` that makes a number rough, with its length.
pub(crate) fn about_after(text: &[char], at: usize) -> Option<(usize, About)> {
    let (word, about) = AFTER.iter().find(|(word, _)| begins(text, at, word))?;
    Some((word.chars().count(), *about))
}

/// Whether something told in `shown` may be a figure counted in `unit`.
pub fn unit_fits(unit: &str, shown: &str) -> bool {
    let unit = UNITS.iter().find(|(word, _)| *word == unit).map_or(unit, |(_, same)| *same);
    unit == shown
        || (shown == "个" && unit == "件")
        || (shown.is_empty() && !["%", "点", "倍"].contains(&unit))
}
