//! Kept counts (record 33): what figures read from sums that stand ready is always what a walk over the rows says.

use insight::{Dimension, FIGURES, Period, kept};
use kernel::{Actor, Ctx};
use testkit::{TestOffice, Visitor};

use crate::{complaint::TOLD, relations::merged};

/// A stream of numbers that is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn period(from: &str, to: &str) -> Period {
    Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

/// What `ctx` reads is what a walk says, figure by figure, together and by every dimension that is kept.
fn compared(tx: &mut db::Tx, ctx: &Ctx, period: Period) -> web::Result<bool> {
    let (reading, walk) = (kept::Reading::open(tx, ctx)?, kept::Reading::walking(ctx));
    let (is, should) = (reading.values(tx, period)?, walk.values(tx, period)?);
    let printed = kept::Reading::printed(tx, ctx)?;
    for (figure, (is, should)) in FIGURES.iter().zip(is.into_iter().zip(should)) {
        assert_eq!(is, should, "{} for {} over {period:?}", figure.id, ctx.actor_name());
        let [is, should] =
            [printed.rows_digest(tx, figure, period, None)?, walk.rows_digest(tx, figure, period, None)?];
        assert_eq!(is, should, "rows of {} for {} over {period:?}", figure.id, ctx.actor_name());
    }
    if period.from.year() > 1990 {
        return Ok(reading.is_kept());
    }
    for id in ["received", "open", "falls_due", "returned", "recovered", "notices_sent"] {
        let figure = insight::find(id).unwrap();
        for dimension in [
            Dimension::Unit,
            Dimension::Phase,
            Dimension::Channel,
            Dimension::Hour,
            Dimension::Goods,
            Dimension::Problem,
            Dimension::Due,
        ] {
            let (is, should) =
                (reading.by(tx, figure, period, dimension)?, walk.by(tx, figure, period, dimension)?);
            assert_eq!(is, should, "{id} by {dimension:?} for {}", ctx.actor_name());
            for cut in is {
                let part = Some((dimension, cut.key.as_str()));
                let [is, should] = [
                    printed.rows_digest(tx, figure, period, part)?,
                    walk.rows_digest(tx, figure, period, part)?,
                ];
                assert_eq!(is, should, "rows of {id} by {dimension:?} {} for {}", cut.key, ctx.actor_name());
            }
        }
    }
    Ok(reading.is_kept())
}

async fn everybody_reads_what_is(office: &TestOffice) -> usize {
    let mut readers: Vec<Ctx> = ["bureau", "head", "zhang", "wang", "dispatcher", "auditor", "desk"]
        .map(|login| office.ctx(login))
        .to_vec();
    readers.push(office.app.ctx(Actor::System("测试")));
    let read = office.app.db.read(move |tx| {
        let mut ready = 0;
        for ctx in &readers {
            for period in [
                period("2026-01-01", "2026-12-31"),
                period("1990-01-01", "2026-09-25"),
                period("2026-09-24", "2026-10-09"),
                period("2026-10-02", "2026-10-02"),
            ] {
                ready += usize::from(compared(tx, ctx, period)?);
            }
        }
        Ok::<_, web::Problem>(ready)
    });
    read.await.unwrap()
}

/// Nothing that is kept differs from the rows.
async fn is_whole(office: &TestOffice) {
    let ctx = office.app.ctx(Actor::System("测试"));
    let look = office.app.db.read(move |tx| kept::recount(tx, &ctx, period("2020-01-01", "2030-12-31")));
    assert_eq!(look.await.unwrap(), []);
}

/// One random act; what the office refuses is no matter here.
async fn act(office: &TestOffice, chance: &mut Chance, numbers: &mut Vec<String>) -> String {
    let pick = |chance: &mut Chance| numbers[chance.below(numbers.len())].clone();
    let (one, two) = (pick(chance), pick(chance));
    let (zhang, wang) = (office.officer("zhang"), office.officer("wang"));
    let who = if chance.below(2) == 0 { zhang } else { wang };
    let target = format!("{}|{}", who.unit, who.id);
    let told =
        [TOLD, &[("words", "当场退款"), ("recovered", "12.30"), ("reason", "重复登记的来件")]].concat();
    let (name, form): (&str, &[(&str, &str)]) = match chance.below(14) {
        0 => {
            numbers.push(crate::desk::register(&mut office.sign_in("desk").await).await);
            return "register".to_owned();
        }
        1 | 2 => ("assignment", &[("target", &target)]),
        3 | 4 => ("acceptance", &[]),
        5 => ("acceptance_notice", &told),
        6 | 7 => ("settlement", &told),
        8 => ("void", &told),
        9 => {
            let _ = merged(&mut office.sign_in("dispatcher").await, &one, &[&two]).await;
            return format!("merge {two} into {one}");
        }
        10 => return given_back(office, &one, if chance.below(2) == 0 { "wang" } else { "zhang" }).await,
        11 => return recused(office, &one, who.id).await,
        12 => {
            let days = ["2026-09-24", "2026-09-29", "2026-10-08", "2026-10-10", "2026-10-20"];
            office.set_day(days[chance.below(days.len())]);
            server::queue().run_due(&office.app.db, &office.app.ground).await.unwrap();
            return "a day goes by".to_owned();
        }
        _ => {
            let form = [("number", two.as_str()), ("reason", "不是同一件事")];
            let mut dispatcher = office.sign_in("dispatcher").await;
            let _ = dispatcher.post(&format!("/matters/{one}/unmerges"), &form).await;
            return format!("unmerge {two} from {one}");
        }
    };
    let login = match name {
        "assignment" => "dispatcher",
        "void" => "bureau",
        _ => ["zhang", "zhang", "head", "wang"][chance.below(4)],
    };
    let mut visitor = office.sign_in(login).await;
    let status = tried(&mut visitor, &one, name, form).await;
    format!("{login} {name} {one}: {status}")
}

async fn tried(visitor: &mut Visitor, number: &str, name: &str, form: &[(&str, &str)]) -> u16 {
    let path = format!("/matters/{number}/{name}");
    let version = visitor.get(&path).await.field("_version");
    visitor.post(&path, &[form, &[("_version", version.as_str())]].concat()).await.status
}

async fn given_back(office: &TestOffice, number: &str, login: &'static str) -> String {
    let (ctx, of) = (office.ctx(login), number.to_owned());
    let back = office.app.db.write(move |tx| {
        let mut found = matters::find(tx, &ctx, &of)?;
        let reason = &law::Law::in_use().classification.return_reasons[0].code;
        matters::give_back(tx, &ctx, &mut found, reason, "不在本所辖区")
    });
    format!("return {number}: {}", back.await.is_ok())
}

async fn recused(office: &TestOffice, number: &str, officer: kernel::OfficerId) -> String {
    let (ctx, of) = (office.ctx("bureau"), number.to_owned());
    let away = office.app.db.write(move |tx| {
        let found = matters::find(tx, &ctx, &of)?;
        matters::relations::ask_recusal(tx, &ctx, found.id, officer, "近亲属", "投诉人")?;
        matters::relations::decide_recusal(tx, &ctx, found.id, true)
    });
    format!("recusal {number}: {}", away.await.is_ok())
}

/// Issue 4 A, issue 6 point 1: dashboards equal to a recount, whatever is done and however late the folding is.
#[tokio::test(flavor = "multi_thread")]
async fn kept_counts_are_the_recount_after_every_act() {
    TestOffice::each(async |office| {
        let db = &office.app.db;
        kept::fold_all(db).await.unwrap();
        let number = crate::reports::reported(&office, &[]).await;
        crate::reports::filed(&office, &number, &[]).await;
        let mut numbers = vec![number];
        for _ in 0..3 {
            numbers.push(crate::complaint::assigned(&office).await.0);
        }
        for seed in 1..=3 {
            let (mut chance, mut past) = (Chance(seed), Vec::new());
            for _ in 0..18 {
                past.push(act(&office, &mut chance, &mut numbers).await);
                match chance.below(4) {
                    0 => drop(db.write(kept::fold).await.unwrap()),
                    1 => {
                        kept::fold_all(db).await.unwrap();
                        is_whole(&office).await;
                    }
                    _ => {}
                }
                println!("{}", past.last().unwrap());
                let ready = everybody_reads_what_is(&office).await;
                assert!(ready >= 24, "sums stand ready for all who read by unit: {ready}");
            }
        }
        kept::fold_all(db).await.unwrap();
        is_whole(&office).await;
    })
    .await;
}

async fn run(office: &TestOffice, text: &'static str) {
    let sql = db::Sql { name: "test", text };
    office.app.db.write(move |tx| tx.execute(&sql, &[]).map(drop)).await.unwrap();
}

/// What is wrong is found, told, and mended; an office of an earlier program counts by itself and meanwhile walks.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sum_is_found_and_an_old_office_counts_itself() {
    TestOffice::each(async |office| {
        let db = &office.app.db;
        let number = crate::desk::register(&mut office.sign_in("desk").await).await;
        let standing = db.read(kept::standing).await.unwrap();
        assert_eq!(standing.made, Some((0, 1)), "nothing was counted yet");
        everybody_reads_what_is(&office).await;
        is_whole(&office).await;
        kept::fold_all(db).await.unwrap();
        assert_eq!(db.read(kept::standing).await.unwrap(), kept::Standing { made: None, due: 0 });

        run(&office, "UPDATE figure_cell SET n = n + 1 WHERE cut = '' AND level = 0").await;
        run(&office, "UPDATE figure_cell SET print2 = print2 + 1 WHERE cut = 'goods' AND level = 3").await;
        run(&office, "UPDATE matter SET kind = 'praise'").await;
        let ctx = office.app.ctx(Actor::System("测试"));
        let by = ctx.clone();
        let look = move |tx: &mut db::Tx| kept::recount(tx, &by, period("2026-01-01", "2026-12-31"));
        let found = db.read(look.clone()).await.unwrap();
        let words = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for wanted in [
            format!("{number} 变动后没有重新汇总"),
            "多出 1".to_owned(),
            "不多不少，但不是这些件".to_owned(),
            "指标 received_complaint：汇总为 1，重算为 0".to_owned(),
        ] {
            assert!(words.contains(&wanted), "{wanted}: {words}");
        }
        db.write(kept::begin_anew).await.unwrap();
        kept::fold_all(db).await.unwrap();
        assert_eq!(db.read(look.clone()).await.unwrap(), []);
        // As many as before, but not the same: money that nobody heard of.
        run(&office, "UPDATE matter SET recovered = 1").await;
        let found = db.read(look).await.unwrap();
        let words = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for wanted in
            [format!("{number} 变动后没有重新汇总"), "指标 received 的明细与汇总时的不同".to_owned()]
        {
            assert!(words.contains(&wanted), "{wanted}: {words}");
        }
    })
    .await;
}

/// Each spoiled sum is told by itself, on whatever level it stands: a wrong one of a day makes none of the longer ones wrong. A cell that is
/// gone, and a share whose matter is, are told too.
#[tokio::test(flavor = "multi_thread")]
async fn a_recount_tells_what_is_wrong_and_nothing_else() {
    TestOffice::each(async |office| {
        let db = &office.app.db;
        for _ in 0..2 {
            crate::desk::register(&mut office.sign_in("desk").await).await;
        }
        let ctx = office.app.ctx(Actor::System("测试"));
        let whole = period("2020-01-01", "2020-12-31");
        let mut told = Vec::new();
        for (spoil, wanted) in [
            ("UPDATE figure_cell SET n = n + 3 WHERE cut = '' AND level = 0 AND walk = 0", "0×"),
            ("UPDATE figure_cell SET n = n + 3 WHERE cut = '' AND level = 1 AND walk = 0", "1×"),
            ("UPDATE figure_cell SET n = n + 3 WHERE cut = 'hour' AND level = 2", "2×"),
            ("UPDATE figure_cell SET amount = 3 WHERE cut = 'channel' AND level = 3", "3×"),
            ("UPDATE figure_cell SET level = 4 WHERE cut = 'channel' AND level = 3", "4×"),
            ("DELETE FROM figure_cell WHERE cut = 'phase' AND level = 3", "3×"),
            ("UPDATE figure_share SET matter_id = unit_id WHERE walk = 0", "汇总记录 2 条"),
        ] {
            db.write(kept::begin_anew).await.unwrap();
            kept::fold_all(db).await.unwrap();
            is_whole(&office).await;
            run(&office, spoil).await;
            let by = ctx.clone();
            let found = db.read(move |tx| kept::recount(tx, &by, whole)).await.unwrap();
            let words: Vec<_> = found.iter().map(ToString::to_string).collect();
            assert!(words.iter().any(|word| word.contains(wanted)), "{spoil}: {words:?}");
            told.push(words.len());
        }
        // The cell that lost its level is missing on it; the two matters that lost their shares are told beside these.
        assert_eq!(told, [1, 1, 1, 1, 2, 1, 3]);
    })
    .await;
}

/// More changes than are worth looking at one by one are walked over, and the sum stays right.
#[tokio::test(flavor = "multi_thread")]
async fn too_much_that_is_due_is_walked_over() {
    TestOffice::each(async |office| {
        let db = &office.app.db;
        kept::fold_all(db).await.unwrap();
        crate::desk::register(&mut office.sign_in("desk").await).await;
        assert!(everybody_reads_what_is(&office).await > 0);
        let ctx = office.app.ctx(Actor::System("测试"));
        let due = db.write(move |tx| (0..1_001).try_for_each(|_| kept::changed(tx, ctx.id(), ctx.id())));
        due.await.unwrap();
        assert_eq!(everybody_reads_what_is(&office).await, 0);
        kept::fold_all(db).await.unwrap();
        assert!(everybody_reads_what_is(&office).await > 0);
        is_whole(&office).await;
    })
    .await;
}

/// A change that is stored while the folding counts is not lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_beside_the_folding_is_counted_by_the_next_turn() {
    TestOffice::each(async |office| {
        let db = office.app.db.clone();
        kept::fold_all(&db).await.unwrap();
        let mut desk = office.sign_in("desk").await;
        for _ in 0..6 {
            let number = crate::desk::register(&mut desk).await;
            let ctx = office.ctx("bureau");
            let slow = db.write(move |tx| {
                let found = matters::find(tx, &ctx, &number)?;
                matters::set_recovered(tx, &found, Some(kernel::Money::from_fen(7)))?;
                std::thread::sleep(std::time::Duration::from_millis(30));
                matters::note(tx, &ctx, found.id, "assign", None, &serde_json::json!({}))
            });
            let (slow, folded) = tokio::join!(slow, async {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                db.write(kept::fold).await
            });
            slow.unwrap();
            folded.unwrap();
            everybody_reads_what_is(&office).await;
        }
        kept::fold_all(&db).await.unwrap();
        is_whole(&office).await;
    })
    .await;
}

/// Once SQLite knew how many units and cells there are (statistics are written when a program stops), it began with the units of a
/// subtree and read the cells again for each of them: 240 ms for rates that had taken 28.
#[tokio::test(flavor = "multi_thread")]
async fn cells_are_read_once_for_all_units_whatever_is_known_of_them() {
    TestOffice::each(async |office| {
        if office.app.db.engine() != db::Engine::Sqlite {
            // PostgreSQL joins by hash or by index as it sees fit; a table of no rows tells nothing there.
            return;
        }
        crate::desk::register(&mut office.sign_in("desk").await).await;
        kept::fold_all(&office.app.db).await.unwrap();
        let lists = insight::widest(&office.ctx("head"));
        let plans = office.app.db.write(move |tx| {
            for text in [
                "ANALYZE",
                "DELETE FROM sqlite_stat1 WHERE tbl IN ('unit', 'figure_cell', 'figure_share')",
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('figure_cell', 'figure_cell', '93696 1001 1001 16 3 2 1 1'), \
                 ('figure_share', 'figure_share_matter', '47693 5'), ('unit', 'sqlite_autoindex_unit_1', '33 1'), ('unit', 'sqlite_autoindex_unit_3', '33 1')",
                "ANALYZE sqlite_schema",
            ] {
                tx.execute(&db::Sql { name: "test", text }, &[])?;
            }
            let mut plans = Vec::new();
            for list in lists.iter().filter(|list| list.text().contains("u.path >=")) {
                let text: &'static str = format!("EXPLAIN QUERY PLAN {}", list.text()).leak();
                let plan = tx.query(&db::Sql { name: "test::PLAN", text }, &list.values())?;
                let plan: Vec<String> = plan.iter().map(|row| row.get("detail")).collect::<Result<_, _>>()?;
                plans.push(plan.join("\n"));
            }
            Ok::<_, db::Error>(plans)
        });
        let plans = plans.await.unwrap();
        assert!(plans.len() > 5, "{}", plans.len());
        for plan in plans {
            let place = |what: &str| plan.find(what).unwrap_or(usize::MAX);
            assert!(place("SEARCH u USING") > place("SEARCH c ").min(place("SEARCH h ")) && !plan.contains("SCAN u"), "{plan}");
        }
    })
    .await;
}
