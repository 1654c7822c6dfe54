//! Mail server, folder, citizen's page; lines protected by TLS.

use matters::notices;

use super::{Gateway, MailServer, TestOffice, accepted, configure, later, page, round, text_of};

#[tokio::test(flavor = "multi_thread")]
async fn e_mail_is_told_when_the_server_took_it_tried_later_or_refused() {
    TestOffice::each(async |office| {
        let server = MailServer::open();
        configure(&office, &server.toml("none"));
        server.script(&["451 4.7.1 come back later"], &[]);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.failed, 1);
        assert!(page(&mut zhang, &number).await.contains("稍后重试"));
        later(&office, 2).await;
        assert_eq!(round(&office).await.sent, 1);
        let mail = &server.mails()[0];
        assert!(mail.from.contains("<12315@example.gov.cn>"), "{}", mail.from);
        assert_eq!(mail.to, ["RCPT TO:<wang@example.com>"]);
        assert!(mail.text.contains("Auto-Submitted: auto-generated") && mail.text.contains("Message-ID: <"));
        let shown = page(&mut zhang, &number).await;
        assert!(
            shown.contains("系统发送记录：邮件服务器 127.0.0.1 已接收") && shown.contains("4F2B1C"),
            "{shown}"
        );
        assert!(shown.contains("已受理") && !shown.contains("受理待告知"), "{shown}");

        server.script(&["550 5.1.1 <nobody@example.com> no such user"], &[]);
        let (number, mut zhang) = accepted(&office, "email", "nobody@example.com").await;
        assert_eq!(round(&office).await.failed, 1);
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("未送达，邮件服务器拒收") && shown.contains("受理待告知"), "{shown}");
        assert!(!shown.contains("nobody@example.com"), "no address in a reason");

        // A server that cannot protect the line gets nothing.
        configure(&office, &server.toml("starttls"));
        let before = server.mails().len();
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.failed, 1);
        assert_eq!(server.mails().len(), before);
        assert!(page(&mut zhang, &number).await.contains("稍后重试"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_works_without_a_network_and_its_results_are_proof() {
    TestOffice::each(async |office| {
        configure(&office, "[files]\nfolder = \"outgoing\"\nchannels = [\"sms\"]\n");
        let (number, mut zhang) = accepted(&office, "sms", "").await;
        assert_eq!(round(&office).await.sent, 1);
        let folder = office.app.config.data.join("outgoing");
        let files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .collect();
        let [file] = &files[..] else { panic!("{files:?}") };
        let message: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(message["to"], "138-1234-5678");
        let key = message["key"].as_str().unwrap();
        let result = format!(
            "{{\"key\":\"{key}\",\"status\":\"delivered\",\"id\":\"7\",\"at\":\"2026-09-23T01:00:00Z\"}}"
        );
        std::fs::write(folder.join("results/1.json"), result).unwrap();
        std::fs::write(folder.join("results/2.json"), "{\"key\":\"1\",\"status\":\"maybe\"}").unwrap();
        assert_eq!(round(&office).await.reports, 1);
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("短信回执：回执 7") && shown.contains("已受理"), "{shown}");
        assert!(
            folder.join("results/done/1.json").exists() && folder.join("results/refused/2.json").exists()
        );
        let health = server::check_health(&office.app).await.unwrap();
        assert!(health.lines.iter().any(|line| line.words.contains("1 个结果文件不能识别")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_the_status_page_is_told_when_it_was_read() {
    TestOffice::each(async |office| {
        configure(&office, "[web]\non = true\n");
        let (number, mut zhang) = accepted(&office, "web", "").await;
        assert_eq!(round(&office).await.sent, 1);
        assert!(page(&mut zhang, &number).await.contains("受理待告知"));
        let (ctx, seen) = (office.app.ctx(kernel::Actor::System("办事人")), number.clone());
        office
            .app
            .db
            .write(move |tx| {
                let matter = matters::find(tx, &ctx, &seen)?;
                notices::read_on_page(tx, &ctx, &matter)
            })
            .await
            .unwrap();
        round(&office).await;
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("网页已读记录") && shown.contains("已受理"), "{shown}");
        let state = text_of(&office, "SELECT state FROM dispatch").await;
        assert_eq!(state, "delivered");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_02_a_protected_line_is_used_and_a_certificate_of_another_is_refused() {
    TestOffice::each(async |office| {
        let (server, gateway) = (MailServer::open_tls(), Gateway::open_tls());
        let ours = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let theirs = |toml: String| toml.replace("[network]", "[network]\nca_file = \"ca.pem\"");
        let (mail, sms) =
            (theirs(server.toml("tls")), theirs(gateway.toml("")).replace("http://", "https://"));
        for (toml, channel, address) in [(mail, "email", "wang@example.com"), (sms, "sms", "")] {
            // Another authority: nothing is said on the line.
            std::fs::write(office.app.config.data.join("ca.pem"), ours.cert.pem()).unwrap();
            configure(&office, &toml);
            let (number, mut zhang) = accepted(&office, channel, address).await;
            assert_eq!(round(&office).await.failed, 1, "{channel}");
            let shown = page(&mut zhang, &number).await;
            assert!(shown.contains("稍后重试"), "{shown}");
            assert!(server.mails().is_empty() && gateway.got().is_empty());
            // The right one.
            let pem = if channel == "email" { &server.pem } else { &gateway.pem };
            std::fs::write(office.app.config.data.join("ca.pem"), pem).unwrap();
            later(&office, 2).await;
            assert_eq!(round(&office).await.sent, 1, "{channel}: {}", page(&mut zhang, &number).await);
            if channel == "email" {
                assert_eq!(server.mails().len(), 1);
                server.forget();
            }
        }
        assert!(gateway.got()[0].genuine);
    })
    .await;
}
