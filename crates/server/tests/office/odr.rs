//! R08: traders and centres settle first; what is not settled becomes a complaint by itself.

use kernel::{Actor, TraderId};
use testkit::{Answer, TestOffice, Visitor};

use crate::{complaint::act, desk::COMPLAINT};

const GOOD: &str = "经核实，该批次牛奶确已临近保质期，本店同意退还货款并三倍赔偿，三日内退回原支付账户。";

/// A trader that has undertaken to settle first.
pub(crate) async fn joined(office: &TestOffice) -> TraderId {
    let mut desk = office.sign_in("desk").await;
    let answer =
        desk.post("/traders", &[("name", "好再来超市"), ("form", "company"), ("state", "open")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let id = answer.location().rsplit('/').next().unwrap().parse().unwrap();
    let mut head = office.sign_in("bureau").await;
    let bare = head.post("/odr/bodies", &[("kind", "trader"), ("trader", "好再来超市")]).await;
    assert!(bare.status == 422 && bare.text().contains("请填写承诺书或者委托书编号"), "{}", bare.text());
    let form = [
        ("kind", "trader"),
        ("trader", "好再来超市"),
        ("paper", "承诺〔2026〕3号"),
        ("phone", "0451-1234567"),
    ];
    assert_eq!(head.post("/odr/bodies", &form).await.status, 303);
    let twice = head.post("/odr/bodies", &form).await;
    assert!(twice.text().contains("已经加入"), "{}", twice.text());
    id
}

pub(crate) async fn registered(desk: &mut Visitor, trader: TraderId) -> String {
    let trader = trader.to_string();
    let mut form: Vec<_> = COMPLAINT.iter().filter(|(key, _)| *key != "kind").copied().collect();
    form.extend([("kind", "settlement"), ("trader_id", trader.as_str())]);
    let answer = desk.post("/desk", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/matters/").to_owned()
}

/// The link on the page that shows it once.
fn link(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("/odr/links/").expect("a link");
    format!("/odr/links/{}", rest.split('<').next().unwrap())
}

async fn offered(desk: &mut Visitor, number: &str) -> String {
    let answer = act(desk, number, "odr_offer", &[("fallback", "yes")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    link(&answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trader_settles_by_the_link_and_the_number_opens_its_matters() {
    TestOffice::each(async |office| {
        let trader = joined(&office).await;
        let mut desk = office.sign_in("desk").await;
        let number = registered(&mut desk, trader).await;
        let link = offered(&mut desk, &number).await;
        let page = desk.get(&format!("/matters/{number}")).await;
        // 2026-09-23 plus ten working days.
        assert!(page.text().contains("2026-10-14 到期"), "{}", page.text());

        let mut guest = office.stranger();
        let page = guest.get(&link).await;
        assert!(page.text().contains("牛奶已经变质") && page.text().contains("退还货款"), "{}", page.text());
        for hidden in ["王芳", "138", "测试街"] {
            assert!(!page.body.contains(hidden), "the trader is shown {hidden}");
        }
        let empty = guest
            .post(&link, &[("kind", "settle"), ("words", "您好，我们非常重视，正在处理中，感谢您的反馈。")])
            .await;
        assert!(empty.status == 422 && empty.text().contains("只有客套"), "{}", empty.text());
        assert!(empty.body.contains("我们非常重视"), "what was typed is kept");
        let vague = guest.post(&link, &[("kind", "settle"), ("words", GOOD)]).await;
        assert_eq!(vague.status, 303, "{}", vague.text());

        let page = desk.get(&format!("/matters/{number}")).await;
        assert!(
            page.text().contains("没有写明金额"),
            "a weak answer is shown with its flaw: {}",
            page.text()
        );
        let back = act(&mut desk, &number, "odr_return", &[("words", "请写明赔偿金额")]).await;
        assert_eq!(back.status, 303);
        assert!(guest.get(&link).await.text().contains("原答复已被退回"));
        let again = guest.post(&link, &[("kind", "settle"), ("words", GOOD), ("offer", "205.50")]).await;
        assert_eq!(again.status, 303, "{}", again.text());
        let late = guest.post(&link, &[("kind", "settle"), ("words", GOOD)]).await;
        assert!(late.status == 422 && late.text().contains("已经不在答复阶段"));

        assert_eq!(
            act(&mut desk, &number, "odr_agreement", &[("words", "电话确认，REC-7")]).await.status,
            303
        );
        let done = [("words", "已退款"), ("sum", "205.50")];
        assert_eq!(act(&mut desk, &number, "odr_performance", &done).await.status, 303);
        let board = office.sign_in("bureau").await.get("/odr").await;
        for words in ["好再来超市", "1/1", "205.50"] {
            assert!(board.text().contains(words), "{words}: {}", board.text());
        }
        let links = board.body.split("/odr/bodies/").skip(1).map(|rest| rest.split('"').next().unwrap());
        let own = links.into_iter().find(|link| link.contains("?from=")).expect("the number is a link");
        let rows = format!("/odr/bodies/{}", own.replace("&#38;", "&"));
        let rows = office.sign_in("bureau").await.get(&rows).await;
        assert!(rows.text().contains(&number) && rows.text().contains("已和解"), "{}", rows.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_settled_in_time_becomes_a_complaint_with_its_own_clock() {
    TestOffice::each(async |office| {
        let trader = joined(&office).await;
        let mut desk = office.sign_in("desk").await;
        let number = registered(&mut desk, trader).await;
        let link = offered(&mut desk, &number).await;
        let due = async || {
            let ctx = office.app.ctx(Actor::System("先行和解到期"));
            office.app.db.write(move |tx| odr::fall_back_due(tx, &ctx)).await.unwrap()
        };
        office.set_day("2026-10-14");
        assert_eq!(due().await, 0, "the last day is still the trader's");
        office.set_day("2026-10-15");
        assert_eq!(due().await, 1);
        assert_eq!(due().await, 0, "once");

        let mut desk = office.sign_in("desk").await;
        let old = desk.get(&format!("/matters/{number}")).await;
        assert!(old.text().contains("自动转为投诉"), "{}", old.text());
        let new = old.body.split("/matters/TS-").nth(1).expect("the complaint is linked");
        let new = format!("TS-{}", new.split('"').next().unwrap());
        let page = desk.get(&format!("/matters/{new}")).await;
        // 2026-10-15 plus seven working days; the trader's time is not the bureau's.
        for words in ["牛奶已经变质", "投诉人", "王*", "2026-10-26 到期", "待受理"] {
            assert!(page.text().contains(words), "{words}\n{}", page.text());
        }
        let mut guest = office.stranger();
        assert!(guest.post(&link, &[("kind", "settle"), ("words", GOOD)]).await.status == 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_20_and_23_a_link_is_one_of_its_matter_and_dies() {
    TestOffice::each(async |office| {
        let trader = joined(&office).await;
        let mut desk = office.sign_in("desk").await;
        let number = registered(&mut desk, trader).await;
        let first = offered(&mut desk, &number).await;
        let renewed = desk.post(&format!("/matters/{number}/odr_link"), &[]).await;
        let second = link(&renewed);
        let mut guest = office.stranger();
        assert_eq!(guest.get(&first).await.status, 404, "the old link is dead");
        assert_eq!(guest.get("/odr/links/00000000000000000000000000000000").await.status, 404);
        assert_eq!(guest.get(&second).await.status, 200);
        office.set_day("2026-11-14");
        assert_eq!(guest.get(&second).await.status, 404, "thirty days after the clock it is over");
        let rows = office.app.db.read(|tx| {
            let every = db::Sql { name: "test", text: "SELECT link_mark FROM odr_case" };
            Ok::<_, web::Problem>(
                tx.query(&every, &[])?
                    .iter()
                    .map(|row| row.get::<String>("link_mark"))
                    .collect::<Result<Vec<_>, _>>()?,
            )
        });
        let secret = second.rsplit('/').next().unwrap().to_owned();
        assert!(rows.await.unwrap().iter().all(|mark| *mark != secret), "the secret is stored nowhere");
    })
    .await;
}

/// A complaint entrusted to a centre: its number, zhang, the head of the bureau, the centre's id and the link.
async fn entrusted(office: &TestOffice) -> (String, Visitor, Visitor, String, String) {
    let (number, mut zhang) = crate::complaint::assigned(office).await;
    let mut bureau = office.sign_in("bureau").await;
    let form =
        [("kind", "centre"), ("name", "汽车行业维权中心"), ("field", "汽车"), ("paper", "委托〔2026〕1号")];
    assert_eq!(bureau.post("/odr/bodies", &form).await.status, 303);
    for (step, form) in [
        ("acceptance", vec![]),
        (
            "acceptance_notice",
            vec![("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")],
        ),
        ("entrustment", vec![("who", "汽车行业维权中心"), ("yes", "yes"), ("yes2", "yes")]),
    ] {
        let answer = act(&mut zhang, &number, step, &form).await;
        assert_eq!(answer.status, 303, "{step}: {}", answer.text());
    }
    let page = zhang.get(&format!("/matters/{number}/odr_entrustment")).await;
    let (_, rest) = page.body.split_once("<option value=\"\">请选择</option><option value=\"").unwrap();
    let body = rest.split('"').next().unwrap().to_owned();
    let answer = zhang.post(&format!("/matters/{number}/odr_entrustment"), &[("body", &body)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let link = link(&answer);
    (number, zhang, bureau, body, link)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_centre_reports_on_what_it_was_entrusted_with() {
    TestOffice::each(async |office| {
        let (number, mut zhang, mut bureau, _, link) = entrusted(&office).await;
        let mut guest = office.stranger();
        let short = guest.post(&link, &[("kind", "agreed"), ("words", "好了")]).await;
        assert_eq!(short.status, 422);
        let words = "9月24日下午现场调解，双方达成协议，经营者当场退款二百元，双方签字确认。";
        let told = guest.post(&link, &[("kind", "agreed"), ("words", words), ("offer", "200")]).await;
        assert_eq!(told.status, 303, "{}", told.text());
        let page = zhang.get(&format!("/matters/{number}")).await;
        assert!(
            page.text().contains("委托调解反馈") && page.text().contains("双方签字确认"),
            "{}",
            page.text()
        );
        assert!(bureau.get("/odr").await.text().contains("汽车行业维权中心"));
    })
    .await;
}

const CALM: &str = "9月24日下午现场调解，双方达成协议，经营者当场退款二百元，双方签字确认。";

#[tokio::test(flavor = "multi_thread")]
async fn sec_20_and_45_a_centre_reports_once_and_one_that_left_reads_nothing() {
    TestOffice::each(async |office| {
        let (number, mut zhang, mut bureau, body, first) = entrusted(&office).await;
        let mut tasks = tokio::task::JoinSet::new();
        for at in 0..16 {
            let (mut guest, link) = (office.stranger(), first.clone());
            let words = format!("{CALM}（第 {at} 份）");
            tasks.spawn(
                async move { guest.post(&link, &[("kind", "agreed"), ("words", &words)]).await.status },
            );
        }
        let statuses = tasks.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        let again = office.stranger().post(&first, &[("kind", "not_agreed"), ("words", CALM)]).await;
        assert!(again.status == 422 && again.text().contains("不能再用"), "{}", again.text());

        // Asked once more, the centre has a new link and may answer once more.
        let path = format!("/matters/{number}/odr_entrustment");
        let second = link(&zhang.post(&path, &[("body", &body)]).await);
        assert_eq!(office.stranger().get(&first).await.status, 404);
        let told = office.stranger().post(&second, &[("kind", "not_agreed"), ("words", CALM)]).await;
        assert_eq!(told.status, 303, "{}", told.text());
        let third = link(&zhang.post(&path, &[("body", &body)]).await);
        assert_eq!(office.stranger().get(&third).await.status, 200);
        let left = bureau.post(&format!("/odr/bodies/{body}/leave"), &[("reason", "委托期满")]).await;
        assert_eq!(left.status, 303, "{}", left.text());
        let shut = office.stranger().get(&third).await;
        assert!(shut.status == 404 && !shut.text().contains("牛奶"), "{}", shut.text());
    })
    .await;
}

/// The public form up to the question whether the trader shall settle first, and what follows.
fn pages<'a>(settle: &'a [(&'a str, &'a str)]) -> Vec<crate::portal::Page<'a>> {
    let mut pages = crate::portal::COMPLAINT.to_vec();
    let at = pages.iter().position(|(question, _)| *question == "bought").unwrap();
    pages.insert(at, ("settle", settle));
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_form_offers_to_settle_first_and_what_is_not_settled_becomes_a_complaint_by_itself() {
    TestOffice::each(async |office| {
        // Nobody has undertaken it: nobody is asked.
        let (number, _) =
            crate::portal::sent(&office, &mut office.stranger(), "complaint", crate::portal::COMPLAINT).await;
        assert!(number.starts_with("TS-"), "{number}");
        joined(&office).await;
        let no = pages(&[("settle", "no")]);
        let (number, _) = crate::portal::sent(&office, &mut office.stranger(), "complaint", &no).await;
        assert!(number.starts_with("TS-"), "{number}");

        let yes = pages(&[("settle", "yes")]);
        let (sent, code) = crate::portal::sent(&office, &mut office.stranger(), "complaint", &yes).await;
        let (idle, idle_code) = crate::portal::sent(&office, &mut office.stranger(), "complaint", &yes).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        // The office forgets to tick; the consumer agreed on the public page.
        let answer = act(&mut dispatcher, &sent, "odr_offer", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let guest = office.stranger().get(&link(&answer)).await;
        assert!(guest.body.contains("消费者投诉举报") && !guest.body.contains("我的工作"), "{}", guest.body);
        assert!(web::sample::faults(&guest.body).is_empty(), "{:?}", web::sample::faults(&guest.body));
        let mut citizen = crate::portal::opened(&office, &sent, &code).await;
        let page = citizen.get("/public/matter").await;
        assert!(
            page.text().contains("已送商家处理") && page.text().contains("和商家谈出结果"),
            "{}",
            page.text()
        );

        office.set_day("2026-10-15");
        let ctx = office.app.ctx(Actor::System("先行和解到期"));
        let turned = office.app.db.write(move |tx| odr::fall_back_due(tx, &ctx)).await.unwrap();
        assert_eq!(turned, 2, "the one that was sent in vain and the one nobody sent");
        for (number, code) in [(&sent, &code), (&idle, &idle_code)] {
            let mut citizen = crate::portal::opened(&office, number, code).await;
            let page = citizen.get("/public/matter").await;
            assert!(page.text().contains("没有谈成，已经转为投诉"), "{}", page.text());
        }
    })
    .await;
}
