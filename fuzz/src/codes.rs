//! The code checker: a number that passes is the one that its standard makes of its body, whatever was typed around it.

use codes::{Checked, Kind, Level, check, check_as, industry, names, phone, regions};

use super::feed::Feed;

const CREDIT: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const KINDS: [Kind; 8] = [
    Kind::CreditCode,
    Kind::OrganisationCode,
    Kind::BusinessNumber,
    Kind::IdCard,
    Kind::FoodCirculation,
    Kind::FoodBusiness,
    Kind::FoodFiling,
    Kind::Unknown,
];

/// The first byte says what is tried on the text after it.
pub fn hold(data: &[u8]) {
    let mut feed = Feed::new(data);
    let (way, text) = (feed.below(4), feed.text());
    match way {
        0 => number(&check(&text)),
        1 => {
            let kind = KINDS[text.len() % KINDS.len()];
            number(&check_as(kind, &text));
            assert_eq!(check_as(kind, &text).kind, kind);
        }
        2 => telephone(&text),
        _ => name(&text),
    }
}

fn number(checked: &Checked) {
    assert_eq!(checked.ok, checked.level != Level::Warning, "{checked:?}");
    assert!(!checked.reason.is_empty());
    let again = check_as(checked.kind, &checked.code);
    assert_eq!(&again, checked, "what is stored is checked as it was when it was typed");
    regions::path(&checked.code, None);
    if checked.level != Level::Ok {
        return;
    }
    assert!(checked.code.is_ascii(), "{checked:?}");
    assert_eq!(encoded(checked), checked.code, "made again from its body: {checked:?}");
    if checked.kind == Kind::Unknown {
        panic!("nothing known is not by a standard: {checked:?}");
    }
    // One character changed is noticed by every one of these standards.
    let from =
        if checked.code.starts_with(['S', 'J', 'Y']) && checked.kind != Kind::CreditCode { 2 } else { 0 };
    for (at, was) in checked.code.char_indices().filter(|(at, was)| *at >= from && was.is_ascii_digit()) {
        let other = if was == '9' { '0' } else { char::from(was as u8 + 1) };
        let mut wrong = checked.code.clone();
        wrong.replace_range(at..=at, &other.to_string());
        assert_ne!(check_as(checked.kind, &wrong).level, Level::Ok, "{wrong} from {}", checked.code);
    }
}

/// The number made from its body by the standard, written once more and differently from the product.
fn encoded(checked: &Checked) -> String {
    let code = &checked.code;
    let body = &code[..code.len() - 1];
    let value = |c: char| CREDIT.find(c).expect("a character of the alphabet") as u64;
    let digit = |c: char| u64::from(c.to_digit(36).expect("a digit"));
    let last = match checked.kind {
        Kind::CreditCode => {
            let sum =
                body.chars().fold((0, 1), |(sum, weight), c| (sum + value(c) * weight, weight * 3 % 31)).0;
            CREDIT.chars().nth(((31 - sum % 31) % 31) as usize)
        }
        Kind::OrganisationCode => {
            let weights = [3, 7, 9, 10, 5, 8, 4, 2];
            let sum: u64 = body.chars().zip(weights).map(|(c, weight)| digit(c) * weight).sum();
            "0X987654321".chars().nth((sum % 11) as usize)
        }
        Kind::IdCard => {
            // ISO 7064 MOD 11-2.
            let sum = body.chars().fold(0, |sum, c| (sum + digit(c)) * 2 % 11);
            "0123456789X".chars().nth(((12 - sum) % 11) as usize)
        }
        Kind::BusinessNumber | Kind::FoodCirculation | Kind::FoodBusiness | Kind::FoodFiling => {
            // ISO 7064 MOD 11,10 (GB/T 17710).
            let digits = body.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let product = digits.chars().fold(10, |product, c| match (product + digit(c)) % 10 {
                0 => 10 * 2 % 11,
                sum => sum * 2 % 11,
            });
            char::from_digit(((11 - product) % 10) as u32, 10)
        }
        Kind::Unknown => None,
    };
    format!("{body}{}", last.expect("a check character"))
}

fn telephone(text: &str) {
    let Some(digits) = phone::normalise(text) else { return };
    assert!((5..=17).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()), "{digits}");
    assert_eq!(phone::normalise(&digits).as_ref(), Some(&digits), "compared as it was stored: {text}");
}

fn name(text: &str) {
    let folded = names::fold(text);
    assert_eq!(names::fold(&folded), folded, "{text}");
    assert!(!folded.chars().any(|c| c.is_whitespace() || c.is_control()), "{folded}");
    let initials = names::initials(text);
    assert!(initials.chars().all(|c| c.is_ascii_alphanumeric() && !c.is_ascii_uppercase()), "{initials}");
    names::suspicious(text);
    let (one, other) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let alike = names::similarity(one, other);
    assert!((0.0..=1.0).contains(&alike));
    assert!((alike - names::similarity(other, one)).abs() < 1e-9, "{one} {other}");
    if let Some(region) = regions::find(text, None) {
        assert!(regions::path(text, None).ends_with(region.name), "{text}");
    }
    if let Some(industry) = industry::name(text) {
        assert!(industry::path(text).ends_with(industry), "{text}");
    }
}
