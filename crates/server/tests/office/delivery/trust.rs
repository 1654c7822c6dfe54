//! SEC_02, SEC_03, SEC_31, SEC_32, SEC_50: whom the program trusts, and where it goes.

use super::{
    Gateway, MailServer, Reply, SECRET, TestOffice, accepted, configure, page, params, report, round, sql,
};

#[tokio::test(flavor = "multi_thread")]
async fn sec_32_and_50_a_forged_old_or_repeated_report_changes_nothing() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        round(&office).await;
        let body = "{\"id\":\"G1\",\"status\":\"DELIVRD\"}";
        let now = office.app.ground.clock.now().as_second();
        let sign = |secret: &str, subject: &str, seconds: i64, body: &str| {
            delivery::sign(delivery::Algorithm::Sm3, secret, seconds, subject, body)
        };
        let forged = [
            (now, sign("another secret of the same kind", "report", now, body)),
            (now, sign(SECRET, "report", now, "{}")),
            (now, sign(SECRET, "send", now, body)),
            (now - 301, sign(SECRET, "report", now - 301, body)),
            (now + 301, sign(SECRET, "report", now + 301, body)),
            (now, String::new()),
        ];
        for (seconds, signature) in &forged {
            let seconds = seconds.to_string();
            let headers = [("x-xiaobao-timestamp", seconds.as_str()), ("x-xiaobao-signature", signature)];
            let answer = office.stranger().post_text("/delivery/sms/report", body, &headers).await;
            assert_eq!(answer.status, 404, "{seconds} {signature}");
        }
        assert_eq!(office.stranger().post_text("/delivery/sms/report", body, &[]).await.status, 404);
        // Our own request, sent back to us, is no report either.
        let got = gateway.got().remove(0);
        let own = [
            ("x-xiaobao-timestamp", got.header("x-xiaobao-timestamp")),
            ("x-xiaobao-signature", got.header("x-xiaobao-signature")),
        ];
        assert_eq!(
            office.stranger().post_text("/delivery/sms/report", &got.body.to_string(), &own).await.status,
            404
        );
        assert!(page(&mut zhang, &number).await.contains("受理待告知"), "nothing changed");

        let unknown = report(&office, "{\"id\":\"G2\",\"status\":\"DELIVRD\"}").await;
        assert_eq!((unknown.status, unknown.body.as_str()), (200, "{\"code\":\"0\",\"taken\":0}"));
        assert_eq!(report(&office, body).await.body, "{\"code\":\"0\",\"taken\":1}");
        office.set_day("2026-09-25");
        report(&office, "{\"id\":\"G1\",\"status\":\"UNDELIV\"}").await;
        let shown = page(&mut office.sign_in("zhang").await, &number).await;
        assert!(
            shown.contains("2026-09-23 09:00") && !shown.contains("未送达"),
            "the first result stands: {shown}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_a_gateway_inside_is_reached_only_when_it_was_named() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        let named = gateway.toml("");
        let hosts = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"];
        for host in hosts {
            let toml = named
                .replace("allow = [\"127.0.0.1\"]", "allow = []")
                .replace("127.0.0.1:", &format!("{host}:"));
            for toml in [toml.clone(), toml.replace("http://", "https://")] {
                configure(&office, &toml);
                let (number, mut zhang) = accepted(&office, "sms", "").await;
                assert_eq!(round(&office).await.failed, 1, "{host}");
                assert!(page(&mut zhang, &number).await.contains("稍后重试"), "{host}");
            }
        }
        assert!(gateway.got().is_empty(), "nobody was asked");
        // Guises of it are a mistake in the file, told before anything is sent.
        for host in ["2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.1"] {
            configure(&office, &named.replace("127.0.0.1:", &format!("{host}:")));
            let problem = delivery::deliver_due(&office.app).await.unwrap_err();
            assert!(problem.to_string().contains("不是通常写法"), "{problem}");
        }
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            health
                .lines
                .iter()
                .any(|line| line.colour == "late" && line.words.contains("改正以前系统不发送"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_03_a_redirect_is_not_followed_and_carries_nothing_along() {
    TestOffice::each(async |office| {
        let (gateway, elsewhere) = (Gateway::open(), Gateway::open());
        configure(&office, &gateway.toml(""));
        gateway.script(&[Reply::Redirect(format!("http://{}/send", elsewhere.address))]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        assert_eq!(round(&office).await.failed, 1);
        assert!(elsewhere.got().is_empty());
        assert!(page(&mut zhang, &number).await.contains("网关要求转到别的网址，已拒绝"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_31_an_address_of_two_or_with_a_header_in_it_is_sent_nowhere() {
    TestOffice::each(async |office| {
        let server = MailServer::open();
        configure(&office, &server.toml("none"));
        for address in
            ["a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com", "王 <a@example.com>"]
        {
            let (number, mut zhang) = accepted(&office, "email", address).await;
            assert_eq!(round(&office).await.failed, 1, "{address}");
            assert!(page(&mut zhang, &number).await.contains("没有可用的邮箱地址"), "{address}");
        }
        assert!(server.heard(false).is_empty(), "{:?}", server.heard(false));
        // Lines of a text that look like the protocol are text.
        let (number, mut zhang) = accepted(&office, "email", "a@example.com").await;
        let text = sql("UPDATE notice SET text = $1 WHERE state = 'planned'");
        let words = "第一行\r\n.\r\nMAIL FROM:<x@example.com>\r\nRCPT TO:<b@example.com>".to_owned();
        office.app.db.write(move |tx| tx.execute(&text, &params![words])).await.unwrap();
        assert_eq!(round(&office).await.sent, 1);
        let mails = server.mails();
        assert_eq!((mails.len(), mails[0].to.len()), (1, 1));
        assert!(page(&mut zhang, &number).await.contains("系统发送记录"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_says_is_shown_as_text() {
    TestOffice::each(async |office| {
        let gateway = Gateway::open();
        configure(&office, &gateway.toml(""));
        let nasty = "{\"code\":\"9\",\"message\":\"<script>alert(1)</script>\\u0000\"}";
        gateway.script(&[Reply::Say(200, nasty.to_owned())]);
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        assert_eq!(round(&office).await.failed, 1);
        for path in [format!("/matters/{number}"), "/deliveries".to_owned()] {
            let body = zhang.get(&path).await.body;
            assert!(!body.contains("<script>alert") && body.contains("网关拒收"), "{path}");
        }
        // An answer that says nothing is no yes.
        for said in ["", "not json", "[]", "{\"id\":\"G9\"}"] {
            gateway.script(&[Reply::Say(200, said.to_owned())]);
            let (number, mut zhang) = accepted(&office, "sms", "").await;
            assert_eq!(round(&office).await.failed, 1);
            assert!(page(&mut zhang, &number).await.contains("发送结果未知"), "{said}");
        }
    })
    .await;
}
