//! Dispatch and what goes together: clusters, jurisdiction, disputes, reminders, leave, talk, receipts.

use db::Tx;
use kernel::UnitId;
use matters::{
    Matter, clocks, cluster, dispute, jurisdiction, leave,
    receipts::{self, Code},
    reminders, talk,
};
use serde_json::{Value as Json, json};
use web::Result;

use super::{instant, list};
use crate::operation::Asked;

fn found(tx: &mut Tx, asked: &Asked) -> Result<Matter> {
    matters::find(tx, &asked.ctx, asked.part(0))
}

/// `GET /matters/{number}/cluster`.
pub(crate) fn cluster(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let start = found(tx, asked)?;
    let mut members = Vec::new();
    for member in cluster::of(tx, &asked.ctx, &start)? {
        let one = &member.matter;
        let running = clocks::of(tx, one, asked.ctx.today())?;
        let clocks = running.iter().map(|clock| {
            json!({
                "key": clock.key, "title": clock.title, "due": clock.explanation.due, "result": clock.result,
                "paused": clock.paused,
            })
        });
        let clocks: Vec<Json> = clocks.collect();
        let (unit, officer) = super::matters::names(tx, one)?;
        members.push(json!({
            "matter": list::line(one, unit.as_deref(), officer.as_deref()),
            "channel": one.channel,
            "outside_number": one.outside_number,
            "ties": member.ties,
            "clocks": clocks,
        }));
    }
    Ok(json!({ "members": members }))
}

/// `GET /matters/{number}/cluster/candidates`.
pub(crate) fn candidates(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let of = found(tx, asked)?;
    let mut told = Vec::new();
    for one in cluster::candidates(tx, &asked.ctx, &of)? {
        let (unit, officer) = super::matters::names(tx, &one.matter)?;
        told.push(json!({
            "matter": list::line(&one.matter, unit.as_deref(), officer.as_deref()),
            "channel": one.matter.channel,
            "outside_number": one.matter.outside_number,
            "reasons": one.reasons,
            "ways": one.ways,
        }));
    }
    Ok(json!({ "candidates": told }))
}

/// `GET /matters/{number}/jurisdiction`.
pub(crate) fn jurisdiction(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let advised = jurisdiction::latest(tx, &matter)?.map(|advised| {
        let pair = |(question, answer): &(String, String)| json!({ "question": question, "answer": answer });
        json!({
            "answers": advised.answers.iter().map(pair).collect::<Vec<_>>(),
            "whose": advised.whose,
            "article": advised.article,
            "region": advised.region,
            "unit_id": advised.unit.as_ref().map(|(id, _)| *id),
            "unit": advised.unit.as_ref().map(|(_, name)| name),
            "evidence": advised.evidence,
            "by": advised.by,
        })
    });
    let questions = jurisdiction::questions(&matter).into_iter().map(|question| {
        let answers = question.answers.iter().map(|one| json!({ "code": one.code, "name": one.name }));
        json!({ "code": question.code, "title": question.title, "answers": answers.collect::<Vec<_>>() })
    });
    Ok(json!({ "advised": advised, "questions": questions.collect::<Vec<_>>() }))
}

fn told(one: &dispute::Dispute, asked: &Asked) -> Json {
    let part = one.part(&asked.ctx);
    let unit = |(id, name, _): &(UnitId, String, String)| json!({ "id": id, "name": name });
    json!({
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "place": one.place,
        "trader": one.trader,
        "unit": unit(&one.unit),
        "other": unit(&one.other),
        "reason": one.reason,
        "opened_on": one.opened_on,
        "state": one.stand.code(),
        "state_words": one.stand.label(),
        "answer": one.answer,
        "ruling": one.ruling,
        "open": one.is_open(),
        "may_withdraw": part.own && one.is_open(),
        "may_answer": part.other && one.is_open(),
        "may_rule": part.above && one.is_open(),
    })
}

/// `GET /disputes`.
pub(crate) fn disputes(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let all = dispute::all(tx, &asked.ctx)?;
    Ok(json!({ "disputes": all.iter().map(|one| told(one, asked)).collect::<Vec<_>>() }))
}

/// `GET /disputes/{id}`.
pub(crate) fn dispute(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    Ok(told(&dispute::find(tx, &asked.ctx, asked.id(0)?)?, asked))
}

/// `GET /reminders`.
pub(crate) fn reminders(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let one = |one: &reminders::Reminder| {
        json!({
            "id": one.id, "number": one.number, "title": one.title, "level": one.level, "words": one.words,
            "by": one.by, "at": one.at,
        })
    };
    let mine = reminders::mine(tx, &asked.ctx)?;
    Ok(json!({ "reminders": mine.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /leave`.
pub(crate) fn leave(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let one = |one: &leave::Absent| {
        json!({
            "officer": one.officer, "name": one.name, "unit": one.unit, "until": one.until, "open": one.open,
            "handed": one.handed,
        })
    };
    let absent = leave::absent(tx, &asked.ctx)?;
    Ok(json!({ "absent": absent.iter().map(one).collect::<Vec<_>>() }))
}

/// `GET /matters/{number}/talk`.
pub(crate) fn talk(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let one = |one: &talk::Message| {
        let files = one.files.iter().map(|(id, name)| json!({ "id": id, "name": name }));
        json!({
            "side": one.side.code(),
            "kind": one.kind.code(),
            "text": one.text,
            "officer": one.officer,
            "at": instant(one.at),
            "read_at": one.read_at.map(instant),
            "files": files.collect::<Vec<_>>(),
        })
    };
    let messages = talk::of(tx, &asked.ctx, matter.id)?;
    let has_receipt = receipts::current(tx, matter.id)?.is_some();
    Ok(json!({ "messages": messages.iter().map(one).collect::<Vec<_>>(), "has_receipt": has_receipt }))
}

/// `POST /matters/{number}/receipt`: the code is shown this once.
pub(crate) fn receipt(tx: &mut Tx, asked: &Asked) -> Result<Json> {
    let matter = found(tx, asked)?;
    let code = Code::draw(&asked.ctx);
    receipts::issue(tx, &asked.ctx, &matter, &code)?;
    Ok(json!({ "number": matter.number, "code": code.to_string(), "on": asked.ctx.today() }))
}
