//! The pages, over HTTP.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use kernel::{Ctx, Role};
use tower::ServiceExt as _;
use traders::NewTrader;
use web::{App, Config, Context};

use crate::office::{Registry, shop};

struct Visitor(Router);

impl Visitor {
    fn new(registry: &Registry, ctx: Ctx) -> Self {
        let config = Config {
            bureau: "南岗分局".to_owned().into(),
            data: std::env::temp_dir(),
            secure_cookies: false,
            demo: false,
            version: "test",
        };
        let app = App { db: registry.db.clone(), ground: registry.ground.clone(), config: Arc::new(config) };
        Self(traders::routes().into_router().with_state(app).layer(Extension(Context(ctx))))
    }

    async fn send(&self, request: Request<Body>) -> (u16, String, String) {
        let response = self.0.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, location.unwrap_or_default(), String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        (status, body)
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, String, String) {
        let body = Body::from(serde_urlencoded::to_string(form).unwrap());
        let kind = "application/x-www-form-urlencoded";
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind).body(body).unwrap()).await
    }
}

fn coded(text: &str) -> String {
    serde_urlencoded::to_string([("q", text)]).unwrap()
}

#[test]
fn every_page_is_in_order_on_sample_data() {
    for sample in traders::samples() {
        assert_eq!(web::sample::faults(&sample.html), Vec::<String>::new(), "{}", sample.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_made_held_against_its_neighbours_and_changed() {
    Registry::each(async |registry| {
        let desk = Visitor::new(&registry, registry.officer(Role::Desk));
        let form = |name: &'static str| vec![("name", name), ("form", "company"), ("state", "open")];
        let (status, _, body) = desk.post("/traders", &form("")).await;
        assert!(status == 422 && body.contains("请填写经营者名称"), "{body}");
        let (status, to, _) = desk.post("/traders", &form("好再来超市")).await;
        assert_eq!(status, 303);
        let (status, _, body) = desk.post("/traders", &form("好再来超市（中山店）")).await;
        assert!(status == 422 && body.contains("可能是同一经营者") && body.contains(&to), "{body}");
        let sure = [form("好再来超市（中山店）"), vec![("not_near", "yes")]].concat();
        assert_eq!(desk.post("/traders", &sure).await.0, 303);
        let (_, _, body) = desk.post("/traders", &form("重庆Х商贸")).await;
        assert!(body.contains("西里尔") && body.contains("letters_checked"), "{body}");

        let (_, page) = desk.get(&format!("{to}/edit")).await;
        assert!(page.contains("name=\"_version\" value=\"1\""), "{page}");
        let change = [form("好再来超市"), vec![("_version", "1"), ("phone", "138******78")]].concat();
        let (status, _, body) = desk.post(&to, &change).await;
        assert!(status == 422 && body.contains("遮盖"), "SEC_39: {body}");
        let change = [form("好再来超市"), vec![("_version", "1"), ("contact", "王芳")]].concat();
        assert_eq!(desk.post(&to, &change).await.0, 303);
        assert_eq!(desk.post(&to, &change).await.0, 409, "somebody changed it meanwhile");
        assert!(desk.get(&to).await.1.contains("王芳"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_addresses_and_tags_have_their_pages() {
    Registry::each(async |registry| {
        let desk = Visitor::new(&registry, registry.officer(Role::Desk));
        let id = registry.create(shop("好再来超市")).await;
        let at = |part: &str| format!("/traders/{id}{part}");
        assert_eq!(desk.post(&at("/aliases"), &[("alias", "老王"), ("kind", "")]).await.0, 422);
        assert_eq!(desk.post(&at("/aliases"), &[("alias", "老王"), ("kind", "sign")]).await.0, 303);
        let alias = registry.db.read(move |tx| traders::aliases(tx, id)).await.unwrap().remove(0).id;
        assert!(desk.get(&at("/aliases")).await.1.contains("招牌"));
        assert_eq!(desk.post(&at(&format!("/aliases/{alias}/removal")), &[]).await.0, 303);
        assert_eq!(desk.post(&at(&format!("/aliases/{alias}/removal")), &[]).await.0, 404);

        let place =
            [("kind", "domicile"), ("line", "中山路1号"), ("region", "230103"), ("from_day", "2020-01-01")];
        assert_eq!(desk.post(&at("/addresses"), &place[..1]).await.0, 422);
        assert_eq!(desk.post(&at("/addresses"), &place).await.0, 303);
        let address = registry.db.read(move |tx| traders::addresses(tx, id)).await.unwrap().remove(0).id;
        assert_eq!(desk.post(&at(&format!("/addresses/{address}/end")), &[]).await.0, 303);
        assert!(desk.get(&at("")).await.1.contains("2026-09-23 止"));

        assert_eq!(desk.post(&at("/tags"), &[("tag", "名优企业")]).await.0, 303);
        let tagged = format!("/traders?{}", serde_urlencoded::to_string([("tag", "名优企业")]).unwrap());
        registry.create(shop("别家")).await;
        let (_, page) = desk.get(&tagged).await;
        assert!(page.contains("好再来超市") && !page.contains("别家"), "{page}");
        assert_eq!(desk.post(&at("/tags/removal"), &[("tag", "名优企业")]).await.0, 303);
        assert!(!desk.get(&tagged).await.1.contains("好再来超市"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_records_are_compared_merged_with_a_reason_and_parted_again() {
    Registry::each(async |registry| {
        let head = Visitor::new(&registry, registry.head());
        let one = registry.create(shop("好再来超市")).await;
        let other = NewTrader { phone: "13812345678".to_owned(), ..shop("好再来超市中山店") };
        let two = registry.create(other).await;
        let (_, page) = head.get(&format!("/traders/{one}/merge")).await;
        assert!(page.contains(&format!("other={two}")), "the near one is offered: {page}");
        let (_, page) = head.get(&format!("/traders/{one}/merge?{}", coded("13812345678"))).await;
        assert!(page.contains(&format!("other={two}")));
        let (_, page) = head.get(&format!("/traders/{one}/merge?other={two}")).await;
        assert!(page.contains("逐项比对") && page.contains("不同") && page.contains("13812345678"), "{page}");
        let id = two.to_string();
        let merges = format!("/traders/{one}/merges");
        let (status, _, body) = head.post(&merges, &[("other", &id), ("reason", "")]).await;
        assert!(status == 422 && body.contains("请写明合并理由") && body.contains("逐项比对"), "{body}");
        assert_eq!(head.post(&merges, &[("other", &id), ("reason", "执照一致")]).await.0, 303);

        let (_, page) = head.get(&format!("/traders/{two}")).await;
        assert!(page.contains("这份档案已合并") && page.contains(&one.to_string()), "{page}");
        assert_eq!(head.get(&format!("/traders/{two}/edit")).await.0, 409);
        let (_, found) = head.get(&format!("/traders/lookup?{}", coded("13812345678"))).await;
        assert!(found.contains(&format!("data-trader_id=\"{one}\"")) && !found.contains(&id), "{found}");
        let (_, page) = head.get(&format!("/traders/{one}")).await;
        let undo = page.split("action=\"/traders/merges/").nth(1).unwrap().split('"').next().unwrap();
        let undo = format!("/traders/merges/{undo}");
        assert_eq!(head.post(&undo, &[("reason", "")]).await.0, 409);
        assert_eq!(head.post(&undo, &[("reason", "不是同一家")]).await.0, 303);
        assert_eq!(head.get(&format!("/traders/{two}/edit")).await.0, 200);
        assert!(head.get(&format!("/traders/{one}")).await.1.contains("不是同一家"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_page_by_page_each_record_once() {
    Registry::each(async |registry| {
        for at in 0..120 {
            registry.create(shop(&format!("商户{at:03}"))).await;
        }
        let desk = Visitor::new(&registry, registry.officer(Role::Desk));
        let (mut path, mut seen, mut pages) = ("/traders".to_owned(), Vec::new(), 0);
        loop {
            let (status, page) = desk.get(&path).await;
            assert_eq!(status, 200);
            seen.extend(page.split("商户").skip(1).map(|rest| rest[..3].to_owned()));
            pages += 1;
            let Some((_, rest)) = page.split_once("&amp;after=") else { break };
            path = format!("/traders?tag=&after={}", rest.split('"').next().unwrap());
        }
        assert_eq!((pages, seen.len()), (3, 120));
        assert!(seen.is_sorted());
        assert_eq!(desk.get("/traders?after=00").await.0, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_shown_as_text_and_never_as_markup() {
    Registry::each(async |registry| {
        let desk = Visitor::new(&registry, registry.officer(Role::Desk));
        let name = "<b>甲</b>\"店";
        let id = registry.create(shop(name)).await;
        let lookup = format!("/traders/lookup?{}", coded(name));
        for path in [lookup, "/traders".to_owned(), format!("/traders/{id}")] {
            let (_, page) = desk.get(&path).await;
            assert!(page.contains("甲") && !page.contains("<b>甲"), "{path}: {page}");
        }
        let reader = Visitor::new(&registry, registry.officer(Role::Auditor));
        let (status, page) = reader.get(&format!("/traders/{id}")).await;
        assert!(status == 200 && !page.contains(&format!("/traders/{id}/edit")), "read, not changed: {page}");
        assert_eq!(reader.get(&format!("/traders/{id}/edit")).await.0, 403);
        let stranger = Visitor::new(&registry, registry.officer(Role::Station));
        assert_eq!(stranger.get(&format!("/traders/{id}")).await.0, 403);
    })
    .await;
}
