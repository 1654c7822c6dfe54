//! An incident is told once, on the most specific stream that explains it (issue 5, point 9).

use jiff::{ToSpan as _, civil::Date};
use testkit::{TestOffice, Visitor};

use super::{World, alarm, today};

/// A shop whose name has a brand, so that its incident shows in four streams: trader, brand, problem, goods in an area.
const SHOP: &str = "哈尔滨鑫满楼餐饮店";
/// Another shop of the same trade and area.
const OTHER: &str = "哈尔滨悦来香餐饮店";

/// Half a year of an office with three kinds of goods and six matters a day.
fn calm(world: &mut World, last: Date) {
    for back in (1..=180).rev() {
        let day = last.saturating_sub(i32::from(back as i16).days());
        for i in 0..6_u64 {
            let at = u64::from(world.1);
            let problem = ["质量", "价格", "合同", "广告"][(at / 3 % 4) as usize];
            let trader = format!("店{}", (at * 7 + i) % 60);
            world.2 = ["餐饮", "服装", "健身"][(at % 3) as usize];
            let person = format!("人{at}");
            world.told(day, "投诉", &trader, problem, (&person, 13_000_000_000 + at), "买的东西不满意");
        }
    }
}

/// `count` people complain of a shop within five days, in different words.
fn incident(world: &mut World, shop: &str, last: Date, count: u64) {
    world.2 = "餐饮";
    for at in 0..count {
        let day = last.saturating_sub(i32::try_from(at % 5).unwrap().days());
        let (person, words) = (format!("客{shop}{at}"), ["锅里有螺丝", "菜里吃出虫", "肉是臭的"]);
        let phone = 13_900_000_000 + at + shop.chars().map(u64::from).sum::<u64>() * 1_000;
        world.told(day, "投诉", shop, "质量", (&person, phone), words[(at % 3) as usize]);
    }
}

/// How many open alarms the list shows.
fn open(page: &str) -> usize {
    page.matches("href=\"/alarms/0").count()
}

async fn list(office: &TestOffice) -> (Visitor, String) {
    let mut head = office.sign_in_again("head").await;
    let page = head.get("/alarms").await;
    assert_eq!(page.status, 200);
    (head, page.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_in_four_streams_is_told_once_and_tomorrow_tells_nothing_new() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut world = World::new();
        calm(&mut world, yesterday);
        incident(&mut world, SHOP, yesterday, 20);
        world.brought_in(&office).await;
        office.sign_in("head").await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 1, "{}", list(&office).await.1);
        let (mut head, page) = list(&office).await;
        assert_eq!(open(&page), 1, "{page}");
        let path = alarm(&mut head, SHOP).await;
        let text = head.get(&path).await.text();
        let (_, also) = text.split_once("也见于").unwrap_or_else(|| panic!("{text}"));
        assert!(also.contains("商品服务 餐饮") && also.contains("品牌 鑫满楼"), "{also}");

        // Three more the next day: the streams it was seen in rise further, and nothing new is told.
        let tomorrow = yesterday.saturating_add(1.day());
        office.set_day(&tomorrow.saturating_add(1.day()).to_string());
        let mut more = World::new();
        more.1 = 5_000;
        incident(&mut more, SHOP, tomorrow, 3);
        more.brought_in(&office).await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 0, "{}", list(&office).await.1);

        // Another shop of the same trade and area is another incident, although a stream that holds it was seen before.
        let later = tomorrow.saturating_add(6.days());
        let mut more = World::new();
        more.1 = 6_000;
        incident(&mut more, OTHER, later, 12);
        office.set_day(&later.saturating_add(1.day()).to_string());
        more.brought_in(&office).await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 1, "{}", list(&office).await.1);
        let (mut head, page) = list(&office).await;
        assert_eq!(open(&page), 2, "{page}");
        alarm(&mut head, OTHER).await;
    })
    .await;
}
