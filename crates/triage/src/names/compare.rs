//! A mention beside a record, part by part: what agrees, what speaks against it, and how much.

use super::{
    address::Address,
    judge::{Agreement, Evidence, Part},
    place::{Code, Nearness, nearness},
    sound::distance,
    split::{Body, Name},
};

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub text: String,
    /// The text as far as two are compared whole.
    pub letters: String,
    pub name: Name,
    pub code: String,
    pub address: Address,
    /// Another name of the trader.
    pub alias: bool,
    /// Whether officers confirmed that this name means the trader.
    pub confirmed: bool,
    pub regions: Vec<Code>,
}

impl Side {
    pub fn new(text: &str, code: &str, address: Address, name: Name) -> Side {
        let mut regions = address.regions.clone();
        let city = |code: &Code| code / 100;
        // the name's region where the address does not say it more exactly
        let fresh = name.regions.iter().filter(|code| {
            !address.regions.iter().any(|exact| match **code {
                above if above.is_multiple_of(10_000) => exact / 10_000 == above / 10_000,
                above if above.is_multiple_of(100) => city(exact) == city(&above),
                above => *exact == above,
            })
        });
        regions.extend(fresh);
        Side {
            text: text.to_owned(),
            letters: letters(text),
            name,
            code: code.trim().to_uppercase(),
            address,
            regions,
            alias: false,
            confirmed: false,
        }
    }

    /// This mention where its last letters name the branch of a record.
    pub fn with_branch(&self, branch: &str) -> Option<Side> {
        let name = self.name.branch.is_empty().then(|| self.name.with_branch(branch))??;
        Some(Side { name, ..self.clone() })
    }

    /// Whether this is a legal person, by its form or by its code (GB 32100: 92 is an individual trader's).
    pub fn body(&self) -> Body {
        match self.code.get(..2) {
            Some("92") => Body::Household,
            Some("91" | "93") => Body::Company,
            _ => self.name.body,
        }
    }
}

/// Evidence, and whether its words are wanted: what is only weighed goes without.
struct Ledger(Vec<Evidence>, bool);

impl Ledger {
    fn note(&mut self, part: Part, agreement: Agreement, weight: f32, words: (&str, &str)) {
        let own = |words: &str| if self.1 { words.to_owned() } else { String::new() };
        let (mention, record) = (own(words.0), own(words.1));
        self.0.push(Evidence { part, agreement, weight, mention, record });
    }
}

/// The sum of the weights of all evidence.
pub(crate) fn score(said: &Side, known: &Side, rarity: f32) -> f32 {
    gather(said, known, rarity, false).iter().map(|one| one.weight).sum()
}

/// Evidence of each part that both sides have.
pub(crate) fn compare(said: &Side, known: &Side, rarity: f32) -> Vec<Evidence> {
    gather(said, known, rarity, true)
}

fn gather(said: &Side, known: &Side, rarity: f32, words: bool) -> Vec<Evidence> {
    let mut ledger = Ledger(Vec::with_capacity(8), words);
    code(&mut ledger, said, known);
    brand(&mut ledger, &said.name, &known.name, rarity);
    short(&mut ledger, said, known);
    trade(&mut ledger, &said.name, &known.name);
    region(&mut ledger, said, known);
    form(&mut ledger, &said.name, &known.name);
    branch(&mut ledger, &said.name, &known.name);
    address(&mut ledger, &said.address, &known.address);
    whole(&mut ledger, said, known);
    confirmed(&mut ledger, said, known);
    ledger.0
}

/// Where the brands differ, the mention may be a short name of the record's; so many share each that it only leads to candidates.
fn short(ledger: &mut Ledger, said: &Side, known: &Side) {
    let differ = |one: &Evidence| one.part == Part::Brand && one.weight < 1.0;
    let Some(at) = ledger.0.iter().position(differ) else { return };
    let core: String = said.name.core.iter().collect();
    let own = [said.name.brand.as_str(), &core];
    let called = own.iter().filter(|own| (2..=4).contains(&own.chars().count()));
    let called: Vec<&&str> = called.collect();
    if called.is_empty() {
        return;
    }
    let shorts = known.name.shorts(&known.text);
    if called.into_iter().any(|own| shorts.iter().any(|short| short == own)) {
        ledger.0.remove(at);
        ledger.note(Part::Short, Agreement::Alike, 1.8, (&said.name.brand, &known.name.brand));
    }
}

fn confirmed(ledger: &mut Ledger, said: &Side, known: &Side) {
    if known.confirmed && said.letters == known.letters {
        ledger.note(Part::Confirmed, Agreement::Same, 1.5, (&said.text, &known.text));
    }
}

/// Letters and digits, a company's form written in one way.
fn letters(text: &str) -> String {
    let text: String = crate::normalise(text).chars().filter(|c| crate::normal::is_letter(*c)).collect();
    if text.contains("责任") { text.replace("有限责任公司", "有限公司") } else { text }
}

fn code(ledger: &mut Ledger, said: &Side, known: &Side) {
    if said.code.is_empty() || known.code.is_empty() {
        return;
    }
    let words = (said.code.as_str(), known.code.as_str());
    let same = said.code == known.code;
    let (agreement, weight) = if same { (Agreement::Same, 6.0) } else { (Agreement::Against, -6.0) };
    ledger.note(Part::Code, agreement, weight, words);
}

/// Brands as such; where the lexicon cuts the two names differently, brand and trade together.
fn brand(ledger: &mut Ledger, said: &Name, known: &Name, rarity: f32) {
    let words = (said.brand.as_str(), known.brand.as_str());
    let (one, two): (Vec<char>, Vec<char>) = (words.0.chars().collect(), words.1.chars().collect());
    let share =
        |one: &[char], two: &[char]| 1.0 - distance(one, two) / one.len().max(two.len()).max(1) as f32;
    let cut = said.trade.is_empty() != known.trade.is_empty();
    let like = share(&one, &two).max(if cut { share(&said.core, &known.core) } else { 0.0 });
    let begins = one.len() >= 2 && two.len() >= 2 && (one.starts_with(&two) || two.starts_with(&one));
    match () {
        () if one == two || continues(said, known) => {
            ledger.note(Part::Brand, Agreement::Same, 3.0 + rarity, words);
        }
        () if like >= 0.6 => {
            ledger.note(Part::Brand, Agreement::Alike, 3.0 * like - 0.2 + rarity.min(0.0), words);
        }
        () if begins => {
            let weight = if one.len().min(two.len()) >= 3 { 2.4 } else { 1.8 };
            ledger.note(Part::Brand, Agreement::Alike, weight, words);
        }
        () if like >= 0.5 => ledger.note(Part::Brand, Agreement::Alike, 0.6, words),
        () => ledger.note(Part::Brand, Agreement::Against, 3.0 * like - 2.0, words),
    }
}

/// Whether one name is the beginning of the other, brand and trade together, beyond the other's brand: 手匠窗帘 and 手匠窗帘城.
fn continues(said: &Name, known: &Name) -> bool {
    let (one, two) = (&said.core, &known.core);
    let beyond = |short: &[char], long: &Name| {
        short.len() > long.brand.chars().count() && long.core.starts_with(short)
    };
    !one.is_empty() && (one == two || beyond(one, known) || beyond(two, said))
}

fn trade(ledger: &mut Ledger, said: &Name, known: &Name) {
    let words = (said.trade.as_str(), known.trade.as_str());
    if said.core == known.core && (!words.0.is_empty() || said.core.len() >= 4) {
        // the lexicon may not know the trade: it is then the end of the brand
        let weight = if words.0.is_empty() { 0.8 } else { 1.0 };
        return ledger.note(Part::Trade, Agreement::Same, weight, words);
    }
    if said.brand != known.brand && continues(said, known) {
        return ledger.note(Part::Trade, Agreement::Alike, 0.6, words);
    }
    if words.0.is_empty() || words.1.is_empty() {
        return;
    }
    let (one, two) = (said.classes.first(), known.classes.first());
    let shared = words.0.chars().filter(|c| words.1.contains(*c)).count();
    match () {
        () if words.0 == words.1 => ledger.note(Part::Trade, Agreement::Same, 1.0, words),
        () if (one == two || one.is_none() || two.is_none())
            && (words.0.contains(words.1) || words.1.contains(words.0)) =>
        {
            ledger.note(Part::Trade, Agreement::Alike, 0.7, words);
        }
        () if one.is_some() && one == two => {
            ledger.note(Part::Trade, Agreement::Alike, if shared >= 2 { 0.3 } else { 0.1 }, words);
        }
        () if one.is_none() || two.is_none() => {
            ledger.note(Part::Trade, Agreement::Against, -0.4, words);
        }
        () => ledger.note(Part::Trade, Agreement::Against, -1.4, words),
    }
}

fn region(ledger: &mut Ledger, said: &Side, known: &Side) {
    let Some(near) = nearness(&said.regions, &known.regions) else { return };
    let codes = |side: &Side| side.regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let (one, two) = if ledger.1 { (codes(said), codes(known)) } else { Default::default() };
    let same_city = said.regions.iter().any(|a| known.regions.iter().any(|b| a / 100 == b / 100));
    let (agreement, weight) = match near {
        Some(Nearness::District) => (Agreement::Same, 1.1),
        Some(Nearness::City) => (Agreement::Same, 0.8),
        Some(Nearness::Province) => (Agreement::Alike, 0.3),
        None if same_city => (Agreement::Against, -0.9),
        None => (Agreement::Against, -1.8),
    };
    ledger.note(Part::Region, agreement, weight, (&one, &two));
}

fn form(ledger: &mut Ledger, said: &Name, known: &Name) {
    let words = (said.form.as_str(), known.form.as_str());
    if words.0.is_empty() || words.1.is_empty() {
        return;
    }
    let plain = |form: &str| form.replace("有限责任", "有限");
    let same = words.0 == words.1 || plain(words.0) == plain(words.1);
    match () {
        () if same => ledger.note(Part::Form, Agreement::Same, 0.4, words),
        () if said.body == known.body => ledger.note(Part::Form, Agreement::Alike, 0.0, words),
        // 店 is said of companies too
        () if words.0 == "店" => {}
        () => ledger.note(Part::Form, Agreement::Against, -0.6, words),
    }
}

fn branch(ledger: &mut Ledger, said: &Name, known: &Name) {
    let words = (said.branch.as_str(), known.branch.as_str());
    let (one, two): (Vec<char>, Vec<char>) = (words.0.chars().collect(), words.1.chars().collect());
    match () {
        () if one.is_empty() && two.is_empty() => {}
        () if one == two => ledger.note(Part::Branch, Agreement::Same, 0.7, words),
        () if one.is_empty() || two.is_empty() => ledger.note(Part::Branch, Agreement::Against, -0.4, words),
        () if distance(&one, &two) <= 0.34 * one.len().max(two.len()) as f32 => {
            ledger.note(Part::Branch, Agreement::Alike, 0.3, words);
        }
        () => ledger.note(Part::Branch, Agreement::Against, -1.5, words),
    }
}

fn address(ledger: &mut Ledger, said: &Address, known: &Address) {
    if said.street.is_empty() || known.street.is_empty() {
        return;
    }
    let place =
        |side: &Address| if ledger.1 { format!("{}{}", side.street, side.number) } else { String::new() };
    let (one, two) = (place(said), place(known));
    let words = (one.as_str(), two.as_str());
    let numbered = !said.number.is_empty() && !known.number.is_empty();
    let house = |number: &str| number.find('-').unwrap_or(number.len());
    let same_house = said.number[..house(&said.number)] == known.number[..house(&known.number)];
    match () {
        () if said.street != known.street => ledger.note(Part::Address, Agreement::Against, -0.7, words),
        () if numbered && said.number == known.number => {
            ledger.note(Part::Address, Agreement::Same, 2.0, words);
        }
        () if numbered && same_house => {
            ledger.note(Part::Address, Agreement::Same, 1.7, words);
        }
        () if numbered => ledger.note(Part::Address, Agreement::Alike, 0.2, words),
        () => ledger.note(Part::Address, Agreement::Same, 0.8, words),
    }
}

/// All letters of the two names are the same, a company's form written in one way.
fn whole(ledger: &mut Ledger, said: &Side, known: &Side) {
    if said.letters == known.letters && !known.alias && said.name.trade.len() + said.name.form.len() > 0 {
        ledger.note(Part::Whole, Agreement::Same, 1.0, (&said.text, &known.text));
    }
}
