//! SECURITY 45: a thousand at once, on both engines: no duplicate, no gap.

use kernel::Refusal;
use matters::Kind;
use testkit::{TestOffice, Visitor};
use tokio::task::JoinSet;

use crate::desk::{COMPLAINT, register};

const MANY: usize = 1_000;

/// What `MANY` who send the same form at once are answered in the end: status and place. Whom the gate tells to come again
/// comes again.
async fn at_once(visitor: &Visitor, path: &str, form: &[(&str, &str)]) -> Vec<(u16, String)> {
    let form: Vec<(String, String)> =
        form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut tasks = JoinSet::new();
    for _ in 0..MANY {
        let (mut visitor, path, form) = (visitor.clone(), path.to_owned(), form.clone());
        tasks.spawn(async move {
            let form: Vec<(&str, &str)> =
                form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            loop {
                let answer = visitor.post(&path, &form).await;
                if answer.status != 503 {
                    return (answer.status, answer.location().to_owned());
                }
                assert!(answer.headers.contains_key("retry-after"));
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        });
    }
    tasks.join_all().await
}

async fn count(office: &TestOffice, text: &'static str) -> i64 {
    let statement = db::Sql { name: "test", text };
    office.app.db.read(move |tx| tx.scalar(&statement, &[])).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_a_thousand_double_submits_at_once_are_one_matter() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let once = desk.get("/desk").await.field("once");
        let answers = at_once(&desk, "/desk", &[COMPLAINT, &[("once", once.as_str())]].concat()).await;
        let one = (303, "/matters/TS-23-2026-00001".to_owned());
        assert!(answers.iter().all(|answer| *answer == one), "{:?}", answers.iter().find(|it| **it != one));
        assert_eq!(count(&office, "SELECT COUNT(*) FROM matter").await, 1);
        assert_eq!(count(&office, "SELECT COUNT(*) FROM journal WHERE verb = 'register'").await, 1);
        assert_eq!(register(&mut desk).await, "TS-23-2026-00002", "no number was lost");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_of_a_thousand_acceptances_at_once_one_is_taken() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let path = format!("/matters/{number}/acceptance");
        let version = head.get(&path).await.field("_version");
        let answers = at_once(&head, &path, &[("_version", &version)]).await;
        let taken = answers.iter().filter(|(status, _)| *status == 303).count();
        assert_eq!(taken, 1);
        assert!(answers.iter().all(|(status, _)| [303, 409, 422].contains(status)));
        assert_eq!(count(&office, "SELECT COUNT(*) FROM clock WHERE key = 'mediate'").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_a_thousand_numbers_at_once_are_neighbours_though_every_tenth_fails() {
    TestOffice::each(async |office| {
        let mut tasks: JoinSet<web::Result<String>> = JoinSet::new();
        for at in 0..MANY {
            let (db, ctx, unit) = (office.app.db.clone(), office.ctx("desk"), office.officer("desk").unit);
            tasks.spawn(async move {
                let new = intake::NewContact {
                    channel: "phone".to_owned(),
                    ..intake::NewContact::new(
                        Kind::Suggestion,
                        unit,
                        ctx.now,
                        "希望市场门口设公平秤".to_owned(),
                    )
                };
                let open = move |tx: &mut db::Tx| {
                    let opened = intake::register(tx, &ctx, &new)?;
                    if at % 10 == 0 { Err(Refusal::new("no", "不行").into()) } else { Ok(opened.number) }
                };
                db.write(open).await
            });
        }
        let mut numbers: Vec<String> =
            tasks.join_all().await.into_iter().filter_map(web::Result::ok).collect();
        numbers.sort();
        assert_eq!(numbers.len(), MANY / 10 * 9);
        let tail = |number: &String| number.rsplit('-').next().and_then(|tail| tail.parse::<usize>().ok());
        let found: Vec<usize> = numbers.iter().filter_map(tail).collect();
        assert_eq!(found, (1..=MANY / 10 * 9).collect::<Vec<_>>());
        assert_eq!(count(&office, "SELECT COUNT(*) FROM matter").await, 900);
    })
    .await;
}
