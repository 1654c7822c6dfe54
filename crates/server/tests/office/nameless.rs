//! Planted people (SEC_34, SEC_13, SEC_38): names, telephones, addresses and an identity number go in by every door, and every
//! output is searched for them. What may show what to whom:
//!
//! * the page of a matter, lists, board, figures: masked, for everybody; in full only on the page that asks for a reason, to
//!   who handles the matter, and for a report only to who may open reporters; the read log keeps it;
//! * the draft of the one who types, and the page of a citizen with number and code: what that person typed;
//! * a trader's own telephone, as a complainant names it: the matter's page, the file of its unit and its columns; nowhere else;
//! * everything else — files of lists, the interface and Open311, messages to other systems, notices, the log, problems and
//!   errors of jobs, the journal, the search index, the data folder and the backup — nothing, to nobody.

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
    "宇文怀瑾",
    "13955556666",
    "桂花巷七弄",
    "长孙望舒",
    "13977778888",
    "独孤若谷",
    "13999990000",
];

/// The telephone of a trader, as complainants name it: office work, but nothing for others.
const SHOP: &str = "0451-87654321";

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
        for place in found(&everything, SHOP) {
            assert!(["contact.respondent_phone", "trader.phone"].contains(&place.as_str()), "{place}");
        }
        let told = everything.iter().filter(|(place, _)| place == "webhook_delivery.payload").count();
        assert!(told >= 2, "messages were made");
        // The index knows no part of a name; the whole name is found by its mark.
        for part in ["%E5%A4%8F%E4%BE%AF", "%E5%85%AC%E5%AD%99"] {
            let page = office.sign_in_again("dispatcher").await.get(&format!("/matters?q={part}")).await;
            assert!(!numbers.iter().any(|number| page.body.contains(number.as_str())), "found by {part}");
        }
        files_name_nobody(&office).await;
        programs_hear_nobody(&office).await;
        disks_name_nobody(&office).await;
        for login in ["wang", "auditor", "station", "admin"] {
            let mut visitor = office.sign_in(login).await;
            for number in &numbers {
                for path in [format!("/matters/{number}"), format!("/matters/{number}/nothing"), format!("/traders/{number}")] {
                    names_nobody(&format!("{login} {path}"), &visitor.get(&path).await.body);
                }
                let answer = visitor.post(&format!("/matters/{number}/people"), &[("reason", "")]).await;
                names_nobody(login, &answer.body);
            }
            pages_name_nobody(&mut visitor, login).await;
        }
    })
    .await;
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!logged.is_empty(), "the program logs");
    names_nobody("the log", &logged);
}

/// Every page that needs no id, as whoever may open it.
async fn pages_name_nobody(visitor: &mut testkit::Visitor, login: &str) {
    let mut opened = 0;
    let routes = server::app_routes();
    for entry in routes.entries().iter().filter(|entry| entry.method == "GET" && !entry.path.contains('{')) {
        let page = visitor.get(entry.path).await;
        names_nobody(&format!("{login} {}", entry.path), &page.body);
        opened += usize::from(page.status == 200);
    }
    assert!(opened > 8, "{login}: {opened}");
}

/// What programs are answered: looks of the interface, and Open311.
async fn programs_hear_nobody(office: &TestOffice) {
    for login in ["dispatcher", "wang", "auditor", "desk"] {
        let token = crate::api::token(office, login, "read,figures,open311").await;
        for path in [
            "/api/v1/matters",
            "/api/v1/figures",
            "/api/v1/figures/received",
            "/open311/v2/requests.json",
            "/open311/v2/requests.xml",
        ] {
            let answer = office.stranger().call("GET", path, &token, "", &[("x-api-key", &token)]).await;
            names_nobody(&format!("{login} {path}"), &answer.body);
            let key = format!("{path}?api_key={token}");
            names_nobody(
                &format!("{login} {path}"),
                &office.stranger().call("GET", &key, "", "", &[]).await.body,
            );
        }
        let list = office.stranger().call("GET", "/api/v1/matters", &token, "", &[]).await;
        assert!(list.status != 200 || list.body.contains("matters"), "{login}: {}", list.body);
    }
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Every file of the data folder and of a backup, byte by byte. What is not personal is found there: the search can find.
async fn disks_name_nobody(office: &TestOffice) {
    let data = office.app.config.data.clone();
    std::fs::write(data.join("keys.txt"), office.app.ground.keyring.to_text()).unwrap();
    let saved = data.join("backups/planted");
    server::safekeeping::back_up(&office.app, &saved, true).await.unwrap();
    let (mut waits, mut seen) = (vec![data], false);
    while let Some(folder) = waits.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                waits.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            seen |= path.starts_with(&saved) && holds(&bytes, "好再来超市");
            for needle in PEOPLE.iter().filter(|needle| needle.chars().count() > 2) {
                assert!(!holds(&bytes, needle), "{needle} stands in {}", path.display());
            }
        }
    }
    assert!(seen, "the backup holds what is not personal");
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
        form.retain(|(field, _)| *field != "address");
        form.extend([
            ("kind", kind),
            ("name", name),
            ("phone", phone),
            ("address", "桂花巷七弄1号"),
            ("respondent_phone", SHOP),
        ]);
        if kind == "complaint" {
            form.extend([
                ("agent_name", "宇文怀瑾"),
                ("agent_phone", "13955556666"),
                ("agent_papers", "yes"),
            ]);
        }
        let answer = desk.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        numbers.push(answer.location().trim_start_matches("/matters/").to_owned());
    }
    numbers.extend(by_other_doors(office).await);
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

/// The public pages, the interface, Open311 and a file of another system; the numbers.
async fn by_other_doors(office: &TestOffice) -> Vec<String> {
    let person = [("phone", "13977778888"), ("name", "长孙望舒"), ("address", "南岗区桂花巷七弄1号")];
    let typed: Vec<Vec<(&str, &str)>> = crate::portal::COMPLAINT
        .iter()
        .map(|(question, answer)| {
            let own = person.iter().find(|(name, _)| name == question);
            own.map_or_else(|| answer.to_vec(), |own| vec![*own])
        })
        .collect();
    let pages: Vec<crate::portal::Page<'_>> = crate::portal::COMPLAINT
        .iter()
        .zip(&typed)
        .map(|((question, _), answer)| (*question, answer.as_slice()))
        .collect();
    let (by_web, _) = crate::portal::sent(office, &mut office.stranger(), "complaint", &pages).await;

    let program = office.stranger();
    let mut body = crate::api::complaint();
    for (field, value) in [("name", "独孤若谷"), ("phone", "13999990000"), ("address", "桂花巷七弄1号")]
    {
        body[field] = serde_json::json!(value);
    }
    let token = crate::api::token(office, "desk", "read,write,open311").await;
    let (status, made) = crate::api::call(&program, &token, "POST", "/matters", &body).await;
    assert_eq!(status, 201, "{made}");
    let by_program = made["matter"]["number"].as_str().unwrap().to_owned();

    let form = [
        ("api_key", token.as_str()),
        ("service_code", "complaint"),
        ("address_string", "南岗区测试街1号"),
        ("last_name", "独孤"),
        ("first_name", "若谷"),
        ("phone", "13999990000"),
        ("description", "购买的牛奶已经变质，要求退款"),
        ("attribute[respondent_name]", "好再来超市"),
        ("attribute[demands][]", "refund"),
    ];
    let body = serde_urlencoded::to_string(form).unwrap();
    let head = [("content-type", "application/x-www-form-urlencoded")];
    let sent = program.call("POST", "/open311/v2/requests.json", "", &body, &head).await;
    assert_eq!(sent.status, 200, "{}", sent.body);

    let row = "登记编号,类型,诉求内容,企业名称,登记时间,接收方式,问题类别,姓名,电话\n\
         X9,举报,出售过期牛奶,好再来超市,2026-09-23 09:00:00,全国12315平台,食品安全,独孤若谷,13999990000\n";
    let path = std::env::temp_dir()
        .join(format!("planted-{}.csv", office.app.ctx(kernel::Actor::System("测试")).request));
    std::fs::write(&path, row).unwrap();
    let order = intake::import::Order {
        map: intake::import::Map::national(),
        unit: office.officer("dispatcher").unit,
        dry_run: false,
    };
    let sheet = intake::import::run(&office.app.db, &office.ctx("dispatcher"), &path, &order).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(sheet.new, 1);
    vec![by_web, by_program]
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
