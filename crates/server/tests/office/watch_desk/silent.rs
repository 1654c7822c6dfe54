//! R10: what nobody complains of. The story of the source documents: 消毒餐具费, taken all over the town, not one complaint.

use jiff::ToSpan as _;
use testkit::TestOffice;

use super::{World, today};

/// Eighty people ask about something at sixty restaurants and name the fee in passing; one shop has ninety people and a card; everybody
/// says what everybody says.
fn town(world: &mut World, last: jiff::civil::Date) {
    const PASSING: [&str; 4] = [
        "在这里吃饭收消毒餐具费1元一套",
        "想问怎么开发票，另外有消毒餐具费1元",
        "都要消毒餐具费1元是行规吗",
        "包间多少钱？还加消毒餐具费1元",
    ];
    const CARD: [&str; 3] = ["办的美容卡不给退", "退美容卡要扣钱，消费过", "不给退美容卡"];
    for at in 0..80_usize {
        let day = last.saturating_sub(i32::try_from(at * 2).unwrap().days());
        let (trader, who) = (format!("第{}饭店", at * 7 % 60), format!("食客{at}"));
        world.told(day, "咨询", &trader, "", (&who, 13_800_000_000 + at as u64), PASSING[at % 4]);
    }
    for at in 0..60_usize {
        let day = last.saturating_sub(i32::try_from(at).unwrap().days());
        let who = format!("顾客{at}");
        world.told(day, "投诉", "丽人美容院", "质量", (&who, 13_700_000_000 + at as u64), CARD[at % 3]);
        // a report is counted, and never read: its words could tell who reported
        let told = format!("内部人说每桌另收保密费{at}元");
        world.told(day, "举报", &format!("第{at}饭店"), "质量", (&who, 13_600_000_000 + at as u64), &told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fee_that_nobody_complains_of_stands_first_and_a_probe_says_what_it_proves() {
    TestOffice::each(async |office| {
        let mut world = World::new();
        town(&mut world, today(&office).saturating_sub(1.day()));
        world.brought_in(&office).await;
        let mut head = office.sign_in("head").await;
        assert!(head.get("/alarms").await.body.contains("href=\"/alarms/silent\""), "a way leads there");
        let page = head.get("/alarms/silent").await;
        assert_eq!(page.status, 200);
        let (_, table) = page.body.split_once("<tbody>").expect("a table");
        let (row, rest) = table.split_once("</tr>").unwrap();
        for words in ["消毒餐具费", "80 件", ">没有<", "60 家", "2 件"] {
            assert!(row.contains(words), "{words}: {row}");
        }
        assert!(rest.contains("1 元") && rest.contains("消毒餐具费（80 件）"), "{rest}");
        for word in ["保密费", "美容卡</a>", "消费</a>", "食客", "顾客", "1380000"] {
            assert!(!page.body.contains(word), "{word}: {}", page.text());
        }
        // the evidence is the search, within everybody's own reach
        let link = row.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let found = head.get(&link.replace("&#38;", "&")).await;
        assert!(found.status == 200 && found.text().contains("饭店"), "{}", found.text());

        let probe = head.get("/alarms/silent?probed=30&found=12").await.text();
        assert!(probe.contains("24.6% 到 57.7%"), "{probe}");
        assert!(head.get("/alarms/silent?probed=30&found=0").await.text().contains("不会超过 9.5%"));
        let wrong = head.get("/alarms/silent?probed=5&found=9").await;
        assert!(wrong.status == 422 && wrong.body.contains("不能多于抽查的家数"), "{}", wrong.text());
        for login in ["zhang", "desk", "admin"] {
            assert_eq!(office.sign_in(login).await.get("/alarms/silent").await.status, 404, "{login}");
        }
    })
    .await;
}
