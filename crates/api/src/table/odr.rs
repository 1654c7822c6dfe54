//! Operations of settlement between the parties (先行和解).

use crate::{
    field::{Field, VERSION, lists},
    operation::Operation,
    read::rooms as read,
};

const WORDS: Field = Field::text("words", 5000, "内容、情况或者理由").needed();
const PERIOD: &[Field] = &[Field::day("from", "从，默认今年1月1日"), Field::day("to", "到，默认今天")];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::page(
        "/matters/{number}/odr_offer",
        "offerSettlement",
        "请经营者先行和解；链接只显示这一次",
        &[Field::flag("fallback", "消费者同意：到期没有和解的，自动转为投诉"), VERSION],
    )
    .change("OdrLink", read::odr_offer),
    Operation::page(
        "/matters/{number}/odr_link",
        "renewOdrLink",
        "重新生成链接，原来的失效；链接只显示这一次",
        &[],
    )
    .change("OdrLink", read::odr_renew),
    Operation::page(
        "/matters/{number}/odr_entrustment",
        "entrustOdr",
        "请受托组织网上反馈调解情况；链接只显示这一次（令第121号 第十九条）",
        &[Field::id("body", "受托组织，取自 GET /odr").needed()],
    )
    .change("OdrLink", read::odr_entrust),
    Operation::page(
        "/matters/{number}/odr_return",
        "returnOdrAnswer",
        "退回经营者补充答复",
        &[WORDS, VERSION],
    ),
    Operation::page(
        "/matters/{number}/odr_agreement",
        "agreeOdr",
        "登记达成和解",
        &[WORDS, Field::day("day", "约定履行日期"), VERSION],
    ),
    Operation::page(
        "/matters/{number}/odr_performance",
        "performOdr",
        "登记履行，办结",
        &[WORDS, Field::money("sum", "挽回金额（元）"), VERSION],
    ),
    Operation::page("/matters/{number}/odr_complaint", "fallBackOdr", "转为投诉", &[WORDS, VERSION]),
    Operation::page("/matters/{number}/odr_withdrawal", "withdrawOdr", "消费者撤回", &[WORDS, VERSION]),
    Operation::look("/odr", "getOdrBoard", "先行和解单位和成效", PERIOD, "OdrBoard", read::odr_board),
    Operation::page(
        "/odr/bodies",
        "joinOdr",
        "登记先行和解单位",
        &[
            Field::listed("kind", lists::body_kinds, "类别").needed(),
            Field::text("name", 100, "受托组织的名称"),
            Field::text("trader", 100, "经营者的统一社会信用代码或者名称"),
            Field::text("field", 60, "行业"),
            Field::text("phone", 40, "电话"),
            Field::text("paper", 60, "承诺书或者委托书编号").needed(),
        ],
    )
    .makes(),
    Operation::look(
        "/odr/bodies/{id}",
        "getOdrBody",
        "一个单位经办的各件",
        PERIOD,
        "OdrBody",
        read::odr_body,
    ),
    Operation::page(
        "/odr/bodies/{id}/leave",
        "leaveOdr",
        "登记退出",
        &[Field::line("reason", "理由").needed()],
    ),
];
