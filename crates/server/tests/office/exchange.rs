//! R32, R33: lists out as files.

use testkit::{Answer, TestOffice, Visitor};

use crate::desk::register;

/// Asks for an export and waits, as the page does, until there is a file.
pub(crate) async fn exported(visitor: &mut Visitor, form: &[(&str, &str)]) -> String {
    let asked = visitor.post("/exports", form).await;
    assert_eq!(asked.status, 303, "{}", asked.text());
    let path = asked.location().to_owned();
    for _ in 0..30 {
        let page = visitor.get(&path).await;
        if page.text().contains("可以下载") {
            return path;
        }
        assert!(page.headers.contains_key("refresh"), "{}", page.text());
    }
    panic!("no file after a minute");
}

pub(crate) async fn csv_of(visitor: &mut Visitor, list: &str, filter: &str) -> Answer {
    let path = exported(visitor, &[("list", list), ("filter", filter), ("format", "csv")]).await;
    visitor.get(&format!("{path}/file")).await
}

/// The words of an xlsx file, row by row.
pub(crate) fn rows_of(office: &TestOffice, bytes: &[u8]) -> (Vec<String>, Vec<sheets::Line>) {
    let path = office.app.config.data.join("read.xlsx");
    std::fs::write(&path, bytes).unwrap();
    sheets::read_with_headers(&path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_out_with_its_filter_its_mark_and_a_line_in_the_journal() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        let page = dispatcher.get("/matters?kind=complaint").await;
        assert!(page.body.contains("/exports/new?list=matters&amp;kind=complaint"), "{}", page.body);
        assert!(!desk.get("/matters").await.body.contains("/exports/new"), "no way for who may not");
        let new = dispatcher.get("/exports/new?list=matters&kind=complaint").await;
        assert!(new.text().contains("条件：类型：投诉") && new.field("filter") == "kind=complaint");

        let file = csv_of(&mut dispatcher, "matters", "kind=complaint").await;
        assert_eq!(file.status, 200);
        assert!(file.body.starts_with("\u{feff}编号,类型,事由"), "{}", file.body);
        assert!(file.body.contains(&number) && file.body.contains("DC-2026-00001"));
        let last = file.body.lines().last().unwrap();
        assert!(last.contains("※ DC-2026-00001 事项清单 由 dispatcher（南岗分局 分派员）"), "{last}");
        assert!(last.contains("条件：类型：投诉") && last.contains("共 1 行"), "{last}");
        for personal in ["王芳", "138-1234-5678", "诉求人", "联系电话"] {
            assert!(!file.body.contains(personal), "{personal}");
        }
        let none = csv_of(&mut dispatcher, "matters", "kind=report").await;
        assert_eq!(none.body.lines().count(), 2, "{}", none.body);

        let mut auditor = office.sign_in("auditor").await;
        let trace = auditor.get("/audit?verb=export").await.text();
        assert!(trace.contains("事项清单（csv），类型：投诉") && trace.contains("DC-2026-00001"), "{trace}");
        assert!(auditor.get("/audit?verb=export_done").await.text().contains("共 1 行"));
        let journal = csv_of(&mut auditor, "journal", "verb=export").await;
        assert!(journal.body.contains("要求导出清单"), "{}", journal.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_goes_out_to_whoever_may_see_it_and_to_nobody_else() {
    TestOffice::each(async |office| {
        register(&mut office.sign_in("desk").await).await;
        let mut head = office.sign_in("head").await;
        for list in ["matters", "traders", "callbacks", "figure", "feedback", "feedback_hotline", "duty"] {
            let filter = if list == "figure" { "id=received" } else { "" };
            let file = csv_of(&mut head, list, filter).await;
            assert!(file.status == 200 && file.body.contains("※"), "{list}: {}", file.text());
        }
        let form = [("list", "journal"), ("filter", ""), ("format", "csv")];
        assert_eq!(head.post("/exports", &form).await.status, 403, "no right to the journal");
        let form = [("list", "matters"), ("filter", ""), ("format", "csv")];
        assert_eq!(office.sign_in("desk").await.post("/exports", &form).await.status, 403);
        assert_eq!(office.sign_in("admin").await.post("/exports", &form).await.status, 403);
        let form = [("list", "nothing"), ("filter", ""), ("format", "csv")];
        assert_eq!(head.post("/exports", &form).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_an_export_never_crosses_reach_and_is_nobody_elses() {
    TestOffice::each(async |office| {
        let number = register(&mut office.sign_in("desk").await).await;
        let mut head = office.sign_in("head").await;
        let file = csv_of(&mut head, "matters", "").await;
        assert!(
            !file.body.contains(&number),
            "received by the bureau, not by the head's unit: {}",
            file.body
        );
        let file = csv_of(&mut head, "matters", "unit=23").await;
        assert!(!file.body.contains(&number), "a filter does not widen reach");
        let file = csv_of(&mut head, "figure", "id=received").await;
        assert!(!file.body.contains(&number));
        let mut dispatcher = office.sign_in("dispatcher").await;
        let path = exported(&mut dispatcher, &[("list", "matters"), ("filter", ""), ("format", "csv")]).await;
        assert!(dispatcher.get(&format!("{path}/file")).await.body.contains(&number));
        assert_eq!(head.get(&path).await.status, 404);
        assert_eq!(head.get(&format!("{path}/file")).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_goes_along_only_with_right_and_reason_and_a_reporter_never() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let report = [
            ("kind", "report"),
            ("channel", "phone"),
            ("facts", "无照经营"),
            ("name", "李举报"),
            ("phone", "13900001111"),
            ("respondent_name", "乙商店"),
        ];
        assert_eq!(desk.post("/desk", &report).await.status, 303);
        let mut auditor = office.sign_in("auditor").await;
        let wish = |reason: &'static str| {
            [("list", "matters"), ("filter", ""), ("format", "csv"), ("personal", "yes"), ("reason", reason)]
        };
        assert_eq!(
            auditor.post("/exports", &wish("核对回访名单")).await.status,
            403,
            "may export, may not unmask"
        );
        let mut dispatcher = office.sign_in("dispatcher").await;
        let short = dispatcher.post("/exports", &wish("看")).await;
        assert!(short.status == 422 && short.text().contains("至少 4 个字"), "{}", short.text());
        let path = exported(&mut dispatcher, &wish("核对回访名单")).await;
        let file = dispatcher.get(&format!("{path}/file")).await;
        assert!(
            file.body.contains("诉求人,联系电话") && file.body.contains("王芳,138-1234-5678"),
            "{}",
            file.body
        );
        assert!(!file.body.contains("李举报") && !file.body.contains("13900001111"), "{}", file.body);
        let page = dispatcher.get(&format!("/matters/{number}")).await.text();
        assert!(page.contains("查看个人信息") && page.contains("核对回访名单"), "each opening is journalled");
        let traders = [
            ("list", "traders"),
            ("filter", ""),
            ("format", "csv"),
            ("personal", "yes"),
            ("reason", "核对名单"),
        ];
        assert_eq!(dispatcher.post("/exports", &traders).await.status, 422, "this list opens none");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_25_what_looks_like_a_formula_goes_out_as_text_and_comes_back_as_it_was() {
    TestOffice::each(async |office| {
        let ctx = office.app.ctx(kernel::Actor::System("测试"));
        let name = "=HYPERLINK(\"http://evil.example\",\"点我\")有限公司";
        let trader = traders::NewTrader {
            name: name.to_owned(),
            address: "+86 路 1 号".to_owned(),
            ..Default::default()
        };
        office.app.db.write(move |tx| traders::create(tx, &ctx, &trader)).await.unwrap();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let file = csv_of(&mut dispatcher, "traders", "").await;
        assert!(file.body.contains("\"'=HYPERLINK(") && file.body.contains("'+86 路"), "{}", file.body);
        let path = office.app.config.data.join("again.csv");
        std::fs::write(&path, &file.bytes).unwrap();
        let lines = sheets::read(&path).unwrap();
        assert_eq!((lines.len(), lines[0].1["名称"].as_str()), (1, name), "the mark at the end is no row");

        let path =
            exported(&mut dispatcher, &[("list", "traders"), ("filter", ""), ("format", "xlsx")]).await;
        let file = dispatcher.get(&format!("{path}/file")).await;
        let (headers, rows) = rows_of(&office, &file.bytes);
        assert_eq!(headers.last().map(String::as_str), Some("导出编号"));
        assert_eq!((rows.len(), rows[0].1["名称"].as_str()), (1, name));
        assert_eq!(rows[0].1["住所"], "+86 路 1 号", "typed text needs no guard");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_download_goes_on_where_it_stopped_and_files_expire() {
    TestOffice::each(async |office| {
        register(&mut office.sign_in("desk").await).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        let path =
            exported(&mut dispatcher, &[("list", "matters"), ("filter", ""), ("format", "xlsx")]).await;
        let file = format!("{path}/file");
        let whole = dispatcher.get(&file).await;
        let tag = whole.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(whole.headers["accept-ranges"], "bytes");
        let first = dispatcher.get_with(&file, &[("range", "bytes=0-99")]).await;
        let rest = dispatcher.get_with(&file, &[("range", "bytes=100-"), ("if-range", &tag)]).await;
        assert_eq!((first.status, rest.status), (206, 206));
        assert_eq!(
            rest.headers["content-range"],
            format!("bytes 100-{0}/{1}", whole.bytes.len() - 1, whole.bytes.len())
        );
        assert_eq!([first.bytes, rest.bytes].concat(), whole.bytes);
        let other = dispatcher.get_with(&file, &[("range", "bytes=100-"), ("if-range", "\"another\"")]).await;
        assert_eq!(
            (other.status, other.bytes.len()),
            (200, whole.bytes.len()),
            "a part of another file is no use"
        );
        assert_eq!(dispatcher.get_with(&file, &[("range", "bytes=9999999-")]).await.status, 416);

        office.set_day("2026-10-08");
        exchange::sweep(&office.app).await.unwrap();
        let mut dispatcher = office.sign_in_again("dispatcher").await;
        assert_eq!(dispatcher.get(&file).await.status, 404);
        assert!(dispatcher.get(&path).await.text().contains("已过期"));
        let left = std::fs::read_dir(office.app.config.data.join("exports")).unwrap().count();
        assert_eq!(left, 0, "the file is gone from the disk too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_post_meanwhile_gets_no_file() {
    TestOffice::each(async |office| {
        let wish = exchange::export::Wish {
            list: "matters".to_owned(),
            filter: String::new(),
            format: exchange::export::Format::Csv,
            reason: None,
        };
        let ctx = office.ctx("dispatcher");
        let by = ctx.clone();
        let id = office.app.db.write(move |tx| exchange::export::ask(tx, &by, &wish)).await.unwrap();
        let admin = office.ctx("admin");
        let post = office.officer("dispatcher").post;
        let last = "2026-09-22".parse().unwrap();
        office.app.db.write(move |tx| people::end_post(tx, &admin, post, last)).await.unwrap();
        exchange::sweep(&office.app).await.unwrap();
        let export = office.app.db.read(move |tx| exchange::export::find(tx, &ctx, id)).await.unwrap();
        assert_eq!(export.state, "failed", "{export:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_too_long_for_one_look_holds_the_same_rows() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        for _ in 0..3 {
            register(&mut desk).await;
        }
        let list = exchange::listings().into_iter().find(|listing| listing.key == "matters").unwrap();
        let ctx = office.ctx("dispatcher");
        let read = move |tx: &mut db::Tx| {
            let few = (list.read)(tx, &ctx, "kind=complaint", None)?;
            let many = (list.read)(tx, &ctx, "kind=complaint", Some("00000000-0000-0000-0000-000000000000"))?;
            Ok::<_, web::Problem>((few, many))
        };
        let (few, many) = office.app.db.read(read).await.unwrap();
        let sorted = |keys: &[String]| {
            let mut keys = keys.to_vec();
            keys.sort();
            keys
        };
        assert_eq!(sorted(&few.keys), sorted(&many.keys));
        assert!(few.keys.len() == 3 && few.next.is_none() && many.next.is_none());
        assert!(many.rows.iter().all(|row| row.len() == list.columns.len()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_program_left_half_done_is_taken_up_and_a_growing_file_ends_whole() {
    TestOffice::each(async |office| {
        let number = register(&mut office.sign_in("desk").await).await;
        let wish = exchange::export::Wish {
            list: "matters".to_owned(),
            filter: String::new(),
            format: exchange::export::Format::Csv,
            reason: None,
        };
        let ctx = office.ctx("dispatcher");
        let id = office.app.db.write(move |tx| exchange::export::ask(tx, &ctx, &wish)).await.unwrap();
        // Begun by a program that died: claimed, and the claim lapsed.
        let begun = db::Sql {
            name: "test",
            text: "UPDATE export SET state = 'running', claimed_until = $2, lines = 7 WHERE id = $1",
        };
        let lapsed = office.app.ground.clock.now();
        office.app.db.write(move |tx| tx.execute(&begun, &db::params![id, lapsed])).await.unwrap();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let page = dispatcher.get(&format!("/exports/{id}")).await;
        assert!(page.headers.contains_key("refresh") && page.text().contains("正在导出"), "{}", page.text());
        let path = format!("/exports/{id}/file");
        // Whoever fetches meanwhile waits for the rows, and gets all of them.
        let (file, swept) = tokio::join!(dispatcher.get(&path), exchange::sweep(&office.app));
        swept.unwrap();
        assert!(file.body.contains(&number) && file.body.contains("共 1 行"), "{}", file.body);
    })
    .await;
}
