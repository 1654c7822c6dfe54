//! DESIGN D9: sign-in by the unified identity service, against one on loopback that speaks the protocol.

use testkit::{Answer, TestOffice, Visitor};

use crate::identity::{Identity, Trick};

async fn service(office: &TestOffice) -> Identity {
    let service = Identity::start(office.app.ground.clock.now()).await;
    std::fs::write(office.app.config.data.join("oidc.toml"), service.toml()).unwrap();
    service
}

/// Goes to the service from `door`, signs in there as `subject`, and comes back.
async fn through(visitor: &mut Visitor, service: &Identity, door: &str, subject: &str) -> Answer {
    let sent = visitor.get(door).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let back = service.signs_in(subject, sent.location());
    visitor.get(&format!("/sign-in/sso/return?{back}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_time_an_administrator_says_who_it_is_and_then_it_opens() {
    TestOffice::each(async |office| {
        let mut visitor = office.stranger();
        assert_eq!(visitor.get("/sign-in/sso").await.status, 404, "nothing is configured yet");
        assert!(!visitor.get("/sign-in").await.text().contains("统一身份认证"));
        let service = service(&office).await;
        assert!(visitor.get("/sign-in").await.text().contains("用统一身份认证登录"));

        let first = through(&mut visitor, &service, "/sign-in/sso", "u-1001").await;
        assert!(first.text().contains("须由系统管理员核准"), "{}", first.text());
        assert_eq!(visitor.get("/work").await.status, 303, "waiting is not signed in");

        let mut admin = office.sign_in("admin").await;
        let list = admin.get("/people/sso").await;
        assert!(list.text().contains("王建国") && list.text().contains("待核准"), "{}", list.text());
        let id = list.body.split("/people/sso/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let none = admin.post(&format!("/people/sso/{id}"), &[("officer", "")]).await;
        assert!(none.status == 422 && none.text().contains("请选择对应的人员"));
        let zhang = office.officer("zhang").id.to_string();
        assert_eq!(admin.post(&format!("/people/sso/{id}"), &[("officer", &zhang)]).await.status, 303);

        let again =
            through(&mut visitor, &service, "/sign-in/sso?next=%2Fwork%3Fwhose%3Dunit", "u-1001").await;
        assert_eq!((again.status, again.location()), (303, "/work?whose=unit"), "{}", again.text());
        let work = visitor.get("/work").await;
        assert!(work.text().contains("zhang") && work.text().contains("中山所"), "{}", work.text());

        let left = visitor.post("/sign-out", &[]).await;
        assert_eq!(left.location(), "/sign-in/sso/left");
        let out = visitor.get("/sign-in/sso/leave").await;
        assert!(
            out.location().contains("/end?") && out.location().contains("client_id=xiaobao"),
            "{}",
            out.location()
        );

        assert_eq!(admin.post(&format!("/people/sso/{id}/end"), &[]).await.status, 303);
        let ended = through(&mut visitor, &service, "/sign-in/sso", "u-1001").await;
        assert!(ended.text().contains("没有关联可以登录的人员"), "{}", ended.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_links_the_own_account_and_nobody_elses() {
    TestOffice::each(async |office| {
        let service = service(&office).await;
        let mut zhang = office.sign_in("zhang").await;
        let linked = through(&mut zhang, &service, "/account/sso", "u-7").await;
        assert_eq!(linked.status, 303, "{}", linked.text());
        assert_eq!(zhang.get("/account/sso").await.status, 409, "linked already");
        let mut li = office.sign_in("li").await;
        let taken = through(&mut li, &service, "/account/sso", "u-7").await;
        assert!(taken.text().contains("已经关联了其他人员"), "{}", taken.text());
        let mut fresh = office.stranger();
        let entered = through(&mut fresh, &service, "/sign-in/sso", "u-7").await;
        assert_eq!(entered.status, 303);
        assert!(fresh.get("/work").await.text().contains("zhang"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_16_19_and_20_what_is_not_this_sign_in_is_not_taken() {
    TestOffice::each(async |office| {
        let service = service(&office).await;
        let mut victim = office.stranger();
        let mut other = office.stranger();
        let sent = other.get("/sign-in/sso").await;
        let back = format!("/sign-in/sso/return?{}", service.signs_in("u-1", sent.location()));
        let planted = victim.get(&back).await;
        assert!(planted.status == 409 && planted.text().contains("不是从这个浏览器开始的"), "{}", planted.text());
        assert!(other.get(&back).await.status == 200, "the browser that began may go on");
        let replayed = other.get(&back).await;
        assert_eq!(replayed.status, 409, "a sign-in is used once: {}", replayed.text());

        for trick in [Trick::OtherNonce, Trick::OtherAudience, Trick::Expired, Trick::OtherKey] {
            service.play(trick);
            let answer = through(&mut office.stranger(), &service, "/sign-in/sso", "u-1").await;
            assert!(answer.text().contains("没有通过核验"), "{trick:?}: {}", answer.text());
        }
        service.play(Trick::Honest);
        let mut late = office.stranger();
        let sent = late.get("/sign-in/sso").await;
        let back = service.signs_in("u-1", sent.location());
        let later = office.app.ground.clock.now().checked_add(jiff::SignedDuration::from_mins(11)).unwrap();
        office.app.ground.clock.set(later);
        let answer = late.get(&format!("/sign-in/sso/return?{back}")).await;
        assert!(answer.status == 409 && answer.text().contains("已经过期"), "{}", answer.text());
        std::fs::write(office.app.config.data.join("oidc.toml"), "issuer = \"http://127.0.0.1:1\"\nclient_id = \"x\"\nclient_secret = \"s\"\norigin = \"https://x.cn\"\nloopback = true\n").unwrap();
        let away = office.stranger().get("/sign-in/sso").await;
        assert!(away.status == 409 && away.text().contains("没有正常应答"), "{}", away.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_16_and_19_an_account_is_linked_from_our_page_by_who_still_sits_there() {
    TestOffice::each(async |office| {
        let service = service(&office).await;
        let mut zhang = office.sign_in("zhang").await;
        let led = zhang.get_with("/account/sso", &[("sec-fetch-site", "cross-site")]).await;
        assert!(led.status == 403 && led.text().contains("我的账户"), "{}", led.text());

        // The link begins, then the person leaves or another one signs in: nobody is linked, nobody is signed in by it.
        let sent = zhang.get("/account/sso").await;
        let back = format!("/sign-in/sso/return?{}", service.signs_in("u-9", sent.location()));
        zhang.post("/sign-out", &[]).await;
        let late = zhang.get(&back).await;
        assert!(late.status == 409 && late.text().contains("重新关联"), "{}", late.text());
        assert_eq!(zhang.get("/work").await.status, 303);

        // A second account beside the first, begun at the same time in another window.
        let mut zhang = office.sign_in_again("zhang").await;
        let mut window = zhang.clone();
        let (one, two) = (zhang.get("/account/sso").await, window.get("/account/sso").await);
        let first = service.signs_in("u-1", one.location());
        assert_eq!(zhang.get(&format!("/sign-in/sso/return?{first}")).await.status, 303);
        let second = service.signs_in("u-2", two.location());
        let twice = window.get(&format!("/sign-in/sso/return?{second}")).await;
        assert!(
            twice.text().contains("已经关联了统一身份认证账号") || twice.text().contains("重新关联"),
            "{}",
            twice.text()
        );
        let mut fresh = office.stranger();
        let waiting = through(&mut fresh, &service, "/sign-in/sso", "u-2").await;
        assert!(waiting.text().contains("须由系统管理员核准"), "{}", waiting.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_37_what_the_administrator_took_away_is_not_linked_again_by_oneself_and_a_disabled_officer_stays_out()
 {
    TestOffice::each(async |office| {
        let service = service(&office).await;
        let mut li = office.sign_in("li").await;
        assert_eq!(through(&mut li, &service, "/account/sso", "u-3").await.status, 303);
        let mut admin = office.sign_in("admin").await;
        let list = admin.get("/people/sso").await;
        let id = list.body.split("/people/sso/").nth(1).unwrap().split(['"', '/']).next().unwrap().to_owned();
        assert_eq!(admin.post(&format!("/people/sso/{id}/end"), &[]).await.status, 303);
        let again = through(&mut li, &service, "/account/sso", "u-3").await;
        assert!(again.text().contains("已被管理员解除或者不予关联"), "{}", again.text());
        let out = through(&mut office.stranger(), &service, "/sign-in/sso", "u-3").await;
        assert!(out.text().contains("没有关联可以登录的人员"), "{}", out.text());

        let wang = office.officer("wang").id;
        let mut visitor = office.sign_in("wang").await;
        assert_eq!(through(&mut visitor, &service, "/account/sso", "u-4").await.status, 303);
        let off = db::Sql { name: "test", text: "UPDATE officer SET enabled = FALSE WHERE id = $1" };
        office.app.db.write(move |tx| tx.execute(&off, &db::params![wang])).await.unwrap();
        let shut = through(&mut office.stranger(), &service, "/sign-in/sso", "u-4").await;
        assert!(shut.text().contains("没有关联可以登录的人员"), "{}", shut.text());
        assert_eq!(visitor.get("/work").await.status, 303, "and the open session is over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_configuration_is_named_before_anybody_signs_in() {
    TestOffice::each(async |office| {
        assert!(server::check_health(&office.app).await.unwrap().lines.iter().any(|line| {
            line.name == "统一身份认证" && line.colour == "ok" && line.words.contains("没有配置")
        }));
        std::fs::write(office.app.config.data.join("oidc.toml"), "issuer = \"http://id.example.cn\"\n")
            .unwrap();
        let health = server::check_health(&office.app).await.unwrap();
        let line = health.lines.iter().find(|line| line.name == "统一身份认证").unwrap();
        assert!(line.colour == "late" && line.words.contains("oidc.toml"), "{}", line.words);
    })
    .await;
}
