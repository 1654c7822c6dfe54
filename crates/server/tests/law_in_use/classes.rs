//! Editions of trees and lists: offered from a day, retired, mapped, taken back.

use testkit::{TestOffice, Visitor};

use crate::{COMPLAINT, each, follow, register};

/// Begins a draft of a tree; its address.
async fn draft(admin: &mut Visitor, tree: &str) -> String {
    let answer = admin.post(&format!("/settings/classification/{tree}/draft"), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().to_owned()
}

async fn changed(admin: &mut Visitor, draft: &str, what: &str, form: &[(&str, &str)]) -> testkit::Answer {
    let version = admin.get(draft).await.field("_version");
    let mut form = form.to_vec();
    form.push(("_version", &version));
    admin.post(&format!("{draft}/{what}"), &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_class_is_offered_no_more_and_stays_on_old_matters() {
    each(async |office| {
        let number = register(&office).await;
        let mut admin = office.sign_in("admin").await;
        let path = draft(&mut admin, "goods").await;
        let new = [("parent", "G01"), ("name", "液态奶")];
        assert_eq!(changed(&mut admin, &path, "entries", &new).await.status, 303);
        let new = [("parent", "G01"), ("name", "奶粉奶酪")];
        assert_eq!(changed(&mut admin, &path, "entries", &new).await.status, 303);
        let gone = [("which", "G01.10"), ("act", "retire"), ("into", "G01.11 G01.12")];
        assert_eq!(changed(&mut admin, &path, "change", &gone).await.status, 303);
        let name = [("which", "G06"), ("act", "rename"), ("new_name", "化妆品和香水")];
        assert_eq!(changed(&mut admin, &path, "change", &name).await.status, 303);
        let stale = admin
            .post(
                &format!("{path}/change"),
                &[("which", "G06"), ("act", "rename"), ("new_name", "x"), ("_version", "1")],
            )
            .await;
        assert_eq!(stale.status, 409, "somebody was faster");
        previewed(&mut admin, &path).await;
        let day = [("valid_from", "2026-09-22"), ("reason", "省局二期分类")];
        assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 422, "not in the past");
        let day = [("valid_from", "2026-09-25"), ("reason", "省局二期分类")];
        let done = changed(&mut admin, &path, "activation", &day).await;
        assert_eq!(done.status, 303, "{}", done.text());
        let mut desk = office.sign_in("desk").await;
        assert!(desk.get("/desk").await.text().contains("乳制品"), "not yet in force");

        office.set_day("2026-09-25");
        assert!(follow(&office).await, "the day has come");
        let mut desk = office.sign_in("desk").await;
        let page = desk.get("/desk").await.text();
        assert!(
            !page.contains("乳制品") && page.contains("液态奶") && page.contains("化妆品和香水"),
            "{page}"
        );
        let refused = desk.post("/desk", COMPLAINT).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("请从列表中选择类别"));
        let old = desk.get(&format!("/matters/{number}")).await.text();
        assert!(old.contains("一般食品 / 乳制品"), "{old}");
        let followers = office
            .app
            .db
            .read(|tx| settings::classification::successors(tx, "goods", "G01.10"))
            .await
            .unwrap();
        assert_eq!(followers, ["G01.11", "G01.12"]);

        back_again(&office, &path).await;
    })
    .await;
}

/// The preview says what changes and how many matters carry what is retired.
async fn previewed(admin: &mut Visitor, path: &str) {
    let preview = admin.get(&format!("{path}/activation")).await;
    for words in
        ["停用：G01.10 乳制品，并入 G01.11 液态奶、G01.12 奶粉奶酪", "G01.10 乳制品：1 件", "化妆品和香水"]
    {
        assert!(preview.text().contains(words), "{words}\n{}", preview.text());
    }
}

/// Back to the edition before, by a new one; and as csv.
async fn back_again(office: &TestOffice, second: &str) {
    let mut admin = office.sign_in("admin").await;
    let path = draft(&mut admin, "goods").await;
    let csv = admin.get(&format!("{path}/csv")).await.body;
    assert!(csv.contains("代码,名称,停用,并入") && csv.contains("G01.10,乳制品,是"), "{csv}");
    let fewer: String =
        csv.lines().filter(|line| !line.starts_with("G18")).map(|line| format!("{line}\n")).collect();
    changed(&mut admin, &path, "csv", &[("text", &fewer)]).await;
    assert!(admin.get(&format!("{path}/activation")).await.text().contains("不能删除，只能停用"));
    let again = csv.replace("G01.10,乳制品,是", "G01.10,乳制品,");
    assert_eq!(changed(&mut admin, &path, "csv", &[("text", &again)]).await.status, 303);
    let day = [("valid_from", "2026-09-25"), ("reason", "恢复乳制品类")];
    assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 303);
    assert!(office.sign_in("desk").await.get("/desk").await.text().contains("乳制品"));
    assert_eq!(
        changed(&mut admin, second, "entries", &[("name", "x")]).await.status,
        409,
        "what is in force stays"
    );
    // A list: what the program itself writes cannot be retired.
    let path = draft(&mut admin, "channels").await;
    changed(&mut admin, &path, "change", &[("which", "phone"), ("act", "retire")]).await;
    changed(&mut admin, &path, "entries", &[("code", "wechat"), ("name", "微信公众号")]).await;
    let day = [("valid_from", "2026-09-25"), ("reason", "增加微信渠道")];
    assert!(changed(&mut admin, &path, "activation", &day).await.text().contains("由系统使用"));
    changed(&mut admin, &path, "change", &[("which", "phone"), ("act", "restore")]).await;
    assert_eq!(changed(&mut admin, &path, "activation", &day).await.status, 303);
    assert!(office.sign_in("desk").await.get("/desk").await.text().contains("微信公众号"));
}
