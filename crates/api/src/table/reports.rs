//! Operations on reports (举报): one for each act of the procedure and of the reward, and what a report holds.

use crate::{
    field::{Choices, Field, Kind, VERSION, lists},
    operation::Operation,
    read::rooms as read,
};

const WORDS: Field = Field::text("words", 5000, "内容、理由或者记录；不要写举报人的任何信息");
const TAGS: Field = Field::new("items", Kind::Many(Choices::Listed(lists::report_tags)), "适用领域");
const WHO: Field = Field::line("who", "核查人员、办案人员、机构或者部门");
const PAPER: Field = Field::line("paper", "文书编号或者文号");
const DAY: Field = Field::day("day", "日期，不填为今天");
const FILES: Field = Field::new("files", Kind::Files, "附件：照片、录音、文书等");
const AGREEMENT: Field = Field::line("paper", "财政部门同意的文号；单笔五十万元以上或者高于标准的必填");
const OTHER: Field = Field::text("other", 60, "此前举报的编号").needed();
const BY_HAND: Field = Field::flag("yes", "系统没有核对出来，经人工核对确为同一举报人");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look(
        "/matters/{number}/report",
        "getReport",
        "举报的核查、立案、告知义务、查处结果和奖励",
        &[],
        "Report",
        read::report,
    )
    .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/report_verification",
        "verifyReport",
        "开始核查，标注适用领域（令第121号 第三十六条）",
        &[TAGS, Field::flag("insider", "举报人是内部人员").called("yes"), VERSION],
    ),
    Operation::page("/matters/{number}/report_tags", "tagReport", "标注适用领域", &[TAGS, VERSION]),
    Operation::page(
        "/matters/{number}/report_finding",
        "recordFinding",
        "登记核查情况",
        &[
            Field::listed("way", lists::finding_ways, "核查方式").needed(),
            Field::instant("at", "核查时间，不填为现在"),
            WHO.needed(),
            Field::line("place", "地点；现场检查必填"),
            WORDS.needed(),
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_extension",
        "askReportExtension",
        "申请延长核查期限（行政处罚程序规定 第十八条）",
        &[WORDS.needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_extension_decision",
        "decideReportExtension",
        "决定是否延长核查期限",
        &[Field::one("way", &[("yes", "同意延长"), ("no", "不同意延长")], "决定").needed(), WORDS, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_test",
        "startReportTest",
        "检验鉴定或者权利人辨认，期限暂停",
        &[
            Field::one(
                "way",
                &[("test", "检测、检验、检疫、鉴定"), ("identify", "权利人辨认或者鉴别")],
                "事由",
            )
            .needed(),
            WHO.needed(),
            PAPER,
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_test_result",
        "endReportTest",
        "登记检验或者辨认结果，期限恢复",
        &[WORDS.needed(), FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_filing_proposal",
        "proposeFiling",
        "提出立案或者不予立案意见（行政处罚程序规定 第十九条、第二十条）",
        &[
            Field::one("way", &[("file", "立案"), ("not", "不予立案")], "意见").needed(),
            Field::new(
                "items",
                Kind::Many(Choices::Listed(lists::filing_conditions)),
                "立案条件；拟立案的须全部符合",
            ),
            Field::listed("ground", lists::not_filed, "不予立案的情形；拟不予立案的必填"),
            WORDS,
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_filing_return",
        "returnFiling",
        "退回补充核查",
        &[WORDS.needed(), VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_filing",
        "fileReport",
        "批准立案",
        &[
            Field::line("paper", "立案审批表编号").needed(),
            Field::line("who", "办案人员，两名以上，用顿号隔开").needed(),
            WORDS,
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/report_no_filing", "doNotFile", "批准不予立案", &[WORDS, VERSION]),
    Operation::page(
        "/matters/{number}/report_outside",
        "sendOutside",
        "不具备处理权限，告知或者移交（令第121号 第三十四条）",
        &[
            Field::line("who", "有权处理的部门").needed(),
            Field::one(
                "way",
                &[("tell", "告知举报人直接向其提出"), ("transfer", "移交并书面通知举报人")],
                "处理方式",
            )
            .needed(),
            Field::line("paper", "移送函编号；移交的必填"),
            WORDS.needed(),
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_repeat",
        "endRepeatedReport",
        "重复举报不再处理（令第121号 第三十五条）",
        &[OTHER, WORDS.needed(), BY_HAND, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_merge",
        "mergeReport",
        "补充新的事实，并案处理（令第121号 第三十五条）",
        &[OTHER, WORDS.needed(), BY_HAND, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_notice",
        "tellReporter",
        "告知举报人，附送达证明（令第121号 第三十六条）",
        &[
            Field::one(
                "way",
                &[("told", "已告知"), ("unreachable", "匿名举报且没有联系方式，无法告知")],
                "告知情况",
            )
            .needed(),
            Field::text("other", 60, "告知并入本件的哪一件举报的举报人，填它的编号；不填为本件的举报人"),
            Field::text("words", 5000, "补充内容；无法告知的写明试过哪些联系方式"),
            Field::listed("notice_channel", lists::notice_channels, "告知方式"),
            Field::instant("notice_on", "告知时间，不填为现在"),
            Field::listed("proof_kind", lists::proofs, "送达证明"),
            Field::text("proof", 500, "录音编号、邮寄单号、回执内容等"),
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_result",
        "recordCaseResult",
        "登记查处结果",
        &[
            Field::listed("way", lists::report_results, "查处结果").needed(),
            Field::line("paper", "决定书文号；行政处罚的必填"),
            DAY,
            Field::money("fine", "罚款（元）"),
            Field::money("confiscated", "没收金额（元）"),
            FILES,
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/report_closure", "closeReport", "办结举报", &[VERSION]),
    Operation::page(
        "/matters/{number}/report_reward",
        "proposeReward",
        "申请举报奖励（国市监稽规〔2021〕4号）",
        &[
            Field::new("grade", Kind::Number(1, 3), "奖励等级").needed(),
            Field::line("who", "属于哪一类重大违法行为").needed(),
            WORDS.needed(),
            Field::flag("yes", "举报人是自然人，不是负有特定义务的人员，也不是其近亲属"),
            Field::money("amount", "奖励金额（元），不填按标准计算"),
            AGREEMENT,
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/report_reward_approval",
        "approveReward",
        "批准举报奖励",
        &[AGREEMENT, WORDS, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_reward_refusal",
        "refuseReward",
        "不批准举报奖励",
        &[WORDS.needed(), FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_reward_payment",
        "payReward",
        "登记奖励发放",
        &[Field::line("paper", "支付凭证编号").needed(), DAY, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/report_clue",
        "makeClue",
        "投诉转出案件线索（诉转案）",
        &[DAY, Field::text("words", 5000, "线索内容；不要写投诉人的姓名和电话").needed(), VERSION],
    ),
];
