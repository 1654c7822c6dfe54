//! What a report forgets when the time has come: what officers wrote of its people, and who was paid by which proof.

use db::Tx;
use kernel::{Ctx, MatterId};
use matters::forget::{Texts, strike_texts};
use web::Result;

db::sql! {
    REPORTS = "SELECT matter_id AS id, clue_words, extension_words, conditions, proposal_words, decision_words, filing_paper, case_handlers, \
               outside_body, outside_paper, evidence, unreachable, result, result_paper FROM report WHERE matter_id = $1";
    REPORT = "UPDATE report SET clue_words = $2, extension_words = $3, conditions = $4, proposal_words = $5, decision_words = $6, \
              filing_paper = $7, case_handlers = $8, outside_body = $9, outside_paper = $10, evidence = $11, unreachable = $12, \
              result = $13, result_paper = $14 WHERE matter_id = $1";
    FINDINGS = "SELECT id, officers, place, words FROM report_finding WHERE matter_id = $1";
    FINDING = "UPDATE report_finding SET officers = $2, place = $3, words = $4 WHERE id = $1";
    TESTS = "SELECT id, reason, body, paper, result FROM report_test WHERE matter_id = $1";
    TEST = "UPDATE report_test SET reason = $2, body = $3, paper = $4, result = $5 WHERE id = $1";
    REWARDS = "SELECT matter_id AS id, breach, words, agreement, decision_words, payment_proof FROM report_reward WHERE matter_id = $1";
    REWARD = "UPDATE report_reward SET breach = $2, words = $3, agreement = $4, decision_words = $5, payment_proof = $6 WHERE matter_id = $1";
}

const TEXTS: &[Texts] = &[
    (
        &REPORTS,
        &REPORT,
        &[
            "clue_words",
            "extension_words",
            "conditions",
            "proposal_words",
            "decision_words",
            "filing_paper",
            "case_handlers",
            "outside_body",
            "outside_paper",
            "evidence",
            "unreachable",
            "result",
            "result_paper",
        ],
    ),
    (&FINDINGS, &FINDING, &["officers", "place", "words"]),
    (&TESTS, &TEST, &["reason", "body", "paper", "result"]),
    (&REWARDS, &REWARD, &["breach", "words", "agreement", "decision_words", "payment_proof"]),
];

/// Strikes `values` out of the words of a report; how many were struck out, and no words to be found by.
///
/// # Errors
/// A fault of the database.
pub fn strike(tx: &mut Tx, _: &Ctx, matter: MatterId, values: &[String]) -> Result<(i64, String)> {
    Ok((strike_texts(tx, matter, values, TEXTS)?, String::new()))
}
