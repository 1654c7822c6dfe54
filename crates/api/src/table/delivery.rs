//! Operations of delivery (告知送达): what waits, letters and calls, the texts of notices.

use crate::{
    field::{Field, Kind, lists},
    operation::Operation,
    read::rooms as read,
    scope::Scope,
};

/// Channels whose notices have texts.
const CHANNELS: &[(&str, &str)] = delivery::CHANNELS;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/deliveries", "listSendings", "尚未送达的告知", &[], "Sendings", read::sendings),
    Operation::page("/deliveries/{id}/retry", "retrySending", "重新发送", &[]),
    Operation::page("/deliveries/{id}/otherwise", "giveOtherwise", "原告知记为未送达，改用其他方式告知", &[]),
    Operation::page(
        "/matters/{number}/notices/{id}/paper",
        "openLetter",
        "打印信件或者通话要点：收件人姓名和地址，查看记入日志",
        &[],
    )
    .change("Letter", read::letter)
    .scope(Scope::Personal),
    Operation::look("/texts", "listTexts", "告知文本", &[], "Texts", read::texts).scope(Scope::Admin),
    Operation::look(
        "/texts/preview",
        "previewText",
        "在一件事项上预览告知文本",
        &[
            Field::listed("kind", lists::notice_kinds, "告知事项").needed(),
            Field::one("channel", CHANNELS, "告知方式").needed(),
            Field::new("edition", Kind::Number(0, i64::MAX), "第几版，不填为最新一版"),
            Field::text("number", 60, "事项编号").needed(),
        ],
        "TextPreview",
        read::text_preview,
    ),
    Operation::look(
        "/texts/{kind}/{channel}",
        "getText",
        "一种告知文本的各版和可用字段",
        &[],
        "Text",
        read::text,
    )
    .scope(Scope::Admin),
    Operation::page(
        "/texts/{kind}/{channel}",
        "writeText",
        "保存为新的一版，尚未启用",
        &[
            Field::text("body", 3000, "文本，字段写作 {{ number }}").needed(),
            Field::one("store", &[("yes", "保存为新的一版")], "确认保存").needed(),
        ],
    )
    .scope(Scope::Admin),
    Operation::page(
        "/texts/{kind}/{channel}/use",
        "useText",
        "启用一版告知文本",
        &[Field::new("edition", Kind::Number(0, i64::MAX), "第几版；0 为随程序的文本").needed()],
    )
    .scope(Scope::Admin),
];
