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

/// 通报 with red head and imprint, its mark a plain name.
pub fn circular() -> Paper {
    let text = format!(
        "现将投诉举报办理情况通报如下。\n一、总体情况\n{LONG}\n二、办理质量\n（一）按期办理。{LONG}\n（二）调解。{LONG}\n特此通报。"
    );
    let office = "哈尔滨市南岗区市场监督管理局";
    Paper {
        head: Some(Head {
            marks: Marks::default(),
            mark: office.into(),
            line: HeadLine::Number { number: Some("消保通〔2026〕3号".into()), signer: String::new() },
        }),
        addressee: "各科室、各市场监督管理所：".into(),
        signature: Some(Signature { office: office.into(), day: Some(DAY), seal: Seal::Stamped }),
        imprint: Some(Imprint {
            copies: "市市场监督管理局消费者权益保护处".into(),
            office: format!("{office}办公室"),
            day: Some(DAY),
        }),
        ..Paper::new("关于2026年9月消费投诉举报办理情况的通报", blocks(&text))
    }
}

fn cell_of(words: &str) -> Cell {
    Cell { lines: words.lines().map(Into::into).collect(), ..Cell::new("", Align::Centre) }
}

/// 值班表: a day beside its shifts, over a page's end.
pub fn roster() -> Paper {
    let heads = ["日期", "班次", "带班领导", "值班人员", "备注"];
    let row = |cells: Vec<Cell>| Row { cells, least_pt: 0 };
    let mut rows = vec![row(heads.iter().map(|word| cell_of(word)).collect())];
    for day in 1..=14 {
        let special = if day < 8 { "\n国庆节" } else { "" };
        let date = Cell { down: 2, ..cell_of(&format!("10月{day}日\n周四{special}")) };
        let shift =
            |name: &str| vec![cell_of(name), cell_of("李敏"), cell_of("张伟、王强（请假）"), cell_of("")];
        rows.push(row([vec![date], shift("白班\n8:30-17:30")].concat()));
        rows.push(row([shift("夜班\n17:30-次日8:30")].concat()));
    }
    let table = Table { widths: vec![72, 104, 66, 130, 70], heads: 1, rows, ..Table::default() };
    Paper {
        signature: Some(Signature {
            office: "中山市场监督管理所".into(), day: Some(DAY), seal: Seal::None
        }),
        ..Paper::new(
            "哈尔滨市南岗区市场监督管理局中山市场监督管理所2026年10月值班表",
            vec![Block::Table(table)],
        )
    }
}

/// 申诉举报日记: six narrow columns.
pub fn day_log() -> Paper {
    let left =
        |words: &str| Cell { lines: words.lines().map(Into::into).collect(), ..Cell::new("", Align::Left) };
    let row = |cells: Vec<Cell>| Row { cells, least_pt: 0 };
    let heads = ["序号", "时间", "事项", "事由", "办理", "人员、承办单位"];
    let mut rows = vec![row(heads.iter().map(|word| cell_of(word)).collect())];
    for at in 1..=30 {
        let words = [
            format!("投诉\nTS-230103-2026-{at:05}"),
            "购买的牛奶变质，要求退款赔偿".into(),
            "登记（7个工作日内决定是否受理，10月10日到期）".into(),
            "张伟\n中山市场监督管理所".into(),
        ];
        rows.push(row([
            vec![cell_of(&at.to_string()), cell_of("09:30")],
            words.iter().map(|word| left(word)).collect(),
        ]
        .concat()));
    }
    let table = Table { widths: vec![36, 42, 120, 84, 88, 72], heads: 1, rows, ..Table::default() };
    let mut body = blocks(
        "一、值班和总数\n当班：白班 张伟（带班 李敏）。\n中山所：接收30，办理0，告知0。\n二、办理记录",
    );
    body.push(Block::Table(table));
    body.extend(blocks("三、备注和更正\n无。"));
    Paper {
        below_title: "2026年9月30日 周三 工作日".into(),
        remarks: vec!["2026-10-01 00:30 封存，全局日志 31 行，摘要（SM3）66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0；可用 xiaobao day-log verify 核对。".into()],
        ..Paper::new("哈尔滨市南岗区市场监督管理局申诉举报日记", body)
    }
}

/// A bureau's own document with places.
pub fn house() -> Paper {
    let office = "哈尔滨市南岗区市场监督管理局";
    Paper {
        head: Some(Head {
            marks: Marks::default(),
            mark: format!("{office}文件"),
            line: HeadLine::Number { number: Some("{{编号}}".into()), signer: String::new() },
        }),
        attachments: Vec::new(),
        signature: None,
        note: "联系单位：{{单位}}，{{日期}}".into(),
        ..Paper::new("{{标题}}", vec![Block::Paragraph("{{正文}}".into())])
    }
}

/// All of them by name.
pub fn all() -> Vec<(&'static str, Paper)> {
    vec![
        ("notice", notice()),
        ("upward", upward()),
        ("summary", summary()),
        ("brief", brief()),
        ("circular", circular()),
        ("roster", roster()),
        ("day_log", day_log()),
        ("form", form()),
    ]
}
