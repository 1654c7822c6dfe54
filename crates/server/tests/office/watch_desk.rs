//! R11: the watch desk rings on the bureau's own matters, shows why and why perhaps not, and takes the decision of a person.

use std::{fmt::Write as _, fs};

use intake::import::{Map, Order};
use jiff::{ToSpan as _, civil::Date};
use testkit::{TestOffice, Visitor};

mod brands;
mod once;
mod silent;

/// The people of the incident; nobody may read them on a page of the watch desk.
const PEOPLE: [&str; 8] = ["欧阳一", "欧阳二", "欧阳三", "欧阳四", "欧阳五", "欧阳六", "欧阳七", "欧阳八"];
const TRADER: &str = "甲地铁锅炖店";
const QUIET: &str = "丁理发店";

/// Lines of a file to bring in: the text, how many there are, and the goods of what is told next.
struct World(String, u32, &'static str);

impl World {
    fn new() -> Self {
        Self("企业名称,登记编号,类型,诉求内容,登记时间,接收方式,问题类别,姓名,电话,商品\n".to_owned(), 0, "")
    }

    fn told(
        &mut self,
        day: Date,
        kind: &str,
        trader: &str,
        problem: &str,
        (person, phone): (&str, u64),
        facts: &str,
    ) {
        self.1 += 1;
        let (number, goods) = (self.1, self.2);
        let _ = writeln!(
            self.0,
            "{trader},W{number},{kind},{facts},{day} 10:00:00,电话,{problem},{person},{phone},{goods}"
        );
    }

    /// Half a year of calm: four a day at forty traders.
    fn calm(&mut self, last: Date) {
        for back in (1..=180).rev() {
            let day = last.saturating_sub(i32::from(back as i16).days());
            for i in 0..4_u64 {
                let at = u64::from(self.1);
                let (trader, problem) = ((at * 7 + i) % 40, ["质量", "价格", "合同"][(at % 3) as usize]);
                self.told(
                    day,
                    "投诉",
                    &format!("店{trader}"),
                    problem,
                    (&format!("人{at}"), 13_000_000_000 + at),
                    "买的东西不满意",
                );
            }
        }
    }

    async fn brought_in(&self, office: &TestOffice) {
        let path = office.app.config.data.join("watch.csv");
        fs::write(&path, &self.0).unwrap();
        let mut map = Map::national();
        map.columns.insert("goods".to_owned(), "商品".to_owned());
        let order = Order { map, unit: office.officer("zhang").unit, dry_run: false };
        let ctx = office.app.ctx(kernel::Actor::System("导入"));
        let sheet = intake::import::run(&office.app.db, &ctx, &path, &order).await.unwrap();
        assert_eq!(sheet.new, sheet.read, "{:?}", sheet.bad);
    }
}

fn today(office: &TestOffice) -> Date {
    kernel::office_date(office.app.ground.clock.now())
}

/// The first alarm of the list that speaks of `what`.
async fn alarm(visitor: &mut Visitor, what: &str) -> String {
    let page = visitor.get("/alarms").await;
    assert_eq!(page.status, 200);
    let (before, _) = page.body.split_once(what).unwrap_or_else(|| panic!("{what}: {}", page.text()));
    let (_, link) = before.rsplit_once("href=\"/alarms/").expect("a link");
    format!("/alarms/{}", link.split('"').next().unwrap())
}

fn nobody_is_named(page: &str) {
    for word in PEOPLE.iter().copied().chain(["139000000", "匿名的线人"]) {
        assert!(!page.contains(word), "{word}: {page}");
    }
}

/// Eight people complain of one trader within four days, one of them a report.
fn incident(world: &mut World, last: Date) {
    for (at, person) in PEOPLE.iter().enumerate() {
        let day = last.saturating_sub(i32::try_from(at % 4).unwrap().days());
        let kind = if at == 7 { "举报" } else { "投诉" };
        let facts = format!("铁锅炖里吃出螺丝钉 {person}");
        world.told(day, kind, TRADER, "质量", (person, 13_900_000_000 + at as u64), &facts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_rings_is_opened_and_is_dismissed_with_a_reason() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut world = World::new();
        world.calm(yesterday);
        incident(&mut world, yesterday);
        world.brought_in(&office).await;
        assert!(watch::look(&office.app).await.unwrap() >= 1);
        let mut head = office.sign_in("head").await;
        let path = alarm(&mut head, TRADER).await;
        let page = head.get(&path).await;
        let text = page.text();
        assert!(
            text.contains("预期 0.0 人") && text.contains("反过来看") && text.contains("起步期"),
            "{text}"
        );
        assert!(page.body.contains("<svg") && page.body.contains("bar-above"), "the series");
        assert_eq!(page.body.matches("class=\"number\" href=\"/matters/").count(), 8, "{text}");
        nobody_is_named(&page.body);
        nobody_is_named(&head.get("/alarms").await.body);
        let row = page.body.split("href=\"/matters/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(head.get(&format!("/matters/{row}")).await.status, 200, "the rows open");

        // A reason is needed, and what was typed stays.
        let version = page.field("_version");
        let form = |reason: &'static str, words: &'static str| {
            [("_version", version.clone()), ("reason", reason.to_owned()), ("words", words.to_owned())]
        };
        let refused = send(&mut head, &format!("{path}/dismissal"), &form("", "一桌人分别投诉")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("请选择为什么不成立") && refused.body.contains("一桌人分别投诉"));
        let refused = send(&mut head, &format!("{path}/dismissal"), &form("other", "")).await;
        assert!(refused.body.contains("请写明情况"));
        let done = send(&mut head, &format!("{path}/dismissal"), &form("known", "已经现场检查")).await;
        assert_eq!(done.status, 303);
        assert!(!head.get("/alarms").await.body.contains(TRADER));
        let dismissed = head.get("/alarms?state=dismissed").await.text();
        assert!(dismissed.contains(TRADER) && dismissed.contains("已经掌握，正在处理"), "{dismissed}");
        let late = send(
            &mut head,
            &format!("{path}/taking"),
            &[("_version", version.clone()), ("done", "再看".to_owned())],
        )
        .await;
        assert!(late.body.contains("已经登记为“不成立”"), "{}", late.text());

        // The next night says nothing new about it; a second look of the same day does not look.
        assert_eq!(watch::look(&office.app).await.unwrap(), 0);
        office.set_day("2026-09-24");
        watch::look(&office.app).await.unwrap();
        let mut head = office.sign_in_again("head").await;
        assert!(!head.get("/alarms").await.body.contains(TRADER));
    })
    .await;
}

/// Sends a form of owned words.
async fn send(visitor: &mut Visitor, path: &str, form: &[(&str, String)]) -> testkit::Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post(path, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hurt_and_a_watched_name_ring_at_once_and_one_is_taken_up() {
    TestOffice::each(async |office| {
        let yesterday = today(&office).saturating_sub(1.day());
        let mut bureau = office.sign_in("bureau").await;
        let short = bureau.post("/alarms/words", &[("word", "某"), ("why", "召回")]).await;
        assert!(short.status == 422 && short.body.contains("至少两个字"), "{}", short.text());
        let listed = [("word", "锦湖轮胎"), ("why", "总局召回公告")];
        assert_eq!(bureau.post("/alarms/words", &listed).await.status, 303);
        assert!(bureau.post("/alarms/words", &listed).await.body.contains("已经有了"));
        office.set_day("2026-09-25");
        let mut bureau = office.sign_in_again("bureau").await;
        let day = yesterday.saturating_add(2.days());
        let mut world = World::new();
        world.told(yesterday, "投诉", QUIET, "质量", ("欧阳一", 13_900_000_001), "头皮烧伤");
        world.told(yesterday, "投诉", QUIET, "质量", ("欧阳一", 13_900_000_001), "头皮烧伤还没好");
        world.told(day, "投诉", QUIET, "质量", ("欧阳二", 13_900_000_002), "染发以后头皮烧伤住院");
        world.told(day, "投诉", "戊汽修", "质量", ("欧阳三", 13_900_000_003), "锦湖轮胎鼓了");
        world.told(day, "投诉", "戊汽修", "质量", ("欧阳四", 13_900_000_004), "锦湖轮胎也鼓了");
        world.brought_in(&office).await;
        assert_eq!(watch::look(&office.app).await.unwrap(), 2);
        let path = alarm(&mut bureau, QUIET).await;
        let page = bureau.get(&path).await;
        assert!(
            page.text().contains("7 日内 2 人反映人身伤害") && page.text().contains("人身伤害"),
            "{}",
            page.text()
        );
        nobody_is_named(&page.body);
        alarm(&mut bureau, "锦湖轮胎").await;

        // Taken up in a matter within reach; another number is refused in words.
        let number = page
            .body
            .split("href=\"/matters/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap()
            .to_owned();
        let version = page.field("_version");
        let taking = format!("{path}/taking");
        let wrong = bureau.post(&taking, &[("_version", &version), ("number", "TS-0")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("没有这个编号") && wrong.body.contains("TS-0"));
        let form = [("_version", version.as_str()), ("number", number.as_str()), ("done", "所里当天检查")];
        assert_eq!(bureau.post(&taking, &form).await.status, 303);
        let page = bureau.get(&path).await;
        assert!(
            page.text().contains("已转办")
                && page.body.contains(&format!("转入 <a class=\"number\" href=\"/matters/{number}\""))
        );
        assert!(bureau.get(&format!("/matters/{number}")).await.text().contains("由预警转入"));
        let journal = office.sign_in("auditor").await.get("/audit").await.text();
        assert!(journal.contains("预警转办") && journal.contains("加入关注名单"), "{journal}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_watch_finds_nothing_and_whoever_may_not_decide_only_reads() {
    TestOffice::each(async |office| {
        for login in ["zhang", "desk", "station", "admin", "legal"] {
            let mut visitor = office.sign_in(login).await;
            assert_eq!(visitor.get("/alarms").await.status, 404, "{login}");
            assert_eq!(visitor.post("/alarms/budget", &[("budget", "9")]).await.status, 404, "{login}");
        }
        let mut auditor = office.sign_in("auditor").await;
        let page = auditor.get("/alarms").await;
        assert!(page.status == 200 && !page.body.contains("action=\"/alarms/budget\""));
        assert_eq!(auditor.post("/alarms/budget", &[("budget", "9")]).await.status, 404);
        let mut head = office.sign_in("head").await;
        let wrong = head.post("/alarms/budget", &[("budget", "很多")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("0.1 到 50") && wrong.body.contains("很多"));
        assert_eq!(head.post("/alarms/budget", &[("budget", "0.5")]).await.status, 303);
        assert!(auditor.get("/alarms").await.text().contains("每周大约 0.5 次"));
        assert_eq!(head.get("/alarms/01900000-0000-7000-8000-000000000001").await.status, 404);
        assert!(head.get("/work").await.body.contains("href=\"/alarms\""), "a way leads there");

        // Once a day, and the page of background work tells.
        assert!(watch::look_when_due(&office.app).await.unwrap());
        assert!(!watch::look_when_due(&office.app).await.unwrap());
        assert!(office.sign_in("admin").await.get("/settings/jobs").await.text().contains("预警查看"));
    })
    .await;
}
