//! The pages of the spine, over HTTP.

use std::{
    collections::BTreeSet,
    sync::{Arc, RwLock},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, header},
    middleware::{self, Next},
};
use matters::{Kind, Matter, NewMatter, clocks};
use tower::ServiceExt as _;
use web::{App, Config, Context, May};

use crate::{Office, a_complaint};

const PHOTO: &[u8] = b"\xff\xd8\xff\xe1\0\x12Exif\0\0GPS 45.75 \xff\xc0\0\x0b\x08\0\x04\0\x04\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x01\x02\xff\xd9";

/// A browser in which somebody is signed in.
struct Browser {
    router: Router,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn body(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn has(&self, words: &str) -> bool {
        self.body().contains(words)
    }

    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the hidden field `name`.
    fn field(&self, name: &str) -> String {
        let body = self.body();
        let (_, rest) = body.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

fn coded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Browser {
    fn of(office: &Office, name: &str) -> Self {
        let config = Config {
            bureau: RwLock::new("南岗分局".to_owned()),
            data: office.data().to_owned(),
            secure_cookies: false,
            demo: false,
            version: "test",
        };
        let app = App { db: office.db.clone(), ground: office.ground.clone(), config: Arc::new(config) };
        let ctx = office.ctx(name);
        let signed_in = move |router: Router<App>| {
            router.layer(middleware::from_fn(move |mut request: Request, next: Next| {
                request.extensions_mut().insert(Context(ctx.clone()));
                next.run(request)
            }))
        };
        Self { router: web::layers(&app, matters::routes().into_router(), signed_in) }
    }

    async fn send(&self, method: &str, path: &str, content: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, content)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", Vec::new()).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", coded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        self.send("POST", path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// Sends the form of a page with the version that stands on it.
    async fn fills(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body());
        let version = page.field("_version");
        self.post(path, &[form, &[("_version", version.as_str())]].concat()).await
    }

    async fn uploads(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
        self.send("POST", path, "multipart/form-data; boundary=x", body).await
    }
}

fn link_in(page: &Answer, ending: &str) -> String {
    let body = page.body();
    let mut links = body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.find(|link| link.ends_with(ending)).unwrap_or_else(|| panic!("no {ending}: {body}")).to_owned()
}

/// A report of zhang's unit whose checking clock runs.
async fn report(office: &Office) -> Matter {
    let of = office.officer("zhang").clone();
    let opened = office.does("desk", move |tx, ctx| {
        let opened = matters::open(tx, ctx, &NewMatter { kind: Kind::Report, ..a_complaint(ctx, &of) })?;
        clocks::start(tx, ctx, &opened, "clue_check", opened.received_on)?;
        matters::by_id(tx, ctx, opened.id)
    });
    opened.await.unwrap()
}

#[test]
fn every_page_can_be_read_by_everybody() {
    let samples = matters::samples();
    let names: BTreeSet<&str> = samples.iter().map(|sample| sample.name).collect();
    for name in ["work", "matters", "matter", "clock", "unmask", "notice", "delivery", "rule_set", "audit"] {
        assert!(names.contains(name), "{name}");
    }
    for sample in samples {
        assert_eq!(web::sample::faults(&sample.html), Vec::<String>::new(), "{}", sample.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_and_list_is_accepted_by_both_engines() {
    Office::each(async |office| {
        let lists = matters::widest(&office.ctx("zhang"));
        let failed = office.db.prepare_all(matters::statements(), lists).await.unwrap();
        assert_eq!(failed, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_38_every_route_of_a_matter_out_of_reach_says_not_found() {
    Office::each(async |office| {
        let matter = report(&office).await;
        let file = format!("/matters/{}/attachments", matter.number);
        let zhang = Browser::of(&office, "zhang");
        assert_eq!(zhang.uploads(&file, "a.txt", b"x").await.status, 303);
        let wang = Browser::of(&office, "wang");
        let id = matter.id.to_string();
        let mut tried = 0;
        for entry in matters::routes().entries().iter().filter(|entry| entry.path.contains("{number}")) {
            let May::Can(right) = entry.may else { panic!("{}", entry.path) };
            if !office.officer("wang").role.may(right) {
                continue;
            }
            let path = entry
                .path
                .replace("{number}", &matter.number)
                .replace("{id}", &id)
                .replace("{key}", "clue_check");
            let answer = if entry.method == "GET" {
                wang.get(&path).await
            } else if path.ends_with("/attachments") {
                wang.uploads(&path, "a.txt", b"y").await
            } else {
                let form =
                    [("reason", "查看一下内容"), ("words", "x"), ("kind", "related"), ("other", "TS-1")];
                wang.post(&path, &form).await
            };
            assert_eq!(answer.status, 404, "{} {path}: {}", entry.method, answer.body());
            tried += 1;
        }
        assert!(tried > 15, "{tried}");
        let stored = std::fs::read_dir(office.data().join("attachments")).unwrap().count();
        assert_eq!(stored, 1, "what was refused was not stored either");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_is_shown_without_its_place_and_its_original_asks_why() {
    Office::each(async |office| {
        let matter = report(&office).await;
        let page = format!("/matters/{}", matter.number);
        let (zhang, auditor) = (Browser::of(&office, "zhang"), Browser::of(&office, "auditor"));
        let files = format!("{page}/attachments");
        assert_eq!(
            auditor.uploads(&files, "现场.jpg", PHOTO).await.status,
            403,
            "an auditor changes nothing"
        );
        let refused = zhang.uploads(&files, "x.jpg", b"MZ\x90\0").await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("不是可接收的文件"));
        assert_eq!(zhang.uploads(&files, "现场.jpg", PHOTO).await.status, 303);
        assert!(!zhang.get(&page).await.has("/original\""), "of a report the original may name the reporter");
        office.gives("zhang", &matter).await;
        let shown = zhang.get(&page).await;
        let original = link_in(&shown, "/original");
        let file = original.trim_end_matches("/original").to_owned();
        assert_eq!(auditor.get(&file).await.status, 404, "sealed until somebody has looked");
        let seen = [("shows", "no"), ("reason", "看过，没有显示举报人")];
        assert_eq!(zhang.fills(&format!("{file}/mark"), &seen).await.status, 303);
        let copy = auditor.get(&file).await;
        assert_eq!(
            copy.headers[header::CONTENT_DISPOSITION],
            format!("attachment; filename*=UTF-8''{}.jpg", coded("现场"))
        );
        assert_eq!(copy.headers["x-content-type-options"], "nosniff");
        assert!(!copy.has("GPS") && copy.bytes.len() < PHOTO.len());
        assert_eq!(auditor.get(&original).await.status, 403);
        assert_eq!(zhang.post(&original, &[("reason", "看")]).await.status, 422);
        assert_eq!(zhang.post(&original, &[("reason", "核对拍摄地点")]).await.bytes, PHOTO);
        let removal = format!("{file}/removal");
        assert_eq!(zhang.fills(&removal, &[("reason", "传错了文件")]).await.status, 303);
        assert_eq!(zhang.get(&file).await.status, 404);
        let told = zhang.get(&page).await;
        assert!(told.has("查看附件原件") && told.has("移除附件") && !told.has("/original\""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_noted_when_it_leaves_and_proved_when_it_arrives() {
    Office::each(async |office| {
        let matter = report(&office).await;
        let page = format!("/matters/{}", matter.number);
        let zhang = Browser::of(&office, "zhang");
        let notices = format!("{page}/notices");
        let short = zhang.post(&notices, &[("notice_kind", "result")]).await;
        assert_eq!(short.status, 422);
        let letter = [
            ("notice_kind", "result"),
            ("notice_channel", "letter"),
            ("text", "结果告知书"),
            ("is_sent", "yes"),
        ];
        assert_eq!(zhang.fills(&notices, &letter).await.status, 303);
        let shown = zhang.get(&page).await;
        assert!(shown.has("已发出，待送达"));
        let delivery = link_in(&shown, "/delivery");
        let unproved = zhang.post(&delivery, &[("result", "delivered"), ("proof_kind", "post_number")]).await;
        assert_eq!(unproved.status, 422);
        assert!(unproved.has("没有证明不能结束这一步"));
        let proof = [("result", "delivered"), ("proof_kind", "post_number"), ("proof", "EMS1")];
        assert_eq!(zhang.post(&delivery, &proof).await.status, 303);
        let shown = zhang.get(&page).await;
        assert!(shown.has("已送达，邮寄单号及签收：EMS1") && !shown.has("/delivery\""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_extends_once_takes_back_and_decides_who_keeps_away() {
    Office::each(async |office| {
        let matter = report(&office).await;
        let page = format!("/matters/{}", matter.number);
        let (zhang, head) = (Browser::of(&office, "zhang"), Browser::of(&office, "head"));
        assert!(head.get(&page).await.has("2026-10-21 到期"), "fifteen working days over the holiday");
        let extension = format!("{page}/clocks/clue_check/extension");
        assert_eq!(zhang.get(&extension).await.status, 403);
        assert_eq!(head.fills(&extension, &[("reason", "案情复杂")]).await.status, 303);
        let longer = head.get(&page).await;
        assert!(longer.has("2026-11-11 到期") && !longer.has("批准延长"), "{}", longer.body());
        assert_eq!(head.fills(&extension, &[("reason", "再延一次")]).await.status, 422);

        let asked = [("officer", office.officer("zhang").id.to_string())];
        let asked = [("officer", asked[0].1.as_str()), ("by", "举报人"), ("reason", "是被举报人的近亲属")];
        let recusals = format!("{page}/recusals");
        assert_eq!(zhang.fills(&recusals, &asked).await.status, 303);
        let decision = format!("{recusals}/decision");
        assert_eq!(head.post(&decision, &[]).await.status, 422);
        assert_eq!(head.fills(&decision, &[("granted", "yes")]).await.status, 303);
        assert_eq!(zhang.get(&page).await.status, 404, "out of sight");
        let given = [("target", format!("{}|{}", office.officer("zhang").unit, office.officer("zhang").id))];
        let back = head.fills(&format!("{page}/assignment"), &[("target", &given[0].1)]).await;
        assert_eq!(back.status, 422);
        assert!(back.has("已被决定回避"));

        assert_eq!(
            head.fills(&format!("{page}/clocks/clue_check/void"), &[("reason", "应为投诉")]).await.status,
            303
        );
        let told = head.get(&page).await;
        for words in ["期限延长", "期限撤销", "申请回避", "决定回避"] {
            assert!(told.has(words), "{words}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_set_is_chosen_on_its_page() {
    Office::each(async |office| {
        office.set_day("2026-04-10");
        let matter = report(&office).await;
        office.set_day("2026-04-16");
        let (page, head) = (format!("/matters/{}", matter.number), Browser::of(&office, "head"));
        let path = format!("{page}/rule_set");
        assert_eq!(head.fills(&path, &[("rule_set", "R121"), ("reason", "")]).await.status, 422);
        let form = [("rule_set", "R121"), ("reason", "当事人书面要求适用")];
        assert_eq!(head.fills(&path, &form).await.status, 303);
        let told = head.get(&page).await;
        assert!(told.has("令第121号") && told.has("由 R20 改为 R121"));
        let stale = head.post(&path, &[("_version", "1"), ("rule_set", "R20"), ("reason", "又改回来")]).await;
        assert_eq!(stale.status, 409);
    })
    .await;
}

/// The numbers of the matters a list page links to, in its order.
fn numbers(page: &Answer) -> Vec<String> {
    let body = page.body();
    let links = body.split("<a class=\"number\" href=\"/matters/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_shows_every_matter_once_in_list_and_work() {
    Office::each(async |office| {
        for _ in 0..120 {
            office.opens("desk", "zhang").await;
        }
        let head = Browser::of(&office, "head");
        for start in ["/matters?kind=complaint", "/work?whose=unit&only=open"] {
            let (mut path, mut seen, mut pages) = (start.to_owned(), Vec::new(), 0);
            loop {
                let page = head.get(&path).await;
                assert_eq!(page.status, 200, "{path}");
                seen.extend(numbers(&page));
                pages += 1;
                let body = page.body();
                let Some((_, pager)) = body.split_once("<p class=\"pager\">") else { break };
                let next = pager.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
                path = next.replace("&amp;", "&");
            }
            let once: BTreeSet<&String> = seen.iter().collect();
            assert_eq!((seen.len(), once.len(), pages), (120, 120, 3), "{start}");
        }
        assert!(head.get("/matters?kind=complaint").await.has("共 120 件"));
        assert!(head.get("/matters?kind=report").await.has("共 0 件"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_narrowed_by_unit_and_return_and_the_journal_by_matter_and_verb() {
    Office::each(async |office| {
        let (mine, other) = (office.opens("desk", "zhang").await, office.opens("desk", "wang").await);
        let (zhang, desk) = (Browser::of(&office, "zhang"), Browser::of(&office, "desk"));
        assert_eq!(numbers(&desk.get("/matters?unit=2302").await).join(" "), other.number);
        let form = [("reason", "address"), ("words", "不在辖区")];
        let back = zhang.fills(&format!("/matters/{}/return", mine.number), &form).await;
        assert_eq!((back.status, back.location()), (303, "/work"));
        assert_eq!(numbers(&desk.get("/matters?returned=yes").await).join(" "), mine.number);
        let auditor = Browser::of(&office, "auditor");
        let page = auditor.get(&format!("/audit?number={}&verb=return", mine.number)).await;
        assert!(page.has("地址不详") && page.has("不在辖区"), "{}", page.body());
        assert!(!page.has(&other.number));
        for query in ["after=00", "after=zz", "on=x", "verb=%27", "number=%00"] {
            assert!(auditor.get(&format!("/audit?{query}")).await.status < 500, "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_read_back_to_its_first_line() {
    Office::each(async |office| {
        for _ in 0..250 {
            office.opens("desk", "desk").await;
        }
        let auditor = Browser::of(&office, "auditor");
        let first = auditor.get("/audit?verb=register").await;
        assert_eq!(first.body().matches("TS-23-2026-").count(), 150);
        let body = first.body();
        let (_, pager) = body.split_once("<p class=\"pager\">").unwrap();
        let next = pager.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        assert_eq!(auditor.get(&next).await.body().matches("TS-23-2026-").count(), 100);
    })
    .await;
}
