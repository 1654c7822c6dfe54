//! Operations on matters.

use crate::{
    field::{Choices, Field, Kind, VERSION, lists},
    operation::Operation,
    read::{list, matters as read},
    scope::Scope,
};

/// The page after a cursor.
pub(super) const AFTER: Field = Field::text("after", 2000, "上一页给出的 next，原样送回");
/// How many on a page.
pub(super) const LIMIT: Field = Field::new("limit", Kind::Number(1, 200), "一页几件，默认 50");
const REASON: Field = Field::line("reason", "理由，至少 4 个字").needed();

const FILTER: &[Field] = &[
    Field::text("q", 100, "查找：编号、事由、经过中的词"),
    Field::listed("kind", lists::kinds, "类型"),
    Field::listed("phase", lists::phases, "阶段"),
    Field::listed("channel", lists::channels, "接收方式"),
    Field::text("goods", 20, "商品或者服务代码，含下级"),
    Field::text("problem", 20, "问题类别代码，含下级"),
    Field::text("outcome", 20, "结果代码"),
    Field::text("unit", 12, "承办单位代码"),
    Field::id("trader", "经营者档案"),
    Field::flag("returned", "只看退回过的"),
    Field::one("on_time", &[("yes", "按期"), ("no", "逾期")], "是否按期"),
    Field::day("from", "收到日期从"),
    Field::day("to", "收到日期到"),
    Field::day("closed_from", "办结日期从"),
    Field::day("closed_to", "办结日期到"),
    AFTER,
    LIMIT,
];

/// What the desk asks.
const CONTACT: &[Field] = &[
    Field::listed("kind", lists::kinds, "类型").needed(),
    Field::listed("channel", lists::channels, "接收方式").needed(),
    Field::text("facts", 10_000, "事情经过").needed(),
    Field::text("name", 60, "来电来访人姓名；投诉必填（令第121号 第十条）"),
    Field::text("phone", 40, "电话；投诉必填"),
    Field::line("address", "地址"),
    Field::flag("publish", "同意公示"),
    Field::flag("entrust", "同意委托调解"),
    Field::text("agent_name", 60, "代理人姓名"),
    Field::text("agent_phone", 40, "代理人电话"),
    Field::flag("agent_papers", "已核对授权委托书原件和受托人身份证明（第十一条）"),
    Field::text("others", 5000, "共同投诉的其他人，每行一人：姓名 电话"),
    Field::text("representative_1", 60, "书面推选的代表人（第十二条）"),
    Field::text("representative_2", 60, "书面推选的代表人"),
    Field::id("trader_id", "被投诉人的经营者档案"),
    Field::text("respondent_name", 120, "被投诉人名称；投诉必填"),
    Field::line("respondent_address", "被投诉人地址"),
    Field::text("respondent_phone", 40, "被投诉人电话"),
    Field::listed("goods", lists::goods, "商品或者服务"),
    Field::listed("problem", lists::problems, "问题类别"),
    Field::text("goods_name", 100, "商品或者服务名称"),
    Field::text("brand", 40, "品牌"),
    Field::line("place", "发生地点"),
    Field::day("happened_on", "发生日期"),
    Field::day("known_on", "知道权益受损的日期"),
    Field::day("received_on", "收到日期，不填为今天"),
    Field::money("amount", "争议金额（元）"),
    Field::text("quantity", 18, "数量，照原样写"),
    Field::text("quantity_unit", 20, "数量的单位"),
    Field::new("demands", Kind::Many(Choices::Listed(lists::demands)), "诉求；投诉必填"),
    Field::text("demand_words", 500, "诉求说明"),
    Field::listed("sales_way", lists::sales_ways, "销售方式"),
    Field::text("outside_number", 60, "全国平台或者12345的编号"),
    Field::flag("answered", "已当场答复，登记后即办结"),
    Field::listed("topic", lists::topics, "咨询主题"),
    Field::text("answer", 2000, "答复内容；已当场答复时必填"),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/matters", "listMatters", "事项列表", FILTER, "Matters", list::list),
    Operation::page("/matters", "registerMatter", "登记来电来访", CONTACT).by_page("/desk").makes(),
    Operation::look(
        "/work",
        "listWork",
        "我的工作：未办结的，先到期的在前",
        &[Field::one("whose", &[("mine", "我的"), ("unit", "本单位的")], "谁的，默认我的"), LIMIT],
        "Matters",
        list::work,
    ),
    Operation::page(
        "/work/assignment",
        "assignMatters",
        "批量分派",
        &[
            Field::new("numbers", Kind::Texts(200, 60), "编号").needed().called("number"),
            Field::text("target", 80, "承办人，取自 GET /colleagues 的 target").needed(),
        ],
    ),
    Operation::look("/matters/{number}", "getMatter", "一件事项", &[], "Matter", read::show),
    Operation::look(
        "/matters/{number}/timeline",
        "getTimeline",
        "事项的经过",
        &[],
        "Timeline",
        read::timeline,
    )
    .as_page("/matters/{number}"),
    Operation::look("/matters/{number}/people", "listPeople", "当事人，遮盖", &[], "People", read::people)
        .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/people",
        "openPeople",
        "查看个人信息，理由记入日志",
        &[REASON, Field::id("who", "只看这一位，取自当事人的 id")],
    )
    .change("People", read::unmask)
    .scope(Scope::Personal),
    Operation::look("/matters/{number}/clocks", "listClocks", "事项的期限", &[], "Clocks", read::all_clocks)
        .as_page("/matters/{number}"),
    Operation::look(
        "/matters/{number}/clocks/{key}",
        "getClock",
        "一个期限，说明为什么是这一天",
        &[],
        "Clock",
        read::one_clock,
    ),
    Operation::page(
        "/matters/{number}/clocks/{key}/extension",
        "extendClock",
        "延长期限",
        &[Field::text("reason", 500, "理由").needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/clocks/{key}/void",
        "voidClock",
        "撤销期限",
        &[Field::text("reason", 500, "理由").needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/rule_set",
        "chooseRuleSet",
        "更换适用规定",
        &[
            Field::text("rule_set", 60, "规定的代号").needed(),
            Field::text("reason", 500, "理由").needed(),
            VERSION,
        ],
    ),
    Operation::look("/matters/{number}/recusals", "listRecusals", "回避", &[], "Recusals", read::recusals),
    Operation::page(
        "/matters/{number}/recusals",
        "askRecusalOfOfficer",
        "申请回避（投诉以外的事项）",
        &[
            Field::id("officer", "谁应当回避").needed(),
            Field::text("by", 60, "由谁提出").needed(),
            Field::text("reason", 500, "理由"),
        ],
    ),
    Operation::page(
        "/matters/{number}/recusals/decision",
        "decideRecusalOfOfficer",
        "决定回避（投诉以外的事项）",
        &[Field::one("granted", &[("yes", "同意回避"), ("no", "不同意")], "决定").needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/assignment",
        "assignMatter",
        "分派",
        &[
            Field::text("target", 80, "承办人，取自 GET /colleagues 的 target").needed(),
            Field::line("words", "说明"),
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/return",
        "returnMatter",
        "退回分派",
        &[
            Field::listed("reason", lists::return_reasons, "退回原因").needed(),
            Field::text("words", 500, "具体情况"),
            VERSION,
        ],
    ),
    Operation::look(
        "/matters/{number}/attachments",
        "listAttachments",
        "附件",
        &[],
        "Attachments",
        read::files,
    )
    .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/attachments",
        "addAttachments",
        "上传附件",
        &[
            Field::new("files", Kind::Files, "文件，一次最多 25 MB").needed(),
            Field::flag("shows_nobody", "举报的附件：不显示举报人身份；不填的封存"),
        ],
    ),
    Operation::look(
        "/matters/{number}/attachments/{id}",
        "getAttachment",
        "附件的内容",
        &[],
        "Attachments",
        list::work,
    )
    .own(read::file)
    .bytes(),
    Operation::page(
        "/matters/{number}/attachments/{id}/original",
        "openOriginal",
        "附件原件，理由记入日志",
        &[REASON],
    )
    .scope(Scope::Personal)
    .bytes(),
    Operation::page(
        "/matters/{number}/attachments/{id}/mark",
        "markAttachment",
        "标明举报的附件是否可能显示举报人身份",
        &[
            Field::one(
                "shows",
                &[("yes", "可能显示举报人身份，封存"), ("no", "已经看过，不显示举报人身份")],
                "这个附件",
            )
            .needed(),
            REASON,
        ],
    ),
    Operation::page("/matters/{number}/attachments/{id}/removal", "removeAttachment", "移除附件", &[REASON]),
    Operation::look("/matters/{number}/notices", "listNotices", "告知和送达证明", &[], "Notices", read::told)
        .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/notices",
        "planNotice",
        "登记告知",
        &[
            Field::listed("notice_kind", lists::notice_kinds, "告知事项").needed(),
            Field::id("party", "告知谁，取自当事人的 id"),
            Field::listed("notice_channel", lists::notice_channels, "告知方式").needed(),
            Field::line("address", "号码或者地址，加密保存"),
            Field::text("form_number", 60, "文书编号"),
            Field::text("text", 5000, "告知内容").needed(),
            Field::flag("is_sent", "已经发出"),
        ],
    ),
    Operation::page(
        "/matters/{number}/notices/{id}/delivery",
        "settleNotice",
        "登记送达结果",
        &[
            Field::one(
                "result",
                &[("delivered", "已送达"), ("failed", "没有送达"), ("sent", "刚刚发出")],
                "结果",
            )
            .needed(),
            Field::instant("notice_on", "时间，不填为现在"),
            Field::listed("proof_kind", lists::proofs, "送达证明"),
            Field::line("proof", "证明编号，或者没有送达的原因"),
            Field::id("file", "证明附件"),
        ],
    ),
    Operation::look("/matters/{number}/links", "listLinks", "关联的事项", &[], "Links", read::links)
        .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/links",
        "linkMatters",
        "关联事项",
        &[
            Field::text("other", 60, "另一件的编号").needed(),
            Field::listed("kind", lists::link_kinds, "关联类别").needed(),
            Field::line("reason", "说明"),
        ],
    ),
    Operation::page("/matters/{number}/links/{id}/end", "unlinkMatters", "解除关联", &[]),
    Operation::page(
        "/matters/{number}/answer",
        "answerMatter",
        "答复办结（投诉、举报以外的事项）",
        &[
            Field::text("answer", 2000, "答复内容").needed(),
            Field::listed("topic", lists::topics, "主题"),
            VERSION,
        ],
    ),
];
