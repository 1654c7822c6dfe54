//! Merging: the other record is chosen, both stand side by side, a reason is given; and undo.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use db::Tx;
use kernel::{Ctx, Id, Refusal, TraderId, kind};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Result, form_page, redirect};

use super::{open_record, word};
use crate::{Hit, Trader, alias, find, look_up, merge, near, trader};

#[derive(Clone, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    q: String,
    #[serde(default)]
    other: String,
}

/// A fact of both records.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) kept: String,
    pub(super) other: String,
}

#[derive(Template)]
#[template(path = "traders/merge.html")]
pub(super) struct Join {
    pub(super) frame: Frame,
    pub(super) form: Form,
    pub(super) trader: Trader,
    pub(super) q: String,
    pub(super) hits: Vec<Hit>,
    pub(super) other: Option<Trader>,
    pub(super) facts: Vec<Fact>,
}

/// What a record says, in the order of the comparison.
fn told(tx: &mut Tx, trader: &Trader) -> Result<Vec<(&'static str, String)>> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let place = trader.region.as_deref().map_or_else(String::new, |code| codes::regions::path(code, None));
    let industry = trader.industry.as_deref().map_or_else(String::new, codes::industry::path);
    let aliases: Vec<String> = alias::of(tx, trader.id)?.into_iter().map(|alias| alias.name).collect();
    Ok(vec![
        ("名称", trader.name.clone()),
        ("统一社会信用代码", text(&trader.credit_code)),
        ("工商注册号", text(&trader.old_number)),
        ("类型", word(trader::FORMS, &trader.form)),
        ("状态", word(trader::STATES, &trader.state)),
        ("行政区划", place),
        ("地址", trader.address.clone()),
        ("电话", trader.phone.clone()),
        ("联系人", trader.contact.clone()),
        ("行业", industry),
        ("别名", aliases.join("、")),
        ("建档", kernel::office_minute(trader.created_at)),
    ])
}

fn compare(tx: &mut Tx, kept: &Trader, other: &Trader) -> Result<Vec<Fact>> {
    let pairs = told(tx, kept)?.into_iter().zip(told(tx, other)?);
    Ok(pairs.map(|((label, kept), (_, other))| Fact { label, kept, other }).collect())
}

fn prepared(tx: &mut Tx, id: TraderId, choice: &Choice) -> Result<Join> {
    let trader = open_record(tx, id)?;
    let other = match choice.other.parse::<TraderId>() {
        Ok(other) if other != id => Some(find(tx, other)?).filter(|other| other.merged_into.is_none()),
        _ => None,
    };
    let mut hits = if choice.q.trim().is_empty() {
        near(tx, &trader.name, Some(id))?
    } else {
        look_up(tx, &choice.q, 20)?
    };
    hits.retain(|hit| hit.id != id);
    let facts = other.as_ref().map_or(Ok(Vec::new()), |other| compare(tx, &trader, other))?;
    let q = choice.q.clone();
    Ok(Join { frame: Frame::bare(), form: Form::default(), trader, q, hits, other, facts })
}

async fn join_page(app: App, ctx: Ctx, id: TraderId, choice: Choice, form: Form) -> Result<Response> {
    let mut join = app.db.read(move |tx| prepared(tx, id, &choice)).await?;
    join.frame = Frame::new(&app, &ctx, "合并档案", "/traders");
    join.form = form.clone();
    form_page(&form, &join)
}

pub(super) async fn choose(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    Query(choice): Query<Choice>,
) -> Result<Response> {
    join_page(app, ctx, id, choice, Form::default()).await
}

/// The record meant by an id, or by a code or name that finds exactly one other.
fn meant(tx: &mut Tx, id: TraderId, typed: &str) -> Result<TraderId> {
    if let Ok(other) = typed.parse::<TraderId>() {
        return Ok(other);
    }
    let hits = look_up(tx, typed, 5)?;
    let found: Vec<_> = hits.iter().filter(|hit| hit.id != id).collect();
    match found[..] {
        [other] => Ok(other.id),
        _ => Err(Refusal::new("merge_other", "没有找到唯一的另一份档案，请填写完整的信用代码或者名称")
            .at("other")
            .into()),
    }
}

pub(super) async fn join(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<TraderId>,
    mut form: Form,
) -> Result<Response> {
    let typed = form.required("other", "请先选择另一份档案", 120);
    let reason = form.required("reason", "请写明合并理由", 200);
    let choice = Choice { other: typed.clone(), ..Choice::default() };
    if !form.has_errors() {
        let by = ctx.clone();
        let joined = app.db.write(move |tx| {
            let other = meant(tx, id, &typed)?;
            merge::merge(tx, &by, id, other, &reason)
        });
        match joined.await {
            Ok(()) => return Ok(redirect(&format!("/traders/{id}"), "已合并，可以随时撤销")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    join_page(app, ctx, id, choice, form).await
}

pub(super) async fn part(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<Id<kind::Trader>>,
    form: Form,
) -> Result<Response> {
    let reason = form.value("reason").to_owned();
    let kept = app.db.write(move |tx| merge::undo(tx, &ctx, id, &reason)).await?;
    Ok(redirect(&format!("/traders/{kept}"), "合并已撤销"))
}
