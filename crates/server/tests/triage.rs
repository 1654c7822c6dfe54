//! `xiaobao triage` as somebody at a terminal uses it: files in, advice out, nothing of the office opened.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const FOOD: [&str; 6] = [
    "蛋糕里吃出头发",
    "饭店的菜变质了",
    "奶茶里有虫子",
    "牛奶过期发酸",
    "面包发霉还在卖",
    "火锅店食材不新鲜",
];
const GOODS: [&str; 6] = [
    "电动车电池鼓包",
    "手机屏幕坏了不保修",
    "洗衣机漏水不给修",
    "空调不制冷拒绝退货",
    "电视机黑屏",
    "充电器发烫",
];

fn place(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("triage-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn triage(words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xiaobao"))
        .arg("triage")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn answer(words: &[&str], input: &str) -> Value {
    let output = triage(words, input);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Closed matters as a table; every label has `FOOD.len()` texts, or all labels are wrong ones.
fn closed(wrong: bool) -> String {
    let mut table = "标题,类别,日期\n".to_owned();
    for (at, (food, goods)) in FOOD.iter().zip(GOODS).enumerate() {
        let labels = if wrong && at % 2 == 0 { ("商品", "食品") } else { ("食品", "商品") };
        table.push_str(&format!(
            "餐厅食物：{food},{},2026-01-{:02}\n家用电器：{goods},{},2026-02-{:02}\n",
            labels.0,
            at + 1,
            labels.1,
            at + 1
        ));
    }
    table
}

#[test]
fn a_model_is_trained_measured_used_and_replaced_only_by_one_that_is_not_worse() {
    let folder = place("train");
    let (file, model) = (folder.join("closed.csv"), folder.join("model"));
    let (file, model) = (file.to_str().unwrap(), model.to_str().unwrap());
    std::fs::write(file, format!("\u{feff}{}", closed(false))).unwrap();
    let columns = ["--text", "标题", "--label", "类别", "--out", model, "--json"];
    let train = [&["train", file], &columns[..]].concat();
    let trained = answer(&train, "");
    assert_eq!(trained["samples"], 12);
    assert_eq!(trained["replaced"], true);
    assert_eq!(answer(&train, "")["version"], trained["version"], "the same file gives the same model");
    let forward = answer(&[&train[..], &["--time", "日期"]].concat(), "");
    assert_eq!(forward["time_forward"]["documents"], 3, "the newest fifth");

    let measured = answer(&["evaluate", model, file, "--json"], "");
    assert_eq!(measured["documents"], 12);
    // A model says until when it has learned: another version than the one that was told no days.
    assert_eq!(measured["version"], forward["version"]);
    for key in ["accuracy", "macro_f1", "top3", "ece", "docs_per_second"] {
        assert!(measured[key].is_number(), "{key}");
    }
    assert_eq!(measured["risk_coverage"].as_array().unwrap().len(), 11);

    let said = answer(&["classify", model, "--json"], "餐厅食物变质发霉\n");
    assert_eq!(said["label"], "食品");
    assert!(!said["reasons"].as_array().unwrap().is_empty());
    let rows = triage(&["classify", model, "--text", "内容"], "编号,内容\n1,家用电器黑屏\n2,餐厅食物过期\n");
    let rows = String::from_utf8(rows.stdout).unwrap();
    assert_eq!(rows.lines().map(|line| &line[..6]).collect::<Vec<_>>(), ["商品", "食品"]);

    std::fs::write(file, closed(true)).unwrap();
    let refused = triage(&train, "");
    assert!(!refused.status.success(), "a worse model must not take the place");
    assert_eq!(answer(&["evaluate", model, file, "--json"], "")["version"], forward["version"]);
    let forced = answer(&[&train[..], &["--force"]].concat(), "");
    assert_ne!(forced["version"], forward["version"]);
    assert!(triage(&["rollback", model], "").status.success());
    assert_eq!(answer(&["evaluate", model, file, "--json"], "")["version"], forward["version"]);
}

#[test]
fn messages_are_grouped_by_incident_and_people_counted() {
    let folder = place("cluster");
    let (file, ties) = (folder.join("messages.csv"), folder.join("ties.csv"));
    let table = "编号,标题,内容,时间,谁\n\
        1,丽景花园锅炉房噪声扰民,丽景花园旁边的锅炉房昼夜轰鸣，粉尘很大，没法睡觉,2026-01-01 08:00,甲\n\
        2,锅炉房粉尘,我是丽景花园的住户，锅炉房的粉尘落满阳台，轰鸣声太大,2026-01-04 09:00,乙\n\
        3,丽景花园的锅炉房谁来管,锅炉房轰鸣，粉尘飘进家里，丽景花园老人孩子咳嗽,2026-01-09,甲\n\
        4,路灯坏了,青山街道办路灯不亮三个月了,2026-01-05,丙\n\
        3,丽景花园的锅炉房谁来管,同一行导出了两次,2026-01-09,甲\n";
    std::fs::write(&file, table).unwrap();
    let words = [
        "cluster",
        file.to_str().unwrap(),
        "--id",
        "编号",
        "--text",
        "标题,内容",
        "--time",
        "时间",
        "--person",
        "谁",
        "--json",
    ];
    let found = answer(&words, "");
    assert_eq!(found["messages"], serde_json::json!({ "1": "1", "2": "1", "3": "1", "4": "4" }));
    assert_eq!(found["clusters"][0]["people"], 2, "甲 wrote twice");
    assert_eq!(found["clusters"][0]["messages"], 3);

    std::fs::write(&ties, "a,b,same\n1,2,0\n2,3,0\n1,4,1\n").unwrap();
    let told = answer(&[&words[..], &["--ties", ties.to_str().unwrap()]].concat(), "");
    assert_eq!(told["messages"]["4"], "1", "an officer said so");
    assert_ne!(told["messages"]["2"], "1", "an officer said no");
}

#[test]
fn what_cannot_be_read_is_said_in_a_sentence() {
    let folder = place("wrong");
    let file = folder.join("a.csv");
    std::fs::write(&file, "标题\n一\n").unwrap();
    let file = file.to_str().unwrap();
    let cases: [(&[&str], &str); 3] = [
        (&["train", file, "--text", "正文", "--label", "类别", "--out", "x"], "没有“正文”这一列；有：标题"),
        (&["classify", file], "不是本程序的模型文件"),
        (&["cluster", file, "--id", "标题", "--text", "标题", "--time", "标题"], "时间看不懂"),
    ];
    for (words, sentence) in cases {
        let output = triage(words, "");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(sentence), "{said}");
    }
}

/// Sorts of goods with a sentence each and what it is about.
const SORTS: [(&str, [&str; 4]); 4] = [
    ("乳制品", ["牛奶结块发酸", "酸奶胀袋漏了", "奶粉里有虫子", "鲜奶没到保质期就臭了"]),
    ("手机", ["手机屏幕花屏不保修", "新手机充不进电", "手机电池鼓包", "手机通话没有声音"]),
    ("健身", ["健身房关门退不了卡", "健身私教课不给退", "健身卡转让收费太高", "健身房教练离职没人上课"]),
    ("洗衣机", ["洗衣机漏水不给修", "洗衣机甩干时乱跳", "洗衣机门打不开", "洗衣机三包期内拒修"]),
];

/// Closed matters of some months as a file to bring in: each sort `count` times a month; `wrong`: named as the next sort.
fn months(months: std::ops::RangeInclusive<u32>, count: usize, wrong: bool) -> String {
    let mut table = "登记编号,类型,诉求内容,登记时间,办结时间,接收方式,商品\n".to_owned();
    for month in months {
        for (sort, at) in (0..SORTS.len()).flat_map(|sort| (0..count).map(move |at| (sort, at))) {
            let (_, words) = SORTS[sort];
            let (name, _) = SORTS[(sort + usize::from(wrong)) % SORTS.len()];
            let street =
                ["中山路", "文化街", "西大直街", "果戈里大街", "红旗大街"][(at + month as usize) % 5];
            let (told, day) = (words[(at + month as usize) % 4], at % 27 + 1);
            let number = format!("{}{month}-{sort}-{at}", if wrong { "B" } else { "A" });
            table.push_str(&format!(
                "{number},投诉,在{street}{at}号买的，{told}，找了{month}次商家都说不管，要求处理,2025-{month:02}-{day:02} 09:00:00,\
                 2025-{month:02}-28 10:00:00,电话,{name}\n"
            ));
        }
    }
    table
}

/// How the columns of [`months`] are called.
const MAP: &str = r#"source = "旧系统"
[columns]
number = "登记编号"
kind = "类型"
facts = "诉求内容"
received = "登记时间"
closed = "办结时间"
channel = "接收方式"
goods = "商品"
"#;

/// A data folder, used by commands as at a terminal.
struct Office(PathBuf);

impl Office {
    async fn found() -> Self {
        let data = place("learn").join("data");
        let opened = server::open(&data, "", true).await.unwrap();
        assert!(server::demo::fill_with(&opened.app, 3, 5).await.unwrap());
        opened.app.db.close().await;
        std::fs::write(data.join("map.toml"), MAP).unwrap();
        Self(data)
    }

    fn model(&self) -> PathBuf {
        self.0.join("triage/goods.model")
    }

    fn told(&self, words: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xiaobao"));
        command.args(words).arg("--data").arg(&self.0).env("XIAOBAO_LOG", "off");
        let output = command.output().unwrap();
        let told = [&output.stdout[..], &output.stderr[..]].concat();
        (output.status.success(), String::from_utf8(told).unwrap())
    }

    fn bring(&self, table: &str) {
        let (file, map) = (self.0.join("file.csv"), self.0.join("map.toml"));
        std::fs::write(&file, table).unwrap();
        let words = ["import", "contacts", file.to_str().unwrap(), "--map", map.to_str().unwrap()];
        let (done, told) = self.told(&words);
        assert!(done && told.contains("核对平衡"), "{told}");
    }

    fn learn(&self, more: &[&str]) -> (bool, Value) {
        let model = self.model();
        let words = ["triage", "learn", "--of", "goods", "--json", "--out", model.to_str().unwrap()];
        let (done, told) = self.told(&[&words[..], more].concat());
        let json = told.find('{').map(|at| serde_json::from_str(&told[at..]).unwrap());
        (done, json.unwrap_or_else(|| panic!("{told}")))
    }
}

/// Issue 5, point 1: brought in and closed with their categories, the office's own matters teach the model; it is measured on the
/// newest, compared with the last one on matters that neither has seen, and can be taken back.
#[tokio::test(flavor = "multi_thread")]
async fn the_office_learns_from_its_own_closed_matters_and_can_go_back() {
    let office = Office::found().await;
    let model = || std::fs::read(office.model()).unwrap();
    office.bring(&months(1..=4, 10, false));
    let (done, first) = office.learn(&[]);
    assert!(done && first["replaced"] == true && first["compared"].is_null(), "{first}");
    assert_eq!(first["samples"], 160, "the demo's own matters are not learned from: {first}");
    assert!(first["time_forward"]["documents"].as_u64().unwrap() >= 20, "{first}");
    assert!(first["time_forward"]["macro_f1"].as_f64().unwrap() > 0.9, "{first}");

    office.bring(&months(5..=6, 10, false));
    let (done, second) = office.learn(&[]);
    assert!(done && second["replaced"] == true, "{second}");
    let unseen = second["compared"]["documents"].as_u64().unwrap_or_else(|| panic!("{second}"));
    assert!(unseen >= 30, "on what the last one has not seen: {second}");
    let good = model();

    // Older matters that somebody named wrongly make a model that is worse on what came in since.
    office.bring(&months(1..=4, 40, true));
    office.bring(&months(9..=12, 15, false));
    let (done, third) = office.learn(&[]);
    assert!(!done && third["replaced"] == false, "{third}");
    let figure = |name: &str| third["compared"][name].as_f64().unwrap_or_else(|| panic!("{third}"));
    assert!(figure("macro_f1") < figure("last_macro_f1"), "{third}");
    assert!(model() == good, "the last one stays");
    let (done, forced) = office.learn(&["--force"]);
    assert!(done && forced["replaced"] == true && model() != good);
    assert!(triage(&["rollback", office.model().to_str().unwrap()], "").status.success());
    assert!(model() == good);
}
