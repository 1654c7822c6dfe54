//! R05: what lies outside the office's power, and outside the post (令第121号 第三十四条, 食品安全法 第一百一十五条).

use testkit::TestOffice;

use crate::reports::{LETTER, TOLD, done, page, refused, reported};

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_outside_is_told_and_food_is_handed_over_in_writing() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        let hand_over =
            [("way", "transfer"), ("who", "城管局"), ("paper", "移1"), ("words", "占道经营由城管查处")];
        refused(&mut zhang, &number, "report_outside", &hand_over, "没有规定要求移交").await;
        done(
            &mut zhang,
            &number,
            "report_outside",
            &[("way", "tell"), ("who", "城管局"), ("words", "占道经营由城管查处")],
        )
        .await;
        refused(&mut zhang, &number, "report_closure", &[], "不能办结").await;
        done(&mut zhang, &number, "report_notice", TOLD).await;
        done(&mut zhang, &number, "report_closure", &[]).await;
        assert!(page(&mut zhang, &number).await.contains("已办结"));
        food_and_letters(&office).await;
    })
    .await;
}

/// Handed over where a law orders it; nobody to tell where nobody is known.
async fn food_and_letters(office: &TestOffice) {
    let mut zhang = office.sign_in("zhang").await;
    let food = reported(
        office,
        &[("problem", "P02.03"), ("facts", "学校食堂使用过期食材，属于教育系统食堂，附照片。")],
    )
    .await;
    done(&mut zhang, &food, "report_verification", &[("items", "food")]).await;
    refused(
        &mut zhang,
        &food,
        "report_outside",
        &[("way", "tell"), ("who", "甲局"), ("words", "不属于本局职责")],
        "不能只告知",
    )
    .await;
    done(
        &mut zhang,
        &food,
        "report_outside",
        &[("way", "transfer"), ("who", "甲局"), ("paper", "移2"), ("words", "不属于本局职责")],
    )
    .await;
    refused(&mut zhang, &food, "report_notice", TOLD, "要求书面告知").await;
    done(&mut zhang, &food, "report_notice", LETTER).await;
    done(&mut zhang, &food, "report_closure", &[]).await;

    let anonymous = [
        ("name", ""),
        ("phone", ""),
        ("address", ""),
        ("facts", "匿名信举报：某仓库加工假酒，具体位置见信。"),
    ];
    let letter = reported(office, &anonymous).await;
    done(
        &mut zhang,
        &letter,
        "report_outside",
        &[("way", "tell"), ("who", "乙局"), ("words", "不属于本局管辖")],
    )
    .await;
    done(&mut zhang, &letter, "report_notice", &[("way", "unreachable"), ("words", "匿名信，没有联系方式")])
        .await;
    done(&mut zhang, &letter, "report_closure", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_to_the_post_does_nothing_and_a_report_is_not_withdrawn() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        for login in ["desk", "dispatcher", "auditor", "legal", "station", "admin"] {
            let mut visitor = office.sign_in(login).await;
            let answer = visitor.post(&format!("/matters/{number}/report_verification"), &[]).await;
            assert_eq!(answer.status, 403, "{login}");
        }
        let mut wang = office.sign_in("wang").await;
        assert_eq!(wang.get(&format!("/matters/{number}/report_verification")).await.status, 404);
        let mut zhang = office.sign_in("zhang").await;
        let answer =
            zhang.post(&format!("/matters/{number}/withdrawal"), &[("words", "来电要求撤回举报")]).await;
        assert_ne!(answer.status, 303, "reports are not withdrawn");
        let complaint = crate::desk::register(&mut zhang).await;
        let answer = zhang.get(&format!("/matters/{complaint}/report_verification")).await;
        assert!(answer.status >= 400 && answer.text().contains("不是举报"), "{}", answer.text());
    })
    .await;
}
