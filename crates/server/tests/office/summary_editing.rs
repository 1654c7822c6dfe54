//! Issue 6 point 7: a report is written on in the browser, commented, approved by two heads, handed in.

use insight::summary;
use testkit::{Answer, TestOffice, Visitor};

/// Saves a text over a version.
async fn save(visitor: &mut Visitor, at: &str, version: &str, text: &str) -> Answer {
    let form = [("_version", version), ("title", "九月工作总结"), ("text", text)];
    visitor.post(&format!("{at}/edit"), &form).await
}

/// Addresses of the reports that somebody sees.
async fn listed(visitor: &mut Visitor) -> Vec<String> {
    let list = visitor.get("/summaries").await;
    let ids = list.body.split("href=\"/summaries/").skip(1).map(|rest| rest.split('"').next().unwrap());
    ids.map(|id| format!("/summaries/{id}")).collect()
}

/// Makes the September report of somebody's unit; its address.
async fn made_for(office: &TestOffice, visitor: &mut Visitor, login: &str) -> String {
    let before = listed(visitor).await;
    let unit = office.officer(login).unit.to_string();
    let form = [("template", "work"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
    let made = visitor.post("/summaries", &form).await;
    assert_eq!(made.status, 303, "{}", made.text());
    listed(visitor).await.into_iter().find(|at| !before.contains(at)).unwrap()
}

/// Makes the September report of zhang's unit as zhang; its address.
async fn made(office: &TestOffice, zhang: &mut Visitor) -> String {
    crate::desk::register(zhang).await;
    made_for(office, zhang, "zhang").await
}

/// What stands in the text field of the page for writing.
pub(crate) async fn text_of(visitor: &mut Visitor, at: &str) -> String {
    let page = visitor.get(&format!("{at}/edit")).await;
    let text = page.body.split("<textarea id=\"text\"").nth(1).unwrap().split_once('>').unwrap().1;
    let text = text.split("</textarea>").next().unwrap().trim();
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Issue 6 point 7: prose is free, a changed number breaks its seal, is shown at its place and keeps the report in the house.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_number_is_shown_at_its_place_and_goes_nowhere() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let at = made(&office, &mut zhang).await;
        let text = text_of(&mut zhang, &at).await;
        assert!(text.contains("接收投诉1件"), "{text}");
        let prose = text.replace("以群众满意为标准，", "以群众满意为标准，上下一心，");
        let saved = save(&mut zhang, &at, "1", &prose).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        let page = zhang.get(&at).await;
        assert!(page.text().contains("上下一心") && page.text().contains("第 2 版"), "{}", page.text());
        assert!(
            page.body.contains("<b class=\"seal\" title=\"接收投诉：1件\">")
                || page.body.contains("class=\"seal\"")
        );
        assert!(!page.body.contains("class=\"fault\"") && !page.body.contains("seal changed"));

        let wrong = prose.replacen("接收投诉1件", "接收投诉5件", 1);
        assert_eq!(save(&mut zhang, &at, "2", &wrong).await.status, 303);
        let page = zhang.get(&at).await;
        for words in ["核对不上的数字", "原为 1件", "应为 1件"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let refused = zhang.post(&format!("{at}/submission"), &[("_version", "3")]).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text().contains("“5件”核对不上") && refused.text().contains("段第"),
            "{}",
            refused.text()
        );
        let id = at.trim_start_matches("/summaries/").parse().unwrap();
        let ctx = office.ctx("zhang");
        let sheet = office.app.db.read(move |tx| summary::sheet(tx, &ctx, id)).await;
        assert!(sheet.unwrap_err().to_string().contains("核对不上"));

        // The same number in other words is the same number.
        let same = prose.replacen("接收投诉1件", "接收投诉一件", 1);
        assert_eq!(save(&mut zhang, &at, "3", &same).await.status, 303);
        let page = zhang.get(&at).await;
        assert!(!page.body.contains("class=\"fault\"") && !page.text().contains("原为"), "{}", page.text());
        let compare = zhang.get(&format!("{at}/compare?from=3&to=4")).await;
        assert!(compare.body.contains("<del>5</del><ins>一</ins>"), "{}", compare.body);
        assert_eq!(zhang.get(&format!("{at}/compare?from=1&to=9")).await.status, 404);
    })
    .await;
}

/// Issue 6 point 7: nothing typed is lost, and nobody is overwritten unasked.
#[tokio::test(flavor = "multi_thread")]
async fn who_saved_in_between_is_told_and_not_overwritten() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let at = made(&office, &mut zhang).await;
        let text = text_of(&mut zhang, &at).await;
        let mut li = office.sign_in("li").await;
        let of_li = format!("{text}\n\n李的一段。");
        let of_zhang = format!("{text}\n\n张的一段。");
        assert_eq!(save(&mut li, &at, "1", &of_li).await.status, 303);
        let told = save(&mut zhang, &at, "1", &of_zhang).await;
        assert_eq!(told.status, 422);
        for words in ["保存了第 2 版", "没有丢失", "张的一段", "对方改了什么"] {
            assert!(told.text().contains(words), "{words}: {}", told.text());
        }
        assert!(
            told.body.contains("<ins>") && told.body.contains("name=\"_version\" value=\"2\""),
            "{}",
            told.body
        );
        assert!(!zhang.get(&at).await.text().contains("张的一段"));
        // Knowing, zhang saves over it; li's version stays in the list.
        assert_eq!(save(&mut zhang, &at, "2", &of_zhang).await.status, 303);
        let page = zhang.get(&at).await;
        assert!(page.text().contains("张的一段") && page.text().contains("第 3 版"), "{}", page.text());
        assert!(zhang.get(&format!("{at}/compare?from=2&to=3")).await.text().contains("李"));
        // Empty texts are refused, and what was typed elsewhere stays.
        let empty = save(&mut zhang, &at, "3", " ").await;
        assert!(empty.status == 422 && empty.text().contains("请填写正文"), "{}", empty.text());
    })
    .await;
}

/// Issue 6 point 7: comments at a paragraph, section head, bureau head, hand-in; four eyes, the neither of which wrote.
#[tokio::test(flavor = "multi_thread")]
async fn two_heads_agree_and_neither_wrote() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let at = made(&office, &mut zhang).await;
        let (mut li, mut head, mut bureau) =
            (office.sign_in("li").await, office.sign_in("head").await, office.sign_in("bureau").await);
        let says = [("_version", "1"), ("paragraph", "3"), ("words", "请补充同比的原因")];
        assert_eq!(li.post(&format!("{at}/comments"), &says).await.status, 303);
        let page = zhang.get(&at).await;
        assert!(page.text().contains("请补充同比的原因"), "{}", page.text());
        let comment = page.body.split("/comments/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        assert_eq!(zhang.post(&format!("{at}/comments/{comment}/end"), &[]).await.status, 303);
        assert!(zhang.get(&at).await.text().contains("已处理"));
        assert_eq!(
            office.sign_in("wang").await.get(&at).await.status,
            404,
            "another section's officer does not find it"
        );

        let step = [("_version", "1")];
        assert_eq!(zhang.post(&format!("{at}/submission"), &step).await.status, 303);
        let closed = zhang.get(&format!("{at}/edit")).await;
        assert!(closed.status != 200, "a submitted text is not written on");
        assert_eq!(zhang.post(&format!("{at}/review"), &step).await.status, 403, "no head");
        let early = bureau.post(&format!("{at}/approval"), &step).await;
        assert!(early.status == 422 && early.text().contains("不能“批准总结”"), "{}", early.text());
        let mute = head.post(&format!("{at}/return"), &step).await;
        assert!(mute.text().contains("请写明退回理由"), "{}", mute.text());
        assert_eq!(
            head.post(&format!("{at}/return"), &[("_version", "1"), ("words", "补一句")]).await.status,
            303
        );

        // The head mends a word himself: then he is a writer and reviews no more.
        let text = text_of(&mut head, &at).await;
        let form = [("_version", "1"), ("title", "九月总结"), ("text", &format!("{text}\n\n补一句。"))];
        assert_eq!(head.post(&format!("{at}/edit"), &form).await.status, 303);
        let step = [("_version", "2")];
        assert_eq!(zhang.post(&format!("{at}/submission"), &step).await.status, 303);
        let own = head.post(&format!("{at}/review"), &step).await;
        assert!(own.status == 422 && own.text().contains("不能自己审核；等待"), "{}", own.text());
        let page = head.get(&at).await;
        assert!(!page.body.contains("/review\""), "no button either");
        let bureau_head = office.officer("bureau").name.clone();
        assert!(page.text().contains(&format!("等待{bureau_head}（")), "{}", page.text());
        assert_eq!(bureau.post(&format!("{at}/review"), &step).await.status, 303);
        let stale = bureau.post(&format!("{at}/return"), &[("_version", "1"), ("words", "旧")]).await;
        assert!(stale.text().contains("保存了第 2 版"), "{}", stale.text());
    })
    .await;
}

/// Issue 6 point 7 in the smallest office, one section head and one bureau head: four eyes are two persons. What the section head wrote, the
/// bureau head reviews, approves and hands in; what the bureau head wrote, the section head reviews.
#[tokio::test(flavor = "multi_thread")]
async fn two_persons_are_enough_and_one_is_not() {
    TestOffice::each(async |office| {
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let to = [("_version", "1"), ("words", "市局消保科，内网邮件")];
        let at = made(&office, &mut head).await;
        let early = bureau.post(&format!("{at}/approval"), &to).await;
        assert_eq!(early.status, 422, "nobody approves a draft");
        for (visitor, act) in [(&mut head, "submission"), (&mut bureau, "review")] {
            assert_eq!(visitor.post(&format!("{at}/{act}"), &to).await.status, 303, "{act}");
        }
        for act in ["approval", "hand-in"] {
            assert_eq!(bureau.post(&format!("{at}/{act}"), &to).await.status, 303, "{act}");
        }
        assert!(head.get(&at).await.text().contains("已报送"));

        // The report of the whole bureau, by its head.
        let at = made_for(&office, &mut bureau, "bureau").await;
        assert_eq!(head.get(&at).await.status, 404, "a draft of the unit above");
        assert_eq!(bureau.post(&format!("{at}/submission"), &to).await.status, 303);
        let own = bureau.post(&format!("{at}/review"), &to).await;
        let name = office.officer("head").name.clone();
        assert!(
            own.status == 422 && own.text().contains(&format!("不能自己审核；等待{name}（")),
            "{}",
            own.text()
        );
        let found = head.get("/summaries").await;
        assert!(found.body.contains(&at), "{}", found.text());
        assert_eq!(office.sign_in("zhang").await.get(&at).await.status, 404, "no head");
        assert_eq!(head.post(&format!("{at}/review"), &to).await.status, 303);
        assert_eq!(bureau.post(&format!("{at}/approval"), &to).await.status, 303);
        let below = head.post(&format!("{at}/hand-in"), &to).await;
        assert!(below.text().contains("由上级单位办理"), "{}", below.text());
        assert!(!head.get(&at).await.body.contains("/hand-in\""));
        assert_eq!(bureau.post(&format!("{at}/hand-in"), &to).await.status, 303);

        // Both wrote: nobody is left, and it is said.
        let at = self::made(&office, &mut head).await;
        let text = text_of(&mut bureau, &at).await;
        assert_eq!(save(&mut bureau, &at, "1", &format!("{text}\n\n补一句。")).await.status, 303);
        let step = [("_version", "2")];
        assert_eq!(head.post(&format!("{at}/submission"), &step).await.status, 303);
        let none = bureau.post(&format!("{at}/review"), &step).await;
        assert!(none.text().contains("没有可以审核的负责人"), "{}", none.text());
    })
    .await;
}

/// Issue 6 point 7: the way to the end, each step on record.
#[tokio::test(flavor = "multi_thread")]
async fn an_approved_report_is_handed_in_and_on_record() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        let at = made(&office, &mut zhang).await;
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let step = [("_version", "1")];
        let id = at.trim_start_matches("/summaries/").parse().unwrap();
        let sheet = |office: &TestOffice| {
            let (ctx, db) = (office.ctx("zhang"), office.app.db.clone());
            async move { db.read(move |tx| summary::sheet(tx, &ctx, id)).await.unwrap() }
        };
        let early = head.post(&format!("{at}/hand-in"), &[("_version", "1"), ("words", "市局")]).await;
        assert!(early.status == 422 && early.text().contains("起草中"), "{}", early.text());
        assert!(sheet(&office).await.draft);
        assert_eq!(zhang.post(&format!("{at}/submission"), &step).await.status, 303);
        assert_eq!(zhang.post(&format!("{at}/withdrawal"), &step).await.status, 303);
        assert_eq!(zhang.post(&format!("{at}/submission"), &step).await.status, 303);
        assert_eq!(head.post(&format!("{at}/review"), &step).await.status, 303);
        assert_eq!(bureau.post(&format!("{at}/approval"), &step).await.status, 303);
        let mute = head.post(&format!("{at}/hand-in"), &step).await;
        assert!(mute.text().contains("请写明报送给谁"), "{}", mute.text());
        let to = [("_version", "1"), ("words", "市局消保科，内网邮件")];
        assert_eq!(head.post(&format!("{at}/hand-in"), &to).await.status, 303);
        let twice = head.post(&format!("{at}/hand-in"), &to).await;
        assert!(twice.text().contains("已报送"), "{}", twice.text());
        let page = zhang.get(&at).await;
        for words in ["已报送", "总结送审", "撤回送审", "审核总结", "批准总结", "市局消保科，内网邮件"]
        {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let sheet = sheet(&office).await;
        assert!(!sheet.draft && sheet.version == 1 && sheet.office == "中山所", "{sheet:?}");
        assert!(sheet.title.contains("2026年9月工作总结") && !sheet.text.starts_with('#'), "{sheet:?}");
        let late = zhang
            .post(&format!("{at}/comments"), &[("_version", "1"), ("paragraph", "1"), ("words", "x")])
            .await;
        assert!(late.text().contains("不能再批注"), "{}", late.text());
    })
    .await;
}
