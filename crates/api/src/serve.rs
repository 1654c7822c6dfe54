//! One request: who asks, may they, is it whole, was it answered before, do it, tell it in JSON.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use kernel::{Actor, Ctx, Refusal};
use serde_json::{Map, Value as Json, json};
use tower::ServiceExt as _;
use web::{Context, Done, Form, FormErrors, May, Problem};

use crate::{
    body,
    face::Face,
    field::Kind,
    operation::{Answer, Asked, Method, Operation, Via},
    problem::Trouble,
    read,
    replay::{self, Claim},
    scope::Scope,
    token::{self, Bearer},
};

/// Bytes of a body without files, and with.
const BODY: [usize; 2] = [1024 * 1024, 36 * 1024 * 1024];

/// What is wrong, or the answer.
pub(crate) type Served<T> = Result<T, Trouble>;

pub(crate) async fn serve(
    face: Arc<Face>,
    operation: &'static Operation,
    path: Vec<String>,
    request: Request,
) -> Response {
    answer(face, operation, path, request).await.unwrap_or_else(Trouble::into_response)
}

async fn answer(
    face: Arc<Face>,
    operation: &'static Operation,
    path: Vec<String>,
    request: Request,
) -> Served<Response> {
    let (parts, stream) = request.into_parts();
    let bearer = match operation.scope {
        None => None,
        Some(scope) => Some(admit(&face, bearer_text(&parts.headers), scope).await?),
    };
    let actor = bearer.as_ref().map_or(Actor::Public, |bearer| Actor::Officer(bearer.officer.clone()));
    let ctx = face.app.ctx(actor);
    permit(&face, operation, &ctx)?;
    if !path.iter().all(|part| is_plain(part)) {
        return Err(Trouble::not_found());
    }
    let (body, bytes) = content(operation, &parts, stream).await?;
    let asked = Asked { face, ctx, bearer, path, body };
    if let Some(check) = operation.check {
        let asked = asked.clone();
        asked.face.app.db.clone().read(move |tx| check(tx, &asked)).await?;
    }
    match key(&parts.headers)?.filter(|_| operation.keeps_answer()) {
        Some(key) => once(operation, asked, &parts, &bytes, &key).await,
        None => Ok(perform(operation, asked).await),
    }
}

/// The token of the `Authorization` header.
fn bearer_text(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Who shows the token, if it is for `scope` and not too fast. Cookies are never looked at here.
pub(crate) async fn admit(face: &Face, text: Option<String>, scope: Scope) -> Served<Bearer> {
    let text = text.ok_or(Problem::SignIn)?;
    let ground = face.app.ground.clone();
    let found = face.app.db.read(move |tx| token::find(tx, &ground, &text)).await?;
    let bearer = found.ok_or(Problem::SignIn)?;
    let now = face.app.ground.clock.now();
    if let Some(seconds) = face.pace.count(bearer.id, bearer.per_minute, now) {
        let words = format!("每分钟最多 {} 次，请 {seconds} 秒后再试", bearer.per_minute);
        return Err(Trouble::new(StatusCode::TOO_MANY_REQUESTS, "pace", words).wait(seconds));
    }
    if bearer.stale {
        let id = bearer.id;
        if let Err(problem) = face.app.db.write(move |tx| token::mark(tx, id, now)).await {
            tracing::warn!(%problem, "mark of a token's last use");
        }
    }
    if !bearer.scopes.contains(&scope) {
        let words = format!("令牌的范围不含“{}”（{}）", scope.label(), scope.code());
        return Err(Trouble::new(StatusCode::FORBIDDEN, "scope", words));
    }
    Ok(bearer)
}

/// The right of the page the operation stands for, before anything is read (SEC_10).
fn permit(face: &Face, operation: &Operation, ctx: &Ctx) -> Served<()> {
    match (face.right(operation).ok_or_else(Trouble::not_found)?, &ctx.actor) {
        (May::Public, _) | (May::SignedIn, Actor::Officer(_)) => Ok(()),
        (May::Know(permission), _) if ctx.may(permission).is_err() => Err(Trouble::not_found()),
        (May::Can(permission) | May::Know(permission), _) => {
            let no = |refusal: Refusal| Trouble::from(Problem::from(refusal));
            ctx.may(permission).map_err(no)
        }
        _ => Err(Problem::SignIn.into()),
    }
}

/// Numbers, ids and words: nothing else is in a path of ours.
pub(crate) fn is_plain(part: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=64).contains(&part.len()) && part.bytes().all(sign)
}

async fn content(operation: &Operation, parts: &Parts, stream: Body) -> Served<(Map<String, Json>, Bytes)> {
    if operation.method == Method::Get {
        let query = body::query(operation.fields, parts.uri.query().unwrap_or_default())?;
        return Ok((query, Bytes::new()));
    }
    let has_files = operation.fields.iter().any(|field| matches!(field.kind, Kind::Files));
    let most = BODY[usize::from(has_files)];
    let bytes = to_bytes(stream, most).await.map_err(|_| {
        Trouble::new(StatusCode::PAYLOAD_TOO_LARGE, "size", format!("内容最多 {} MB", most / 1024 / 1024))
    })?;
    body::query(&[], parts.uri.query().unwrap_or_default())?;
    Ok((body::read(operation.fields, &parts.headers, &bytes)?, bytes))
}

fn key(headers: &HeaderMap) -> Served<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let good = |text: &&str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let text = value.to_str().ok().filter(good).ok_or_else(|| {
        let words = "Idempotency-Key 用 1 至 64 位字母、数字、- 或者 _";
        Trouble::new(StatusCode::BAD_REQUEST, "idempotency_key", words)
    })?;
    Ok(Some(text.to_owned()))
}

/// Does it once for a key: the second time the first answer comes back.
async fn once(
    operation: &'static Operation,
    asked: Asked,
    parts: &Parts,
    bytes: &Bytes,
    key: &str,
) -> Served<Response> {
    let token = asked.bearer.as_ref().map(|bearer| bearer.id).ok_or(Problem::SignIn)?;
    let told = format!("{} {} {}", parts.method, parts.uri.path(), kernel::hex(&kernel::sm3(bytes)));
    let (ctx, db, key) = (asked.ctx.clone(), asked.face.app.db.clone(), key.to_owned());
    let request = ctx.keyring().blind("api_replay", &told);
    let by = ctx.clone();
    let claim = db.write(move |tx| replay::claim(tx, &by, token, &key, &request)).await?;
    let conflict = |code, words: &str| Trouble::new(StatusCode::CONFLICT, code, words);
    let id = match claim {
        Claim::Mine(id) => id,
        Claim::Answered(status, answer) => {
            let mut response = json_text(StatusCode::from_u16(status).unwrap_or_default(), answer);
            response.headers_mut().insert("idempotency-replayed", header::HeaderValue::from_static("true"));
            return Ok(response);
        }
        Claim::Working => {
            return Err(conflict("idempotency_working", "同一请求正在办理，请稍候再问").wait(1));
        }
        Claim::Unknown => {
            let words = "上一次同样的请求没有得到结果就中断了，请先查询是否已经办理，再换一个键重发";
            return Err(conflict("idempotency_unknown", words));
        }
        Claim::Other => return Err(conflict("idempotency_other", "这个键已经用于另一个请求")),
    };
    let response = perform(operation, asked).await;
    let (head, stream) = response.into_parts();
    let status = head.status.as_u16();
    let bytes = to_bytes(stream, usize::MAX).await.map_err(|error| Problem::Fault(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let kept = db.write(move |tx| {
        // Nothing was done where the office was busy: the key is free again.
        if status >= 500 { replay::let_go(tx, id) } else { replay::keep(tx, &ctx, id, status, &text) }
    });
    kept.await?;
    Ok(Response::from_parts(head, Body::from(bytes)))
}

async fn perform(operation: &'static Operation, asked: Asked) -> Response {
    let status = if operation.makes { StatusCode::CREATED } else { StatusCode::OK };
    let db = asked.face.app.db.clone();
    let done = match operation.via {
        Via::Look(work) => db.read(move |tx| work(tx, &asked)).await.map_err(unkept),
        Via::Change(work) => db.write(move |tx| work(tx, &asked)).await.map_err(unkept),
        Via::Own(own) => {
            return own(asked).await.unwrap_or_else(|problem| Trouble::from(problem).into_response());
        }
        Via::Page(page) => {
            return by_page(operation, page, asked).await.unwrap_or_else(Trouble::into_response);
        }
    };
    done.map_or_else(Trouble::into_response, |body| json_text(status, body.to_string()))
}

/// A command's "no" to what a program sent: 422, as a form would say it.
fn unkept(problem: Problem) -> Trouble {
    match problem {
        Problem::Refused(refusal) => Trouble::refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal),
        other => other.into(),
    }
}

/// Sends the form to the page's own handler, as the token's officer would.
async fn by_page(operation: &Operation, page: &str, asked: Asked) -> Served<Response> {
    let form = body::form(operation.fields, &asked.body)?;
    let mut path = page.to_owned();
    for (name, value) in operation.parameters().iter().zip(&asked.path) {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    let request = match operation.method {
        Method::Get => Request::get(&path),
        Method::Post => Request::post(&path),
    };
    let request = request
        .extension(Context(asked.ctx.clone()))
        .extension::<Form>(form)
        .body(Body::empty())
        .map_err(|error| Problem::Fault(error.to_string()))?;
    let response = match asked.face.pages.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    told(operation, &asked, response).await
}

/// What the page's answer means to a program.
async fn told(operation: &Operation, asked: &Asked, response: Response) -> Served<Response> {
    let marks = response.extensions();
    if let Some(problem) = marks.get::<Problem>() {
        return Err(Trouble::from(problem));
    }
    if let Some(wrong) = marks.get::<FormErrors>() {
        return Err(unfit(operation, wrong));
    }
    if let Some(done) = marks.get::<Done>() {
        let status = if operation.makes { StatusCode::CREATED } else { StatusCode::OK };
        return Ok(json_text(status, finished(asked, done).await?.to_string()));
    }
    match response.status() {
        StatusCode::OK if operation.answer == Answer::Bytes => Ok(response),
        StatusCode::NO_CONTENT => {
            let done = json!({ "message": "已保存", "location": null, "matter": null, "trader": null });
            Ok(json_text(StatusCode::OK, done.to_string()))
        }
        // The page's path did not take the id: there is no such thing.
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => Err(Trouble::not_found()),
        other => Err(Problem::Fault(format!("{} answered {other} without a word", operation.id)).into()),
    }
}

/// Form names become the names a program knows.
fn unfit(operation: &Operation, wrong: &FormErrors) -> Trouble {
    let named = |form: &str| {
        let field = operation.fields.iter().find(|field| field.form == form);
        field.map_or(form, |field| field.name).to_owned()
    };
    let errors = wrong.errors.iter().map(|(field, words)| (named(field), words.clone())).collect();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut trouble = Trouble::fields(status, "fields", errors);
    if let Some(refusal) = &wrong.refusal {
        refusal.code.clone_into(&mut trouble.code);
        trouble.article.clone_from(&refusal.article);
    }
    trouble
}

async fn finished(asked: &Asked, done: &Done) -> Served<Json> {
    let at = done.at.split(['?', '#']).next().unwrap_or_default().to_owned();
    let location = read::address(&at);
    let (ctx, words) = (asked.ctx.clone(), done.words.clone());
    let look = move |tx: &mut db::Tx| read::resource(tx, &ctx, &at);
    let (matter, trader) = asked.face.app.db.read(look).await?;
    Ok(json!({ "message": words, "location": location, "matter": matter, "trader": trader }))
}

/// JSON that is text already.
pub(crate) fn json_text(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_hold_numbers_and_ids_only() {
        for good in ["TS-2301-2026-00012", "01900000-0000-7000-8000-000000000001", "accept"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in ["", "..%2f", "a/b", "a b", "编号", "a'", "\0"] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
