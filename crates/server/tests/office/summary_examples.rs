//! Issue 6 point 7, SEC_33, 第三十七条: examples in a report are chosen from its own matters, their numbers are frozen, and nobody is named.

use insight::summary;
use testkit::{Answer, TestOffice, Visitor};

use crate::{hand_counted::run, merged_reports::not_filed, papers, proof::settled, reports};

/// A complaint of `day` that brought back so much.
async fn brought(office: &TestOffice, day: &str, yuan: &str) -> String {
    office.set_day(day);
    let mut head = office.sign_in("head").await;
    let number = crate::desk::register(&mut head).await;
    settled(&mut head, &number, yuan).await;
    number
}

/// Makes a report of the head's unit over September as `visitor`; its address.
async fn made(office: &TestOffice, visitor: &mut Visitor, template: &str) -> String {
    let unit = office.officer("head").unit.to_string();
    let form = [("template", template), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
    let made = visitor.post("/summaries", &form).await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location().to_owned()
}

async fn choose(visitor: &mut Visitor, at: &str, numbers: &[&str]) -> Answer {
    let page = visitor.get(&format!("{at}/examples")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let version = page.field("_version");
    let mut form = vec![("_version", version.as_str())];
    form.extend(numbers.iter().map(|number| ("number", *number)));
    visitor.post(&format!("{at}/examples"), &form).await
}

/// Saves the text with one word replaced; the page of the report then.
async fn rewritten(visitor: &mut Visitor, at: &str, from: &str, to: &str) -> Answer {
    let page = visitor.get(&format!("{at}/edit")).await;
    let (title, version) = (page.field("title"), page.field("_version"));
    let text = crate::summary_editing::text_of(visitor, at).await;
    assert!(text.contains(from), "{from}: {text}");
    let text = text.replacen(from, to, 1);
    let form = [("_version", version.as_str()), ("title", title.as_str()), ("text", text.as_str())];
    assert_eq!(visitor.post(&format!("{at}/edit"), &form).await.status, 303);
    visitor.get(at).await
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_are_chosen_from_the_reports_own_matters_and_their_numbers_are_frozen() {
    TestOffice::each(async |office| {
        let one = brought(&office, "2026-09-21", "68.50").await;
        let two = brought(&office, "2026-09-22", "120").await;
        let three = brought(&office, "2026-09-23", "300").await;
        let open = crate::desk::register(&mut office.sign_in("head").await).await;
        office.set_day("2026-10-08");
        let mut zhang = office.sign_in("zhang").await;
        let at = made(&office, &mut zhang, "work").await;
        let page = zhang.get(&format!("{at}/examples?figure=settled&least=100")).await;
        assert!(page.body.contains(&format!("value=\"{two}\"")) && page.body.contains(&format!("value=\"{three}\"")));
        assert!(!page.body.contains(&format!("value=\"{one}\"")) && !page.body.contains(&format!("value=\"{open}\"")));
        assert!(page.body.find(&three) < page.body.find(&two), "what brought most back comes first");
        let found = zhang.get(&format!("{at}/examples?find={}", &one[one.len() - 5..])).await;
        assert!(found.body.contains(&one) && !found.body.contains(&two), "{}", found.text());
        assert_eq!(zhang.get(&format!("{at}/examples?least=x")).await.status, 422);

        // Nothing ticked, what is not there, what is not ended.
        for (numbers, told) in [
            (&[][..], "请勾选"),
            (&["TS-0-2026-00001"][..], "没有找到"),
            (&[open.as_str()][..], "没有办结"),
        ] {
            let refused = choose(&mut zhang, &at, numbers).await;
            assert!(refused.status == 422 && refused.text().contains(told), "{told}: {}", refused.text());
        }
        let chosen = choose(&mut zhang, &at, &[&one, &two]).await;
        assert_eq!(chosen.status, 303, "{}", chosen.text());
        let stale = zhang.post(&format!("{at}/examples"), &[("_version", "1"), ("number", &three)]).await;
        assert!(stale.status == 422 && stale.text().contains("保存了第 2 版"), "{}", stale.text());
        assert!(stale.body.contains(&format!("aria-label=\"选用 {three}\" checked")), "what was ticked stays");
        let twice = choose(&mut zhang, &at, &[&one]).await;
        assert!(twice.text().contains("已经选用"), "{}", twice.text());
        assert_eq!(choose(&mut zhang, &at, &[&three]).await.status, 303);

        let page = zhang.get(&at).await;
        let text = crate::summaries::close(&page);
        for words in [
            "附：典型案例",
            "2026年9月21日，某消费者投诉某一般食品经营者",
            "我局2026年9月22日依法受理并组织调解，2026年9月22日办结，双方达成一致并已履行，为消费者挽回经济损失120元。",
            "挽回经济损失68.50元",
            "挽回经济损失300元",
        ] {
            assert!(text.contains(words), "{words}: {}", page.text());
        }
        assert!(!page.body.contains("class=\"fault\"") && !page.text().contains("好再来"), "{}", page.text());
        changes(&office, &mut zhang, &at, [&one, &two]).await;
        ends(&office, &mut zhang, &at, &two).await;
    })
    .await;
}

/// A number or a day of an example that is another one is no number of the report, whoever else it belongs to.
async fn changes(office: &TestOffice, zhang: &mut Visitor, at: &str, [one, two]: [&str; 2]) {
    let page = rewritten(zhang, at, "损失120元", "损失130元").await;
    assert!(page.text().contains("原为 120元") && page.body.contains("class=\"fault\""), "{}", page.text());
    let version = zhang.get(&format!("{at}/edit")).await.field("_version");
    let refused = zhang.post(&format!("{at}/submission"), &[("_version", &version)]).await;
    assert!(refused.status == 422 && refused.text().contains("130元"), "{}", refused.text());
    // The sum of another example is not this one's.
    let page = rewritten(zhang, at, "损失130元", "损失300元").await;
    assert!(page.text().contains("核对不上的数字：1 处"), "{}", page.text());
    let page = rewritten(
        zhang,
        at,
        "9月22日办结，双方达成一致并已履行，为消费者挽回经济损失300元",
        "9月22日办结，双方当场和解，为消费者挽回经济损失120元",
    )
    .await;
    assert!(!page.body.contains("class=\"fault\""), "{}", page.text());
    // So is the day.
    let page = rewritten(zhang, at, "2026年9月21日，某", "2026年9月22日，某").await;
    assert!(page.text().contains(&format!("典型案例 {one} 记录的是 2026年9月21日")), "{}", page.text());
    let page = rewritten(zhang, at, "2026年9月22日，某", "2026年9月21日，某").await;
    assert!(!page.body.contains("class=\"fault\""), "{}", page.text());
    // The matter changes later: the report stays, a re-run tells.
    assert!(zhang.get(&format!("{at}/again")).await.text().contains("与生成时完全相同"));
    run(office, "UPDATE matter SET recovered = 13000 WHERE number = $1", two).await;
    let again = zhang.get(&format!("{at}/again")).await;
    for words in [format!("典型案例 {two} 挽回损失"), "120元".to_owned(), "130元".to_owned()] {
        assert!(again.text().contains(&words), "{words}: {}", again.text());
    }
    assert!(crate::summaries::close(&zhang.get(at).await).contains("挽回经济损失120元"));
}

/// An example is taken back with its paragraph; a text that was submitted takes none.
async fn ends(office: &TestOffice, zhang: &mut Visitor, at: &str, two: &str) {
    let page = zhang.get(&format!("{at}/examples")).await;
    let version = page.field("_version");
    let way = format!("{at}/examples/");
    let end: Vec<&str> = page.body.split(&way).skip(1).map(|rest| rest.split('/').next().unwrap()).collect();
    assert_eq!(end.len(), 3, "{}", page.body);
    let gone = zhang.post(&format!("{at}/examples/{}/end", end[1]), &[("_version", &version)]).await;
    assert_eq!(gone.status, 303, "{}", gone.text());
    let page = zhang.get(at).await;
    assert!(!page.text().contains("120元") && page.text().contains("68.50元"), "{}", page.text());
    assert!(!page.body.contains(&format!("/matters/{two}\"")) && !page.body.contains("class=\"fault\""));
    let missing = zhang.post(&format!("{at}/examples/{}/end", end[1]), &[("_version", &version)]).await;
    assert!(missing.status == 404 || missing.status == 422, "{}", missing.text());
    let version = zhang.get(&format!("{at}/edit")).await.field("_version");
    assert_eq!(zhang.post(&format!("{at}/submission"), &[("_version", &version)]).await.status, 303);
    assert_ne!(zhang.get(&format!("{at}/examples")).await.status, 200, "a submitted text is not written on");
    let closed = zhang.post(&format!("{at}/examples"), &[("_version", &version), ("number", two)]).await;
    assert!(closed.text().contains("当前状态为“待审核”"), "{}", closed.text());
    let trace = office.sign_in("auditor").await.get("/audit?verb=summary_example").await;
    assert!(trace.text().contains("选用典型案例"), "{}", trace.text());
}

/// SEC_33, 第三十七条: of who told, not a name, not a telephone, not a street; of a report not even the day. Who keeps away is offered nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_example_says_nothing_of_who_told() {
    TestOffice::each(async |office| {
        let complaint = brought(&office, "2026-09-21", "88").await;
        // An officer's own words with the consumer's name in them, and the trader's.
        run(&office, "UPDATE matter SET title = '王芳买到变质牛奶' WHERE number = $1", &complaint).await;
        let named = brought(&office, "2026-09-21", "99").await;
        run(&office, "UPDATE matter SET title = '好再来超市出售变质牛奶' WHERE number = $1", &named).await;
        let plain = brought(&office, "2026-09-21", "77").await;
        run(&office, "UPDATE matter SET title = '牛奶买来当天已经变质。' WHERE number = $1", &plain).await;
        let report = reports::reported(&office, &[("goods", "G01.10"), ("problem", "P02.01")]).await;
        let mut zhang = not_filed(&office, &report, &[]).await;
        reports::done(&mut zhang, &report, "report_closure", &[]).await;
        office.set_day("2026-10-08");
        // For one of them li must keep away.
        let (ctx, li, of) = (office.ctx("bureau"), office.officer("li").id, plain.clone());
        let away = office.app.db.write(move |tx| {
            let found = matters::find(tx, &ctx, &of)?;
            matters::relations::ask_recusal(tx, &ctx, found.id, li, "近亲属", "投诉人")?;
            matters::relations::decide_recusal(tx, &ctx, found.id, true)
        });
        away.await.unwrap();
        let mut li = office.sign_in("li").await;
        let at = made(&office, &mut li, "analysis").await;
        let offered = li.get(&format!("{at}/examples?figure=closed")).await;
        assert!(offered.body.contains(&report) && !offered.body.contains(&plain), "{}", offered.text());
        let refused = choose(&mut li, &at, &[&plain]).await;
        assert!(refused.text().contains("没有找到"), "{}", refused.text());

        told(&office, &at, &[&complaint, &named, &plain, &report]).await;
    })
    .await;
}

/// What the paragraphs say, on every page, in what leaves the house and in what is kept.
async fn told(office: &TestOffice, at: &str, numbers: &[&str]) {
    let mut zhang = office.sign_in("zhang").await;
    let chosen = choose(&mut zhang, at, numbers).await;
    assert_eq!(chosen.status, 303, "{}", chosen.text());
    let page = zhang.get(at).await;
    let text = crate::summaries::close(&page);
    for words in [
        "反映“牛奶买来当天已经变质”",
        "2026年9月，我局对某一般食品经营者涉嫌存在",
        "的线索进行核查，2026年9月21日决定不予立案。",
    ] {
        assert!(text.contains(words), "{words}: {}", page.text());
    }
    assert!(!text.contains("待起草人填写"), "the template's hint gave way: {}", page.text());
    assert!(!page.body.contains("class=\"fault\""), "{}", page.text());
    let id = at.trim_start_matches("/summaries/").parse().unwrap();
    let ctx = office.ctx("zhang");
    let sheet = office.app.db.read(move |tx| summary::sheet(tx, &ctx, id)).await.unwrap();
    let kept = papers::rows(office, "SELECT facts FROM summary_example ORDER BY ordinal").await;
    let kept: Vec<String> = kept.iter().map(|row| row.get("facts").unwrap()).collect();
    let edit = zhang.get(&format!("{at}/edit")).await;
    for (where_, body) in
        [("page", &page.body), ("edit", &edit.body), ("sheet", &sheet.text), ("kept", &kept.join("\n"))]
    {
        for word in
            ["欧阳", "王芳", "好再来", "138-1234-5678", "13812345678", "139", "保密路", "测试街", "举报人"]
        {
            assert!(
                !body.contains(word) || (word == "139" && where_ != "sheet"),
                "{where_} says {word}: {body}"
            );
        }
    }
    let told = sheet.text.lines().find(|line| line.contains("我局对某")).unwrap();
    assert!(!told.contains("电话") && !told.contains("接到") && !told.contains("举报"), "{told}");
}
