//! A bureau's figures drawn from a seed, and reports about them as such offices write them.

use numerals::{Base, Fact, Ledger, Quotient, Told, chinese};

/// Chance that says the same again.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1) as usize) as i64
    }
}

/// (id, unit, names).
const FIGURES: &[(&str, &str, &[&str])] = &[
    ("received", "件", &["接收总量", "接收各类事项", "接收投诉举报咨询"]),
    ("received_consultation", "件", &["咨询"]),
    ("received_complaint", "件", &["投诉", "接收投诉"]),
    ("received_report", "件", &["举报"]),
    ("accepted", "件", &["受理投诉", "投诉受理", "投诉…受理"]),
    ("closed_complaint", "件", &["投诉办结", "办结投诉", "投诉…办结"]),
    ("settled", "件", &["调解成功"]),
    ("recovered", "元", &["挽回经济损失", "挽回损失"]),
];

pub(crate) struct World {
    pub(crate) ledger: Ledger,
}

fn fact(id: &str, figure: (&str, &str, &[&str]), told: Told, value: Quotient) -> Fact {
    Fact {
        id: id.to_owned(),
        subject: figure.0.to_owned(),
        names: figure.2.iter().map(|name| (*name).to_owned()).collect(),
        part: String::new(),
        part_names: Vec::new(),
        unit: figure.1.to_owned(),
        told,
        value,
    }
}

impl World {
    /// Numbers that differ enough for a swap to be a fault.
    pub(crate) fn drawn(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut facts = Vec::new();
        let [consultation, complaint, report] =
            [chance.between(20_000, 30_000), chance.between(6_000, 9_000), chance.between(1_000, 3_000)];
        let accepted = complaint - chance.between(100, 900);
        let closed = accepted - chance.between(100, 900);
        let settled = closed - chance.between(1_000, 3_000);
        let recovered = chance.between(100_000_000, 900_000_000);
        let all = consultation + complaint + report;
        let now = [all, consultation, complaint, report, accepted, closed, settled, recovered];
        for (figure, now) in FIGURES.iter().zip(now) {
            let money = figure.1 == "元";
            let value = |number: i64| if money { Quotient::fen(number) } else { Quotient::whole(number) };
            facts.push(fact(figure.0, *figure, Told::Value, value(now)));
            for (base, least, most) in [(Base::Year, 60, 95), (Base::Before, 104, 150)] {
                // Up against the year before, down against the period before; now and then the other way round.
                let percent = if chance.below(4) == 0 {
                    200 - chance.between(least, most)
                } else {
                    chance.between(least, most)
                };
                let then = now * percent / 100 + chance.between(1, 9);
                facts.push(fact(figure.0, *figure, Told::Then(base), value(then)));
                let change = Quotient::new(i128::from(now - then) * 100, i128::from(then)).expect("a number");
                facts.push(fact(figure.0, *figure, Told::Change(base), change));
                facts.push(fact(figure.0, *figure, Told::Difference(base), value(now - then)));
            }
        }
        let rate = ("settled_of_closed", "%", &["调解成功率"][..]);
        let value = Quotient::new(i128::from(settled) * 100, i128::from(closed)).expect("a number");
        facts.push(fact("settled_of_closed", rate, Told::Value, value));
        for base in [Base::Year, Base::Before] {
            let change = Quotient::new(
                i128::from(chance.between(20, 900)) * if base == Base::Year { 1 } else { -1 },
                100,
            )
            .expect("a number");
            facts.push(fact("settled_of_closed", rate, Told::Change(base), change));
        }
        let goods = [("G01", "食品"), ("G02", "家用电器"), ("G03", "服装鞋帽")];
        let mut left = complaint;
        for (place, (code, word)) in goods.into_iter().enumerate() {
            let part = left / 2 + chance.between(3, 40);
            left -= part;
            let mut add = |told, value| {
                let mut one = fact("received_complaint", FIGURES[2], told, value);
                (one.part, one.part_names) = (code.to_owned(), vec![word.to_owned()]);
                facts.push(one);
            };
            add(Told::Value, Quotient::whole(part));
            add(Told::Share, Quotient::new(i128::from(part) * 100, i128::from(complaint)).expect("a number"));
            add(Told::Rank, Quotient::whole(place as i64 + 1));
        }
        Self { ledger: Ledger { facts, dates: vec![[2026, 1, 1], [2026, 6, 30]], names: Vec::new() } }
    }

    pub(crate) fn value(&self, id: &str, told: Told, part: &str) -> Quotient {
        let same = |one: &&Fact| one.subject == id && one.told == told && one.part == part;
        self.ledger.facts.iter().find(same).unwrap_or_else(|| panic!("{id} {told:?}")).value
    }
}

/// How numbers are written.
#[derive(Clone, Copy)]
pub(crate) enum Hand {
    Plain,
    Grouped,
    Chinese,
    Wide,
    Rough,
}

pub(crate) const HANDS: [Hand; 5] = [Hand::Plain, Hand::Grouped, Hand::Chinese, Hand::Wide, Hand::Rough];

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

fn wide(text: &str) -> String {
    text.chars()
        .map(
            |c| if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).expect("a number") } else { c },
        )
        .collect()
}

fn whole(value: Quotient) -> i64 {
    value.magnitude().rounded(0).to_string().parse().expect("a number")
}

/// Writes the figures of a world.
pub(crate) struct Writer<'a> {
    pub(crate) world: &'a World,
    pub(crate) hand: Hand,
}

impl Writer<'_> {
    fn number(&self, number: i64, unit: &str) -> String {
        match self.hand {
            Hand::Plain => format!("{number}{unit}"),
            Hand::Grouped => format!("{}{unit}", grouped(number)),
            Hand::Chinese => format!("{}{unit}", chinese::small(number as u64)),
            Hand::Wide => format!("{}{unit}", wide(&number.to_string())),
            Hand::Rough if number >= 10_000 => {
                format!("{}.{}万余{unit}", number / 10_000, number / 1_000 % 10)
            }
            Hand::Rough => format!("{number}{unit}"),
        }
    }

    pub(crate) fn count(&self, id: &str) -> String {
        self.number(whole(self.world.value(id, Told::Value, "")), "件")
    }

    pub(crate) fn exact(&self, id: &str) -> String {
        grouped(whole(self.world.value(id, Told::Value, ""))) + "件"
    }

    pub(crate) fn then(&self, id: &str, base: Base) -> String {
        self.number(whole(self.world.value(id, Told::Then(base), "")), "件")
    }

    pub(crate) fn money(&self) -> String {
        let value = self.world.value("recovered", Told::Value, "");
        match self.hand {
            Hand::Plain => format!("{}元", value.rounded(2)),
            Hand::Rough => format!("{}余万元", whole(value) / 1_000_000 * 100),
            Hand::Chinese => {
                let fen: u64 = value.rounded(2).shifted(2).to_string().parse().expect("a number");
                chinese::amount(fen)
            }
            _ => {
                let wan = Quotient::new(i128::from(whole(value)), 10_000).expect("a number").rounded(1);
                format!("{wan}万元")
            }
        }
    }

    /// 增长12.30%.
    pub(crate) fn change(&self, id: &str, base: Base, unit: &str) -> String {
        let value = self.world.value(id, Told::Change(base), "");
        let word = if value.signum() < 0 { "下降" } else { "增长" };
        format!("{word}{}{unit}", value.magnitude().rounded(2))
    }

    pub(crate) fn difference(&self, id: &str, base: Base) -> String {
        let value = self.world.value(id, Told::Difference(base), "");
        let word = if value.signum() < 0 { "减少" } else { "增加" };
        format!("{word}{}", self.number(whole(value), "件"))
    }

    pub(crate) fn way(&self, id: &str, base: Base) -> &'static str {
        if self.world.value(id, Told::Difference(base), "").signum() < 0 { "下降" } else { "上升" }
    }

    pub(crate) fn rate(&self) -> String {
        format!("{}%", self.world.value("settled_of_closed", Told::Value, "").rounded(2))
    }

    pub(crate) fn goods(&self, code: &str) -> (String, String, String) {
        let value = |told| self.world.value("received_complaint", told, code);
        (
            self.number(whole(value(Told::Value)), "件"),
            format!("{}%", value(Told::Share).rounded(1)),
            format!("第{}", chinese::small(whole(value(Told::Rank)) as u64)),
        )
    }
}

/// Ten manners of telling it.
pub(crate) fn texts(w: &Writer<'_>) -> Vec<String> {
    [reports(w), briefs(w)].concat()
}

fn reports(w: &Writer<'_>) -> Vec<String> {
    use Base::{Before, Year};
    let (food, appliances) = (w.goods("G01"), w.goods("G02"));
    vec![
        format!(
            "一、总体情况\n2026年1月1日至6月30日，全市12315平台共接收各类事项{}，同比{}，环比{}；其中咨询{}、投诉{}、举报{}。",
            w.exact("received"),
            w.change("received", Year, "%"),
            w.change("received", Before, "%"),
            w.exact("received_consultation"),
            w.exact("received_complaint"),
            w.exact("received_report")
        ),
        format!(
            "上半年，我局依据令第121号第十四条受理投诉{}，投诉办结{}，为消费者挽回经济损失{}。",
            w.count("accepted"),
            w.count("closed_complaint"),
            w.money()
        ),
        format!(
            "（一）投诉办理。接收投诉{}，比上年同期的{}{}；调解成功{}，调解成功率{}，同比{}。",
            w.count("received_complaint"),
            w.then("received_complaint", Year),
            w.change("received_complaint", Year, "%"),
            w.count("settled"),
            w.rate(),
            w.change("settled_of_closed", Year, "个百分点")
        ),
        format!(
            "一是统一思想，进一步畅通12315热线。共受理{}投诉，办结{}，调解成功{}。",
            w.count("accepted"),
            w.count("closed_complaint"),
            w.count("settled")
        ),
        format!(
            "从商品看，投诉集中在三方面以外的食品类。食品类投诉{}，占{}，位居{}；家用电器类投诉{}，占{}，列{}。",
            food.0, food.1, food.2, appliances.0, appliances.1, appliances.2
        ),
    ]
}

fn briefs(w: &Writer<'_>) -> Vec<String> {
    use Base::{Before, Year};
    let clothes = w.goods("G03");
    vec![
        format!(
            "| 指标 | 本期 | 同比 |\n|---|---|---|\n| 投诉 | {} | {} |\n| 举报 | {} | {} |",
            w.count("received_complaint"),
            w.change("received_complaint", Year, "%"),
            w.count("received_report"),
            w.change("received_report", Year, "%")
        ),
        format!(
            "1. 举报{}，环比{}，同比{}。\n2. 咨询{}，同比{}。",
            w.count("received_report"),
            w.difference("received_report", Before),
            w.difference("received_report", Year),
            w.count("received_consultation"),
            w.way("received_consultation", Year)
        ),
        format!(
            "服装鞋帽类投诉{}，占投诉总量的{}。3·15期间，电话0834-2512315畅通，七天无理由退货承诺单位增多。",
            clothes.0, clothes.1
        ),
        format!(
            "2026年上半年接收投诉举报咨询{}。消费者满意，双随机、一公开全覆盖。挽回损失{}。",
            w.count("received"),
            w.money()
        ),
        format!(
            "截至2026年6月30日，投诉受理{}，上期为{}，环比{}；举报{}，上年同期为{}。",
            w.count("accepted"),
            w.then("accepted", Before),
            w.change("accepted", Before, "%"),
            w.count("received_report"),
            w.then("received_report", Year)
        ),
    ]
}
