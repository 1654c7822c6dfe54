//! Answers in XML, as the standard names the elements.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::Value as Json;
use web::escape;

/// (list, element): what stands in a list.
const SINGULAR: &[(&str, &str)] = &[
    ("services", "service"),
    ("service_requests", "request"),
    ("errors", "error"),
    ("attributes", "attribute"),
    ("values", "value"),
    ("endpoints", "endpoint"),
    ("formats", "format"),
];

/// A document whose root is `root`.
fn document(root: &str, body: &Json) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    element(&mut text, root, body);
    text
}

fn element(text: &mut String, name: &str, value: &Json) {
    text.extend(["<", name, ">"]);
    match value {
        Json::Array(items) => {
            let one = SINGULAR.iter().find(|(list, _)| *list == name).map_or("item", |(_, one)| one);
            items.iter().for_each(|item| element(text, one, item));
        }
        Json::Object(fields) => fields.iter().for_each(|(name, value)| element(text, name, value)),
        Json::Null => {}
        Json::String(words) => text.push_str(&plain(words)),
        other => text.push_str(&other.to_string()),
    }
    text.extend(["</", name, ">"]);
}

/// Escaped, without the characters XML cannot hold.
fn plain(words: &str) -> String {
    let held =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    escape(&words.chars().filter(held).collect::<String>())
}

/// The answer.
pub(super) fn response(status: StatusCode, root: &str, body: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document(root, body)).into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_text_become_elements() {
        let body = json!([{ "service_request_id": "TS-1", "lat": null, "description": "<a>&\u{1}" }]);
        assert_eq!(
            document("service_requests", &body),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service_requests><request><description>&lt;a&gt;&amp;</description>\
             <lat></lat><service_request_id>TS-1</service_request_id></request></service_requests>"
        );
    }
}
