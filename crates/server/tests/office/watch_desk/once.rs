//! An incident is told once, on the most specific stream that explains it (issue 5, point 9).

use jiff::{ToSpan as _, civil::Date};
use testkit::{TestOffice, Visitor};

use super::{World, alarm, today};

/// A shop whose name has a brand, so that its incident shows in four streams: trader, brand, problem, goods in an area.
const SHOP: &str = "哈尔滨鑫满楼餐饮店";
/// Another shop of the same trade and area.
const OTHER: &str = "哈尔滨悦来香餐饮店";

/// Four months of an office with three kinds of goods and six matters a day.
fn calm(world: &mut World, last: Date) {
    for back in (1..=130).rev() {
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

/// Point 9: milk, fruit and cakes a few each, at as many shops: food as a whole is what rose.
#[tokio::test(flavor = "multi_thread")]
async fn a_category_above_the_recorded_ones_rings_when_none_of_them_explains_it() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut world = World::new();
        calm(&mut world, yesterday);
        for at in 0..24_u64 {
            world.2 = ["乳制品", "水果", "糕点糖果", "蔬菜"][(at % 4) as usize];
            let day = yesterday.saturating_sub(i32::try_from(at % 6).unwrap().days());
            let (shop, person) = (format!("摊{at}"), format!("食客{at}"));
            let problem = ["质量", "价格", "合同", "广告"][(at / 4 % 4) as usize];
            world.told(day, "投诉", &shop, problem, (&person, 13_700_000_000 + at), "东西不好");
        }
        world.brought_in(&office).await;
        office.sign_in("head").await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 1, "{}", list(&office).await.1);
        let (mut head, _) = list(&office).await;
        let path = alarm(&mut head, "商品服务 一般食品").await;
        let page = head.get(&path).await;
        let rows = page.body.matches("class=\"number\" href=\"/matters/").count();
        assert_eq!(rows, 24, "{}", page.text());
    })
    .await;
}

/// Point 9: ten people tell the same of ten different names; only the incident has them together.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_told_by_many_of_different_names_rings_as_an_incident() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut world = World::new();
        calm(&mut world, yesterday);
        let told = [
            "讲座送鸡蛋推销磁疗床垫骗老人",
            "老人听讲座领鸡蛋被骗买了磁疗床垫",
            "磁疗床垫讲座先送鸡蛋再推销",
            "母亲在讲座上领鸡蛋花高价买磁疗床垫",
            "推销磁疗床垫的讲座天天送鸡蛋",
        ];
        for at in 0..10_u64 {
            world.2 = ["餐饮", "服装", "健身"][(at % 3) as usize];
            let day = yesterday.saturating_sub(i32::try_from(at % 5).unwrap().days());
            let (name, person) = (format!("号{}", at * 7), format!("家属{at}"));
            let problem = ["质量", "价格", "合同", "广告"][(at % 4) as usize];
            let words = format!("{}，第{at}次反映", told[(at % 5) as usize]);
            world.told(day, "投诉", &name, problem, (&person, 13_600_000_000 + at), &words);
        }
        world.brought_in(&office).await;
        office.sign_in("head").await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 1, "{}", list(&office).await.1);
        let (mut head, _) = list(&office).await;
        let path = alarm(&mut head, "起多人说的同一件事").await;
        let text = head.get(&path).await.text();
        assert!(text.contains("磁疗") && text.contains("讲座"), "what they have in common: {text}");
        // The next night puts nobody elsewhere and says nothing new.
        office.set_day("2026-09-24");
        assert_eq!(watch::look(&office.app).await.unwrap(), 0);
    })
    .await;
}
