//! R02: whose it is; who decides where two units do not agree.

use testkit::{TestOffice, Visitor};

use crate::{
    desk::register,
    relations::{REPORT, clocks_are_whole, registered, sent, text},
};

/// What the new head signs in with.
const SECRET: &str = "学府所负责人的一句长话";

/// Two units with a region.
async fn two_districts(office: &TestOffice) {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    let new = |code: &str, name: &str, region: &str| people::NewUnit {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: "office".to_owned(),
        parent: "23".to_owned(),
        region: region.to_owned(),
        ..people::NewUnit::default()
    };
    let units = [new("2305", "花园所", "230103"), new("2306", "新阳所", "230102")];
    office
        .app
        .db
        .write(move |tx| units.iter().try_for_each(|unit| people::create_unit(tx, &ctx, unit).map(drop)))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_questions_say_whose_it_is_by_which_article_and_which_unit_covers_the_place() {
    TestOffice::each(async |office| {
        two_districts(&office).await;
        let number = register(&mut office.sign_in("desk").await).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        let path = format!("/matters/{number}/jurisdiction");
        let page = dispatcher.get(&path).await;
        assert!(
            page.text().contains("被反映的是谁") && !page.text().contains("互联网广告由谁发布"),
            "{}",
            page.text()
        );
        let half = dispatcher.post(&path, &[("respondent", "seller")]).await;
        assert!(half.status == 422 && half.text().contains("请回答：平台上公示了"), "{}", half.text());
        let bare = dispatcher.post(&path, &[("respondent", "seller"), ("shown", "unreachable")]).await;
        assert!(bare.text().contains("请写明联系不上的证据"), "{}", bare.text());
        let wrong = dispatcher.post(&path, &[("respondent", "ordinary"), ("region", "999999")]).await;
        assert!(wrong.text().contains("没有这个行政区划代码"));
        let advert = dispatcher.post(&path, &[("respondent", "media")]).await;
        assert!(advert.text().contains("规定没有写明这种情形"));
        let answers = [
            ("respondent", "seller"),
            ("shown", "unreachable"),
            ("evidence", "9 月 22 日、23 日两次拨打公示电话均无人接听"),
            ("region", "230103"),
        ];
        sent(&mut dispatcher, &path, &answers).await;
        let page = dispatcher.get(&path).await.text();
        for words in ["平台经营者住所地", "第十三条", "花园所", "两次拨打公示电话", "南岗区"]
        {
            assert!(page.contains(words), "{words}\n{page}");
        }
        let matter = text(&mut dispatcher, &number).await;
        assert!(matter.contains("管辖判断") && matter.contains("仅供参考") && matter.contains("花园所"));
        // Advice only: the matter is where it was.
        assert!(
            matter.contains("南岗分局")
                && dispatcher
                    .get(&format!("/matters/{number}/assignment"))
                    .await
                    .text()
                    .contains("对应花园所")
        );
        assert_eq!(office.sign_in("zhang").await.get(&path).await.status, 403);
        let report = registered(&mut dispatcher, REPORT).await;
        let page = dispatcher.get(&format!("/matters/{report}/jurisdiction")).await;
        assert!(page.text().contains("互联网广告由谁发布"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_answered_by_the_other_unit_and_decided_only_from_above_both() {
    TestOffice::each(async |office| {
        hire_head(&office).await;
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let unit = |login: &str| office.officer(login).unit.to_string();
        let path = format!("/matters/{number}/dispute");
        let up = head.post(&path, &[("other", &unit("bureau")), ("words", "应由分局处理")]).await;
        assert!(up.text().contains("上下级"), "{}", up.text());
        let (own, other) = (unit("head"), unit("wang"));
        let open = [("other", other.as_str()), ("words", "经营地址在学府路，属学府所辖区")];
        let mut bureau = office.sign_in("bureau").await;
        assert!(bureau.post(&path, &open).await.text().contains("请直接分派"));
        sent(&mut head, &path, &open).await;
        assert!(head.post(&path, &open).await.text().contains("已有未了结的管辖争议"));
        let page = text(&mut head, &number).await;
        for words in ["管辖争议", "待对方答复", "处理权限争议协商", "受理决定并告知", "2026-10-10 到期"]
        {
            assert!(page.contains(words), "{words}\n{page}");
        }

        let list = bureau.get("/disputes").await;
        let dispute = list.body.split("href=\"/disputes/").nth(1).unwrap().split('"').next().unwrap();
        let dispute = format!("/disputes/{dispute}");
        // Neither side rules, the superior does not answer, nobody else knows of it.
        let ruling = [("unit", other.as_str()), ("words", "以经营地址为准")];
        assert!(
            head.post(&format!("{dispute}/ruling"), &ruling).await.text().contains("须由双方的共同上级指定")
        );
        assert_eq!(
            bureau
                .post(&format!("{dispute}/answer"), &[("takes", "yes"), ("words", "同意处理的")])
                .await
                .status,
            422
        );
        let mut xuefu = newcomer(&office).await;
        assert_eq!(xuefu.get(&format!("/matters/{number}")).await.status, 404, "not theirs to read yet");
        let page = xuefu.get(&dispute).await.text();
        assert!(
            page.contains("好再来超市") && page.contains("经营地址在学府路") && !page.contains("王"),
            "{page}"
        );
        sent(&mut xuefu, &format!("{dispute}/answer"), &[("takes", "no"), ("words", "登记地址在中山路")])
            .await;
        sent(&mut bureau, &format!("{dispute}/ruling"), &ruling).await;
        assert_eq!(xuefu.get(&format!("/matters/{number}")).await.status, 200);
        assert_eq!(head.get(&format!("/matters/{number}")).await.status, 404);
        let page = text(&mut bureau, &number).await;
        for words in ["指定管辖", "学府所", "完成，按期", "2026-10-10 到期"] {
            assert!(page.contains(words), "{words}\n{page}");
        }
        // What is decided is decided.
        let again = [("unit", own.as_str()), ("words", "再改一次")];
        assert!(bureau.post(&format!("{dispute}/ruling"), &again).await.text().contains("已经了结"));
        clocks_are_whole(&office).await;
    })
    .await;
}

/// A head for the other unit.
pub(crate) async fn hire_head(office: &TestOffice) {
    let (ctx, unit) = (office.app.ctx(kernel::Actor::System("测试")), office.officer("wang").unit);
    office
        .app
        .db
        .write(move |tx| {
            let id = people::create_officer(tx, &ctx, "xuefu", "xuefu", "", false)?;
            let day = "2020-01-01".parse().unwrap();
            people::give_post(tx, &ctx, id, unit, kernel::Role::SectionHead, day, None)
        })
        .await
        .unwrap();
}

async fn people_code(office: &TestOffice, login: &'static str) -> String {
    let ctx = office.app.ctx(kernel::Actor::System("测试"));
    office
        .app
        .db
        .write(move |tx| {
            let all = people::officers(tx, &ctx)?;
            let one = all.iter().find(|person| person.login == login).unwrap();
            people::issue_code(tx, &ctx, one.id)
        })
        .await
        .unwrap()
}

/// The head of the other unit, signed in.
pub(crate) async fn newcomer(office: &TestOffice) -> Visitor {
    let mut xuefu = office.stranger();
    let code = people_code(office, "xuefu").await;
    let form = [("login", "xuefu"), ("code", code.as_str()), ("password", SECRET), ("again", SECRET)];
    sent(&mut xuefu, "/sign-in/code", &form).await;
    xuefu
}
