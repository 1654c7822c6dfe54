//! SECURITY 45: many at once, on both engines.

use kernel::Actor;
use matters::receipts::{self, Code};
use testkit::TestOffice;
use tokio::task::JoinSet;

use crate::{
    desk::register,
    papers::{accepted, submitted},
    portal::{self, fill},
    relations::clocks_are_whole,
};

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|one| **one == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_thirty_two_approvals_at_once_one_is_taken_and_takes_one_number() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        let (head, bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let version = head.clone().get(&format!("{paper}/approval")).await.field("_version");
        let mut tasks = JoinSet::new();
        for at in 0..32 {
            let mut visitor = if at % 2 == 0 { head.clone() } else { bureau.clone() };
            let (path, version) = (format!("{paper}/approval"), version.clone());
            tasks.spawn(async move { visitor.post(&path, &[("_version", &version)]).await.status });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(count(&statuses, 303), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 409, 422].contains(status)), "{statuses:?}");
        let next = submitted(&mut zhang, &number).await;
        crate::papers::done(&mut head.clone(), &format!("{next}/approval"), &[]).await;
        assert!(zhang.get(&next).await.text().contains("第2号"), "no number was lost");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_sixteen_papers_approved_at_once_have_sixteen_neighbouring_numbers() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let mut papers = Vec::new();
        for _ in 0..16 {
            papers.push(submitted(&mut zhang, &number).await);
        }
        let head = office.sign_in("head").await;
        let mut tasks = JoinSet::new();
        for paper in papers.clone() {
            let mut head = head.clone();
            tasks.spawn(async move { head.post(&format!("{paper}/approval"), &[]).await.status });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(count(&statuses, 303), 16, "{statuses:?}");
        let mut pages = String::new();
        for paper in &papers {
            pages.push_str(&zhang.get(paper).await.text());
        }
        for at in 1..=16 {
            assert!(pages.contains(&format!("〔2026〕第{at}号")), "{at}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_merges_across_each_other_at_once_one_stands() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let (one, two) = (register(&mut desk).await, register(&mut desk).await);
        let dispatcher = office.sign_in("dispatcher").await;
        let mut tasks = JoinSet::new();
        for at in 0..32 {
            let mut visitor = dispatcher.clone();
            let (leader, other) = if at % 2 == 0 { (&one, &two) } else { (&two, &one) };
            let (path, other) = (format!("/matters/{leader}/merges"), other.clone());
            tasks.spawn(async move {
                visitor.post(&path, &[("number", &other), ("reason", "同一门店同一批次")]).await.status
            });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(count(&statuses, 303), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 409, 422].contains(status)), "{statuses:?}");
        let open =
            db::Sql { name: "test", text: "SELECT COUNT(*) FROM matter_merge WHERE undone_at IS NULL" };
        let rows: i64 = office.app.db.read(move |tx| tx.scalar(&open, &[])).await.unwrap();
        assert_eq!(rows, 1);
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_sixty_four_receipts_at_once_one_opens_the_matter() {
    TestOffice::each(async |office| {
        let number = register(&mut office.sign_in("desk").await).await;
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (app, ctx, number) = (office.app.clone(), office.ctx("desk"), number.clone());
            let code = Code::draw(&ctx);
            tasks.spawn(async move {
                let given = code.clone();
                let issued = app.db.write(move |tx| {
                    let found = matters::lock(tx, &ctx, &number, None)?;
                    receipts::issue(tx, &ctx, &found, &given)
                });
                issued.await.unwrap();
                code
            });
        }
        let codes = tasks.join_all().await;
        let ctx = office.app.ctx(Actor::System("测试"));
        let holding = office.app.db.read(move |tx| {
            let found = matters::find(tx, &ctx, &number)?;
            let mut holding = 0;
            for code in &codes {
                holding += usize::from(receipts::holds(tx, &ctx, found.id, code)?);
            }
            Ok::<_, web::Problem>(holding)
        });
        assert_eq!(holding.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_21_sixty_four_wrong_codes_at_once_count_as_what_they_are() {
    TestOffice::each(async |office| {
        let (number, code) =
            portal::sent(&office, &mut office.stranger(), "complaint", portal::COMPLAINT).await;
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (mut guesser, number) = (office.stranger(), number.clone());
            let form =
                move |number: &str| [("number", number.to_owned()), ("code", "2222-2222-2222".to_owned())];
            tasks.spawn(async move {
                let form = form(&number);
                let form: Vec<(&str, &str)> =
                    form.iter().map(|(key, value)| (*key, value.as_str())).collect();
                guesser.post("/public/status", &form).await.text()
            });
        }
        let answers = tasks.join_all().await;
        let wrong = answers.iter().filter(|text| text.contains("不对")).count();
        let waits = answers.iter().filter(|text| text.contains("填错的次数太多")).count();
        assert_eq!((wrong, waits), (5, 59), "five tries, then everybody waits");
        portal::later(&office, 61);
        portal::opened(&office, &number, &code).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_photographs_sent_at_once_are_no_more_than_were_allowed() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "complaint", portal::COMPLAINT).await;
        let mut tasks = JoinSet::new();
        for at in 0..16 {
            let mut citizen = citizen.clone();
            tasks.spawn(async move {
                let name = format!("{at}.pdf");
                let file = [(name.as_str(), b"%PDF-1.4\n%%EOF\n".as_slice())];
                citizen.post_files("/public/form/photos", &[], &file).await.status
            });
        }
        let statuses = tasks.join_all().await;
        assert_eq!((count(&statuses, 303), count(&statuses, 422)), (5, 11), "{statuses:?}");
        portal::send(&mut citizen).await;
        let stray = citizen.post_files("/public/form/photos", &[], &[("x.pdf", b"%PDF-1.4\n%%EOF\n")]).await;
        assert_eq!(stray.location(), "/public", "nothing is added to what was sent");
        let left = db::Sql { name: "test", text: "SELECT COUNT(*) FROM portal_photo" };
        let rows: i64 = office.app.db.read(move |tx| tx.scalar(&left, &[])).await.unwrap();
        assert_eq!(rows, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_thirty_two_splits_at_once_one_makes_a_report() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let mut tasks = JoinSet::new();
        for _ in 0..32 {
            let (mut desk, path) = (desk.clone(), format!("/matters/{number}/split"));
            tasks.spawn(async move { desk.post(&path, &[]).await.status });
        }
        let statuses = tasks.join_all().await;
        assert_eq!(count(&statuses, 303), 1, "{statuses:?}");
        assert_eq!(desk.get("/matters/JB-23-2026-00002").await.status, 404);
    })
    .await;
}
