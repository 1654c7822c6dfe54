//! Clocks, orders and counting, replaced with four eyes.

use law::Law;
use testkit::TestOffice;

use crate::{each, register, well, why, work};

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_replaced_by_two_persons_and_every_explanation_says_so() {
    each(async |office| {
        let number = register(&office).await;
        let mut admin = office.sign_in("admin").await;
        let page = admin.get("/settings/rules").await.text();
        for words in ["第十五条", "已核对原文", "二手公开资料", "7 个工作日"] {
            assert!(page.contains(words), "{words}");
        }
        let mut form = vec![
            ("set", "R121"),
            ("key", "accept"),
            ("length", "7"),
            ("unit", "wd"),
            ("article", "第十五条"),
            ("consequence", "逾期未告知可能在行政复议、诉讼中被确认违法"),
            ("valid_from", "2026-09-01"),
            ("source", "省局〔2026〕1号"),
            ("reason", "按省局要求提前受理"),
        ];
        let same = admin.post("/settings/rules/clock", &form).await;
        assert!(same.status == 422 && same.text().contains("与现在的规定没有不同"), "{}", same.text());
        form[2] = ("length", "5");
        form[8] = ("reason", "");
        assert_eq!(admin.post("/settings/rules/clock", &form).await.status, 422, "a reason is wanted");
        form[8] = ("reason", "按省局要求提前受理");
        let proposed = admin.post("/settings/rules/clock", &form).await;
        assert_eq!(proposed.status, 303, "{}", proposed.text());
        let id = proposed.location().trim_start_matches("/settings/rules/").to_owned();
        let path = format!("/approvals/{id}");
        let shown = admin.get(proposed.location()).await.text();
        assert!(
            shown.contains("其中 1 项会变动") && shown.contains("提前") && shown.contains("等待局领导核准"),
            "{shown}"
        );
        assert!(why(&office, &number).await.contains("2026-10-10 到期"), "a proposal changes nothing");
        alone_is_not_enough(&office, &id).await;
        let mut bureau = office.sign_in("bureau").await;
        assert!(bureau.get("/approvals").await.text().contains("单项期限 R121/accept"));
        assert_eq!(bureau.post(&path, &[("decision", "no")]).await.status, 422, "a refusal wants words");
        let done = bureau.post(&path, &[("decision", "yes"), ("words", "同意")]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        work(&office).await;
        let told = why(&office, &number).await;
        assert!(told.contains("2026-10-08 到期") && told.contains("admin提出，bureau核准"), "{told}");
        assert!(
            told.contains("按省局要求提前受理") && told.contains("原为 7 个工作日（第十五条）"),
            "{told}"
        );
        well(&office).await;
        assert_eq!(
            bureau.post(&path, &[("decision", "no"), ("words", "x")]).await.status,
            409,
            "decided once"
        );
    })
    .await;
}

/// Neither who lacks the right nor who proposed it can confirm.
async fn alone_is_not_enough(office: &TestOffice, id: &str) {
    let path = format!("/approvals/{id}");
    for login in ["admin", "head", "zhang"] {
        let own = office.sign_in(login).await.post(&path, &[("decision", "yes")]).await;
        assert_eq!(own.status, 403, "{login}");
    }
    // Who both proposed and may confirm is still one person.
    let id: settings::EditionId = id.parse().unwrap();
    let ctx = office.ctx("bureau");
    office.app.db.write(move |tx| settings_owner(tx, &ctx, id)).await.unwrap();
    let alone = office.sign_in("bureau").await.post(&path, &[("decision", "yes")]).await;
    assert!(alone.status == 422 && alone.text().contains("须为两人"), "{}", alone.text());
    let ctx = office.ctx("admin");
    office.app.db.write(move |tx| settings_owner(tx, &ctx, id)).await.unwrap();
}

/// Puts the authorship of a proposal on somebody else, as nobody can on screen.
fn settings_owner(tx: &mut db::Tx, ctx: &kernel::Ctx, id: settings::EditionId) -> Result<u64, db::Error> {
    let sql = db::Sql { name: "test", text: "UPDATE law_edition SET made_by = $2 WHERE id = $1" };
    tx.execute(&sql, &db::params![id, ctx.officer().unwrap().id])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_order_and_another_way_of_counting_are_confirmed_too() {
    each(async |office| {
        office.set_day("2026-09-23");
        let mut admin = office.sign_in("admin").await;
        let text =
            std::fs::read_to_string(testkit::house_rules::root().join("law/rulesets/r121.toml")).unwrap();
        let next = text
            .replace("\"R121\"", "\"R200\"")
            .replace("2026-04-15", "2026-12-01")
            .replace("number = 121", "number = 200");
        let why = [("source", "总局令第200号"), ("reason", "新办法公布")];
        let broken = next.replacen("unit = \"wd\"", "unit = \"工作日\"", 1);
        let answer = admin.post("/settings/rules/text", &[("text", broken.as_str()), why[0], why[1]]).await;
        assert!(
            answer.status == 422 && answer.text().contains("“工作日”不是可以用的写法"),
            "{}",
            answer.text()
        );
        let answer = admin.post("/settings/rules/text", &[("text", next.as_str()), why[0], why[1]]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let shown = admin.get(answer.location()).await.text();
        assert!(shown.contains("的失效日") && shown.contains("2026-11-30"), "{shown}");
        let mut bureau = office.sign_in("bureau").await;
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        assert_eq!(bureau.post(&path, &[("decision", "yes")]).await.status, 303);
        let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        assert_eq!(Law::in_use().rule_set_on(day("2026-12-01")).unwrap().id, "R200");
        assert_eq!(Law::in_use().rule_set_on(day("2026-11-30")).unwrap().id, "R121");

        let form = [("weekend", "stand"), ("source", "市局批复"), ("reason", "条文只写法定节假日")];
        let answer = admin.post("/settings/rules/counting", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        let no = bureau.post(&path, &[("decision", "no"), ("words", "民法典规定休假日顺延")]).await;
        assert_eq!(no.status, 303);
        assert!(!Law::in_use().calendar.weekend_ends_stand);
        assert!(admin.get("/settings/rules").await.text().contains("未核准"));
        let answer = admin.post("/settings/rules/counting", &form).await;
        let path = answer.location().replace("/settings/rules/", "/approvals/");
        bureau.post(&path, &[("decision", "yes")]).await;
        assert!(Law::in_use().calendar.weekend_ends_stand);
        // Every change stands in the journal with its reason.
        let journal = office.sign_in("auditor").await.get("/audit?verb=law_reject").await.text();
        assert!(
            journal.contains("不予核准规则变更") && journal.contains("民法典规定休假日顺延"),
            "{journal}"
        );
    })
    .await;
}

const TOLD: &[(&str, &str)] = &[("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")];

async fn to_zhang(office: &TestOffice, number: &str) {
    let zhang = office.officer("zhang");
    let target = format!("{}|{}", zhang.unit, zhang.id);
    let path = format!("/matters/{number}/assignment");
    let mut dispatcher = office.sign_in("dispatcher").await;
    let version = dispatcher.get(&path).await.field("_version");
    let done = dispatcher.post(&path, &[("target", &target), ("_version", &version)]).await;
    assert_eq!(done.status, 303, "{}", done.text());
}

const PAUSES: &[(&str, &str)] = &[
    ("set", "R121"),
    ("key", "accept"),
    ("length", "7"),
    ("unit", "wd"),
    ("article", "第十五条"),
    ("consequence", "逾期未告知可能在行政复议、诉讼中被确认违法"),
    ("valid_from", "2026-09-01"),
    ("source", "省局〔2026〕2号"),
    ("reason", "省局明确补正期间不计入"),
    ("pause_material", "certain"),
    ("pause_material_name", "等待补正材料"),
    ("pause_material_paper", ""),
    ("pause_material_article", ""),
];

async fn taken_out(office: &TestOffice, number: &str, form: &[(&str, &str)]) {
    // Taken out altogether: a later request leaves the clock running, and is not refused for it.
    let mut admin = office.sign_in("admin").await;
    let proposed = admin.post("/settings/rules/clock", form).await;
    assert_eq!(proposed.status, 303, "{}", proposed.text());
    let path = proposed.location().replace("/settings/rules/", "/approvals/");
    office.sign_in("bureau").await.post(&path, &[("decision", "yes")]).await;
    work(office).await;
    let told = why(office, number).await;
    assert!(told.contains("预警日期不扣除该期间"), "a pause whose ground is gone is not trusted: {told}");
    let other = register(office).await;
    to_zhang(office, &other).await;
    let mut zhang = office.sign_in("zhang").await;
    let path = format!("/matters/{other}/material_request");
    let version = zhang.get(&path).await.field("_version");
    let ask = [("items", "身份证明"), ("day", "2026-10-20"), ("_version", version.as_str())];
    let ask = [&ask[..], TOLD].concat();
    assert_eq!(zhang.post(&path, &ask).await.status, 303);
    assert!(!why(office, &other).await.contains("不计入（"), "the clock runs on");
    well(office).await;
}

/// Promise 3: why a clock stands still is a rule too, and changed like one.
#[tokio::test(flavor = "multi_thread")]
async fn the_pauses_of_a_clock_are_changed_by_two_persons_with_a_look_at_what_moves() {
    each(async |office| {
        let number = register(&office).await;
        to_zhang(&office, &number).await;
        let mut admin = office.sign_in("admin").await;
        let page = admin.get("/settings/rules/clock?set=R121&key=accept").await;
        assert!(page.text().contains("暂停事由：等待补正材料"), "{}", page.text());
        assert!(page.body.contains("value=\"uncertain\" checked"), "as it stands: {}", page.body);
        let mut form = PAUSES.to_vec();
        let answer = admin.post("/settings/rules/clock", &form).await;
        assert_eq!(answer.status, 422);
        for words in ["没有文书的暂停不能作数", "条文明写的，请填写条款"] {
            assert!(answer.text().contains(words), "{words}\n{}", answer.text());
        }
        form[11] = ("pause_material_paper", "限期提供身份证明材料通知书");
        form[12] = ("pause_material_article", "省局〔2026〕2号第三条");

        // A clock that stands still today: until it is confirmed the alarm does not trust the pause.
        office.set_day("2026-09-24");
        let mut zhang = office.sign_in("zhang").await;
        let path = format!("/matters/{number}/material_request");
        let version = zhang.get(&path).await.field("_version");
        let ask = [("items", "身份证明"), ("day", "2026-10-20"), ("_version", version.as_str())];
        let ask = [&ask[..], TOLD].concat();
        let asked = zhang.post(&path, &ask).await;
        assert_eq!(asked.status, 303, "{}", asked.text());
        office.set_day("2026-09-28");
        let mut admin = office.sign_in("admin").await;
        let before = why(&office, &number).await;
        assert!(before.contains("预警日期不扣除该期间"), "{before}");

        let proposed = admin.post("/settings/rules/clock", &form).await;
        assert_eq!(proposed.status, 303, "{}", proposed.text());
        let shown = admin.get(proposed.location()).await.text();
        for words in ["暂停事由", "省局〔2026〕2号第三条，预警扣除", "预警不扣除", "只变预警日期"]
        {
            assert!(shown.contains(words), "{words}\n{shown}");
        }
        let path = proposed.location().replace("/settings/rules/", "/approvals/");
        assert_eq!(admin.post(&path, &[("decision", "yes")]).await.status, 403);
        let done = office.sign_in("bureau").await.post(&path, &[("decision", "yes")]).await;
        assert_eq!(done.status, 303, "{}", done.text());
        work(&office).await;
        let after = why(&office, &number).await;
        assert!(
            !after.contains("预警日期不扣除该期间") && after.contains("因“等待补正材料”不计入"),
            "{after}"
        );
        well(&office).await;

        form[9] = ("pause_material", "no");
        taken_out(&office, &number, &form).await;
    })
    .await;
}
