//! How personal data looks to people who have not asked for it with a reason (R33).

/// A person's name: the family name stays. `欧阳春华` → `欧***`.
pub fn name(full: &str) -> String {
    let mut chars = full.chars();
    match chars.next() {
        None => String::new(),
        Some(first) => {
            let rest = chars.count().max(1);
            std::iter::once(first).chain(std::iter::repeat_n('*', rest)).collect()
        }
    }
}

/// A telephone number: three digits in front, two behind. `13812345678` → `138******78`.
pub fn phone(digits: &str) -> String {
    middle(digits, 3, 2)
}

/// An identity number: three in front, two behind.
pub fn identity(number: &str) -> String {
    middle(number, 3, 2)
}

/// A postal address: province, city and district in front stay, the rest is hidden; what does not begin with one is hidden
/// whole, for a street and a lane say where somebody lives. `南岗区测试街1号` → `南岗区****`.
pub fn address(full: &str) -> String {
    let signs: Vec<char> = full.chars().collect();
    let mut shown = 0;
    while let Some(length) = region(&signs[shown..]) {
        shown += length;
    }
    let front: String = signs[..shown].iter().collect();
    if signs.is_empty() { front } else { format!("{front}****") }
}

/// How many signs of a text are the name of a province, city or district it begins with.
fn region(text: &[char]) -> Option<usize> {
    let at = text.iter().take(10).skip(2).position(|sign| "省市区县旗州".contains(*sign))? + 2;
    // 小区, 社区 and the like are where somebody lives; 市场 and 市街 are no city.
    let dwelling = "小社园厂校矿宅活景库".contains(text[at - 1]);
    let other = text.get(at + 1).is_some_and(|next| "场街路道巷".contains(*next));
    let number = text[..at].iter().any(char::is_ascii_digit);
    (!dwelling && !other && !number).then_some(at + 1)
}

/// True when a text looks like a masked value: such a text must never be stored over the real one (SEC_39).
pub fn is_masked(text: &str) -> bool {
    text.contains("**") || (text.chars().count() == 2 && text.ends_with('*'))
}

/// Whether a sign turns the direction of writing of what stands beside it (SEC_51): nobody types one, and a name with one
/// reads as another.
pub const fn turns(sign: char) -> bool {
    matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands in a text in the place of what was forgotten.
pub const FORGOTTEN: &str = "〔已清除〕";

/// The text with each of `values` struck out, and how many of them stood in it; `None` when none did. A value of one
/// character would strike out half the text and is passed over.
///
/// ```
/// let (text, count) = kernel::mask::strike("王芳说 13812345678 打不通", &["王芳".into(), "13812345678".into()]).unwrap();
/// assert_eq!((text.as_str(), count), ("〔已清除〕说 〔已清除〕 打不通", 2));
/// ```
pub fn strike(text: &str, values: &[String]) -> Option<(String, i64)> {
    let (mut left, mut count) = (text.to_owned(), 0);
    for value in values.iter().filter(|value| value.chars().count() > 1) {
        if left.contains(value.as_str()) {
            left = left.replace(value.as_str(), FORGOTTEN);
            count += 1;
        }
    }
    (count > 0).then_some((left, count))
}

fn middle(text: &str, front: usize, back: usize) -> String {
    let count = text.chars().count();
    if count <= front + back {
        return "*".repeat(count);
    }
    text.chars().enumerate().map(|(at, c)| if at < front || at >= count - back { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_the_middle() {
        assert_eq!(name("王芳"), "王*");
        assert_eq!(name("欧阳春华"), "欧***");
        assert_eq!(name("李"), "李*");
        assert_eq!(phone("13812345678"), "138******78");
        assert_eq!(phone("12315"), "*****");
        assert_eq!(address("黑龙江省哈尔滨市南岗区中山路1号"), "黑龙江省哈尔滨市南岗区****");
        assert_eq!(address("广州市天河区体育西路"), "广州市天河区****");
    }

    #[test]
    fn sec_34_an_address_without_its_city_does_not_tell_the_street() {
        assert_eq!(address("南岗区测试街1号"), "南岗区****");
        for hidden in ["桂花巷七弄1号", "桂花小区3栋", "花鸟市场后巷", "3号楼东区", "中山路", "里"]
        {
            assert_eq!(address(hidden), "****", "{hidden}");
        }
        assert_eq!(address(""), "");
    }

    #[test]
    fn knows_its_own_marks() {
        for masked in [name("王芳"), phone("13812345678"), address("黑龙江省哈尔滨市南岗区1号")]
        {
            assert!(is_masked(&masked), "{masked}");
        }
        assert!(!is_masked("王芳"));
        assert!(!is_masked("3*4平米"));
    }
}
