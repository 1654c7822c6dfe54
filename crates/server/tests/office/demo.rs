//! The demo bureau: one example at least of everything the front office does, made by the office's own commands, and nothing
//! in it that the office's own checks would find fault with.

use std::sync::Arc;

use db::testing::TestDatabase;
use kernel::Ground;
use web::{App, Config, Problem};

/// What a short demo holds, and the rows that prove it.
const HELD: &[(&str, &str)] = &[
    ("先行和解：加入的经营者", "odr_body WHERE kind = 'trader' AND left_on IS NULL"),
    ("先行和解：退出的经营者", "odr_body WHERE kind = 'trader' AND left_on IS NOT NULL"),
    ("受托组织", "odr_body WHERE kind = 'centre'"),
    ("先行和解：待送", "matter WHERE kind = 'settlement' AND state = 'received'"),
    (
        "先行和解：待答复，期限未到",
        "matter m JOIN clock c ON c.matter_id = m.id WHERE m.kind = 'settlement' AND m.state = 'offered' AND c.key = 'odr' \
         AND c.stopped_on IS NULL AND c.due >= '2026-09-23'",
    ),
    ("先行和解：待确认", "matter WHERE kind = 'settlement' AND state = 'replied'"),
    ("先行和解：待履行", "matter WHERE kind = 'settlement' AND state = 'agreed'"),
    ("先行和解：已和解", "matter WHERE kind = 'settlement' AND outcome = 'odr_settled'"),
    ("先行和解：撤回", "matter WHERE kind = 'settlement' AND outcome = 'withdrawn'"),
    ("先行和解：转为投诉", "matter_link WHERE kind = 'settlement'"),
    ("先行和解：自动转为投诉", "journal WHERE verb = 'odr_complaint' AND actor_id IS NULL"),
    ("委托调解：已反馈", "odr_case WHERE way = 'entrust' AND ended_on IS NOT NULL"),
    ("委托调解：办理中", "odr_case WHERE way = 'entrust' AND ended_on IS NULL"),
    ("分立", "matter_link WHERE kind = 'split'"),
    ("共用证据", "evidence_share"),
    ("并案", "matter_merge WHERE why = 'merge' AND undone_at IS NULL"),
    (
        "并案：12345 转来",
        "matter m JOIN matter_merge g ON g.leader_id = m.id WHERE m.channel = 'hotline12345' AND m.outside_number IS NOT NULL",
    ),
    (
        "并案：12315 平台",
        "matter WHERE channel = 'platform12315' AND outside_number IS NOT NULL AND state = 'merged'",
    ),
    ("并案：来信", "matter WHERE channel = 'letter' AND state = 'merged'"),
    ("补充", "matter_link WHERE kind = 'supplement'"),
    ("重复举报不再处理", "matter WHERE state = 'repeated'"),
    ("管辖判断", "jurisdiction_advice"),
    ("管辖争议：待答复", "jurisdiction_dispute WHERE state = 'open'"),
    ("管辖争议：待指定", "jurisdiction_dispute WHERE state = 'refused'"),
    ("管辖争议：已指定", "jurisdiction_dispute WHERE state = 'ruled'"),
    ("提醒：将要到期", "reminder WHERE level = 'soon'"),
    ("提醒：到期", "reminder WHERE level = 'due'"),
    ("提醒：逾期，所长", "reminder WHERE level = 'late1'"),
    ("提醒：逾期，局领导", "reminder WHERE level = 'late3'"),
    ("催办", "reminder WHERE level = 'manual'"),
    ("请假", "officer_leave WHERE from_day <= '2026-09-23' AND to_day >= '2026-09-23'"),
    ("休假交接", "handover WHERE ended_at IS NULL"),
    ("回执", "receipt"),
    ("留言：未读", "talk WHERE side = 'person' AND read_at IS NULL"),
    ("留言：回复", "talk WHERE side = 'office'"),
    ("留言：补充材料", "talk WHERE kind = 'supplement'"),
    ("自评", "portal_rating"),
    ("文书：起草中", "paper WHERE state = 'drafted'"),
    ("文书：待审批", "paper WHERE state = 'submitted'"),
    ("文书：已批准", "paper WHERE state = 'approved'"),
    ("文书：已印制", "paper WHERE state = 'printed' AND number IS NOT NULL"),
    ("文书：已作废", "paper WHERE state = 'void'"),
    ("文书：已撤销", "paper WHERE state = 'discarded'"),
    ("告知：信函待发", "notice WHERE channel = 'letter' AND state = 'planned'"),
    ("告知：信函已发", "notice WHERE channel = 'letter' AND state = 'sent'"),
    ("告知：信函送达", "notice WHERE channel = 'letter' AND state = 'delivered' AND kind = 'accepted'"),
    ("告知：信函退回", "notice WHERE channel = 'letter' AND state = 'failed'"),
    ("告知：电话未通", "notice WHERE channel = 'phone' AND state = 'failed'"),
    ("筛选：自己的", "saved_view WHERE shared = FALSE"),
    ("筛选：共享的", "saved_view WHERE shared = TRUE"),
    ("导出：可下载", "export WHERE state = 'done' AND lines > 0"),
    ("规则变更：待核准", "law_edition WHERE state = 'proposed'"),
    ("保存期限：待核准", "retention_decision WHERE state = 'proposed'"),
];

/// What a demo never holds: things outside the demo's mark, secrets, anything that would leave the office by itself.
const NEVER: &[(&str, &str)] = &[
    ("没有标记的事项", "matter WHERE demo = FALSE"),
    ("没有标记的经营者", "trader WHERE demo = FALSE"),
    ("没有标记的人员", "officer WHERE demo = FALSE"),
    ("推送", "webhook"),
    ("令牌", "api_token"),
    ("由程序发送的告知", "notice WHERE channel IN ('sms', 'email', 'web')"),
    ("待发任务", "job WHERE kind = 'send_notice'"),
];

async fn count(app: &App, rest: &'static str) -> i64 {
    let text: &'static str = format!("SELECT COUNT(*) FROM {rest}").leak();
    let statement = db::Sql { name: "test", text };
    app.db.read(move |tx| Ok::<_, Problem>(tx.scalar(&statement, &[])?)).await.unwrap()
}

/// An empty office on an afternoon in September.
fn empty(database: &TestDatabase) -> App {
    let ground = Ground::standing("2026-09-23T07:30:00Z".parse().unwrap(), "demo office");
    let config = Config {
        bureau: "演示".to_owned().into(),
        data: database.folder().to_owned(),
        secure_cookies: false,
        demo: true,
        version: "test",
    };
    App { db: database.db.clone(), ground, config: Arc::new(config) }
}

async fn shows_everything(database: TestDatabase) {
    let app = empty(&database);
    assert!(server::demo::fill_with(&app, 100, 60).await.unwrap());
    assert!(!server::demo::fill_with(&app, 100, 60).await.unwrap(), "only into an empty database");
    for (what, rest) in HELD {
        assert!(count(&app, rest).await > 0, "{what}: {rest}");
    }
    for (what, rest) in NEVER {
        assert_eq!(count(&app, rest).await, 0, "{what}: {rest}");
    }
    let health = server::check_health(&app).await.unwrap();
    assert!(health.is_well(), "{health:?}");
    let clocks = health.lines.iter().find(|line| line.name == "期限复核").expect("clocks are checked");
    assert_eq!(clocks.colour, "ok", "{clocks:?}");
    let keyring = app.ground.keyring.clone();
    let verdict = app.db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap();
    assert!(verdict.broken.is_empty(), "{verdict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_the_whole_front_office_and_contradicts_nothing() {
    shows_everything(TestDatabase::sqlite(server::MIGRATIONS).await.unwrap()).await;
    if let Some(postgres) = TestDatabase::postgres(server::MIGRATIONS).await.unwrap() {
        shows_everything(postgres).await;
    }
}
