//! R02, R11 (issue 5, points 7 and 9): a brand that stands in what was told is offered at the desk and on the public form, taken up
//! with one key, kept with the contact, and makes a stream of the watch.

use jiff::ToSpan as _;
use testkit::{Answer, TestOffice, Visitor};

use super::{World, alarm, today};
use crate::{
    advice::{rows, typing, with},
    portal::{Page, REPORT, fill, send},
};

const TOLD: &str = "昨天买的蒙牛纯牛奶喝着发酸，盒子鼓起来了";
/// Ten tell of one brand in words of their own: no incident, many kinds of goods.
const TOLD_BY: [&str; 10] = [
    "蒙牛纯牛奶打开就结块",
    "孩子喝了蒙牛酸奶以后拉肚子",
    "买一送一的蒙牛冰淇淋包装是破的",
    "整箱蒙牛早餐奶少装了两盒",
    "蒙牛奶粉罐里有黑色颗粒",
    "蒙牛奶酪棒已经超过日期还摆在货架上",
    "老人订的蒙牛鲜奶连着三天没有送",
    "促销员说蒙牛高钙奶能治骨质疏松",
    "蒙牛乳饮料瓶口漏，洒了一书包",
    "扫蒙牛瓶盖里的码，奖品一直不兑现",
];
const UNNAMED: &str = "昨天买的纯牛奶喝着发酸，盒子鼓起来了";

/// Takes the brand up by its button, without script; the page as it comes back.
async fn taken_up(desk: &mut Visitor, form: &[(&str, &str)]) -> Answer {
    let page = desk.post("/desk/advice", &[form, &[("accept", "brand:蒙牛")]].concat()).await;
    assert_eq!(page.field("brand"), "蒙牛", "{}", page.text());
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_in_the_text_is_offered_taken_up_and_stored_and_its_fate_names_no_word() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let form = with(&[("facts", TOLD), ("goods_name", "")]);
        let text = typing(&mut desk, &form).await.text();
        assert!(text.contains("品牌 蒙牛") && text.contains("写了“蒙牛”"), "{text}");
        let shop = [("facts", "在海尔专卖店买的美的电饭煲漏电，要求退货")];
        assert!(typing(&mut desk, &with(&shop)).await.text().contains("品牌 美的"), "not that of the shop");
        let none = [("facts", "买的牛奶变质了，要求退货"), ("goods_name", "")];
        assert!(!typing(&mut desk, &with(&none)).await.text().contains("品牌"));

        let page = taken_up(&mut desk, &form).await;
        assert!(page.text().contains("已采纳"), "{}", page.text());
        let sent = [form.as_slice(), &[("brand", "蒙牛"), ("advised", "yes")]].concat();
        let number = desk.post("/desk", &sent).await.location().trim_start_matches("/matters/").to_owned();
        let page = desk.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("品牌 蒙牛"), "{}", page.text());
        let other = [form.as_slice(), &[("brand", "光明"), ("advised", "yes")]].concat();
        let number = desk.post("/desk", &other).await.location().trim_start_matches("/matters/").to_owned();
        // 光明, which stands nowhere else
        let found = desk.get("/matters?q=%E5%85%89%E6%98%8E").await;
        assert!(found.body.contains(&number), "found by its brand: {}", found.text());
        let all = rows(&office).await;
        let brands: Vec<&str> =
            all.iter().filter(|row| row.starts_with("brand")).map(String::as_str).collect();
        assert_eq!(brands, ["brand 1 rules accepted said", "brand 1 rules changed another"], "{all:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_brand_at_many_shops_rings_as_that_brand() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut world = World::new();
        world.calm(yesterday);
        world.brought_in(&office).await;
        let mut desk = office.sign_in("desk").await;
        // ten people, ten shops, ten kinds of goods; the brand is written in three ways
        for at in 0..10_i32 {
            let (shop, phone) = (format!("第{at}便民店"), format!("1390000001{at}"));
            let facts = TOLD_BY[usize::try_from(at).unwrap()];
            let day = yesterday.saturating_sub((at % 4).days()).to_string();
            let mut form = with(&[
                ("facts", facts),
                ("goods_name", ""),
                ("goods", ""),
                ("problem", ""),
                ("respondent_name", &shop),
                ("phone", &phone),
                ("received_on", &day),
                ("happened_on", ""),
                ("known_on", ""),
            ]);
            let page = taken_up(&mut desk, &form).await;
            let brand = ["蒙牛", "蒙牛牌", "蒙 牛"][usize::try_from(at % 3).unwrap()];
            form.extend([("brand", brand), ("once", "")]);
            assert!(page.body.contains(&shop), "nothing typed is lost");
            let sent = desk.post("/desk", &form).await;
            assert_eq!(sent.status, 303, "{}", sent.text());
        }
        assert!(watch::look(&office.app).await.unwrap() >= 1);
        let mut bureau = office.sign_in("bureau").await;
        let path = alarm(&mut bureau, "品牌 蒙牛").await;
        let page = bureau.get(&path).await;
        assert_eq!(page.body.matches("class=\"number\" href=\"/matters/").count(), 10, "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_form_asks_for_the_brand_only_where_the_words_name_one() {
    TestOffice::each(async |office| {
        let office = &office;
        let mut dispatcher = office.sign_in("dispatcher").await;
        for (facts, brand) in [(TOLD, Some("蒙牛")), (TOLD, Some("")), (UNNAMED, None)] {
            let told = [("facts", facts)];
            let said = [("brand", brand.unwrap_or_default())];
            let mut pages: Vec<Page<'_>> = REPORT.to_vec();
            pages[4] = ("facts", &told);
            if brand.is_some() {
                pages.insert(5, ("brand", &said));
            }
            let mut person = office.stranger();
            fill(office, &mut person, "report", &pages).await;
            let page = person.get("/public/form/brand").await;
            if brand.is_some() {
                let text = page.text();
                assert!(text.contains("是什么牌子的") && text.contains("写了“蒙牛”"), "{text}");
                assert!(text.contains("不是的，请自己填"), "{text}");
            } else {
                assert_eq!(page.location(), "/public/check", "nothing to ask");
            }
            let (number, _) = send(&mut person).await;
            let page = dispatcher.get(&format!("/matters/{number}")).await;
            assert_eq!(page.text().contains("品牌 蒙牛"), brand == Some("蒙牛"), "{}", page.text());
        }
        let fates = rows(office).await;
        let brands: Vec<&String> = fates.iter().filter(|row| row.starts_with("brand")).collect();
        assert_eq!(brands, ["brand 1 rules accepted said", "brand 1 rules ignored "], "{fates:#?}");
    })
    .await;
}
