//! SECURITY: what a hostile tester tried on the rooms of the second build, one story each.

use serde_json::Value as Json;
use testkit::{TestOffice, Visitor};

use crate::{
    api::{call, token},
    complaint::act,
    desk::{COMPLAINT, register},
    jurisdiction::{hire_head, newcomer},
    papers::{ACCEPTANCE, accepted, done, drafted},
    portal::{self, fill, later},
    relations::{REPORT, registered, sent, text},
    reports::reported,
};

const WHY: &[(&str, &str)] = &[("reason", "核对拍摄的地点")];

async fn kept(office: &TestOffice, login: &'static str, number: &str, words: &'static str) -> String {
    let (ctx, of) = (office.ctx(login), number.to_owned());
    let vault = matters::attachments::Vault::of(&office.app);
    let file = matters::attachments::keep(&vault, "说明.txt", words.as_bytes()).unwrap();
    let stored = office.app.db.write(move |tx| {
        let found = matters::find(tx, &ctx, &of)?;
        let id = matters::attachments::add(tx, &ctx, &found, &file, "evidence")?;
        // Looked at: the copy shows nobody. Sealed files have stories of their own.
        matters::attachments::mark(tx, &ctx, &found, id, false, "看过，副本不显示举报人")?;
        Ok::<_, web::Problem>(id)
    });
    stored.await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_40_the_original_of_a_reports_file_is_opened_on_the_report_only() {
    TestOffice::each(async |office| {
        let report = reported(&office, &[]).await;
        let file = kept(&office, "zhang", &report, "原件里写着举报人住在哪里").await;
        let person = [("name", "钱进"), ("phone", "137-0000-0002"), ("address", "中山路2号")];
        let mut zhang = office.sign_in("zhang").await;
        sent(&mut zhang, &format!("/matters/{report}/split"), &person).await;
        let complaint = "TS-2301-2026-00001";
        let shared = format!("/matters/{complaint}/attachments/{file}");
        // The evidence is read from both; what it was taken from only by who may open the reporter, and there.
        for login in ["li", "zhang", "head", "dispatcher"] {
            let mut visitor = office.sign_in(login).await;
            assert_eq!(visitor.get(&shared).await.status, 200, "{login}");
            let opened = visitor.post(&format!("{shared}/original"), WHY).await;
            assert!(opened.status == 404 && !opened.text().contains("住在哪里"), "{login} {}", opened.status);
        }
        let own = format!("/matters/{report}/attachments/{file}/original");
        assert_eq!(office.sign_in("li").await.post(&own, WHY).await.status, 404);
        assert_eq!(office.sign_in("zhang").await.post(&own, WHY).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_13_beside_a_complainants_name_no_number_of_a_report_out_of_reach_stands() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let complaint = register(&mut desk).await;
        sent(&mut desk, &format!("/matters/{complaint}/split"), &[("named", "yes")]).await;
        let report = "JB-23-2026-00001";
        assert!(text(&mut desk, &complaint).await.contains(report));
        let zhang = office.officer("zhang");
        let target = format!("{}|{}", zhang.unit, zhang.id);
        let mut dispatcher = office.sign_in("dispatcher").await;
        crate::complaint::done(&mut dispatcher, &complaint, "assignment", &[("target", &target)]).await;
        let page = text(&mut office.sign_in("zhang").await, &complaint).await;
        assert!(page.contains("分立") && page.contains("其他事项") && !page.contains("JB-"), "{page}");
        assert!(
            text(&mut dispatcher, &complaint).await.contains(report),
            "who may know of both still reads it"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_13_a_file_brought_in_cannot_ask_which_reports_a_telephone_made() {
    TestOffice::each(async |office| {
        let report = registered(&mut office.sign_in("desk").await, REPORT).await;
        let row = "登记编号,类型,诉求内容,企业名称,登记时间,接收方式,问题类别,姓名,电话\n\
             X1,举报,出售过期牛奶,好再来超市,2026-09-23 09:00:00,全国12315平台,食品安全,某人,13900000001\n";
        let path = office.app.config.data.join("asks.csv");
        std::fs::write(&path, row).unwrap();
        let ctx = office.ctx("dispatcher");
        for dry_run in [true, false] {
            let order = intake::import::Order {
                map: intake::import::Map::national(),
                unit: office.officer("desk").unit,
                dry_run,
            };
            let sheet = intake::import::run(&office.app.db, &ctx, &path, &order).await.unwrap();
            assert_eq!((sheet.new, sheet.alike.len()), (1, 0), "{report}: {:?}", sheet.alike);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_23_the_limit_of_a_telephone_does_not_tell_that_it_reported() {
    TestOffice::each(async |office| {
        let named = [("identity", "named")];
        let person: &[portal::Page<'_>] = &[
            ("identity", &named),
            ("name", &[("name", "王芳")]),
            ("phone", &[("phone", "138 1234 5678")]),
            ("reply", &[("reply", "web")]),
        ];
        for _ in 0..6 {
            let mut citizen = office.stranger();
            citizen.post("/public/new/report", &[]).await;
            for (question, answer) in person.iter().chain(portal::REPORT.iter().skip(1)) {
                citizen.post(&format!("/public/form/{question}"), answer).await;
            }
            later(&office, 60);
            let sent = citizen.post("/public/submission", &[]).await;
            assert_eq!(sent.location(), "/public/receipt", "{}", sent.text());
        }
        // Whoever types that telephone into complaints is told as late as for any other.
        for _ in 0..5 {
            portal::sent(&office, &mut office.stranger(), "complaint", portal::COMPLAINT).await;
        }
        let mut sixth = office.stranger();
        fill(&office, &mut sixth, "complaint", portal::COMPLAINT).await;
        assert_eq!(sixth.post("/public/submission", &[]).await.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_10_a_matter_that_was_given_elsewhere_is_not_taken_by_an_old_dispute() {
    TestOffice::each(async |office| {
        hire_head(&office).await;
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        let other = office.officer("wang").unit.to_string();
        let open = [("other", other.as_str()), ("words", "经营地址在学府路，属学府所辖区")];
        sent(&mut head, &format!("/matters/{number}/dispute"), &open).await;
        let mut bureau = office.sign_in("bureau").await;
        let list = bureau.get("/disputes").await;
        let id = list.body.split("href=\"/disputes/").nth(1).unwrap().split('"').next().unwrap();
        let dispute = format!("/disputes/{id}");
        let top = office.officer("bureau").unit.to_string();
        let mut dispatcher = office.sign_in("dispatcher").await;
        let page = dispatcher.get(&format!("/matters/{number}/assignment")).await;
        let version = page.field("_version");
        let up = [("unit", top.as_str()), ("_version", version.as_str())];
        sent(&mut dispatcher, &format!("/matters/{number}/assignment"), &up).await;

        let mut xuefu = newcomer(&office).await;
        let takes = [("takes", "yes"), ("words", "同意由我所处理")];
        let moved = xuefu.post(&format!("{dispute}/answer"), &takes).await;
        assert!(moved.status == 422 && moved.text().contains("已不在中山所"), "{}", moved.text());
        let ruling = [("unit", other.as_str()), ("words", "以经营地址为准")];
        let ruled = bureau.post(&format!("{dispute}/ruling"), &ruling).await;
        assert!(ruled.text().contains("已不在中山所"), "{}", ruled.text());
        assert_eq!(xuefu.get(&format!("/matters/{number}")).await.status, 404);
        assert_eq!(dispatcher.get(&format!("/matters/{number}")).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_10_who_wrote_on_a_paper_before_others_did_does_not_approve_it_either() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let mut head = office.sign_in("head").await;
        let paper = drafted(&mut zhang, &number, "acceptance").await;
        done(&mut head, &format!("{paper}/amendment"), ACCEPTANCE).await;
        done(&mut zhang, &format!("{paper}/amendment"), ACCEPTANCE).await;
        done(&mut zhang, &format!("{paper}/submission"), &[]).await;
        assert!(!head.get(&paper).await.body.contains(&format!("{paper}/approval")), "no button");
        let refused = head.post(&format!("{paper}/approval"), &[]).await;
        assert!(refused.status == 422 && refused.text().contains("不能自己批准"), "{}", refused.text());
        done(&mut office.sign_in("bureau").await, &format!("{paper}/approval"), &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_37_and_38_the_file_of_a_post_that_ended_stays_where_it_was() {
    TestOffice::each(async |office| {
        register(&mut office.sign_in("desk").await).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        let wish = [("list", "matters"), ("filter", ""), ("format", "csv")];
        let path = dispatcher.post("/exports", &wish).await.location().to_owned();
        let file = format!("{path}/file");
        assert!(dispatcher.get(&path).await.text().contains("可以下载"));
        assert_eq!(dispatcher.get(&file).await.status, 200);
        let (ctx, officer) =
            (office.app.ctx(kernel::Actor::System("测试")), office.officer("dispatcher").clone());
        let (id, post, unit) = (officer.id, officer.post, office.officer("zhang").unit);
        let moved = db::Sql { name: "test", text: "UPDATE post SET to_day = '2026-09-22' WHERE id = $1" };
        let work = move |tx: &mut db::Tx| {
            tx.execute(&moved, &db::params![post])?;
            let day = "2020-01-01".parse().unwrap();
            people::give_post(tx, &ctx, id, unit, kernel::Role::Dispatcher, day, None)
        };
        office.app.db.write(work).await.unwrap();
        let mut elsewhere = office.sign_in_again("dispatcher").await;
        assert!(elsewhere.get("/account").await.text().contains("中山所"));
        assert_eq!(elsewhere.get(&file).await.status, 404, "what the old post reached does not go along");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_40_what_a_reporter_reported_before_is_told_to_who_may_open_that_reporter_only() {
    TestOffice::each(async |office| {
        let first = reported(&office, &[]).await;
        let again = reported(&office, &[("facts", "同一个人的另一件举报，销售过期的食品。")]).await;
        let known = text(&mut office.sign_in("zhang").await, &again).await;
        assert!(known.contains("同一举报人的其他举报") && known.contains(&first), "{known}");
        // A colleague of the unit handles reports too, but not this one.
        let closed = text(&mut office.sign_in("li").await, &again).await;
        assert!(!closed.contains("同一举报人") && !closed.contains(&first), "{closed}");
        // Nor does a program that acts for the colleague learn it.
        let path = format!("/matters/{again}/report");
        let program = office.stranger();
        let (own, colleague) = (token(&office, "zhang", "read").await, token(&office, "li", "read").await);
        let (_, known) = call(&program, &own, "GET", &path, &Json::Null).await;
        assert!(known.to_string().contains(&first), "{known}");
        let (status, closed) = call(&program, &colleague, "GET", &path, &Json::Null).await;
        assert!(status == 200 && !closed.to_string().contains(&first), "{closed}");
    })
    .await;
}

/// Markup that would show itself if anybody took it for some.
const MARKUP: &str = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>";

fn is_text(page: &testkit::Answer, path: &str) {
    assert!(page.status < 500, "{path}");
    for bad in ["<script>alert", "<img src=x", "\"'><"] {
        assert!(!page.body.contains(bad), "{path}: {bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_06_markup_in_every_answer_of_the_public_pages_is_text_everywhere() {
    TestOffice::each(async |office| {
        let name = MARKUP.replace('1', "一");
        let mut citizen = office.stranger();
        citizen.post("/public/new/complaint", &[]).await;
        for (question, answer) in portal::COMPLAINT {
            let free = ["name", "address", "trader", "place", "facts"];
            let typed: Vec<(&str, &str)> = answer
                .iter()
                .map(|(key, value)| {
                    let own = free.contains(key) || ["goods_name", "demand_words"].contains(key);
                    (*key, if own { name.as_str() } else { *value })
                })
                .collect();
            let path = format!("/public/form/{question}");
            is_text(&citizen.post(&path, &typed).await, &path);
            is_text(&citizen.get(&path).await, &path);
        }
        let file = "<img src=x onerror=alert(1)>\u{202e}gpj.txt";
        let photo = [(file, b"%PDF-1.4\n%%EOF\n".as_slice())];
        let page = citizen.post_files("/public/form/photos", &[], &photo).await;
        assert_eq!(page.status, 303, "{}", page.text());
        let page = citizen.get("/public/form/photos").await;
        assert!(!page.body.contains('\u{202e}'), "nothing turns the direction of a name");
        later(&office, 60);
        is_text(&citizen.get("/public/check").await, "check");
        let (number, code) = portal::send(&mut citizen).await;
        let mut own = portal::opened(&office, &number, &code).await;
        own.post("/public/matter/message", &[("talk_text", MARKUP)]).await;
        is_text(&own.get("/public/matter").await, "own matter");
        for login in ["dispatcher", "bureau", "auditor", "admin"] {
            let mut visitor = office.sign_in(login).await;
            for path in ["/matters", "/work?whose=unit", "/audit", "/traders", "/figures", "/operations"] {
                is_text(&visitor.get(path).await, path);
            }
            is_text(&visitor.get(&format!("/matters/{number}")).await, &number);
        }
        let mut dispatcher: Visitor = office.sign_in("dispatcher").await;
        let opened = act(&mut dispatcher, &number, "people", &[("reason", "核对投诉人的电话")]).await;
        is_text(&opened, "people");
        assert!(COMPLAINT.len() > 3);
    })
    .await;
}
