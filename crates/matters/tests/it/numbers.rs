//! R01: numbers without gap.

use db::params;
use kernel::Refusal;
use matters::Kind;
use tokio::task::JoinSet;
use web::Problem;

use crate::{Office, a_complaint, sql};

#[tokio::test(flavor = "multi_thread")]
async fn sec_45_two_hundred_at_once_get_numbers_without_gap_and_who_fails_leaves_none() {
    Office::each(async |office| {
        let mut tasks: JoinSet<web::Result<String>> = JoinSet::new();
        for n in 0..250 {
            let (db, ctx, of) = (office.db.clone(), office.ctx("desk"), office.officer("desk").clone());
            tasks.spawn(async move {
                db.write(move |tx| {
                    let opened = matters::open(tx, &ctx, &a_complaint(&ctx, &of))?;
                    // Every fifth is refused after it has its number.
                    if n % 5 == 0 { Err(Refusal::new("no", "不行").into()) } else { Ok(opened.number) }
                })
                .await
            });
        }
        let done = tasks.join_all().await;
        let mut numbers: Vec<String> = done.into_iter().filter_map(web::Result::ok).collect();
        numbers.sort();
        let wanted: Vec<String> = (1..=200).map(|n| format!("TS-23-2026-{n:05}")).collect();
        assert_eq!(numbers, wanted);
        let rows: i64 =
            office.db.read(|tx| tx.scalar(&sql("SELECT COUNT(*) FROM matter"), &[])).await.unwrap();
        let told: i64 = office
            .db
            .read(|tx| tx.scalar(&sql("SELECT COUNT(*) FROM journal WHERE verb = 'register'"), &[]))
            .await
            .unwrap();
        assert_eq!((rows, told), (200, 200), "what failed left neither a row nor a journal line");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_unit_kind_and_year_counts_for_itself() {
    Office::each(async |office| {
        let mut numbers = Vec::new();
        for (unit, kind, day) in [
            ("desk", Kind::Complaint, "2026-09-23"),
            ("wang", Kind::Complaint, "2026-09-23"),
            ("desk", Kind::Report, "2026-09-23"),
            ("desk", Kind::Complaint, "2026-09-24"),
            ("desk", Kind::Complaint, "2027-01-01"),
        ] {
            office.set_day(day);
            let of = office.officer(unit).clone();
            let opened = office.does("desk", move |tx, ctx| {
                matters::open(tx, ctx, &matters::NewMatter { kind, ..a_complaint(ctx, &of) })
            });
            numbers.push(opened.await.unwrap().number);
        }
        let wanted = [
            "TS-23-2026-00001",
            "TS-2302-2026-00001",
            "JB-23-2026-00001",
            "TS-23-2026-00002",
            "TS-23-2027-00001",
        ];
        assert_eq!(numbers, wanted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_number_keeps_its_reason_and_is_never_given_again() {
    Office::each(async |office| {
        let matter = office.opens("desk", "desk").await;
        let (id, number) = (matter.id, matter.number.clone());
        let void = |who: &'static str, reason: &'static str| {
            let number = number.clone();
            office.does(who, move |tx, ctx| matters::void_number(tx, ctx, id, &number, reason))
        };
        assert!(matches!(void("desk", "重复登记").await, Err(Problem::Forbidden(_))));
        assert!(matches!(void("bureau", " ").await, Err(Problem::Refused(_))));
        void("bureau", "重复登记").await.unwrap();
        let twice = void("bureau", "再作废一次").await.unwrap_err();
        assert_eq!(twice.refusal().unwrap().code, "void_already");
        let kept = number.clone();
        let reason = office.does("desk", move |tx, _| matters::void_reason(tx, &kept)).await.unwrap();
        assert_eq!(reason.as_deref(), Some("重复登记"));
        assert_eq!(office.opens("desk", "desk").await.number, "TS-23-2026-00002");
        let rows: i64 = office
            .db
            .read(move |tx| {
                let rows = sql("SELECT COUNT(*) FROM journal WHERE matter_id = $1 AND verb = 'void_number'");
                tx.scalar(&rows, &params![id])
            })
            .await
            .unwrap();
        assert_eq!(rows, 1);
    })
    .await;
}
