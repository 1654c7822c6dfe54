//! The story of the source documents: 消毒餐具费, no complaint, taken all over the town.

use sentinel::{
    hidden::{Contact, amounts, futile, practices, silence},
    interval::wilson,
    simulate::hidden::recall,
};

fn town() -> Vec<Contact> {
    let say = |trader: usize, complaint: bool, text: String| Contact {
        complaint,
        trader: Some(format!("饭店{trader}")),
        text,
    };
    let mut contacts = Vec::new();
    // 60 restaurants, one or two passing mentions each, in consultations and in complaints about something else's consultation line
    for i in 0..80 {
        let text = [
            "在这里吃饭收消毒餐具费一元一套",
            "想问发票，另外有消毒餐具费",
            "都要消毒餐具费是行规吗",
            "包间多少钱？还加消毒餐具费",
        ][i % 4];
        contacts.push(say(i * 7 % 60, false, text.to_owned()));
    }
    // one bad trader with many complaints about a card, and ordinary fees
    contacts.extend((0..90).map(|i| {
        say(900, i % 3 > 0, ["退美容卡", "不给退美容卡", "想问美容卡", "办的美容卡"][i % 4].to_owned())
    }));
    contacts.extend((0..60).map(|i| {
        say(1_000 + i, i % 2 == 0, ["多收停车费", "这里停车费贵", "问停车费", "乱收停车费"][i % 4].to_owned())
    }));
    contacts
}

#[test]
fn the_fee_nobody_complains_of_comes_first() {
    let contacts = town();
    let found = practices(&contacts);
    assert_eq!(
        found[0].term,
        "消毒餐具费",
        "{:?}",
        found.iter().map(|p| (&p.term, p.score)).collect::<Vec<_>>()
    );
    assert_eq!((found[0].complaints, found[0].traders, found[0].rows.len()), (0, 60, 80));
    assert!(found[0].most <= 2);
    let by_complaints = found.iter().max_by_key(|p| p.complaints).expect("some");
    assert_ne!(by_complaints.term, "消毒餐具费", "a list by complaints does not show it");
    let card = found.iter().find(|p| p.term == "美容卡").expect("the card");
    assert_eq!(card.score, 0.0, "narrow and deep: one bad trader");
    let share = f64::from(found.iter().map(|p| p.complaints).sum::<u32>())
        / f64::from(found.iter().map(|p| p.complaints + p.mentions).sum::<u32>());
    assert_eq!(futile(&found, share)[0].0, "消毒餐具费");
}

#[test]
fn one_yuan_at_sixty_traders_a_silent_sector_and_a_probe() {
    let names: Vec<String> = (0..60).map(|i| format!("饭店{i}")).collect();
    let mut told: Vec<(i64, &str)> = names.iter().map(|name| (100, name.as_str())).collect();
    told.extend((0..70).map(|_| (300, "停车场")));
    assert_eq!(amounts(&told, 1_000)[0], (100, 60, 60), "wide before often");
    assert!(
        silence(0, 30.0) > 0.999 && silence(0, 1.0) < 0.7,
        "silence means nothing where little was expected"
    );
    let probe = wilson(12, 30, 0.95);
    assert!((probe.low - 0.246).abs() < 5e-4 && (probe.high - 0.577).abs() < 5e-4);
}

#[test]
fn planted_rules_are_recalled_and_counts_of_complaints_fail() {
    let recall = recall(1..=10, 10);
    assert!(recall[0].1 >= 0.8, "{recall:?}");
    assert!(recall[2].1 <= 0.3, "{recall:?}");
}
