//! R25, issue 6 point 9: publicity of complaints is on record, its rate counted, and counted again from the export alone.

use std::process::Command;

use testkit::{TestOffice, Visitor, house_rules};

use crate::{desk::COMPLAINT, kpi::exported, proof::settled};

/// A settled complaint of the head's unit with further fields.
async fn ended(office: &TestOffice, more: &[(&str, &str)]) -> String {
    let mut head = office.sign_in("head").await;
    let answer = head.post("/desk", &[COMPLAINT, more].concat()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let number = answer.location().trim_start_matches("/matters/").to_owned();
    settled(&mut head, &number, "68.50").await;
    number
}

async fn act(visitor: &mut Visitor, number: &str, act: &str, more: &[(&str, &str)]) -> testkit::Answer {
    let form = [&[("act", act)], more].concat();
    visitor.post(&format!("/matters/{number}/publicity"), &form).await
}

/// What must be said, and by whom; what the law of the table does not know is refused.
async fn refusals(office: &TestOffice, agreed: &str, not_agreed: &str) {
    let mut head = office.sign_in("head").await;
    let shown = [("on", "2026-10-12"), ("words", "局网站")];
    for (number, what, form, told) in [
        (not_agreed, "publicity_published", &shown[..], "没有同意公示"),
        (agreed, "publicity_published", &[("on", "2026-10-12")][..], "请写明在哪里公示"),
        (agreed, "publicity_published", &[("words", "局网站")][..], "请填写公示日期"),
        (agreed, "publicity_published", &[("on", "2026-12-31"), ("words", "局网站")][..], "也不能晚于今天"),
        (agreed, "publicity_published", &[("on", "2026-09-01"), ("words", "局网站")][..], "不能早于收到之日"),
        (agreed, "publicity_withdrawn", &[("words", "登错")][..], "不能“撤回公示”"),
        (agreed, "publicity_withheld", &[("words", "涉密")][..], "请选择不予公示的情形"),
        (agreed, "publicity_withheld", &[("words", "涉密"), ("ground", "secret")][..], "请写明依据的条款"),
        (agreed, "x", &[("words", "局网站")][..], "请选择办理什么"),
    ] {
        let refused = act(&mut head, number, what, form).await;
        assert!(refused.status == 422 && refused.text().contains(told), "{told}: {}", refused.text());
    }
    let open = crate::desk::register(&mut head).await;
    let early = act(&mut head, &open, "publicity_published", &shown).await;
    assert!(early.text().contains("只公示已经办结"), "{}", early.text());
    let mut zhang = office.sign_in("zhang").await;
    assert_eq!(act(&mut zhang, agreed, "publicity_published", &shown).await.status, 403);
    assert!(!zhang.get(&format!("/matters/{agreed}")).await.body.contains("/publicity\""));
    assert!(head.get(&format!("/matters/{agreed}")).await.body.contains("/publicity\""));
    let report = crate::reports::reported(office, &[]).await;
    assert_eq!(head.get(&format!("/matters/{report}/publicity")).await.status, 404, "no report is published");
}

/// Makes the table of September, lets it be approved and handed in; its address.
async fn handed_in(office: &TestOffice) -> String {
    let mut zhang = office.sign_in("zhang").await;
    let unit = office.officer("zhang").unit.to_string();
    let form = [("template", "publicity"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
    let made = zhang.post("/summaries", &form).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let at = made.location().to_owned();
    let step = [("_version", "1")];
    assert_eq!(zhang.post(&format!("{at}/submission"), &step).await.status, 303);
    let mut head = office.sign_in("head").await;
    assert_eq!(head.post(&format!("{at}/review"), &step).await.status, 303);
    assert_eq!(office.sign_in("bureau").await.post(&format!("{at}/approval"), &step).await.status, 303);
    let ask = head.get(&format!("{at}/hand-in")).await;
    assert!(ask.text().contains("2 件投诉将登记为已公示"), "{}", ask.text());
    let to = [("_version", "1"), ("words", "区局网站公示栏")];
    assert_eq!(head.post(&format!("{at}/hand-in"), &to).await.status, 303);
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_is_on_record_and_the_rate_is_counted_again_from_the_export() {
    TestOffice::each(async |office| {
        let trader = crate::odr::joined(&office).await.to_string();
        let of = [("trader_id", trader.as_str()), ("publish", "yes")];
        let (one, two) = (ended(&office, &of).await, ended(&office, &of).await);
        let withheld = ended(&office, &of).await;
        // Without a record of the trader it stands in no table.
        let late = ended(&office, &of[1..]).await;
        let not_agreed = ended(&office, &of[..1]).await;
        office.set_day("2026-10-12");
        refusals(&office, &one, &not_agreed).await;
        let mut head = office.sign_in("head").await;
        let why = [("ground", "secret"), ("words", "涉及配方"), ("article", "暂行规则")];
        assert_eq!(act(&mut head, &withheld, "publicity_withheld", &why).await.status, 303);

        let at = handed_in(&office).await;
        let mut head = office.sign_in("head").await;
        let page = head.get(&at).await;
        assert!(page.body.contains("<td>好再来超市</td>") && page.body.contains(">2件<"), "{}", page.body);
        let page = head.get(&format!("/matters/{one}")).await;
        for words in ["已公示 2026-10-12", "登记公示", "区局网站公示栏"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let page = head.get(&format!("/matters/{withheld}")).await;
        for words in ["不予公示：涉及国家秘密、商业秘密", "决定不予公示", "涉及配方", "暂行规则"]
        {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        assert!(!head.get(&format!("/matters/{late}")).await.text().contains("已公示"));
        assert_eq!(
            act(&mut head, &two, "publicity_withdrawn", &[("words", "商家名称有误")]).await.status,
            303
        );
        let page = head.get(&format!("/matters/{two}")).await;
        assert!(
            page.text().contains("已撤回公示") && page.text().contains("商家名称有误"),
            "{}",
            page.text()
        );
        // Twenty working days after 2026-09-23 are over.
        office.set_day("2026-11-20");
        let mut head = office.sign_in("head").await;
        let shown = [("on", "2026-11-20"), ("words", "局网站")];
        assert_eq!(act(&mut head, &late, "publicity_published", &shown).await.status, 303);
        rate(&office).await;
        // What was withheld may be published after all.
        assert_eq!(
            act(&mut head, &withheld, "publicity_lifted", &[("words", "已去除配方")]).await.status,
            303
        );
        let page = head.get(&format!("/matters/{withheld}/publicity")).await;
        assert!(page.text().contains("现在：未公示"), "{}", page.text());
    })
    .await;
}

/// Of one, two and the late one, one stands published in time.
async fn rate(office: &TestOffice) {
    let days = "from=2026-09-01&to=2026-10-31";
    let (rates, told) = exported(office, "kpi", days).await;
    let line = "published_rate,投诉公示率,中山所,2026-09,1,3,";
    assert!(told.contains(line), "{told}");
    let (base, _) = exported(office, "kpi_base", "").await;
    let mut command = Command::new("python3");
    command.arg(house_rules::root().join("scripts/recount-kpi")).arg(&base);
    command.args(["--from", "2026-09-01", "--to", "2026-10-31", "--against"]).arg(&rates);
    let done = command.output().expect("python3");
    let words = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && words.contains("0 处出入"), "{words}");
    let page = office.sign_in("bureau").await.get(&format!("/kpi?{days}")).await;
    assert!(page.text().contains("投诉公示率") && page.text().contains("÷ 3"), "{}", page.text());
    let rows = office.sign_in("bureau").await.get(&format!("/figures/published_rate/rows?{days}")).await;
    assert_eq!(rows.body.matches("class=\"number\" href=\"/matters/").count(), 1, "{}", rows.text());
}
