//! No file, message, log or index names a complainant or a reporter.

use db::{Tx, params};
use testkit::TestOffice;

use crate::{
    exchange::{exported, rows_of},
    settings::{everything, found, sql},
};

/// What the program logs, of every test of this process.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Nobody else in the tests is called so: the log is that of all of them.
const PEOPLE: &[&str] = &[
    "夏侯兰芝",
    "夏侯",
    "13911112222",
    "139-1111-2222",
    "公孙知微",
    "公孙",
    "13933334444",
    "230103199001011234",
];

fn names_nobody(place: &str, text: &str) {
    for needle in PEOPLE {
        assert!(!text.contains(needle), "{needle} stands in {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_13_sec_34_sec_38_no_file_message_log_or_index_names_complainant_or_reporter() {
    let log = Log::default();
    let writer = log.clone();
    let told = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .try_init();
    assert!(told.is_ok(), "nobody else listens to the log");
    TestOffice::each(async |office| {
        let admin = crate::api::token(&office, "admin", "admin").await;
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        office.app.db.write(move |tx| api::allow_nets(tx, &ctx, "127.0.0.0/8")).await.unwrap();
        let hook = serde_json::json!({ "label": "别的系统", "url": "http://127.0.0.1:9/in", "kinds": ["new", "moved", "overdue"] });
        let (status, made) = crate::api::call(&office.stranger(), &admin, "POST", "/webhooks", &hook).await;
        assert_eq!(status, 201, "{made}");
        let numbers = people(&office).await;
        let _ = server::queue().run_due(&office.app.db, &office.app.ground).await.unwrap();

        // No column of any table in the clear: journal, messages to other systems, jobs, the index where it is a table.
        let everything = everything(&office).await;
        for needle in PEOPLE.iter().filter(|needle| needle.chars().count() > 2) {
            assert_eq!(found(&everything, needle), Vec::<String>::new(), "{needle}");
        }
        let told = everything.iter().filter(|(place, _)| place == "webhook_delivery.payload").count();
        assert!(told >= 2, "messages were made");
        // The index knows no part of a name; the whole name is found by its mark.
        for part in ["%E5%A4%8F%E4%BE%AF", "%E5%85%AC%E5%AD%99"] {
            let page = office.sign_in_again("dispatcher").await.get(&format!("/matters?q={part}")).await;
            assert!(!numbers.iter().any(|number| page.body.contains(number.as_str())), "found by {part}");
        }
        files_name_nobody(&office).await;
        for login in ["wang", "auditor", "station", "admin"] {
            let mut visitor = office.sign_in(login).await;
            for number in &numbers {
                for path in [format!("/matters/{number}"), format!("/matters/{number}/nothing"), format!("/traders/{number}")] {
                    names_nobody(&format!("{login} {path}"), &visitor.get(&path).await.body);
                }
                let answer = visitor.post(&format!("/matters/{number}/people"), &[("reason", "")]).await;
                names_nobody(login, &answer.body);
            }
        }
    })
    .await;
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!logged.is_empty(), "the program logs");
    names_nobody("the log", &logged);
}

/// A complainant and a reporter with name, telephone and identity number; the numbers of their matters.
async fn people(office: &TestOffice) -> Vec<String> {
    let mut desk = office.sign_in("desk").await;
    office.sign_in("dispatcher").await;
    let mut numbers = Vec::new();
    for (kind, name, phone) in
        [("complaint", "夏侯兰芝", "139-1111-2222"), ("report", "公孙知微", "13933334444")]
    {
        let mut form: Vec<(&str, &str)> = crate::desk::COMPLAINT.to_vec();
        form.retain(|(field, _)| !["kind", "name", "phone"].contains(field));
        form.extend([("kind", kind), ("name", name), ("phone", phone)]);
        let answer = desk.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        numbers.push(answer.location().trim_start_matches("/matters/").to_owned());
    }
    let keyring = office.app.ground.keyring.clone();
    let entropy = office.app.ground.entropy.clone();
    let identify = move |tx: &mut Tx| {
        for row in tx.query(&sql("SELECT id FROM party".to_owned()), &[])? {
            let id: uuid::Uuid = row.get("id")?;
            let field = kernel::Field { table: "party", column: "identity" };
            let sealed = keyring.seal(field, id, "230103199001011234", &entropy);
            tx.execute(
                &sql("UPDATE party SET identity = $2, identity_kind = 'id_card' WHERE id = $1".to_owned()),
                &params![id, sealed],
            )?;
        }
        Ok::<_, db::Error>(())
    };
    office.app.db.write(identify).await.unwrap();
    numbers
}

/// Every list as a file, by whoever may have it.
async fn files_name_nobody(office: &TestOffice) {
    let mut made = 0;
    for login in ["dispatcher", "bureau", "head", "legal", "auditor"] {
        let mut visitor = if login == "dispatcher" {
            office.sign_in_again(login).await
        } else {
            office.sign_in(login).await
        };
        for listing in ::exchange::listings() {
            let filter = if listing.key == "figure" { "id=received" } else { "" };
            for format in ["csv", "xlsx"] {
                let form = [("list", listing.key), ("filter", filter), ("format", format)];
                if ![200, 303].contains(&visitor.post("/exports", &form).await.status) {
                    continue;
                }
                let path = exported(&mut visitor, &form).await;
                let file = visitor.get(&format!("{path}/file")).await;
                let text = if format == "csv" {
                    file.body.clone()
                } else {
                    format!("{:?}", rows_of(office, &file.bytes))
                };
                assert!(format == "xlsx" || text.contains('※'), "{login} {} {format}", listing.key);
                names_nobody(&format!("{login} {} {format}", listing.key), &text);
                made += 1;
            }
        }
    }
    assert!(made > 20, "{made}");
}
