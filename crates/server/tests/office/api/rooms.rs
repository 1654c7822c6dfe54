//! Whole days by programs alone: a report to its end, a paper to its number, a dispute to its ruling, a list to its file, each
//! with tokens of the officers and the scopes it takes; and every look of those rooms in its shape.

use api::{Answer, Method, operations};
use serde_json::{Value as Json, json};
use testkit::{TestOffice, Visitor};

use super::{call, complaint, token};

/// Does `path` and expects it done.
async fn done(program: &Visitor, token: &str, path: &str, body: &Json) -> Json {
    let (status, answer) = call(program, token, "POST", path, body).await;
    assert!(matches!(status, 200 | 201), "{path}: {status} {answer}");
    answer
}

async fn look(program: &Visitor, token: &str, path: &str) -> Json {
    let (status, answer) = call(program, token, "GET", path, &Json::Null).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// The last part of where something new is found.
fn made(answer: &Json) -> String {
    answer["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn report() -> Json {
    json!({
        "kind": "report", "channel": "phone", "name": "欧阳明月", "phone": "139-8765-4321",
        "respondent_name": "好再来超市", "facts": "该店没有营业执照，每天早上在门口销售自制熟食，已经半年。"
    })
}

/// A report registered by zhang, filed by the head, told, closed.
async fn reported(office: &TestOffice, program: &Visitor) -> String {
    let zhang = token(office, "zhang", "read,write").await;
    let head = token(office, "head", "write").await;
    let number = done(program, &zhang, "/matters", &report()).await["matter"]["number"].clone();
    let number = number.as_str().unwrap().to_owned();
    let at = |act: &str| format!("/matters/{number}/{act}");
    let (own, dispatcher) = (office.officer("zhang"), token(office, "dispatcher", "write").await);
    let target = json!({ "target": format!("{}|{}", own.unit, own.id) });
    done(program, &dispatcher, &at("assignment"), &target).await;
    done(program, &zhang, &at("report_verification"), &json!({ "items": ["unlicensed"], "insider": true }))
        .await;
    let found = json!({ "way": "site", "who": "zhang、li", "place": "店内", "words": "现场未见营业执照，有销售记录" });
    done(program, &zhang, &at("report_finding"), &found).await;
    let file = json!({ "way": "file", "items": ["1", "2", "3", "4"], "words": "涉嫌无照经营，有现场笔录" });
    done(program, &zhang, &at("report_filing_proposal"), &file).await;
    let filed = json!({ "paper": "立审〔2026〕1号", "who": "zhang、li" });
    let (status, no) = call(program, &zhang, "POST", &at("report_filing"), &filed).await;
    assert_eq!((status, &no["code"]), (403, &json!("not_permitted")), "{no}");
    done(program, &head, &at("report_filing"), &filed).await;
    let result = json!({ "way": "penalty", "paper": "市监罚〔2026〕9号", "fine": "2000.00" });
    done(program, &zhang, &at("report_result"), &result).await;
    let (status, no) = call(program, &zhang, "POST", &at("report_closure"), &json!({})).await;
    assert!(status == 422 && no["article"].is_string(), "nobody was told: {no}");
    let told =
        json!({ "way": "told", "notice_channel": "letter", "proof_kind": "post_number", "proof": "EMS-1" });
    done(program, &zhang, &at("report_notice"), &told).await;
    let closed = done(program, &zhang, &at("report_closure"), &json!({})).await;
    assert_eq!(closed["matter"]["phase"], "done", "{closed}");
    let seen = look(program, &zhang, &at("report")).await;
    assert_eq!((&seen["decision"], &seen["result"]["fine"]), (&json!("filed"), &json!("2000.00")));
    assert_eq!(seen["insider"], Json::Null, "who the reporter is needs the scope");
    assert!(seen["duties"][0]["told_on"].is_string(), "{seen}");
    let opens = token(office, "zhang", "read,personal").await;
    assert_eq!(look(program, &opens, &at("report")).await["insider"], true);
    number
}

/// A complaint accepted by zhang, its acceptance drafted, submitted, approved; number of the complaint and id of the paper.
async fn papered(office: &TestOffice, program: &Visitor) -> (String, String) {
    let zhang = token(office, "zhang", "read,write").await;
    let (head, only) = (token(office, "head", "write").await, token(office, "zhang", "read").await);
    let number = done(program, &zhang, "/matters", &complaint()).await["matter"]["number"].clone();
    let number = number.as_str().unwrap().to_owned();
    done(program, &zhang, &format!("/matters/{number}/acceptance"), &json!({})).await;
    let papers = format!("/matters/{number}/papers");
    let offered = look(program, &zhang, &papers).await;
    assert!(offered["offered"].to_string().contains("\"acceptance\""), "{offered}");
    let draft = json!({ "form": "acceptance" });
    let (status, no) = call(program, &only, "POST", &format!("{papers}/new"), &draft).await;
    assert_eq!((status, &no["code"]), (403, &json!("scope")));
    let id = made(&done(program, &zhang, &format!("{papers}/new"), &draft).await);
    let at = |act: &str| format!("{papers}/{id}/{act}");
    let (status, no) =
        call(program, &zhang, "POST", &at("amendment"), &json!({ "fields": { "nothing": "x" } })).await;
    assert_eq!((status, &no["field"]), (422, &json!("fields")), "{no}");
    let fields = json!({ "fields": {
        "received": "2026-09-23", "about": "购买的牛奶变质", "contact": "张伟", "contact_phone": "0451-82312315"
    } });
    done(program, &zhang, &at("amendment"), &fields).await;
    done(program, &zhang, &at("submission"), &json!({})).await;
    let (status, no) = call(program, &zhang, "POST", &at("approval"), &json!({})).await;
    assert_eq!(status, 403, "{no}");
    done(program, &head, &at("approval"), &json!({})).await;
    let paper = look(program, &zhang, &format!("{papers}/{id}")).await;
    assert!(paper["number"].is_string() && paper["state"] == "approved", "{paper}");
    assert!(paper["masked"] == true && !paper["text"].as_str().unwrap().contains("王芳"), "{paper}");
    opened(office, program, &papers, &id).await;
    (number, id)
}

/// In the clear for a token that may, and not for the same officer's token that may not.
async fn opened(office: &TestOffice, program: &Visitor, papers: &str, id: &str) {
    let opens = token(office, "zhang", "read,personal").await;
    let only = token(office, "zhang", "read,write").await;
    let reason = json!({ "reason": "打印送达" });
    let path = format!("{papers}/{id}");
    assert_eq!(call(program, &only, "POST", &format!("{path}/opening"), &reason).await.0, 403);
    done(program, &opens, &format!("{path}/opening"), &reason).await;
    assert!(look(program, &opens, &path).await["text"].as_str().unwrap().contains("王芳"));
    assert!(!look(program, &only, &path).await["text"].as_str().unwrap().contains("王芳"));
}

/// A dispute opened by the head of one unit and decided above; its id.
async fn disputed(office: &TestOffice, program: &Visitor) -> String {
    let (zhang, head) = (token(office, "zhang", "write").await, token(office, "head", "read,write").await);
    let bureau = token(office, "bureau", "read,write").await;
    let number = done(program, &zhang, "/matters", &complaint()).await["matter"]["number"].clone();
    let number = number.as_str().unwrap();
    let other = office.officer("wang").unit;
    let open = json!({ "other": other, "words": "经营地址在学府路，属学府所辖区" });
    done(program, &head, &format!("/matters/{number}/dispute"), &open).await;
    let disputes = look(program, &bureau, "/disputes").await;
    let id = disputes["disputes"][0]["id"].as_str().unwrap().to_owned();
    let ruling = json!({ "unit": other, "words": "经营地址在学府所辖区" });
    let (status, no) = call(program, &head, "POST", &format!("/disputes/{id}/ruling"), &ruling).await;
    assert!(matches!(status, 404 | 409 | 422), "{status} {no}");
    done(program, &bureau, &format!("/disputes/{id}/ruling"), &ruling).await;
    let decided = look(program, &bureau, &format!("/disputes/{id}")).await;
    assert!(decided["open"] == false && decided["may_rule"] == false, "{decided}");
    id
}

/// A list taken out with a token that may look, and refused where it may not; its id.
async fn exported(office: &TestOffice, program: &Visitor, number: &str) -> String {
    let reads = token(office, "dispatcher", "read").await;
    let wish = json!({ "list": "matters", "filter": "kind=complaint", "format": "csv" });
    let id = made(&done(program, &reads, "/exports", &wish).await);
    let mut left = 60;
    while look(program, &reads, &format!("/exports/{id}")).await["state"] != "done" {
        left -= 1;
        assert!(left > 0, "no file after many looks");
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    let file = program.call("GET", &format!("/api/v1/exports/{id}/file"), &reads, "", &[]).await;
    assert!(file.status == 200 && file.body.contains(number) && !file.body.contains("王芳"), "{}", file.body);
    let figure = json!({ "list": "figure", "filter": "id=received", "format": "csv" });
    let (status, no) = call(program, &reads, "POST", "/exports", &figure).await;
    assert_eq!((status, &no["code"]), (403, &json!("scope")), "{no}");
    let personal = json!({
        "list": "matters", "format": "csv", "personal": "yes", "reason": "核对当事人联系方式"
    });
    let (status, no) = call(program, &reads, "POST", "/exports/personal", &personal).await;
    assert_eq!((status, &no["code"]), (403, &json!("scope")), "{no}");
    let opens = token(office, "head", "read,personal").await;
    let sealed = made(&done(program, &opens, "/exports/personal", &personal).await);
    let plain = token(office, "head", "read").await;
    let path = format!("/exports/{sealed}/file");
    assert_eq!(
        call(program, &plain, "GET", &path, &Json::Null).await.0,
        403,
        "personal data through the back door"
    );
    id
}

/// Path parameters and the token for each look of the rooms.
struct World {
    report: String,
    number: String,
    ids: Vec<(&'static str, String)>,
}

/// What only administrators make.
async fn kept(office: &TestOffice, program: &Visitor) -> Vec<(&'static str, String)> {
    let admin = token(office, "admin", "admin").await;
    let year = json!({ "year": 2027, "text": "2027-02-05 春节 放假", "source": "国办发明电〔2026〕1号" });
    let calendar = made(&done(program, &admin, "/settings/calendar", &year).await);
    let class = made(&done(program, &admin, "/settings/classification/goods/draft", &json!({})).await);
    let counting = json!({ "weekend": "stand", "source": "省局通知", "reason": "省局统一要求" });
    let rule = made(&done(program, &admin, "/settings/rules/counting", &counting).await);
    let form = look(program, &admin, "/forms/acceptance").await;
    let own = &form["editions"][0];
    let new = json!({ "series": own["series"], "title": own["title"], "text": own["text"], "note": "试" });
    let edition = made(&done(program, &admin, "/forms/acceptance/new", &new).await);
    vec![
        ("/settings/calendar/", calendar),
        ("/settings/classes/", class),
        ("/settings/rules/", rule.clone()),
        ("/approvals/", rule),
        ("/form_editions/", edition),
    ]
}

async fn body(office: &TestOffice, program: &Visitor) -> String {
    let bureau = token(office, "bureau", "read,write").await;
    let new = json!({ "kind": "centre", "name": "南岗区消费者协会", "paper": "委托〔2026〕1号" });
    made(&done(program, &bureau, "/odr/bodies", &new).await)
}

async fn imported(office: &TestOffice, program: &Visitor) -> String {
    let dispatcher = token(office, "dispatcher", "read,write").await;
    let unit = office.officer("dispatcher").unit;
    // 登记编号 and a row without most of what it needs.
    let file = json!([{ "name": "12315.csv", "data": "55m76K6w57yW5Y+3Cjk5OQo=" }]);
    let upload = json!({ "map": "national", "unit": unit, "file": file });
    made(&done(program, &dispatcher, "/imports", &upload).await)
}

impl World {
    fn path(&self, path: &str) -> String {
        let number = if path.ends_with("/report") { &self.report } else { &self.number };
        let id = self.ids.iter().find(|(room, _)| path.contains(room)).map_or("", |(_, id)| id);
        path.replace("{number}", number)
            .replace("{id}", id)
            .replace("/classification/{key}", "/classification/goods")
            .replace("/forms/{key}", "/forms/acceptance")
            .replace("{kind}/{channel}", "accepted/sms")
            .replace("/preview", &format!("/preview?kind=accepted&channel=sms&number={}", self.number))
    }
}

/// Whether the look is one of the rooms here, see `whole`.
pub(super) fn is_of_rooms(path: &str) -> bool {
    const ROOMS: &[&str] = &[
        "/papers",
        "/report",
        "/forms",
        "/form_editions",
        "/disputes",
        "/exports",
        "/imports",
        "/odr",
        "/settings",
        "/approvals",
        "/texts",
        "/deliveries",
        "/operations",
        "/views",
        "/leave",
        "/reminders",
    ];
    const LAST: &[&str] =
        &["/report", "/papers", "/papers/{id}", "/cluster", "/jurisdiction", "/talk", "/reads", "/sso"];
    ROOMS.iter().any(|room| path.starts_with(room)) || LAST.iter().any(|last| path.ends_with(last))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_programs_and_every_look_of_the_rooms_in_its_shape() {
    TestOffice::each(async |office| {
        let program = office.stranger();
        let report = reported(&office, &program).await;
        let (number, paper) = papered(&office, &program).await;
        let mut ids = kept(&office, &program).await;
        ids.push(("/papers/", paper));
        ids.push(("/disputes/", disputed(&office, &program).await));
        ids.push(("/exports/", exported(&office, &program, &number).await));
        ids.push(("/odr/bodies/", body(&office, &program).await));
        ids.push(("/imports/", imported(&office, &program).await));
        let world = World { report, number, ids };
        let of = async |login, scopes| token(&office, login, scopes).await;
        let (admin, auditor) = (of("admin", "admin").await, of("auditor", "admin").await);
        let bureau = of("bureau", "read,admin,figures").await;
        let dispatcher = of("dispatcher", "read").await;
        let zhang = of("zhang", "read").await;
        for operation in operations().filter(|one| one.method == Method::Get && is_of_rooms(one.path)) {
            let by = match operation.path.split('/').nth(1).unwrap() {
                "settings" | "forms" | "form_editions" | "people" => &admin,
                "texts" if operation.id != "previewText" => &admin,
                "audit" => &auditor,
                "exports" | "imports" | "leave" => &dispatcher,
                "disputes" | "approvals" | "operations" | "odr" => &bureau,
                "matters" if operation.path.ends_with("jurisdiction") => &dispatcher,
                _ => &zhang,
            };
            let path = world.path(operation.path);
            match operation.answer {
                Answer::Bytes => {
                    let file = program.call("GET", &format!("/api/v1{path}"), by, "", &[]).await;
                    assert!(file.status == 200 && !file.body.is_empty(), "GET {path}: {}", file.body);
                }
                Answer::Model(model) => {
                    let answer = look(&program, by, &path).await;
                    let misfits = api::model::misfits(model, &answer);
                    assert!(misfits.is_empty(), "GET {path}: {misfits:?}");
                }
            }
        }
    })
    .await;
}
