//! Callers who take their time: closed, and waited for in number.

use std::{
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use server::listen::{Limits, serve};
use testkit::TestOffice;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const ASK: &[u8] = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn open(office: &TestOffice, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, server::router(&office.app), limits, pending()));
    address
}

/// The first bytes of an answer.
async fn answered(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    stream.read_exact(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_30_a_connection_that_never_ends_its_head_is_closed() {
    TestOffice::each(async |office| {
        let limits = Limits { head: Duration::from_millis(100), connections: 2 };
        let address = open(&office, limits).await;
        let mut slow = Vec::new();
        for begun in [&b""[..], b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun).await.unwrap();
            slow.push(stream);
        }
        // Both places are taken; whoever speaks plainly is served all the same, because the slow ones are closed.
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(ASK).await.unwrap();
        assert_eq!(answered(&mut plain).await, "HTTP/1.1 200");
        for mut stream in slow {
            let mut rest = Vec::new();
            // Ends when the other side closes; a reset is an end too.
            let _ = stream.read_to_end(&mut rest).await;
            assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_30_not_more_connections_than_allowed_are_served_at_once() {
    TestOffice::each(async |office| {
        let address = open(&office, Limits { connections: 1, ..Limits::default() }).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(ASK).await.unwrap();
        assert_eq!(answered(&mut first).await, "HTTP/1.1 200");
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(ASK).await.unwrap();
        let told = Arc::clone(&order);
        let waiting = tokio::spawn(async move {
            assert_eq!(answered(&mut second).await, "HTTP/1.1 200");
            told.lock().unwrap().push("second answered");
        });
        // The first, kept open, is answered again before the second is looked at.
        first.write_all(ASK).await.unwrap();
        let mut piece = [0; 4096];
        let mut read = String::new();
        while read.matches("HTTP/1.1 200").count() < 1 {
            let length = first.read(&mut piece).await.unwrap();
            read.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
        order.lock().unwrap().push("first closes");
        drop(first);
        waiting.await.unwrap();
        assert_eq!(*order.lock().unwrap(), ["first closes", "second answered"]);
    })
    .await;
}
