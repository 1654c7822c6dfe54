//! Operations of administrators: people, tokens, webhooks, journal, health.

use super::matters::AFTER;
use crate::{
    field::{Choices, Field, Kind, lists},
    operation::Operation,
    read::{list, people as read},
    scope::Scope,
    tokens, webhook,
};

const LIMIT: Field = Field::new("limit", Kind::Number(1, 200), "最多几条，默认 50");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/people", "listStaff", "机构人员", &[], "Staff", read::staff).scope(Scope::Admin),
    Operation::page(
        "/people",
        "createOfficer",
        "新增人员并生成登录码",
        &[
            Field::text("login", 40, "登录名").needed(),
            Field::text("name", 40, "姓名").needed(),
            Field::text("badge", 40, "执法证号"),
            Field::text("unit", 12, "机构代码").needed(),
            Field::listed("role", lists::roles, "岗位").needed(),
        ],
    )
    .change("Code", read::hire)
    .scope(Scope::Admin)
    .makes(),
    Operation::page(
        "/people/units",
        "createUnit",
        "新增机构",
        &[
            Field::text("code", 12, "机构代码").needed(),
            Field::text("name", 60, "名称").needed(),
            Field::listed("kind", lists::unit_kinds, "类别").needed(),
            Field::text("parent", 12, "上级机构代码").needed(),
            Field::text("region", 6, "行政区划代码"),
            Field::line("address", "地址"),
            Field::text("phone", 30, "电话"),
        ],
    )
    .scope(Scope::Admin)
    .makes(),
    Operation::page("/people/{id}/code", "issueCode", "重发登录码", &[])
        .change("Code", read::code)
        .scope(Scope::Admin),
    Operation::page(
        "/people/{id}/enabled",
        "enableOfficer",
        "启用或者停用账户",
        &[Field::flag("enabled", "启用；不填或者 false 为停用")],
    )
    .scope(Scope::Admin),
    Operation::look("/people/{id}/posts", "listPosts", "一个人的岗位", &[], "Posts", read::posts)
        .scope(Scope::Admin),
    Operation::page(
        "/people/{id}/posts",
        "givePost",
        "新增岗位",
        &[
            Field::text("unit", 12, "机构代码").needed(),
            Field::listed("role", lists::roles, "岗位").needed(),
            Field::day("from", "从哪天").needed(),
            Field::id("deputy", "请假期间的代理人"),
        ],
    )
    .scope(Scope::Admin),
    Operation::page("/people/{id}/posts/{post}/end", "endPost", "岗位到今天为止", &[]).scope(Scope::Admin),
    Operation::page(
        "/people/{id}/leave",
        "noteLeave",
        "登记请假",
        &[
            Field::day("from", "从哪天").needed(),
            Field::day("to", "到哪天，含当日").needed(),
            Field::text("reason", 100, "事由"),
        ],
    )
    .scope(Scope::Admin),
    Operation::look(
        "/audit",
        "listJournal",
        "日志",
        &[
            Field::text("actor", 60, "何人"),
            Field::day("on", "哪天"),
            Field::text("number", 60, "事项编号"),
            Field::text("verb", 40, "事由代码"),
            AFTER,
        ],
        "Journal",
        list::audit,
    )
    .scope(Scope::Admin),
    Operation::look(
        "/audit/reads",
        "listReads",
        "个人信息查看记录",
        &[
            Field::text("actor", 60, "何人"),
            Field::day("from", "从哪天"),
            Field::day("to", "到哪天"),
            Field::text("number", 60, "事项编号"),
            Field::text("unit", 60, "事项承办机构的名称"),
            AFTER,
        ],
        "Reads",
        list::reads,
    )
    .scope(Scope::Admin),
    Operation::look("/people/sso", "listSsoAccounts", "统一身份认证账号", &[], "SsoAccounts", read::sso)
        .scope(Scope::Admin),
    Operation::page(
        "/people/sso/{id}",
        "linkSsoAccount",
        "核准统一身份认证账号属于谁",
        &[Field::id("officer", "人员，取自 GET /people").needed()],
    )
    .scope(Scope::Admin),
    Operation::page("/people/sso/{id}/end", "unlinkSsoAccount", "解除统一身份认证账号", &[])
        .scope(Scope::Admin),
    Operation::look("/health", "getHealth", "运行状况", &[], "Health", list::work)
        .own(read::health)
        .scope(Scope::Admin),
    Operation::look("/tokens", "listTokens", "令牌", &[], "Tokens", tokens::list).scope(Scope::Admin),
    Operation::page(
        "/tokens",
        "createToken",
        "发放令牌；令牌只显示这一次",
        &[
            Field::text("label", 60, "用途：哪个系统").needed(),
            Field::text("login", 40, "代表谁：登录名").needed(),
            Field::id("post", "哪个岗位，默认第一个"),
            Field::new("scopes", Kind::Many(Choices::Listed(lists::scopes)), "范围").needed(),
            Field::new("days", Kind::Number(1, 365), "有效天数，默认 90"),
            Field::new("per_minute", Kind::Number(1, 60_000), "每分钟最多请求数，默认 600"),
        ],
    )
    .change("TokenMade", tokens::create)
    .scope(Scope::Admin)
    .makes(),
    Operation::page("/tokens/{id}/revocation", "revokeToken", "作废令牌", &[])
        .change("Done", tokens::revoke)
        .scope(Scope::Admin),
    Operation::look("/webhooks", "listWebhooks", "推送", &[], "Webhooks", webhook::api::list)
        .scope(Scope::Admin),
    Operation::page(
        "/webhooks",
        "createWebhook",
        "登记推送；签名密钥只显示这一次",
        &[
            Field::text("label", 60, "用途：哪个系统").needed(),
            Field::text("url", 500, "地址，http 或者 https").needed(),
            Field::new("kinds", Kind::Many(Choices::Fixed(webhook::EVENTS)), "推送什么").needed(),
            Field::new("units", Kind::Texts(50, 12), "机构代码，含下级；不填为全部"),
            Field::one("algorithm", webhook::ALGORITHMS, "签名算法，默认 hmac-sha256"),
        ],
    )
    .change("WebhookMade", webhook::api::create)
    .scope(Scope::Admin)
    .makes(),
    Operation::page(
        "/webhooks/{id}/enabled",
        "enableWebhook",
        "启用或者停用推送",
        &[Field::flag("enabled", "启用；不填或者 false 为停用")],
    )
    .change("Done", webhook::api::enable)
    .scope(Scope::Admin),
    Operation::look(
        "/webhooks/{id}/deliveries",
        "listDeliveries",
        "推送记录",
        &[LIMIT],
        "Deliveries",
        webhook::api::deliveries,
    )
    .scope(Scope::Admin),
];
