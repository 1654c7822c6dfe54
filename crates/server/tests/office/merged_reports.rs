//! R05, R01: two reports handled as one (并案): what the law of the day orders the second reporter to be told is carried
//! by the first, and neither reporter learns of the other (令第121号 第三十六条、第三十七条; 令第20号 第三十一条).

use testkit::{TestOffice, Visitor};

use crate::{
    relations::{clocks_are_whole, merged, sent},
    reports::{TOLD, done, page, refused, reported},
};

const OTHER: &[(&str, &str)] = &[
    ("name", "孙六一"),
    ("phone", "137-0000-1111"),
    ("address", "香坊区别处路1号"),
    ("facts", "隔壁这家店天天占道卖熟食，没有见过营业执照，也没有健康证。"),
];
const NOTICES: db::Sql = db::Sql {
    name: "test::NOTICES",
    text: "SELECT m.number, n.text FROM notice n JOIN matter m ON m.id = n.matter_id ORDER BY n.made_at",
};

/// Verified, proposed and decided not to file: zhang and the head.
pub(crate) async fn not_filed(office: &TestOffice, number: &str, items: &[(&str, &str)]) -> Visitor {
    let (mut zhang, mut head) = (office.sign_in("zhang").await, office.sign_in("head").await);
    done(&mut zhang, number, "report_verification", items).await;
    let found = [("way", "papers"), ("who", "zhang"), ("words", "营业执照齐全，已经核对")];
    done(&mut zhang, number, "report_finding", &found).await;
    let not = [("way", "not"), ("ground", "2"), ("words", "初次违法并已经改正")];
    done(&mut zhang, number, "report_filing_proposal", &not).await;
    done(&mut head, number, "report_no_filing", &[]).await;
    zhang
}

async fn notices(office: &TestOffice) -> Vec<(String, String)> {
    let read = office.app.db.read(|tx| {
        let rows = tx.query(&NOTICES, &[])?;
        rows.iter().map(|row| Ok::<_, web::Problem>((row.get("number")?, row.get("text")?))).collect()
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_does_not_close_before_the_reporter_of_what_was_merged_into_it_was_told() {
    TestOffice::each(async |office| {
        // The old order tells who gave a name (令第20号 第三十一条), the new one does not: the law of each day of receipt.
        office.set_day("2026-04-10");
        let old = reported(&office, OTHER).await;
        office.set_day("2026-04-16");
        let new = reported(&office, &[]).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        assert_eq!(merged(&mut dispatcher, &new, &[&old]).await.status, 303);
        let mut zhang = not_filed(&office, &new, &[]).await;

        refused(&mut zhang, &new, "report_closure", &[], "还没有告知").await;
        for number in [&new, &old] {
            let text = page(&mut zhang, number).await;
            assert!(text.contains("第三十一条") && text.contains(&old), "{number}\n{text}");
        }
        assert!(
            page(&mut zhang, &old).await.contains("2026-04-23 到期"),
            "five working days of the decision"
        );
        // To the reporter of the first nothing is owed, and a notice names nobody else's report.
        refused(&mut zhang, &new, "report_notice", TOLD, "没有尚未履行的告知义务").await;
        let to = [TOLD, &[("other", old.as_str())]].concat();
        for words in [new.as_str(), "欧阳明月也反映了这家店", "另一人电话13987654321"] {
            let form = [&to[..], &[("words", words)]].concat();
            refused(&mut zhang, &new, "report_notice", &form, "不要写").await;
        }
        done(&mut zhang, &new, "report_notice", &[&to[..], &[("words", "已责令改正")]].concat()).await;
        let told = notices(&office).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].0 == old && told[0].1.contains(&old) && told[0].1.contains("不予立案"), "{told:?}");
        assert!(!told[0].1.contains(&new) && !told[0].1.contains("欧阳"), "{told:?}");
        refused(&mut zhang, &new, "report_notice", &to, "没有尚未履行的告知义务").await;
        assert!(
            page(&mut zhang, &old).await.contains("2026-04-16 完成，按期"),
            "{}",
            page(&mut zhang, &old).await
        );
        done(&mut zhang, &new, "report_closure", &[]).await;
        assert!(page(&mut zhang, &old).await.contains("随主办事项办结"));
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_of_a_law_run_on_for_the_second_reporter_who_may_also_be_out_of_reach() {
    TestOffice::each(async |office| {
        let first = reported(&office, &[]).await;
        office.set_day("2026-09-24");
        let nameless = [&OTHER[3..], &[("name", "")]].concat();
        let (second, third) = (reported(&office, &nameless).await, reported(&office, OTHER).await);
        let mut zhang = office.sign_in("zhang").await;
        done(&mut zhang, &second, "report_verification", &[("items", "ad")]).await;
        let before = page(&mut zhang, &second).await;
        // 2026-09-24 and seven working days (广告法 第五十三条).
        assert!(before.contains("2026-10-12 到期"), "{before}");
        let mut dispatcher = office.sign_in("dispatcher").await;
        assert_eq!(merged(&mut dispatcher, &first, &[&second, &third]).await.status, 303);
        let text = page(&mut zhang, &second).await;
        assert!(text.contains("2026-10-12 到期") && text.matches("起随主办事项").count() == 1, "{text}");
        assert!(!page(&mut zhang, &third).await.contains("广告"), "nobody said so yet");

        // What the first is found to be, the others are too; each from its own receipt.
        let mut zhang = not_filed(&office, &first, &[("items", "ad")]).await;
        assert!(page(&mut zhang, &third).await.contains("2026-10-12 到期"));
        refused(&mut zhang, &first, "report_closure", &[], "还没有告知").await;
        done(&mut zhang, &first, "report_notice", TOLD).await;
        refused(&mut zhang, &first, "report_closure", &[], &second).await;
        let gone = [("way", "unreachable"), ("words", "没有留下任何联系方式"), ("other", second.as_str())];
        done(&mut zhang, &first, "report_notice", &gone).await;
        refused(&mut zhang, &first, "report_closure", &[], &third).await;
        let by_name = [("way", "unreachable"), ("words", "没有留下任何联系方式"), ("other", third.as_str())];
        refused(&mut zhang, &first, "report_notice", &by_name, "实名举报应当告知").await;

        // Taken out again, the third is its own once more, and owes nothing by the law of the first.
        let mut dispatcher = office.sign_in("dispatcher").await;
        let form = [("part", third.as_str()), ("reason", "不是同一门店")];
        sent(&mut dispatcher, &format!("/matters/{first}/merges/end"), &form).await;
        let text = page(&mut zhang, &third).await;
        assert!(
            text.contains("待核查") && text.contains("撤销，不计按期也不计逾期 2026-10-12 到期"),
            "{text}"
        );
        done(&mut zhang, &first, "report_closure", &[]).await;
        clocks_are_whole(&office).await;
    })
    .await;
}
