//! What the lexer reads, and what it passes over.

use numerals::{Role, number::Number, read, words::About};

/// The quantities of a text: what they say, in what.
fn said(text: &str) -> Vec<String> {
    read(text)
        .into_iter()
        .filter(|one| one.role == Role::Quantity)
        .map(|one| {
            let rough = match one.about {
                About::Exact => "",
                About::More => ">",
                About::Near => "<",
                About::Around => "~",
                About::AtLeast => ">=",
                About::Below => "<=",
                About::Vague => "?",
            };
            format!(
                "{rough}{}{}",
                one.value.map_or_else(|| "?".to_owned(), |value| value.to_string()),
                one.unit
            )
        })
        .collect()
}

#[test]
fn numerals_of_the_source_documents() {
    for (text, wanted) in [
        (
            "四大战役、十个专项整治行动、二十七个案件、709批次商品检测、三万六千个投诉",
            "4个 10个 27个 709批次 36000个",
        ),
        ("查办案件27件，罚没159万元", "27件 1590000元"),
        ("挽回经济损失600余万元", ">6000000元"),
        ("为消费者挽回经济损失6.4万余元", ">64000元"),
        ("罚款10万元以上的6起，5万元以上的8起", ">=100000元 6件 >=50000元 8件"),
        ("出动执法人员1,065人次，检查经营户3480户次", "1065人次 3480户次"),
        ("１，２３４件；１２３４件；３６０００件；为5，670件", "1234件 1234件 36000件 5 670件"),
        ("合格率达96%以上，同比提高1.2个百分点", ">=96% 1.2点"),
        ("同比增长百分之十二点三，占三成，三成五", "12.3% 30% 35%"),
        ("增长1.5倍；三万多件；十几件；数十起；近百件", "1.5倍 >30000件 ??件 ??件 ??件"),
        ("人民币壹佰伍拾玖万元整，叁拾元零伍分，12元5角", "1590000元 30.05元 12.5元"),
        ("3万6千件、1.2亿元、3百万元", "36000件 120000000元 3000000元"),
        ("查获假冒食品422.5公斤、牛肉130千克", "422.5公斤 130公斤"),
        ("变化 +12.50 %，-3.00 点", "12.5% -3点"),
        ("约三百起，不足10件，不超过5天", "~300件 <=10件 <=5天"),
        ("三分之一，千分之五", "??% 0.5%"),
        ("一起投诉，一同处理，一起努力", "1件"),
    ] {
        assert_eq!(said(text).join(" "), wanted, "{text}");
    }
}

#[test]
fn what_is_no_figure_is_passed() {
    let passed = [
        "一、工作情况",
        "（一）投诉",
        "1. 受理",
        "依据第十四条第一款，令第121号，〔2026〕12号",
        "拨打12315热线，3·15晚会，12345",
        "编号 TS-202600012，GB/T 9704-2012",
        "电话 0834-12345678、13800000000，09:30",
        "进一步统一思想，千方百计，一是，二是，七天无理由退货，双随机、一公开，零投诉",
        "2026年9月23日至10月8日，2026-09-23，一季度，2026年度，1—6月",
    ];
    for text in passed {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn dates_and_places() {
    let dates = read("2026年1月1日至6月30日，第三季度，2026.9.23，二〇二六年");
    let dates: Vec<_> = dates
        .iter()
        .map(|one| match one.role {
            Role::Date(day) => [day.year, day.month, day.day, day.quarter].map(|part| part.unwrap_or(0)),
            _ => panic!("{one:?}"),
        })
        .collect();
    assert_eq!(dates, [[2026, 1, 1, 0], [0, 6, 30, 0], [0, 0, 0, 3], [2026, 9, 23, 0], [2026, 0, 0, 0]]);
    let place = read("第一行\n位居第三，84件");
    let told: Vec<_> = place.iter().map(|one| (one.line, one.column, one.text.as_str())).collect();
    assert_eq!(told, [(1, 1, "第一"), (2, 3, "第三"), (2, 6, "84件")]);
    assert_eq!((place[1].role, place[1].value), (Role::Ordinal, Some(Number::whole(3))));
}
