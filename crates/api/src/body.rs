//! What a program sent, checked, and the form it becomes for the page's handler.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use kernel::OFFICE_ZONE;
use serde_json::{Map, Value as Json};
use web::{Form, Upload};

use crate::{
    field::{Field, Kind, faults, from_text},
    problem::Trouble,
};

/// The body, checked against `fields`.
pub(crate) fn read(
    fields: &[Field],
    headers: &HeaderMap,
    bytes: &Bytes,
) -> Result<Map<String, Json>, Trouble> {
    let body = if bytes.is_empty() {
        Map::new()
    } else {
        let media =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.split(';').next().map(str::trim) != Some("application/json") {
            let words = "请以 application/json 发送";
            return Err(Trouble::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", words));
        }
        match serde_json::from_slice(bytes) {
            Ok(Json::Object(body)) => body,
            Ok(_) => {
                return Err(Trouble::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "fields",
                    "内容须是一个 JSON 对象",
                ));
            }
            Err(error) => {
                let words = format!("不是完整的 JSON：第 {} 行第 {} 列", error.line(), error.column());
                return Err(Trouble::new(StatusCode::BAD_REQUEST, "json", words));
            }
        }
    };
    let faults = faults(fields, &body);
    if faults.is_empty() {
        Ok(body)
    } else {
        Err(Trouble::fields(StatusCode::UNPROCESSABLE_ENTITY, "fields", faults))
    }
}

/// The query, checked against `fields`; each parameter once.
pub(crate) fn query(fields: &[Field], text: &str) -> Result<Map<String, Json>, Trouble> {
    let broken = |errors| Trouble::fields(StatusCode::BAD_REQUEST, "parameters", errors);
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text)
        .map_err(|_| broken(vec![(String::new(), "查询参数的写法不对".to_owned())]))?;
    let mut body = Map::new();
    for (name, text) in pairs {
        let field = fields.iter().find(|field| field.name == name);
        let value = field
            .map_or_else(|| Json::from(text.as_str()), |field| from_text(field, &text.replace('\0', "")));
        if body.insert(name.clone(), value).is_some() {
            return Err(broken(vec![(name, "只能给一次".to_owned())]));
        }
    }
    let faults = faults(fields, &body);
    if faults.is_empty() { Ok(body) } else { Err(broken(faults)) }
}

/// The form that a page's handler reads.
pub(crate) fn form(fields: &[Field], body: &Map<String, Json>) -> Result<Form, Trouble> {
    let (mut values, mut files) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(value) = body.get(field.name) else { continue };
        match (field.kind, value) {
            (Kind::Files, Json::Array(items)) => {
                for item in items {
                    files.push(upload(field, item)?);
                }
            }
            (Kind::Instant, Json::String(text)) => values.push(pair(field, local(text))),
            (_, Json::String(text)) => values.push(pair(field, text.clone())),
            (_, Json::Number(number)) => values.push(pair(field, number.to_string())),
            // A box that is not ticked is not sent.
            (_, Json::Bool(true)) => values.push(pair(field, "yes".to_owned())),
            (Kind::Map(..), Json::Object(all)) => {
                let texts = all.iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
                values.extend(texts.map(|(key, text)| (format!("{}{key}", field.form), text.to_owned())));
            }
            (_, Json::Array(items)) => {
                values.extend(items.iter().filter_map(Json::as_str).map(|text| pair(field, text.to_owned())));
            }
            _ => {}
        }
    }
    Ok(Form::of(values, files))
}

fn pair(field: &Field, text: String) -> (String, String) {
    (field.form.to_owned(), text)
}

/// An instant as the office's clocks show it.
fn local(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(
        |_| text.to_owned(),
        |at| OFFICE_ZONE.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
    )
}

fn upload(field: &Field, item: &Json) -> Result<Upload, Trouble> {
    let text = |name: &str| item.get(name).and_then(Json::as_str).unwrap_or_default();
    let bytes = STANDARD.decode(text("data")).map_err(|_| {
        let words = format!("“{}”的 data 不是 base64", text("name"));
        Trouble::fields(StatusCode::UNPROCESSABLE_ENTITY, "fields", vec![(field.name.to_owned(), words)])
    })?;
    Ok(Upload { field: field.form.to_owned(), name: text("name").to_owned(), bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field::VERSION;

    #[test]
    fn a_body_becomes_the_form_a_page_reads() {
        let fields = [
            VERSION,
            Field::flag("yes", ""),
            Field::flag("no", ""),
            Field::new("items", Kind::Texts(5, 10), ""),
            Field::new("at", Kind::Instant, ""),
            Field::new("files", Kind::Files, ""),
            Field::new("map_file", Kind::Files, ""),
            Field::new("words", Kind::Map(None, 10), "").called("word_"),
        ];
        let body = json!({
            "version": 3, "yes": true, "no": false, "items": ["甲", "乙"], "at": "2026-09-23T01:30:00Z",
            "files": [{ "name": "a.txt", "data": "5raI5L+d" }], "map_file": [{ "name": "b.toml", "data": "AAAA" }],
            "words": { "acceptance": "受" }
        });
        let form = form(&fields, body.as_object().unwrap()).unwrap();
        assert_eq!(form.value("_version"), "3");
        assert!(form.checked("yes") && !form.checked("no"));
        assert_eq!(form.all("items"), ["甲", "乙"]);
        assert_eq!(form.value("at"), "2026-09-23T09:30:00");
        assert_eq!(form.value("word_acceptance"), "受");
        assert_eq!(form.files[0].bytes, "消保");
        assert_eq!((form.files.len(), form.files[1].field.as_str()), (2, "map_file"));
    }

    #[test]
    fn a_query_is_read_once_and_by_kind() {
        let fields = [Field::new("limit", Kind::Number(1, 9), ""), Field::line("q", "")];
        let body = query(&fields, "limit=5&q=%E6%B6%88").unwrap();
        assert_eq!((body["limit"].as_i64(), body["q"].as_str()), (Some(5), Some("消")));
        for bad in ["limit=10", "limit=x", "x=1", "q=1&q=2"] {
            assert_eq!(query(&fields, bad).unwrap_err().status, StatusCode::BAD_REQUEST, "{bad}");
        }
    }
}
