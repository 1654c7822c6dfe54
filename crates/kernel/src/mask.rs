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

/// A postal address: the first six characters stay (province and city), the rest is hidden.
pub fn address(full: &str) -> String {
    let shown: String = full.chars().take(6).collect();
    if full.chars().count() > 6 { format!("{shown}****") } else { "*".repeat(full.chars().count()) }
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
        assert_eq!(address("黑龙江省哈尔滨市南岗区1号"), "黑龙江省哈尔****");
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
