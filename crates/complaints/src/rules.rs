//! Rules: what the articles ask of each act. No database, no HTTP.

use jiff::{ToSpan, civil::Date};
use kernel::{Money, Refusal};
use law::{Ground, RuleSet};

/// The ground with `code` among `grounds`, with the words the officer wrote for it.
///
/// # Errors
/// Refusals for an unknown ground, or words too short to stand in a decision.
pub fn ground<'a>(grounds: &'a [Ground], code: &str, words: &str) -> Result<&'a Ground, Refusal> {
    let ground = grounds.iter().find(|ground| ground.code == code);
    let ground = ground.ok_or_else(|| Refusal::new("ground", "请选择法定情形").at("ground"))?;
    if words.trim().chars().count() < 5 {
        let sentence = format!("请写明具体理由和依据：{}", ground.ask);
        return Err(Refusal::new("ground_words", sentence).by(ground.article.clone()).at("words"));
    }
    Ok(ground)
}

/// Years after which a claim is too late: three since 2020, one before.
pub fn limitation_years(set: &RuleSet) -> i16 {
    if set.valid_from.year() >= 2020 { 3 } else { 1 }
}

/// Whether "too late" can be the ground: the day the consumer knew must be recorded and far enough back.
///
/// # Errors
/// A refusal that says what is missing or how many days are left.
pub fn is_too_late(set: &RuleSet, known_on: Option<Date>, received_on: Date) -> Result<(), Refusal> {
    let years = limitation_years(set);
    let known = known_on.ok_or_else(|| {
        Refusal::new("known_on", "以超过期限为由不予受理，须先登记投诉人知道权益受损的日期").at("ground")
    })?;
    let end = known.checked_add(i64::from(years).years()).unwrap_or(Date::MAX);
    if received_on > end {
        return Ok(());
    }
    let words = format!("自 {known} 起算，{years} 年届满日为 {end}，收到投诉时未超过，不能以此为由不予受理");
    Err(Refusal::new("not_too_late", words).at("ground"))
}

/// The ground by its number that means "too late".
pub fn means_too_late(ground: &Ground) -> bool {
    ground.text.contains("超过三年") || ground.text.contains("超过一年")
}

/// Whether "the term ran out" can be the ground for ending: its last day must be over.
///
/// # Errors
/// A refusal that names the day.
pub fn has_run_out(due: Option<Date>, today: Date) -> Result<(), Refusal> {
    match due {
        Some(due) if today <= due => {
            Err(Refusal::new("still_running", format!("调解期限到 {due} 才届满，不能以期满为由终止"))
                .at("ground"))
        }
        _ => Ok(()),
    }
}

/// Money of a settlement: what is above the loss is part of what was recovered.
///
/// # Errors
/// A refusal when the parts do not fit.
pub fn money_fits(recovered: Option<Money>, punitive: Option<Money>) -> Result<(), Refusal> {
    match (recovered, punitive) {
        (Some(recovered), Some(punitive)) if punitive > recovered => {
            Err(Refusal::new("punitive", "加倍赔偿不能大于挽回损失总额").at("punitive"))
        }
        (None, Some(punitive)) if punitive > Money::ZERO => {
            Err(Refusal::new("recovered", "请填写挽回损失总额（含加倍赔偿）").at("recovered"))
        }
        _ => Ok(()),
    }
}

/// A call-back is never made by who handled the complaint (R04).
///
/// # Errors
/// A refusal.
pub fn is_neutral<T: PartialEq>(caller: &T, handlers: &[Option<T>]) -> Result<(), Refusal> {
    if handlers.iter().flatten().any(|handler| handler == caller) {
        return Err(Refusal::new("not_neutral", "回访不能由承办人本人进行，请交给其他同事"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::Law;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn three_years_are_counted_to_the_day() {
        let set = Law::in_use().rule_set("R121").unwrap();
        let received = day("2026-11-24");
        for (known, late) in [("2023-11-23", true), ("2023-11-24", false), ("2026-11-24", false)] {
            assert_eq!(is_too_late(set, Some(day(known)), received).is_ok(), late, "{known}");
        }
        assert!(is_too_late(set, None, received).is_err());
        let old = Law::in_use().rule_set("R62").unwrap();
        assert!(is_too_late(old, Some(day("2016-01-01")), day("2017-01-02")).is_ok());
    }

    #[test]
    fn a_ground_wants_words_and_must_be_in_the_order() {
        let set = Law::in_use().rule_set("R121").unwrap();
        assert!(ground(&set.refusal_grounds, "3", "购买五百箱").is_ok());
        assert_eq!(ground(&set.refusal_grounds, "3", "无").unwrap_err().field, Some("words"));
        assert_eq!(ground(&set.refusal_grounds, "8", "具体理由若干").unwrap_err().field, Some("ground"));
        assert_eq!(set.refusal_grounds.iter().filter(|ground| means_too_late(ground)).count(), 1);
    }

    #[test]
    fn a_term_must_be_over_before_it_ends_a_mediation() {
        assert!(has_run_out(Some(day("2026-11-24")), day("2026-11-24")).is_err());
        assert!(has_run_out(Some(day("2026-11-24")), day("2026-11-25")).is_ok());
    }

    #[test]
    fn money_of_a_settlement_fits() {
        let yuan = |n| Some(Money::from_yuan(n));
        assert!(money_fits(yuan(100), yuan(75)).is_ok());
        assert!(money_fits(yuan(100), yuan(101)).is_err());
        assert!(money_fits(None, yuan(1)).is_err());
        assert!(money_fits(None, None).is_ok());
    }

    #[test]
    fn who_handled_does_not_call_back() {
        assert!(is_neutral(&1, &[Some(1), None]).is_err());
        assert!(is_neutral(&2, &[Some(1), None]).is_ok());
    }
}
