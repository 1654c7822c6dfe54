//! Telling, and being able to prove it.

use db::params;
use jiff::Timestamp;
use matters::{
    Matter,
    notices::{self, NewNotice, NoticeState, Proof},
};
use web::Problem;

use crate::{Office, sql};

fn code<T>(refused: web::Result<T>) -> &'static str {
    match refused {
        Err(Problem::Refused(refusal)) => refusal.code,
        Err(Problem::NotFound) => "not_found",
        _ => "",
    }
}

fn letter() -> NewNotice {
    NewNotice {
        kind: "result".to_owned(),
        channel: "letter".to_owned(),
        address: "南岗区测试街1号".to_owned(),
        text: "举报处理结果告知书".to_owned(),
        ..NewNotice::default()
    }
}

async fn planned(office: &Office, matter: &Matter) -> kernel::NoticeId {
    let matter = matter.clone();
    office.does("zhang", move |tx, ctx| notices::plan(tx, ctx, &matter, &letter())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_counts_as_told_only_when_its_arrival_is_proved() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let id = planned(&office, &matter).await;
        let (at, of) = (matter.clone(), matter.id);
        let told = || office.does("zhang", move |tx, _| notices::delivered_of_kind(tx, of, "result"));
        assert!(!told().await.unwrap());
        office.does("zhang", move |tx, ctx| notices::sent(tx, ctx, &at, id, None)).await.unwrap();
        assert!(!told().await.unwrap(), "sent is not told");
        let prove = |at: Option<Timestamp>, kind: &'static str, words: &'static str| {
            let matter = matter.clone();
            office.does("zhang", move |tx, ctx| {
                let proof = Proof { at, kind: kind.to_owned(), words: words.to_owned(), attachment: None };
                notices::delivered(tx, ctx, &matter, id, &proof)
            })
        };
        let hour = |hours: i64| Some(office.ground.clock.now() + jiff::SignedDuration::from_hours(hours));
        assert_eq!(code(prove(None, "post_number", " ").await), "proof");
        assert_eq!(code(prove(None, "my_word", "EMS1").await), "proof_kind");
        assert_eq!(code(prove(hour(1), "post_number", "EMS1").await), "notice_future");
        assert_eq!(code(prove(hour(-1), "post_number", "EMS1").await), "notice_order");
        prove(None, "post_number", "EMS1").await.unwrap();
        assert!(told().await.unwrap());
        assert_eq!(code(prove(None, "post_number", "EMS2").await), "notice_state", "a proof is not replaced");
        let shown = office.does("zhang", move |tx, _| notices::of(tx, of)).await.unwrap();
        assert_eq!(shown[0].state, NoticeState::Delivered);
        assert_eq!(shown[0].proof.as_deref(), Some("邮寄单号及签收：EMS1"));
        assert_eq!((shown[0].label(), shown[0].when()), ("结果告知", "2026-09-23 09:00".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_came_back_is_not_told_and_another_may_be_sent() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let id = planned(&office, &matter).await;
        let fail = |why: &'static str| {
            let matter = matter.clone();
            office.does("zhang", move |tx, ctx| notices::failed(tx, ctx, &matter, id, why))
        };
        assert_eq!(code(fail("").await), "notice_failed");
        fail("查无此人").await.unwrap();
        assert_eq!(code(fail("拒收").await), "notice_state");
        let of = matter.id;
        assert!(
            !office.does("zhang", move |tx, _| notices::delivered_of_kind(tx, of, "result")).await.unwrap()
        );
        office.set_day("2026-09-24");
        planned(&office, &matter).await;
        let shown = office.does("zhang", move |tx, _| notices::of(tx, of)).await.unwrap();
        let states: Vec<_> = shown.iter().map(|notice| notice.state.label()).collect();
        assert_eq!(states, ["未送达", "待发出"]);
        assert_eq!(shown[0].proof.as_deref(), Some("查无此人"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_belongs_to_its_matter_and_its_address_is_sealed() {
    Office::each(async |office| {
        let (matter, other) = (office.opens("desk", "zhang").await, office.opens("desk", "wang").await);
        let id = planned(&office, &matter).await;
        let foreign = office.does("wang", move |tx, ctx| notices::sent(tx, ctx, &other, id, None)).await;
        assert_eq!(code(foreign), "not_found");
        for (new, wanted) in [
            (NewNotice { kind: "gossip".to_owned(), ..letter() }, "notice_kind"),
            (NewNotice { channel: "pigeon".to_owned(), ..letter() }, "notice_channel"),
            (NewNotice { text: " ".to_owned(), ..letter() }, "notice_text"),
            (NewNotice { party: Some(kernel::Id::from_uuid(id.uuid())), ..letter() }, "not_found"),
        ] {
            let matter = matter.clone();
            let refused = office.does("zhang", move |tx, ctx| notices::plan(tx, ctx, &matter, &new)).await;
            assert_eq!(code(refused), wanted);
        }
        let sealed: Vec<u8> = office
            .db
            .read(move |tx| tx.scalar(&sql("SELECT address FROM notice WHERE id = $1"), &params![id]))
            .await
            .unwrap();
        let plain = "测试街".as_bytes();
        assert!(!sealed.windows(plain.len()).any(|part| part == plain));
    })
    .await;
}
