//! R01, R33: the public pages, as somebody with a cheap telephone and no script uses them.

use jiff::ToSpan as _;
use testkit::{Answer, TestOffice, Visitor};

/// A question with its answer.
pub(crate) type Page<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// A complaint, page by page.
pub(crate) const COMPLAINT: &[Page<'_>] = &[
    ("whose", &[("whose", "self")]),
    ("name", &[("name", "王芳")]),
    ("phone", &[("phone", "138 1234 5678")]),
    ("address", &[("address", "南岗区测试街1号2单元301")]),
    ("trader", &[("trader", "好再来超市")]),
    ("place", &[("place", "南岗区中山路20号")]),
    ("bought", &[("goods_name", "鲜牛奶"), ("amount", "68.50")]),
    ("when", &[("happened_on", "2026-09-20"), ("known_on", "2026年9月21日")]),
    ("facts", &[("facts", "购买的牛奶已经变质，有小票和照片，商家不肯退货。")]),
    ("goods", &[("goods", "G01")]),
    ("goods_more", &[("goods_more", "G01.10")]),
    ("problem", &[("problem", "P02")]),
    ("problem_more", &[("problem_more", "P02.01")]),
    ("demands", &[("demands", "refund"), ("demand_words", "退回货款")]),
    ("photos", &[]),
    ("publish", &[("publish", "yes")]),
    ("entrust", &[("entrust", "no")]),
];

/// An anonymous report.
pub(crate) const REPORT: &[Page<'_>] = &[
    ("identity", &[("identity", "anonymous")]),
    ("trader", &[("trader", "红星作坊")]),
    ("place", &[("place", "南岗区后街8号院内")]),
    ("when", &[("happened_on", "2026-09-22")]),
    ("facts", &[("facts", "每天夜里在院内加工豆制品，没有执照，污水直接倒在街上。")]),
    ("problem", &[("problem", "P16")]),
    ("photos", &[]),
];

/// Some seconds go by.
pub(crate) fn later(office: &TestOffice, seconds: i64) {
    let clock = &office.app.ground.clock;
    clock.set(clock.now().checked_add(seconds.seconds()).unwrap());
}

/// Begins and answers every page; the form stands before the page of all answers.
pub(crate) async fn fill(office: &TestOffice, visitor: &mut Visitor, kind: &str, pages: &[Page<'_>]) {
    assert_eq!(visitor.get(&format!("/public/new/{kind}")).await.status, 200);
    assert_eq!(visitor.post(&format!("/public/new/{kind}"), &[]).await.status, 303);
    let mut at = visitor.get("/public/check?first=yes").await.location().to_owned();
    for (question, answer) in pages {
        assert_eq!(at, format!("/public/form/{question}"));
        let page = visitor.get(&at).await;
        assert_eq!(page.status, 200, "{question}: {}", page.text());
        assert!(web::sample::faults(&page.body).is_empty(), "{:?}", web::sample::faults(&page.body));
        assert!(page.body.len() < 20_000, "{question}: {} bytes", page.body.len());
        let kept = visitor.post(&at, answer).await;
        assert_eq!(kept.status, 303, "{question}: {}", kept.text());
        at = kept.location().to_owned();
    }
    assert_eq!(at, "/public/check");
    later(office, 60);
}

/// What stands in a line of a receipt.
fn part(page: &Answer, label: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("{label}</dt><dd")).unwrap_or_default();
    let (_, rest) = rest.split_once('>').unwrap_or_default();
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// Sends what was filled in; number and code.
pub(crate) async fn send(visitor: &mut Visitor) -> (String, String) {
    let sent = visitor.post("/public/submission", &[("website", "")]).await;
    assert_eq!(sent.location(), "/public/receipt", "{}", sent.text());
    let page = visitor.get("/public/receipt").await;
    (part(&page, "编号"), part(&page, "查询码"))
}

/// Fills in and sends.
pub(crate) async fn sent(
    office: &TestOffice,
    visitor: &mut Visitor,
    kind: &str,
    pages: &[Page<'_>],
) -> (String, String) {
    fill(office, visitor, kind, pages).await;
    send(visitor).await
}

/// A new browser that opened its own matter.
pub(crate) async fn opened(office: &TestOffice, number: &str, code: &str) -> Visitor {
    let mut visitor = office.stranger();
    let door = visitor.post("/public/status", &[("number", number), ("code", code)]).await;
    assert_eq!(door.location(), "/public/matter", "{}", door.text());
    visitor
}

pub(crate) async fn answer(visitor: &mut Visitor, number: &str, act: &str, form: &[(&str, &str)]) {
    let path = format!("/matters/{number}/{act}");
    let version = visitor.get(&path).await.field("_version");
    let form = [form, &[("_version", version.as_str())]].concat();
    let done = visitor.post(&path, &form).await;
    assert_eq!(done.status, 303, "{act}: {}", done.text());
}

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xaeB`\x82";

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_from_the_first_page_to_the_rating() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        assert!(citizen.get("/public").await.text().contains("我要投诉"));
        fill(&office, &mut citizen, "complaint", COMPLAINT).await;
        let photo = citizen.post_files("/public/form/photos?check=true", &[], &[("小票.png", PNG)]).await;
        assert_eq!(photo.location(), "/public/form/photos?check=true", "{}", photo.text());
        let check = citizen.get("/public/check").await;
        for words in
            ["王芳", "138 1234 5678", "一般食品", "乳制品", "变质过期", "68.50 元", "退还货款", "小票.png"]
        {
            assert!(check.text().contains(words), "{words}: {}", check.text());
        }
        let (number, code) = send(&mut citizen).await;
        assert_eq!(number, "TS-23-2026-00001");
        let receipt = citizen.get("/public/receipt").await;
        // 2026-09-23 plus seven working days: the vector of regulations §8.
        assert!(
            receipt.text().contains("最迟 2026年10月10日（星期六） 告诉您是否受理"),
            "{}",
            receipt.text()
        );
        citizen.post("/public/leave", &[]).await;
        assert!(!citizen.get("/public/receipt").await.body.contains(&code), "left is left");

        // The office has everything art. 10 asks, with the photograph.
        let mut head = office.sign_in("dispatcher").await;
        let page = head.get(&format!("/matters/{number}")).await;
        for words in [
            "好再来超市 乳制品 变质过期",
            "网页",
            "公示投诉信息：同意；委托调解：未同意",
            "群众（网页）",
            "小票.png",
        ] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        assert!(!page.body.contains("王芳") && !page.body.contains("138 1234"));

        supplemented_and_told(&office, &number, &code, &mut head).await;
        settled_and_rated(&office, &number, &code).await;
    })
    .await;
}

async fn supplemented_and_told(office: &TestOffice, number: &str, code: &str, dispatcher: &mut Visitor) {
    let mut citizen = opened(office, number, &code.to_lowercase().replace('-', " ")).await;
    let page = citizen.get("/public/matter").await;
    assert!(page.text().contains("已收到") && !page.text().contains("待受理"), "{}", page.text());
    let empty = citizen.post_files("/public/matter/supplement", &[("talk_text", "")], &[]).await;
    assert_eq!(empty.status, 422);
    let wrong = [("程序.exe", &b"MZ\x90\0\x03"[..])];
    let wrong = citizen.post_files("/public/matter/supplement", &[("talk_text", "找到了")], &wrong).await;
    assert!(wrong.status == 422 && wrong.body.contains("找到了</textarea>"), "{}", wrong.text());
    let more = [("talk_text", "又找到一张发票")];
    let more = citizen.post_files("/public/matter/supplement", &more, &[("发票.png", PNG)]).await;
    assert_eq!(more.location(), "/public/matter", "{}", more.text());
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    answer(dispatcher, number, "assignment", &[("target", &target)]).await;
    let mut zhang = office.sign_in("zhang").await;
    let work = zhang.get("/work").await;
    assert!(work.text().contains("群众新留言") && work.body.contains(&format!("{number}#talk")));
    let page = zhang.get(&format!("/matters/{number}")).await;
    assert!(page.text().contains("又找到一张发票") && page.body.contains("发票.png"), "{}", page.text());
    let timeline = page.body.split("<h2>经过").nth(1).unwrap();
    assert!(timeline.contains("收到留言") && timeline.contains("补充材料") && !timeline.contains("又找到"));
    assert!(!zhang.get("/work").await.text().contains("群众新留言"), "seen");
    let reply = [("talk_text", "请把发票原件带来")];
    let reply = zhang.post_files(&format!("/matters/{number}/talk"), &reply, &[("说明.png", PNG)]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = citizen.get("/public/matter").await;
    assert!(page.text().contains("请把发票原件带来") && page.text().contains("对方已读"), "{}", page.text());
    let (_, rest) = page.body.split_once("/public/matter/files/").unwrap();
    let file = format!("/public/matter/files/{}", rest.split('"').next().unwrap());
    assert_eq!(citizen.get(&file).await.status, 200);
    assert!(office.stranger().get(&file).await.location().starts_with("/public/status"));
    assert!(zhang.get(&format!("/matters/{number}")).await.text().contains("对方已读"));
}

async fn settled_and_rated(office: &TestOffice, number: &str, code: &str) {
    let told = [("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];
    let mut zhang = office.sign_in("zhang").await;
    answer(&mut zhang, number, "acceptance", &[]).await;
    answer(&mut zhang, number, "acceptance_notice", &told).await;
    let mut citizen = opened(office, number, code).await;
    let page = citizen.get("/public/matter").await;
    assert!(
        page.text().contains("已受理") && page.text().contains("最迟 2026年11月23日（星期一） 结束调解"),
        "{}",
        page.text()
    );
    assert_eq!(citizen.post("/public/matter/rating", &[("score", "5")]).await.status, 422, "not yet");
    let asked = citizen.post("/public/matter/withdrawal", &[("reason", "商家已经退款")]).await;
    assert_eq!(asked.location(), "/public/matter");
    let page = zhang.get(&format!("/matters/{number}")).await;
    assert!(page.text().contains("请求撤回") && page.text().contains("商家已经退款"), "{}", page.text());
    answer(&mut zhang, number, "settlement", &[("words", "当场退款"), ("recovered", "68.50")]).await;
    let none = citizen.post("/public/matter/rating", &[("reason", "很快就办好了")]).await;
    assert!(none.status == 422 && none.body.contains("很快就办好了</textarea>"));
    let rated = [("score", "5"), ("reason", "很快就办好了")];
    for _ in 0..2 {
        assert_eq!(citizen.post("/public/matter/rating", &rated).await.location(), "/public/matter");
    }
    let page = citizen.get("/public/matter").await;
    assert!(page.text().contains("双方达成一致") && page.text().contains("很满意（5 分"), "{}", page.text());
    let page = zhang.get(&format!("/matters/{number}")).await;
    assert!(page.text().contains("满意度（公众自评）") && page.text().contains("很快就办好了"));
    assert_eq!(page.body.matches("<b>公众自评</b>").count(), 1, "rated once: {}", page.text());
    citizen.post("/public/matter/end", &[]).await;
    assert_eq!(citizen.get("/public/matter").await.location(), "/public/status");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_report_talks_both_ways_and_nobody_knows_who() {
    TestOffice::each(async |office| {
        let (number, code) = sent(&office, &mut office.stranger(), "report", REPORT).await;
        assert!(number.starts_with("JB-23-"), "{number}");
        let mut head = office.sign_in("dispatcher").await;
        let zhang = office.officer("zhang");
        answer(&mut head, &number, "assignment", &[("target", &format!("{}|{}", zhang.unit, zhang.id))])
            .await;
        let mut zhang = office.sign_in("zhang").await;
        let question = [("talk_text", "作坊从几点开始干活？")];
        let path = format!("/matters/{number}/talk");
        assert_eq!(zhang.post(&path, &question).await.status, 303);
        assert_eq!(office.sign_in("desk").await.post(&path, &question).await.status, 403, "not the desk's");
        let mut reporter = opened(&office, &number, &code).await;
        let page = reporter.get("/public/matter").await;
        assert!(
            page.text().contains("作坊从几点开始干活") && !page.body.contains("withdrawal"),
            "{}",
            page.text()
        );
        assert!(!page.text().contains("zhang"), "the officer's name stays inside");
        let kept = reporter.post("/public/matter/message", &[("talk_text", "")]).await;
        assert_eq!(kept.status, 422);
        for _ in 0..2 {
            let told = reporter.post("/public/matter/message", &[("talk_text", "夜里一点")]).await;
            assert_eq!(told.location(), "/public/matter", "{}", told.text());
        }
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("与举报人的留言"), "{}", page.text());
        assert_eq!(page.text().matches("夜里一点").count(), 1, "a second press is not a second message");
        let back = reporter.post("/public/matter/withdrawal", &[]).await;
        assert!(back.status == 422 && back.text().contains("不能撤回"), "a report cannot be taken back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_taken_back_before_it_is_accepted() {
    TestOffice::each(async |office| {
        let (number, code) = sent(&office, &mut office.stranger(), "complaint", COMPLAINT).await;
        let mut citizen = opened(&office, &number, &code).await;
        assert!(citizen.get("/public/matter/withdrawal").await.text().contains("不能恢复"));
        citizen.post("/public/matter/withdrawal", &[("reason", "商家已经退货")]).await;
        let page = citizen.get("/public/matter").await;
        assert!(page.text().contains("您已撤回") && !page.body.contains("matter/rating"), "{}", page.text());
        let page = office.sign_in("dispatcher").await.get(&format!("/matters/{number}")).await;
        assert!(
            page.text().contains("已办结") && page.text().contains("凭查询码在公众页面撤回"),
            "{}",
            page.text()
        );
        assert_eq!(citizen.post("/public/matter/withdrawal", &[]).await.status, 422);
    })
    .await;
}
