//! One check for every number: its kind by shape, its digit by standard, three levels of trust.

use jiff::civil::Date;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::{digits, regions, settled::settled};

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 统一社会信用代码, 18 characters (GB 32100-2015).
    CreditCode,
    /// 组织机构代码, 9 characters (GB 11714).
    OrganisationCode,
    /// 工商注册号, 15 digits.
    BusinessNumber,
    /// 居民身份证, 18 characters (GB 11643-1999), or the old 15 digits.
    IdCard,
    /// 食品流通许可证 SP + 16 digits.
    FoodCirculation,
    /// 食品经营许可证 JY + 14 digits (令第78号 第二十七条).
    FoodBusiness,
    /// 仅销售预包装食品备案 YB + 14 digits (令第78号 第四十五条).
    FoodFiling,
    /// Nothing known.
    Unknown,
}

/// How far a number may be trusted. Nothing is ever refused for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// By the standard.
    Ok,
    /// A known variant met on real certificates.
    Variant,
    /// Neither; ask again, record with a reason.
    Warning,
}

/// The outcome of a check. Serialises to the answer of `xiaobao codes check --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The number as it is stored: half width, capitals, without blanks.
    pub code: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is `Ok` or `Variant`.
    pub ok: bool,
    /// How far it may be trusted.
    pub level: Level,
    /// Why, in Chinese.
    pub reason: String,
}

impl Kind {
    /// The Chinese name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CreditCode => "统一社会信用代码",
            Self::OrganisationCode => "组织机构代码",
            Self::BusinessNumber => "工商注册号",
            Self::IdCard => "居民身份证号",
            Self::FoodCirculation => "食品流通许可证号",
            Self::FoodBusiness => "食品经营许可证号",
            Self::FoodFiling => "食品经营备案号",
            Self::Unknown => "未知编号",
        }
    }
}

/// Half width, capitals, no blanks, hyphens or brackets.
fn tidy(input: &str) -> String {
    settled(input, |text| text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect())
}

/// Checks a number whose kind is told by its shape.
pub fn check(input: &str) -> Checked {
    let code = tidy(input);
    let kind = kind_of(&code);
    judge(code, kind)
}

/// Checks a number that is meant to be of `kind`: an 18-digit number can be a credit code or an ID card.
pub fn check_as(kind: Kind, input: &str) -> Checked {
    judge(tidy(input), kind)
}

fn kind_of(code: &str) -> Kind {
    let digits = code.chars().all(|c| c.is_ascii_digit());
    let tail_is_digits = code.get(2..).is_some_and(|tail| tail.chars().all(|c| c.is_ascii_digit()));
    match (code.chars().count(), code.get(..2)) {
        (18, Some("SP")) if tail_is_digits => Kind::FoodCirculation,
        (16, Some("JY")) if tail_is_digits => Kind::FoodBusiness,
        (16, Some("YB")) if tail_is_digits => Kind::FoodFiling,
        (18, _) if looks_like_id_card(code) => Kind::IdCard,
        (18, _) => Kind::CreditCode,
        (15, _) if digits => Kind::BusinessNumber,
        (9, _) => Kind::OrganisationCode,
        _ => Kind::Unknown,
    }
}

/// An 18-character number is an ID card when it holds a birth date and its own digit fits better than a credit code's.
fn looks_like_id_card(code: &str) -> bool {
    let shape = code.char_indices().all(|(at, c)| c.is_ascii_digit() || (at == 17 && c == 'X'));
    let credit_fits = digits::credit(code) == code.chars().last() && code.starts_with('9');
    shape && birth_date(code, 6, 4).is_some() && !credit_fits
}

fn birth_date(code: &str, at: usize, year_digits: usize) -> Option<Date> {
    let year: i16 = code.get(at..at + year_digits)?.parse().ok()?;
    let year = if year_digits == 2 { 1900 + year } else { year };
    let month = code.get(at + year_digits..at + year_digits + 2)?.parse().ok()?;
    let day = code.get(at + year_digits + 2..at + year_digits + 4)?.parse().ok()?;
    (1880..=2100).contains(&year).then(|| Date::new(year, month, day).ok()).flatten()
}

fn judge(code: String, kind: Kind) -> Checked {
    let (level, reason) = match kind {
        Kind::CreditCode => credit(&code),
        Kind::OrganisationCode => organisation(&code),
        Kind::BusinessNumber => licence(&code, &code, 15),
        Kind::IdCard => id_card(&code),
        Kind::FoodCirculation => licence(&code, code.strip_prefix("SP").unwrap_or(&code), 16),
        Kind::FoodBusiness => licence(&code, code.strip_prefix("JY").unwrap_or(&code), 14),
        Kind::FoodFiling => licence(&code, code.strip_prefix("YB").unwrap_or(&code), 14),
        Kind::Unknown => (Level::Warning, format!("不是已知的编号格式（{} 位）", code.chars().count())),
    };
    Checked { ok: level != Level::Warning, code, kind, level, reason }
}

fn warning(reason: String) -> (Level, String) {
    (Level::Warning, reason)
}

fn ok(reason: String) -> (Level, String) {
    (Level::Ok, reason)
}

fn last(code: &str) -> char {
    code.chars().last().unwrap_or(' ')
}

fn credit(code: &str) -> (Level, String) {
    let count = code.chars().count();
    if count != 18 {
        return warning(format!("统一社会信用代码应为 18 位，现为 {count} 位"));
    }
    let stranger =
        code.chars().position(|c| !digits::CREDIT_ALPHABET.contains(&u8::try_from(c).unwrap_or(0)));
    if let Some(at) = stranger {
        let found = code.chars().nth(at).unwrap_or(' ');
        let likely = match found {
            'I' => "，可能是数字 1",
            'O' => "，可能是数字 0",
            'S' => "，可能是数字 5",
            'Z' => "，可能是数字 2",
            'V' => "，可能是字母 U",
            _ => "",
        };
        return warning(format!("第 {} 位“{found}”不是代码允许的字符{likely}", at + 1));
    }
    match digits::credit(code) {
        Some(wanted) if wanted == last(code) => ok("校验位正确（GB 32100-2015）".to_owned()),
        Some(wanted) => warning(format!("校验位应为 {wanted}，现为 {}，请与执照核对", last(code))),
        None => warning("代码含有无法识别的字符".to_owned()),
    }
}

fn organisation(code: &str) -> (Level, String) {
    if code.len() != 9 || !code.is_ascii() {
        return warning(format!("组织机构代码应为 9 位，现为 {} 位", code.chars().count()));
    }
    match digits::organisation(code) {
        Some(wanted) if wanted == last(code) => ok("校验位正确（GB 11714）".to_owned()),
        Some(_) if code.chars().take(8).any(|c| c.is_ascii_alphabetic()) => {
            (Level::Variant, "2015 年后含字母的代码可能不按 GB 11714 校验，请与证书核对".to_owned())
        }
        Some(wanted) => warning(format!("校验位应为 {wanted}，现为 {}，请与证书核对", last(code))),
        None => warning("代码含有无法识别的字符".to_owned()),
    }
}

fn id_card(code: &str) -> (Level, String) {
    if code.len() == 15 && code.chars().all(|c| c.is_ascii_digit()) {
        return match birth_date(code, 6, 2) {
            Some(_) => (Level::Variant, "15 位旧号，无校验位，请核对是否已换发 18 位号码".to_owned()),
            None => warning("15 位旧号中的出生日期不存在".to_owned()),
        };
    }
    if code.len() != 18 || !code.is_ascii() {
        return warning(format!("居民身份证号应为 18 位，现为 {} 位", code.chars().count()));
    }
    if birth_date(code, 6, 4).is_none() {
        return warning("第 7 至 14 位不是有效的出生日期".to_owned());
    }
    match digits::id_card(code) {
        Some(wanted) if wanted != last(code) => warning(format!("校验位应为 {wanted}，现为 {}", last(code))),
        Some(_) => ok("校验位正确（GB 11643-1999）".to_owned()),
        None => warning("前 17 位应全为数字".to_owned()),
    }
}

fn licence(code: &str, number: &str, length: usize) -> (Level, String) {
    if number.len() != length || !number.chars().all(|c| c.is_ascii_digit()) {
        return warning(format!(
            "应为{} {length} 位数字",
            code.get(..code.len() - number.len()).unwrap_or_default()
        ));
    }
    let region = number.get(..6).filter(|_| length != 14).or_else(|| number.get(1..7));
    let place = region
        .and_then(|code| regions::find(code, None))
        .map_or_else(String::new, |region| format!("，{}", region.name));
    match digits::mod_11_10(number) {
        Some((wanted, _)) if wanted == last(number) => ok(format!("校验位正确（GB/T 17710）{place}")),
        Some((_, variant)) if variant == last(number) => {
            (Level::Variant, format!("校验位为已知的发证系统变体算法，可以登记{place}"))
        }
        Some((wanted, _)) => warning(format!("校验位应为 {wanted}，现为 {}，请与证书核对", last(number))),
        None => warning("编号含有无法识别的字符".to_owned()),
    }
}
