//! R32: a report freezes its figures, a re-run shows what changed, and nothing goes out that the second reader does not bear out.

use insight::{
    Period,
    book::Book,
    summary::{self, Asked},
};
use numerals::Verdict;
use testkit::TestOffice;

/// The words of a page without the blanks that marks leave between them.
pub(crate) fn close(page: &testkit::Answer) -> String {
    page.text().replace(' ', "")
}

fn period() -> Period {
    Period { from: "2026-09-01".parse().unwrap(), to: "2026-09-30".parse().unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_stays_and_a_re_run_shows_differences() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        crate::desk::register(&mut head).await;
        let unit = office.officer("head").unit.to_string();
        let form = [("template", "work"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
        let made = head.post("/summaries", &form).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let list = head.get("/summaries").await;
        let id = list.body.split("href=\"/summaries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = head.get(&format!("/summaries/{id}")).await;
        for words in [
            "接收投诉1件",
            "2026年9月工作总结",
            "received_complaint",
            "第 1 版",
            "商品抽检：未记录",
            "登记先行和解未开展",
        ] {
            assert!(close(&page).contains(&words.replace(' ', "")), "{words}: {}", page.text());
        }
        assert!(page.body.contains("/figures/received_complaint/rows?from=2026-09-01&amp;to=2026-09-30"));
        let again = head.get(&format!("/summaries/{id}/again")).await;
        assert!(again.text().contains("与生成时完全相同"), "{}", again.text());
        rows_of_both_editions(&office, &mut head, &id).await;

        crate::desk::register(&mut head).await;
        let again = head.get(&format!("/summaries/{id}/again")).await;
        assert!(again.text().contains("1件 2件 数字") || again.text().contains("2件"), "{}", again.text());
        let page = head.get(&format!("/summaries/{id}")).await;
        assert!(
            close(&page).contains("接收投诉1件") && !close(&page).contains("接收投诉2件"),
            "stays what it was"
        );

        // Another section's officer does not find it.
        let zhang = office.officer("zhang").unit_path.clone();
        let own = office.officer("head").unit_path.clone();
        if !own.starts_with(&zhang) {
            assert_eq!(office.sign_in("zhang").await.get(&format!("/summaries/{id}")).await.status, 404);
        }
    })
    .await;
}

/// Digests of the first edition, over the rows by number, still bear their reports out; other rows behind the same number are told.
async fn rows_of_both_editions(office: &TestOffice, head: &mut testkit::Visitor, id: &str) {
    const SET: db::Sql = db::Sql {
        name: "test",
        text: "UPDATE summary_figure SET rows_digest = $1 WHERE fact = 'received_complaint' AND rows_digest <> ''",
    };
    let ctx = office.ctx("head");
    let look = move |tx: &mut db::Tx| {
        let figure = insight::find("received_complaint").unwrap();
        insight::rows(tx, &ctx, figure, period(), None, "", 10)
    };
    let rows = office.app.db.read(look).await.unwrap();
    let line = |row: &insight::RowLine| {
        format!("{}\t{}\t{}\t{}\n", row.number, row.times, row.closed, row.recovered)
    };
    let first = kernel::hex(&kernel::sm3(rows.iter().map(line).collect::<String>().as_bytes()));
    for (digest, same) in [(first, true), ("00".to_owned(), false), ("sum:00".to_owned(), false)] {
        let set = move |tx: &mut db::Tx| tx.execute(&SET, &db::params![digest.as_str()]);
        assert_eq!(office.app.db.write(set).await.unwrap(), 1);
        let again = head.get(&format!("/summaries/{id}/again")).await;
        assert_eq!(again.text().contains("与生成时完全相同"), same, "{}", again.text());
        assert_eq!(again.text().contains("明细"), !same, "{}", again.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_checked_against_the_same_figures() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        for _ in 0..3 {
            crate::desk::register(&mut head).await;
        }
        let ctx = office.ctx("bureau");
        let ledger = office
            .app
            .db
            .read(move |tx| Ok::<_, web::Problem>(Book::read(tx, &ctx, period())?.ledger()))
            .await
            .unwrap();
        let verdicts = |text: &str| {
            numerals::check(text, &ledger, &[]).iter().map(|one| one.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts("9月接收投诉三件。"), [Verdict::Verified, Verdict::Verified]);
        assert_eq!(verdicts("接收投诉4件。"), [Verdict::Contradicted]);
        assert_eq!(verdicts("登记先行和解0件。"), [Verdict::Unknown], "never begun is not zero");
        assert_eq!(verdicts("抽检709批次。"), [Verdict::Unknown]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_template_is_borne_out_in_every_period() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        for day in ["2025-09-10", "2026-08-12", "2026-09-22"] {
            office.set_day(day);
            crate::desk::register(&mut head).await;
        }
        let ctx = office.ctx("bureau");
        let head = office.officer("head").clone();
        let made = office.app.db.read(move |tx| {
            let about = (head.id, head.name);
            let office = summary::offices(tx, &ctx)?.remove(0);
            let mut made = Vec::new();
            for template in summary::SHIPPED {
                for (from, to) in [
                    ("2026-01-01", "2026-12-31"),
                    ("2026-07-01", "2026-09-30"),
                    ("2026-09-01", "2026-09-30"),
                    ("2026-09-05", "2026-09-23"),
                ] {
                    let period = Period { from: from.parse().unwrap(), to: to.parse().unwrap() };
                    let about = Some((about.0, about.1.clone()));
                    made.push(summary::make(tx, &ctx, &Asked { office: &office, period, template, about })?);
                }
            }
            Ok::<_, web::Problem>(made)
        });
        let made = made.await.unwrap();
        assert!(made.iter().all(|one| !one.figures.is_empty() && !one.text.contains('\u{E000}')));
        assert!(made[0].text.contains("接收投诉2件，同比增加1件"), "{}", made[0].text);
        assert!(made[1].title.contains("2026年第三季度"), "{}", made[1].title);
        // A number that is changed afterwards is seen, whatever the text claims.
        let text = made[0].text.replace("接收投诉2件", "接收投诉3件");
        let findings = numerals::check(&text, &made[0].ledger, &made[0].claims);
        assert!(summary::borne_out(&findings).unwrap_err().to_string().contains("3件"));
    })
    .await;
}
