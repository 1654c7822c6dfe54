//! R05: the same report again, new facts, and the clue found in a complaint (令第121号 第二十七条、第三十五条).

use testkit::{TestOffice, Visitor};

use crate::reports::{done, page, refused, reported};

/// A trader on record, so that two reports are about the same one.
async fn trader(office: &TestOffice) -> String {
    let ctx = office.ctx("zhang");
    let new = traders::NewTrader { name: "好再来超市".to_owned(), ..traders::NewTrader::default() };
    office.app.db.write(move |tx| traders::create(tx, &ctx, &new)).await.unwrap().to_string()
}

async fn heads(office: &TestOffice) -> (Visitor, Visitor) {
    (office.sign_in("zhang").await, office.sign_in("head").await)
}

const AGAIN: &[(&str, &str)] = &[("words", "与此前举报事实相同，已经核查")];

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_again_is_not_handled_once_more() {
    TestOffice::each(async |office| {
        let shop = trader(&office).await;
        let first = reported(&office, &[("trader_id", &shop)]).await;
        office.set_day("2026-09-24");
        let again = reported(&office, &[("trader_id", &shop), ("phone", "13987654321")]).await;
        let stranger = reported(
            &office,
            &[
                ("trader_id", &shop),
                ("name", "孙六"),
                ("phone", "13700000000"),
                ("address", "别处"),
                ("facts", "别的事实，别的人，同一家店，销售没有标签的食品。"),
            ],
        )
        .await;
        let (mut zhang, mut head) = heads(&office).await;
        let text = page(&mut zhang, &again).await;
        for words in [
            "同一举报人的其他举报 1",
            "同一举报人对同一被举报人 1",
            "内容相同的其他举报 1",
            "近一年对同一被举报人的其他举报 2",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(text.contains(&first) && !text.contains("欧阳"), "{text}");
        let text = page(&mut zhang, &stranger).await;
        assert!(!text.contains("同一举报人的其他举报"), "{text}");

        let other = [AGAIN, &[("other", first.as_str())]].concat();
        refused(&mut head, &stranger, "report_repeat", &other, "系统没有核对出").await;
        refused(
            &mut head,
            &first,
            "report_repeat",
            &[AGAIN, &[("other", again.as_str())]].concat(),
            "不是此前收到的举报",
        )
        .await;
        let form = head.get(&format!("/matters/{again}/report_repeat")).await;
        assert_eq!(form.field("other"), first, "the earlier report is proposed");
        done(&mut head, &again, "report_repeat", &other).await;
        let text = page(&mut head, &again).await;
        assert!(text.contains("不再处理") && text.contains("重复 ") && text.contains(&first), "{text}");
        done(&mut zhang, &again, "report_closure", &[]).await;
        assert!(page(&mut zhang, &first).await.contains("待核查"), "the first goes on");
        let by_hand = [&other[..], &[("yes", "yes")]].concat();
        done(&mut head, &stranger, "report_repeat", &by_hand).await;
        let twin = reported(&office, &[("trader_id", &shop)]).await;
        let round = [AGAIN, &[("other", twin.as_str()), ("yes", "yes")]].concat();
        let second = reported(&office, &[("trader_id", &shop)]).await;
        done(&mut head, &second, "report_repeat", &round).await;
        let back = [AGAIN, &[("other", second.as_str()), ("yes", "yes")]].concat();
        refused(&mut head, &twin, "report_repeat", &back, "已经作为本件的重复举报处理").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_facts_are_merged_and_the_period_begins_anew() {
    TestOffice::each(async |office| {
        let shop = trader(&office).await;
        let first = reported(&office, &[("trader_id", &shop), ("problem", "P16")]).await;
        let mut zhang = office.sign_in("zhang").await;
        done(&mut zhang, &first, "report_verification", &[]).await;
        assert!(page(&mut zhang, &first).await.contains("2026-10-21 到期"));
        office.set_day("2026-10-12");
        let later = reported(
            &office,
            &[("trader_id", &shop), ("facts", "补充：该店仓库里还有一批没有标签的预包装食品。")],
        )
        .await;
        let (mut zhang, mut head) = heads(&office).await;
        done(&mut zhang, &later, "report_verification", &[("items", "ad")]).await;
        done(&mut head, &later, "report_merge", &[("other", &first), ("words", "补充了仓库的新事实")]).await;
        let text = page(&mut zhang, &first).await;
        // 2026-10-12 plus fifteen working days; the advertising clock of the later report goes with it.
        assert!(text.contains("2026-11-02 到期") && text.contains("2026-10-21 到期"), "{text}");
        assert!(text.contains("广告违法") && text.contains("2026-10-21 到期"), "{text}");
        assert!(text.contains("撤销，不计按期") && text.contains("重新计算"), "{text}");
        let text = page(&mut zhang, &later).await;
        assert!(text.contains("已办结") && text.contains("并案处理"), "{text}");
        refused_to_merge_twice(&office, &first, &shop).await;
        let differences = office.app.db.read({
            let ctx = office.app.ctx(kernel::Actor::System("测试"));
            move |tx| matters::clocks::differences(tx, &ctx)
        });
        assert_eq!(differences.await.unwrap(), Vec::<String>::new());
    })
    .await;
}

async fn refused_to_merge_twice(office: &TestOffice, first: &str, shop: &str) {
    let (mut zhang, mut head) = heads(office).await;
    done(&mut zhang, first, "report_extension", &[("words", "需要外地协查")]).await;
    let third =
        reported(office, &[("trader_id", shop), ("facts", "第三次举报，又补充了进货渠道方面的一些新事实。")])
            .await;
    let form = [("other", first), ("words", "补充了进货渠道")];
    refused(&mut head, &third, "report_merge", &form, "只能并入还在核查的举报").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_found_in_a_complaint_is_a_report_without_reporter() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let complaint = crate::desk::register(&mut zhang).await;
        done(&mut zhang, &complaint, "acceptance", &[]).await;
        office.set_day("2026-09-29");
        let mut zhang = office.sign_in("zhang").await;
        let shown = zhang.get(&format!("/matters/{complaint}")).await;
        assert!(shown.body.contains(&format!("/matters/{complaint}/report_clue")), "{}", shown.text());
        refused(&mut zhang, &complaint, "report_clue", &[("words", "有问题")], "发现了什么违法线索").await;
        refused(
            &mut zhang,
            &complaint,
            "report_clue",
            &[("words", "牛奶标签不合格"), ("day", "2026-09-30")],
            "日期应在",
        )
        .await;
        let answer = crate::reports::act(
            &mut zhang,
            &complaint,
            "report_clue",
            &[("words", "牛奶标签没有生产日期，涉嫌违反食品安全法"), ("day", "2026-09-28")],
        )
        .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let report = answer.location().trim_start_matches("/matters/").to_owned();
        assert!(report.starts_with("JB-"), "{report}");
        let text = page(&mut zhang, &report).await;
        // From the day of discovery: 2026-09-28 plus fifteen working days, the vector of regulations §8.
        for words in
            ["2026-10-23 到期", "牛奶标签没有生产日期", "购买的牛奶已经变质", "诉转案", complaint.as_str()]
        {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(
            !text.contains("举报人 王") && !text.contains("王*") && !text.contains("实名举报人"),
            "{text}"
        );
        refused(&mut zhang, &complaint, "report_clue", &[("words", "又发现了同样的线索")], "正在核查").await;
        let text = page(&mut zhang, &complaint).await;
        assert!(text.contains("受理待告知") && text.contains(&report), "the complaint goes on: {text}");

        ended(&office, &report).await;
    })
    .await;
}

/// The report of the office's own has nobody to tell.
async fn ended(office: &TestOffice, report: &str) {
    let (mut zhang, mut head) = heads(office).await;
    done(&mut zhang, report, "report_verification", &[("items", "ad")]).await;
    assert!(!page(&mut zhang, report).await.contains("广告投诉举报处理告知"), "nobody is to be told");
    done(
        &mut zhang,
        report,
        "report_finding",
        &[("way", "papers"), ("who", "zhang"), ("words", "标签照片和进货票据")],
    )
    .await;
    done(
        &mut zhang,
        report,
        "report_filing_proposal",
        &[("way", "not"), ("ground", "2"), ("words", "初次违法并已经改正")],
    )
    .await;
    done(&mut head, report, "report_no_filing", &[]).await;
    done(&mut zhang, report, "report_closure", &[]).await;
    let rows = office
        .sign_in("bureau")
        .await
        .get("/figures/clue_from_complaint/rows?from=2026-09-01&to=2026-09-30")
        .await;
    assert!(rows.body.contains(report));
}
