//! What the bureau puts in the place of the shipped law (DESIGN §1.2, regulations §8). A program of its own: the law in use
//! is one for the whole program, so these stories wait for each other and no other story runs beside them.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod classes;
mod hours;
mod orders;

use law::Law;
use testkit::TestOffice;

/// One story at a time.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const COMPLAINT: &[(&str, &str)] = &[
    ("kind", "complaint"),
    ("channel", "phone"),
    ("name", "王芳"),
    ("phone", "138-1234-5678"),
    ("respondent_name", "好再来超市"),
    ("facts", "购买的牛奶已经变质，有小票和照片，要求退货退款。"),
    ("goods", "G01.10"),
    ("problem", "P02.01"),
    ("demands", "refund"),
];

async fn register(office: &TestOffice) -> String {
    let mut desk = office.sign_in("desk").await;
    let answer = desk.post("/desk", COMPLAINT).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

/// Does what waits in the queue.
async fn work(office: &TestOffice) {
    let ran = settings::work(jobs::Worker::new()).run_due(&office.app.db, &office.app.ground).await.unwrap();
    assert_eq!((ran.failed, ran.dead), (0, 0), "{ran:?}");
}

async fn each(story: impl AsyncFn(TestOffice)) {
    let _turn = TURN.lock().await;
    TestOffice::each(async |office| {
        Law::restore();
        story(office).await;
        Law::restore();
    })
    .await;
}

/// What another server does every minute; whether it read something.
async fn follow(office: &TestOffice) -> bool {
    let today = kernel::office_date(office.app.ground.clock.now());
    office.app.db.read(move |tx| settings::in_use::follow(tx, today)).await.unwrap()
}

async fn well(office: &TestOffice) {
    let health = server::check_health(&office.app).await.unwrap();
    for name in ["期限复核", "规则版本"] {
        let line = health.lines.iter().find(|line| line.name == name).unwrap();
        assert_eq!(line.colour, "ok", "{line:?}");
    }
}

async fn why(office: &TestOffice, number: &str) -> String {
    office.sign_in("desk").await.get(&format!("/matters/{number}/clocks/accept")).await.text()
}

const NEXT_YEAR: &str = "2027-01-01至2027-01-03 元旦 放假\n2月5日至2月11日 春节 放假\n2027-01-30 春节 上班";

#[tokio::test(flavor = "multi_thread")]
async fn next_years_notice_moves_the_clock_that_reaches_into_it_and_is_named() {
    each(async |office| {
        office.set_day("2026-12-25");
        let number = register(&office).await;
        let before = why(&office, &number).await;
        assert!(before.contains("2027-01-05 到期") && before.contains("2027 年放假安排尚未录入"), "{before}");
        let mut admin = office.sign_in("admin").await;
        assert!(admin.get("/settings/calendar").await.text().contains("2027 年的放假安排没有录入"));

        let broken = [("year", "2027"), ("text", "2027-01-01 元旦 放假\n2027-02-31 春节 放假")];
        let answer = admin.post("/settings/calendar", &broken).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("第 2 行：“2027-02-31”不是日期"), "{}", answer.text());
        assert!(answer.body.contains("2027-02-31 春节 放假"), "nothing typed is lost");
        let empty = [("year", "2027"), ("text", r#"{"year":2027,"papers":[],"days":[]}"#)];
        assert!(admin.post("/settings/calendar", &empty).await.text().contains("通知可能还没有发布"));
        assert_eq!(why(&office, &number).await, before, "a broken file changes nothing");

        let good = [("year", "2027"), ("text", NEXT_YEAR), ("source", "国办发明电〔2026〕9号")];
        let kept = admin.post("/settings/calendar", &good).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
        let preview = admin.get(kept.location()).await;
        for words in
            ["2027-01-01：上班 → 元旦放假", "其中 1 项会变动", "推后 1 天", "没有以下节日的放假日：清明"]
        {
            assert!(preview.text().contains(words), "{words}\n{}", preview.text());
        }
        assert!(!preview.text().contains(&number), "an administrator sees no matters");
        assert_eq!(why(&office, &number).await, before, "a preview changes nothing");

        let done = admin.post(&format!("{}/activation", kept.location()), &[]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        work(&office).await;
        let after = why(&office, &number).await;
        assert!(after.contains("2027-01-06 到期"), "{after}");
        assert!(
            after.contains("本单位 2026-12-25 录入的 2027 年放假安排（国办发明电〔2026〕9号）"),
            "{after}"
        );
        let shown = office.sign_in("desk").await.get(&format!("/matters/{number}")).await.text();
        assert!(shown.contains("期限重新计算") && shown.contains("由 2027-01-05 改为 2027-01-06"), "{shown}");
        well(&office).await;
        let again = admin.post(&format!("{}/activation", kept.location()), &[]).await;
        assert_eq!(again.status, 409, "an edition is put in force once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_file_of_a_year_is_read_and_other_servers_follow() {
    each(async |office| {
        office.set_day("2026-12-25");
        let mut admin = office.sign_in("admin").await;
        let file = r#"{"$schema":"x","year":2027,"papers":[],"days":[
            {"name":"元旦","date":"2026-12-31","isOffDay":true},
            {"name":"元旦","date":"2027-01-01","isOffDay":true},
            {"name":"元旦","date":"2027-01-02","isOffDay":false}]}"#;
        let kept = admin.post("/settings/calendar", &[("year", "2027"), ("text", file)]).await;
        admin.post(&format!("{}/activation", kept.location()), &[]).await;
        let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        assert!(!Law::in_use().calendar.day(day("2026-12-31")).is_worked(), "the notice's last of December");
        assert!(Law::in_use().calendar.day(day("2027-01-02")).is_worked(), "a Saturday that is worked");
        assert!(Law::in_use().calendar.day(day("2026-10-10")).is_worked(), "the rest of 2026 stays");

        // The office's own days off stand beside the notice.
        let own = [("closed_year", "2027"), ("closed", "2027-01-04 古尔邦节 放假")];
        let kept = admin.post("/settings/calendar/closed", &own).await;
        assert!(admin.get(kept.location()).await.text().contains("古尔邦节放假"));
        admin.post(&format!("{}/activation", kept.location()), &[]).await;
        assert!(!Law::in_use().calendar.day(day("2027-01-04")).is_worked());

        // Another server, which knows nothing of it yet.
        Law::restore();
        let health = server::check_health(&office.app).await.unwrap();
        assert!(health.lines.iter().any(|line| line.name == "规则版本" && line.colour == "soon"));
        assert!(follow(&office).await);
        assert!(!Law::in_use().calendar.day(day("2027-01-04")).is_worked());
        assert!(!follow(&office).await, "nothing new");
        well(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_data_folder_stand_or_fall_together() {
    let _turn = TURN.lock().await;
    Law::restore();
    let folder = std::env::temp_dir().join(format!("xiaobao-law-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("law/calendar")).unwrap();
    std::fs::create_dir_all(folder.join("law/rulesets")).unwrap();
    let set = std::fs::read_to_string(testkit::house_rules::root().join("law/rulesets/r121.toml")).unwrap();
    std::fs::write(folder.join("law/rulesets/r121.toml"), set.replacen("length = 7", "length = 6", 1))
        .unwrap();
    std::fs::write(folder.join("law/calendar/2027.toml"), "[2027.off]\n\"元旦\" = [\"01-01\",\n\"13-01\"]\n")
        .unwrap();
    let refused = server::open(&folder, "", false).await.err().unwrap().to_string();
    assert!(refused.contains("calendar/2027.toml 第 3 行：2027-13-01 不是日期"), "{refused}");
    assert_eq!(
        Law::in_use().rule_set("R121").unwrap().clock("accept").unwrap().length,
        7,
        "no file was taken"
    );
    std::fs::write(folder.join("law/calendar/2027.toml"), "[2027.off]\n\"元旦\" = [\"01-01\"]\n").unwrap();
    let opened = server::open(&folder, "", false).await.unwrap();
    assert_eq!(Law::in_use().rule_set("R121").unwrap().clock("accept").unwrap().length, 6);
    assert!(Law::in_use().calendar.years().any(|year| year == 2027));
    opened.app.db.close().await;
    Law::set_base(Law::shipped().clone());
    std::fs::remove_dir_all(folder).unwrap();
}
