//! What is typed about a trader, checked and normalised. A code that does not pass warns and never blocks (SEC_52).

use codes::{Kind, Level};
use kernel::{Refusal, mask};

use crate::{
    letters,
    trader::{FORMS, STATES},
};

/// What is recorded of a trader.
#[derive(Clone, Debug, Default)]
pub struct NewTrader {
    /// Its name.
    pub name: String,
    /// 统一社会信用代码 or empty.
    pub credit_code: String,
    /// 15-digit 注册号 or empty.
    pub old_number: String,
    /// 9-character 组织机构代码 or empty: then it is taken from a credit code that passes its check (GB 32100-2015, 9–17).
    pub organisation_code: String,
    /// Its form; empty for `company`.
    pub form: String,
    /// Its state; empty for `open`.
    pub state: String,
    /// GB/T 4754-2017 code or empty.
    pub industry: String,
    /// GB/T 2260 code or empty.
    pub region: String,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Whom to speak to.
    pub contact: String,
    /// Where the record comes from.
    pub source: String,
    /// Whether it is demo data.
    pub demo: bool,
    /// Whether somebody held letters that look like others against the licence (SEC_51).
    pub letters_checked: bool,
}

/// The checked and normalised form of what was typed.
#[derive(Clone, Debug)]
pub(crate) struct Tidy {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) initials: String,
    pub(crate) credit: Option<String>,
    pub(crate) level: Option<&'static str>,
    pub(crate) old_number: Option<String>,
    pub(crate) organisation: Option<String>,
    pub(crate) form: String,
    pub(crate) state: String,
    pub(crate) industry: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) contact: String,
}

/// Text without blanks around it, or nothing.
pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Checks what was typed.
pub(crate) fn tidy(new: &NewTrader) -> Result<Tidy, Refusal> {
    refuse_masked(new)?;
    let name = name(&new.name, new.letters_checked, "name")?;
    let (industry, region) = (some(&new.industry), some(&new.region));
    if industry.as_deref().is_some_and(|code| codes::industry::name(code).is_none()) {
        return Err(Refusal::new("industry", "没有这个行业代码（GB/T 4754-2017），例如 F5211").at("industry"));
    }
    if region.as_deref().is_some_and(|code| codes::regions::find(code, None).is_none()) {
        return Err(Refusal::new("region", "没有这个行政区划代码，例如 230103").at("region"));
    }
    let credit = checked(Kind::CreditCode, &new.credit_code);
    let organisation = checked(Kind::OrganisationCode, &new.organisation_code).map(|checked| checked.code);
    Ok(Tidy {
        key: letters::key(&name),
        initials: letters::initials(&name),
        name,
        level: credit.as_ref().map(|checked| level(checked.level)),
        organisation: organisation.or_else(|| organisation_in(credit.as_ref()?)),
        credit: credit.map(|checked| checked.code),
        old_number: checked(Kind::BusinessNumber, &new.old_number).map(|checked| checked.code),
        form: word(&new.form, FORMS, "company", "form", "没有这个经营者类型")?,
        state: word(&new.state, STATES, "open", "state", "没有这个经营状态")?,
        industry,
        region,
        address: letters::visible(&new.address),
        phone: letters::visible(&new.phone),
        contact: letters::visible(&new.contact),
    })
}

/// A masked value is never stored over the real one (SEC_39).
fn refuse_masked(new: &NewTrader) -> Result<(), Refusal> {
    let fields = [
        ("name", &new.name),
        ("credit_code", &new.credit_code),
        ("address", &new.address),
        ("phone", &new.phone),
        ("contact", &new.contact),
    ];
    match fields.into_iter().find(|(_, value)| mask::is_masked(value)) {
        Some((field, _)) => {
            Err(Refusal::new("masked", "这里是遮盖后的内容，请重新填写完整内容或者留空").at(field))
        }
        None => Ok(()),
    }
}

/// Checks a name: there, not too long, without characters one cannot see; letters that look like others want a second look.
pub(crate) fn name(typed: &str, letters_checked: bool, field: &'static str) -> Result<String, Refusal> {
    if letters::has_hidden(typed) {
        let words = "名称中有看不见的字符，请重新输入";
        return Err(Refusal::new("trader_name_hidden", words).at(field));
    }
    let name = typed.trim();
    if letters::key(name).is_empty() {
        return Err(Refusal::new("trader_name", "请填写经营者名称").at(field));
    }
    if name.chars().count() > 120 {
        return Err(Refusal::new("trader_name_long", "名称最多 120 字").at(field));
    }
    match letters::foreign(name).filter(|_| !letters_checked) {
        Some(words) => Err(Refusal::new("trader_name_suspicious", words).at(field)),
        None => Ok(name.to_owned()),
    }
}

fn checked(kind: Kind, typed: &str) -> Option<codes::Checked> {
    Some(codes::check_as(kind, typed)).filter(|checked| !checked.code.is_empty())
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Variant => "variant",
        Level::Warning => "warning",
    }
}

/// The organisation code inside a credit code that passes its check.
pub(crate) fn organisation_in(credit: &codes::Checked) -> Option<String> {
    credit.code.get(8..17).filter(|_| credit.ok && credit.code.len() == 18).map(str::to_owned)
}

fn word(
    typed: &str,
    words: &[(&str, &str)],
    default: &str,
    field: &'static str,
    sentence: &str,
) -> Result<String, Refusal> {
    let typed = some(typed).unwrap_or_else(|| default.to_owned());
    let known = words.iter().any(|(code, _)| *code == typed);
    if known { Ok(typed) } else { Err(Refusal::new("word", sentence).at(field)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(change: impl Fn(&mut NewTrader)) -> Result<Tidy, &'static str> {
        let mut new = NewTrader { name: "好再来超市".to_owned(), ..NewTrader::default() };
        change(&mut new);
        tidy(&new).map_err(|refusal| refusal.code)
    }

    #[test]
    fn sec_52_a_wrong_code_is_stored_with_its_level_and_blanks_are_no_code() {
        let right = of(|new| new.credit_code = "９１３５０１００ m000100y43".to_owned()).unwrap();
        assert_eq!((right.credit.as_deref(), right.level), (Some("91350100M000100Y43"), Some("ok")));
        assert_eq!(right.organisation.as_deref(), Some("M000100Y4"));
        let wrong = of(|new| new.credit_code = "91350100M000100Y4Z".to_owned()).unwrap();
        assert_eq!((wrong.credit.as_deref(), wrong.level), (Some("91350100M000100Y4Z"), Some("warning")));
        assert_eq!(wrong.organisation, None);
        let none = of(|new| new.credit_code = " — ".to_owned()).unwrap();
        assert_eq!((none.credit, none.level), (None, None));
        let old = of(|new| new.old_number = "110105014191741".to_owned()).unwrap();
        assert_eq!(old.old_number.as_deref(), Some("110105014191741"));
    }

    #[test]
    fn sec_39_a_masked_value_is_never_stored() {
        assert_eq!(of(|new| new.phone = "138******78".to_owned()).unwrap_err(), "masked");
        assert_eq!(of(|new| new.address = "黑龙江省哈尔****".to_owned()).unwrap_err(), "masked");
        assert_eq!(of(|new| new.contact = "王*".to_owned()).unwrap_err(), "masked");
    }

    #[test]
    fn sec_51_letters_that_look_like_others_want_a_second_look_and_hidden_ones_are_refused() {
        assert_eq!(of(|new| new.name = "重庆Х商贸".to_owned()).unwrap_err(), "trader_name_suspicious");
        let seen = of(|new| {
            new.name = "重庆Х商贸".to_owned();
            new.letters_checked = true;
        });
        assert_eq!(seen.unwrap().key, "重庆x商贸");
        for hidden in ["好\u{200b}再来", "好\u{202e}再来", "好\u{3164}再来"] {
            let stored = of(|new| {
                new.name = hidden.to_owned();
                new.letters_checked = true;
            });
            assert_eq!(stored.unwrap_err(), "trader_name_hidden");
        }
    }

    #[test]
    fn unknown_words_are_refused() {
        assert_eq!(of(|new| new.name = "！！".to_owned()).unwrap_err(), "trader_name");
        assert_eq!(of(|new| new.state = "gone".to_owned()).unwrap_err(), "word");
        assert_eq!(of(|new| new.region = "999999".to_owned()).unwrap_err(), "region");
        assert_eq!(of(|new| new.industry = "F9999".to_owned()).unwrap_err(), "industry");
        let plain = of(|_| {}).unwrap();
        assert_eq!((plain.form.as_str(), plain.state.as_str()), ("company", "open"));
    }
}
