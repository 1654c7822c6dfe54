//! Operations of the office: desk, figures, law, colleagues, the token itself.

use kernel::Permission;
use web::May;

use super::matters::LIMIT;
use crate::{
    field::{Field, lists},
    openapi,
    operation::Operation,
    read::{figures, law, matters, people},
    scope::Scope,
};

const FROM: Field = Field::day("from", "从，默认今年1月1日");
const TO: Field = Field::day("to", "到，默认今天");
const LEAST: Field = Field::money("least", "不少于多少元，只用于有界线的指标；不填按口径");
const BY: Field = Field::listed("by", lists::dimensions, "按什么分");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/openapi.json", "getOpenApi", "本接口的 OpenAPI 说明", &[], "OpenApi", openapi::show)
        .public(),
    Operation::look("/account", "getToken", "这个令牌：谁、哪个岗位、什么范围", &[], "Me", people::me),
    Operation::look(
        "/desk/earlier",
        "listEarlier",
        "同一电话此前的事项",
        &[Field::text("q", 40, "电话").needed()],
        "Earliers",
        matters::earlier,
    ),
    Operation::look("/colleagues", "listColleagues", "可以承办的同事", &[], "Colleagues", people::colleagues)
        .may(May::Can(Permission::Dispatch)),
    Operation::look("/figures", "listFigures", "全部指标", &[FROM, TO], "Figures", figures::all)
        .scope(Scope::Figures),
    Operation::look(
        "/figures/{id}",
        "getFigure",
        "一个指标，可以分组",
        &[FROM, TO, BY, LEAST],
        "FigureCut",
        figures::show,
    )
    .scope(Scope::Figures),
    Operation::look(
        "/figures/{id}/rows",
        "listFigureRows",
        "数字背后的事项",
        &[
            FROM,
            TO,
            BY,
            Field::line("key", "哪一部分，与 by 同用"),
            LEAST,
            Field::text("after", 60, "上一页给出的 next，原样送回"),
            LIMIT,
        ],
        "Rows",
        figures::rows,
    )
    .scope(Scope::Figures),
    Operation::look(
        "/operations",
        "getOperations",
        "运行看板：到期、在办时长、接收时刻、退回分派",
        &[],
        "Board",
        figures::operations,
    )
    .scope(Scope::Figures),
    Operation::look(
        "/kpi",
        "getKpi",
        "考核：各单位各月的按时初查率、按期办结率、调解成功率、按时核查率，附分子、分母、区间",
        &[FROM, TO],
        "Kpi",
        figures::kpi,
    )
    .scope(Scope::Figures),
    Operation::page(
        "/kpi",
        "setKpiLimit",
        "设定红榜、黑榜界线",
        &[
            Field::text("figure", 40, "指标代号").needed(),
            Field::text("red", 10, "红榜：不低于百分之几，不填为不设"),
            Field::text("black", 10, "黑榜：低于百分之几，不填为不设"),
            Field::text("least", 10, "最小基数，分母小于它的不评").needed(),
        ],
    ),
    Operation::look("/views", "listViews", "保存的筛选", &[], "Views", figures::views),
    Operation::page(
        "/views",
        "saveView",
        "保存筛选",
        &[
            Field::text("name", 40, "名称").needed(),
            Field::text("address", 1000, "列表的地址，以 / 开头，例如 /matters?kind=complaint").needed(),
            Field::flag("shared", "本单位共用"),
        ],
    )
    .makes(),
    Operation::page("/views/{id}/end", "dropView", "删除保存的筛选", &[]),
    Operation::page(
        "/summaries",
        "makeSummary",
        "生成总结，数字就此冻结",
        &[
            Field::text(
                "template",
                80,
                "模板：work、quarter、half、brief、analysis、publicity、duty、plan，或者本单位自己的",
            )
            .needed(),
            Field::id("officer", "述职人，只有述职报告要填"),
            Field::id("unit", "单位，含其下级").needed(),
            Field::day("from", "从").needed(),
            Field::day("to", "到（含）").needed(),
        ],
    )
    .scope(Scope::Figures)
    .makes(),
    Operation::look(
        "/law/clocks",
        "listRules",
        "某日有效的法定期限",
        &[Field::day("on", "日期，默认今天")],
        "Rules",
        law::clocks,
    )
    .may(May::SignedIn),
    Operation::look(
        "/law/due",
        "explainDate",
        "解释一个日期",
        &[
            Field::text("clock", 40, "期限代码").needed(),
            Field::day("from", "起算的那一天，不计入").needed(),
            Field::day("received", "收到日期，决定适用哪一部规定"),
            Field::flag("extended", "经批准延长"),
        ],
        "Due",
        law::due,
    )
    .may(May::SignedIn),
    Operation::look(
        "/codes/check",
        "checkCode",
        "编号校验",
        &[Field::text("code", 60, "编号").needed()],
        "Checks",
        law::check,
    )
    .may(May::SignedIn),
    Operation::look("/words/{list}", "listWords", "代码表", &[], "Words", law::words).may(May::SignedIn),
];
