//! Delivery reports of mail servers (RFC 3461, 3464): asked for with a keyed mark, taken in from a folder.

use std::{fs, path::PathBuf};

use super::{MailServer, TestOffice, accepted, configure, page, round, text_of};

fn asks(office: &TestOffice, server: &MailServer) -> PathBuf {
    configure(office, &format!("{}reports = \"bounces\"\n", server.toml("none")));
    let folder = office.app.config.data.join("bounces");
    fs::create_dir_all(folder.join("new")).unwrap();
    folder
}

/// The mark that the server was given with the newest message.
fn mark(server: &MailServer) -> String {
    let mail = server.mails().pop().unwrap();
    mail.from.split("ENVID=").nth(1).unwrap().split(' ').next().unwrap().to_owned()
}

fn report(mark: &str, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.com\r\nTo: 12315@example.gov.cn\r\nSubject: Delivery Status Notification\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_1\"\r\n\r\n\
         --=_1\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\
         --=_1\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.com\r\nOriginal-Envelope-Id: {mark}\r\nArrival-Date: Wed, 23 Sep 2026 09:00:30 +0800\r\n\r\n\
         Final-Recipient: rfc822; wang@example.com\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 <wang@example.com>\r\n mailbox full\r\n\
         --=_1\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n--=_1--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_reports_is_asked_and_its_report_is_the_proof() {
    TestOffice::each(async |office| {
        let server = MailServer::open_reporting();
        let folder = asks(&office, &server);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.sent, 1);
        let mail = server.mails().pop().unwrap();
        assert!(mail.from.contains(" RET=HDRS ENVID=") && !mail.from.contains("TS-"), "{}", mail.from);
        assert_eq!(mail.to, ["RCPT TO:<wang@example.com> NOTIFY=SUCCESS,FAILURE"]);
        assert!(!mail.text.contains(&mark(&server)), "who reads the message cannot make a report");
        // Taken over is not told: the report is waited for.
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("已发出，等待回执") && shown.contains("受理待告知"), "{shown}");
        fs::write(folder.join("new/1.mx"), report(&mark(&server), "delayed", "4.2.2")).unwrap();
        assert_eq!(round(&office).await.reports, 1, "heard, and no result");
        assert!(page(&mut zhang, &number).await.contains("受理待告知"));
        fs::write(folder.join("new/2.mx"), report(&mark(&server), "delivered", "2.1.5")).unwrap();
        assert_eq!(round(&office).await.reports, 1);
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("邮件回执：投递报告 2.1.5：已送达对方邮箱"), "{shown}");
        assert!(shown.contains("已受理") && !shown.contains("受理待告知"), "{shown}");
        assert!(shown.contains("投递报告.txt"), "the report lies with the matter: {shown}");
        assert!(!shown.contains("wang@example.com"), "{shown}");
        assert_eq!(text_of(&office, "SELECT state FROM dispatch").await, "delivered");
        assert_eq!(fs::read_dir(folder.join("new")).unwrap().count(), 0, "nothing is left in the clear");
        // A late failure about what was told changes nothing.
        fs::write(folder.join("3.eml"), report(&mark(&server), "failed", "5.1.1")).unwrap();
        assert_eq!(round(&office).await.reports, 1);
        assert!(page(&mut zhang, &number).await.contains("已受理"));
        assert!(office.app.db.read(jobs::is_empty).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_failure_says_why_and_the_notice_is_given_otherwise() {
    TestOffice::each(async |office| {
        let server = MailServer::open_reporting();
        let folder = asks(&office, &server);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        round(&office).await;
        fs::write(folder.join("new/1.mx"), report(&mark(&server), "failed", "5.2.2")).unwrap();
        assert_eq!(round(&office).await.reports, 1);
        let shown = page(&mut zhang, &number).await;
        assert!(shown.contains("未送达，投递报告 5.2.2：550 （地址） mailbox full"), "{shown}");
        assert!(shown.contains("受理待告知"), "{shown}");
        let list = zhang.get("/deliveries").await.text();
        assert!(list.contains("被拒收") && list.contains("改用其他方式"), "{list}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_32_unknown_and_forged_reports_are_listed_and_change_nothing() {
    TestOffice::each(async |office| {
        let server = MailServer::open_reporting();
        let folder = asks(&office, &server);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        round(&office).await;
        let right = mark(&server);
        let (key, keyed) = right.split_once('.').unwrap();
        let forged = [
            // Who knows the message's id, but not the mark.
            report(key, "delivered", "2.0.0"),
            report(&format!("{key}.{}", "0".repeat(keyed.len())), "delivered", "2.0.0"),
            // A true mark for something never sent.
            report(&format!("{}.{keyed}", "0".repeat(32)), "delivered", "2.0.0"),
            // Not a report: the mark only stands in the text.
            format!("Subject: hello\r\n\r\nOriginal-Envelope-Id: {right}\r\n\r\nAction: delivered\r\n"),
            String::new(),
        ];
        for (at, text) in forged.iter().enumerate() {
            fs::write(folder.join(format!("new/{at}.mx")), text).unwrap();
        }
        assert_eq!(round(&office).await.reports, 0);
        assert!(page(&mut zhang, &number).await.contains("已发出，等待回执"));
        assert_eq!(fs::read_dir(folder.join("refused")).unwrap().count(), forged.len());
        let health = server::check_health(&office.app).await.unwrap();
        assert!(
            health.lines.iter().any(|line| line.words.contains("投递报告：5 封邮件")),
            "{:?}",
            health.lines
        );
        // A server that promises nothing: its acceptance is the proof, as it was.
        let plain = MailServer::open();
        asks(&office, &plain);
        let (number, mut zhang) = accepted(&office, "email", "wang@example.com").await;
        assert_eq!(round(&office).await.sent, 1);
        assert!(!plain.mails()[0].from.contains("ENVID"));
        assert!(page(&mut zhang, &number).await.contains("系统发送记录：邮件服务器"));
    })
    .await;
}
