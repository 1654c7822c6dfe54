//! R02: who gets it, who is reminded, who stands in.

use testkit::{TestOffice, Visitor};

use crate::{
    desk::{COMPLAINT, register},
    relations::{clocks_are_whole, registered, sent, text},
};

/// `unit|officer`, as choices carry it.
fn target(office: &TestOffice, login: &str) -> String {
    let officer = office.officer(login);
    format!("{}|{}", officer.unit, officer.id)
}

async fn assign(office: &TestOffice, visitor: &mut Visitor, number: &str, login: &str) {
    let target = target(office, login);
    sent(visitor, &format!("/matters/{number}/assignment"), &[("target", &target)]).await;
}

async fn away(office: &TestOffice, login: &str, from: &str, to: &str) {
    let (id, mut admin) = (office.officer(login).id, office.sign_in("admin").await);
    let leave = [("from", from), ("to", to), ("reason", "年休假")];
    sent(&mut admin, &format!("/people/{id}/leave"), &leave).await;
}

/// Reminds of whatever is due now; the queue is then empty.
async fn remind(office: &TestOffice) {
    let ran = server::queue().run_due(&office.app.db, &office.app.ground).await.unwrap();
    assert_eq!((ran.failed, ran.dead), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_loaded_who_is_here_is_proposed_and_given_it_by_one_press() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        for _ in 0..2 {
            let number = register(&mut head).await;
            assign(&office, &mut head, &number, "li").await;
        }
        let number = register(&mut head).await;
        let path = format!("/matters/{number}/assignment");
        let page = head.get(&path).await;
        assert!(page.text().contains("建议： 中山所 zhang"), "{}", page.text());
        assert!(!page.text().contains("wang"), "another unit's people are not the head's to give to");
        away(&office, "zhang", "2026-09-23", "2026-09-25").await;
        let page = head.get(&path).await;
        assert!(
            page.text().contains("建议： 中山所 li"),
            "a head only where no handler can: {}",
            page.text()
        );
        assert!(page.text().contains("请假到 2026-09-25"));
        let (_, form) = page.body.split_once("name=\"target\" value=\"").unwrap();
        let (chosen, version) = (form.split('"').next().unwrap().to_owned(), page.field("_version"));
        sent(&mut head, &path, &[("target", &chosen), ("_version", &version)]).await;
        // The second dispatcher pressed on what is no longer so.
        let late = office
            .sign_in("dispatcher")
            .await
            .post(&path, &[("target", &chosen), ("_version", &version)])
            .await;
        assert_eq!(late.status, 409, "{}", late.text());
        let none = head.post(&path, &[]).await;
        assert!(none.text().contains("请选择承办人或者单位"), "{}", none.text());
        // A unit alone will do, but not one that is not below.
        let unit = office.officer("wang").unit.to_string();
        assert_eq!(head.post(&path, &[("unit", &unit)]).await.status, 404);
        sent(&mut office.sign_in("dispatcher").await, &path, &[("unit", &unit)]).await;
        assert_eq!(office.sign_in("wang").await.get(&format!("/matters/{number}")).await.status, 200);
        assert_eq!(head.get(&format!("/matters/{number}")).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_spread_by_load_once_even_when_two_press_at_the_same_time() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let mut form: Vec<(&str, String)> = vec![("spread", "yes".to_owned())];
        for _ in 0..6 {
            let number = register(&mut head).await;
            form.push(("number", format!("{number}@1")));
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (mut one, mut two) = (head.clone(), head.clone());
        let (first, second) =
            tokio::join!(one.post("/work/assignment", &form), two.post("/work/assignment", &form));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "{} {}", first.text(), second.text());
        // Three each for the two handlers, none for the head.
        for (login, count) in [("zhang", 3), ("li", 3), ("head", 0)] {
            let work = office.sign_in(login).await.get("/work?only=open").await;
            assert_eq!(
                work.body.matches("class=\"number\" href=\"/matters/TS-").count(),
                count,
                "{login}: {}",
                work.text()
            );
        }
        // Who is away gets nothing, and where nobody is here it is said.
        for login in ["zhang", "li", "head"] {
            away(&office, login, "2026-09-23", "2026-09-24").await;
        }
        head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let none = head.post("/work/assignment", &[("number", number.as_str()), ("spread", "yes")]).await;
        assert!(none.text().contains("没有在岗并且不需要回避的承办人"), "{}", none.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_climb_level_by_level_once_each_and_touch_no_clock() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        assign(&office, &mut head, &number, "zhang").await;
        // Due 2026-10-10; two working days before is 10-08; one after is Monday 10-12, three after 10-14.
        let told = [
            ("2026-09-30", [0, 0, 0]),
            ("2026-10-08", [1, 0, 0]),
            ("2026-10-10", [1, 0, 0]),
            ("2026-10-12", [1, 1, 0]),
            ("2026-10-14", [1, 1, 1]),
        ];
        for (day, expected) in told {
            office.set_day(day);
            remind(&office).await;
            remind(&office).await;
            let mut found = [0; 3];
            for (at, login) in ["zhang", "head", "bureau"].iter().enumerate() {
                let work = office.sign_in(login).await.get("/work").await;
                found[at] = work.body.matches("/seen\"").count();
            }
            assert_eq!(found, expected, "{day}");
        }
        let mut zhang = office.sign_in("zhang").await;
        let work = zhang.get("/work").await;
        assert!(work.text().contains("到期日") && work.text().contains("2026-10-10 到期"), "{}", work.text());
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert_eq!(page.text().matches("到期提醒").count(), 4, "once a level: {}", page.text());
        assert!(page.text().contains("已超期 4 天"));
        // What is done presses nobody any more.
        let form = [("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];
        for (act, fields) in [("acceptance", &[][..]), ("acceptance_notice", &form[..])] {
            let path = format!("/matters/{number}/{act}");
            let version = zhang.get(&path).await.field("_version");
            let fields = [fields, &[("_version", version.as_str())]].concat();
            sent(&mut zhang, &path, &fields).await;
        }
        assert_eq!(zhang.get("/work").await.body.matches("/seen\"").count(), 0);
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_urges_with_words_and_a_handler_does_not() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let path = format!("/matters/{number}/urging");
        assert!(
            office.sign_in("bureau").await.post(&path, &[("words", "请尽快办理")]).await.status == 303,
            "heads are told where nobody has it"
        );
        assign(&office, &mut head, &number, "zhang").await;
        assert_eq!(head.post(&path, &[("words", "")]).await.status, 422);
        sent(&mut head, &path, &[("words", "请于周五前告知受理结果")]).await;
        assert_eq!(office.sign_in("li").await.post(&path, &[("words", "请快一点")]).await.status, 403);
        let mut zhang = office.sign_in("zhang").await;
        let work = zhang.get("/work").await.text();
        assert!(
            work.contains("催办") && work.contains("请于周五前告知受理结果") && work.contains("head"),
            "{work}"
        );
        let page = text(&mut zhang, &number).await;
        assert!(page.contains("催办") && page.contains("2026-10-10 到期"));
        // Wang, who is not concerned, sees nothing of it.
        assert!(!office.sign_in("wang").await.get("/work").await.text().contains("请于周五前"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_work_is_handed_over_for_a_leave_and_comes_back_by_one_act_each() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            let number = register(&mut head).await;
            assign(&office, &mut head, &number, "zhang").await;
            numbers.push(number);
        }
        let id = office.officer("zhang").id;
        let path = format!("/leave/{id}/handover");
        assert_eq!(head.post(&path, &[]).await.status, 404, "nobody is away");
        away(&office, "zhang", "2026-09-23", "2026-09-28").await;
        let page = head.get("/leave").await.text();
        assert!(
            page.contains("zhang") && page.contains("请假到 2026-09-28") && page.contains("移交 3 件"),
            "{page}"
        );
        assert!(head.get("/work").await.text().contains("人待交接"));
        let own = target(&office, "zhang");
        assert!(head.post(&path, &[("target", &own)]).await.text().contains("没有在岗并且不需要回避的同事"));
        let li = target(&office, "li");
        sent(&mut head, &path, &[("target", &li)]).await;
        let page = text(&mut head, &numbers[0]).await;
        assert!(
            page.contains("休假移交") && page.contains("中山所 li") && page.contains("2026-10-10 到期"),
            "{page}"
        );
        assert_eq!(head.post(&format!("/leave/{id}/return"), &[]).await.status, 422, "still away");

        // One is given to somebody else meanwhile: that one stays.
        assign(&office, &mut head, &numbers[2], "head").await;
        office.set_day("2026-09-29");
        head = office.sign_in("head").await;
        assert!(head.get("/leave").await.text().contains("交还给 zhang"));
        sent(&mut head, &format!("/leave/{id}/return"), &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        let work = zhang.get("/work?only=open").await;
        assert!(
            work.body.contains(&numbers[0])
                && work.body.contains(&numbers[1])
                && !work.body.contains(&numbers[2])
        );
        assert!(text(&mut head, &numbers[0]).await.contains("休假交还"));
        assert!(head.get("/leave").await.text().contains("没有待交还的事项"));
        assert_eq!(office.sign_in("zhang").await.get("/leave").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_on_leave_without_a_named_stand_in_is_spread_over_who_is_here() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let mut form = COMPLAINT.to_vec();
        form.push(("place", "中山路"));
        for _ in 0..4 {
            let number = registered(&mut head, &form).await;
            assign(&office, &mut head, &number, "zhang").await;
        }
        away(&office, "zhang", "2026-09-23", "2026-09-24").await;
        let path = format!("/leave/{}/handover", office.officer("zhang").id);
        let (mut one, mut two) = (head.clone(), head.clone());
        let (first, second) = tokio::join!(one.post(&path, &[]), two.post(&path, &[]));
        assert!([first.status, second.status].contains(&303), "{} {}", first.text(), second.text());
        for (login, count) in [("li", 4), ("head", 0)] {
            let work = office.sign_in(login).await.get("/work?only=open").await;
            assert_eq!(work.body.matches("class=\"number\" href=\"/matters/TS-").count(), count, "{login}");
        }
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_clocks_than_one_go_can_do_are_done_in_several() {
    const COUNT: db::Sql = db::Sql { name: "test::COUNT", text: "SELECT COUNT(*) FROM clock_level" };
    TestOffice::each(async |office| {
        let (ctx, unit) = (office.ctx("head"), office.officer("head").unit);
        let many = office.app.db.write(move |tx| {
            for number in 0..205 {
                let mut new = intake::NewContact::new(
                    matters::Kind::Complaint,
                    unit,
                    ctx.now,
                    format!("第{number}件牛奶变质"),
                );
                new.channel = "letter".to_owned();
                intake::register(tx, &ctx, &new)?;
            }
            Ok::<_, web::Problem>(())
        });
        many.await.unwrap();
        office.set_day("2026-10-10");
        remind(&office).await;
        let told = office.app.db.read(|tx| tx.scalar::<i64>(&COUNT, &[])).await.unwrap();
        // Two levels each: what was coming, and the day itself.
        assert_eq!(told, 410);
    })
    .await;
}
