//! R06: 申诉举报日记, the book of a day out of the journal: whole, without names, sealed, corrected by entries.

use db::Row;
use jiff::civil::Date;
use kernel::Actor;
use testkit::{Answer, TestOffice, Visitor};

use crate::desk::register;

const DAY: &str = "2026-09-23";

const REPORT: &[(&str, &str)] = &[
    ("kind", "report"),
    ("channel", "phone"),
    ("facts", "无照经营"),
    ("name", "欧阳慕雪"),
    ("phone", "13900001111"),
    ("respondent_name", "乙商店"),
];

/// A complaint and a report, both given to 中山所: their numbers.
async fn day(office: &TestOffice) -> (String, String) {
    let mut desk = office.sign_in("desk").await;
    let complaint = register(&mut desk).await;
    let answer = desk.post("/desk", REPORT).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let report = answer.location().trim_start_matches("/matters/").to_owned();
    let mut dispatcher = office.sign_in("dispatcher").await;
    for number in [&complaint, &report] {
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        let form = [("number", number.as_str()), ("target", target.as_str())];
        assert_eq!(dispatcher.post("/work/assignment", &form).await.status, 303);
    }
    let opened =
        dispatcher.post(&format!("/matters/{complaint}/people"), &[("reason", "核对联系方式")]).await;
    assert!(opened.status < 400, "{}", opened.text());
    (complaint, report)
}

async fn rows(office: &TestOffice, text: &'static str) -> Vec<Row> {
    let statement = db::Sql { name: "test", text };
    office.app.db.read(move |tx| tx.query(&statement, &[])).await.unwrap()
}

async fn close(office: &TestOffice) -> usize {
    let ctx = office.app.ctx(Actor::System("封存"));
    office.app.db.write(move |tx| duty::seal::close_due(tx, &ctx)).await.unwrap()
}

async fn finding(office: &TestOffice, day: &str) -> duty::seal::Finding {
    let (keyring, day) = (office.app.ground.keyring.clone(), day.parse::<Date>().unwrap());
    office.app.db.read(move |tx| duty::seal::verify(tx, &keyring, day)).await.unwrap()
}

async fn remark(visitor: &mut Visitor, kind: &str, words: &str) -> Answer {
    visitor.post(&format!("/day-log/{DAY}/remarks"), &[("kind", kind), ("words", words), ("unit", "")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_book_of_a_day_is_the_journal_and_names_nobody() {
    TestOffice::each(async |office| {
        let (complaint, report) = day(&office).await;
        let mut bureau = office.sign_in("bureau").await;
        let book = bureau.get(&format!("/day-log/{DAY}")).await;
        assert_eq!(book.status, 200, "{}", book.text());
        // Naive: every row about a matter, in the order of time.
        let journal = rows(
            &office,
            "SELECT j.verb FROM journal j JOIN matter m ON m.id = j.matter_id ORDER BY j.at, j.id",
        )
        .await;
        // The sums of the units have a column of the same name.
        let (all, sums) = ("data-label=\"办理\"", "data-label=\"接收\"");
        let shown = book.body.matches(all).count() - book.body.matches(sums).count();
        assert_eq!(shown, journal.len(), "{}", book.text());
        for row in &journal {
            let words = matters::timeline::words(&row.get::<String>("verb").unwrap()).to_owned();
            assert!(book.text().contains(&words), "{words}: {}", book.text());
        }
        for words in [complaint.as_str(), report.as_str(), "登记", "分派", "中山所", "查看个人信息"]
        {
            assert!(book.text().contains(words), "{words}: {}", book.text());
        }
        let print = bureau.get(&format!("/day-log/{DAY}/print")).await;
        for page in [&book, &print] {
            for hidden in ["欧阳", "慕雪", "13900001111", "王芳", "138", "测试街", "核对联系方式"]
            {
                assert!(!page.body.contains(hidden), "the book shows {hidden}");
            }
        }
        assert!(
            print.text().contains(&complaint) && print.text().contains("申诉举报日记"),
            "{}",
            print.text()
        );
        let empty = bureau.get("/day-log/2026-09-22").await;
        assert!(empty.text().contains("这一天没有记录"), "{}", empty.text());
        assert!(bureau.get("/day-log/2026-09-22/print").await.text().contains("本日没有记录"));
        let days = bureau.get("/day-log?month=2026-09").await;
        assert!(days.text().contains(&format!("{} 行", journal.len())), "{}", days.text());
        assert!(days.text().contains("没有记录"));

        // By unit: the 所 that has them sees them, another does not, and may not ask for it.
        assert!(office.sign_in("zhang").await.get(&format!("/day-log/{DAY}")).await.text().contains(&report));
        let mut wang = office.sign_in("wang").await;
        assert!(!wang.get(&format!("/day-log/{DAY}")).await.text().contains(&complaint));
        for path in [
            format!("/day-log/{DAY}?unit=2301"),
            format!("/day-log/{DAY}/print?unit=2301"),
            "/day-log?unit=2301".to_owned(),
            "/day-log/no-day".to_owned(),
        ] {
            assert_eq!(wang.get(&path).await.status, 404, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_an_entry_with_who_and_when_and_names_nobody() {
    TestOffice::each(async |office| {
        day(&office).await;
        let mut zhang = office.sign_in("zhang").await;
        for words in ["投诉人王芳来电更正", "举报人欧阳慕雪补充", "回电 139 0000 1111", "请打13812345678"]
        {
            let refused = remark(&mut zhang, "remark", words).await;
            assert!(
                refused.status == 422 && refused.text().contains("不要写当事人的姓名"),
                "{words}: {}",
                refused.text()
            );
        }
        let unknown = remark(&mut office.sign_in("desk").await, "remark", "TS-2301-2026-99999 有误").await;
        assert_eq!(unknown.status, 422, "a number that is not there");
        assert_eq!(remark(&mut zhang, "correction", "第一件的来电时间应为上午九点").await.status, 303);
        office.set_day("2026-09-25");
        let mut head = office.sign_in("head").await;
        assert_eq!(remark(&mut head, "remark", "已与接待台核对").await.status, 303);
        let book = head.get(&format!("/day-log/{DAY}")).await;
        for words in [
            "更正",
            "第一件的来电时间应为上午九点",
            "中山所 zhang 2026-09-23",
            "中山所 head 2026-09-25 09:00",
        ] {
            assert!(book.text().contains(words), "{words}: {}", book.text());
        }
        assert!(!book.text().contains("内容与日志不符"));
        let print = head.get(&format!("/day-log/{DAY}/print")).await;
        assert!(print.text().contains("〔更正〕第一件的来电时间应为上午九点"), "{}", print.text());
        assert!(
            !office.sign_in("wang").await.get(&format!("/day-log/{DAY}")).await.text().contains("上午九点")
        );
        assert!(
            office.sign_in("bureau").await.get(&format!("/day-log/{DAY}")).await.text().contains("上午九点")
        );
        assert_eq!(
            office.sign_in("auditor").await.post(&format!("/day-log/{DAY}/remarks"), &[]).await.status,
            403
        );
        // Changed behind the office's back, it shows.
        let change = db::Sql {
            name: "test",
            text: "UPDATE day_remark SET words = '没有来电' WHERE kind = 'correction'",
        };
        office.app.db.write(move |tx| tx.execute(&change, &[])).await.unwrap();
        assert!(head.get(&format!("/day-log/{DAY}")).await.text().contains("内容与日志不符"));
    })
    .await;
}

/// An act of the sealed day that is told afterwards.
async fn told_late(office: &TestOffice) {
    let ctx = office.ctx("zhang").at("2026-09-23T02:00:00Z".parse().unwrap());
    let number = db::Sql { name: "test", text: "SELECT number FROM matter WHERE kind = 'complaint'" };
    let late = office.app.db.write(move |tx| {
        let number: String = tx.scalar(&number, &[])?;
        let matter = matters::find(tx, &ctx, &number)?;
        matters::note(tx, &ctx, matter.id, "link", None, &serde_json::json!({}))
    });
    late.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_day_shows_what_was_changed_removed_or_added_later() {
    TestOffice::each(async |office| {
        day(&office).await;
        assert_eq!(close(&office).await, 1, "the day before, without a row");
        assert_eq!(close(&office).await, 0);
        office.set_day("2026-09-24");
        assert_eq!(close(&office).await, 1);
        let sealed = finding(&office, DAY).await;
        assert!(sealed.is_whole() && sealed.later == 0, "{}", sealed.words());
        let seal = sealed.seal.clone().unwrap();
        let all = rows(
            &office,
            "SELECT COUNT(*) AS count FROM journal WHERE verb <> 'day_log_sealed' OR subject <> '2026-09-23'",
        )
        .await;
        assert_eq!(
            i64::try_from(seal.rows).unwrap(),
            all[0].get::<i64>("count").unwrap(),
            "every row of that day"
        );
        let mut head = office.sign_in("head").await;
        let page = head.get(&format!("/day-log/{DAY}?verify=yes")).await;
        assert!(page.text().contains("与封存时一致") && page.body.contains(&seal.digest), "{}", page.text());
        let print = head.get(&format!("/day-log/{DAY}/print")).await;
        assert!(print.body.contains(&seal.digest), "{}", print.text());

        // Something told of the past comes afterwards: it is in the book, and marked.
        told_late(&office).await;
        let after = finding(&office, DAY).await;
        assert!(
            after.is_whole() && after.later == 1 && after.words().contains("封存后另有 1 行"),
            "{}",
            after.words()
        );
        assert!(head.get(&format!("/day-log/{DAY}")).await.text().contains("封存后补记"));

        // A changed row shows, and so does one that is gone.
        let change =
            db::Sql { name: "test", text: "UPDATE journal SET actor = 'somebody' WHERE verb = 'assign'" };
        office.app.db.write(move |tx| tx.execute(&change, &[])).await.unwrap();
        let broken = finding(&office, DAY).await;
        assert!(!broken.is_whole() && broken.words().contains("内容被改动"), "{}", broken.words());
        assert!(head.get(&format!("/day-log/{DAY}?verify=yes")).await.text().contains("校验不通过"));
        let gone = db::Sql { name: "test", text: "DELETE FROM journal WHERE verb = 'assign'" };
        office.app.db.write(move |tx| tx.execute(&gone, &[])).await.unwrap();
        let broken = finding(&office, DAY).await;
        assert!(
            broken.words().contains("封存时") && broken.words().contains("摘要与封存时不一致"),
            "{}",
            broken.words()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seal_of_a_day_goes_on_from_the_one_before_and_cannot_be_put_right() {
    TestOffice::each(async |office| {
        day(&office).await;
        for today in ["2026-09-24", "2026-09-25", "2026-09-26"] {
            office.set_day(today);
            assert_eq!(close(&office).await, 1, "{today}");
        }
        let (first, second) = (finding(&office, DAY).await, finding(&office, "2026-09-24").await);
        assert_eq!(first.seal.unwrap().digest, second.seal.as_ref().unwrap().before);
        assert!(second.is_whole(), "{}", second.words());
        // A seal written anew by hand does not carry the key.
        let forge = db::Sql {
            name: "test",
            text: "UPDATE journal SET detail = REPLACE(detail, '\"rows\":', '\"rows\":1') WHERE verb = 'day_log_sealed' AND subject = '2026-09-24'",
        };
        office.app.db.write(move |tx| tx.execute(&forge, &[])).await.unwrap();
        let forged = finding(&office, "2026-09-24").await;
        assert!(forged.words().contains("封存记录本身被改动"), "{}", forged.words());
    })
    .await;
}
