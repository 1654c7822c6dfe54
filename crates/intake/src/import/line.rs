//! A line of a file as a contact.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};
use kernel::{OFFICE_ZONE, UnitId, mask};
use law::Law;
use matters::{Kind, parties};

use super::Map;
use crate::{NewContact, Respondent};

/// A row as a contact, or what is wrong with it.
pub(super) fn contact(map: &Map, unit: UnitId, row: &BTreeMap<String, String>) -> Result<NewContact, String> {
    let get = |field: &str| map.get(row, field).to_owned();
    let kind = get("kind");
    let kind = Kind::ALL
        .iter()
        .copied()
        .find(|known| known.code() == kind || known.label() == kind)
        .ok_or_else(|| format!("类型“{kind}”无法识别"))?;
    let received = get("received");
    let received_at = instant(&received).ok_or_else(|| format!("登记时间“{received}”无法识别"))?;
    let closed = get("closed");
    let closed_at = if closed.is_empty() {
        None
    } else {
        Some(instant(&closed).ok_or_else(|| format!("办结时间“{closed}”无法识别"))?)
    };
    let facts = get("facts");
    if facts.is_empty() {
        return Err("缺少诉求内容".to_owned());
    }
    let lists = &Law::in_use().classification;
    let coded = |tree: &law::Tree, word: String| {
        tree.nodes.iter().find(|node| node.code == word || node.name == word).map(|node| node.code.clone())
    };
    let channel = get("channel");
    let channel = lists
        .channels
        .iter()
        .find(|listed| listed.code == channel || listed.name == channel)
        .map_or("import", |listed| &listed.code);
    let answer = get("answer");
    let (name, phone) = (get("name"), get("phone"));
    if [&name, &phone].into_iter().any(|value| mask::is_masked(value)) {
        return Err("姓名或者电话是遮盖后的内容，请用完整的内容或者留空".to_owned());
    }
    Ok(NewContact {
        channel: channel.to_owned(),
        person: parties::NewParty { role: "caller".to_owned(), name, phone, ..parties::NewParty::default() },
        respondent: Respondent {
            name: get("trader"),
            address: get("trader_address"),
            ..Respondent::default()
        },
        goods: coded(&lists.goods, get("goods")),
        problem: coded(&lists.problems, get("problem")),
        place: get("place"),
        answer: (!answer.is_empty()).then(|| ("other".to_owned(), answer)),
        outside_number: Some(get("number")),
        source: map.source.clone(),
        closed_at: closed_at.map(|at| at.max(received_at)),
        title: get("title"),
        ..NewContact::new(kind, unit, received_at, facts)
    })
}

/// `2019-02-28 11:25:05`, `2019/2/28 11:25`, `2011-03-28`: office time.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.replace(['/', '.'], "-").replace('T', " ");
    let (day, time) = text.split_once(' ').unwrap_or((&text, "12:00:00"));
    let day: Vec<i16> = day.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let time: Vec<i8> =
        time.trim().split(':').map(|part| part.split('.').next()?.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = day[..] else { return None };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let part = |at: usize| time.get(at).copied().unwrap_or(0);
    let at = DateTime::new(year, month, day, part(0), part(1), part(2), 0).ok()?;
    OFFICE_ZONE.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_many_spellings_are_read() {
        for (text, wanted) in [
            ("2019-02-28 11:25:05", "2019-02-28 11:25"),
            ("2019/2/28 1:05", "2019-02-28 01:05"),
            ("2011-03-28", "2011-03-28 12:00"),
        ] {
            assert_eq!(kernel::office_minute(instant(text).unwrap()), wanted);
        }
        for bad in ["", "昨天", "2019-13-01", "2019-02-30 1:1"] {
            assert!(instant(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_national_headers_are_known() {
        let map = Map::national();
        let row =
            [("登记编号", "1"), ("类型", "投诉"), ("诉求内容", "退货"), ("登记时间", "2026-11-24 09:00:00")];
        let row = row.into_iter().map(|(header, cell)| (header.to_owned(), cell.to_owned())).collect();
        let new = contact(&map, UnitId::from_uuid(Default::default()), &row).unwrap();
        assert_eq!((new.kind, new.facts.as_str()), (Kind::Complaint, "退货"));
        assert!(Map::parse("colunms = 1").is_err());
        let hotline = Map::hotline();
        assert_eq!((hotline.source.as_str(), hotline.other_source.as_str()), ("12345", map.source.as_str()));
        assert_eq!(map.other_source, hotline.source);
    }
}
