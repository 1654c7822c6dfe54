//! Cases of peers.md §8.2 that no room has alone, continued: what is not there, what ended, what is sent twice.

use kernel::Actor;
use testkit::{TestOffice, house_rules};

use crate::{
    attacks::{open_pages, registered},
    desk::{COMPLAINT, register},
    portal,
};

#[tokio::test(flavor = "multi_thread")]
async fn sec_35_what_only_builders_need_is_not_there() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        for path in [
            "/debug",
            "/debug/pprof",
            "/metrics",
            "/status",
            "/server-status",
            "/actuator",
            "/actuator/env",
            "/trace",
            "/.env",
            "/.git/config",
            "/keys.txt",
            "/xiaobao.db",
            "/backups",
            "/install",
            "/setup",
            "/upgrade",
            "/phpinfo.php",
            "/test",
            "/console",
            "/swagger",
            "/graphql",
            "/demo",
            "/api/v1/debug",
            "/api/v1/demo",
        ] {
            for status in [office.stranger().get(path).await.status, admin.get(path).await.status] {
                assert!([401, 404].contains(&status), "{path}: {status}");
            }
        }
        for method in ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH"] {
            let answer = office.stranger().call(method, "/matters", "", "", &[]).await;
            assert!([401, 403, 404, 405].contains(&answer.status), "{method}: {}", answer.status);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_36_nobody_has_a_password_or_code_that_ships() {
    TestOffice::each(async |office| {
        let count = |text: &'static str| {
            let db = office.app.db.clone();
            let statement = db::Sql { name: "test", text };
            async move { db.read(move |tx| tx.scalar::<i64>(&statement, &[])).await.unwrap() }
        };
        assert_eq!(count("SELECT COUNT(*) FROM officer WHERE password IS NOT NULL").await, 0);
        assert_eq!(count("SELECT COUNT(*) FROM sign_in_code").await, 0);
        assert_eq!(count("SELECT COUNT(*) FROM api_token").await, 0);
        for login in ["admin", "desk"] {
            for guess in
                ["", "admin", "123456", "12345678", "12315", "password", "xiaobao", "change-me", login]
            {
                let mut visitor = office.stranger();
                let entered = visitor.post("/sign-in", &[("login", login), ("password", guess)]).await;
                assert_eq!(entered.status, 422, "{login} {guess}");
                let form = [
                    ("login", login),
                    ("code", guess),
                    ("password", "一句足够长的话在这里"),
                    ("again", "一句足够长的话在这里"),
                ];
                assert_eq!(visitor.post("/sign-in/code", &form).await.status, 422, "{login} {guess}");
            }
        }
        // Codes are drawn: two of one officer differ.
        let (ctx, id) = (office.app.ctx(Actor::System("测试")), office.officer("desk").id);
        let codes = office.app.db.write(move |tx| {
            Ok::<_, web::Problem>([people::issue_code(tx, &ctx, id)?, people::issue_code(tx, &ctx, id)?])
        });
        let [one, two] = codes.await.unwrap();
        assert!(one != two && one.chars().filter(char::is_ascii_alphanumeric).count() >= 8, "{one} {two}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_37_a_post_that_ended_gives_no_right_to_a_session_that_is_still_open() {
    TestOffice::each(async |office| {
        portal::later(&office, 11 * 3600);
        let (mut head, mut admin) = (office.sign_in("head").await, office.sign_in("admin").await);
        let number = register(&mut head).await;
        let posts = format!("/people/{}/posts", office.officer("head").id);
        let page = admin.get(&posts).await;
        let end =
            page.body.split(&format!("{posts}/")).nth(1).and_then(|rest| rest.get(..36)).unwrap().to_owned();
        assert_eq!(admin.post(&format!("{posts}/{end}/end"), &[]).await.status, 303);
        assert_eq!(
            head.get(&format!("/matters/{number}")).await.status,
            200,
            "the post lasts until the day ends"
        );
        // One in the morning; the session is of eight in the evening.
        portal::later(&office, 5 * 3600);
        assert_eq!(admin.get("/people").await.status, 200, "sessions of that evening are open");
        for path in [
            format!("/matters/{number}"),
            "/matters".to_owned(),
            "/figures".to_owned(),
            "/disputes".to_owned(),
        ] {
            let answer = head.get(&path).await;
            let out = answer.status == 303 && answer.location().starts_with("/sign-in");
            assert!(
                out || [403, 404].contains(&answer.status),
                "{path}: {} {}",
                answer.status,
                answer.location()
            );
        }
        let refused = head.post(&format!("/matters/{number}/acceptance"), &[]).await.status;
        assert!([401, 403, 404].contains(&refused), "{refused}");
        // Nobody gives himself a post; the administrator gives them, and sees no matter.
        assert_eq!(admin.get("/matters").await.status, 403);
        let own = [("unit", "23"), ("role", "administrator"), ("from", "2026-09-24")];
        assert!([401, 403].contains(&head.post(&posts, &own).await.status));
        assert_eq!(office.sign_in("wang").await.post(&posts, &own).await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_41_no_page_for_everybody_counts_anything() {
    TestOffice::each(async |office| {
        let pages = async || {
            let mut all = Vec::new();
            for path in open_pages() {
                let answer = office.stranger().get(path).await;
                // A problem names the request it is about.
                let body = if answer.status == 200 { answer.body.clone() } else { String::new() };
                all.push((path, answer.status, answer.location().to_owned(), body));
            }
            for path in
                ["/api/v1/openapi.json", "/open311/v2/services.json", "/open311/v2/services/complaint.json"]
            {
                let answer = office.stranger().call("GET", path, "", "", &[]).await;
                all.push((path, answer.status, String::new(), answer.body));
            }
            all
        };
        let before = pages().await;
        assert!(before.iter().filter(|(_, status, ..)| *status == 200).count() > 6);
        let number = register(&mut office.sign_in("desk").await).await;
        portal::sent(&office, &mut office.stranger(), "report", portal::REPORT).await;
        for (one, two) in before.iter().zip(&pages().await) {
            assert!(one == two, "{} tells strangers that {number} came in", one.0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_44_nothing_is_kept_in_the_browser_to_be_sent_later_or_found_on_a_lost_device() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        for path in
            [format!("/matters/{number}"), "/desk".to_owned(), "/matters".to_owned(), "/account".to_owned()]
        {
            let page = desk.get(&path).await;
            assert_eq!(page.headers.get("cache-control").unwrap(), "no-store", "{path}");
            assert!(!page.body.contains("rel=\"manifest\""), "{path}");
        }
    })
    .await;
    let scripts = house_rules::files("crates/web/assets", ".js");
    assert!(!scripts.is_empty());
    for script in scripts {
        for word in
            ["localStorage", "sessionStorage", "indexedDB", "serviceWorker", "caches.", "document.cookie"]
        {
            assert!(!script.text.contains(word), "{}: {word}", script.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_a_form_of_the_desk_sent_twice_is_one_matter_and_another_contact_is_another() {
    TestOffice::each(async |office| {
        let desk = office.sign_in("desk").await;
        let once = desk.clone().get("/desk").await.field("once");
        assert_eq!(once.len(), 36, "the form brings an id");
        let form = [COMPLAINT, &[("once", once.as_str())]].concat();
        let mut first = desk.clone();
        let number = first.post("/desk", &form).await.location().to_owned();
        assert_eq!(number, "/matters/TS-23-2026-00001");
        assert_eq!(desk.clone().post("/desk", &form).await.location(), number);
        assert!(first.get(&number).await.status == 200);
        // Back, other words, sent: what was typed is not lost.
        let mut other = form.clone();
        other.retain(|(name, _)| *name != "facts");
        other.push(("facts", "另一位消费者买到的酸奶也变质了，要求退款。"));
        assert_eq!(desk.clone().post("/desk", &other).await.location(), "/matters/TS-23-2026-00002");
        // Somebody else's form is nobody's business.
        let stolen = office.sign_in("dispatcher").await.post("/desk", &form).await;
        assert_eq!(stolen.status, 404, "{}", stolen.text());
        assert_ne!(
            desk.clone().get("/desk").await.field("once"),
            once,
            "a page opened again is another form"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_46_a_clock_set_back_is_told_and_neither_journal_nor_numbers_break() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut admin = office.sign_in("admin").await;
        assert!(admin.get("/health").await.text().contains("与日志先后一致"));
        let one = register(&mut desk).await;
        office.set_day("2026-09-22");
        let health = admin.get("/health").await;
        assert!(health.text().contains("时间可能被调回"), "{}", health.text());
        let two = registered(&mut desk, &[("facts", "同一家店的面包也变质了，要求退款。")]).await;
        assert_eq!((one.as_str(), two.as_str()), ("TS-23-2026-00001", "TS-23-2026-00002"));
        let keyring = office.app.ground.keyring.clone();
        let verified = office.app.db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap();
        assert_eq!(verified.broken, vec![], "the order of the journal is its own, not the clock's");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_51_nothing_typed_turns_the_direction_of_what_stands_beside_it() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = registered(
            &mut desk,
            &[
                ("name", "王\u{202e}芳"),
                ("respondent_name", "好再来\u{202e}市超"),
                ("facts", "买了牛奶\u{2066}变质\u{202d}了，要求退款。"),
            ],
        )
        .await;
        let (portal_number, _) = portal::sent(
            &office,
            &mut office.stranger(),
            "report",
            &[
                ("identity", &[("identity", "anonymous")]),
                ("trader", &[("trader", "红星\u{202e}坊作")]),
                portal::REPORT[2],
                portal::REPORT[3],
                ("facts", &[("facts", "每天夜里加工豆制品，\u{202e}没有执照，污水直接倒在街上。")]),
                portal::REPORT[5],
                ("photos", &[]),
            ],
        )
        .await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        for path in [format!("/matters/{number}"), format!("/matters/{portal_number}"), "/matters".to_owned()]
        {
            let page = dispatcher.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            let turned = page
                .body
                .chars()
                .find(|sign| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            assert_eq!(turned, None, "{path}");
        }
        assert!(dispatcher.get("/matters?q=好再来").await.body.contains(&number), "and it is found");
    })
    .await;
}
