//! What the code says of itself: statements on both engines, pages on sample data, the diagram of the procedure.

use testkit::{TestOffice, house_rules};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_accepted_by_both_engines() {
    TestOffice::each(async |office| {
        let selects = server::selects(&office.ctx("zhang"));
        assert!(
            selects.len() > 100 && server::statements().len() > 120,
            "{} {}",
            selects.len(),
            server::statements().len()
        );
        let failed = office.app.db.prepare_all(server::statements(), selects).await.unwrap();
        assert_eq!(failed, Vec::<String>::new());
    })
    .await;
}

#[test]
fn every_statement_of_the_sources_is_registered() {
    let sources = house_rules::shipped(&house_rules::files("crates", ".rs"))
        .into_iter()
        .filter(|source| !source.path.starts_with("crates/db/"));
    for source in sources.filter(|source| source.text.contains("db::sql! {")) {
        let (_, rest) = source.text.split_once("db::sql! {").unwrap();
        let block = rest.split("\n}").next().unwrap();
        for line in block.lines().filter(|line| {
            line.contains(" = \"") && line.trim_start().starts_with(|c: char| c.is_ascii_uppercase())
        }) {
            let name = line.trim_start().split(' ').next().unwrap();
            let end = format!("::{name}");
            assert!(
                server::statements().iter().any(|statement| statement.name.ends_with(&end)),
                "{} {name} is not registered",
                source.path
            );
        }
    }
}

#[test]
fn every_page_can_be_read_by_everybody() {
    let samples = server::samples();
    assert!(samples.len() > 100, "{}", samples.len());
    let faults: Vec<String> = samples
        .iter()
        .flat_map(|sample| {
            web::sample::faults(&sample.html).into_iter().map(|fault| format!("{}: {fault}", sample.name))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_diagrams_of_the_procedures_are_the_committed_ones() {
    let complaint = (
        "complaint",
        "# 投诉 (complaint)\n\nMade from `crates/complaints/src/procedure.rs` by a test; articles are those of 令第121号.",
        complaints::State::diagram(),
    );
    let report = (
        "report",
        "# 举报 (report)\n\nMade from `crates/reports/src/procedure.rs` by a test; 投诉举报处理办法 is 令第121号.",
        reports::State::diagram(),
    );
    let paper = (
        "paper",
        "# 文书 (paper)\n\nMade from `crates/papers/src/procedure.rs` by a test.",
        papers::State::diagram(),
    );
    let settlement = (
        "settlement",
        "# 先行和解 (settlement)\n\nMade from `crates/odr/src/procedure.rs` by a test.",
        kernel::workflow::diagram(odr::MOVES),
    );
    let swap = (
        "duty_swap",
        "# 换班 (exchange of turns)\n\nMade from `crates/duty/src/procedure.rs` by a test.",
        kernel::workflow::diagram(duty::MOVES),
    );
    let summary = (
        "summary",
        "# 总结 (summary)\n\nMade from `crates/insight/src/summary/procedure.rs` by a test.",
        kernel::workflow::diagram(insight::summary::MOVES),
    );
    for (name, head, diagram) in [complaint, report, paper, settlement, summary, swap] {
        let path = house_rules::root().join(format!("docs/workflows/{name}.md"));
        let text = format!("{head}\n\n```mermaid\n{diagram}```\n");
        if std::env::var("XIAOBAO_WRITE").is_ok() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "XIAOBAO_WRITE=1 rewrites it");
    }
}
