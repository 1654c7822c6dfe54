//! R01: one contact in two procedures (令第121号 第九条).

use testkit::{TestOffice, Visitor};

use crate::{
    desk::{COMPLAINT, register},
    relations::{REPORT, clocks_are_whole, registered, sent, text},
};

#[tokio::test(flavor = "multi_thread")]
async fn one_call_becomes_a_complaint_and_a_report_with_one_evidence_and_two_of_everything_else() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let mut form = COMPLAINT.to_vec();
        form.push(("also_report", "yes"));
        let answer = sent(&mut head, "/desk", &form).await;
        let page = head.get(answer.location()).await;
        assert!(
            page.text().contains("投诉编号 TS-2301-2026-00001，同时分立举报 JB-2301-2026-00001"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("受理决定并告知") && !page.text().contains("线索核查"));
        let report = text(&mut head, "JB-2301-2026-00001").await;
        for words in ["购买的牛奶已经变质", "线索核查", "2026-10-21 到期", "分立", "TS-2301-2026-00001"]
        {
            assert!(report.contains(words), "{words}\n{report}");
        }
        // Anonymous: nobody of the complaint is known on the side of the report, nor what the complainant asks for.
        assert!(
            !report.contains("王*") && !report.contains("退还货款") && !report.contains("68.50"),
            "{report}"
        );

        // Evidence is one original, read from both; what belongs to the report alone is not on the complaint.
        let photo = upload(&office, &mut head, "TS-2301-2026-00001", "购物小票.txt").await;
        let own = upload(&office, &mut head, "JB-2301-2026-00001", "核查记录.txt").await;
        let report = text(&mut head, "JB-2301-2026-00001").await;
        assert!(report.contains("购物小票.txt") && report.contains("TS-2301-2026-00001 的证据"), "{report}");
        assert!(!text(&mut head, "TS-2301-2026-00001").await.contains("核查记录.txt"));
        assert_eq!(head.get(&format!("/matters/JB-2301-2026-00001/attachments/{photo}")).await.status, 200);
        assert_eq!(head.get(&format!("/matters/TS-2301-2026-00001/attachments/{own}")).await.status, 404);
        let path = format!("/matters/JB-2301-2026-00001/attachments/{photo}/removal");
        assert!(head.post(&path, &[("reason", "上传错了文件")]).await.text().contains("请在那里移除"));
        // Twice is once too often, and the link of the procedure stays.
        assert_eq!(head.get("/matters/TS-2301-2026-00001/split").await.status, 409);
        clocks_are_whole(&office).await;
    })
    .await;
}

pub(crate) async fn upload(
    office: &TestOffice,
    visitor: &mut Visitor,
    number: &str,
    name: &'static str,
) -> String {
    let (ctx, of) = (office.ctx("head"), number.to_owned());
    let file = matters::attachments::keep(
        &matters::attachments::Vault::of(&office.app),
        name,
        "现场情况文字说明".as_bytes(),
    )
    .unwrap();
    let stored = office.app.db.write(move |tx| {
        let found = matters::find(tx, &ctx, &of)?;
        matters::attachments::add(tx, &ctx, &found, &file, "evidence")
    });
    let id = stored.await.unwrap().to_string();
    assert!(visitor.get(&format!("/matters/{number}")).await.body.contains(&id));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_from_the_matter_page_takes_over_a_person_only_when_asked_and_never_a_reporter() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let number = register(&mut zhang).await;
        office.set_day("2026-09-28");
        zhang = office.sign_in("zhang").await;
        let path = format!("/matters/{number}/split");
        let open = zhang.post(&path, &[("since", "found")]).await;
        assert!(open.text().contains("请填写发现线索的日期"));
        let early = zhang.post(&path, &[("since", "found"), ("found_on", "2026-09-01")]).await;
        assert!(early.text().contains("应在 2026-09-23 至今天之间"), "{}", early.text());
        sent(&mut zhang, &path, &[("since", "found"), ("found_on", "2026-09-28"), ("named", "yes")]).await;
        // Found today: fifteen working days from today (the vector of regulations §8), not from the complaint.
        let report = text(&mut zhang, "JB-2301-2026-00001").await;
        assert!(report.contains("2026-10-23 到期") && report.contains("举报人"), "{report}");
        assert!(!report.contains("王芳") && !report.contains("13812345678"));
        assert!(!text(&mut zhang, &number).await.contains("举报人 "));

        let other = registered(&mut zhang, REPORT).await;
        let path = format!("/matters/{other}/split");
        let bare = zhang.post(&path, &[]).await;
        assert!(bare.text().contains("投诉须登记投诉人姓名"), "{}", bare.text());
        let person = [("name", "钱进"), ("phone", "137-0000-0002"), ("address", "中山路2号")];
        sent(&mut zhang, &path, &person).await;
        let complaint = text(&mut zhang, "TS-2301-2026-00002").await;
        assert!(complaint.contains("货架上出售过期牛奶") && !complaint.contains("赵"), "{complaint}");
        clocks_are_whole(&office).await;
    })
    .await;
}

/// Takes back the split that made `part`, prepared on its page.
async fn undone(visitor: &mut Visitor, part: &str, reason: &str) -> testkit::Answer {
    let path = format!("/matters/{part}/split/end");
    let page = visitor.get(&path).await;
    assert_eq!(page.status, 200, "{part}: {}", page.text());
    visitor.post(&path, &[("reason", reason), ("_version", &page.field("_version"))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_that_was_a_mistake_is_taken_back_and_leaves_a_void_number() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let form = [COMPLAINT, &[("also_report", "yes")]].concat();
        sent(&mut head, "/desk", &form).await;
        let (complaint, report) = ("TS-2301-2026-00001", "JB-2301-2026-00001");
        let photo = upload(&office, &mut head, complaint, "购物小票.txt").await;
        for number in [complaint, report] {
            assert!(text(&mut head, number).await.contains("撤回分立"), "{number}");
        }
        let why = "来件只要求退款，没有检举违法行为";
        assert!(undone(&mut head, report, " ").await.text().contains("请写明撤回分立的理由"));
        // Whoever may split may take it back; who does not know of both may not.
        assert_eq!(
            office.sign_in("wang").await.get(&format!("/matters/{report}/split/end")).await.status,
            404
        );
        assert_eq!(
            office.sign_in("bureau").await.get(&format!("/matters/{report}/split/end")).await.status,
            403
        );
        let mut zhang = office.sign_in("zhang").await;
        let stale = zhang.get(&format!("/matters/{report}/split/end")).await.field("_version");
        assert_eq!(undone(&mut zhang, report, why).await.status, 303);
        let late = head
            .post(&format!("/matters/{report}/split/end"), &[("reason", why), ("_version", &stale)])
            .await;
        assert!(late.status == 409 || late.status == 422, "{}", late.status);

        // The number stays, void, with reason and history; its clock ran without effect; the evidence went back.
        let part = text(&mut head, report).await;
        for words in ["登记作废", "撤回分立", why, "撤销，不计按期", complaint] {
            assert!(part.contains(words), "{words}\n{part}");
        }
        assert!(!part.contains("购买的牛奶已经变质") && !part.contains("购物小票"), "{part}");
        assert_eq!(head.get(&format!("/matters/{report}/attachments/{photo}")).await.status, 404);
        let first = text(&mut head, complaint).await;
        for words in ["购买的牛奶已经变质", "购物小票.txt", "撤回分立", "受理决定并告知", "分立举报"]
        {
            assert!(first.contains(words), "{words}\n{first}");
        }
        assert!(!first.contains(why), "what is said about a report stands with the report\n{first}");
        assert_eq!(head.get(&format!("/matters/{report}/split/end")).await.status, 409, "once");

        // Split again, by good reason this time: the next number, no gap and none twice.
        sent(&mut head, &format!("/matters/{complaint}/split"), &[("since", "received")]).await;
        let again = text(&mut head, "JB-2301-2026-00002").await;
        assert!(again.contains("购买的牛奶已经变质") && again.contains("购物小票.txt"), "{again}");
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_or_told_is_not_taken_back_and_a_report_keeps_its_secret() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let other = registered(&mut head, REPORT).await;
        let person = [("name", "钱进"), ("phone", "137-0000-0002"), ("address", "中山路2号")];
        sent(&mut head, &format!("/matters/{other}/split"), &person).await;
        let complaint = "TS-2301-2026-00001";
        assert!(text(&mut head, complaint).await.contains("货架上出售过期牛奶"));
        let naming = undone(&mut head, complaint, "赵敏说她没有要求赔偿").await;
        assert!(naming.text().contains("不要写举报人"), "{}", naming.text());
        assert_eq!(undone(&mut head, complaint, "来件没有要求赔偿").await.status, 303);
        for login in ["head", "desk", "dispatcher", "legal", "zhang"] {
            let seen = text(&mut office.sign_in(login).await, complaint).await;
            for words in ["货架上", "赵敏", "139-0000-0001", "生产日期"] {
                assert!(!seen.contains(words), "{login} reads {words}\n{seen}");
            }
        }
        // A report that was decided on, and one whose number somebody outside holds.
        let mut zhang = office.sign_in("zhang").await;
        for (act, form, words) in [
            (
                "report_outside",
                vec![("who", "城市管理局"), ("way", "tell"), ("words", "占道经营不属于本局职责")],
                "已经作出决定",
            ),
            ("receipt", vec![], "编号和查询码"),
        ] {
            let (part, _) = split_anew(&mut zhang).await;
            let done = zhang.post(&format!("/matters/{part}/{act}"), &form).await;
            assert!(done.status == 303 || done.status == 200, "{act}: {}", done.text());
            let no = zhang.get(&format!("/matters/{part}/split/end")).await;
            assert!(no.status == 409 && no.text().contains(words), "{act} {}: {}", no.status, no.text());
            let no = zhang.post(&format!("/matters/{part}/split/end"), &[("reason", "登记错误")]).await;
            assert_eq!(no.status, 409, "{act}");
            assert!(!text(&mut zhang, &part).await.contains("撤回分立"), "not offered either");
            assert!(!no.body.contains("王芳"));
        }
        clocks_are_whole(&office).await;
    })
    .await;
}

/// The part that was split off a complaint registered anew, and the complaint.
async fn split_anew(visitor: &mut Visitor) -> (String, String) {
    let first = register(visitor).await;
    sent(visitor, &format!("/matters/{first}/split"), &[("since", "received"), ("named", "yes")]).await;
    let page = visitor.get(&format!("/matters/{first}")).await;
    let (_, rest) = page.body.split_once("/matters/JB-").expect("the part");
    (format!("JB-{}", rest.split(['"', '/']).next().unwrap()), first)
}

/// Whatever would be lost, doubled or left without anybody stands in the way, and the page says what to do first.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_taking_a_split_back_is_named() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let (other, _) = split_anew(&mut head).await;
        for (on_part, act, form, words) in [
            (true, "papers/new", vec![("form", "report_register")], "请先作废或者删除"),
            (true, "links", vec![("other", other.as_str()), ("kind", "repeat")], "请先解除"),
            (true, "void", vec![("reason", "重复登记")], "已经办结"),
            (false, "void", vec![("reason", "重复登记")], "没有事项承接"),
        ] {
            let (part, first) = split_anew(&mut head).await;
            assert_eq!(head.get(&format!("/matters/{part}/split/end")).await.status, 200, "{act}");
            sent(&mut head, &format!("/matters/{}/{act}", if on_part { &part } else { &first }), &form).await;
            let path = format!("/matters/{part}/split/end");
            let no = head.get(&path).await;
            assert!(no.status == 409 && no.text().contains(words), "{act} {}: {}", no.status, no.text());
            assert_eq!(head.post(&path, &[("reason", "来件没有要求查处")]).await.status, 409, "{act}");
            assert!(!text(&mut head, &part).await.contains("split/end"), "{act} not offered either");
        }
        clocks_are_whole(&office).await;
    })
    .await;
}
