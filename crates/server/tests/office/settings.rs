//! What the bureau sets on screen and that leaves the law in use alone: retention with its proof, jobs, audit search. Law that
//! is replaced has a program of its own, `tests/law_in_use.rs`.

use db::{Sql, Value, params};
use testkit::{TestOffice, Visitor};

const NAME: &str = "欧阳慕雪";
const PHONE: &str = "13900001234";
const ADDRESS: &str = "南岗区清除街77号";

pub(crate) fn sql(text: String) -> Sql {
    Sql { name: "test", text: Box::leak(text.into_boxed_str()) }
}

pub(crate) async fn work(office: &TestOffice) {
    let ran =
        ::settings::work(jobs::Worker::new()).run_due(&office.app.db, &office.app.ground).await.unwrap();
    assert_eq!((ran.failed, ran.dead), (0, 0), "{ran:?}");
}

/// A consultation, answered on the spot; its number.
pub(crate) async fn consultation(desk: &mut Visitor, name: &str, phone: &str, facts: &str) -> String {
    let form = [
        ("kind", "consultation"),
        ("channel", "phone"),
        ("name", name),
        ("phone", phone),
        ("address", ADDRESS),
        ("facts", facts),
        ("answered", "yes"),
        ("topic", "returns"),
        ("answer", "已告知三包规定"),
    ];
    let answer = desk.post("/desk", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = desk.get("/desk").await.text();
    page.split_whitespace().find(|word| word.starts_with("ZX-")).unwrap().to_owned()
}

/// Every value of every column of every table of the database.
pub(crate) async fn everything(office: &TestOffice) -> Vec<(String, Value)> {
    let engine = office.app.db.engine();
    let look = move |tx: &mut db::Tx| {
        let tables = match engine {
            db::Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            db::Engine::Postgres => {
                "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let mut all = Vec::new();
        for table in tx.query(&sql(tables.to_owned()), &[])? {
            let table: String = table.get("name")?;
            let columns = match engine {
                db::Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
                db::Engine::Postgres => format!(
                    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}' AND data_type <> 'tsvector'"
                ),
            };
            for column in tx.query(&sql(columns), &[])? {
                let column: String = column.get("name")?;
                let text =
                    format!("SELECT \"{column}\" AS one FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
                for row in tx.query(&sql(text), &[])? {
                    all.push((format!("{table}.{column}"), row.get("one")?));
                }
            }
        }
        Ok::<_, web::Problem>(all)
    };
    office.app.db.read(look).await.unwrap()
}

/// Where `needle` stands in the clear.
pub(crate) fn found(all: &[(String, Value)], needle: &str) -> Vec<String> {
    let has = |value: &Value| match value {
        Value::Text(text) => text.contains(needle),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).contains(needle),
        _ => false,
    };
    all.iter().filter(|(_, value)| has(value)).map(|(place, _)| place.clone()).collect()
}

pub(crate) async fn enable(office: &TestOffice, rule: &str, months: &str) {
    let mut admin = office.sign_in("admin").await;
    let path = format!("/settings/retention/rules/{rule}");
    let form = [("enabled", "yes"), ("months", months), ("reason", "本单位保管期限表第三项")];
    let answer = admin.post(&path, &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut bureau = office.sign_in("bureau").await;
    let page = bureau.get("/approvals").await;
    let (_, rest) = page.body.split_once("/approvals/retention/").unwrap();
    let path = format!("/approvals/retention/{}", rest.split('"').next().unwrap());
    assert_eq!(admin.post(&path, &[("decision", "yes")]).await.status, 403, "not by who proposed it");
    assert_eq!(bureau.post(&path, &[("decision", "yes")]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_forgotten_everywhere_proved_and_nothing_else_is_touched() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let facts = format!("{NAME}问手机三包，回电139-0000-1234，住{ADDRESS}");
        let due = consultation(&mut desk, NAME, PHONE, &facts).await;
        let held = consultation(&mut desk, "司马保全", "13900002222", "司马保全问退货").await;
        let linked = consultation(&mut desk, "诸葛关联", "13900003333", "诸葛关联问退货").await;
        let open = crate::desk::register(&mut desk).await;
        let form = [("other", open.as_str()), ("kind", "related"), ("reason", "同一件事")];
        assert_eq!(desk.post(&format!("/matters/{linked}/links"), &form).await.status, 303);
        assert!(
            desk.get("/matters?q=%E6%AC%A7%E9%98%B3%E6%85%95%E9%9B%AA").await.body.contains(&due),
            "found by the name before"
        );
        let before = everything(&office).await;
        assert!(!found(&before, NAME).is_empty(), "the story plants something");
        let mark = office.app.ground.keyring.blind("phone", PHONE);
        assert!(found(&before, &mark).contains(&"party.phone_mark".to_owned()));

        let mut admin = office.sign_in("admin").await;
        let hold = [("number", held.as_str()), ("hold_reason", "行政复议12号")];
        assert_eq!(admin.post("/settings/retention/holds", &hold).await.status, 303);
        assert_eq!(admin.post("/settings/retention/holds", &hold).await.status, 422, "held once");
        let little = [("enabled", "yes"), ("months", "5"), ("reason", "越短越好吧")];
        let refused = admin.post("/settings/retention/rules/sessions", &little).await;
        assert!(refused.status == 422 && refused.text().contains("网络安全法"), "{}", refused.text());

        office.set_day("2029-10-01");
        work(&office).await;
        assert_eq!(found(&everything(&office).await, NAME), found(&before, NAME), "no rule is in force yet");
        enable(&office, "consultation", "36").await;
        let page = office.sign_in("admin").await.get("/settings/retention").await.text();
        assert!(page.contains("1 件；因法律保全保留 1 件，因关联未结事项保留 1 件"), "{page}");
        office.set_day("2029-10-03");
        work(&office).await;

        let after = everything(&office).await;
        let marks = [
            ("name", codes::names::fold(NAME)),
            ("phone", PHONE.to_owned()),
            ("address", codes::names::fold(ADDRESS)),
        ];
        for (purpose, value) in &marks[..2] {
            let mark = office.app.ground.keyring.blind(purpose, value);
            assert_eq!(found(&after, &mark), Vec::<String>::new(), "{purpose}");
        }
        for needle in [NAME, PHONE, "139-0000-1234"] {
            assert_eq!(found(&after, needle), Vec::<String>::new(), "{needle}");
        }
        nothing_else(&office, [&due, &held, &linked, &open]).await;
        proof(&office, &due).await;
    })
    .await;
}

/// The people of the held, the linked and the open matter are all there; the one that was due has its facts without them.
async fn nothing_else(office: &TestOffice, numbers: [&String; 4]) {
    let [due, held, linked, open] = numbers;
    let mut desk = office.sign_in("desk").await;
    let reason = [("reason", "核对保存情况")];
    for (number, name) in [(held, "司马保全"), (linked, "诸葛关联"), (open, "王芳")] {
        let people = desk.post(&format!("/matters/{number}/people"), &reason).await;
        assert!(people.text().contains(name), "{number}: {}", people.text());
    }
    assert!(desk.get(&format!("/matters/{held}")).await.text().contains("司马保全问退货"));
    let page = desk.get(&format!("/matters/{due}")).await.text();
    for words in
        ["〔已清除〕问手机三包，回电〔已清除〕，住〔已清除〕", "到期清除个人信息", "已告知三包规定", "已答复"]
    {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(
        !desk.get("/matters?q=%E6%AC%A7%E9%98%B3%E6%85%95%E9%9B%AA").await.body.contains(due.as_str()),
        "not by search"
    );
    assert!(desk.get("/matters?q=%E4%B8%89%E5%8C%85").await.body.contains(due.as_str()), "by what is left");
    let figures = office.sign_in("bureau").await.get("/figures/received?from=2026-09-01&to=2026-09-30").await;
    assert!(figures.text().contains('4'), "figures stay");
}

/// The run says how many, by whose decision, with a digest of the list that can be made again; a second run does nothing.
async fn proof(office: &TestOffice, due: &str) {
    let page = office.sign_in("admin").await.get("/settings/retention").await.text();
    let digest = kernel::hex(&kernel::sm3(format!("{due}\n").as_bytes()));
    assert!(page.contains(&digest) && page.contains("admin提出，bureau核准"), "{page}");
    let journal = office.sign_in("auditor").await.get("/audit?verb=retention").await.text();
    assert!(journal.contains("到期清除"), "{journal}");
    office.set_day("2029-10-05");
    work(office).await;
    let runs = |tx: &mut db::Tx| tx.scalar::<i64>(&sql("SELECT COUNT(*) FROM retention_run".to_owned()), &[]);
    assert_eq!(office.app.db.read(runs).await.unwrap(), 1);
    let keyring = office.app.ground.keyring.clone();
    assert!(office.app.db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap().broken.is_empty());

    // A hold that is released lets the matter go with the next run.
    let mut admin = office.sign_in("admin").await;
    let body = admin.get("/settings/retention").await.body;
    let (_, rest) = body.split_once("/settings/retention/holds/").unwrap();
    let path = format!("/settings/retention/holds/{}", rest.split('"').next().unwrap());
    assert_eq!(admin.post(&path, &[("hold_reason", "")]).await.status, 422);
    assert_eq!(admin.post(&path, &[("hold_reason", "复议已经审结")]).await.status, 303);
    office.set_day("2029-10-07");
    work(office).await;
    assert_eq!(found(&everything(office).await, "司马保全"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_and_sessions_go_when_their_rule_says_so() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        desk.post("/desk/draft", &[("facts", "没有写完")]).await;
        enable(&office, "drafts", "1").await;
        enable(&office, "sessions", "6").await;
        office.set_day("2026-10-20");
        work(&office).await;
        let count = |table: &str| sql(format!("SELECT COUNT(*) FROM {table}"));
        let (drafts, sessions) = (count("draft"), count("session"));
        let counts = move |tx: &mut db::Tx| {
            Ok::<_, db::Error>((tx.scalar::<i64>(&drafts, &[])?, tx.scalar::<i64>(&sessions, &[])?))
        };
        let (drafts, sessions) = office.app.db.read(counts).await.unwrap();
        assert!(drafts == 1 && sessions >= 3, "not yet: {drafts} {sessions}");
        office.set_day("2027-06-01");
        work(&office).await;
        assert_eq!(office.app.db.read(counts).await.unwrap(), (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_heart_the_queue_and_failed_jobs_are_on_one_page() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        assert!(admin.get("/settings/jobs").await.text().contains("后台还没有运行过"));
        work(&office).await;
        let page = admin.get("/settings/jobs").await.text();
        assert!(page.contains("运行中") && page.contains("到期清除") && page.contains("1 天") || page.contains("24 小时"), "{page}");
        // A job that was given up: retried, and taken down.
        let dead = sql(
            "INSERT INTO job (id, kind, subject, run_at, attempts, failed_at, error) VALUES ($1, 'call', 'TS-1', 0, 8, $2, '线路忙')"
                .to_owned(),
        );
        let ids = [uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2)];
        let now = office.app.ground.clock.now();
        let bury = move |tx: &mut db::Tx| ids.iter().try_for_each(|id| tx.execute(&dead, &params![id, now]).map(drop));
        office.app.db.write(bury).await.unwrap();
        let page = admin.get("/settings/jobs").await.text();
        assert!(page.contains("线路忙") && page.contains("TS-1"), "{page}");
        assert_eq!(admin.post(&format!("/settings/jobs/{}/retry", ids[0]), &[]).await.status, 303);
        assert_eq!(admin.post(&format!("/settings/jobs/{}/dismissal", ids[1]), &[]).await.status, 303);
        let page = admin.get("/settings/jobs").await.text();
        assert!(page.contains("没有停办的任务") && !page.contains("线路忙"), "{page}");
        assert_eq!(admin.post(&format!("/settings/jobs/{}/retry", ids[1]), &[]).await.status, 409);
        let journal = office.sign_in("auditor").await.get("/audit?verb=job_dismiss").await.text();
        assert!(journal.contains("撤下后台任务"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_auditor_finds_who_did_what_and_who_opened_whose_data() {
    TestOffice::each(async |office| {
        let number = crate::desk::register(&mut office.sign_in("desk").await).await;
        office.set_day("2026-09-25");
        let mut bureau = office.sign_in("bureau").await;
        let reason = [("reason", "抽查投诉办理质量")];
        assert_eq!(bureau.post(&format!("/matters/{number}/people"), &reason).await.status, 200);
        let mut auditor = office.sign_in("auditor").await;
        let lines = |answer: testkit::Answer| answer.body.matches("data-label=\"时间\"").count();
        let day = "from=2026-09-25&to=2026-09-25";
        assert_eq!(
            lines(auditor.get(&format!("/audit?number={number}&{day}")).await),
            1,
            "only the unmasking"
        );
        assert_eq!(
            lines(auditor.get(&format!("/audit?number={number}&to=2026-09-24")).await),
            2,
            "registered, clock"
        );
        assert_eq!(lines(auditor.get(&format!("/audit?actor=bureau&verb=unmask&number={number}")).await), 1);
        let unit = "%E5%8D%97%E5%B2%97%E5%88%86%E5%B1%80"; // 南岗分局
        let other = "%E4%B8%AD%E5%B1%B1%E6%89%80"; // 中山所
        assert_eq!(lines(auditor.get(&format!("/audit?number={number}&unit={unit}")).await), 3);
        assert_eq!(lines(auditor.get(&format!("/audit?number={number}&unit={other}")).await), 0);

        let page = auditor.get(&format!("/audit/reads?number={number}")).await;
        assert!(
            page.text().contains("抽查投诉办理质量") && page.text().contains("bureau"),
            "{}",
            page.text()
        );
        assert!(!page.body.contains("王芳"), "whose data, not the data");
        assert_eq!(lines(auditor.get("/audit/reads?actor=desk").await), 0);
        assert_eq!(lines(auditor.get(&format!("/audit/reads?{day}&unit={unit}")).await), 1);
        assert_eq!(bureau.get("/audit/reads").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_a_tree_changes_nothing_and_says_what_to_mend() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let index = admin.get("/settings").await.text();
        assert!(index.contains("放假安排") && index.contains("2027 年待录入"), "{index}");
        let draft = admin.post("/settings/classification/problems/draft", &[]).await;
        let path = draft.location().to_owned();
        let version = admin.get(&path).await.field("_version");
        for (form, words) in [
            (vec![("parent", ""), ("code", ""), ("name", "新问题")], "第一级类别请填写代码"),
            (vec![("code", "P01"), ("name", "新问题")], "已经使用"),
            (vec![("code", "p-1"), ("name", "新问题")], "写法不对"),
        ] {
            let mut form = form;
            form.push(("_version", &version));
            let answer = admin.post(&format!("{path}/entries"), &form).await;
            assert!(answer.status == 422 && answer.text().contains(words), "{words}: {}", answer.text());
        }
        let again = admin.post("/settings/classification/problems/draft", &[]).await;
        assert_eq!(again.location(), path, "one draft at a time");
        assert_eq!(admin.post(&format!("{path}/drop"), &[]).await.status, 303);
        assert_eq!(law::Law::in_use().classification.problems.edition, 1);
        assert_eq!(admin.get("/settings/classification/x").await.status, 404);
    })
    .await;
}
