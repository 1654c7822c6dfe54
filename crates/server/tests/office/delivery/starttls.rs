//! A line to the mail server that begins in the clear (RFC 3207): protected before anything of worth is said, or left.

use super::{MailServer, TestOffice, accepted, configure, later, page, round};

/// Password and account in the configuration, and the authority that signed the server's certificate.
fn signed_in(office: &TestOffice, server: &MailServer, pem: &str) {
    std::fs::write(office.app.config.data.join("ca.pem"), pem).unwrap();
    let toml = server.toml("starttls").replace("[network]", "[network]\nca_file = \"ca.pem\"");
    configure(office, &format!("{toml}user = \"12315\"\npassword = \"geheim-geheim\"\n"));
}

/// Nothing of the message and nothing of the password was said in the clear.
fn nothing_said(server: &MailServer) {
    let clear = server.heard(false);
    for word in ["AUTH", "MAIL", "RCPT", "DATA"] {
        assert!(!clear.iter().any(|words| words.to_uppercase().starts_with(word)), "{clear:?}");
    }
    assert!(server.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_a_line_is_protected_by_starttls_before_the_password_and_the_message() {
    TestOffice::each(async |office| {
        let server = MailServer::open_starttls("");
        // Another authority first: the line is left.
        let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        signed_in(&office, &server, &other.cert.pem());
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.failed, 1);
        nothing_said(&server);
        assert!(server.heard(true).is_empty(), "{:?}", server.heard(true));
        assert!(page(&mut zhang, &number).await.contains("稍后重试"));
        // The right one.
        signed_in(&office, &server, &server.pem);
        later(&office, 2).await;
        assert_eq!(round(&office).await.sent, 1, "{}", page(&mut zhang, &number).await);
        let clear: Vec<String> = server.heard(false);
        let clear: Vec<&str> = clear.iter().filter_map(|words| words.split(' ').next()).collect();
        assert!(clear.iter().all(|word| ["EHLO", "STARTTLS", "QUIT"].contains(word)), "{clear:?}");
        let sealed = server.heard(true);
        let words: Vec<&str> = sealed.iter().filter_map(|words| words.split([' ', ':']).next()).collect();
        assert_eq!(words, ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]);
        assert_eq!(server.mails().len(), 1);
        assert!(page(&mut zhang, &number).await.contains("已受理"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_a_server_that_does_not_offer_starttls_gets_no_byte_of_message_or_password() {
    TestOffice::each(async |office| {
        let server = MailServer::open();
        signed_in(&office, &server, &MailServer::open_tls().pem);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.failed, 1);
        nothing_said(&server);
        assert!(server.heard(false).iter().any(|words| words.starts_with("EHLO")), "it was asked");
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("稍后重试"), "{shown}");
        let list = zhang.get("/deliveries").await.text();
        assert!(!list.contains("geheim"), "{list}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_answers_put_behind_starttls_in_the_clear_are_not_taken() {
    TestOffice::each(async |office| {
        // Who sits on the line answers everything that will be asked under TLS, before it begins (STARTTLS response injection).
        let server = MailServer::open_starttls(
            "\r\n250-forged\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 ok\r\n250 2.0.0 Ok: queued as FORGED",
        );
        signed_in(&office, &server, &server.pem);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.failed, 1, "{}", page(&mut zhang, &number).await);
        nothing_said(&server);
        assert!(server.heard(true).is_empty(), "{:?}", server.heard(true));
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("稍后重试") && !shown.contains("FORGED"), "{shown}");
    })
    .await;
}
