//! Issue 6, point 1: every registered figure on a little world that was counted by hand, on both engines. A figure without a case
//! here fails the test.

use insight::{FIGURES, Period};
use testkit::{TestOffice, Visitor};

use crate::{
    complaint::{TOLD, assigned, done},
    desk::{COMPLAINT, register},
    merged_reports::not_filed,
    papers,
    proof::{sent, settled},
    reports::reported,
};

/// What each figure is: part, and whole of a rate. Above each group, what in the world makes it so. The world of `figures.rs` is
/// 3 consultations; complaints C1 (left), C2 (settled, 205.50, with the clue R1), S1 (returned twice), S2 (went with S1); report
/// R2 (filed). Here come complaints T1 (refused), T2 (terminated), P1 (accepted, a paper), Q1 (in a test, its clock stands), D1
/// (split: D2), L1 (12,000 yuan back), reports D2 and R3 (not filed), settlements O1 (ended) and O2.
const COUNTED: &[(&str, i64, Option<i64>)] = &[
    // 3 + 10 + 4 + 2.
    ("received", 19, None),
    ("received_consultation", 3, None),
    // C1 C2 S1 S2 T1 T2 P1 Q1 D1 L1.
    ("received_complaint", 10, None),
    // R1 R2 R3 D2.
    ("received_report", 4, None),
    // C2 T2 P1 Q1 L1.
    ("accepted", 5, None),
    // T1.
    ("refused", 1, None),
    // 3 consultations, C2 T1 T2 L1, O1; R3 is decided and not closed.
    ("closed", 8, None),
    // C2 T1 T2 L1.
    ("closed_complaint", 4, None),
    ("settled", 2, None),
    // All four within their days.
    ("on_time", 4, Some(4)),
    ("settled_of_closed", 2, Some(4)),
    // C2 L1 of C2 L1 T2.
    ("settled_of_mediated", 2, Some(3)),
    // 205.50 + 12,000 yuan.
    ("recovered", 1_220_550, None),
    // R2 R3.
    ("report_verified", 2, None),
    ("report_filed", 1, None),
    ("report_not_filed", 1, None),
    ("report_filing_rate", 1, Some(2)),
    ("report_on_time", 2, Some(2)),
    // R1.
    ("clue_from_complaint", 1, None),
    // S1.
    ("returned", 1, None),
    // C1 S1 S2 P1 Q1 D1, R1 R2 R3 D2, O2.
    ("open", 11, None),
    // Of these, those with a clock that presses: C1 S1 P1 D1, R1 D2.
    ("falls_due", 6, None),
    // O1 O2.
    ("odr_received", 2, None),
    ("odr_settled", 1, Some(1)),
    // S1 5, C1 2.
    ("rated", 2, None),
    ("rated_satisfied", 1, Some(2)),
    // C1 open, T1 ruled.
    ("disputes", 2, None),
    ("disputes_ruled", 1, None),
    ("sent_back", 2, None),
    // One level of the one clock of C1.
    ("escalated", 1, None),
    // C2 T2 Q1 L1 accepted, T1 refused, T2 ended (one for each party), and one of C1 that did not arrive.
    ("notices_sent", 8, None),
    ("notices_delivered", 7, None),
    ("notices_failed", 1, None),
    // P1.
    ("papers_issued", 1, None),
    // D1.
    ("split", 1, None),
    // S2.
    ("merged", 1, None),
    // Time to decide ends within the year for all complaints but S2, whose clock went to S1: 9; decided and told: C2 T1 T2
    // Q1 L1, not P1.
    ("first_check_on_time", 5, Some(9)),
    // To decide: C1 S1 P1 D1; to mediate: P1; to check: R1 D2.
    ("clocks_running", 7, None),
    // Q1.
    ("clocks_paused", 1, None),
    // C2 2, T1 1, T2 3 (to decide, to mediate, to tell the end), L1 2, Q1 1, R2 1, R3 1.
    ("clocks_stopped", 11, None),
    // Without one of T2.
    ("clocks_kept", 10, None),
    ("clocks_late", 1, None),
    // L1.
    ("large_recovered", 1, None),
    // C1: 10,000 yuan.
    ("large_disputed", 1, None),
    // Ended after mediation and agreed to: T2 L1; published: L1.
    ("published_rate", 1, Some(2)),
];

pub(crate) async fn run(office: &TestOffice, text: &'static str, number: &str) {
    let values = db::params![number];
    let done = office.app.db.write(move |tx| tx.execute(&db::Sql { name: "test", text }, &values)).await;
    assert_eq!(done.unwrap(), 1, "{text}");
}

/// The number of the only matter that a condition finds first.
async fn first(office: &TestOffice, text: &'static str) -> String {
    papers::rows(office, text).await[0].get("number").unwrap()
}

/// A complaint whose consumer agrees to publicity.
pub(crate) async fn agreed_to(visitor: &mut Visitor) -> String {
    let answer = visitor.post("/desk", &[COMPLAINT, &[("publish", "yes")]].concat()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

async fn world(office: &TestOffice) {
    crate::figures::world(office).await;
    let mut head = office.sign_in("head").await;
    let refused = register(&mut head).await;
    sent(&mut head, &refused, "refusal", &[("ground", "1"), ("words", "属于住建部门职责")]).await;
    sent(&mut head, &refused, "refusal_notice", TOLD).await;
    let ended = agreed_to(&mut head).await;
    sent(&mut head, &ended, "acceptance", &[]).await;
    sent(&mut head, &ended, "acceptance_notice", TOLD).await;
    sent(&mut head, &ended, "termination", &[("ground", "3"), ("words", "经营者明确拒绝")]).await;
    let both = [
        TOLD,
        &[("trader_notice_channel", "phone"), ("trader_proof_kind", "recording"), ("trader_proof", "R")],
    ];
    sent(&mut head, &ended, "termination_notice", &both.concat()).await;
    run(
        office,
        "UPDATE clock SET result = 'late' WHERE id = (SELECT c.id FROM clock c JOIN matter m ON m.id = c.matter_id \
         WHERE m.number = $1 AND c.key <> 'accept' AND c.result = 'kept' ORDER BY c.due DESC LIMIT 1)",
        &ended,
    )
    .await;
    let large = agreed_to(&mut head).await;
    settled(&mut head, &large, "12000").await;
    let shown = [("act", "publicity_published"), ("on", "2026-09-23"), ("words", "局网站公示栏")];
    assert_eq!(head.post(&format!("/matters/{large}/publicity"), &shown).await.status, 303);
    let (number, mut zhang) = papers::accepted(office).await;
    let paper = papers::submitted(&mut zhang, &number).await;
    papers::done(&mut office.sign_in("head").await, &format!("{paper}/approval"), &[]).await;
    let (tested, mut zhang) = assigned(office).await;
    done(&mut zhang, &tested, "acceptance", &[]).await;
    done(&mut zhang, &tested, "acceptance_notice", TOLD).await;
    done(&mut zhang, &tested, "test", &[("who", "检测中心"), ("way", "agreed"), ("paper", "委托1号")]).await;
    let both = [COMPLAINT, &[("also_report", "yes")]].concat();
    assert_eq!(office.sign_in("head").await.post("/desk", &both).await.status, 303);
    let report = reported(office, &[]).await;
    not_filed(office, &report, &[]).await;
    let trader = crate::odr::joined(office).await;
    let mut desk = office.sign_in("desk").await;
    let agreed = crate::odr::registered(&mut desk, trader).await;
    crate::odr::registered(&mut desk, trader).await;
    steps(office, &refused, &agreed).await;
}

/// Steps whose own stories stand elsewhere, as rows.
async fn steps(office: &TestOffice, ruled: &str, settled: &str) {
    let left =
        first(office, "SELECT number FROM matter WHERE number LIKE 'TS-2301-%' ORDER BY number LIMIT 1")
            .await;
    run(
        office,
        "UPDATE matter SET state = 'closed', phase = 'done', outcome = 'odr_settled', closed_on = received_on WHERE number = $1",
        settled,
    )
    .await;
    run(office, "UPDATE matter SET amount = 1000000 WHERE number = $1", &left).await;
    run(
        office,
        "INSERT INTO portal_rating (matter_id, score, at) SELECT id, 2, received_at FROM matter WHERE number = $1",
        &left,
    )
    .await;
    run(
        office,
        "INSERT INTO jurisdiction_dispute (id, matter_id, unit_id, other_id, reason, opened_by, opened_on, state) \
         SELECT id, id, unit_id, unit_id, '不在辖区', id, received_on, 'open' FROM matter WHERE number = $1",
        &left,
    )
    .await;
    run(
        office,
        "INSERT INTO jurisdiction_dispute (id, matter_id, unit_id, other_id, reason, opened_by, opened_on, state, ruled_at) \
         SELECT id, id, unit_id, unit_id, '不在辖区', id, received_on, 'ruled', received_at FROM matter WHERE number = $1",
        ruled,
    )
    .await;
    run(
        office,
        "INSERT INTO clock_level (clock_id, level, at) SELECT c.id, 'first', m.received_at FROM clock c JOIN matter m ON m.id = c.matter_id WHERE m.number = $1",
        &left,
    )
    .await;
    run(
        office,
        "INSERT INTO notice (id, matter_id, kind, channel, text, made_at, sent_at, state) \
         SELECT id, id, 'result', 'sms', '告知', received_at, received_at, 'failed' FROM matter WHERE number = $1",
        &left,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_was_counted_by_hand() {
    let ids: Vec<&str> = FIGURES.iter().map(|figure| figure.id).collect();
    let known: Vec<&str> = COUNTED.iter().map(|(id, ..)| *id).collect();
    assert_eq!(known, ids, "a figure without a hand-counted case");
    for (id, part, _) in COUNTED {
        assert!(*part > 0, "{id}: a case that counts nothing proves nothing");
    }
    TestOffice::each(async |office| {
        world(&office).await;
        let ctx = office.ctx("bureau");
        let period = Period { from: "2026-01-01".parse().unwrap(), to: "2026-12-31".parse().unwrap() };
        let values = office.app.db.read(move |tx| insight::values(tx, &ctx, period)).await.unwrap();
        let found: Vec<_> = ids.iter().zip(&values).map(|(id, one)| (*id, one.part, one.whole)).collect();
        let wrong: Vec<_> = found.iter().zip(COUNTED).filter(|(found, counted)| found != counted).collect();
        assert!(wrong.is_empty(), "found, counted: {wrong:#?}");
        sums_of_ones_own(&office, period).await;
    })
    .await;
}

/// A sum is a parameter: 200 yuan takes C2 in, 12,000.01 leaves L1 out; a figure without a sum has none to change.
async fn sums_of_ones_own(office: &TestOffice, period: Period) {
    let ctx = office.ctx("bureau");
    let asked = office.app.db.read(move |tx| {
        let (large, plain) = (insight::find("large_recovered").unwrap(), insight::find("received").unwrap());
        let by = Some(insight::Dimension::Outcome);
        let of = |tx: &mut db::Tx, least| insight::at_least(tx, &ctx, large, period, least, by);
        let told = [of(tx, 20_000)?.unwrap(), of(tx, 1_200_000)?.unwrap(), of(tx, 1_200_001)?.unwrap()];
        let rows = insight::rows_of(tx, &ctx, (large, Some(20_000)), period, None, ("", 10))?;
        assert!(insight::at_least(tx, &ctx, plain, period, 1, None)?.is_none());
        let told = told.map(|(answer, cuts)| (answer.part, cuts.iter().map(|cut| cut.value).sum::<i64>()));
        Ok::<_, web::Problem>((told, rows.len()))
    });
    assert_eq!(asked.await.unwrap(), ([(2, 2), (1, 1), (0, 0)], 2));
}
