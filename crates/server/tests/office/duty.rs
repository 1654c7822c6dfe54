//! R06: the duty roster by day and holiday, with its leader, its gaps and who is on duty now.

use jiff::civil::Date;
use kernel::Permission;
use testkit::{Answer, TestOffice, Visitor};

/// A day shift on worked days and a shift with a leader on weekends and holidays, at 中山所.
pub(crate) async fn shifts(head: &mut Visitor) {
    for (name, days, led, approval) in [("白班", "worked", "", ""), ("节假日班", "free", "yes", "yes")]
    {
        let form = [
            ("unit", "2301"),
            ("name", name),
            ("days", days),
            ("begins", "08:30"),
            ("ends", "17:30"),
            ("officers", "1"),
            ("led", led),
            ("approval", approval),
        ];
        let answer = head.post("/duty/shifts", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
}

/// The id before `mark` in the choice of a select.
fn choice(page: &Answer, mark: &str) -> String {
    let before = page.body.split(mark).next().unwrap();
    let (_, value) = before.rsplit_once("value=\"").unwrap_or_else(|| panic!("{mark}: {}", page.text()));
    value.split('"').next().unwrap().to_owned()
}

/// Puts `login` of the test office on the roster.
pub(crate) async fn set(
    head: &mut Visitor,
    office: &TestOffice,
    shift: &str,
    day: &str,
    login: &str,
    part: &str,
) -> Answer {
    let page = head.get(&format!("/duty/days/{day}?unit=2301")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let (shift, officer) =
        (choice(&page, &format!("\">{shift} 08:30")), office.officer(login).id.to_string());
    let form = [("unit", "2301"), ("day", day), ("shift", &shift), ("officer", &officer), ("part", part)];
    head.post("/duty/turns", &form).await
}

/// Takes the proposal for these days as it is shown.
pub(crate) async fn propose(head: &mut Visitor, from: &str, to: &str) -> Answer {
    let page = head.get(&format!("/duty/proposal?unit=2301&from={from}&to={to}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let form = [("unit", "2301"), ("from", from), ("to", to), ("mark", &page.field("mark"))];
    let taken = head.post("/duty/proposal", &form).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    page
}

async fn away(office: &TestOffice, login: &str, from: &str, to: &str) {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let (id, from, to) =
        (office.officer(login).id, from.parse::<Date>().unwrap(), to.parse::<Date>().unwrap());
    office.app.db.write(move |tx| people::leave(tx, &ctx, id, from, to, "年休假")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_officer_or_leader_rings_a_fortnight_ahead() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let none = head.get("/work").await;
        assert!(
            !none.text().contains("个班次缺人") && none.body.contains("href=\"/duty\""),
            "{}",
            none.text()
        );
        shifts(&mut head).await;
        // 2026-09-23 to 10-06: worked 09-23, 24, 28, 29, 30; 中秋 25 to 27, 国庆 10-01 to 06.
        let page = head.get("/duty?unit=2301&month=2026-09").await;
        for words in ["2026-09-23 中山所 白班", "缺值班人员 1 名，缺带班领导", "中秋节"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let all = "14<span class=\"unseen\"> 个班次缺人";
        assert!(head.get("/work").await.body.contains(all));
        assert!(office.sign_in("bureau").await.get("/work").await.body.contains(all));
        assert!(!office.sign_in("zhang").await.get("/work").await.text().contains("个班次缺人"));
        let health = office.sign_in("admin").await.get("/health").await;
        assert!(health.text().contains("今后 14 天有 14 个班次缺人"), "{}", health.text());

        let shown = propose(&mut head, "2026-09-23", "2026-10-20").await;
        assert!(shown.text().contains("采用") && !shown.text().contains("没有人可排"), "{}", shown.text());
        assert!(!head.get("/work").await.text().contains("个班次缺人"));
        let health = office.sign_in("admin").await.get("/health").await;
        assert!(health.text().contains("今后 14 天没有缺口"), "{}", health.text());
        // Two handlers share; whoever goes on leave afterwards leaves a gap.
        let page = head.get("/duty?unit=2301&month=2026-10").await;
        assert!(page.text().contains("zhang") && page.text().contains("li"), "{}", page.text());
        away(&office, "zhang", "2026-09-23", "2026-10-06").await;
        let work = head.get("/work").await;
        assert!(work.text().contains("个班次缺人"), "{}", work.text());
        let desk = office.sign_in("li").await.get("/duty?unit=2301").await;
        assert!(
            desk.text().contains("zhang （请假）") || desk.text().contains("zhang（请假）"),
            "{}",
            desk.text()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_leave_is_not_proposed_and_the_counts_are_even() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        shifts(&mut head).await;
        away(&office, "zhang", "2026-10-01", "2026-10-03").await;
        propose(&mut head, "2026-09-23", "2026-10-31").await;
        let file = head.get("/duty?unit=2301&month=2026-10").await;
        for day in ["2026-10-01", "2026-10-02", "2026-10-03"] {
            let from = format!("/duty/days/{day}?unit=2301\">");
            let row = file.body.split(&from).nth(1).unwrap().split("</tr>").next().unwrap();
            assert!(row.contains(">li<") && !row.contains(">zhang<"), "{day}: {row}");
        }
        let ctx = office.ctx("head");
        let counts = office
            .app
            .db
            .read(move |tx| {
                let unit = people::unit_by_code(tx, "2301")?.unwrap();
                let _ = &ctx;
                duty::roster::counts(tx, &unit, "2026-01-01".parse().unwrap(), "2026-10-31".parse().unwrap())
            })
            .await
            .unwrap();
        let of = |name: &str| counts.iter().find(|count| count.name == name).unwrap().clone();
        let (zhang, li, leader) = (of("zhang"), of("li"), of("head"));
        // 中秋 3 days and 国庆 7; 10-10 is made up; free weekends 10-11, 17, 18, 24, 25, 31.
        assert_eq!(zhang.holiday + li.holiday, 10);
        assert_eq!(leader.holiday + leader.weekend, 16, "leads every day off");
        for (one, other) in
            [(zhang.holiday, li.holiday), (zhang.weekend, li.weekend), (zhang.worked, li.worked)]
        {
            assert!(one.abs_diff(other) <= 2, "{counts:?}");
        }
        assert!(file.text().contains("每人班次"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_is_made_by_hand_and_what_may_not_be_is_refused() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        shifts(&mut head).await;
        assert_eq!(set(&mut head, &office, "节假日班", "2026-09-26", "zhang", "officer").await.status, 303);
        assert_eq!(set(&mut head, &office, "节假日班", "2026-09-26", "bureau", "leader").await.status, 303);
        let twice = set(&mut head, &office, "节假日班", "2026-09-26", "zhang", "officer").await;
        assert!(twice.status == 422 && twice.text().contains("已经排在"), "{}", twice.text());
        let no = set(&mut head, &office, "节假日班", "2026-09-26", "li", "leader").await;
        assert!(no.status == 422 && no.text().contains("不能带班"), "{}", no.text());
        let above = set(&mut head, &office, "节假日班", "2026-09-27", "bureau", "officer").await;
        assert!(above.status == 422 && above.text().contains("不在本单位"), "{}", above.text());
        away(&office, "li", "2026-09-27", "2026-09-27").await;
        let leave = set(&mut head, &office, "节假日班", "2026-09-27", "li", "officer").await;
        assert!(leave.status == 422 && leave.text().contains("请假"), "{}", leave.text());
        let page = head.get("/duty/days/2026-09-26?unit=2301").await;
        let turn = page.body.split("/duty/turns/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let off = head.post(&format!("/duty/turns/{turn}/removal"), &[("unit", "2301")]).await;
        assert_eq!(off.status, 303, "{}", off.text());
        office.set_day("2026-09-28");
        let mut again = office.sign_in_again("head").await;
        let page = again.get("/duty/days/2026-09-26?unit=2301").await;
        assert!(page.text().contains("已经过去的日子不再改动"), "{}", page.text());
        let turn = page.body.split("/duty/turns/").nth(1);
        assert!(turn.is_none(), "no button for a day that is past");

        // Another unit's roster is not there, and nobody keeps the roster of the bureau from below.
        let mut wang = office.sign_in("wang").await;
        assert_eq!(wang.get("/duty?unit=2301").await.status, 404);
        assert_eq!(wang.get("/duty/print?unit=2301").await.status, 404);
        assert_eq!(again.get("/duty/shifts?unit=23").await.status, 404);
        assert_eq!(again.get("/duty/shifts?unit=2302").await.status, 404);
        assert_eq!(office.sign_in("bureau").await.get("/duty/shifts?unit=2302").await.status, 200);
        assert!(!office.officer("zhang").role.may(Permission::KeepRoster));
        assert_eq!(office.sign_in("zhang").await.get("/duty/shifts").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_and_the_head_see_who_is_on_duty_now() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        shifts(&mut head).await;
        assert_eq!(set(&mut head, &office, "白班", "2026-09-23", "zhang", "officer").await.status, 303);
        assert!(office.sign_in("li").await.get("/desk").await.text().contains("中山所白班 zhang"));
        assert!(head.get("/work").await.text().contains("中山所白班 zhang"));
        assert!(office.sign_in("dispatcher").await.get("/duty").await.text().contains("中山所白班 zhang"));
        assert!(!office.sign_in("wang").await.get("/desk").await.text().contains("zhang"));
        let print = head.get("/duty/print?unit=2301&month=2026-09").await;
        assert!(
            print.text().contains("中山所 值班表") || print.text().contains("中山所值班表"),
            "{}",
            print.text()
        );
        assert!(print.text().contains("zhang") && print.text().contains("中秋节"), "{}", print.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_is_asked_agreed_and_approved_by_a_third() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        shifts(&mut head).await;
        assert_eq!(set(&mut head, &office, "白班", "2026-09-24", "zhang", "officer").await.status, 303);
        assert_eq!(set(&mut head, &office, "节假日班", "2026-10-01", "zhang", "officer").await.status, 303);
        assert_eq!(set(&mut head, &office, "节假日班", "2026-10-02", "li", "officer").await.status, 303);
        let (mut zhang, mut li) = (office.sign_in("zhang").await, office.sign_in("li").await);

        // 白班 wants no head's word: agreed is done.
        let ask = swap_form(&mut zhang, "2026-09-24").await;
        let bare = zhang.post(&ask, &[("with", &takes_over(&office, "li")), ("reason", "")]).await;
        assert!(bare.status == 422 && bare.text().contains("请写明为什么换班"), "{}", bare.text());
        let form = [("with", takes_over(&office, "li")), ("reason", "家中有事".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert_eq!(zhang.post(&ask, &form).await.status, 303);
        let again = zhang.get(&ask).await;
        assert!(again.status == 409 && again.text().contains("已经在换班"), "{}", again.text());
        assert!(li.get("/work").await.text().contains("件待答复"));
        let act = act_of(&mut li, "agreement").await;
        assert_eq!(zhang.post(&act, &[]).await.status, 409, "nobody agrees with himself");
        assert_eq!(office.sign_in("wang").await.post(&act, &[]).await.status, 404, "another unit");
        assert_eq!(li.post(&act, &[]).await.status, 303);
        let day = head.get("/duty/days/2026-09-24?unit=2301").await;
        assert!(
            day.text().contains("li") && !day.body.contains("aria-label=\"撤下 zhang\""),
            "{}",
            day.text()
        );
        assert_eq!(li.post(&act, &[]).await.status, 409, "once");

        // 节假日班 wants the head's: two turns against each other.
        let ask = swap_form(&mut zhang, "2026-10-01").await;
        let page = zhang.get(&ask).await;
        let other = choice(&page, "与 li 的 2026-10-02 节假日班 对换");
        assert_eq!(zhang.post(&ask, &[("with", &other), ("reason", "探亲")]).await.status, 303);
        let agree = act_of(&mut li, "agreement").await;
        assert_eq!(li.post(&agree, &[]).await.status, 303);
        let waits = head.get("/duty/swaps").await;
        assert!(waits.text().contains("待领导同意"), "{}", waits.text());
        let stands = |page: &Answer, name: &str| page.body.contains(&format!("aria-label=\"撤下 {name}\""));
        let day = head.get("/duty/days/2026-10-01?unit=2301").await;
        assert!(stands(&day, "zhang"), "not before the head's word");
        let approve = act_of(&mut head, "approval").await;
        assert_eq!(li.post(&approve, &[]).await.status, 403, "no right");
        assert_eq!(head.post(&approve, &[]).await.status, 303);
        assert!(stands(&head.get("/duty/days/2026-10-01?unit=2301").await, "li"));
        assert!(stands(&head.get("/duty/days/2026-10-02?unit=2301").await, "zhang"));
        let audit = office.sign_in("auditor").await.get("/audit").await;
        for words in ["提出换班", "同意换班", "换班生效", "批准换班"] {
            assert!(audit.text().contains(words), "{words}: {}", audit.text());
        }
    })
    .await;
}

/// The address of the form by which the visitor gives a turn of `day` away.
async fn swap_form(visitor: &mut Visitor, day: &str) -> String {
    let page = visitor.get("/duty/swaps").await;
    let before = page.body.split(&format!("aria-label=\"提出换班：{day}\"")).next().unwrap();
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    address.split('"').next().unwrap().to_owned()
}

fn takes_over(office: &TestOffice, login: &str) -> String {
    format!("{}|", office.officer(login).id)
}

/// The address of the button `act` of the first open exchange of the visitor.
async fn act_of(visitor: &mut Visitor, act: &str) -> String {
    let page = visitor.get("/duty/swaps").await;
    let end = format!("/{act}\"");
    let before = page.body.split(&end).next().filter(|before| before.len() < page.body.len());
    let (_, address) =
        before.unwrap_or_else(|| panic!("{act}: {}", page.text())).rsplit_once("action=\"").unwrap();
    format!("{address}/{act}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_is_carried_until_done_and_a_note_is_never_changed() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        shifts(&mut head).await;
        for (day, login) in [("2026-09-23", "zhang"), ("2026-09-24", "li"), ("2026-09-28", "zhang")] {
            assert_eq!(set(&mut head, &office, "白班", day, login, "officer").await.status, 303);
        }
        let (mut zhang, mut li) = (office.sign_in("zhang").await, office.sign_in("li").await);
        let page = zhang.get("/duty/notes").await;
        let turn = choice(&page, "2026-09-23 白班");
        assert!(li.get("/duty/notes").await.field("turn").is_empty(), "li does not stand yet");
        let named = [("turn", turn.as_str()), ("words", "来电 12 件"), ("items", "回电 138-1234-5678")];
        let refused = zhang.post("/duty/notes", &named).await;
        assert!(
            refused.status == 422 && refused.text().contains("不要写当事人的姓名、电话"),
            "{}",
            refused.text()
        );
        assert!(refused.body.contains("138-1234-5678"), "what was typed is kept");
        let form = [("turn", turn.as_str()), ("words", "来电 12 件"), ("items", "联系检测机构\n整理材料")];
        let written = zhang.post("/duty/notes", &form).await;
        assert_eq!(written.status, 303, "{}", written.text());
        let note = written.location().to_owned();
        let twice = zhang.post("/duty/notes", &form).await;
        assert!(twice.status == 422 && twice.text().contains("一班一份"), "{}", twice.text());

        assert!(li.get("/work").await.text().contains("份待接班"));
        let early = zhang.post(&format!("{note}/taking"), &[]).await;
        assert!(early.status == 422 && early.text().contains("由下一班的值班人员接班"), "{}", early.text());
        assert_eq!(office.sign_in("wang").await.get(&note).await.status, 404, "another unit's note");
        assert_eq!(office.sign_in("wang").await.post(&format!("{note}/taking"), &[]).await.status, 404);
        assert_eq!(li.post(&format!("{note}/taking"), &[]).await.status, 303);
        let again = li.post(&format!("{note}/taking"), &[]).await;
        assert!(again.status == 422 && again.text().contains("已经接班"), "{}", again.text());
        let entry = zhang.post(&format!("{note}/entries"), &[("words", "应为 13 件")]).await;
        assert_eq!(entry.status, 303, "{}", entry.text());
        let page = li.get(&note).await;
        for words in ["来电 12 件", "应为 13 件", "接班 li", "联系检测机构"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        // One is done, the other is carried by the next note.
        let list = li.get("/duty/notes").await;
        let before = list.body.split("登记办完：联系检测机构").next().unwrap();
        let item = before.rsplit_once("action=\"").unwrap().1.split('"').next().unwrap().to_owned();
        assert_eq!(li.post(&item, &[("done", "")]).await.status, 422);
        assert_eq!(li.post(&item, &[("done", "已联系")]).await.status, 303);
        office.set_day("2026-09-24");
        let mut li = office.sign_in_again("li").await;
        let turn = choice(&li.get("/duty/notes").await, "2026-09-24 白班");
        let form = [("turn", turn.as_str()), ("words", "无"), ("items", "")];
        let next = li.post("/duty/notes", &form).await;
        assert_eq!(next.status, 303, "{}", next.text());
        let page = li.get(next.location()).await;
        assert!(page.text().contains("整理材料") && !page.text().contains("联系检测机构"), "{}", page.text());
        assert!(li.get(&note).await.text().contains("已联系"), "the first note tells what became of it");
    })
    .await;
}
