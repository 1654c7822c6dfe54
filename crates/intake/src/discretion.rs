//! Rules: what the text of a report must not say (令第121号 第三十七条).

use std::borrow::Cow;

use matters::Kind;

use crate::NewContact;

impl NewContact {
    /// Whether the text of a report names who reports: the text is found by search and read by many, the reporter is not
    /// (令第121号 第三十七条).
    pub fn names_the_reporter(&self) -> bool {
        let (name, phone) = (self.person.name.trim(), digits(&self.person.phone));
        let texts =
            [&self.facts, &self.demand_words, &self.goods_name, &self.brand, &self.place, &self.title];
        let named = name.chars().count() >= 2 && texts.iter().any(|text| text.contains(name));
        let called = phone.len() >= 7 && texts.iter().any(|text| without_number(text, &phone) != ***text);
        self.kind == Kind::Report && (named || called)
    }

    /// The same contact with the reporter's name and telephone taken out of the text: for what nobody types again, such as a
    /// file of another system. Nothing is lost, both stand sealed with the people.
    pub(crate) fn discreet(&self) -> Cow<'_, Self> {
        if !self.names_the_reporter() {
            return Cow::Borrowed(self);
        }
        let (name, phone) = (self.person.name.trim(), digits(&self.person.phone));
        let clean = |text: &str| {
            let named =
                if name.chars().count() < 2 { text.to_owned() } else { text.replace(name, "举报人") };
            if phone.len() < 7 { named } else { without_number(&named, &phone) }
        };
        Cow::Owned(Self {
            facts: clean(&self.facts),
            demand_words: clean(&self.demand_words),
            goods_name: clean(&self.goods_name),
            brand: clean(&self.brand),
            place: clean(&self.place),
            title: clean(&self.title),
            ..self.clone()
        })
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The text without `number`, however its digits are set apart.
fn without_number(text: &str, number: &str) -> String {
    let (chars, number): (Vec<char>, Vec<char>) = (text.chars().collect(), number.chars().collect());
    let (mut kept, mut at) = (String::new(), 0);
    while let Some(c) = chars.get(at) {
        if let Some(end) = matched(&chars, at, &number) {
            kept.push_str("（电话已隐去）");
            at = end;
        } else {
            kept.push(*c);
            at += 1;
        }
    }
    kept
}

/// Where `number` ends when it is written from `at` on.
fn matched(chars: &[char], mut at: usize, number: &[char]) -> Option<usize> {
    for (place, digit) in number.iter().enumerate() {
        while place > 0 && chars.get(at).is_some_and(|c| " -－—·\u{3000}".contains(*c)) {
            at += 1;
        }
        if chars.get(at) != Some(digit) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(facts: &str) -> NewContact {
        let unit = kernel::UnitId::from_uuid(Default::default());
        let mut new = NewContact::new(Kind::Report, unit, jiff::Timestamp::UNIX_EPOCH, facts.to_owned());
        (new.person.name, new.person.phone) = ("欧阳明月".to_owned(), "139-8765-4321".to_owned());
        new
    }

    #[test]
    fn name_and_telephone_leave_the_text_in_every_writing() {
        for (facts, clean) in [
            ("欧阳明月称该店无照", "举报人称该店无照"),
            ("请回电13987654321", "请回电（电话已隐去）"),
            ("请回电 139 8765 4321。", "请回电 （电话已隐去）。"),
            ("139-8765-4321、13987654321", "（电话已隐去）、（电话已隐去）"),
        ] {
            assert!(report(facts).names_the_reporter(), "{facts}");
            assert_eq!(report(facts).discreet().facts, clean);
        }
        for facts in ["该店电话13987654322", "货号139876543", "该店无照"] {
            assert_eq!(report(facts).discreet().facts, facts);
        }
        let complaint = NewContact { kind: Kind::Complaint, ..report("欧阳明月要求退货") };
        assert!(!complaint.names_the_reporter() && complaint.discreet().facts == "欧阳明月要求退货");
    }
}
