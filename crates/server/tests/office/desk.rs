//! R01: the desk.

use testkit::{TestOffice, Visitor};

/// A complaint as the desk sends it.
pub(crate) const COMPLAINT: &[(&str, &str)] = &[
    ("kind", "complaint"),
    ("channel", "phone"),
    ("name", "王芳"),
    ("phone", "138-1234-5678"),
    ("address", "南岗区测试街1号"),
    ("respondent_name", "好再来超市"),
    ("facts", "购买的牛奶已经变质，有小票和照片，要求退货退款。"),
    ("goods", "G01.10"),
    ("problem", "P02.01"),
    ("amount", "68.50"),
    ("demands", "refund"),
];

/// Registers [`COMPLAINT`]; its number.
pub(crate) async fn register(visitor: &mut Visitor) -> String {
    let answer = visitor.post("/desk", COMPLAINT).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_answered_on_the_spot_is_one_form_and_is_counted() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let form = [
            ("kind", "consultation"),
            ("channel", "phone"),
            ("facts", "手机三包怎么算"),
            ("answered", "yes"),
            ("topic", "returns"),
            ("answer", "主机一年"),
        ];
        let answer = desk.post("/desk", &form).await;
        assert_eq!(answer.location(), "/desk");
        let page = desk.get("/desk").await;
        assert!(page.text().contains("ZX-23-2026-00001 已登记并答复完毕"), "{}", page.text());
        let shown = desk.get("/matters/ZX-23-2026-00001").await;
        assert!(shown.text().contains("已答复") && shown.text().contains("主机一年"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_wants_what_the_article_asks_and_keeps_what_was_typed() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let answer = desk
            .post(
                "/desk",
                &[("kind", "complaint"), ("channel", "phone"), ("facts", "牛奶变质"), ("amount", "一百")],
            )
            .await;
        assert_eq!(answer.status, 422);
        for words in [
            "投诉须登记投诉人姓名",
            "投诉须登记投诉人电话",
            "投诉须登记被投诉人名称",
            "具体的诉求",
            "金额请填数字",
        ] {
            assert!(answer.text().contains(words), "{words}");
        }
        assert!(answer.body.contains("牛奶变质</textarea>") && answer.body.contains("value=\"一百\""));
        assert!(web::sample::faults(&answer.body).is_empty(), "{:?}", web::sample::faults(&answer.body));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_dead_browser_and_is_sealed() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        assert_eq!(desk.post("/desk/draft", COMPLAINT).await.status, 204);
        let again = office.clone_visitor(&desk).get("/desk").await;
        assert!(again.text().contains("已恢复") && again.body.contains("138-1234-5678"));
        let mut other = office.sign_in("zhang").await;
        assert!(!other.get("/desk").await.body.contains("138-1234-5678"));
        register(&mut desk).await;
        assert!(!desk.get("/desk").await.body.contains("138-1234-5678"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_contacts_of_a_telephone_are_shown_masked() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let hits = desk.get("/desk/earlier?q=%2B86%2013812345678").await;
        assert!(
            hits.body.contains(&number) && hits.body.contains("王*") && !hits.body.contains("王芳"),
            "{}",
            hits.body
        );
        assert_eq!(desk.get("/desk/earlier?q=13800000000").await.body, "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_one_to_four_characters_are_found_alike() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        for query in ["奶", "变质", "牛奶", "好再来", "已经变质", "好再来超市", &number, "变质 小票"]
        {
            let coded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let page = desk.get(&format!("/matters?q={coded}")).await;
            assert!(page.body.contains(&number), "{query}");
        }
        for query in ["质变", "电动车", "王芳", "13812345678"] {
            let coded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
            assert!(!desk.get(&format!("/matters?q={coded}")).await.body.contains(&number), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_bureau_takes_its_units_from_a_spreadsheet() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let rows = [
            ["代码", "名称", "类别", "上级代码", "区划", "地址", "电话"],
            ["2310", "道里分局", "分局", "23", "230102", "道里区一号", "0451-1"],
            ["231001", "兆麟所", "所", "2310", "", "", ""],
            ["231099", "没有上级的所", "所", "9999", "", "", ""],
        ];
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, cell).unwrap();
            }
        }
        let form = [("bureau", "哈尔滨市市场监督管理局"), ("region", "230100"), ("units", "")];
        let wrong =
            admin.upload("/set-up", &form, &[("table", "机构.xlsx", &book.save_to_buffer().unwrap())]).await;
        assert!(wrong.status == 422 && wrong.text().contains("第 3 行"), "{}", wrong.text());
        assert!(!admin.get("/people").await.text().contains("道里分局"), "nothing is half made");
        let csv = "名称,代码,类别,上级代码\n道里分局,2310,分局,23\n兆麟所,231001,所,2310\n";
        let headless = admin.upload("/set-up", &form, &[("table", "x.csv", b"a,b\n1,2\n")]).await;
        assert!(headless.status == 422 && headless.text().contains("表头须有"), "{}", headless.text());
        let done = admin.upload("/set-up", &form, &[("table", "机构.csv", csv.as_bytes())]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        let page = admin.get("/people").await;
        assert!(page.text().contains("道里分局") && page.text().contains("兆麟所"), "{}", page.text());
        let left = std::fs::read_dir(&office.app.config.data).unwrap().flatten();
        assert!(left.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("units-")));
    })
    .await;
}
