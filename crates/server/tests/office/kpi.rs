//! R25, issue 6 point 9: rates by unit and month, counted again by a script that sees nothing but the export.

use std::{fs, process::Command};

use testkit::{Answer, TestOffice, house_rules};

use crate::{
    complaint::TOLD,
    exchange::csv_of,
    proof::{sent, settled},
};

/// Complaints of 中山所: four that fall due, of which one is decided late and one never; two settled, one refused.
async fn world(office: &TestOffice) {
    let mut head = office.sign_in("head").await;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(crate::desk::register(&mut head).await);
    }
    let number = crate::reports::reported(office, &[]).await;
    crate::reports::filed(office, &number, &[]).await;
    let mut head = office.sign_in("head").await;
    settled(&mut head, &numbers[0], "100").await;
    office.set_day("2026-10-08");
    let mut head = office.sign_in("head").await;
    sent(&mut head, &numbers[1], "refusal", &[("ground", "1"), ("words", "属于住建部门职责")]).await;
    sent(&mut head, &numbers[1], "refusal_notice", TOLD).await;
    // The time to decide is up on 2026-10-10.
    office.set_day("2026-10-13");
    settled(&mut office.sign_in("head").await, &numbers[2], "50").await;
    office.set_day("2026-11-02");
}

/// What the export of `list` says, kept as a file.
pub(crate) async fn exported(office: &TestOffice, list: &str, filter: &str) -> (std::path::PathBuf, String) {
    let Answer { body, .. } = csv_of(&mut office.sign_in("bureau").await, list, filter).await;
    let path = office.app.config.data.join(format!("{list}.csv"));
    fs::write(&path, &body).unwrap();
    (path, body)
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_by_unit_and_month_are_what_a_script_counts_from_the_export() {
    TestOffice::each(async |office| {
        world(&office).await;
        let days = "from=2026-09-01&to=2026-10-31";
        let (rates, told) = exported(&office, "kpi", days).await;
        // Counted by hand.
        for line in [
            "first_check_on_time,投诉按时初查率,中山所,2026-10,2,4,",
            "on_time,投诉按期办结率,中山所,2026-09,1,1,",
            "on_time,投诉按期办结率,中山所,2026-10,1,2,",
            "on_time,投诉按期办结率,,,2,3,",
            "settled_of_closed,调解成功率（÷办结）,中山所,2026-10,1,2,",
            "settled_of_mediated,调解成功率（÷调解结束）,中山所,2026-10,1,1,",
            "report_on_time,举报按时核查率,",
        ] {
            assert!(told.contains(line), "{line}\n{told}");
        }
        let (base, _) = exported(&office, "kpi_base", "").await;
        let script = house_rules::root().join("scripts/recount-kpi");
        let counted = |against: &std::path::Path| {
            let mut command = Command::new("python3");
            command.arg(&script).arg(&base).args(["--from", "2026-09-01", "--to", "2026-10-31", "--against"]);
            let done = command.arg(against).output().expect("python3");
            (
                done.status.success(),
                String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr),
            )
        };
        let (same, words) = counted(&rates);
        assert!(same && words.contains("0 处出入"), "{words}");
        // The script is no rubber stamp.
        let other = office.app.config.data.join("other.csv");
        fs::write(&other, told.replace("中山所,2026-10,2,4,", "中山所,2026-10,3,4,")).unwrap();
        let (same, words) = counted(&other);
        assert!(!same && words.contains("first_check_on_time、中山所、2026-10"), "{words}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_of_the_bureau_set_limits_and_nobody_else_does() {
    TestOffice::each(async |office| {
        world(&office).await;
        let mut bureau = office.sign_in("bureau").await;
        let page = bureau.get("/kpi?from=2026-09-01&to=2026-10-31").await;
        for words in [
            "投诉按时初查率",
            "分母：受理期限在本期届满的投诉",
            "2026-10",
            "÷ 4",
            "投诉公示率",
            "没有设定红榜",
        ] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let limit = [("figure", "first_check_on_time"), ("red", "95"), ("black", "80"), ("least", "40")];
        assert_eq!(bureau.post("/kpi", &limit).await.status, 303);
        let page = bureau.get("/kpi?from=2026-09-01&to=2026-10-31").await;
        assert!(
            page.text().contains("红榜：不低于 95 %，黑榜：低于 80 %；基数不足 40 的不评"),
            "{}",
            page.text()
        );
        let wrong = [("figure", "on_time"), ("red", "80"), ("black", "95"), ("least", "30")];
        let refused = bureau.post("/kpi", &wrong).await;
        assert!(
            refused.status == 422 && refused.text().contains("黑榜界线不能高于红榜界线"),
            "{}",
            refused.text()
        );
        let few = [("figure", "on_time"), ("red", "95"), ("least", "4")];
        let refused = bureau.post("/kpi", &few).await;
        assert!(refused.status == 422 && refused.text().contains("最小基数应在 30"), "{}", refused.text());
        let own = office.sign_in("head").await.post("/kpi", &limit).await;
        assert!(own.status == 422 && own.text().contains("下级单位不能设定"), "{}", own.text());
        assert_eq!(office.sign_in("zhang").await.post("/kpi", &limit).await.status, 403);
        let trace = office.sign_in("auditor").await.get("/audit?verb=kpi_limit").await;
        assert!(trace.text().contains("设定考核界线"), "{}", trace.text());
    })
    .await;
}
