//! What comes back: every answer's shape, said once in `models.txt`; OpenAPI prints it and the tests hold the answers
//! against it.

use serde_json::{Map, Value as Json, json};

const MODELS: &str = concat!(
    include_str!("models.txt"),
    include_str!("models_rooms.txt"),
    include_str!("models_settings.txt")
);

fn kind(word: &str) -> Json {
    if let Some(inner) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return json!({ "type": "array", "items": kind(inner) });
    }
    if let Some(inner) = word.strip_suffix('?') {
        let mut schema = kind(inner);
        if schema.get("$ref").is_some() {
            return json!({ "anyOf": [schema, { "type": "null" }] });
        }
        schema["type"] = json!([schema["type"], "null"]);
        return schema;
    }
    match word {
        "text" => json!({ "type": "string" }),
        "day" => json!({ "type": "string", "format": "date" }),
        "instant" => json!({ "type": "string", "format": "date-time" }),
        "number" => json!({ "type": "integer" }),
        "flag" => json!({ "type": "boolean" }),
        model => json!({ "$ref": format!("#/components/schemas/{model}") }),
    }
}

/// The schemas of all models by name.
pub fn schemas() -> Map<String, Json> {
    let mut schemas = Map::new();
    let mut last = String::new();
    for line in MODELS.lines().filter(|line| !line.starts_with('#')) {
        let Some(property) = line.strip_prefix("  ") else {
            let (name, doc) = line.split_once(' ').unwrap_or((line, ""));
            name.clone_into(&mut last);
            let empty = json!({
                "type": "object", "description": doc, "additionalProperties": false, "properties": {}, "required": []
            });
            schemas.insert(last.clone(), empty);
            continue;
        };
        let mut words = property.splitn(3, ' ');
        let (Some(name), Some(word)) = (words.next(), words.next()) else { continue };
        let mut schema = kind(word);
        schema["description"] = json!(words.next().unwrap_or_default());
        if let Some(model) = schemas.get_mut(&last) {
            model["properties"][name] = schema;
            if let Some(required) = model["required"].as_array_mut() {
                required.push(json!(name));
            }
        }
    }
    schemas
}

/// What of `value` does not fit the model, as paths; for tests that hold answers against their shape.
pub fn misfits(model: &str, value: &Json) -> Vec<String> {
    let all = schemas();
    let schema = all.get(model).cloned().unwrap_or_default();
    let mut found = Vec::new();
    fit(&all, &schema, value, model, &mut found);
    found
}

fn fit(all: &Map<String, Json>, schema: &Json, value: &Json, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return fit(all, all.get(name).unwrap_or(&Json::Null), value, at, found);
    }
    if let Some(either) = schema["anyOf"].as_array() {
        if !value.is_null() {
            fit(all, &either[0], value, at, found);
        }
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Json::String(kind) => vec![kind],
        Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let is = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    if !kinds.contains(&is) {
        found.push(format!("{at}: {is}, not {kinds:?}"));
    }
    if let Json::Array(items) = value {
        items.iter().for_each(|item| fit(all, &schema["items"], item, &format!("{at}[]"), found));
    }
    if let (Json::Object(fields), Some(properties)) = (value, schema["properties"].as_object()) {
        found.extend(
            fields
                .keys()
                .filter(|key| !properties.contains_key(*key))
                .map(|key| format!("{at}.{key}: unknown")),
        );
        for (name, schema) in properties {
            match fields.get(name) {
                None => found.push(format!("{at}.{name}: missing")),
                Some(value) => fit(all, schema, value, &format!("{at}.{name}"), found),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_has_its_model() {
        let all = schemas();
        let text = Json::Object(all.clone()).to_string();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(all.contains_key(name), "{name}");
        }
        assert!(all.len() > 40);
    }

    #[test]
    fn misfits_are_named() {
        assert!(misfits("Rolled", &json!({ "from": "a", "to": "b", "why": "c" })).is_empty());
        let found = misfits("Rolled", &json!({ "from": null, "to": "b", "more": 1 }));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(misfits("Links", &json!({ "links": [{}] })).len() >= 5);
    }
}
