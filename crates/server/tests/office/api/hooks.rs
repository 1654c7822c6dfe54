//! Webhooks: told in the transaction of the change, sent outside of it, signed; inner addresses refused.

use std::sync::{Arc, Mutex};

use jobs::Worker;
use serde_json::{Value as Json, json};
use testkit::TestOffice;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{call, complaint, token};

/// Another system on this machine: keeps what it hears and answers with a status.
struct Listener {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    async fn answering(status: &'static str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let mut text = Vec::new();
                let mut piece = [0; 4096];
                loop {
                    let read = stream.read(&mut piece).await.unwrap_or(0);
                    text.extend(&piece[..read]);
                    let so_far = String::from_utf8_lossy(&text).into_owned();
                    let whole = so_far.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                        let length = head.lines().find_map(|line| {
                            line.to_lowercase()
                                .strip_prefix("content-length:")
                                .and_then(|n| n.trim().parse().ok())
                        });
                        body.len() >= length.unwrap_or(0)
                    });
                    if whole || read == 0 {
                        break;
                    }
                }
                kept.lock().unwrap().push(String::from_utf8_lossy(&text).into_owned());
                let answer = format!(
                    "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:{port}/other\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn hook(office: &TestOffice, admin: &str, port: u16, more: Json) -> (String, String) {
    let mut body = json!({
        "label": "12345平台", "url": format!("http://127.0.0.1:{port}/in"), "kinds": ["new", "moved", "overdue"]
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, made) = call(&office.stranger(), admin, "POST", "/webhooks", &body).await;
    assert_eq!(status, 201, "{made}");
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn allow(office: &TestOffice, nets: &'static str) {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    office.app.db.write(move |tx| api::allow_nets(tx, &ctx, nets)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_system_is_told_signed_and_without_personal_data() {
    TestOffice::each(async |office| {
        let (program, other) = (office.stranger(), Listener::answering("204 No Content").await);
        let admin = token(&office, "admin", "admin").await;
        let zhang = token(&office, "zhang", "read,write").await;
        allow(&office, "127.0.0.0/8").await;
        let (_, secret) = hook(&office, &admin, other.port, json!({ "units": ["2301"] })).await;
        let (elsewhere, _) = hook(&office, &admin, other.port, json!({ "units": ["2302"] })).await;
        let (_, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        let path = format!("/matters/{number}/acceptance");
        assert_eq!(call(&program, &zhang, "POST", &path, &json!({})).await.0, 200);
        // What was refused is not told.
        assert_eq!(call(&program, &zhang, "POST", &path, &json!({})).await.0, 422);
        assert!(other.heard().is_empty(), "nothing is sent within the change");
        assert_eq!(api::deliver_due(&office.app).await.unwrap(), 2);
        let heard = other.heard();
        assert_eq!(heard.len(), 2);
        let mut events = Vec::new();
        for text in &heard {
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let header = |name: &str| {
                head.lines()
                    .find_map(|line| line.strip_prefix(&format!("{name}: ")))
                    .unwrap_or_default()
                    .to_owned()
            };
            let event = header("xiaobao-event");
            let told: Json = serde_json::from_str(body).unwrap();
            assert_eq!((&told["number"], &told["event"]), (&json!(number), &json!(event)));
            let seconds = office.app.ground.clock.now().as_second();
            assert_eq!(header("xiaobao-signature"), api::signature("hmac-sha256", &secret, seconds, body));
            for private in ["王芳", "1381234", "138-", "变质", "测试街", "好再来"] {
                assert!(!text.contains(private), "{private}");
            }
            events.push(event);
        }
        events.sort();
        assert_eq!(events, ["moved", "new"]);
        let path = format!("/webhooks/{elsewhere}/deliveries");
        let (_, none) = call(&program, &admin, "GET", &path, &Json::Null).await;
        assert_eq!(none["deliveries"], json!([]), "another unit's matters are not told");
        let empty = office.app.db.read(jobs::is_empty).await.unwrap();
        assert!(empty);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_clock_is_told_once() {
    TestOffice::each(async |office| {
        let (program, other) = (office.stranger(), Listener::answering("200 OK").await);
        let admin = token(&office, "admin", "admin").await;
        let zhang = token(&office, "zhang", "read,write").await;
        allow(&office, "127.0.0.1/32").await;
        hook(&office, &admin, other.port, json!({ "kinds": ["overdue"], "algorithm": "hmac-sm3" })).await;
        let (_, made) = call(&program, &zhang, "POST", "/matters", &complaint()).await;
        let number = made["matter"]["number"].as_str().unwrap().to_owned();
        let worker = api::work(Worker::new());
        worker.run_due(&office.app.db, &office.app.ground).await.unwrap();
        assert_eq!(api::deliver_due(&office.app).await.unwrap(), 0, "not overdue yet");
        for day in ["2026-10-20", "2026-10-21"] {
            office.set_day(day);
            worker.run_due(&office.app.db, &office.app.ground).await.unwrap();
            api::deliver_due(&office.app).await.unwrap();
        }
        let heard = other.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert!(heard[0].contains("\"clock\":\"accept\"") && heard[0].contains(&number), "{}", heard[0]);
        assert!(heard[0].contains("alg=hmac-sm3"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_sec_03_inner_addresses_and_redirects_are_not_followed() {
    TestOffice::each(async |office| {
        let (program, other) = (office.stranger(), Listener::answering("302 Found").await);
        let admin = token(&office, "admin", "admin").await;
        let zhang = token(&office, "zhang", "read,write").await;
        let (first, _) = hook(&office, &admin, other.port, json!({})).await;
        let port = other.port;
        for host in
            ["localhost", "[::ffff:127.0.0.1]", "2130706433", "0177.0.0.1", "127.1", "[::1]", "0.0.0.0"]
        {
            hook(&office, &admin, port, json!({ "url": format!("http://{host}:{port}/in") })).await;
        }
        for url in ["file:///etc/passwd", "ftp://a.example/", "http://u:p@a.example/", "javascript:alert(1)"]
        {
            let body = json!({ "label": "x", "url": url, "kinds": ["new"] });
            let (status, problem) = call(&program, &admin, "POST", "/webhooks", &body).await;
            assert_eq!((status, &problem["code"]), (422, &json!("webhook_url")), "{url}");
        }
        call(&program, &zhang, "POST", "/matters", &complaint()).await;
        assert_eq!(api::deliver_due(&office.app).await.unwrap(), 0);
        assert!(other.heard().is_empty(), "{:?}", other.heard());
        // An administrator allows the network: sent, but a redirect is an answer like any other, not a way on.
        allow(&office, "127.0.0.0/8").await;
        office.app.ground.clock.set(office.app.ground.clock.now() + jiff::SignedDuration::from_mins(5));
        api::deliver_due(&office.app).await.unwrap();
        let heard = other.heard();
        assert!(!heard.is_empty() && heard.iter().all(|text| text.starts_with("POST /in ")), "{heard:?}");
        let path = format!("/webhooks/{first}/deliveries");
        let (_, told) = call(&program, &admin, "GET", &path, &Json::Null).await;
        let one = &told["deliveries"][0];
        assert_eq!(
            (&one["state"], &one["status"], &one["attempts"]),
            (&json!("waiting"), &json!(302), &json!(2))
        );
        // After the last try it is given up, and both the page and the queue say so.
        for _ in 0..10 {
            office.app.ground.clock.set(office.app.ground.clock.now() + jiff::SignedDuration::from_hours(2));
            api::deliver_due(&office.app).await.unwrap();
        }
        let (_, told) = call(&program, &admin, "GET", &path, &Json::Null).await;
        assert_eq!(told["deliveries"][0]["state"], "dead");
        let page = office.sign_in("admin").await.get(&path.replace("/api/v1", "")).await;
        assert!(page.text().contains("已放弃"), "{}", page.text());
    })
    .await;
}
