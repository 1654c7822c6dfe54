//! What delivery shows on the matter page, and lends to the spine.

use std::path::Path;

use db::Tx;
use kernel::Ctx;
use law::{Law, Listed};
use matters::{
    ActLink, Kind, Matter, Slots,
    notices::{Courier, Draft},
};
use web::{Html, Result, escape};

use crate::{Config, record, texts};

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: Kind::ALL, state: |_, _| "", facts, acts: |_, _, _| Ok(Vec::<ActLink>::new()) }
}

/// What this crate lends to the spine.
pub fn courier() -> Courier {
    Courier { draft, measure: texts::measure, sends }
}

fn draft(tx: &mut Tx, ctx: &Ctx, matter: &Matter, wanted: &Draft<'_>) -> Result<Option<String>> {
    let Some(edition) = texts::in_use(tx, wanted.kind, wanted.channel)? else { return Ok(None) };
    let fields = texts::of(tx, ctx, matter, wanted.kind)?;
    let filled = texts::fill(&edition.body, &fields);
    // An edition is tried before it is stored, so what cannot be filled was stored by another program.
    filled.map(Some).map_err(|words| kernel::Refusal::new("text_wrong", words).at("text").into())
}

/// A configuration with a fault sends nothing; the health page says so.
fn sends(data: &Path) -> Vec<&'static str> {
    Config::read(data).map_or_else(|_| Vec::new(), |config| config.channels())
}

fn facts(tx: &mut Tx, _: &Ctx, matter: &Matter) -> Result<Html> {
    let list = record::of(tx, matter.id)?;
    if list.is_empty() {
        return Ok(Html::default());
    }
    let channels = &Law::in_use().classification.notice_channels;
    let rows: String = list
        .iter()
        .map(|one| {
            let error = one.error.as_deref().map(|words| format!("：{}", escape(words))).unwrap_or_default();
            format!(
                "<tr><td data-label=\"方式\">{}</td><td data-label=\"时间\" class=\"number\">{}</td><td data-label=\"次数\" class=\"num\">{}</td><td data-label=\"情况\">{}{error}</td></tr>",
                escape(Listed::name(channels, &one.channel)),
                kernel::office_minute(one.last_at),
                one.tries,
                one.state.label()
            )
        })
        .collect();
    Ok(Html(format!(
        "<section class=\"card table\"><h2>系统发送</h2><table class=\"wide\"><thead><tr><th scope=\"col\">方式</th><th scope=\"col\">时间</th><th scope=\"col\" class=\"num\">次数</th><th scope=\"col\">情况</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )))
}
