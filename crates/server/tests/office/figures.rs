//! R09, R34: a number and its rows are one.

use insight::{Dimension, FIGURES, Measure, Period, RowLine, Things};
use testkit::TestOffice;

#[tokio::test(flavor = "multi_thread")]
async fn every_number_equals_its_rows_and_its_parts() {
    TestOffice::each(async |office| {
        let empty = office.app.db.read(|tx| Ok::<_, web::Problem>(people::units(tx)?.len())).await.unwrap();
        assert_eq!(empty, 4);
        world(&office).await;
        let ctx = office.ctx("bureau");
        let period = Period { from: "2026-01-01".parse().unwrap(), to: "2026-12-31".parse().unwrap() };
        let checked = office.app.db.read(move |tx| {
            let mut seen = 0;
            let together = insight::values(tx, &ctx, period)?;
            for (figure, together) in FIGURES.iter().zip(together) {
                let answer = insight::value(tx, &ctx, figure, period)?;
                assert_eq!(together, answer, "{}", figure.id);
                if figure.measure == Measure::Recovered {
                    assert_eq!(answer.part, 20_550);
                    continue;
                }
                let rows = insight::rows(tx, &ctx, figure, period, None, "", 1_000)?;
                assert_eq!(counted(&rows), answer.part, "{}", figure.id);
                assert!(figure.things != Things::Matters || rows.iter().all(|row| row.times == 1));
                for dimension in Dimension::ALL {
                    let parts = insight::by(tx, &ctx, figure, period, *dimension)?;
                    assert_eq!(
                        parts.iter().map(|part| part.value).sum::<i64>(),
                        answer.part,
                        "{} {dimension:?}",
                        figure.id
                    );
                    for part in &parts {
                        let rows = insight::rows(
                            tx,
                            &ctx,
                            figure,
                            period,
                            Some((*dimension, &part.key)),
                            "",
                            1_000,
                        )?;
                        assert_eq!(counted(&rows), part.value, "{} {dimension:?} {}", figure.id, part.key);
                    }
                }
                seen += answer.part;
            }
            Ok::<_, web::Problem>(seen)
        });
        assert!(checked.await.unwrap() > 10);
        figures_of_reports(&office, period).await;
        figures_of_steps(&office, period).await;
        of_a_unit_and_what_was_never_done(&office, period).await;
    })
    .await;
}

/// What the rows say together.
fn counted(rows: &[RowLine]) -> i64 {
    rows.iter().map(|row| row.times).sum()
}

async fn figures_of_reports(office: &TestOffice, period: Period) {
    let ctx = office.ctx("bureau");
    let of_reports = office.app.db.read(move |tx| {
        [
            "report_verified",
            "report_filed",
            "report_not_filed",
            "report_filing_rate",
            "report_on_time",
            "clue_from_complaint",
        ]
        .map(|id| insight::value(tx, &ctx, insight::find(id).unwrap(), period))
        .into_iter()
        .collect::<web::Result<Vec<_>>>()
    });
    let parts: Vec<_> = of_reports.await.unwrap().iter().map(|answer| (answer.part, answer.whole)).collect();
    let one = Some(1);
    assert_eq!(parts, [(1, None), (1, None), (0, None), (1, one), (1, one), (1, None)]);
}

/// What counts is a step, not a matter: several of one matter, cut by what they differ by, in one row.
async fn figures_of_steps(office: &TestOffice, period: Period) {
    let ctx = office.ctx("bureau");
    let told = office.app.db.read(move |tx| {
        let ids =
            ["rated", "rated_satisfied", "sent_back", "notices_delivered", "merged", "split", "disputes"];
        let figure = |id| insight::find(id).unwrap();
        let mut values = Vec::new();
        for id in ids {
            let answer = insight::value(tx, &ctx, figure(id), period)?;
            values.push((id, answer.part, answer.whole));
        }
        let back = insight::by(tx, &ctx, figure("sent_back"), period, Dimension::Detail)?;
        let rows = insight::rows(tx, &ctx, figure("sent_back"), period, None, "", 10)?;
        let rows: Vec<i64> = rows.iter().map(|row| row.times).collect();
        Ok::<_, web::Problem>((values, back.len(), rows))
    });
    let (values, reasons, rows) = told.await.unwrap();
    let wanted = [
        ("rated", 1, None),
        ("rated_satisfied", 1, Some(1)),
        ("sent_back", 2, None),
        ("notices_delivered", 1, None),
        ("merged", 1, None),
        ("split", 0, None),
        ("disputes", 0, None),
    ];
    assert_eq!(values, wanted);
    assert_eq!((reasons, rows), (1, vec![2]), "two returns of one matter for one reason");
    let page =
        office.sign_in("bureau").await.get("/figures/sent_back/rows?from=2026-01-01&to=2026-12-31").await;
    assert!(page.text().contains("次数"), "{}", page.text());
}

/// R32: units add up to the whole, and what nobody did is told as not begun instead of a silent zero.
async fn of_a_unit_and_what_was_never_done(office: &TestOffice, period: Period) {
    let ctx = office.ctx("bureau");
    let told = office.app.db.read(move |tx| {
        let (all, units) = (insight::find("received").unwrap(), people::units(tx)?);
        let mut parts = 0;
        // Leaves of the tree: what lies above holds them.
        for unit in units.iter().filter(|one| !units.iter().any(|other| other.parent == Some(one.id))) {
            let own = insight::of_unit(&ctx, unit.id, &unit.name, &unit.path);
            parts += insight::value(tx, &own, all, period)?.part;
        }
        let whole = insight::value(tx, &ctx, all, period)?.part;
        let reading = insight::kept::Reading::open(tx, &ctx)?;
        let standing = |tx: &mut db::Tx, id| insight::find(id).unwrap().standing(tx, &reading, period);
        let (odr, split) = (standing(tx, "odr_settled")?, standing(tx, "split")?);
        let (rated, settled) = (standing(tx, "rated_satisfied")?, standing(tx, "settled")?);
        Ok::<_, web::Problem>((parts, whole, [odr, split, rated, settled]))
    });
    let (parts, whole, standing) = told.await.unwrap();
    assert!(parts <= whole && whole > 0, "{parts} of {whole}");
    use insight::Standing::{NotBegun, Recorded};
    assert_eq!(standing, [NotBegun, NotBegun, Recorded, Recorded]);
    assert!(insight::absent("samples").is_some() && insight::find("samples").is_none());
    assert!(FIGURES.iter().all(|figure| figure.version() >= 1));
}

/// Two returns of one complaint, which then goes into another; a rating of a citizen.
async fn steps(office: &TestOffice) {
    let mut head = office.sign_in("head").await;
    let (one, two) = (crate::desk::register(&mut head).await, crate::desk::register(&mut head).await);
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    for _ in 0..2 {
        let mut dispatcher = office.sign_in("dispatcher").await;
        let path = format!("/matters/{one}/assignment");
        assert_eq!(dispatcher.post(&path, &[("target", &target)]).await.status, 303);
        let (ctx, number) = (office.ctx("zhang"), one.clone());
        let returned = office.app.db.write(move |tx| {
            let mut found = matters::find(tx, &ctx, &number)?;
            let reason = &law::Law::in_use().classification.return_reasons[0].code;
            matters::give_back(tx, &ctx, &mut found, reason, "不在本所辖区")
        });
        returned.await.unwrap();
    }
    let link = [("other", one.as_str()), ("kind", "supplement")];
    let linked = office.sign_in("desk").await.post(&format!("/matters/{two}/links"), &link).await;
    assert_eq!(linked.status, 303, "{}", linked.text());
    let text = "INSERT INTO portal_rating (matter_id, score, at) SELECT id, 5, received_at FROM matter WHERE number = $1";
    let number = db::params![one];
    office.app.db.write(move |tx| tx.execute(&db::Sql { name: "test", text }, &number)).await.unwrap();
}

/// Three consultations, two complaints, one of them settled with a clue that became a report, and a report with a case.
pub(crate) async fn world(office: &TestOffice) {
    let mut head = office.sign_in("head").await;
    for _ in 0..3 {
        let form = [
            ("kind", "consultation"),
            ("channel", "visit"),
            ("facts", "问"),
            ("answered", "yes"),
            ("answer", "答"),
        ];
        assert_eq!(head.post("/desk", &form).await.status, 303);
    }
    crate::desk::register(&mut head).await;
    let number = crate::desk::register(&mut head).await;
    let told = [("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "R")];
    assert_eq!(head.post(&format!("/matters/{number}/acceptance"), &[]).await.status, 303);
    assert_eq!(head.post(&format!("/matters/{number}/acceptance_notice"), &told).await.status, 303);
    let settled = [("words", "当场退款"), ("recovered", "205.50")];
    assert_eq!(head.post(&format!("/matters/{number}/settlement"), &settled).await.status, 303);
    let clue = [("words", "标签没有生产日期")];
    assert_eq!(head.post(&format!("/matters/{number}/report_clue"), &clue).await.status, 303);
    let number = crate::reports::reported(office, &[]).await;
    crate::reports::filed(office, &number, &[]).await;
    steps(office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operations_board_opens_its_rows_and_a_filter_is_saved_for_the_unit() {
    TestOffice::each(async |office| {
        let number = crate::desk::register(&mut office.sign_in("desk").await).await;
        office.set_day("2026-10-08");
        let mut head = office.sign_in("bureau").await;
        let board = head.get("/operations").await;
        for words in ["到期分布", "9 时", "电话", "3 天以内", "期限状态", "三天内到期", "在办单位"]
        {
            assert!(board.text().contains(words), "{words}: {}", board.text());
        }
        let links: Vec<_> = board
            .body
            .split("href=\"/figures/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let mut seen = 0;
        for link in &links {
            let rows = head.get(&format!("/figures/{}", link.replace("&amp;", "&"))).await;
            assert_eq!(rows.status, 200, "{link}");
            seen += usize::from(rows.body.contains(&number));
        }
        assert!(seen >= 6, "the one matter stands behind its numbers, seen {seen} times");

        let list = head.get("/matters?kind=complaint&phase=new").await;
        assert!(
            list.body.contains("/views?address=%2Fmatters%3Fkind%3Dcomplaint%26phase%3Dnew"),
            "{}",
            list.body
        );
        let nameless = head.post("/views", &[("address", "/matters?kind=complaint")]).await;
        assert!(nameless.status == 422 && nameless.text().contains("请填写名称"));
        let form =
            [("name", "新收的投诉"), ("address", "/matters?kind=complaint&after=1"), ("shared", "yes")];
        assert_eq!(head.post("/views", &form).await.status, 303);
        let mut zhang = office.sign_in("zhang").await;
        let views = zhang.get("/views").await;
        assert!(
            views.body.contains("/matters?kind=complaint\"") && views.text().contains("共享"),
            "{}",
            views.text()
        );
        let id = head
            .get("/views")
            .await
            .body
            .split("/views/")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(zhang.post(&format!("/views/{id}/end"), &[]).await.status, 404, "not one's own");
        assert_eq!(head.post(&format!("/views/{id}/end"), &[]).await.status, 303);
    })
    .await;
}

/// Issue 6 point 3: a sum that was named goes with the page, its parts, its rows and its export; what is no sum is told; the interface
/// asks the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_sum_of_ones_own_goes_with_the_address() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        for sum in ["200", "1999.99", "2000", "30000"] {
            let number = crate::desk::register(&mut head).await;
            crate::proof::settled(&mut head, &number, sum).await;
        }
        let days = "from=2026-09-01&to=2026-09-30";
        let page = head.get(&format!("/figures/large_recovered?{days}")).await;
        assert!(
            page.text().contains("大额挽回投诉 1 ") && page.body.contains("name=\"least\""),
            "{}",
            page.text()
        );
        let page = head.get(&format!("/figures/large_recovered?{days}&by=outcome&least=2%2C000")).await;
        assert!(
            page.text().contains("大额挽回投诉 2 ") && page.text().contains("不少于 2,000.00 元"),
            "{}",
            page.text()
        );
        assert!(page.body.contains("name=\"least\" value=\"2,000\""), "{}", page.body);
        let link = page
            .body
            .split("href=\"/figures/large_recovered/rows?")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert!(link.contains("least=2000.00") && link.contains("by=outcome"), "{link}");
        let rows = head.get(&format!("/figures/large_recovered/rows?{}", link.replace("&amp;", "&"))).await;
        assert_eq!(rows.body.matches("class=\"number\" href=\"/matters/").count(), 2, "{}", rows.body);
        assert!(rows.text().contains("不少于 2,000.00 元"), "{}", rows.text());
        let filter = format!("id=large_recovered&{days}&least=2000");
        let file = crate::exchange::csv_of(&mut office.sign_in("bureau").await, "figure", &filter).await;
        assert_eq!(file.body.matches("TS-2301-").count(), 2, "{}", file.body);
        for (typed, told) in [("很多", "金额"), ("1.234", "两位小数"), ("-5", "金额")] {
            let wrong = head.get(&format!("/figures/large_recovered?{days}&least={}", coded(typed))).await;
            assert!(wrong.status == 422 && wrong.text().contains(told), "{typed}: {}", wrong.text());
            assert!(wrong.body.contains(&format!("value=\"{typed}\"")), "{typed}");
            assert_eq!(
                head.get(&format!("/figures/large_recovered/rows?{days}&least={}", coded(typed)))
                    .await
                    .status,
                400
            );
        }
        // A figure without a sum has none to ask for.
        let plain = head.get(&format!("/figures/received?{days}&least=5")).await;
        assert!(
            !plain.body.contains("name=\"least\"") && plain.text().contains("接收总量 4 "),
            "{}",
            plain.text()
        );
    })
    .await;
}

fn coded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
