//! R01: files of other systems in, results back.

use testkit::{Answer, TestOffice, Visitor};

use crate::{
    complaint::{TOLD, done},
    exchange::csv_of,
};

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
    row.split(" class=\"num\">")
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
        let corner = far_corner();
        let answer = uploaded(&mut dispatcher, "national", &unit, "far.xlsx", &corner).await.1;
        assert!(answer.text().contains("最多 300 列"), "{}", answer.text());
    })
    .await;
}

/// A workbook with one cell in each far corner.
fn far_corner() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "登记编号").unwrap();
    sheet.write_string(1_048_575, 16_383, "远").unwrap();
    book.save_to_buffer().unwrap()
}

/// What Excel in China writes when it is told "CSV": GB18030, here with characters of two and of four bytes.
const EXCEL: &[u8] = include_bytes!("gb18030.csv");

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_of_excel_in_china_is_read_and_the_sheet_says_how_it_was_written() {
    TestOffice::each(async |office| {
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let (path, checked) = uploaded(&mut dispatcher, "national", &unit, "平台.csv", EXCEL).await;
        assert_eq!(sheet(&checked), [1, 1, 0, 0, 0, 0]);
        let text = checked.text();
        assert!(text.contains("文件编码：GB18030（GBK）"), "{text}");
        assert!(text.contains("没有读取的列：诉求人姓名"), "{text}");
        let done = brought(&mut dispatcher, &path).await;
        assert_eq!(sheet(&done), [1, 1, 0, 0, 0, 0]);
        let file = csv_of(&mut dispatcher, "matters", "").await;
        assert!(file.body.contains("𠮷野家餐饮"), "{}", file.body);

        // The same row by another spelling of the same words is the same row.
        let utf8 = "登记编号,类型,诉求内容,企业名称,登记时间,接收方式,诉求人姓名\n\
            G1,投诉,牛奶变质，包装上写“㐂”,𠮷野家餐饮,2026-09-01 10:00:00,电话,\n";
        let (_, checked) = uploaded(&mut dispatcher, "national", &unit, "平台.csv", utf8.as_bytes()).await;
        assert_eq!(sheet(&checked), [1, 0, 1, 0, 0, 0]);
        assert!(checked.text().contains("文件编码：UTF-8"));

        let broken = [EXCEL, b"G2,\xff\n"].concat();
        let (_, page) = uploaded(&mut dispatcher, "national", &unit, "坏.csv", &broken).await;
        assert!(page.text().contains("第 3 行既不是 UTF-8 也不是 GB18030"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_other_headers_is_told_the_nearest_known_names() {
    TestOffice::each(async |office| {
        let unit = office.officer("dispatcher").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let other = "工单号,诉求内容,来电时间\nH1,牛奶变质,2026-09-01 10:00:00\n";
        let (_, page) = uploaded(&mut dispatcher, "hotline", &unit, "工单.csv", other.as_bytes()).await;
        let text = page.text();
        assert!(text.contains("表头里没有“工单编号”，文件里的“工单号”与它最接近"), "{text}");
        assert!(text.contains("自备映射文件"), "{text}");
    })
    .await;
}
