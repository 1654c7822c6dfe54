//! Operations on papers (文书): draft, approve, serve; for who keeps them, their forms and numbers.

use crate::{
    field::{Choices, Field, Kind, VERSION, lists},
    operation::Operation,
    read::papers as read,
    scope::Scope,
};

const WORDS: Field = Field::text("words", 500, "理由").needed();
const SERIES: Field = Field::text("series", 20, "系列，取自 GET /forms/{key} 的 editions").needed();
const TITLE: Field = Field::text("title", 100, "标题").needed();
const TEXT: Field = Field::text("text", 20_000, "内容，一行一段，版式标记与页面相同").needed();
const NOTE: Field = Field::text("note", 500, "改了什么、依据什么");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/papers", "listPapers", "待审批的和我起草的文书", &[], "WaitingPapers", read::waiting),
    Operation::look(
        "/matters/{number}/papers",
        "listMatterPapers",
        "一件事项的文书和现在可以起草的文书",
        &[],
        "Papers",
        read::of_matter,
    )
    .as_page("/matters/{number}"),
    Operation::page(
        "/matters/{number}/papers/new",
        "draftPaper",
        "起草文书，内容从事项自动带入",
        &[Field::listed("form", lists::papers, "文书").needed()],
    )
    .makes(),
    Operation::look(
        "/matters/{number}/papers/{id}",
        "getPaper",
        "一份文书：各栏和全文；个人信息遮盖，除非令牌含 personal 并且当天填过理由",
        &[],
        "Paper",
        read::one,
    ),
    Operation::page(
        "/matters/{number}/papers/{id}/amendment",
        "amendPaper",
        "修改草稿各栏；没有给出的栏目清空，遮盖的个人信息栏不给出则不改",
        &[
            Field::new(
                "fields",
                Kind::Map(Some(Choices::Listed(lists::paper_fields)), 5000),
                "各栏内容，键取自 GET 的 fields；日期写 2026-09-23，时间写 2026-09-23T09:30，是否写 yes 或者 no",
            )
            .needed()
            .called(""),
            VERSION,
        ],
    ),
    Operation::page("/matters/{number}/papers/{id}/submission", "submitPaper", "送审", &[VERSION]),
    Operation::page("/matters/{number}/papers/{id}/return", "returnPaper", "退回起草人", &[WORDS, VERSION]),
    Operation::page(
        "/matters/{number}/papers/{id}/approval",
        "approvePaper",
        "批准，取得文号和签发日期",
        &[VERSION],
    ),
    Operation::page(
        "/matters/{number}/papers/{id}/filing",
        "filePaper",
        "登记表定稿，不须审批",
        &[VERSION],
    ),
    Operation::page("/matters/{number}/papers/{id}/printing", "notePrinting", "登记为已印制", &[VERSION]),
    Operation::page("/matters/{number}/papers/{id}/voiding", "voidPaper", "作废", &[WORDS, VERSION]),
    Operation::page("/matters/{number}/papers/{id}/discard", "discardPaper", "撤销草稿", &[VERSION]),
    Operation::page(
        "/matters/{number}/papers/{id}/opening",
        "openPaper",
        "当天内显示完整内容，理由记入日志",
        &[Field::line("reason", "理由，至少 4 个字").needed()],
    )
    .scope(Scope::Personal),
    Operation::page(
        "/matters/{number}/papers/{id}/service",
        "servePaper",
        "登记待送达的告知，带文书的文号",
        &[
            Field::id("party", "送达谁，取自当事人的 id；送达被投诉人时不填"),
            Field::listed("notice_channel", lists::notice_channels, "送达方式").needed(),
            Field::line("address", "号码或者地址，加密保存"),
            Field::text("text", 5000, "告知内容，不要写个人信息").needed(),
        ],
    ),
    Operation::look("/forms", "listForms", "文书式样", &[], "Forms", read::forms).scope(Scope::Admin),
    Operation::look("/forms/{key}", "getForm", "一种文书的栏目和版本", &[], "Form", read::form)
        .scope(Scope::Admin),
    Operation::page(
        "/forms/{key}/new",
        "writeForm",
        "另存新版，尚未启用",
        &[SERIES, TITLE, TEXT, NOTE],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::look(
        "/form_editions/{id}",
        "getFormEdition",
        "文书式样的一版",
        &[],
        "FormEdition",
        read::edition,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/form_editions/{id}",
        "rewriteForm",
        "修改尚未启用的一版",
        &[TITLE, TEXT, NOTE, VERSION.needed()],
    )
    .scope(Scope::Admin),
    Operation::page(
        "/form_editions/{id}/activation",
        "activateForm",
        "设定启用日期",
        &[Field::day("valid_from", "从哪天起草的文书用这一版").needed(), VERSION.needed()],
    )
    .scope(Scope::Admin),
    Operation::look("/forms/numbering", "getNumbering", "文号和落款", &[], "Numbering", read::numbering)
        .scope(Scope::Admin),
    Operation::page(
        "/forms/numbering",
        "setNumbering",
        "设置文号和落款；没有给出的单位和文书按默认",
        &[
            Field::text("seal", 60, "落款的机关全称").needed(),
            Field::text("site", 120, "公众网页的网址，印在文书的核验说明和二维码里；不给出则保持原样"),
            Field::new("shorts", Kind::Map(None, 20), "机构代码和它的文号简称").called("short_"),
            Field::new(
                "words",
                Kind::Map(Some(Choices::Listed(lists::numbered_papers)), 10),
                "文书代码和它的字号",
            )
            .called("word_"),
        ],
    )
    .scope(Scope::Admin),
];
