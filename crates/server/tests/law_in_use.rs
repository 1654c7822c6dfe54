//! What the bureau puts in the place of the shipped law (DESIGN §1.2, regulations §8). A program of its own: the law in use
//! is one for the whole program, so these stories wait for each other and no other story runs beside them.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use law::Law;
use testkit::{TestOffice, Visitor};

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

/// Begins a draft of a tree; its address.
async fn draft(admin: &mut Visitor, tree: &str) -> String {
    let answer = admin.post(&format!("/settings/classification/{tree}/draft"), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().to_owned()
}

async fn changed(admin: &mut Visitor, draft: &str, what: &str, form: &[(&str, &str)]) -> testkit::Answer {
    let version = admin.get(draft).await.field("_version");
    let mut form = form.to_vec();
    form.push(("_version", &version));
    admin.post(&format!("{draft}/{what}"), &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_class_is_offered_no_more_and_stays_on_old_matters() {
    each(async |office| {
        let number = register(&office).await;
        let mut admin = office.sign_in("admin").await;
        let path = draft(&mut admin, "goods").await;
        let new = [("parent", "G01"), ("name", "液态奶")];
        assert_eq!(changed(&mut admin, &path, "entries", &new).await.status, 303);
        let new = [("parent", "G01"), ("name", "奶粉奶酪")];
        assert_eq!(changed(&mut admin, &path, "entries", &new).await.status, 303);
        let gone = [("which", "G01.10"), ("act", "retire"), ("into", "G01.11 G01.12")];
        assert_eq!(changed(&mut admin, &path, "change", &gone).await.status, 303);
        let name = [("which", "G06"), ("act", "rename"), ("new_name", "化妆品和香水")];
        assert_eq!(changed(&mut admin, &path, "change", &name).await.status, 303);
        let stale = admin
            .post(
                &format!("{path}/change"),
                &[("which", "G06"), ("act", "rename"), ("new_name", "x"), ("_version", "1")],
            )
            .await;
        assert_eq!(stale.status, 409, "somebody was faster");

        let preview = admin.get(&format!("{path}/activation")).await;
        for words in [
            "停用：G01.10 乳制品，并入 G01.11 液态奶、G01.12 奶粉奶酪",
            "G01.10 乳制品：1 件",
            "化妆品和香水",
        ] {
            assert!(preview.text().contains(words), "{words}\n{}", preview.text());
        }
        let day = [("valid_from", "2026-09-22"), ("reason", "省局二期分类")];
        assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 422, "not in the past");
        let day = [("valid_from", "2026-09-25"), ("reason", "省局二期分类")];
        let done = changed(&mut admin, &path, "activation", &day).await;
        assert_eq!(done.status, 303, "{}", done.text());
        let mut desk = office.sign_in("desk").await;
        assert!(desk.get("/desk").await.text().contains("乳制品"), "not yet in force");

        office.set_day("2026-09-25");
        assert!(follow(&office).await, "the day has come");
        let mut desk = office.sign_in("desk").await;
        let page = desk.get("/desk").await.text();
        assert!(
            !page.contains("乳制品") && page.contains("液态奶") && page.contains("化妆品和香水"),
            "{page}"
        );
        let refused = desk.post("/desk", COMPLAINT).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("请从列表中选择类别"));
        let old = desk.get(&format!("/matters/{number}")).await.text();
        assert!(old.contains("一般食品 / 乳制品"), "{old}");
        let followers = office
            .app
            .db
            .read(|tx| settings::classification::successors(tx, "goods", "G01.10"))
            .await
            .unwrap();
        assert_eq!(followers, ["G01.11", "G01.12"]);

        back_again(&office, &path).await;
    })
    .await;
}

/// Back to the edition before, by a new one; and as csv.
async fn back_again(office: &TestOffice, second: &str) {
    let mut admin = office.sign_in("admin").await;
    let path = draft(&mut admin, "goods").await;
    let csv = admin.get(&format!("{path}/csv")).await.body;
    assert!(csv.contains("代码,名称,停用,并入") && csv.contains("G01.10,乳制品,是"), "{csv}");
    let fewer: String =
        csv.lines().filter(|line| !line.starts_with("G18")).map(|line| format!("{line}\n")).collect();
    changed(&mut admin, &path, "csv", &[("text", &fewer)]).await;
    assert!(admin.get(&format!("{path}/activation")).await.text().contains("不能删除，只能停用"));
    let again = csv.replace("G01.10,乳制品,是", "G01.10,乳制品,");
    assert_eq!(changed(&mut admin, &path, "csv", &[("text", &again)]).await.status, 303);
    let day = [("valid_from", "2026-09-25"), ("reason", "恢复乳制品类")];
    assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 303);
    assert!(office.sign_in("desk").await.get("/desk").await.text().contains("乳制品"));
    assert_eq!(
        changed(&mut admin, second, "entries", &[("name", "x")]).await.status,
        409,
        "what is in force stays"
    );
    // A list: what the program itself writes cannot be retired.
    let path = draft(&mut admin, "channels").await;
    changed(&mut admin, &path, "change", &[("which", "phone"), ("act", "retire")]).await;
    changed(&mut admin, &path, "entries", &[("code", "wechat"), ("name", "微信公众号")]).await;
    let day = [("valid_from", "2026-09-25"), ("reason", "增加微信渠道")];
    assert!(changed(&mut admin, &path, "activation", &day).await.text().contains("由系统使用"));
    changed(&mut admin, &path, "change", &[("which", "phone"), ("act", "restore")]).await;
    assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 303);
    assert!(office.sign_in("desk").await.get("/desk").await.text().contains("微信公众号"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_replaced_by_two_persons_and_every_explanation_says_so() {
    each(async |office| {
        let number = register(&office).await;
        let mut admin = office.sign_in("admin").await;
        let page = admin.get("/settings/rules").await.text();
        for words in ["第十五条", "已核对原文", "二手公开资料", "7 个工作日"] {
            assert!(page.contains(words), "{words}");
        }
        let mut form = vec![
            ("set", "R121"),
            ("key", "accept"),
            ("length", "7"),
            ("unit", "wd"),
            ("article", "第十五条"),
            ("consequence", "逾期未告知可能在行政复议、诉讼中被确认违法"),
            ("valid_from", "2026-09-01"),
            ("source", "省局〔2026〕1号"),
            ("reason", "按省局要求提前受理"),
        ];
        let same = admin.post("/settings/rules/clock", &form).await;
        assert!(same.status == 422 && same.text().contains("与现在的规定没有不同"), "{}", same.text());
        form[2] = ("length", "5");
        form[8] = ("reason", "");
        assert_eq!(admin.post("/settings/rules/clock", &form).await.status, 422, "a reason is wanted");
        form[8] = ("reason", "按省局要求提前受理");
        let proposed = admin.post("/settings/rules/clock", &form).await;
        assert_eq!(proposed.status, 303, "{}", proposed.text());
        let id = proposed.location().trim_start_matches("/settings/rules/").to_owned();
        let path = format!("/approvals/{id}");
        let shown = admin.get(proposed.location()).await.text();
        assert!(
            shown.contains("其中 1 项会变动") && shown.contains("提前") && shown.contains("等待局领导核准"),
            "{shown}"
        );
        assert!(why(&office, &number).await.contains("2026-10-10 到期"), "a proposal changes nothing");
        for login in ["admin", "head", "zhang"] {
            let own = office.sign_in(login).await.post(&path, &[("decision", "yes")]).await;
            assert_eq!(own.status, 403, "{login}");
        }
        // Who both proposed and may confirm is still one person.
        let (ctx, theirs) = (office.ctx("bureau"), id.parse().unwrap());
        office.app.db.write(move |tx| settings_owner(tx, &ctx, theirs)).await.unwrap();
        let mut bureau = office.sign_in("bureau").await;
        let alone = bureau.post(&path, &[("decision", "yes")]).await;
        assert!(alone.status == 422 && alone.text().contains("须为两人"), "{}", alone.text());
        let (ctx, theirs) = (office.ctx("admin"), id.parse().unwrap());
        office.app.db.write(move |tx| settings_owner(tx, &ctx, theirs)).await.unwrap();

        assert!(bureau.get("/approvals").await.text().contains("单项期限 R121/accept"));
        assert_eq!(bureau.post(&path, &[("decision", "no")]).await.status, 422, "a refusal wants words");
        let done = bureau.post(&path, &[("decision", "yes"), ("words", "同意")]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        work(&office).await;
        let told = why(&office, &number).await;
        assert!(told.contains("2026-10-08 到期") && told.contains("admin提出，bureau核准"), "{told}");
        assert!(
            told.contains("按省局要求提前受理") && told.contains("原为 7 个工作日（第十五条）"),
            "{told}"
        );
        well(&office).await;
        assert_eq!(
            bureau.post(&path, &[("decision", "no"), ("words", "x")]).await.status,
            409,
            "decided once"
        );
    })
    .await;
}

/// Puts the authorship of a proposal on somebody else, as nobody can on screen.
fn settings_owner(tx: &mut db::Tx, ctx: &kernel::Ctx, id: settings::EditionId) -> Result<u64, db::Error> {
    let sql = db::Sql { name: "test", text: "UPDATE law_edition SET made_by = $2 WHERE id = $1" };
    tx.execute(&sql, &db::params![id, ctx.officer().unwrap().id])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_order_and_another_way_of_counting_are_confirmed_too() {
    each(async |office| {
        office.set_day("2026-09-23");
        let mut admin = office.sign_in("admin").await;
        let text =
            std::fs::read_to_string(testkit::house_rules::root().join("law/rulesets/r121.toml")).unwrap();
        let next = text
            .replace("\"R121\"", "\"R200\"")
            .replace("2026-04-15", "2026-12-01")
            .replace("number = 121", "number = 200");
        let why = [("source", "总局令第200号"), ("reason", "新办法公布")];
        let broken = next.replacen("unit = \"wd\"", "unit = \"工作日\"", 1);
        let answer = admin.post("/settings/rules/text", &[("text", broken.as_str()), why[0], why[1]]).await;
        assert!(
            answer.status == 422 && answer.text().contains("“工作日”不是可以用的写法"),
            "{}",
            answer.text()
        );
        let answer = admin.post("/settings/rules/text", &[("text", next.as_str()), why[0], why[1]]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let shown = admin.get(answer.location()).await.text();
        assert!(shown.contains("的失效日") && shown.contains("2026-11-30"), "{shown}");
        let mut bureau = office.sign_in("bureau").await;
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        assert_eq!(bureau.post(&path, &[("decision", "yes")]).await.status, 303);
        let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        assert_eq!(Law::in_use().rule_set_on(day("2026-12-01")).unwrap().id, "R200");
        assert_eq!(Law::in_use().rule_set_on(day("2026-11-30")).unwrap().id, "R121");

        let form = [("weekend", "stand"), ("source", "市局批复"), ("reason", "条文只写法定节假日")];
        let answer = admin.post("/settings/rules/counting", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        let no = bureau.post(&path, &[("decision", "no"), ("words", "民法典规定休假日顺延")]).await;
        assert_eq!(no.status, 303);
        assert!(!Law::in_use().calendar.weekend_ends_stand);
        assert!(admin.get("/settings/rules").await.text().contains("未核准"));
        let answer = admin.post("/settings/rules/counting", &form).await;
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        bureau.post(&path, &[("decision", "yes")]).await;
        assert!(Law::in_use().calendar.weekend_ends_stand);
        // Every change stands in the journal with its reason.
        let journal = office.sign_in("auditor").await.get("/audit?verb=law_reject").await.text();
        assert!(
            journal.contains("不予核准规则变更") && journal.contains("民法典规定休假日顺延"),
            "{journal}"
        );
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
