//! R03, R04: a complaint's whole life.

use testkit::{TestOffice, Visitor};

use crate::desk::register;

pub(crate) const TOLD: &[(&str, &str)] =
    &[("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];

/// Does `act` with the version that stands on its form.
pub(crate) async fn act(
    visitor: &mut Visitor,
    number: &str,
    act: &str,
    form: &[(&str, &str)],
) -> testkit::Answer {
    let path = format!("/matters/{number}/{act}");
    let page = visitor.get(&path).await;
    assert_eq!(page.status, 200, "{act}: {}", page.text());
    let version = page.field("_version");
    let mut fields = form.to_vec();
    fields.push(("_version", &version));
    visitor.post(&path, &fields).await
}

pub(crate) async fn done(visitor: &mut Visitor, number: &str, name: &str, form: &[(&str, &str)]) {
    let answer = act(visitor, number, name, form).await;
    assert_eq!(answer.status, 303, "{name}: {}", answer.text());
}

/// Registered at the desk and assigned to zhang by the dispatcher.
pub(crate) async fn assigned(office: &TestOffice) -> (String, Visitor) {
    let number = register(&mut office.sign_in("desk").await).await;
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    let mut dispatcher = office.sign_in("dispatcher").await;
    done(&mut dispatcher, &number, "assignment", &[("target", &target)]).await;
    (number, office.sign_in("zhang").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_call_to_closed_called_back_and_counted() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        // 2026-09-23 plus seven working days: the vector of regulations §8.
        assert!(page.text().contains("2026-10-10 到期"), "{}", page.text());
        let why = zhang.get(&format!("/matters/{number}/clocks/accept")).await;
        assert!(why.text().contains("第十五条") && why.text().contains("国庆节调休上班"));

        office.set_day("2026-09-28");
        zhang = office.sign_in("zhang").await;
        done(&mut zhang, &number, "acceptance", &[]).await;
        let untold = act(
            &mut zhang,
            &number,
            "acceptance_notice",
            &[("notice_channel", "phone"), ("proof_kind", "recording")],
        )
        .await;
        assert_eq!(untold.status, 422, "no notice without proof");
        assert!(untold.text().contains("没有证明不能结束这一步"));
        done(&mut zhang, &number, "acceptance_notice", TOLD).await;
        done(
            &mut zhang,
            &number,
            "mediation",
            &[("way", "phone"), ("who", "zhang"), ("at", "2026-09-28T08:00"), ("words", "双方同意协商")],
        )
        .await;
        office.set_day("2026-10-12");
        zhang = office.sign_in("zhang").await;
        let agreed = [
            ("way", "document"),
            ("words", "退款并赔偿"),
            ("sum", "68.5"),
            ("recovered", "205.50"),
            ("punitive", "137"),
        ];
        done(&mut zhang, &number, "agreement", &agreed).await;
        done(&mut zhang, &number, "performance", &[("words", "已到账")]).await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        for words in ["已办结", "205.50 元", "调解书", "通话录音编号：REC-1"] {
            assert!(page.text().contains(words), "{words}\n{}", page.text());
        }

        called_back(&office, &number, &mut zhang).await;
    })
    .await;
}

async fn called_back(office: &TestOffice, number: &str, zhang: &mut Visitor) {
    let plan = [("from", "2026-10-01"), ("to", "2026-10-31"), ("due", "2026-11-15"), ("way", "all")];
    let mut li = office.sign_in("li").await;
    assert_eq!(li.post("/callbacks", &plan).await.status, 303);
    assert!(!zhang.get("/callbacks").await.body.contains(number), "never by the handler");
    let list = li.get("/callbacks").await;
    assert!(list.body.contains(number));
    let (_, rest) = list.body.split_once("/callbacks/").unwrap();
    let path = format!("/callbacks/{}", rest.split('"').next().unwrap());
    assert_eq!(zhang.get(&path).await.status, 409, "never by the handler");
    let short = li.post(&path, &[("state", "reached")]).await;
    assert_eq!(short.status, 422);
    let found = [
        ("state", "reached"),
        ("satisfaction", "4"),
        ("performed", "no"),
        ("words", "没有收到钱"),
        ("reopen", "yes"),
    ];
    let answer = li.post(&path, &found).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let again = li.get("/matters?kind=complaint&phase=new").await;
    assert!(again.body.contains("TS-2301-2026-00001"), "reopened under a new number");
    let reopened = li.get("/matters/TS-2301-2026-00001").await;
    assert!(reopened.text().contains("购买的牛奶已经变质"), "the facts are the same");
    let figures = office.sign_in("bureau").await.get("/figures?from=2026-10-01&to=2026-10-31").await;
    assert!(figures.text().contains("205.50"), "{}", figures.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_wants_a_ground_four_eyes_and_the_other_ways() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let bare = act(&mut zhang, &number, "refusal_proposal", &[("ground", "3"), ("words", "")]).await;
        assert_eq!(bare.status, 422);
        let late =
            act(&mut zhang, &number, "refusal_proposal", &[("ground", "4"), ("words", "超过三年的投诉")])
                .await;
        assert!(late.text().contains("须先登记投诉人知道权益受损的日期"), "{}", late.text());
        done(&mut zhang, &number, "refusal_proposal", &[("ground", "1"), ("words", "属于住建部门职责")])
            .await;
        assert_eq!(
            zhang
                .post(
                    &format!("/matters/{number}/refusal"),
                    &[("ground", "1"), ("words", "属于住建部门职责")]
                )
                .await
                .status,
            403
        );
        let mut head = office.sign_in("head").await;
        done(&mut head, &number, "refusal", &[("ground", "1"), ("words", "属于住建部门职责")]).await;
        done(&mut zhang, &number, "refusal_notice", TOLD).await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("已办结") && page.text().contains("第十六条第一项"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_stops_the_mediation_clock_and_an_early_end_is_refused() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        done(&mut zhang, &number, "acceptance", &[]).await;
        done(&mut zhang, &number, "acceptance_notice", TOLD).await;
        let due = |page: testkit::Answer| page.text();
        assert!(due(zhang.get(&format!("/matters/{number}")).await).contains("2026-11-23 到期"));
        done(&mut zhang, &number, "test", &[("who", "检测中心"), ("way", "agreed"), ("paper", "委托1号")])
            .await;
        assert!(due(zhang.get(&format!("/matters/{number}")).await).contains("暂停计算"));
        office.set_day("2026-10-02");
        zhang = office.sign_in("zhang").await;
        done(&mut zhang, &number, "test_result", &[("words", "不合格")]).await;
        // Nine days from 09-24 to 10-02 are not counted (the day of acceptance never is): 11-22 becomes 12-01.
        assert!(due(zhang.get(&format!("/matters/{number}")).await).contains("2026-12-01 到期"));
        let early =
            act(&mut zhang, &number, "termination", &[("ground", "5"), ("words", "期限届满未达成")]).await;
        assert_eq!(early.status, 422, "{}", early.text());
        done(&mut zhang, &number, "termination", &[("ground", "3"), ("words", "经营者明确拒绝")]).await;
        let one = act(&mut zhang, &number, "termination_notice", TOLD).await;
        assert_eq!(one.status, 422, "both sides must be told");
        let both = [
            TOLD,
            &[
                ("trader_notice_channel", "letter"),
                ("trader_proof_kind", "post_number"),
                ("trader_proof", "EMS1"),
            ],
        ]
        .concat();
        done(&mut zhang, &number, "termination_notice", &both).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_recusal_takes_the_matter_out_of_sight() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        done(&mut zhang, &number, "acceptance", &[]).await;
        done(&mut zhang, &number, "acceptance_notice", TOLD).await;
        done(&mut zhang, &number, "recusal", &[("who", "被投诉人"), ("words", "承办人是投诉人的近亲属")])
            .await;
        let mut head = office.sign_in("head").await;
        done(&mut head, &number, "recusal_decision", &[("yes", "yes")]).await;
        assert_eq!(zhang.get(&format!("/matters/{number}")).await.status, 404);
        assert!(!zhang.get("/matters").await.body.contains(&number));
        assert_eq!(head.get(&format!("/matters/{number}")).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_officers_is_told_what_changed() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let mut head = office.sign_in("head").await;
        let seen = head.get(&format!("/matters/{number}/acceptance")).await.field("_version");
        done(
            &mut zhang,
            &number,
            "material_request",
            &[
                ("items", "身份证明材料"),
                ("day", "2026-09-30"),
                ("notice_channel", "sms"),
                ("proof_kind", "sms_receipt"),
                ("proof", "回执1"),
            ],
        )
        .await;
        done(&mut zhang, &number, "material", &[("way", "given")]).await;
        let late = head.post(&format!("/matters/{number}/acceptance"), &[("_version", &seen)]).await;
        assert_eq!(late.status, 409);
        assert!(
            late.text().contains("zhang 刚在") && late.text().contains("登记补正结果"),
            "{}",
            late.text()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn matters_open_across_the_change_of_law_show_both_ends() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut form = crate::desk::COMPLAINT.to_vec();
        form.push(("received_on", "2026-04-10"));
        let answer = desk.post("/desk", &form).await;
        let page = desk.get(answer.location()).await;
        assert!(page.text().contains("令第20号") && page.text().contains("以较早的预警"), "{}", page.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joint_complaint_has_two_representatives_and_settles_with_everybodys_consent() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let mut form = crate::desk::COMPLAINT.to_vec();
        form.push(("others", "李强 13900000001\n赵敏,13900000002"));
        assert!(head.post("/desk", &form).await.text().contains("推选两名代表人"));
        form.extend([("representative_1", "王芳"), ("representative_2", "路人")]);
        assert_eq!(head.post("/desk", &form).await.status, 422, "a representative is one of them");
        form.pop();
        form.push(("representative_2", "赵敏"));
        form.push(("agent_name", "孙律师"));
        assert!(head.post("/desk", &form).await.text().contains("授权委托书原件"));
        form.push(("agent_papers", "yes"));
        let answer = head.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let number = answer.location().trim_start_matches("/matters/").to_owned();
        let page = head.get(answer.location()).await;
        assert!(
            page.text().contains("代表人") && page.text().contains("代理人") && !page.body.contains("赵敏")
        );
        done(&mut head, &number, "acceptance", &[]).await;
        done(&mut head, &number, "acceptance_notice", TOLD).await;
        let alone = act(&mut head, &number, "settlement", &[("words", "当场退款"), ("recovered", "1")]).await;
        assert!(alone.text().contains("经被代表的投诉人同意"), "{}", alone.text());
        done(&mut head, &number, "settlement", &[("words", "当场退款"), ("recovered", "1"), ("yes", "yes")])
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_taken_back_keeps_its_number_and_is_counted_nowhere() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = assigned(&office).await;
        let received = |text: &str| text.contains(&number);
        let rows = "/figures/received/rows?from=2026-09-01&to=2026-09-30";
        assert!(received(&zhang.get(rows).await.text()), "counted while it stands");
        assert_eq!(zhang.get(&format!("/matters/{number}/void")).await.status, 403, "a head's decision");
        let mut bureau = office.sign_in("bureau").await;
        let silent = act(&mut bureau, &number, "void", &[("reason", " ")]).await;
        assert_eq!(silent.status, 422);
        assert!(silent.text().contains("请写明作废理由"));
        done(&mut bureau, &number, "void", &[("reason", "与另一件重复登记")]).await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        for words in ["登记作废", "与另一件重复登记", "撤销，不计按期也不计逾期"] {
            assert!(page.text().contains(words), "{words}\n{}", page.text());
        }
        assert!(!received(&zhang.get(rows).await.text()), "no figure counts it");
        assert!(!zhang.get("/work").await.text().contains(&number), "nobody is pressed by it");
        let next = register(&mut office.sign_in("desk").await).await;
        assert_ne!(next, number, "the number is never given again");
        let again = bureau.post(&format!("/matters/{number}/void"), &[("reason", "再作废一次")]).await;
        assert_eq!(again.status, 422, "an ended matter is not taken back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_complaint_speaks_the_words_of_its_order() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let mut form = crate::desk::COMPLAINT.to_vec();
        form.push(("received_on", "2013-05-06"));
        let answer = desk.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let mut head = office.sign_in("dispatcher").await;
        let number = answer.location().trim_start_matches("/matters/").to_owned();
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        done(&mut head, &number, "assignment", &[("target", &target)]).await;
        let mut zhang = office.sign_in("zhang").await;
        let page = zhang.get(&format!("/matters/{number}")).await;
        for words in ["申诉人", "工商行政管理机关受理消费者申诉暂行办法", "申诉 <span"]
        {
            assert!(page.body.contains(words), "{words}\n{}", page.text());
        }
        let asked = zhang.get(&format!("/matters/{number}/material_request")).await;
        assert!(asked.text().contains("告知申诉人") && asked.text().contains("被申诉人名称、地址"));
        assert!(!asked.text().contains("第十条"), "no article of another order: {}", asked.text());
    })
    .await;
}
