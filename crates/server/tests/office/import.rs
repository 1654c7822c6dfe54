//! R01: files of other systems.

use std::fs;

use intake::import::{Map, Order, Sheet};
use testkit::TestOffice;

const FILE: &str = "企业名称,登记编号,类型,诉求内容,登记时间,办结时间,接收方式,问题类别\n\
    甲超市,A1,投诉,牛奶变质,2026-09-01 10:00:00,,12345热线,食品安全\n\
    ,A2,咨询,三包怎么算,2026-09-02 11:00:00,2026-09-02 11:05:00,电话,\n\
    乙商店,A3,表演,看不懂的类型,2026-09-02 11:00:00,,电话,\n\
    乙商店,A4,举报,无照经营,昨天,,电话,\n\
    乙商店,,举报,没有编号,2026-09-02,,电话,\n";

async fn import(office: &TestOffice, text: &str, dry_run: bool) -> Sheet {
    let path = office.app.config.data.join("contacts.csv");
    fs::write(&path, text).unwrap();
    let order = Order { map: Map::national(), unit: office.officer("desk").unit, dry_run };
    let ctx = office.app.ctx(kernel::Actor::System("导入"));
    intake::import::run(&office.app.db, &ctx, &path, &order).await.unwrap()
}

/// Found by feeding the importer damaged tables.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_says_of_a_number_that_comes_again_is_what_happens() {
    TestOffice::each(async |office| {
        let lines: Vec<&str> = FILE.lines().take(2).collect();
        let (head, first) = (lines[0], lines[1]);
        let (other, wrong) = (first.replace("牛奶", "面包"), first.replace("2026-09-01 10:00:00", "昨天"));
        let text = format!("{head}\n{first}\n{other}\n{wrong}\n{first}\n");
        // What only the books refuse is told before, too.
        let (late, hidden) = (
            first.replace("A1", "A7").replace("2026-09-01 10:00:00", "2099-01-01"),
            first.replace("A1", "A8"),
        );
        let old = first.replace("A1", "A9").replace("2026-09-01 10:00:00", "1013-09-01");
        let hidden = hidden.replace("甲超市", &"长".repeat(121));
        let text = format!("{text}{late}\n{hidden}\n{old}\n");
        let told = |sheet: &Sheet| (sheet.new, sheet.same, sheet.changed.len(), sheet.bad.clone());
        let check = import(&office, &text, true).await;
        assert_eq!(
            (check.new, check.same, check.changed.len(), check.bad.len()),
            (1, 1, 2, 3),
            "{:?}",
            check.bad
        );
        assert_eq!(told(&import(&office, &text, false).await), told(&check));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing_and_every_row_is_accounted_for() {
    TestOffice::each(async |office| {
        let twice = format!("{FILE}甲超市,A1,投诉,牛奶变质,2026-09-01 10:00:00,,12345热线,食品安全\n甲超市,A1,投诉,别的内容,2026-09-01,,电话,\n");
        let dry = import(&office, &twice, true).await;
        assert_eq!((dry.new, dry.same, dry.changed.len(), dry.balances()), (2, 1, 1, true));
        let dry = import(&office, FILE, true).await;
        assert_eq!((dry.new, dry.bad.len(), dry.balances()), (2, 3, true));
        assert!(!office.sign_in("desk").await.get("/matters").await.body.contains("TS-23"));
        let first = import(&office, FILE, false).await;
        assert_eq!((first.read, first.new, first.same), (5, 2, 0));
        let why: Vec<String> = first.bad.iter().map(|(line, why)| format!("{line} {why}")).collect();
        assert_eq!(why, ["4 类型“表演”无法识别", "5 登记时间“昨天”无法识别", "6 缺少登记编号"]);
        let second = import(&office, FILE, false).await;
        assert_eq!((second.new, second.same, second.changed.len(), second.balances()), (0, 2, 0, true));
        let changed = import(&office, &FILE.replace("牛奶变质", "牛奶变质严重"), false).await;
        assert_eq!((changed.changed.len(), changed.same), (1, 1));
        let page = office.sign_in("desk").await.get("/matters?q=%E7%94%B2%E8%B6%85%E5%B8%82").await;
        assert!(page.body.contains("TS-23-2026-00001"), "{}", page.text());
    })
    .await;
}
