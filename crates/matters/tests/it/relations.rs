//! Links and recusals.

use matters::{Matter, relations};
use web::Problem;

use crate::Office;

fn code<T>(refused: web::Result<T>) -> &'static str {
    match refused {
        Err(Problem::Refused(refusal)) => refusal.code,
        Err(Problem::NotFound) => "not_found",
        _ => "",
    }
}

async fn linked(office: &Office, name: &'static str, matter: &Matter) -> Vec<relations::Linked> {
    let id = matter.id;
    office.does(name, move |tx, ctx| relations::linked(tx, ctx, id)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_on_both_sides_to_who_may_know_of_the_other() {
    Office::each(async |office| {
        let (one, two) = (office.opens("desk", "zhang").await, office.opens("desk", "wang").await);
        let link = |kind: &'static str, to: &Matter| {
            let (from, to) = (one.clone(), to.clone());
            office.does("desk", move |tx, ctx| relations::link(tx, ctx, &from, &to, kind, "同一门店"))
        };
        assert_eq!(code(link("related", &one).await), "link_self");
        assert_eq!(code(link("cousin", &two).await), "link_kind");
        link("related", &two).await.unwrap();
        assert_eq!(code(link("related", &two).await), "linked");
        for (name, matter, other) in [("desk", &one, &two), ("desk", &two, &one)] {
            let found = linked(&office, name, matter).await;
            assert_eq!(found.iter().map(|one| &one.number).collect::<Vec<_>>(), [&other.number]);
            assert_eq!(found[0].kind, "关联");
        }
        assert!(linked(&office, "zhang", &one).await.is_empty(), "zhang may not know of the other");
        let id = linked(&office, "desk", &one).await[0].id;
        let end = |name: &'static str| {
            let matter = one.clone();
            office.does(name, move |tx, ctx| relations::part(tx, ctx, &matter, id))
        };
        assert_eq!(code(end("zhang").await), "not_found");
        end("desk").await.unwrap();
        assert_eq!(code(end("desk").await), "not_found");
        assert!(linked(&office, "desk", &two).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_procedure_linked_stays_linked() {
    Office::each(async |office| {
        let (one, two) = (office.opens("desk", "desk").await, office.opens("desk", "desk").await);
        let (from, to) = (one.clone(), two.clone());
        office
            .does("desk", move |tx, ctx| relations::link(tx, ctx, &from, &to, "split", "同一来信"))
            .await
            .unwrap();
        let id = linked(&office, "desk", &one).await[0].id;
        let ended = office.does("desk", move |tx, ctx| relations::part(tx, ctx, &one, id)).await;
        assert_eq!(code(ended), "link_of_procedure");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_on_himself_and_who_keeps_away_loses_the_matter() {
    Office::each(async |office| {
        let matter = office.opens("desk", "zhang").await;
        let (number, unit, head) =
            (matter.number.clone(), office.officer("head").unit, office.officer("head").id);
        office
            .does("dispatcher", move |tx, ctx| {
                let mut found = matters::lock(tx, ctx, &number, None)?;
                matters::assign(tx, ctx, &mut found, unit, Some(head), "")
            })
            .await
            .unwrap();
        let ask = |reason: &'static str| {
            let matter = matter.clone();
            office.does("zhang", move |tx, ctx| {
                let found = matters::by_id(tx, &ctx.by(kernel::Actor::System("测试")), matter.id)?;
                relations::request_recusal(tx, ctx, &found, head, reason, "投诉人")
            })
        };
        let decide = |name: &'static str, granted: bool| {
            let number = matter.number.clone();
            office.does(name, move |tx, ctx| {
                let mut found = matters::lock(tx, ctx, &number, None)?;
                relations::settle_recusal(tx, ctx, &mut found, granted)
            })
        };
        assert_eq!(code(decide("bureau", true).await), "no_recusal");
        assert_eq!(code(ask(" ").await), "recusal_reason");
        ask("是被投诉人的近亲属").await.unwrap();
        assert_eq!(code(ask("再说一次").await), "recusal_open");
        assert_eq!(code(decide("head", false).await), "recusal_own");
        decide("bureau", true).await.unwrap();
        assert_eq!(code(decide("head", false).await), "not_found", "out of sight");
        let id = matter.id;
        let now = office.does("bureau", move |tx, ctx| matters::by_id(tx, ctx, id)).await.unwrap();
        assert_eq!((now.officer, now.version), (None, 3), "taken off the desk, and a stale form is refused");
        let told = office.does("bureau", move |tx, _| Ok(journal::of(tx, id)?)).await.unwrap();
        let verbs: Vec<&str> = told.iter().map(|record| record.verb.as_str()).collect();
        assert_eq!(verbs[..2], ["recusal_decision", "recusal"]);
    })
    .await;
}
