//! Operations of dispatch and of what goes together: jurisdiction, disputes, merging, splitting, reminders, leave; talk,
//! receipts, a registration taken back.

use crate::{
    field::{Field, Kind, VERSION, lists},
    operation::Operation,
    read::dispatch as read,
};

const REASON: Field = Field::line("reason", "理由").needed();

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look(
        "/matters/{number}/cluster",
        "getCluster",
        "同一事项：关联的各件和它们的期限",
        &[],
        "Cluster",
        read::cluster,
    ),
    Operation::look(
        "/matters/{number}/cluster/candidates",
        "listClusterCandidates",
        "可能是同一事项、还没有关联的各件，最可能的在前；投诉和举报互不列出",
        &[],
        "Candidates",
        read::candidates,
    )
    .as_page("/matters/{number}/cluster"),
    Operation::page(
        "/matters/{number}/cluster/candidates",
        "joinClusterCandidate",
        "对一件相似事项标为重复、补充或者并案",
        &[
            Field::text("other", 60, "相似事项的编号").needed().called("candidate"),
            Field::one(
                "way",
                &[
                    ("repeat", "后收到的标为重复"),
                    ("supplement", "后收到的作为补充材料"),
                    ("merge", "并入本件"),
                ],
                "怎样处理",
            )
            .needed(),
            Field::line("reason", "理由").needed().called("why"),
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/merges",
        "mergeMatters",
        "并案，本件为主办",
        &[
            Field::new("numbers", Kind::Texts(200, 60), "并入的各件的编号").needed().called("number"),
            REASON,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/merges/end",
        "undoMatterMerge",
        "撤销并案",
        &[Field::new("numbers", Kind::Texts(200, 60), "移出的各件的编号").needed().called("part"), REASON],
    ),
    Operation::page(
        "/matters/{number}/split",
        "splitMatter",
        "分立：一次来电既有投诉又有举报的另立一件",
        &[
            Field::id("unit", "新的一件由哪个单位办理"),
            Field::one("since", &[("received", "自收到之日"), ("found", "自发现线索之日")], "从何时起算"),
            Field::day("found_on", "发现线索的日期"),
            Field::flag("named", "同意署名举报"),
            Field::text("name", 60, "投诉人姓名"),
            Field::text("phone", 40, "投诉人电话"),
            Field::line("address", "投诉人地址"),
            Field::line("words", "说明"),
        ],
    ),
    Operation::page(
        "/matters/{number}/split/end",
        "undoSplit",
        "撤回分立：分立出的一件还没有作出决定、没有告知过的，编号作废，事实和证据回到原来的一件",
        &[Field::text("reason", 300, "理由；不要写举报的内容和人员").needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/trader",
        "linkTrader",
        "对应经营者：写明这件事项说的是登记库中的哪一户，依据随同保存",
        &[Field::id("trader", "经营者").needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/trader/end",
        "unlinkTrader",
        "解除与经营者的对应：原来的对应和依据保留",
        &[
            Field::one(
                "why",
                &[("other", "不是这一户"), ("mistyped", "登记有误"), ("unclear", "还不能确定")],
                "原因",
            )
            .needed(),
            VERSION,
        ],
    ),
    Operation::look(
        "/matters/{number}/jurisdiction",
        "getJurisdiction",
        "管辖判断：最近一次的结论和还要回答的问题",
        &[],
        "Jurisdiction",
        read::jurisdiction,
    ),
    Operation::page(
        "/matters/{number}/jurisdiction",
        "judgeJurisdiction",
        "管辖判断，仅供分派参考（令第121号 第十三条、第二十八条至第三十二条）",
        &[
            Field::listed("respondent", lists::respondents, "被投诉人、被举报人"),
            Field::listed("shown", lists::shown, "问题 shown，见 GET 的 questions"),
            Field::listed("first", lists::first, "问题 first，见 GET 的 questions"),
            Field::listed("publisher", lists::publishers, "问题 publisher，见 GET 的 questions"),
            Field::text("region", 12, "行政区划代码，不填按档案"),
            Field::text("evidence", 1000, "联系不上的证据等"),
        ],
    ),
    Operation::look("/disputes", "listDisputes", "管辖争议", &[], "Disputes", read::disputes),
    Operation::look("/disputes/{id}", "getDispute", "一件管辖争议", &[], "Dispute", read::dispute),
    Operation::page(
        "/matters/{number}/dispute",
        "openDispute",
        "提出管辖争议（令第121号 第三十三条）",
        &[
            Field::id("other", "认为由哪个单位处理").needed(),
            Field::text("words", 1000, "理由和依据").needed(),
        ],
    ),
    Operation::page(
        "/disputes/{id}/answer",
        "answerDispute",
        "答复管辖争议",
        &[
            Field::one("takes", &[("yes", "同意处理"), ("no", "不同意处理")], "是否同意处理").needed(),
            Field::text("words", 1000, "说明"),
        ],
    ),
    Operation::page(
        "/disputes/{id}/ruling",
        "ruleDispute",
        "指定管辖",
        &[Field::id("unit", "由哪个单位处理").needed(), Field::text("words", 1000, "理由")],
    ),
    Operation::page("/disputes/{id}/withdrawal", "withdrawDispute", "撤回管辖争议", &[]),
    Operation::look("/reminders", "listReminders", "给本人的催办和预警", &[], "Reminders", read::reminders)
        .as_page("/work"),
    Operation::page(
        "/matters/{number}/urging",
        "urge",
        "催办",
        &[Field::text("words", 300, "催办内容").needed()],
    ),
    Operation::page("/reminders/{id}/seen", "seeReminder", "知道了", &[]),
    Operation::look("/leave", "listLeave", "休假人员和手中的事项", &[], "Absents", read::leave),
    Operation::page(
        "/leave/{id}/handover",
        "handOver",
        "移交休假人员手中的事项",
        &[Field::text("target", 80, "移交给谁，取自 GET /colleagues 的 target；不填按代理人")],
    ),
    Operation::page("/leave/{id}/return", "giveWorkBack", "休假结束，交还事项", &[]),
    Operation::look("/matters/{number}/talk", "listTalk", "与当事人的往来", &[], "Talk", read::talk)
        .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/talk",
        "replyTalk",
        "回复当事人",
        &[
            Field::text("text", 2000, "回复内容").needed().called("talk_text"),
            Field::new("files", Kind::Files, "附件"),
        ],
    ),
    Operation::page("/matters/{number}/receipt", "issueReceipt", "开具回执；查询码只显示这一次", &[])
        .change("Receipt", read::receipt),
    Operation::page(
        "/matters/{number}/void",
        "voidRegistration",
        "作废登记，编号和理由保留备查",
        &[Field::text("reason", 500, "理由").needed(), VERSION],
    ),
];
