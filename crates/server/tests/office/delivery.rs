//! R03, R33: notices that the program sends, against counterparts on loopback that speak the protocols.

mod carriers;
mod dsn;
mod gateway;
mod line;
mod papers;
mod smtp;
mod starttls;
mod texts;
mod trust;

use db::{Sql, params};
use gateway::{Gateway, Reply, SECRET};
use jiff::ToSpan as _;
use matters::notices::{self, NewNotice};
use smtp::MailServer;
use testkit::{Answer, TestOffice, Visitor};

use crate::complaint::{act, assigned, done};

const fn sql(text: &'static str) -> Sql {
    Sql { name: "delivery::sql", text }
}

fn configure(office: &TestOffice, toml: &str) {
    std::fs::write(office.app.config.data.join("delivery.toml"), toml).unwrap();
}

async fn round(office: &TestOffice) -> delivery::Ran {
    delivery::deliver_due(&office.app).await.unwrap()
}

async fn text_of(office: &TestOffice, statement: &'static str) -> String {
    let found = office.app.db.read(move |tx| tx.one(&sql(statement), &[])).await.unwrap();
    found.map_or_else(String::new, |row| row.first::<Option<String>>().unwrap().unwrap_or_default())
}

async fn later(office: &TestOffice, minutes: i64) {
    let at = office.app.ground.clock.now().checked_add(minutes.minutes()).unwrap();
    office.app.ground.clock.set(at);
}

/// A report signed as the gateway would.
async fn report(office: &TestOffice, body: &str) -> Answer {
    let seconds = office.app.ground.clock.now().as_second();
    let signature = delivery::sign(delivery::Algorithm::Sm3, SECRET, seconds, "report", body);
    let headers = [("x-xiaobao-timestamp", seconds.to_string()), ("x-xiaobao-signature", signature)];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    office.stranger().post_text("/delivery/sms/report", body, &headers).await
}

/// A complaint accepted by zhang, who lets the program tell the complainant by `channel`.
async fn accepted(office: &TestOffice, channel: &str, address: &str) -> (String, Visitor) {
    let (number, mut zhang) = assigned(office).await;
    done(&mut zhang, &number, "acceptance", &[("tell", channel), ("tell_address", address)]).await;
    (number, zhang)
}

async fn page(zhang: &mut Visitor, number: &str) -> String {
    zhang.get(&format!("/matters/{number}")).await.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_told_by_sms_and_its_clock_stops_on_the_day_of_the_report() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        assert_eq!(gateway.got().len(), 0, "nothing leaves before the round");
        assert_eq!(round(&office).await, delivery::Ran { sent: 1, ..delivery::Ran::default() });
        let got = &gateway.got()[0];
        assert!(got.genuine, "{got:?}");
        assert_eq!(got.body["to"], "13812345678");
        let text = got.body["text"].as_str().unwrap();
        assert!(text.starts_with("【南岗分局】您的投诉（TS-") && text.contains("调解期限至2026年"), "{text}");
        assert!(!text.contains("王芳"), "no names in a text");
        assert_eq!(got.body["key"].as_str().unwrap(), got.header("idempotency-key"));
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("已发出，等待回执") && shown.contains("受理待告知"), "{shown}");

        office.set_day("2026-09-24");
        zhang = office.sign_in("zhang").await;
        let answer = report(&office, "{\"id\":\"G1\",\"status\":\"DELIVRD\"}").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "{\"code\":\"0\",\"taken\":1}"));
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("短信回执：回执 G1，2026-09-24 09:00"), "{shown}");
        assert!(shown.contains("已受理") && !shown.contains("受理待告知"), "{shown}");
        let stopped = text_of(&office, "SELECT stopped_on FROM clock WHERE key = 'accept'").await;
        assert_eq!(stopped, "2026-09-24", "the day the complainant was told");
        assert_eq!(round(&office).await, delivery::Ran::default());
        assert!(office.app.db.read(jobs::is_empty).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn material_and_a_session_are_asked_for_by_the_program_too() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let (number, mut zhang) = assigned(&office).await;
        let ask = [("items", "身份证明材料"), ("day", "2026-09-30"), ("tell", "sms")];
        done(&mut zhang, &number, "material_request", &ask).await;
        done(&mut zhang, &number, "material", &[("way", "given")]).await;
        done(&mut zhang, &number, "acceptance", &[]).await;
        let told = [("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];
        done(&mut zhang, &number, "acceptance_notice", &told).await;
        let session = [
            ("way", "site"),
            ("who", "zhang"),
            ("at", "2026-10-12T09:30"),
            ("place", "中山所"),
            ("tell", "sms"),
        ];
        done(&mut zhang, &number, "mediation", &session).await;
        assert_eq!(round(&office).await.sent, 2);
        let got = gateway.got();
        let says = |words: &str| got.iter().any(|one| one.body["text"].as_str().unwrap().contains(words));
        assert!(says("需要补正：身份证明材料。请于2026年9月30日前提供"), "{got:?}");
        assert!(says("定于2026年10月12日9时30分，在中山所进行调解"), "{got:?}");
        // Without a channel of the program the form still wants its proof.
        let bare = act(&mut zhang, &number, "mediation", &session[..4]).await;
        assert_eq!(bare.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_undone_is_not_sent() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let (number, mut zhang) = assigned(&office).await;
        let (ctx, seen) = (office.ctx("zhang"), number.clone());
        let undone: web::Result<()> = office
            .app
            .db
            .write(move |tx| {
                let matter = matters::find(tx, &ctx, &seen)?;
                let new = NewNotice {
                    kind: "progress".to_owned(),
                    channel: "sms".to_owned(),
                    address: "13812345678".to_owned(),
                    text: "正在办理".to_owned(),
                    ..NewNotice::default()
                };
                notices::plan(tx, &ctx, &matter, &new)?;
                Err(kernel::Refusal::new("undone", "不办了").into())
            })
            .await;
        undone.unwrap_err();
        // A decision that is refused plans nothing either.
        let refused =
            act(&mut zhang, &number, "acceptance", &[("tell", "email"), ("tell_address", "")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("请填写投诉人的邮箱"), "{}", refused.text());
        assert_eq!(round(&office).await, delivery::Ran::default());
        assert!(gateway.got().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_down_is_tried_again_then_shown_and_sent_on_request() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        gateway.script(&vec![Reply::Say(500, "{\"message\":\"13812345678 busy\"}".to_owned()); 8]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        for attempt in 1..=8_i64 {
            assert_eq!(round(&office).await.failed, 1, "try {attempt}");
            assert_eq!(round(&office).await, delivery::Ran::default(), "not before its time");
            later(&office, attempt * attempt).await;
        }
        assert_eq!(round(&office).await, delivery::Ran::default(), "given up");
        let list = zhang.get("/deliveries").await.text();
        assert!(list.contains("多次发送失败") && list.contains("网关应答 500 （号码） busy"), "{list}");
        assert!(!list.contains("13812345678"), "no number in an error");
        assert!(
            !office.sign_in("wang").await.get("/deliveries").await.text().contains(&number),
            "another unit"
        );
        let health = server::check_health(&office.app).await.unwrap();
        assert!(health.lines.iter().any(|line| line.colour == "late" && line.words.contains("多次发送失败")));

        let id = text_of(&office, "SELECT REPLACE(outside_id, 'x', '') FROM dispatch").await;
        assert_eq!(id, "", "no number of the gateway yet");
        let again = press(&mut zhang, "/retry").await;
        assert_eq!(again.status, 303, "{}", again.text());
        assert_eq!(round(&office).await.sent, 1);
        assert_eq!(gateway.told(), 1);
        assert!(page(&mut zhang, &number).await.contains("已发出，等待回执"));
        assert_eq!(press(&mut zhang, "/retry").await.status, 404, "no button any more");
    })
    .await;
}

/// Presses the first button of `/deliveries` that ends with `path`.
async fn press(visitor: &mut Visitor, path: &str) -> Answer {
    let body = visitor.get("/deliveries").await.body;
    let mut targets = body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let target = targets.find(|target| target.ends_with(path)).unwrap_or("/nowhere").to_owned();
    visitor.post(&target, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_an_unknown_result_and_nobody_is_told_twice() {
    TestOffice::each(async |office| {
        for (reply, more) in [(Reply::Silence, ""), (Reply::Hold, ""), (Reply::Say(504, String::new()), "")] {
            let gateway = Gateway::open();
            configure(&office, &gateway.toml(more));
            gateway.script(&[reply]);
            let (number, mut zhang) = accepted(&office, "sms", "").await;
            assert_eq!(round(&office).await.failed, 1);
            later(&office, 300).await;
            zhang = if round(&office).await == delivery::Ran::default() {
                zhang
            } else {
                panic!("sent again unasked")
            };
            assert_eq!(gateway.got().len(), 1);
            assert!(page(&mut zhang, &number).await.contains("告知发送结果未知"));
            let list = zhang.get("/deliveries").await.text();
            assert!(list.contains("发送结果未知") && list.contains("重试可能重复发送"), "{list}");
            // Otherwise: the notice failed, and the form for another is filled with what it said.
            let other = press(&mut zhang, "/otherwise").await;
            assert_eq!(other.status, 303, "{}", other.text());
            let form = zhang.get(other.location()).await;
            assert!(form.text().contains("您的投诉（TS-"), "{}", form.text());
            assert!(!zhang.get("/deliveries").await.text().contains(&number));
            assert!(office.app.db.read(jobs::is_empty).await.unwrap());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_takes_two_for_one_is_asked_again_with_the_same_key() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml("deduplicates = true"));
        gateway.script(&[Reply::Silence, Reply::Ok("G7")]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        round(&office).await;
        later(&office, 2).await;
        assert_eq!(round(&office).await.sent, 1);
        let got = gateway.got();
        assert_eq!(got.len(), 2);
        assert_eq!(got[0].header("idempotency-key"), got[1].header("idempotency-key"));
        assert_eq!(gateway.told(), 1);
        assert!(page(&mut zhang, &number).await.contains("已发出，等待回执"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_died_while_sending_does_not_send_again_unasked() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        gateway.script(&[Reply::Say(503, "{}".to_owned())]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        round(&office).await;
        // As a program that stopped between the request and its answer leaves it.
        let dies = sql("UPDATE dispatch SET state = 'sending'");
        office.app.db.write(move |tx| tx.execute(&dies, &[])).await.unwrap();
        later(&office, 2).await;
        assert_eq!(round(&office).await.failed, 1);
        assert_eq!(gateway.got().len(), 1, "only the first");
        assert!(page(&mut zhang, &number).await.contains("可能已经发出，没有自动重发"));
        // Also when it died so often that the queue gave the job up.
        office.app.db.write(move |tx| tx.execute(&dies, &[])).await.unwrap();
        round(&office).await;
        assert!(zhang.get("/deliveries").await.text().contains("程序多次在发送途中中断"));
        // The gateway's report tells what became of it, by the key alone.
        let key = gateway.got()[0].header("idempotency-key").to_owned();
        let body = format!("[{{\"key\":\"{key}\",\"status\":\"DELIVRD\",\"at\":\"2026-09-23T01:01:00Z\"}}]");
        assert_eq!(report(&office, &body).await.body, "{\"code\":\"0\",\"taken\":1}");
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("已受理") && shown.contains("短信回执"), "{shown}");
        assert!(office.app.db.read(jobs::is_empty).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_does_not_call_back_is_asked() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(&format!("poll_url = \"http://{}/reports\"", gateway.address)));
        let answers = "[{\"id\":\"G1\",\"status\":\"UNDELIV\",\"reason\":\"空号\"}]";
        gateway.script(&[Reply::Ok("G1"), Reply::Say(200, answers.to_owned())]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        let ran = round(&office).await;
        assert_eq!((ran.sent, ran.reports), (1, 1));
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("未送达，UNDELIV 空号") && shown.contains("受理待告知"), "{shown}");
        let list = zhang.get("/deliveries").await.text();
        assert!(list.contains("被拒收") && list.contains("改用其他方式") && !list.contains("重试"), "{list}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_configuration_everything_is_by_hand() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let form = zhang.get(&format!("/matters/{number}/acceptance")).await.text();
        assert!(!form.contains("由系统告知投诉人"), "{form}");
        let notice = [("notice_kind", "progress"), ("notice_channel", "sms"), ("text", "正在办理")];
        done_plain(&mut zhang, &format!("/matters/{number}/notices"), &notice).await;
        assert_eq!(round(&office).await, delivery::Ran { by_hand: 1, ..delivery::Ran::default() });
        assert!(office.app.db.read(jobs::is_empty).await.unwrap(), "nobody waits for what nobody does");
        assert!(page(&mut zhang, &number).await.contains("登记送达结果"));
        let health = server::check_health(&office.app).await.unwrap();
        assert!(health.is_well() && health.lines.iter().any(|line| line.words.contains("没有配置自动发送")));
    })
    .await;
}

pub(crate) async fn done_plain(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) {
    let answer = visitor.post(path, form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}
