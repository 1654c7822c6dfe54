//! A receiver that takes the line and never answers holds up nobody else.

use serde_json::{Value as Json, json};
use testkit::TestOffice;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};

use super::{call, complaint, token};

async fn socket() -> (TcpListener, u16) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

async fn hook(office: &TestOffice, admin: &str, port: u16) -> String {
    let url = format!("http://127.0.0.1:{port}/in");
    let body = json!({ "label": "12345平台", "url": url, "kinds": ["new"] });
    let (status, made) = call(&office.stranger(), admin, "POST", "/webhooks", &body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// Reads a request's head and says that it was heard.
async fn hear(mut stream: TcpStream, told: mpsc::UnboundedSender<()>) {
    let (mut text, mut piece) = (Vec::new(), [0; 4096]);
    while !text.windows(2).any(|two| two == b"}}") && !text.ends_with(b"}") {
        let read = stream.read(&mut piece).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        text.extend(&piece[..read]);
    }
    let answer = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).await.unwrap();
    told.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_hangs_does_not_delay_the_others() {
    TestOffice::each(async |office| {
        let admin = token(&office, "admin", "admin").await;
        let zhang = token(&office, "zhang", "read,write").await;
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        office.app.db.write(move |tx| api::allow_nets(tx, &ctx, "127.0.0.0/8")).await.unwrap();
        let ((hangs, silent), (other, port)) = (socket().await, socket().await);
        // Older, so that it comes first in the queue as well.
        let hanging = hook(&office, &admin, silent).await;
        hook(&office, &admin, port).await;
        let (told, mut heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = other.accept().await {
                tokio::spawn(hear(stream, told.clone()));
            }
        });
        let (_running, stop) = watch::channel(false);
        let mut sending = api::Sending::new(stop);
        let program = office.stranger();
        for _ in 0..3 {
            call(&program, &zhang, "POST", "/matters", &complaint()).await;
        }
        sending.begin(&office.app).await.unwrap();
        let (held, _) = hangs.accept().await.unwrap();
        for _ in 0..3 {
            heard.recv().await.unwrap();
        }
        // What happens meanwhile is told in the next round, which does not wait for the first either.
        call(&program, &zhang, "POST", "/matters", &complaint()).await;
        while heard.is_empty() {
            sending.begin(&office.app).await.unwrap();
            tokio::task::yield_now().await;
        }
        heard.recv().await.unwrap();
        // One line to each: the one that hangs was called once.
        let path = format!("/webhooks/{hanging}/deliveries");
        let (_, told) = call(&program, &admin, "GET", &path, &Json::Null).await;
        let tries: i64 =
            told["deliveries"].as_array().unwrap().iter().map(|one| one["attempts"].as_i64().unwrap()).sum();
        assert_eq!((told["deliveries"].as_array().unwrap().len(), tries), (4, 0), "{told}");
        drop((held, hangs));
        assert_eq!(sending.finish().await.unwrap(), 4);
    })
    .await;
}
