//! R01, R32, R33: lists out as files, files of other systems in and out.

use testkit::{Answer, TestOffice, Visitor};

use crate::{
    complaint::{TOLD, done},
    desk::register,
};

/// Asks for an export and waits, as the page does, until there is a file.
async fn exported(visitor: &mut Visitor, form: &[(&str, &str)]) -> String {
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

async fn csv_of(visitor: &mut Visitor, list: &str, filter: &str) -> Answer {
    let path = exported(visitor, &[("list", list), ("filter", filter), ("format", "csv")]).await;
    visitor.get(&format!("{path}/file")).await
}

/// The words of an xlsx file, row by row.
fn rows_of(office: &TestOffice, bytes: &[u8]) -> (Vec<String>, Vec<intake::table::Line>) {
    let path = office.app.config.data.join("read.xlsx");
    std::fs::write(&path, bytes).unwrap();
    intake::table::read_with_headers(&path).unwrap()
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
        for list in ["matters", "traders", "callbacks", "figure", "feedback", "feedback_hotline"] {
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
        let lines = intake::table::read(&path).unwrap();
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

const NATIONAL: &str = "登记编号,类型,诉求内容,企业名称,登记时间,接收方式,问题类别,姓名,电话\n\
    N1,投诉,牛奶变质,甲超市,2026-09-01 10:00:00,全国12315平台,食品安全,王芳,13812345678\n\
    N2,咨询,三包怎么算,,2026-09-02 11:00:00,电话,,,\n\
    N3,表演,看不懂,,2026-09-02 11:00:00,电话,,,\n\
    N4,投诉,手机坏了,乙商店,2026-09-02 11:00:00,电话,,李*,138****5678\n";

async fn uploaded(
    visitor: &mut Visitor,
    map: &str,
    unit: &str,
    name: &str,
    bytes: &[u8],
) -> (String, Answer) {
    let answer = visitor.upload("/imports", &[("map", map), ("unit", unit)], &[("file", name, bytes)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.location().to_owned();
    let page = settled(visitor, &path).await;
    (path, page)
}

async fn settled(visitor: &mut Visitor, path: &str) -> Answer {
    for _ in 0..10_000 {
        let page = visitor.get(path).await;
        if !page.headers.contains_key("refresh") {
            return page;
        }
    }
    panic!("the file was never worked on");
}

async fn brought(visitor: &mut Visitor, path: &str) -> Answer {
    assert_eq!(visitor.post(&format!("{path}/run"), &[]).await.status, 303);
    settled(visitor, path).await
}

/// The numbers of the reconciliation sheet.
fn sheet(page: &Answer) -> Vec<i64> {
    let (_, table) = page.body.split_once("核对表").unwrap();
    let (_, row) = table.split_once("<tbody>").unwrap();
    let row = row.split("</tr>").next().unwrap();
    row.split("<td class=\"num\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_checked_then_brought_in_and_every_row_is_accounted_for() {
    TestOffice::each(async |office| {
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let (path, page) =
            uploaded(&mut dispatcher, "national", &unit, "平台.csv", NATIONAL.as_bytes()).await;
        assert_eq!(sheet(&page), [4, 2, 0, 0, 0, 2], "{}", page.text());
        assert!(page.text().contains("只检查，还没有写入") && page.text().contains("类型“表演”无法识别"));
        assert!(page.text().contains("遮盖后的内容"), "a masked value is never stored: {}", page.text());
        assert!(!dispatcher.get("/matters").await.body.contains("TS-23"));
        let faults = dispatcher.get(&format!("{path}/faults")).await;
        assert!(
            faults.body.starts_with("\u{feff}登记编号,类型,诉求内容"),
            "the file's own columns: {}",
            faults.body
        );
        assert!(
            faults.body.contains("N3,表演,看不懂") && faults.body.contains("4,类型“表演”无法识别"),
            "{}",
            faults.body
        );
        assert!(!faults.body.contains("牛奶变质"));

        let page = brought(&mut dispatcher, &path).await;
        assert!(page.text().contains("已导入") && page.text().contains("核对平衡"), "{}", page.text());
        assert_eq!(sheet(&page), [4, 2, 0, 0, 0, 2]);
        assert!(dispatcher.get("/matters").await.body.contains("TS-23-2026-00001"));
        assert_eq!(dispatcher.post(&format!("{path}/run"), &[]).await.status, 409, "once is enough");
        let (_, page) = uploaded(&mut dispatcher, "national", &unit, "再来.csv", NATIONAL.as_bytes()).await;
        assert_eq!(sheet(&page), [4, 0, 2, 0, 0, 2], "the same file adds nothing");
        assert_eq!(office.sign_in("head").await.get(&path).await.status, 404, "somebody else's file");
        assert_eq!(office.sign_in("desk").await.get("/imports").await.status, 403);
        let bad = [("map", "own"), ("unit", unit.as_str())];
        let answer = dispatcher.upload("/imports", &bad, &[("file", "x.csv", b"a\n1\n")]).await;
        assert!(answer.status == 422 && answer.text().contains("请上传映射文件"), "{}", answer.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_matter_by_the_other_number_stays_one() {
    TestOffice::each(async |office| {
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let (path, _) = uploaded(&mut dispatcher, "national", &unit, "平台.csv", NATIONAL.as_bytes()).await;
        brought(&mut dispatcher, &path).await;
        // H1 names the platform's number; H2 does not, but comes from the same telephone about the same trader.
        let orders = "工单编号,12315登记编号,工单类型,诉求内容,被反映单位,来电时间,诉求人,联系电话\n\
            H1,N1,投诉类,牛奶坏了,甲超市,2026-09-03 09:00:00,王芳,13812345678\n\
            H2,,投诉类,又来说牛奶,甲超市,2026-09-04 09:00:00,王芳,13812345678\n\
            H3,N9,投诉类,另一件事,丙饭店,2026-09-04 10:00:00,,\n";
        let (path, page) = uploaded(&mut dispatcher, "hotline", &unit, "12345.csv", orders.as_bytes()).await;
        assert_eq!(sheet(&page), [3, 2, 0, 1, 0, 0], "{}", page.text());
        let page = brought(&mut dispatcher, &path).await;
        assert_eq!(sheet(&page), [3, 2, 0, 1, 0, 0], "{}", page.text());
        assert!(page.text().contains("同一件已由另一渠道登记") && page.text().contains("疑似同一件"));
        let linked = dispatcher.post(&format!("{path}/lines/3/link"), &[]).await;
        assert_eq!(linked.status, 303, "{}", linked.text());
        let page = dispatcher.get("/matters/TS-23-2026-00001").await;
        assert!(page.body.contains("TS-23-2026-00002"), "linked, not merged: {}", page.text());
        assert_eq!(dispatcher.post(&format!("{path}/lines/3/link"), &[]).await.status, 404, "once");
        // The platform's file brings N9 later: it was named by H3 already.
        let later = "登记编号,类型,诉求内容,登记时间\nN9,投诉,另一件事,2026-09-05 10:00:00\n";
        let (path, page) = uploaded(&mut dispatcher, "national", &unit, "later.csv", later.as_bytes()).await;
        assert_eq!(sheet(&page), [1, 0, 0, 1, 0, 0], "{}", page.text());
        brought(&mut dispatcher, &path).await;
        let (_, page) = uploaded(&mut dispatcher, "national", &unit, "later.csv", later.as_bytes()).await;
        assert_eq!(sheet(&page), [1, 0, 1, 0, 0, 0], "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_written_down_at_the_desk_is_met_again_by_the_file() {
    TestOffice::each(async |office| {
        let mut form: Vec<_> = crate::desk::COMPLAINT.to_vec();
        form.push(("outside_number", "N1"));
        let answer = office.sign_in("desk").await.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let (_, page) = uploaded(&mut dispatcher, "national", &unit, "平台.csv", NATIONAL.as_bytes()).await;
        assert_eq!(sheet(&page), [4, 1, 0, 1, 0, 2], "{}", page.text());
        assert!(page.body.contains("/matters/TS-23-2026-00001"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_go_back_in_the_platforms_own_columns_and_only_what_is_new() {
    TestOffice::each(async |office| {
        let unit = office.officer("zhang").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let (path, _) = uploaded(&mut dispatcher, "national", &unit, "平台.csv", NATIONAL.as_bytes()).await;
        brought(&mut dispatcher, &path).await;
        let file = csv_of(&mut dispatcher, "feedback", "").await;
        assert!(
            file.body.starts_with("\u{feff}登记编号,类型,接收方式,企业名称,企业地址,问题类别,事发地,具体问题,初查受理状态,处理机构,处理部门,反馈内容"),
            "{}",
            file.body
        );
        assert!(!file.body.contains("N1,"), "nobody has touched it yet");
        let mut head = office.sign_in("head").await;
        done(&mut head, "TS-2301-2026-00001", "acceptance", &[]).await;
        done(&mut head, "TS-2301-2026-00001", "acceptance_notice", TOLD).await;
        let first = csv_of(&mut dispatcher, "feedback", "").await;
        assert!(first.body.contains("N1,投诉"), "{}", first.body);
        let settled = [("words", "退款一百元"), ("recovered", "100")];
        done(&mut head, "TS-2301-2026-00001", "settlement", &settled).await;
        let file = csv_of(&mut dispatcher, "feedback", "").await;
        let row = file.body.lines().find(|line| line.contains("N1,投诉")).unwrap_or_else(|| panic!("{}", file.body));
        assert!(row.contains("甲超市") && row.contains("中山所") && row.contains("退款一百元"), "{row}");
        assert!(!file.body.contains("13812345678") && !file.body.contains("王芳"));
        let again = csv_of(&mut dispatcher, "feedback", "").await;
        assert!(!again.body.contains("N1,投诉"), "given already: {}", again.body);
        let all = csv_of(&mut dispatcher, "feedback", "again=yes").await;
        assert!(all.body.contains("N1,投诉"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_26_a_sheet_with_a_cell_in_the_far_corner_is_not_spread_out() {
    TestOffice::each(async |office| {
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let answer = uploaded(&mut dispatcher, "national", &unit, "x.xlsx", b"PK not a workbook").await.1;
        assert!(answer.text().contains("这不是 xlsx 文件"), "{}", answer.text());
        let corner = exchange_corner();
        let answer = uploaded(&mut dispatcher, "national", &unit, "far.xlsx", &corner).await.1;
        assert!(answer.text().contains("最多 300 列"), "{}", answer.text());
    })
    .await;
}

/// A workbook with one cell in each far corner.
fn exchange_corner() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "登记编号").unwrap();
    sheet.write_string(1_048_575, 16_383, "远").unwrap();
    book.save_to_buffer().unwrap()
}
