//! R05, R33: nobody learns who reported, but the officer who has the matter and who may open it, with a reason.

use kernel::Role;
use testkit::{TestOffice, Visitor};
use web::May;

use crate::reports::{done, filed, page, refused, reported};

/// What was planted: name, telephone in every writing, address; and how they would look masked.
const PLANTED: &[&str] = &[
    "欧阳明月",
    "欧阳",
    "欧*",
    "13987654321",
    "139-8765-4321",
    "139 8765 4321",
    "139*",
    "4321",
    "保密路",
    "道外区",
];

fn tells_nothing(who: &str, path: &str, body: &str) {
    for word in PLANTED {
        let around = body.split(word).next().unwrap_or_default();
        let around: String = around.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
        assert!(!body.contains(word), "{who} reads “{word}” on {path} after “{around}”");
    }
}

/// Every page a role can open without typing: all routes of the office with the report's number in them, lists, searches.
fn paths(role: Role, number: &str, complaint: &str) -> Vec<String> {
    let may = |may: May| match may {
        May::Public | May::SignedIn => true,
        May::Can(permission) | May::Know(permission) => role.may(permission),
    };
    let routes = server::app_routes();
    let open = routes.entries().iter().filter(|entry| entry.method == "GET" && may(entry.may));
    let mut paths = Vec::new();
    for entry in open.filter(|entry| entry.path != "/sign-out") {
        for about in [number, complaint] {
            let path = entry.path.replace("{number}", about).replace("{key}", "clue_check");
            paths.push(
                path.replace("{id}", "received_report").replace("{post}", "0").replace("{digest}", "x"),
            );
        }
    }
    for query in ["欧阳明月", "欧阳", "13987654321", "4321", "保密路", number] {
        let coded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        paths.push(format!("/matters?q={coded}"));
        paths.push(format!("/desk/earlier?q={coded}"));
        paths.push(format!("/traders/lookup?q={coded}"));
    }
    paths.extend(["/matters?kind=report", "/work?whose=unit", "/audit"].map(str::to_owned));
    paths.push("/figures/received_report/rows?from=2026-01-01&to=2026-12-31".to_owned());
    paths
}

/// A page without what the visitor typed into the address: a search shows its own words again.
fn without_query(body: &str, path: &str) -> String {
    let Some((_, query)) = path.split_once("?q=") else { return body.to_owned() };
    let bytes: Vec<u8> = query.split('%').skip(1).map(|code| u8::from_str_radix(code, 16).unwrap()).collect();
    let typed = String::from_utf8(bytes).unwrap();
    // The links that save the filter (coded twice) and that export the list carry it too.
    let coded: String = typed
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%25{byte:02X}") }
        })
        .collect();
    body.replace(&format!("value=\"{typed}\""), "")
        .replace(query, "")
        .replace(&format!("%3Fq%3D{coded}"), "")
        .replace(&format!("&amp;q={}", coded.replace("%25", "%")), "")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_any_role_shows_who_reported() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        // The same person also complains: the art. 17 sheet and earlier contacts must not join the two.
        let complaint = crate::desk::register(&mut office.sign_in("zhang").await).await;
        for role in Role::ALL {
            let login = office.login_of(*role);
            let mut visitor = office.sign_in(login).await;
            let mut read = 0;
            for path in paths(*role, &number, &complaint) {
                let answer = visitor.get(&path).await;
                assert!(answer.status < 500, "{login} {path}");
                tells_nothing(login, &path, &without_query(&answer.body, &path));
                read += usize::from(answer.status == 200);
            }
            assert!(read > 5 || *role == Role::Station, "{login} opened {read} pages");
        }
        let mut zhang = office.sign_in("zhang").await;
        let text = page(&mut zhang, &number).await;
        assert!(text.contains("实名举报人") && text.contains("加密保存"), "{text}");
        let nameless = reported(
            &office,
            &[("name", ""), ("facts", "另一件匿名的举报，事实与前面完全不同，销售过期食品。")],
        )
        .await;
        assert!(page(&mut zhang, &nameless).await.contains("匿名举报人"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_report_or_the_right_opens_the_reporter_with_a_reason() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let path = format!("/matters/{number}/people");
        // Masking is not enough here: these may unmask a complainant, and still there is no reporter for them.
        for login in ["desk", "dispatcher", "legal", "li"] {
            let mut visitor = office.sign_in(login).await;
            assert_eq!(visitor.get(&path).await.status, 404, "{login}");
            let answer = visitor.post(&path, &[("reason", "想知道是谁举报的")]).await;
            assert_eq!(answer.status, 404, "{login}");
            assert!(
                !visitor.get(&format!("/matters/{number}")).await.body.contains(&path),
                "{login}: no way there"
            );
        }
        for login in ["zhang", "head", "bureau"] {
            let mut visitor = office.sign_in(login).await;
            assert_eq!(visitor.post(&path, &[("reason", "看")]).await.status, 422, "{login}");
            let open = visitor.post(&path, &[("reason", "电话核实举报线索")]).await;
            assert!(
                open.body.contains("欧阳明月") && open.body.contains("139-8765-4321"),
                "{login}: {}",
                open.text()
            );
        }
        assert!(page(&mut office.sign_in("zhang").await, &number).await.contains("查看举报人身份"));
        let log = office.app.db.read(|tx| Ok::<_, web::Problem>(tx.query(&LOGGED, &[])?.len()));
        assert_eq!(log.await.unwrap(), 3, "each opening is in the read log, no refusal is");
        let audit = office.sign_in("auditor").await.get("/audit").await;
        assert!(audit.text().contains("查看举报人身份") && audit.text().contains("电话核实举报线索"));
        tells_nothing("auditor", "/audit", &audit.body);
    })
    .await;
}

const LOGGED: db::Sql = db::Sql { name: "test::LOGGED", text: "SELECT what FROM read_log" };

#[tokio::test(flavor = "multi_thread")]
async fn the_officer_who_loses_the_report_loses_the_reporter() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let li = office.officer("li");
        let target = format!("{}|{}", li.unit, li.id);
        done(&mut office.sign_in("dispatcher").await, &number, "assignment", &[("target", &target)]).await;
        let path = format!("/matters/{number}/people");
        let why = [("reason", "电话核实举报线索")];
        assert_eq!(office.sign_in("zhang").await.post(&path, &why).await.status, 404);
        assert!(office.sign_in("li").await.post(&path, &why).await.body.contains("欧阳明月"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_does_not_let_the_text_name_the_reporter() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        for facts in ["欧阳明月称该店无照经营已经半年", "该店无照经营，回电 139 8765 4321 联系"]
        {
            let mut form: Vec<_> =
                crate::reports::REPORT.iter().filter(|(name, _)| *name != "facts").copied().collect();
            form.push(("facts", facts));
            let answer = desk.post("/desk", &form).await;
            assert!(
                answer.status == 422 && answer.text().contains("身份信息只在上面填写"),
                "{}",
                answer.text()
            );
            assert!(answer.body.contains(facts), "nothing typed is lost");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_of_the_reporter_does_not_lead_to_the_report() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        let form = [
            ("kind", "complaint"),
            ("channel", "phone"),
            ("name", "欧阳明月"),
            ("phone", "13987654321"),
            ("address", "道外区保密路88号"),
            ("respondent_name", "好再来超市"),
            ("facts", "该店没有营业执照，每天早上在门口销售自制熟食，已经半年。"),
            ("demands", "refund"),
        ];
        let answer = zhang.post("/desk", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let complaint = zhang.get(answer.location()).await;
        assert!(!complaint.body.contains(&number), "neither by telephone nor by text nor by address");
        let earlier = zhang.get("/desk/earlier?q=13987654321").await;
        assert!(!earlier.body.contains(&number) && earlier.body.contains("TS-"), "{}", earlier.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insider_is_known_only_to_who_may_open_the_reporter() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let mut zhang = office.sign_in("zhang").await;
        done(&mut zhang, &number, "report_verification", &[("yes", "yes")]).await;
        let sees = async |login: &str| {
            let mut visitor: Visitor = office.sign_in(login).await;
            page(&mut visitor, &number).await.contains("内部人员")
        };
        for (login, may) in [
            ("zhang", true),
            ("head", true),
            ("bureau", true),
            ("li", false),
            ("legal", false),
            ("auditor", false),
        ] {
            assert_eq!(sees(login).await, may, "{login}");
        }
    })
    .await;
}

/// A reward names sums, grades and grounds, and never who is paid.
#[tokio::test(flavor = "multi_thread")]
async fn a_reward_is_computed_approved_by_another_and_paid_with_proof() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let (mut zhang, mut head) = filed(&office, &number, &[]).await;
        let mut bureau = office.sign_in("bureau").await;
        let ask = [
            ("grade", "2"),
            ("who", "无照经营食品"),
            ("words", "提供了销售记录，与事实相符"),
            ("yes", "yes"),
        ];
        refused(&mut zhang, &number, "report_reward", &ask, "登记查处结果以后才能申请奖励").await;
        let result = [("way", "penalty"), ("paper", "罚1号"), ("fine", "200000"), ("confiscated", "0.33")];
        done(&mut zhang, &number, "report_result", &result).await;
        done(&mut zhang, &number, "report_closure", &[]).await;
        refused(&mut zhang, &number, "report_reward", &ask[..3], "请确认举报人是自然人").await;
        let more = [&ask[..], &[("amount", "9000")]].concat();
        refused(&mut zhang, &number, "report_reward", &more, "只有内部人员举报可以适当提高").await;
        done(&mut zhang, &number, "report_reward", &ask).await;
        // 3 % of 200,000.33 is 6,000.0099: rounded to the 分.
        let text = page(&mut zhang, &number).await;
        assert!(
            text.contains("200,000.33 元") && text.contains("6,000.01 元") && text.contains("待审批"),
            "{text}"
        );
        let again = zhang.post(&format!("/matters/{number}/report_result"), &result).await;
        assert!(again.text().contains("已经按登记的查处结果计算"), "{}", again.text());
        assert_eq!(head.post(&format!("/matters/{number}/report_reward_approval"), &[]).await.status, 403);
        done(&mut bureau, &number, "report_reward_approval", &[]).await;
        refused(&mut zhang, &number, "report_reward_payment", &[], "没有凭证不算已经发放").await;
        done(&mut zhang, &number, "report_reward_payment", &[("paper", "国库支付88号")]).await;
        let text = page(&mut zhang, &number).await;
        assert!(
            text.contains("已发放") && text.contains("国库支付88号") && text.contains("已办结"),
            "{text}"
        );
        let shown = zhang.get(&format!("/matters/{number}")).await;
        tells_nothing("zhang", "the matter", &shown.body);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_reward_wants_the_finance_department() {
    TestOffice::each(async |office| {
        let number = reported(&office, &[]).await;
        let (mut zhang, _) = filed(&office, &number, &[("yes", "yes")]).await;
        let result = [("way", "penalty"), ("paper", "罚1号"), ("fine", "30000000")];
        done(&mut zhang, &number, "report_result", &result).await;
        let ask =
            [("grade", "1"), ("who", "制售假药"), ("words", "提供了直接证据，完全相符"), ("yes", "yes")];
        let over = [&ask[..], &[("amount", "1000000.01")]].concat();
        refused(&mut zhang, &number, "report_reward", &over, "不超过 1,000,000.00 元").await;
        done(&mut zhang, &number, "report_reward", &ask).await;
        let mut bureau = office.sign_in("bureau").await;
        refused(&mut bureau, &number, "report_reward_approval", &[], "须征得本级财政部门同意").await;
        done(&mut bureau, &number, "report_reward_refusal", &[("words", "证据等级需要重新认定")]).await;
        done(&mut zhang, &number, "report_reward", &ask).await;
        done(&mut bureau, &number, "report_reward_approval", &[("paper", "财函〔2026〕7号")]).await;
        assert!(page(&mut zhang, &number).await.contains("财函〔2026〕7号"));
    })
    .await;
}
