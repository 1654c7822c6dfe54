//! Operations on complaints: one for each act of the procedure, and call-backs.

use crate::{
    field::{Field, Kind, VERSION, lists},
    operation::Operation,
    read::people as read,
};

const WORDS: Field = Field::text("words", 5000, "内容、理由或者记录");
const GROUND: Field = Field::text("ground", 10, "法定情形代码，按适用规定").needed();
const CHANNEL: Field = Field::listed("notice_channel", lists::notice_channels, "告知方式");
const TOLD_ON: Field = Field::instant("notice_on", "告知时间，不填为现在");
const PROOF_KIND: Field = Field::listed("proof_kind", lists::proofs, "送达证明");
const PROOF: Field = Field::text("proof", 500, "录音编号、邮寄单号、回执内容等");
const FILES: Field = Field::new("files", Kind::Files, "证明附件");
const DAY: Field = Field::day("day", "期限或者日期");
const SUM: Field = Field::money("sum", "争议金额或者费用（元）");
const RECOVERED: Field = Field::money("recovered", "挽回损失总额（元），含加倍赔偿");
const PUNITIVE: Field = Field::money("punitive", "其中加倍赔偿（元）");
const FRAUD: Field = Field::flag("fraud", "经营者存在欺诈");
const YES: Field = Field::flag("yes", "同意");
const WHO: Field = Field::line("who", "谁：调解人员、机构或者申请人");

/// A notice with its proof.
const TELL: &[Field] = &[CHANNEL, TOLD_ON, PROOF_KIND, PROOF, FILES, VERSION];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::page(
        "/matters/{number}/material_request",
        "requestMaterial",
        "要求补正（令第121号 第十条、第十一条）",
        &[
            Field::new("items", Kind::Texts(20, 200), "需要补正的材料").needed(),
            DAY,
            CHANNEL,
            TOLD_ON,
            PROOF_KIND,
            PROOF,
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/material",
        "closeMaterialRequest",
        "登记补正结果",
        &[
            Field::one(
                "way",
                &[
                    ("given", "已补齐"),
                    ("partly", "部分补齐"),
                    ("lapsed", "逾期未补"),
                    ("refused", "拒绝提供"),
                ],
                "补正结果",
            )
            .needed(),
            WORDS,
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/acceptance", "acceptComplaint", "受理", &[VERSION]),
    Operation::page(
        "/matters/{number}/refusal_proposal",
        "proposeRefusal",
        "拟不予受理",
        &[GROUND, WORDS, VERSION],
    ),
    Operation::page("/matters/{number}/refusal", "refuseComplaint", "不予受理", &[GROUND, WORDS, VERSION]),
    Operation::page("/matters/{number}/refusal_return", "returnRefusal", "退回承办人", &[WORDS, VERSION]),
    Operation::page("/matters/{number}/acceptance_notice", "tellAcceptance", "告知受理，附送达证明", TELL),
    Operation::page("/matters/{number}/refusal_notice", "tellRefusal", "告知不予受理，附送达证明", TELL),
    Operation::page(
        "/matters/{number}/mediation",
        "mediate",
        "组织调解",
        &[
            Field::one(
                "way",
                &[("site", "现场"), ("phone", "电话"), ("video", "视频"), ("internet", "互联网")],
                "调解方式",
            )
            .needed(),
            Field::instant("at", "调解时间"),
            Field::line("place", "地点"),
            WHO,
            WORDS,
            CHANNEL,
            TOLD_ON,
            PROOF_KIND,
            PROOF,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/entrustment",
        "entrustMediation",
        "委托调解",
        &[
            WHO,
            Field::flag("complainant_agrees", "投诉人同意委托调解").called("yes"),
            Field::flag("respondent_agrees", "被投诉人同意委托调解").called("yes2"),
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/recusal", "askRecusal", "当事人申请回避", &[WHO, WORDS, VERSION]),
    Operation::page(
        "/matters/{number}/recusal_decision",
        "decideRecusal",
        "决定回避",
        &[YES, WORDS, VERSION],
    ),
    Operation::page(
        "/matters/{number}/test",
        "startTest",
        "送检鉴定，期限暂停",
        &[
            WHO,
            Field::one("way", &[("agreed", "双方协商"), ("appointed", "本局指定")], "机构由谁确定").needed(),
            Field::line("paper", "委托书编号"),
            SUM,
            Field::text("side", 100, "费用由谁承担"),
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/test_result",
        "endTest",
        "登记检验结果，期限恢复",
        &[WORDS, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/agreement",
        "agree",
        "达成协议",
        &[
            WORDS,
            Field::one(
                "way",
                &[("document", "制作调解书"), ("record", "双方同意不制作，做调解记录")],
                "文书",
            )
            .needed(),
            DAY,
            SUM,
            RECOVERED,
            PUNITIVE,
            FRAUD,
            YES,
            FILES,
            VERSION,
        ],
    ),
    Operation::page(
        "/matters/{number}/performance",
        "recordPerformance",
        "登记履行，办结",
        &[DAY, WORDS, RECOVERED, FILES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/settlement",
        "settleAtOnce",
        "即时履行办结",
        &[WORDS, SUM, RECOVERED, PUNITIVE, FRAUD, YES, VERSION],
    ),
    Operation::page(
        "/matters/{number}/termination",
        "terminateMediation",
        "终止调解",
        &[GROUND, WORDS, VERSION],
    ),
    Operation::page(
        "/matters/{number}/termination_notice",
        "tellTermination",
        "告知终止，附送达证明",
        &[
            CHANNEL,
            TOLD_ON,
            PROOF_KIND,
            PROOF,
            Field::listed("trader_notice_channel", lists::notice_channels, "告知被投诉人的方式"),
            Field::instant("trader_notice_on", "告知被投诉人的时间"),
            Field::listed("trader_proof_kind", lists::proofs, "告知被投诉人的送达证明"),
            Field::text("trader_proof", 500, "告知被投诉人的证明内容"),
            FILES,
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/withdrawal", "withdrawComplaint", "撤回投诉", &[WORDS, VERSION]),
    Operation::look("/callbacks", "listCallbacks", "待回访", &[], "Callbacks", read::callbacks),
    Operation::page(
        "/callbacks",
        "planCallbacks",
        "安排回访",
        &[
            Field::day("from", "办结日期从").needed(),
            Field::day("to", "办结日期到").needed(),
            Field::day("due", "回访期限").needed(),
            Field::one("way", &[("all", "全部回访"), ("sample", "分层随机抽样")], "方式").needed(),
            Field::new("per_stratum", Kind::Number(1, 10_000), "每层件数，抽样时填写"),
            Field::text("seed", 40, "抽样的种子"),
        ],
    ),
    Operation::page(
        "/callbacks/{id}",
        "recordCallback",
        "登记回访结果",
        &[
            Field::one(
                "state",
                &[("reached", "已接通"), ("unreachable", "未联系上"), ("declined", "拒绝回访")],
                "是否接通",
            )
            .needed(),
            Field::new("satisfaction", Kind::Number(1, 5), "满意度，5 为很满意"),
            Field::one(
                "performed",
                &[("yes", "已履行"), ("partly", "部分履行"), ("no", "没有履行")],
                "履行情况",
            ),
            Field::text("words", 500, "说明"),
            Field::flag("reopen", "重办"),
        ],
    ),
];
