//! Which candidate is meant, if any. A link without a person needs a score, a distance to the next, nothing against it, and for a
//! brand something more than the brand.

use super::{
    compare::{Side, compare, score},
    split::Body,
};

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// 统一社会信用代码
    Code,
    /// 字号
    Brand,
    /// 行业
    Trade,
    /// 行政区划, of the name or the address
    Region,
    /// 组织形式
    Form,
    /// 分支机构、门店
    Branch,
    /// 街路、门牌
    Address,
    /// 名称全称
    Whole,
    /// 简称: built from the grammar of the record's name
    Short,
    /// 此前确认: officers said before that this name means the trader
    Confirmed,
}

impl Part {
    /// Its name for an officer.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Part::Code => "统一社会信用代码",
            Part::Brand => "字号",
            Part::Trade => "行业",
            Part::Region => "行政区划",
            Part::Form => "组织形式",
            Part::Branch => "分店",
            Part::Address => "地址",
            Part::Whole => "名称全称",
            Part::Short => "简称",
            Part::Confirmed => "此前确认",
        }
    }
}

/// How a part of two names goes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// 一致
    Same,
    /// 相近: a letter that sounds or looks alike, a shorter word
    Alike,
    /// 不一致
    Against,
}

impl Agreement {
    /// Its name for an officer.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Agreement::Same => "一致",
            Agreement::Alike => "相近",
            Agreement::Against => "不一致",
        }
    }
}

/// One reason for or against a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was compared.
    pub part: Part,
    /// How it goes together.
    pub agreement: Agreement,
    /// What it adds to the score.
    pub weight: f32,
    /// The words of the mention.
    pub mention: String,
    /// The words of the record.
    pub record: String,
}

/// A trader that may be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its place in the register, from nought.
    pub at: usize,
    /// The sum of the weights.
    pub score: f32,
    /// Why.
    pub evidence: Vec<Evidence>,
    pub(crate) body: Body,
}

impl Candidate {
    fn has(&self, part: Part, agreements: &[Agreement]) -> bool {
        self.evidence.iter().any(|one| one.part == part && agreements.contains(&one.agreement))
    }
}

/// From when on a link is made without a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The least score.
    pub threshold: f32,
    /// The least distance to the next candidate.
    pub margin: f32,
}

impl Default for Rule {
    fn default() -> Rule {
        Rule { threshold: 4.2, margin: 0.4 }
    }
}

/// Why nobody was linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// No trader of the register resembles the name.
    Nobody,
    /// Too little agrees.
    Weak,
    /// Two traders fit nearly alike.
    Close,
    /// Something speaks against it.
    Against,
    /// Nothing but the brand, or the brand and a trade: no place, no code, not the whole name.
    BrandAlone,
}

impl Held {
    /// In words for an officer.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Held::Nobody => "登记库中没有相近的名称",
            Held::Weak => "相符之处太少",
            Held::Close => "有两户以上都相近",
            Held::Against => "有不一致之处",
            Held::BrandAlone => "只有字号相符，没有地址、区划或者信用代码佐证",
        }
    }
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// The place in the register of the one that may be linked without asking; none otherwise (NIL).
    pub link: Option<usize>,
    /// Why there is none.
    pub held: Option<Held>,
}

/// The best of a record's names and of the readings of the mention; `rarity` is added where the brand is the same.
pub(crate) fn candidate<'a>(at: usize, said: &'a [Side], names: &'a [Side], rarity: f32) -> Candidate {
    let branched = |said: &Side, known: &Side| said.with_branch(&known.name.branch);
    // only the words of the best are wanted
    let weigh = |(said, known): (&'a Side, &'a Side)| {
        let other = branched(said, known);
        (score(other.as_ref().unwrap_or(said), known, rarity), said, known)
    };
    let of = |(_, said, known): (f32, &Side, &Side)| {
        let other = branched(said, known);
        let evidence = compare(other.as_ref().unwrap_or(said), known, rarity);
        let score = evidence.iter().map(|one| one.weight).sum();
        Candidate { at, score, evidence, body: known.body() }
    };
    let pairs = said.iter().flat_map(|said| names.iter().map(move |known| (said, known)));
    let best = match (said, names) {
        ([said], [known]) => Some((f32::NAN, said, known)),
        _ => pairs.map(weigh).max_by(|a, b| a.0.total_cmp(&b.0)),
    };
    best.map(of).unwrap_or(Candidate { at, score: f32::MIN, evidence: Vec::new(), body: Body::Unsaid })
}

pub(crate) fn judge(mut candidates: Vec<Candidate>, rule: &Rule) -> Resolution {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.at.cmp(&b.at)));
    let held = held(&candidates, rule);
    let link = candidates.first().filter(|_| held.is_none()).map(|first| first.at);
    Resolution { candidates, link, held }
}

fn held(candidates: &[Candidate], rule: &Rule) -> Option<Held> {
    let Some(first) = candidates.first() else { return Some(Held::Nobody) };
    let next = candidates.get(1).map_or(f32::MIN, |next| next.score);
    let (any, same) = ([Agreement::Same, Agreement::Alike], [Agreement::Same]);
    let code = first.has(Part::Code, &same);
    let against = |part| first.has(part, &[Agreement::Against]);
    let place = first.has(Part::Region, &same) || first.has(Part::Address, &same);
    let more = first.has(Part::Trade, &any) || first.has(Part::Address, &same);
    // officers who looked into it said whom the name means: as good as a place, and like one nothing without more than the brand
    let place = place || first.has(Part::Confirmed, &same);
    // a legal person is never linked by its brand, and without its whole name not without a place; whether a name without a form is
    // one nobody knows, so it counts as one
    let enough = match first.body {
        Body::Household => place || more,
        Body::Company | Body::Unsaid => place && more,
    };
    match () {
        () if first.score < rule.threshold => Some(Held::Weak),
        () if first.score - next < rule.margin => Some(Held::Close),
        () if against(Part::Code) || against(Part::Brand) => Some(Held::Against),
        () if against(Part::Region) => Some(Held::Against),
        () if code => None,
        () if !enough && !first.has(Part::Whole, &same) => Some(Held::BrandAlone),
        () => None,
    }
}
