//! Papers as a bureau writes them.

use gongwen::{
    Align, Block, Cell, Day, Head, HeadLine, Imprint, Line, Marks, Paper, Pitch, Proof, Row, Seal, Signature,
    Table, blocks,
};

const DAY: Day = Day { year: 2026, month: 9, day: 30 };
const LONG: &str = "各单位要按照《市场监督管理投诉举报处理办法》的要求，自收到投诉之日起7个工作日内作出受理或者不予受理的决定，并告知投诉人；\
对“职业索赔”类投诉要依法审查，既不推诿，也不纵容，做到件件有着落、事事有回音。";

/// 通知 with red head, marks, attachments, imprint.
pub fn notice() -> Paper {
    let text = "一、总体要求\n（一）依法受理。".to_owned()
        + LONG
        + "\n（二）按期办结。"
        + LONG
        + "\n1.调解应当自受理之日起60日内结束。\n（1）检验、鉴定的时间不计算在内。\n（2）双方另有约定的，从其约定。\n2.核查举报应当在15个工作日内决定是否立案。\n二、时间安排\n本通知自印发之日起执行。";
    Paper {
        head: Some(Head {
            marks: Marks { copy: "000012".into(), secrecy: "秘密★1年".into(), urgency: "加急".into() },
            mark: "哈尔滨市南岗区市场监督管理局文件".into(),
            line: HeadLine::Number { number: Some("南市监发〔2026〕12号".into()), signer: String::new() },
        }),
        addressee: "各市场监督管理所，局机关各科室、各直属单位，区消费者协会：".into(),
        attachments: vec!["投诉举报办理任务分工表".into(), "投诉举报办理情况统计表（样式）以及填报说明和有关口径解释".into()],
        signature: Some(Signature { office: "哈尔滨市南岗区市场监督管理局".into(), day: Some(DAY), seal: Seal::Stamped }),
        note: "此件公开发布".into(),
        imprint: Some(Imprint {
            copies: "区人民政府办公室，市市场监督管理局消费者权益保护处，区人大常委会办公室，区政协办公室，区纪委监委".into(),
            office: "哈尔滨市南岗区市场监督管理局办公室".into(),
            day: Some(DAY),
        }),
        ..Paper::new("关于进一步做好2026年第四季度投诉举报办理工作的通知", blocks(&text))
    }
}

/// 请示: upward, with 签发人.
pub fn upward() -> Paper {
    Paper {
        head: Some(Head {
            marks: Marks::default(),
            mark: "南岗区市场监督管理局".into(),
            line: HeadLine::Number {
                number: Some("南市监请〔2026〕3号".into()), signer: "张伟".into()
            },
        }),
        addressee: "区人民政府：".into(),
        signature: Some(Signature {
            office: "南岗区市场监督管理局".into(),
            day: Some(DAY),
            seal: Seal::None,
        }),
        ..Paper::new("关于增加投诉举报办理人员的请示", blocks("目前人手不足。\n妥否，请批示。"))
    }
}

/// 工作总结 of several pages with a table over a page's end, a draft.
pub fn summary() -> Paper {
    let mut body = blocks(&format!("{LONG}\n一、投诉办理\n（一）受理和办结。{LONG}\n（二）诉求热点。{LONG}"));
    let entries: Vec<Vec<String>> = (1..=40)
        .map(|at| {
            vec![
                format!("第{at}市场监督管理所"),
                format!("{}", at * 37),
                format!("{}", at * 31),
                "—（基数过少，不列比率）".into(),
            ]
        })
        .collect();
    let heads = [
        ("单位", Align::Left),
        ("接收投诉（件）", Align::Right),
        ("办结（件）", Align::Right),
        ("按期办结率", Align::Centre),
    ];
    let mut table = Table::list("各单位投诉办理情况", &heads, &entries);
    table.notes.push("注：按期办结率以办结投诉为分母。".into());
    body.push(Block::Table(table));
    body.extend(blocks(&format!("二、下一步打算\n{LONG}")));
    Paper {
        below_title: "（2026年9月30日）".into(),
        watermark: "草稿".into(),
        signature: Some(Signature { office: "消费者权益保护科".into(), day: None, seal: Seal::None }),
        ..Paper::new("哈尔滨市南岗区市场监督管理局2026年第三季度工作总结", body)
    }
}

/// 简报.
pub fn brief() -> Paper {
    let line =
        HeadLine::Issue {
            issue: "第3期".into(), office: "哈尔滨市南岗区市场监督管理局".into(), day: DAY
        };
    Paper {
        head: Some(Head { marks: Marks::default(), mark: "消费维权简报".into(), line }),
        ..Paper::new("三季度投诉举报平稳下降", blocks(LONG))
    }
}

/// A form with entries, a table with a side head, places to sign, seal, small print and proof.
pub fn form() -> Paper {
    let fill = |label: &str, value: &str| Line::from(label).and(value, true);
    let cell = |text: &str| Cell::new(text, Align::Centre);
    let side = Cell { down: 2, is_upright: true, ..cell("投诉人") };
    let table = Table {
        widths: vec![36, 80, 150, 80, 96],
        rows: vec![
            Row {
                cells: vec![side, cell("姓名"), cell("王*"), cell("联系电话"), cell("138****0000")],
                least_pt: 34,
            },
            Row {
                cells: vec![cell("联系地址"), Cell::new("南岗区<某路>&1号", Align::Left).across(3)],
                least_pt: 34,
            },
            Row {
                cells: vec![Cell {
                    is_top: true,
                    ..Cell::new("事实：\n购买的商品不能使用", Align::Left).across(5)
                }],
                least_pt: 104,
            },
        ],
        ..Table::default()
    };
    Paper {
        below_title: "南岗市监投调〔2026〕第1号".into(),
        body: vec![
            Block::Columns(vec![fill("投诉人：", "王某"), fill("联系电话：", "\u{3000}\u{3000}\u{3000}\u{3000}")]),
            Block::Table(table),
            Block::Paragraph("双方自愿达成如下协议：".into()),
            Block::Paragraph(Line::default().and("一次退款100元。\n双方再无争议。", true)),
            Block::Sign(fill("投诉人（签名）：", "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}")),
        ],
        signature: Some(Signature { office: "哈尔滨市南岗区市场监督管理局（印章）".into(), day: Some(DAY), seal: Seal::Stamped }),
        remarks: vec!["注：1. 本调解书适用于现场调解并达成调解协议，调解协议已经即时履行或者双方同意不制作调解书的，可以不制作。".into(), "2. 交双方各执一份。".into()],
        proof: Some(Proof {
            words: "核验码 ABCD-1234。凭文号和核验码可在https://12315.example.gov.cn/public/paper核验本文书的真伪。".into(),
            address: "https://12315.example.gov.cn/public/paper?number=1&code=ABCD".into(),
        }),
        pitch: Pitch::Tight,
        has_page_numbers: false,
        ..Paper::new("投诉调解书", Vec::new())
    }
}

/// All of them by name.
pub fn all() -> Vec<(&'static str, Paper)> {
    vec![
        ("notice", notice()),
        ("upward", upward()),
        ("summary", summary()),
        ("brief", brief()),
        ("form", form()),
    ]
}
