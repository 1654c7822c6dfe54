//! R05, R33: a file of a report may show who the reporter is; then only who may open the reporter opens it, with a reason.

use testkit::{TestOffice, Visitor};

use crate::reports::reported;

const LETTER: &[u8] = "举报人：欧阳明月，电话 13987654321".as_bytes();

/// Uploads a file; its address.
async fn uploaded(visitor: &mut Visitor, number: &str, fields: &[(&str, &str)], name: &str) -> String {
    let before = visitor.get(&format!("/matters/{number}")).await.body;
    let sent = visitor.post_files(&format!("/matters/{number}/attachments"), fields, &[(name, LETTER)]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = visitor.get(&format!("/matters/{number}")).await.body;
    let start = format!("/matters/{number}/attachments/");
    let mut ids = page.split(&start).skip(1).filter_map(|rest| rest.get(..36));
    let id = ids.find(|id| !before.contains(id)).expect("the new file stands on the page");
    format!("{start}{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_show_the_reporter_is_opened_with_a_reason_by_who_may() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let (mut zhang, mut li) = (office.sign_in("zhang").await, office.sign_in("li").await);
        let letter = uploaded(&mut zhang, &number, &[], "欧阳明月举报信.txt").await;
        for visitor in [&mut zhang, &mut li] {
            let page = visitor.get(&format!("/matters/{number}")).await;
            assert!(page.text().contains("举报材料（可能显示举报人身份）"), "{}", page.text());
            assert!(!page.body.contains("举报信"), "the name says who sent it");
            assert_eq!(visitor.get(&letter).await.status, 404, "nobody without a reason");
        }
        let open = format!("{letter}/original");
        assert_eq!(li.post(&open, &[("reason", "想看一看")]).await.status, 404);
        let short = zhang.post(&open, &[("reason", "看")]).await;
        assert_eq!(short.status, 422);
        let opened = zhang.post(&open, &[("reason", "核对举报线索")]).await;
        assert!(opened.status == 200 && opened.body.contains("欧阳明月"), "{}", opened.status);
        let page = zhang.get(&format!("/matters/{number}")).await.text();
        assert!(page.contains("核对举报线索"), "{page}");
        let log = office.app.db.read(|tx| {
            let text = "SELECT what FROM read_log WHERE reason = '核对举报线索'";
            Ok::<_, web::Problem>(tx.query(&db::Sql { name: "test", text }, &[])?.len())
        });
        assert_eq!(log.await.unwrap(), 1, "the read log keeps it");

        // Whoever may look says that a file shows nobody; others may only seal.
        let mark = format!("{letter}/mark");
        let form = [("shows", "no"), ("reason", "已经看过，没有姓名")];
        assert_eq!(li.post(&mark, &form).await.status, 404);
        assert_eq!(zhang.post(&mark, &form).await.status, 303);
        assert_eq!(li.get(&letter).await.status, 200);
        let seal = [("shows", "yes"), ("reason", "背面有签名")];
        assert_eq!(li.post(&mark, &seal).await.status, 303);
        assert_eq!(zhang.get(&letter).await.status, 404);

        let photo = uploaded(&mut zhang, &number, &[("shows_nobody", "yes")], "现场.txt").await;
        assert_eq!(li.get(&photo).await.status, 200, "what was said to show nobody is open");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_anonymous_reporter_sends_over_the_web_is_sealed_and_a_complaint_s_is_not() {
    TestOffice::each(async |office| {
        for (kind, pages, sealed) in
            [("report", crate::portal::REPORT, true), ("complaint", crate::portal::COMPLAINT, false)]
        {
            let mut citizen = office.stranger();
            crate::portal::fill(&office, &mut citizen, kind, pages).await;
            let path = "/public/form/photos?check=true";
            let photo = citizen.post_files(path, &[], &[("我家门口.png", crate::portal::PNG)]).await;
            assert_eq!(photo.status, 303, "{}", photo.text());
            let (number, _) = crate::portal::send(&mut citizen).await;
            let page = office.sign_in("dispatcher").await.get(&format!("/matters/{number}")).await;
            assert_eq!(!page.body.contains("我家门口"), sealed, "{kind}: {}", page.text());
        }
    })
    .await;
}
