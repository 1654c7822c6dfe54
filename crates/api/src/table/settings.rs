//! Operations of settings: calendar, classification, rules with their confirmation by a second person, retention, jobs.

use crate::{
    field::{Choices, Field, Kind, VERSION},
    operation::Operation,
    read::settings as read,
    scope::Scope,
};

const SOURCE: Field = Field::line("source", "依据：文件名称和文号");
const REASON: Field = Field::text("reason", 500, "理由").needed();
const YEAR: Kind = Kind::Number(2000, 2100);
const FILE: Field = Field::new("file", Kind::Files, "或者以文件给出，UTF-8 编码");
const CODE: Field = Field::text("code", 20, "代码");
const DECISION: Field =
    Field::one("decision", &[("yes", "核准"), ("no", "不予核准")], "核准或者不予核准").needed();
const DECISION_WORDS: Field = Field::text("words", 500, "意见；不予核准的必填");
const ACTS: Kind = Kind::One(Choices::Fixed(&[
    ("rename", "改名"),
    ("retire", "停用"),
    ("restore", "恢复"),
    ("up", "上移"),
    ("move", "移到别的上级"),
]));

const PAUSING: [(&str, &str); 3] =
    [("no", "不暂停"), ("uncertain", "暂停，预警不扣除"), ("certain", "暂停，预警扣除")];
const PAUSE_NAME: &str = "这一暂停事由的名称";
const PAUSE_PAPER: &str = "这一暂停事由凭什么文书";
const PAUSE_ARTICLE: &str = "这一暂停事由的条款";
/// A clock as `/settings/rules/clock` asks for it; pauses that are not named stay as they are.
const CLOCK: &[Field] = &[
    Field::text("set", 20, "规定代号；其他程序的期限不填"),
    Field::text("key", 40, "期限代码").needed(),
    Field::new("length", Kind::Number(1, 3660), "长度").needed(),
    Field::one("unit", &[("wd", "工作日"), ("nd", "日历日"), ("h", "小时")], "单位").needed(),
    Field::new("extension", Kind::Number(0, 3660), "可以延长多少；不能延长的不填"),
    Field::text("approver", 60, "延长由谁批准"),
    Field::text("article", 120, "条款").needed(),
    Field::line("consequence", "逾期后果"),
    Field::one("pause_material", &PAUSING, "等待补正材料时是否暂停计算；不填保持原样"),
    Field::text("pause_material_name", 60, PAUSE_NAME),
    Field::text("pause_material_paper", 120, PAUSE_PAPER),
    Field::text("pause_material_article", 120, PAUSE_ARTICLE),
    Field::one("pause_test", &PAUSING, "检测鉴定时是否暂停计算；不填保持原样"),
    Field::text("pause_test_name", 60, PAUSE_NAME),
    Field::text("pause_test_paper", 120, PAUSE_PAPER),
    Field::text("pause_test_article", 120, PAUSE_ARTICLE),
    Field::one("pause_identify", &PAUSING, "权利人辨认时是否暂停计算；不填保持原样"),
    Field::text("pause_identify_name", 60, PAUSE_NAME),
    Field::text("pause_identify_paper", 120, PAUSE_PAPER),
    Field::text("pause_identify_article", 120, PAUSE_ARTICLE),
    Field::day("valid_from", "从哪天起算的期限适用").needed(),
    SOURCE,
    REASON,
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look(
        "/settings/calendar",
        "getCalendar",
        "一年的放假安排和待启用的",
        &[Field::new("year", YEAR, "年份，默认今年")],
        "Calendar",
        read::calendar,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/calendar",
        "putCalendar",
        "录入一年的放假安排，核对后启用",
        &[
            Field::new("year", YEAR, "年份").needed(),
            Field::text("text", 20_000, "每行：日期 名称 放假或者上班"),
            FILE,
            SOURCE,
        ],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::page(
        "/settings/calendar/closed",
        "putClosedDays",
        "录入本单位休息日，核对后启用",
        &[
            Field::new("year", YEAR, "年份").needed().called("closed_year"),
            Field::text("text", 5000, "每行：日期 名称 放假；不填为没有").called("closed"),
            Field::line("source", "依据").called("closed_source"),
        ],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::look(
        "/settings/calendar/{id}",
        "previewCalendar",
        "一份安排：改了哪些天、推移多少期限",
        &[],
        "CalendarEdition",
        read::calendar_edition,
    )
    .scope(Scope::Admin),
    Operation::page("/settings/calendar/{id}/activation", "activateCalendar", "启用一份安排", &[])
        .scope(Scope::Admin),
    Operation::page("/settings/calendar/{id}/drop", "dropCalendar", "放弃一份安排", &[]).scope(Scope::Admin),
    Operation::look("/settings/classification", "listTrees", "各类分类", &[], "Trees", read::trees)
        .scope(Scope::Admin),
    Operation::look(
        "/settings/classification/{key}",
        "getTree",
        "一类分类的类别和版本",
        &[],
        "Tree",
        read::tree,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/classification/{key}/draft",
        "beginTree",
        "建立草稿",
        &[Field::id("from", "从哪一版起草，不填为最新一版")],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::look(
        "/settings/classes/{id}",
        "getTreeEdition",
        "分类的一版",
        &[],
        "TreeEdition",
        read::class,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/classes/{id}/entries",
        "addClass",
        "新增类别",
        &[
            Field::text("parent", 20, "上级代码"),
            CODE,
            Field::text("name", 40, "名称").needed(),
            VERSION.needed(),
        ],
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/classes/{id}/change",
        "changeClass",
        "改动类别",
        &[
            Field::text("which", 20, "类别代码").needed(),
            Field::new("act", ACTS, "做什么").needed(),
            Field::text("new_name", 40, "新名称；改名时填写"),
            Field::line("into", "并入哪些类别，代码以空格隔开；停用时填写"),
            Field::text("under", 20, "移到哪个上级；移动时填写"),
            VERSION.needed(),
        ],
    )
    .scope(Scope::Admin),
    Operation::file("/settings/classes/{id}/csv", "getTreeCsv", "分类的一版，csv").scope(Scope::Admin),
    Operation::page(
        "/settings/classes/{id}/csv",
        "putTreeCsv",
        "以 csv 替换草稿",
        &[Field::text("text", 20_000, "csv 内容"), FILE, VERSION.needed()],
    )
    .scope(Scope::Admin),
    Operation::look(
        "/settings/classes/{id}/activation",
        "previewTree",
        "草稿改了什么、影响多少事项",
        &[],
        "TreePreview",
        read::class_preview,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/classes/{id}/activation",
        "activateTree",
        "启用草稿",
        &[
            Field::day("valid_from", "从哪天起启用").needed(),
            Field::text("reason", 500, "理由"),
            VERSION.needed(),
        ],
    )
    .scope(Scope::Admin),
    Operation::page("/settings/classes/{id}/drop", "dropTree", "放弃草稿", &[]).scope(Scope::Admin),
    Operation::look("/settings/rules", "listLaw", "收录的规定和期限、提出的变更", &[], "Law", read::rules)
        .scope(Scope::Admin),
    Operation::look(
        "/settings/rules/{id}",
        "getRuleProposal",
        "一项规则变更：改了什么、推移多少期限",
        &[],
        "RuleProposal",
        read::rule,
    )
    .scope(Scope::Admin),
    Operation::page("/settings/rules/clock", "proposeClock", "提出调整一项期限，由另一人核准", CLOCK)
        .scope(Scope::Admin)
        .makes(),
    Operation::page(
        "/settings/rules/text",
        "proposeRuleSet",
        "提出一部规定，由另一人核准",
        &[Field::text("text", 20_000, "规定文件（TOML）"), FILE, SOURCE, REASON],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::page(
        "/settings/rules/counting",
        "proposeCounting",
        "提出期限届满遇周末怎么算，由另一人核准",
        &[
            Field::one("weekend", &[("roll", "顺延"), ("stand", "不顺延")], "期限届满遇普通周末").needed(),
            SOURCE,
            REASON,
        ],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::page(
        "/settings/rules/hours",
        "proposeOfficeHours",
        "提出办公时间，办公时间外收到的视为下一工作日收到，由另一人核准",
        &[
            Field::one("rule", &[("next", "视为其后第一个工作日收到"), ("same", "按收到当日起算")], "怎么算")
                .needed(),
            Field::text("opens", 5, "上班时间，如 08:30"),
            Field::text("closes", 5, "下班时间，如 17:30"),
            Field::text("season_from", 5, "另有作息的第一日，月-日"),
            Field::text("season_to", 5, "另有作息的最后一日，月-日"),
            Field::text("season_opens", 5, "这段时间的上班时间"),
            Field::text("season_closes", 5, "这段时间的下班时间"),
            Field::day("valid_from", "从哪天收到的适用").needed(),
            SOURCE,
            REASON,
        ],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::page("/settings/rules/{id}/drop", "dropRuleProposal", "放弃提出的变更", &[])
        .scope(Scope::Admin),
    Operation::look(
        "/settings/retention",
        "getRetention",
        "保存期限、法律保全、清除证明",
        &[],
        "Retention",
        read::retention,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/retention/rules/{key}",
        "proposeRetention",
        "提出保存期限，由另一人核准",
        &[
            Field::one("enabled", &[("yes", "启用，到期自动清除"), ("no", "停用")], "怎么处理").needed(),
            Field::new("months", Kind::Number(1, 1200), "保存多少个月").needed(),
            REASON,
        ],
    )
    .scope(Scope::Admin),
    Operation::page("/settings/retention/run", "runRetention", "现在执行已启用的清除规则", &[])
        .scope(Scope::Admin),
    Operation::page(
        "/settings/retention/holds",
        "holdMatter",
        "法律保全一件事项",
        &[
            Field::text("number", 60, "事项编号").needed(),
            Field::line("reason", "理由").needed().called("hold_reason"),
        ],
    )
    .scope(Scope::Admin),
    Operation::page(
        "/settings/retention/holds/{id}/end",
        "endHold",
        "解除法律保全",
        &[Field::line("reason", "理由").needed().called("hold_reason")],
    )
    .scope(Scope::Admin),
    Operation::look("/settings/jobs", "getJobs", "后台任务", &[], "Jobs", read::jobs).scope(Scope::Admin),
    Operation::page("/settings/jobs/{id}/retry", "retryJob", "重试停办的任务", &[]).scope(Scope::Admin),
    Operation::page("/settings/jobs/{id}/dismissal", "dismissJob", "撤下停办的任务", &[]).scope(Scope::Admin),
    Operation::look("/approvals", "listApprovals", "等待核准的规则变更", &[], "Approvals", read::approvals)
        .scope(Scope::Admin),
    Operation::look("/approvals/{id}", "getApproval", "一项等待核准的变更", &[], "RuleProposal", read::rule)
        .scope(Scope::Admin),
    Operation::page("/approvals/{id}", "decideRule", "核准或者不予核准规则变更", &[DECISION, DECISION_WORDS])
        .scope(Scope::Admin),
    Operation::page(
        "/approvals/retention/{id}",
        "decideRetention",
        "核准或者不予核准保存期限",
        &[DECISION, DECISION_WORDS],
    )
    .scope(Scope::Admin),
];
