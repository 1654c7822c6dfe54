//! Operations on reports of an office (总结): writing, comments, steps.

use crate::{
    field::{Field, Kind, lists},
    operation::Operation,
};

const VERSION: Field = Field::new("version", Kind::Number(1, i64::MAX), "看的是第几版").called("_version");
const WORDS: Field = Field::text("words", 500, "理由；报送时写明给谁、用什么方式");
const STEP: &[Field] = &[VERSION];
const SAYING: &[Field] = &[VERSION, WORDS.needed()];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::page(
        "/matters/{number}/publicity",
        "recordPublicity",
        "登记投诉已公示、撤回公示、不予公示",
        &[
            Field::listed("act", lists::publicity_acts, "办理什么").needed(),
            Field::day("on", "公示日期，登记公示时填写"),
            Field::text("words", 300, "在哪里公示，或者理由").needed(),
            Field::listed("ground", lists::publicity_grounds, "不予公示的情形"),
            Field::text("article", 100, "不予公示依据的条款"),
        ],
    ),
    Operation::page(
        "/summaries/{id}/edit",
        "editSummary",
        "保存总结的新一版",
        &[
            VERSION.needed(),
            Field::text("title", 100, "标题").needed(),
            Field::text("text", 20_000, "正文，一行一段").needed(),
            Field::text("note", 200, "改了什么"),
        ],
    ),
    Operation::page(
        "/summaries/{id}/comments",
        "commentSummary",
        "批注总结的一段",
        &[
            VERSION.needed(),
            Field::new("paragraph", Kind::Number(1, 10_000), "第几段").needed(),
            Field::text("words", 1_000, "批注").needed(),
        ],
    ),
    Operation::page("/summaries/{id}/comments/{comment}/end", "settleSummaryComment", "批注标为已处理", &[]),
    Operation::page(
        "/summaries/{id}/examples",
        "chooseSummaryExamples",
        "选用典型案例，各写一段入正文，存为新的一版",
        &[VERSION.needed(), Field::new("numbers", Kind::Texts(10, 60), "事项编号").needed().called("number")],
    ),
    Operation::page(
        "/summaries/{id}/examples/{example}/end",
        "dropSummaryExample",
        "换下典型案例",
        &[VERSION.needed()],
    ),
    Operation::page("/summaries/{id}/submission", "submitSummary", "总结送审", STEP),
    Operation::page("/summaries/{id}/withdrawal", "withdrawSummary", "撤回送审", STEP),
    Operation::page("/summaries/{id}/review", "reviewSummary", "审核总结", STEP),
    Operation::page("/summaries/{id}/return", "returnSummary", "退回总结", SAYING),
    Operation::page("/summaries/{id}/approval", "approveSummary", "批准总结", STEP),
    Operation::page("/summaries/{id}/reopening", "reopenSummary", "撤销批准", SAYING),
    Operation::page("/summaries/{id}/hand-in", "handInSummary", "登记报送", SAYING),
    Operation::page("/summaries/{id}/discard", "discardSummary", "撤销总结", STEP),
    Operation::page(
        "/summary-templates/new",
        "proposeSummaryTemplate",
        "提出总结模板",
        &[
            Field::text("key", 80, "改的是哪个模板；不填为新的"),
            Field::text("name", 40, "模板名称").needed(),
            Field::text("source", 20_000, "模板，数字只能用指标").needed(),
            Field::text("note", 200, "改了什么、为什么改").needed(),
            Field::one(
                "series",
                &[("none", "不编号"), ("issue", "期号"), ("number", "发文字号")],
                "编号方式；不填为不编号",
            ),
            Field::text("word", 40, "发文字号的代字"),
            Field::flag("has_head", "用红头"),
            Field::text("mark", 40, "红头上的字；不填为本单位名称"),
        ],
    )
    .makes(),
    Operation::page(
        "/summary-documents/new",
        "offerSummaryDocument",
        "上传本局文件样式，等待核准",
        &[
            Field::text("template", 80, "用于哪个模板的总结；all 为其他各种").needed(),
            Field::new("file", Kind::Files, "有占位的 Word 文档，一个").needed(),
            Field::text("note", 200, "改了什么、为什么改").needed(),
        ],
    )
    .makes(),
    Operation::page("/summary-documents/{id}/release", "releaseSummaryDocument", "核准启用本局文件样式", &[]),
    Operation::page("/summary-documents/{id}/end", "endSummaryDocument", "停用本局文件样式", &[]),
    Operation::page(
        "/summary-templates/{id}/activation",
        "activateSummaryTemplate",
        "核准启用总结模板",
        &[Field::day("valid_from", "启用日期").needed()],
    ),
];
