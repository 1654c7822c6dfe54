//! What a word does in its sentence: what was bought weighs more than what stood beside it.

use crate::lexicon::ENDS;

/// Before a word: what follows is what it is about.
const OBJECT: &[&str] = &[
    "买", "购", "订了", "订的", "预订", "预定", "定了", "定的", "定做", "定制", "充", "办了", "办的", "办理",
    "叫了", "叫的", "点了", "点的", "下单", "团购", "拼", "报了", "报名", "卖", "售", "送去", "送来", "寄",
    "修", "租了", "换了", "装了", "用的", "选了", "加盟", "收到", "开了", "开在", "一家",
];

/// Right before a word: it is something else.
const BESIDE: &[&str] =
    &["旁边", "旁", "隔壁", "对面", "附近", "像", "比", "当", "如同", "旁边的", "隔壁的", "对面的", "附近的"];

/// Right after a word: it is a place on the way.
const PLACES: &[&str] =
    &["旁", "隔壁", "对面", "附近", "门口", "后院", "楼上", "边上", "上班", "打工", "当兵"];

/// Before a word, not far: a gift, a part, what was harmed.
const GIVEN: &[&str] = &["还送", "送了", "附送", "赠", "送一", "送个", "送的", "搭了", "把", "连"];

/// What stands within so many letters of the beginning is said first.
const EARLY: usize = 16;

/// Letters of a clause that are looked at before a word.
const NEAR: usize = 12;

fn tail(text: &str, letters: usize) -> &str {
    let start = text.char_indices().rev().nth(letters.saturating_sub(1)).map_or(0, |(at, _)| at);
    &text[start..]
}

/// What a word does where it stands.
pub(crate) struct Role {
    /// How much more or less it says.
    pub factor: f32,
    /// Whether the text names it as what it is about: bought, or said first.
    pub is_named: bool,
}

/// What the word from `at` to `end` does.
pub(crate) fn of(text: &str, at: usize, end: usize) -> Role {
    let before = text[..at].rsplit(ENDS).next().unwrap_or_default();
    let after = text[end..].split(ENDS).next().unwrap_or_default();
    let near = tail(before, NEAR);
    let early = text[..at].chars().take(EARLY).count();
    let object = OBJECT.iter().any(|verb| near.contains(verb))
        || ["买", "是买", "是在"].iter().any(|verb| after.starts_with(verb));
    let beside =
        BESIDE.iter().any(|word| before.ends_with(word)) || PLACES.iter().any(|word| after.starts_with(word));
    let given = GIVEN.iter().any(|word| tail(before, 5).contains(word));
    let role = match (beside, given, object) {
        (true, ..) => 0.2,
        (_, true, _) => 0.4,
        (.., true) => 1.6,
        _ => 1.0,
    };
    let factor = if early < EARLY { role * 1.25 } else { role };
    Role { factor, is_named: object || early < 4 }
}
