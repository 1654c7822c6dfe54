//! SMS by a gateway that speaks HTTP with JSON: a signed request, an answer, a delivery report later.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::{
    Outcome, Parcel,
    http::{self, Silence},
    said,
};
use crate::{
    config::{Config, Reports, Sms},
    sign::sign,
    texts::fill,
};

/// What the gateway says became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Our key, when it gave it back.
    pub key: Option<String>,
    /// Its number.
    pub id: Option<String>,
    /// Arrived, or will not.
    pub arrived: bool,
    /// When.
    pub at: Option<Timestamp>,
    /// Why not.
    pub reason: String,
}

/// A mobile number of the mainland, eleven digits.
pub fn mobile(text: &str) -> Option<String> {
    codes::phone::normalise(text).filter(|digits| digits.len() == 11 && digits.starts_with('1'))
}

/// The body of a request: the configured table with its texts filled. What is filled in is a JSON string whatever it
/// holds; nothing of it becomes structure.
///
/// # Errors
/// A placeholder that is not offered.
pub fn body(sms: &Sms, parcel: &Parcel, to: &str) -> Result<String, String> {
    let fields = [
        ("to", to.to_owned()),
        ("text", format!("{}{}", sms.sign_name, parcel.text)),
        ("key", parcel.key()),
        ("account", sms.account.clone()),
        ("time", parcel.at.as_second().to_string()),
    ];
    let table: Map<String, Json> = sms
        .body
        .iter()
        .map(|(name, value)| Ok((name.clone(), filled(value, &fields)?)))
        .collect::<Result<_, String>>()?;
    Ok(Json::Object(table).to_string())
}

fn filled(value: &toml::Value, fields: &[(&str, String)]) -> Result<Json, String> {
    Ok(match value {
        toml::Value::String(text) => {
            Json::String(fill(text, fields).map_err(|words| format!("[sms] body：{words}"))?)
        }
        toml::Value::Integer(number) => Json::from(*number),
        toml::Value::Float(number) => Json::from(*number),
        toml::Value::Boolean(yes) => Json::from(*yes),
        toml::Value::Datetime(at) => Json::String(at.to_string()),
        toml::Value::Array(list) => {
            Json::Array(list.iter().map(|one| filled(one, fields)).collect::<Result<_, String>>()?)
        }
        toml::Value::Table(table) => Json::Object(
            table
                .iter()
                .map(|(name, one)| Ok((name.clone(), filled(one, fields)?)))
                .collect::<Result<_, String>>()?,
        ),
    })
}

fn signed(sms: &Sms, at: Timestamp, key: &str, body: &str) -> Vec<(&'static str, String)> {
    let seconds = at.as_second();
    vec![
        ("x-xiaobao-account", sms.account.clone()),
        ("x-xiaobao-timestamp", seconds.to_string()),
        ("idempotency-key", key.to_owned()),
        ("x-xiaobao-signature", sign(sms.signature, sms.secret.open(), seconds, key, body)),
    ]
}

/// Sends one message.
pub(super) fn send(config: &Config, data: &Path, sms: &Sms, parcel: &Parcel) -> Outcome {
    let Some(to) = mobile(&parcel.to) else {
        return Outcome::Refused("没有可用的手机号码".to_owned());
    };
    let body = match body(sms, parcel, &to) {
        Ok(body) => body,
        Err(words) => return Outcome::Later(words),
    };
    let headers = signed(sms, parcel.at, &parcel.key(), &body);
    match http::post(config, data, &sms.url, sms.timeout_seconds, &headers, &body) {
        Ok(answer) => judge(sms, &answer),
        Err(Silence::NotSent(words)) => Outcome::Later(words),
        Err(Silence::Unknown(words)) => Outcome::Unknown(words),
    }
}

/// The text at a JSON pointer; numbers and booleans as they are written.
fn at(json: &Json, pointer: &str) -> Option<String> {
    match json.pointer(pointer)? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn judge(sms: &Sms, answer: &http::Answer) -> Outcome {
    let json: Json = serde_json::from_str(&answer.text).unwrap_or(Json::Null);
    let reason = at(&json, &sms.answer.reason).map(|words| said(&words)).unwrap_or_default();
    match answer.status {
        200..=299 => {}
        300..=399 => return Outcome::Later("网关要求转到别的网址，已拒绝；请核对 [sms] url".to_owned()),
        // Somebody in between did not get an answer; the gateway may have got the message.
        502 | 504 => return Outcome::Unknown(format!("网关应答 {}", answer.status)),
        401 | 403 | 404 | 405 | 408 | 425 | 429 | 500..=599 => {
            return Outcome::Later(format!("网关应答 {} {reason}", answer.status));
        }
        status => return Outcome::Refused(format!("网关拒收：{status} {reason}")),
    }
    match at(&json, &sms.answer.ok) {
        Some(word) if sms.answer.ok_is.contains(&word) => {
            Outcome::Accepted { id: at(&json, &sms.answer.id).map(|id| said(&id)), proof: None }
        }
        Some(word) if sms.answer.later_is.contains(&word) => {
            Outcome::Later(format!("网关暂不接收：{} {reason}", said(&word)))
        }
        Some(word) => Outcome::Refused(format!("网关拒收：{} {reason}", said(&word))),
        None => Outcome::Unknown("网关的答复看不懂，请核对 [sms.answer]".to_owned()),
    }
}

/// The reports in a message of the gateway; what has no result yet is left out.
pub fn reports(how: &Reports, text: &str) -> Option<Vec<Report>> {
    let json: Json = serde_json::from_str(text).ok()?;
    let found = if how.list.is_empty() { &json } else { json.pointer(&how.list)? };
    let list = found.as_array().map_or_else(|| std::slice::from_ref(found), Vec::as_slice);
    let read = |json: &Json| {
        let status = at(json, &how.status)?;
        let arrived = how.delivered.contains(&status);
        (arrived || how.failed.contains(&status)).then(|| Report {
            key: at(json, &how.key),
            id: at(json, &how.id),
            arrived,
            at: at(json, &how.at).and_then(|text| instant(&text)),
            reason: at(json, &how.reason)
                .map_or_else(|| said(&status), |words| said(&format!("{status} {words}"))),
        })
    };
    Some(list.iter().filter_map(read).collect())
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::from_millisecond(text.parse().ok()?).ok())
}

/// Asks for the reports of messages that wait for one; none when the gateway does not answer, the next round asks again.
pub(crate) fn poll(
    config: &Config,
    data: &Path,
    sms: &Sms,
    now: Timestamp,
    ids: &[(String, String)],
) -> Vec<Report> {
    let Some(url) = &sms.poll_url else { return Vec::new() };
    let list: Vec<Json> = ids.iter().map(|(key, id)| serde_json::json!({ "key": key, "id": id })).collect();
    let body = serde_json::json!({ "account": sms.account, "messages": list }).to_string();
    let headers = signed(sms, now, "poll", &body);
    match http::post(config, data, url, sms.timeout_seconds, &headers, &body) {
        Ok(answer) if answer.status == 200 => reports(&sms.report, &answer.text).unwrap_or_default(),
        Ok(answer) => {
            tracing::warn!(status = answer.status, "the gateway gave no reports");
            Vec::new()
        }
        Err(silence) => {
            tracing::warn!(?silence, "the gateway gave no reports");
            Vec::new()
        }
    }
}
