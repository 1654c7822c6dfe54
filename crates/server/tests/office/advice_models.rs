//! Record 40: models of the data folder, and whether what comes in is still what they were learned from.

use testkit::TestOffice;

use crate::{
    advice::{register_with, rows, typing, with},
    desk::register,
};

fn model(note: &str) -> Vec<u8> {
    let closed: Vec<(String, &str)> = (0..60)
        .map(|at| {
            let (text, label) = [
                ("蛋糕里吃出头发", "一般食品/糕点糖果"),
                ("牛奶结块发酸", "一般食品/乳制品"),
                ("手机屏幕坏了不保修", "通讯产品/手机"),
            ][at % 3];
            (format!("{text}{at}号"), label)
        })
        .collect();
    let samples: Vec<triage::Sample> =
        closed.iter().map(|(text, label)| triage::Sample { text, label, group: "" }).collect();
    let mut trained =
        triage::train(&samples, &triage::Settings { folds: 2, ..triage::Settings::default() }).unwrap();
    trained.model.notes.push(("labels".to_owned(), note.to_owned()));
    trained.model.to_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_serves_without_a_restart_and_a_broken_one_keeps_nobody_from_the_desk() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let facts = [("facts", "买的牛奶打开就结块发酸，不能喝")];
        let file = office.app.config.data.join("triage/goods.model");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "不是模型").unwrap();
        let page = typing(&mut desk, &facts).await.text();
        assert!(
            page.contains("不是本程序的模型文件，或者已损坏，暂用规则建议") && page.contains("乳制品"),
            "{page}"
        );
        register(&mut desk).await;

        std::fs::write(&file, model("一般食品/糕点糖果\t20\n一般食品/乳制品\t20\n通讯产品/手机\t20\n"))
            .unwrap();
        let page = typing(&mut desk, &facts).await.text();
        assert!(page.contains("一般食品") && page.contains("把握"), "{page}");
        assert!(page.contains("模型：商品或者服务") && !page.contains("已损坏"), "{page}");
        let form = with(&[("facts", "买的牛奶打开就结块发酸，不能喝"), ("advised", "yes")]);
        register_with(&mut desk, &form).await;
        let all = rows(&office).await;
        assert!(all.iter().any(|row| row.starts_with("goods 1 ") && !row.contains("rules")), "{all:?}");

        // The last good one goes on under a file that breaks later.
        std::fs::write(&file, "坏了").unwrap();
        let page = typing(&mut desk, &facts).await.text();
        assert!(page.contains("仍用上一版") && page.contains("把握"), "{page}");
        std::fs::remove_file(&file).unwrap();
        assert!(typing(&mut desk, &facts).await.text().contains("规则建议（未训练）"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_unlike_the_training_is_warned_of() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let number = register(&mut desk).await;
        let ctx = office.ctx("desk");
        let file = office.app.config.data.join("triage/goods.model");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, model("一般食品/乳制品\t50\n通讯产品/手机\t50\n")).unwrap();
        office
            .app
            .db
            .write(move |tx| {
                let found = matters::find(tx, &ctx, &number)?;
                for _ in 0..60 {
                    let chosen = vec![(advice::Part::Goods, "G10.01".to_owned())];
                    advice::keep(tx, &ctx, found.id, &advice::Advice::default(), &chosen)?;
                }
                Ok::<_, web::Problem>(())
            })
            .await
            .unwrap();
        let page = desk.get("/advice").await.text();
        assert!(page.contains("与训练时期明显不同，建议重新训练"), "{page}");
        assert!(page.contains("2026-08") && page.contains("不足 50 件，不作比较"), "{page}");
    })
    .await;
}

/// Record 51: a leaf with few samples is learned by nobody; words decide there, say that they are a rule, and are kept as one.
#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_with_few_samples_is_decided_by_words_that_say_so() {
    TestOffice::each(async |office| {
        let closed: Vec<(String, &str)> = (0..120)
            .map(|at| {
                let (text, label) = [
                    ("买的草莓烂了一半", "G01/G01.03"),
                    ("手机屏幕坏了不保修", "G10/G10.01"),
                    ("西瓜切开是坏的", "G01/G01.03"),
                ][at % 3];
                (format!("{text}{at}号"), label)
            })
            .chain((0..6).map(|at| (format!("纯牛奶结块发酸{at}号"), "G01/G01.10")))
            .collect();
        let samples: Vec<triage::Sample> =
            closed.iter().map(|(text, label)| triage::Sample { text, label, group: "" }).collect();
        let trained = triage::train(&samples, &triage::Settings::default()).unwrap();
        assert!(!trained.model.labels().contains(&"G01/G01.10"), "six are too few to learn from");
        let file = office.app.config.data.join("triage/goods.model");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, trained.model.to_bytes()).unwrap();
        let mut desk = office.sign_in("desk").await;
        let facts = "买的酸奶打开就结块发酸，不能喝";
        let page = typing(&mut desk, &[("facts", facts)]).await.text();
        assert!(page.contains("一般食品 / 乳制品"), "{page}");
        assert!(page.contains("规则建议（模型只学过 6 件）：因为写了：酸奶"), "{page}");
        // What the model has learned is the model's to say.
        let page = typing(&mut desk, &[("facts", "买的草莓烂了一半，店家不换")]).await.text();
        assert!(page.contains("一般食品 / 水果") && page.contains("把握"), "{page}");
        register_with(&mut desk, &with(&[("facts", facts), ("goods_name", ""), ("advised", "yes")])).await;
        let all = rows(&office).await;
        assert!(all.iter().any(|row| row.starts_with("goods 1 rules accepted")), "{all:?}");
    })
    .await;
}
