//! One matter: facts, people, clocks, notices, files, links, what happened, what may be done.

use axum::{http::header, response::IntoResponse as _};
use db::{Tx, params};
use kernel::{Ctx, OfficerId, UnitId};
use matters::{Matter, attachments, clocks, notices, parties, relations, slots_of};
use serde_json::{Value as Json, json};
use web::{Problem, Result};

use super::{instant, list};
use crate::operation::{Answering, Asked};

db::sql! {
    UNIT_NAME = "SELECT name FROM unit WHERE id = $1";
    OFFICER_NAME = "SELECT name FROM officer WHERE id = $1";
}

fn unit_name(tx: &mut Tx, id: UnitId) -> Result<Option<String>> {
    Ok(tx.one(&UNIT_NAME, &params![id])?.map(|row| row.get("name")).transpose()?)
}

fn officer_name(tx: &mut Tx, id: Option<OfficerId>) -> Result<Option<String>> {
    Ok(tx.one(&OFFICER_NAME, &params![id])?.map(|row| row.get("name")).transpose()?)
}

/// The names of a matter's unit and of who has it.
pub(crate) fn names(tx: &mut Tx, matter: &Matter) -> Result<(Option<String>, Option<String>)> {
    Ok((unit_name(tx, matter.unit)?, officer_name(tx, matter.officer)?))
}

fn found(tx: &mut Tx, asked: &Asked) -> Result<Matter> {
    matters::find(tx, &asked.ctx, asked.part(0))
}

/// A matter within reach, as programs see it.
pub(crate) fn one(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<Json> {
    let matter = matters::find(tx, ctx, number)?;
    let (unit, officer) = names(tx, &matter)?;
    let mut told = list::line(&matter, unit.as_deref(), officer.as_deref());
    let mut acts = Vec::new();
    for slots in slots_of(matter.kind) {
        for act in (slots.acts)(tx, ctx, &matter)? {
            acts.push(
                json!({ "path": format!("/api/v1{}", act.href), "label": act.label, "article": act.article }),
            );
        }
    }
    let more = json!({
        "channel": matter.channel,
        "goods": matter.goods,
        "problem": matter.problem,
        "place": matter.place,
        "received_at": instant(matter.received_at),
        "rule_set": matter.rule_set,
        "amount": matter.amount.map(|money| money.to_string()),
        "recovered": matter.recovered.map(|money| money.to_string()),
        "outside_number": matter.outside_number,
        "trader_id": matter.trader,
        "facts": intake::facts_of(tx, matter.id)?.as_ref().map(facts),
        "acts": acts,
    });
    if let (Some(told), Json::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    Ok(told)
}

fn facts(contact: &intake::Contact) -> Json {
    let [name, address, phone] = &contact.respondent;
    json!({
        "facts": contact.facts,
        "demands": contact.demands,
        "demand_words": contact.demand_words,
        "happened_on": contact.happened_on,
        "known_on": contact.known_on,
        "goods_name": contact.goods_name,
        "brand": contact.brand,
        "quantity": contact.quantity,
        "respondent_name": name,
        "respondent_address": address,
        "respondent_phone": phone,
        "answer": contact.answer,
    })
}

/// `GET /matters/{number}`.
pub(crate) fn show(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    one(tx, &asked.ctx, asked.part(0))
}

fn person(party: &parties::Party) -> Json {
    json!({
        "id": party.id,
        "role": party.role,
        "name": party.name,
        "phone": party.phone,
        "address": party.address,
        "identity": party.identity,
        "publish": party.publish,
        "entrust": party.entrust,
    })
}

/// `GET /matters/{number}/people`: masked.
pub(crate) fn people(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let masked = parties::of(tx, &asked.ctx, matter.id)?;
    Ok(json!({ "people": masked.iter().map(person).collect::<Vec<_>>() }))
}

/// `POST /matters/{number}/people`: in the clear, with a reason that is kept.
pub(crate) fn unmask(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let reason = asked.text("reason").unwrap_or_default();
    let opened = parties::unmask(tx, &asked.ctx, &matter, asked.parsed("who"), reason)?;
    Ok(json!({ "people": opened.iter().map(person).collect::<Vec<_>>() }))
}

/// An explanation with its sentences.
pub(crate) fn explained(told: &law::Explanation) -> Result<Json> {
    let mut all = serde_json::to_value(told).map_err(|error| Problem::Fault(error.to_string()))?;
    all["sentences"] = json!(told.sentences);
    Ok(all)
}

fn clock(clock: &clocks::Clock) -> Result<Json> {
    let ends = [Some(&clock.explanation), clock.other.as_ref()];
    let ends = ends.into_iter().flatten().map(explained).collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "key": clock.key,
        "title": clock.title,
        "from": clock.from,
        "due": clock.explanation.due,
        "alarm": clock.alarm(),
        "stopped_on": clock.stopped_on,
        "result": clock.result,
        "paused": clock.paused,
        "ends": ends,
    }))
}

/// `GET /matters/{number}/clocks`.
pub(crate) fn all_clocks(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let clocks = clocks::of(tx, &matter, asked.ctx.today())?;
    Ok(json!({ "clocks": clocks.iter().map(clock).collect::<Result<Vec<_>>>()? }))
}

/// `GET /matters/{number}/clocks/{key}`: the latest of its key.
pub(crate) fn one_clock(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let clocks = clocks::of(tx, &matter, asked.ctx.today())?;
    clock(clocks.iter().rfind(|clock| clock.key == asked.part(1)).ok_or(Problem::NotFound)?)
}

/// `GET /matters/{number}/notices`.
pub(crate) fn told(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let notices = notices::of(tx, matter.id)?;
    let one = |notice: &notices::Notice| {
        json!({
            "id": notice.id,
            "kind": notice.kind,
            "kind_words": notice.label(),
            "channel": notice.channel,
            "text": notice.text,
            "form_number": notice.form_number,
            "state": notice.state.code(),
            "sent_at": notice.sent_at.map(instant),
            "delivered_at": notice.delivered_at.map(instant),
            "proof": notice.proof,
        })
    };
    Ok(json!({ "notices": notices.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /matters/{number}/timeline`.
pub(crate) fn timeline(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let mut events = Vec::new();
    for event in journal::of(tx, matter.id)? {
        let event = matters::timeline::within_reach(tx, &asked.ctx, event)?;
        events.push(list::event(&event, Some(&matter.number)));
    }
    Ok(json!({ "events": events }))
}

/// `GET /matters/{number}/links`.
pub(crate) fn links(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let linked = relations::linked(tx, &asked.ctx, matter.id)?;
    let one = |link: &relations::Linked| {
        json!({
            "id": link.id, "number": link.number, "title": link.title, "kind": link.kind, "may_end": link.may_end
        })
    };
    Ok(json!({ "links": linked.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /matters/{number}/recusals`.
pub(crate) fn recusals(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let all = relations::recusals(tx, matter.id)?;
    let one = |one: &relations::Recusal| json!({ "id": one.id, "officer": one.name, "reason": one.reason, "granted": one.granted });
    Ok(json!({ "recusals": all.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /matters/{number}/attachments`.
pub(crate) fn files(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let files = attachments::of(tx, matter.id)?;
    let one = |file: &attachments::Attachment| {
        json!({
            "id": file.id, "name": file.name, "media": file.media, "size": file.size, "digest": file.digest,
            "shows_reporter": file.shows_reporter, "at": instant(file.at),
        })
    };
    Ok(json!({ "attachments": files.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /matters/{number}/attachments/{id}`: the bytes that everybody who sees the matter may see (SEC_09).
pub(crate) fn file(asked: Asked) -> Answering {
    Box::pin(async move {
        let (app, id) = (asked.face.app.clone(), asked.id(1)?);
        let file = app
            .db
            .read(move |tx| {
                let matter = found(tx, &asked)?;
                attachments::find_shown(tx, matter.id, id)
            })
            .await?;
        let (vault, shown) = (attachments::Vault::of(&app), file.clone());
        let work = move || attachments::bytes(&vault, &shown);
        let bytes =
            tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Fault(error.to_string()))??;
        let headers =
            [(header::CONTENT_TYPE, file.media), (header::CONTENT_DISPOSITION, "attachment".to_owned())];
        Ok((headers, bytes).into_response())
    })
}

/// `GET /desk/earlier`: what else came from this telephone.
pub(crate) fn earlier(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let found = parties::earlier(tx, &asked.ctx, asked.text("q").unwrap_or_default())?;
    let one = |one: &parties::Earlier| json!({ "number": one.number, "title": one.title, "received_on": one.received_on, "name": one.name });
    Ok(json!({ "matters": found.iter().map(one).collect::<Vec<_>>() }))
}
