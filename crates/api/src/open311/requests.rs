//! A request comes in: it is registered as the desk registers, by the same handler.

use axum::{body::Body, extract::Request, response::Response};
use kernel::Actor;
use serde_json::json;
use tower::ServiceExt as _;
use web::{Context, Done, Form, FormErrors, Problem};

use super::{
    Call, fault,
    offered::{self, Offered},
};
use crate::problem::Trouble;

/// What the standard knows beside attributes.
const KNOWN: &[&str] = &[
    "api_key",
    "jurisdiction_id",
    "service_code",
    "lat",
    "long",
    "address_string",
    "address_id",
    "email",
    "device_id",
    "account_id",
    "first_name",
    "last_name",
    "phone",
    "description",
    "media_url",
];

fn refuse(field: &str, words: &str) -> Trouble {
    let errors = vec![(field.to_owned(), words.to_owned())];
    Trouble::fields(axum::http::StatusCode::BAD_REQUEST, "fields", errors)
}

/// The code inside `attribute[code]` or `attribute[code][]`.
fn attribute(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("attribute[")?;
    rest.strip_suffix("][]").or_else(|| rest.strip_suffix(']'))
}

/// Nothing unknown gets through (SEC_11): neither a parameter nor an attribute.
fn check(call: &Call, offered: &Offered) -> Result<(), Trouble> {
    for (name, _) in &call.parameters {
        let known = match attribute(name) {
            Some(code) => offered.attributes.iter().any(|(known, ..)| *known == code),
            None => KNOWN.contains(&name.as_str()),
        };
        if !known {
            return Err(refuse(name, "没有这个参数"));
        }
    }
    let given = |code: &str| {
        call.parameters.iter().any(|(name, value)| attribute(name) == Some(code) && !value.trim().is_empty())
    };
    match offered.attributes.iter().find(|(code, _, required, _)| *required && !given(code)) {
        Some((code, _, _, words)) => Err(refuse(&format!("attribute[{code}]"), &format!("请填写{words}"))),
        None => Ok(()),
    }
}

/// Where it happened: the address, and the point when one was given.
fn place(call: &Call) -> Result<String, Trouble> {
    let degree = |name: &str, most: f64| {
        let Some(text) = call.text(name) else { return Ok(None) };
        let number = text.parse::<f64>().ok().filter(|number| number.abs() <= most);
        number.map(Some).ok_or_else(|| refuse(name, "须是以度为单位的数"))
    };
    let address = call.text("address_string").unwrap_or_default();
    Ok(match (degree("lat", 90.0)?, degree("long", 180.0)?) {
        (Some(lat), Some(long)) => format!("{address}（北纬 {lat:.6}，东经 {long:.6}）"),
        _ => address.to_owned(),
    })
}

fn form(call: &Call, offered: &Offered) -> Result<Form, Trouble> {
    let words = call.text("description").ok_or_else(|| refuse("description", "请填写事情经过"))?;
    let facts = match call.text("media_url") {
        // Never fetched: a person may look (SEC_02).
        Some(url) => format!("{words}\n（随附链接：{url}）"),
        None => words.to_owned(),
    };
    let text = |name| call.text(name).unwrap_or_default();
    let name = format!("{}{}", text("last_name"), text("first_name"));
    let phone = call.text("phone").or_else(|| call.text("email")).unwrap_or_default();
    let mut values: Vec<(String, String)> = [
        ("kind", offered.code),
        ("channel", "web"),
        ("facts", &facts),
        ("name", &name),
        ("phone", phone),
        ("place", &place(call)?),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for (name, value) in &call.parameters {
        if let Some(code) = attribute(name) {
            // A day, also where an instant was given.
            let value =
                if code == "happened_on" { value.split('T').next().unwrap_or_default() } else { value };
            values.push((code.to_owned(), value.trim().to_owned()));
        }
    }
    Ok(Form::of(values, Vec::new()))
}

/// `POST requests`.
pub(super) async fn send(call: &Call) -> Result<Response, Trouble> {
    let bearer = call.bearer().await?;
    let code = call.text("service_code").ok_or_else(|| refuse("service_code", "请填写服务代码"))?;
    let offered = offered::find(code)
        .ok_or_else(|| Trouble::new(axum::http::StatusCode::NOT_FOUND, "service_code", "没有这个服务代码"))?;
    check(call, offered)?;
    let ctx = call.face.app.ctx(Actor::Officer(bearer.officer));
    let request = Request::post("/desk").extension(Context(ctx)).extension::<Form>(form(call, offered)?);
    let request = request.body(Body::empty()).map_err(fault)?;
    let response = match call.face.pages.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let marks = response.extensions();
    if let Some(problem) = marks.get::<Problem>() {
        return Err(problem.into());
    }
    if let Some(wrong) = marks.get::<FormErrors>() {
        return Err(Trouble::fields(axum::http::StatusCode::BAD_REQUEST, "fields", wrong.errors.clone()));
    }
    let done = marks.get::<Done>().ok_or_else(|| fault("the desk answered without a word"))?;
    let number = done.at.strip_prefix("/matters/").ok_or_else(|| fault("the desk made nothing"))?;
    let body = json!([{
        "service_request_id": number, "service_notice": "已登记，请记下编号以便查询进展", "account_id": null
    }]);
    Ok(call.answer("service_requests", &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_in_both_forms() {
        assert_eq!(attribute("attribute[demands]"), Some("demands"));
        assert_eq!(attribute("attribute[demands][]"), Some("demands"));
        assert_eq!(attribute("demands"), None);
        assert_eq!(attribute("attribute[demands"), None);
    }
}
