//! R31: the forms' texts as editions, their closed language, and the numbering of the office.

use testkit::{Answer, TestOffice, Visitor};

use crate::papers::{ACCEPTANCE, accepted, done, drafted, submitted};

/// A text of an acceptance, with one line put into it.
fn text(line: &str) -> String {
    format!("@文号\n@抬头 {{{{ addressee }}}}：\n{line}\n@落款 {{{{ bureau }}}}（印章）")
}

/// Sends a text to an editor's address as the acceptance under 令第121号.
async fn post(admin: &mut Visitor, path: &str, text: &str) -> Answer {
    let form = [("series", "R121"), ("title", "投诉受理决定书（新）"), ("text", text)];
    admin.post(path, &form).await
}

const NEW: &str = "/forms/acceptance/new";

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_edition_is_refused_with_its_line_and_a_good_one_is_tried_first() {
    TestOffice::each(async |office| {
        let (number, _) = accepted(&office).await;
        let mut admin = office.sign_in("admin").await;
        assert!(admin.get(&format!("{NEW}?series=R121")).await.body.contains("我局决定受理"));
        let refused = post(&mut admin, NEW, &text("{{ nobody }}")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("第 3 行：没有“nobody”这个字段"), "{}", refused.text());
        assert!(refused.body.contains("{{ nobody }}"), "nothing typed is lost");
        let headless = post(&mut admin, NEW, "@抬头 甲\n@落款 乙").await;
        assert!(headless.text().contains("须有且只有一行“@文号”"), "{}", headless.text());
        let good = text("关于{{ about }}的{{ law.word }}，本局受理。");
        let preview = post(&mut admin, "/forms/acceptance/preview", &good).await;
        assert!(preview.text().contains("本局受理。") && preview.body.contains("试印"), "{}", preview.text());
        assert_eq!(admin.get(web::PAPER.path()).await.status, 200, "the print style is served");
        let stored = post(&mut admin, NEW, &good).await;
        assert_eq!(stored.status, 303, "{}", stored.text());
        let id = stored.location().trim_start_matches("/form_editions/").to_owned();
        let trial = office.sign_in("head").await.get(&format!("/matters/{number}/forms/{id}")).await;
        assert!(trial.text().contains("本局受理。") && trial.text().contains("王*"), "{}", trial.text());
        assert_eq!(office.sign_in("zhang").await.get("/forms").await.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_used_from_its_day_and_kept_by_its_papers() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let before = drafted(&mut zhang, &number, "acceptance").await;
        let mut admin = office.sign_in("admin").await;
        let good = text("关于{{ about }}的{{ law.word }}，本局受理。");
        let edition = post(&mut admin, NEW, &good).await.location().to_owned();
        let activation = format!("{edition}/activation");
        let version = admin.get(&edition).await.field("_version");
        let form = [("valid_from", "2026-09-01"), ("_version", version.as_str())];
        let past = admin.post(&activation, &form).await;
        assert!(past.status == 422 && past.text().contains("不能早于今天"));
        let form = [("valid_from", "2026-09-25"), ("_version", version.as_str())];
        assert_eq!(admin.post(&activation, &form).await.status, 303);
        let today = drafted(&mut zhang, &number, "acceptance").await;
        assert!(!zhang.get(&today).await.text().contains("（新）"), "not before its day");
        office.set_day("2026-09-25");
        let mut zhang = office.sign_in("zhang").await;
        let after = drafted(&mut zhang, &number, "acceptance").await;
        assert!(zhang.get(&after).await.text().contains("投诉受理决定书（新）"));
        assert!(!zhang.get(&before).await.text().contains("本局受理。"), "a paper keeps its edition");
        let mut admin = office.sign_in("admin").await;
        let again = admin.post(&edition, &[("title", "x"), ("text", &good), ("_version", "2")]).await;
        assert!(again.text().contains("已经启用，不能再改"), "{}", again.text());
        assert!(admin.get("/forms/acceptance").await.text().contains("已替换"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_14_no_text_of_a_form_and_nothing_typed_is_code() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let nested = format!(
            "{}{{{{ about }}}}{}",
            "{% for a in law.refusal_grounds %}".repeat(12),
            "{% endfor %}".repeat(12)
        );
        for line in
            ["{{ 7*7 }}", "{% include \"keys.txt\" %}", "{{ about.__class__ }}", "{% set a = 1 %}", &nested]
        {
            for path in ["/forms/acceptance/new", "/forms/acceptance/preview"] {
                let form = [("series", "R121"), ("title", "甲"), ("text", &text(line))];
                let answer = admin.post(path, &form).await;
                assert!(
                    answer.status == 422 && answer.text().contains("第 3 行："),
                    "{line}: {}",
                    answer.text()
                );
            }
        }
        let (number, mut zhang) = accepted(&office).await;
        let paper = drafted(&mut zhang, &number, "acceptance").await;
        let evil = "{{ bureau }}{% for a in law.refusal_grounds %}|@落款";
        let form = [ACCEPTANCE, &[("about", evil)]].concat();
        let form: Vec<_> = form.into_iter().filter(|pair| *pair != ("about", "购买的牛奶变质")).collect();
        done(&mut zhang, &format!("{paper}/amendment"), &form).await;
        assert!(zhang.get(&paper).await.text().contains(evil), "printed as it was typed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_follow_the_short_names_and_words_of_the_office() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let page = admin.get("/forms/numbering").await;
        assert!(
            page.body.contains("value=\"投受\"") && page.text().contains("不填则用“南岗”"),
            "{}",
            page.text()
        );
        let words: Vec<(String, String)> = papers::form::all()
            .iter()
            .filter(|form| form.is_numbered())
            .map(|form| (format!("word_{}", form.key), form.word.clone()))
            .collect();
        let words: Vec<(&str, &str)> =
            words.iter().map(|(name, word)| (name.as_str(), word.as_str())).collect();
        let twice = [
            words.as_slice(),
            &[("seal", "南岗区市场监督管理局"), ("short_23", "哈南"), ("short_2301", "哈南")],
        ]
        .concat();
        assert!(admin.post("/forms/numbering", &twice).await.text().contains("文号会重复"));
        let set = [
            words.as_slice(),
            &[("seal", "南岗区市场监督管理局"), ("short_23", "哈南"), ("short_2301", "哈南中")],
        ]
        .concat();
        assert_eq!(admin.post("/forms/numbering", &set).await.status, 303);
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        done(&mut office.sign_in("head").await, &format!("{paper}/approval"), &[]).await;
        let text = zhang.get(&paper).await.text();
        assert!(
            text.contains("哈南中市监投受〔2026〕第1号") && text.contains("南岗区市场监督管理局（印章）"),
            "{text}"
        );
    })
    .await;
}
