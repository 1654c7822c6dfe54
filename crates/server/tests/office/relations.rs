//! R01: several contacts in one matter; everything can be put back.

use testkit::{Answer, TestOffice, Visitor};

use crate::desk::{COMPLAINT, register};

pub(crate) const REPORT: &[(&str, &str)] = &[
    ("kind", "report"),
    ("channel", "phone"),
    ("name", "赵敏"),
    ("phone", "139-0000-0001"),
    ("respondent_name", "好再来超市"),
    ("facts", "货架上出售过期牛奶，生产日期被涂改，有照片为证。"),
    ("goods", "G01.10"),
];

pub(crate) async fn sent(visitor: &mut Visitor, path: &str, form: &[(&str, &str)]) -> Answer {
    let answer = visitor.post(path, form).await;
    assert_eq!(answer.status, 303, "{path}: {}", answer.text());
    answer
}

pub(crate) async fn registered(visitor: &mut Visitor, form: &[(&str, &str)]) -> String {
    let answer = sent(visitor, "/desk", form).await;
    answer.location().trim_start_matches("/matters/").to_owned()
}

pub(crate) async fn text(visitor: &mut Visitor, number: &str) -> String {
    let page = visitor.get(&format!("/matters/{number}")).await;
    assert_eq!(page.status, 200, "{number}: {}", page.text());
    page.text()
}

/// What is stored of the clocks is what the law says.
pub(crate) async fn clocks_are_whole(office: &TestOffice) {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let found = office.app.db.read(move |tx| matters::clocks::differences(tx, &ctx)).await.unwrap();
    assert_eq!(found, Vec::<String>::new());
}

pub(crate) async fn merged(visitor: &mut Visitor, leader: &str, others: &[&str]) -> Answer {
    let page = visitor.get(&format!("/matters/{leader}/cluster")).await;
    let version = page.field("_version");
    let mut form: Vec<(&str, &str)> = others.iter().map(|other| ("number", *other)).collect();
    form.extend([("reason", "同一门店同一批次"), ("_version", version.as_str())]);
    visitor.post(&format!("/matters/{leader}/merges"), &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_matters_keep_their_numbers_and_come_back_as_they_were() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let (one, two) = (register(&mut desk).await, register(&mut desk).await);
        let (zhang, wang) = (office.officer("zhang"), office.officer("wang"));
        let mut dispatcher = office.sign_in("dispatcher").await;
        for (number, who) in [(&one, zhang), (&two, wang)] {
            let target = format!("{}|{}", who.unit, who.id);
            sent(&mut dispatcher, &format!("/matters/{number}/assignment"), &[("target", &target)]).await;
        }
        assert_eq!(merged(&mut dispatcher, &one, &[&two]).await.status, 303);
        let page = text(&mut dispatcher, &two).await;
        for words in
            [format!("已并入 {one}"), "起随主办事项".into(), format!("随 {one} 办理"), "并入主办事项".into()]
        {
            assert!(page.contains(&words), "{words}\n{page}");
        }
        assert!(dispatcher.get("/matters").await.text().contains(&format!("已并入 {one}")));
        // Its officer is the leader's; nobody handles it by itself; it changes hands with the leader.
        let mut handler = office.sign_in("zhang").await;
        assert!(text(&mut handler, &two).await.contains("已并入"));
        assert_eq!(office.sign_in("wang").await.get(&format!("/matters/{two}")).await.status, 404);
        assert_eq!(handler.post(&format!("/matters/{two}/acceptance"), &[]).await.status, 422);
        let back = [("reason", "address"), ("words", "不在辖区")];
        sent(&mut handler, &format!("/matters/{one}/return"), &back).await;
        assert_eq!(handler.get(&format!("/matters/{two}")).await.status, 404);

        // Ten days later it goes its own way: the same first day, the same end, what passed in between counted.
        office.set_day("2026-10-12");
        dispatcher = office.sign_in("dispatcher").await;
        let form = [("part", two.as_str()), ("reason", "批次不同")];
        sent(&mut dispatcher, &format!("/matters/{one}/merges/end"), &form).await;
        let page = text(&mut dispatcher, &two).await;
        for words in
            ["待受理", "学府所 wang", "2026-10-10 到期", "已超期 2 天", "从主办事项撤回", "期限继续计算"]
        {
            assert!(page.contains(words), "{words}\n{page}");
        }
        assert!(text(&mut dispatcher, &one).await.contains("撤销并案"));
        assert_eq!(office.sign_in("wang").await.get(&format!("/matters/{two}")).await.status, 200);
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_together_ends_together_and_what_may_not_is_refused() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let (one, two) = (register(&mut head).await, register(&mut head).await);
        let report = registered(&mut head, REPORT).await;
        for (others, words) in [
            (vec![one.as_str()], "不能并入自身"),
            (vec![report.as_str()], "不同类的事项不能并案"),
            (vec!["TS-0"], "没有找到编号为 TS-0 的事项"),
            (vec![], "请先勾选"),
        ] {
            let refused = merged(&mut head, &one, &others).await;
            assert!(refused.status == 422 && refused.text().contains(words), "{words}: {}", refused.text());
        }
        assert_eq!(merged(&mut head, &one, &[&two]).await.status, 303);
        let three = register(&mut head).await;
        assert!(merged(&mut head, &two, &[&three]).await.text().contains("请并入它的主办事项"));
        assert!(merged(&mut head, &three, &[&one]).await.text().contains("之下已有并入的事项"));
        assert!(merged(&mut head, &three, &[&two]).await.text().contains("已经并入其他事项"));
        // A handler merges nothing.
        let form = [("number", three.as_str()), ("reason", "同一门店")];
        assert_eq!(
            office.sign_in("zhang").await.post(&format!("/matters/{one}/merges"), &form).await.status,
            403
        );

        let void = [("reason", "重复登记")];
        let led = head.post(&format!("/matters/{one}/void"), &void).await;
        assert!(led.text().contains("请先撤销并案"), "what goes with it would end untold: {}", led.text());
        let seen = version(&mut head, &one).await;
        sent(
            &mut head,
            &format!("/matters/{one}/withdrawal"),
            &[("words", "已自行和解"), ("_version", &seen)],
        )
        .await;
        let page = text(&mut head, &two).await;
        assert!(page.contains("随主办事项办结"), "{page}");
        let late = head
            .post(&format!("/matters/{one}/merges/end"), &[("part", two.as_str()), ("reason", "批次不同")])
            .await;
        assert!(late.text().contains("不能再撤销"), "{}", late.text());
        clocks_are_whole(&office).await;
    })
    .await;
}

async fn version(visitor: &mut Visitor, number: &str) -> String {
    visitor.get(&format!("/matters/{number}/withdrawal")).await.field("_version")
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_two_units_are_not_merged_nor_one_whose_officer_keeps_away_from_the_other() {
    TestOffice::each(async |office| {
        let (mut zhang, mut wang) = (office.sign_in("zhang").await, office.sign_in("wang").await);
        let (one, two) = (registered(&mut zhang, REPORT).await, registered(&mut wang, REPORT).await);
        let mut dispatcher = office.sign_in("dispatcher").await;
        let far = merged(&mut dispatcher, &one, &[&two]).await;
        assert!(far.text().contains("不在同一单位"), "{}", far.text());
        let three = registered(&mut zhang, REPORT).await;
        let mut head = office.sign_in("head").await;
        let ctx = office.ctx("head");
        let (li, number) = (office.officer("li").id, three.clone());
        office
            .app
            .db
            .write(move |tx| {
                let found = matters::find(tx, &ctx, &number)?;
                matters::relations::ask_recusal(tx, &ctx, found.id, li, "近亲属", "举报人")?;
                matters::relations::decide_recusal(tx, &ctx, found.id, true)
            })
            .await
            .unwrap();
        let apart = merged(&mut head, &one, &[&three]).await;
        assert!(apart.text().contains("决定回避的人员不同"), "{}", apart.text());
    })
    .await;
}

async fn link(visitor: &mut Visitor, from: &str, to: &str, kind: &str) -> Answer {
    visitor.post(&format!("/matters/{from}/links"), &[("other", to), ("kind", kind)]).await
}

/// Ends the relation that stands on the page of `number`.
async fn part(visitor: &mut Visitor, number: &str) -> Answer {
    let page = visitor.get(&format!("/matters/{number}")).await;
    let (_, rest) = page.body.split_once(&format!("/matters/{number}/links/")).expect("a relation to end");
    let path = format!("/matters/{number}/links/{}", rest.split('"').next().unwrap());
    visitor.post(&path, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplement_goes_to_the_officer_and_leaves_the_clock_of_the_complaint_alone() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let first = register(&mut head).await;
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        sent(&mut head, &format!("/matters/{first}/assignment"), &[("target", &target)]).await;
        office.set_day("2026-09-28");
        head = office.sign_in("head").await;
        let second = register(&mut head).await;
        assert!(link(&mut head, &second, &first, "split").await.text().contains("请选择关联类别"));
        assert_eq!(link(&mut head, &second, &first, "supplement").await.status, 303);
        assert!(text(&mut head, &first).await.contains("2026-10-10 到期"));
        let page = text(&mut head, &second).await;
        assert!(page.contains(&format!("已并入 {first}")) && page.contains("起随主办事项"), "{page}");
        let mut handler = office.sign_in("zhang").await;
        let work = handler.get("/work").await;
        assert!(work.text().contains(&format!("收到补充材料 {second}")), "{}", work.text());
        let path = work.body.split("/reminders/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(office.sign_in("li").await.post(&format!("/reminders/{path}"), &[]).await.status, 404);
        sent(&mut handler, &format!("/reminders/{path}"), &[]).await;
        assert!(!handler.get("/work").await.text().contains("收到补充材料"));

        assert_eq!(part(&mut head, &second).await.status, 303);
        let page = text(&mut head, &second).await;
        // Its own seven working days, from its own receipt.
        assert!(
            page.contains("待受理") && page.contains("2026-10-13 到期") && page.contains("解除关联"),
            "{page}"
        );
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_facts_begin_the_period_of_a_report_anew_and_parting_puts_it_back() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let first = registered(&mut head, REPORT).await;
        assert!(text(&mut head, &first).await.contains("2026-10-21 到期"));
        office.set_day("2026-09-24");
        head = office.sign_in("head").await;
        let second = registered(&mut head, REPORT).await;
        office.set_day("2026-09-28");
        head = office.sign_in("head").await;
        let third = registered(&mut head, REPORT).await;
        let mut stranger = REPORT.to_vec();
        stranger[2] = ("name", "孙某");
        stranger[3] = ("phone", "136-1111-2222");
        let other = registered(&mut head, &stranger).await;
        assert!(link(&mut head, &other, &first, "repeat").await.text().contains("举报人不同"));

        // One way only: the act of the procedure, not a link by hand.
        let by_hand = link(&mut head, &second, &first, "supplement").await;
        assert!(by_hand.text().contains("并入此前举报"), "{}", by_hand.text());
        went_into(&mut head, &second, &first).await;
        let page = text(&mut head, &first).await;
        // The vectors of regulations §8: 09-24 gives 10-22, 09-28 gives 10-23. The old run stays, void, with its reason.
        assert!(page.contains("2026-10-22 到期") && page.contains("2026-09-28 撤销"), "{page}");
        assert!(page.contains(&format!("有新的事实（{second}），自最后一次收到之日重新计算")), "{page}");
        went_into(&mut head, &third, &first).await;
        assert!(text(&mut head, &first).await.contains("2026-10-23 到期"));
        clocks_are_whole(&office).await;

        // Taken out of order: the period begins with the last receipt that is left.
        assert_eq!(part(&mut office.sign_in("zhang").await, &second).await.status, 403, "a head's to undo");
        assert_eq!(part(&mut head, &second).await.status, 303);
        assert!(text(&mut head, &first).await.contains("还有 25 天"), "still by the third");
        assert!(text(&mut head, &second).await.contains("待核查"));
        assert_eq!(part(&mut head, &third).await.status, 303);
        let page = text(&mut head, &first).await;
        assert!(page.contains("期限继续计算") && page.contains("还有 23 天"), "{page}");
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_not_handled_again_when_a_head_says_so_and_not_before() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let first = registered(&mut head, REPORT).await;
        let again = registered(&mut head, REPORT).await;
        let gone = head.get(&format!("/matters/{again}/repeat")).await;
        assert_eq!(gone.status, 404, "one way on screen");
        assert_eq!(link(&mut head, &again, &first, "repeat").await.status, 303);
        let page = text(&mut head, &again).await;
        assert!(page.contains("由负责人决定不再处理") && page.contains("第三十五条"), "{page}");
        assert!(page.contains("还有 28 天"), "the clock runs on until it is decided\n{page}");
        let decided = [("other", first.as_str()), ("words", "已由本局核查，没有新的事实"), ("yes", "yes")];
        crate::reports::done(&mut head, &again, "report_repeat", &decided).await;
        let page = text(&mut head, &again).await;
        assert!(page.contains("不再处理") && page.contains("完成，按期"), "{page}");
        assert_eq!(page.matches("重复 JB-").count(), 1, "the mark is the link\n{page}");
        let mut merge = merged(&mut head, &first, &[&again]).await;
        assert!(merge.text().contains("已经并入其他事项"), "{}", merge.text());
        assert_eq!(part(&mut office.sign_in("zhang").await, &again).await.status, 403, "a head's to undo");
        assert_eq!(part(&mut head, &again).await.status, 303);
        let page = text(&mut head, &again).await;
        assert!(page.contains("待核查") && page.contains("还有 28 天"), "{page}");
        // What was decided is void: a case may be filed now, and nothing is owed for a repeat.
        crate::reports::done(&mut head, &again, "report_verification", &[]).await;
        merge = merged(&mut head, &first, &[&again]).await;
        assert_eq!(merge.status, 303, "{}", merge.text());
        let act = head.post(&format!("/matters/{again}/report_finding"), &[("way", "papers")]).await;
        assert!(act.text().contains("这件举报已并入其他事项"), "{}", act.text());
        clocks_are_whole(&office).await;
    })
    .await;
}

/// New facts by the act of the procedure.
async fn went_into(head: &mut Visitor, later: &str, first: &str) {
    let form = [("other", first), ("words", "补充了新的事实"), ("yes", "yes")];
    crate::reports::done(head, later, "report_merge", &form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_thing_that_came_three_ways_is_seen_side_by_side_within_reach() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let by = |channel: &'static str, outside: &'static str| {
            let mut form = COMPLAINT.to_vec();
            form[1] = ("channel", channel);
            form.push(("outside_number", outside));
            form
        };
        let one = registered(&mut desk, &by("phone", "")).await;
        let two = registered(&mut desk, &by("hotline12345", "QZ2026092300001")).await;
        let three = registered(&mut desk, &by("letter", "")).await;
        assert_eq!(link(&mut desk, &two, &one, "repeat").await.status, 303);
        let mut dispatcher = office.sign_in("dispatcher").await;
        assert_eq!(merged(&mut dispatcher, &one, &[&three]).await.status, 303);
        let page = dispatcher.get(&format!("/matters/{two}/cluster")).await.text();
        for words in
            [&one, &two, &three, "QZ2026092300001", "来函", "并入", "重复", "2026-10-10 到期", "随主办事项"]
        {
            assert!(page.contains(words), "{words}\n{page}");
        }
        // Who may see only one sees only one.
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        sent(&mut dispatcher, &format!("/matters/{two}/assignment"), &[("target", &target)]).await;
        let own = office.sign_in("zhang").await.get(&format!("/matters/{two}/cluster")).await;
        assert!(own.status == 200 && own.body.contains(&two) && !own.body.contains(&one), "{}", own.text());
        assert!(!own.body.contains("并入本件"), "a handler merges nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_dispatchers_who_merge_the_other_way_round_make_one_merge() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let (one, two) = (register(&mut head).await, register(&mut head).await);
        let (mut there, mut back) = (head.clone(), office.sign_in("dispatcher").await);
        let (to_one, to_two) = ([one.as_str()], [two.as_str()]);
        let (answer, other) =
            tokio::join!(merged(&mut there, &one, &to_two), merged(&mut back, &two, &to_one));
        let statuses = [answer.status, other.status];
        assert_eq!(
            statuses.iter().filter(|status| **status == 303).count(),
            1,
            "{statuses:?} {}",
            other.text()
        );
        assert!(statuses.iter().all(|status| [303, 409, 422].contains(status)), "{statuses:?}");
        clocks_are_whole(&office).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_keep_away_from_the_leader_keeps_away_from_what_goes_with_it() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let (one, two) = (register(&mut head).await, register(&mut head).await);
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        for number in [&one, &two] {
            sent(&mut head, &format!("/matters/{number}/assignment"), &[("target", &target)]).await;
        }
        assert_eq!(merged(&mut head, &one, &[&two]).await.status, 303);
        let (ctx, number, who) = (office.ctx("head"), one.clone(), zhang.id);
        let decided = office.app.db.write(move |tx| {
            let found = matters::find(tx, &ctx, &number)?;
            matters::relations::ask_recusal(tx, &ctx, found.id, who, "近亲属", "投诉人")?;
            matters::relations::decide_recusal(tx, &ctx, found.id, true)
        });
        decided.await.unwrap();
        let mut handler = office.sign_in("zhang").await;
        for number in [&one, &two] {
            assert_eq!(handler.get(&format!("/matters/{number}")).await.status, 404);
        }
        // Parted again, it does not come back to who must keep away.
        let form = [("part", two.as_str()), ("reason", "批次不同")];
        sent(&mut head, &format!("/matters/{one}/merges/end"), &form).await;
        assert_eq!(handler.get(&format!("/matters/{two}")).await.status, 404);
        let page = head.get(&format!("/matters/{two}/assignment")).await;
        assert!(page.text().contains("应当回避"), "{}", page.text());
    })
    .await;
}
