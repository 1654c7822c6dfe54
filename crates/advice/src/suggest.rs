//! What the program would fill in for what was typed so far.

use std::collections::HashSet;

use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, TraderId};
use law::Law;
use matters::Kind;
use triage::{Contact, Personal, Pointed, Seen, personal, signs};
use web::{Form, Result};

use crate::{
    Guess, Models, Part, brand,
    models::{code_of, tree},
    repeats, rules, whom,
};

/// Fewer letters than this say nothing.
const SHORT: usize = 4;
/// A model's answer below this is not shown.
const LEAST: f32 = 0.3;
/// Entries that words speak for which are looked at beside a model.
const HEAVIEST: usize = 4;
/// Words of a reason.
const WORDS: usize = 4;
/// Letters of a text that are read: what comes after changes nothing, and a text without end costs nothing.
const HEAD: usize = 4_000;

/// What was typed at the desk so far.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Kind as chosen.
    pub kind: Option<Kind>,
    /// What happened.
    pub facts: String,
    /// What was bought.
    pub goods_name: String,
    /// Name of the trader as typed.
    pub respondent: String,
    /// Its address, and where it happened.
    pub address: String,
    /// Its telephone.
    pub respondent_phone: String,
    /// The caller's telephone.
    pub phone: String,
    /// The trader's record, when one was chosen.
    pub trader: Option<TraderId>,
    /// What the form says for a part.
    pub chosen: Vec<(Part, String)>,
}

impl Typed {
    /// What stands in the desk's form. Reads only: errors stay with whoever checks the form.
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.value(name).chars().take(HEAD).collect::<String>();
        let chosen = [
            (Part::Kind, "kind"),
            (Part::Goods, "goods"),
            (Part::Problem, "problem"),
            (Part::Brand, "brand"),
            (Part::Trader, "trader_id"),
            (Part::Unit, "assign_unit"),
            (Part::Repeat, "repeat_of"),
        ];
        Self {
            kind: Kind::from_code(form.value("kind")),
            facts: text("facts"),
            goods_name: text("goods_name"),
            respondent: text("respondent_name"),
            address: format!("{} {}", text("respondent_address"), text("place")),
            respondent_phone: text("respondent_phone"),
            phone: text("phone"),
            trader: form.value("trader_id").parse().ok(),
            chosen: chosen.map(|(part, name)| (part, form.value(name).trim().to_owned())).to_vec(),
        }
    }

    /// What the form says for `part`.
    pub fn chosen(&self, part: Part) -> &str {
        self.chosen.iter().find(|(one, _)| *one == part).map_or("", |(_, code)| code.as_str())
    }

    /// The words that tell what it is about.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.goods_name, self.facts).trim().to_owned()
    }
}

/// Everything that is suggested for what was typed.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// Suggestions in the order in which they are shown.
    pub guesses: Vec<Guess>,
    /// Signs that somebody should look at, with the words found.
    pub signs: Vec<Seen>,
    /// Numbers of persons found in the text, covered.
    pub personal: Vec<String>,
    /// What categories come from: `规则建议（未训练）`, or the versions of the models.
    pub basis: String,
    /// What is wrong with a model, a sentence each.
    pub faults: Vec<String>,
}

/// Suggestions for what was typed at the desk, within the actor's reach.
///
/// # Errors
/// A fault of the database.
pub fn advise(tx: &mut Tx, ctx: &Ctx, models: &Models, typed: &Typed) -> Result<Advice> {
    let (words, day) = (typed.words(), ctx.today());
    let mut guesses = kind(models, &typed.facts);
    guesses.extend(classes(models, Part::Goods, &words, day, 1));
    guesses.extend(classes(models, Part::Problem, &words, day, 1));
    guesses.extend(brand::brand(&words, day));
    let traders = whom::traders(tx, ctx, typed)?;
    let likely = typed.trader.or_else(|| traders.first().filter(|one| one.sure)?.code.parse().ok());
    let unit = whom::unit(tx, ctx, typed, likely)?;
    let repeats = repeats::repeats(tx, ctx, typed, likely)?;
    guesses.extend(traders.into_iter().chain(unit).chain(repeats));
    for guess in &mut guesses {
        let chosen = typed.chosen(guess.part);
        guess.taken =
            chosen == guess.code || chosen.strip_prefix(&guess.code).is_some_and(|it| it.starts_with('.'));
    }
    Ok(Advice {
        guesses,
        signs: signs(&typed.facts),
        personal: personal(&typed.facts).iter().map(covered).collect(),
        basis: models.words(),
        faults: models.faults().map(str::to_owned).collect(),
    })
}

/// `手机号码 138****5678`.
fn covered(found: &triage::Found) -> String {
    let name = match found.kind {
        Personal::Mobile => "手机号码",
        Personal::Landline => "固定电话",
        Personal::IdentityCard => "身份证号码",
        Personal::BankCard => "银行卡号",
    };
    format!("{name} {}", triage::cover(&found.digits))
}

/// `因为写了：牛奶、变质`; what a text says twice is told once.
fn because(words: &[String]) -> String {
    let mut known = HashSet::new();
    let told: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| known.insert(*word)).take(WORDS).collect();
    format!("因为写了：{}", told.join("、"))
}

pub(crate) fn guess(part: Part, code: String, name: String) -> Guess {
    let fill = vec![(part.code(), code.clone())];
    let (reason, basis) = (String::new(), "rules".to_owned());
    Guess { part, code, name, share: None, sure: false, basis, reason, fill, taken: false }
}

/// 咨询, 投诉 or 举报, by the model or by its words.
fn kind(models: &Models, text: &str) -> Vec<Guess> {
    if let Some(learned) = models.of(Part::Kind) {
        let name = |code: &str| Kind::from_code(code).map(|kind| kind.label().to_owned());
        return learned_guesses(Part::Kind, learned, text, 1, name);
    }
    let Some((found, words)) = triage::contacts(text).into_iter().next() else { return Vec::new() };
    let kind = match found {
        Contact::Complaint => Kind::Complaint,
        Contact::Report => Kind::Report,
        Contact::Question => Kind::Consultation,
    };
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    let guess = guess(Part::Kind, kind.code().to_owned(), kind.label().to_owned());
    vec![Guess { reason: because(&words), ..guess }]
}

/// At most `most` entries of the tree of `part` for a text, likeliest first. Asks nothing of the database, so the public form
/// may ask it too.
pub fn classes(models: &Models, part: Part, text: &str, day: Date, most: usize) -> Vec<Guess> {
    let law = Law::in_use();
    let Some(tree) = tree(law, part).filter(|_| text.chars().count() >= SHORT) else { return Vec::new() };
    if let Some(learned) = models.of(part) {
        let spoken = rules::speak(tree, day, text);
        let name = |code: &str| tree.offers(code, day).then(|| tree.path(code));
        let rule = by_rule(part, learned, text, &spoken).and_then(|rule| {
            let name = name(&rule.0)?;
            Some(Guess { reason: rule.1, ..guess(part, rule.0, name) })
        });
        let others = learned_guesses(part, learned, text, most, name);
        let others = others.into_iter().filter(|one| rule.as_ref().is_none_or(|rule| rule.code != one.code));
        return rule.iter().cloned().chain(others).take(most).collect();
    }
    let read = |one: rules::Spoken| {
        let name = tree.path(&one.code);
        Guess { reason: because(&one.words), ..guess(part, one.code, name) }
    };
    // one alone is said only where nothing else is as likely; of several a person chooses
    if most == 1 {
        return rules::decide(tree, day, text).map(read).into_iter().collect();
    }
    rules::speak(tree, day, text).into_iter().take(most).map(read).collect()
}

/// The entry that words decide for, where the model has learned too little of it, and why: it says that it is a rule.
fn by_rule(
    part: Part,
    learned: &crate::Learned,
    text: &str,
    spoken: &[rules::Spoken],
) -> Option<(String, String)> {
    let pointed: Vec<Pointed> = spoken
        .iter()
        .take(HEAVIEST)
        .map(|one| Pointed {
            label: learned.label_of(part, &one.code),
            name: one.code.clone(),
            words: one.words.clone(),
            weight: u32::try_from(one.weight).unwrap_or(u32::MAX),
            place: false,
        })
        .collect();
    let verdict = learned.model.classify(text);
    let rule = learned.model.ruled(&verdict, &pointed)?;
    let reason = match learned.model.samples_of(&rule.label) {
        0 => format!("规则建议（模型没有学过这一类）：{}", because(&rule.words)),
        few => format!("规则建议（模型只学过 {few} 件）：{}", because(&rule.words)),
    };
    Some((rule.name.clone(), reason))
}

fn learned_guesses(
    part: Part,
    learned: &crate::Learned,
    text: &str,
    most: usize,
    name: impl Fn(&str) -> Option<String>,
) -> Vec<Guess> {
    let verdict = learned.model.classify(text);
    let first = (verdict.label.clone(), verdict.probability);
    let others = verdict.ranked.into_iter().filter(|(label, _)| !label.starts_with(verdict.label.as_str()));
    let read = |(label, share): (String, f32)| {
        let code = code_of(part, &label).filter(|_| share >= LEAST)?;
        let reason = because(&pulls(learned, text, &label));
        let basis = learned.version.clone();
        let sure = share >= learned.model.sure;
        Some(Guess { share: Some(share), sure, basis, reason, ..guess(part, code.clone(), name(&code)?) })
    };
    std::iter::once(first).chain(others).filter_map(read).take(most).collect()
}

/// The letters that pulled most: pairs say more to a reader than single ones.
fn pulls(learned: &crate::Learned, text: &str, label: &str) -> Vec<String> {
    let reasons = learned.model.explain(text, label, 24);
    let spoke: Vec<_> =
        reasons.into_iter().filter(|reason| reason.pull > 0.0).map(|reason| reason.gram).collect();
    let (pairs, single): (Vec<_>, Vec<_>) = spoke.into_iter().partition(|gram| gram.chars().count() > 1);
    let rest: Vec<String> =
        single.into_iter().filter(|one| !pairs.iter().any(|pair: &String| pair.contains(one))).collect();
    pairs.into_iter().chain(rest).take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::because;

    #[test]
    fn a_reason_tells_each_word_once() {
        let words = ["要求退", "要求退", "退货", "花了", "要求赔", "骗"].map(str::to_owned);
        assert_eq!(because(&words), "因为写了：要求退、退货、花了、要求赔");
    }
}
