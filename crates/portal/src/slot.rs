//! What the public pages show on the matter page of the office: the person's own rating.

use db::Tx;
use kernel::Ctx;
use matters::{ActLink, Kind, Matter, Slots};
use web::{Html, Result, escape};

use crate::rating;

/// The slots of this crate.
pub fn slots() -> Slots {
    Slots { kinds: Kind::ALL, state: |_, _| "", facts, acts: |_, _, _| Ok(Vec::<ActLink>::new()) }
}

/// The acts of the person as the timeline tells them.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![("self_rating", "公众自评")]
}

fn facts(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Html> {
    let Some(rating) = rating::of(tx, ctx, matter.id)? else { return Ok(Html::default()) };
    let reason = if rating.reason.is_empty() {
        String::new()
    } else {
        format!("<p class=\"prose\">{}</p>", escape(&rating.reason))
    };
    Ok(Html(format!(
        "<section class=\"card\"><h2>满意度（公众自评）</h2><p><b>{}</b></p>{reason}</section>",
        escape(&rating.words())
    )))
}
