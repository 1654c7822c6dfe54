//! Rules: what the text of a report must not say (令第121号 第三十七条).

use matters::Kind;

use crate::NewContact;

impl NewContact {
    /// Whether the text of a report names who reports: the text is found by search and read by many, the reporter is not
    /// (令第121号 第三十七条).
    pub fn names_the_reporter(&self) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let (name, phone) = (self.person.name.trim(), digits(&self.person.phone));
        let texts = [&self.facts, &self.demand_words, &self.goods_name, &self.place, &self.title];
        let named = name.chars().count() >= 2 && texts.iter().any(|text| text.contains(name));
        let called = phone.len() >= 7 && texts.iter().any(|text| digits(text).contains(&phone));
        self.kind == Kind::Report && (named || called)
    }
}
