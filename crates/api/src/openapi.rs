//! The description of the interface (OpenAPI 3.1), made from the operations themselves.

use std::collections::BTreeMap;

use db::Tx;
use serde_json::{Map, Value as Json, json};
use web::Result;

use crate::{
    field, model,
    operation::{Answer, Asked, Method, Operation},
    problem, table,
};

/// (status, name of the component, words): what every operation may answer beside what was asked.
const TROUBLES: &[(u16, &str)] = &[
    (400, "请求不完整：参数、JSON 或者 Idempotency-Key 写法不对"),
    (401, "没有令牌，或者令牌无效、过期、已作废"),
    (403, "令牌的范围或者岗位没有这个权限"),
    (404, "没有找到，或者不在查看范围内"),
    (409, "暂时不能办理：状态不允许、版本已变，或者 Idempotency-Key 冲突"),
    (413, "内容过大"),
    (415, "内容类型不对"),
    (422, "内容需要改正，逐个字段说明"),
    (429, "请求过于频繁"),
    (503, "系统正忙，没有保存任何内容"),
];

/// Which of them an operation may answer.
fn may_answer(operation: &Operation, status: u16) -> bool {
    match status {
        401 | 403 | 429 => operation.scope.is_some(),
        400 | 404 | 503 => true,
        409 | 413 | 415 => operation.method == Method::Post,
        _ => true,
    }
}

/// `GET /openapi.json`.
pub(crate) fn show(_: &mut Tx, _: &Asked) -> Result<Json> {
    Ok(document())
}

/// The whole description.
pub fn document() -> Json {
    let mut paths: BTreeMap<&str, Map<String, Json>> = BTreeMap::new();
    for operation in table::operations() {
        let method = operation.method.word().to_lowercase();
        paths.entry(operation.path).or_default().insert(method, told(operation));
    }
    let mut schemas = model::schemas();
    schemas.insert("Problem".to_owned(), problem::schema());
    let responses: Map<String, Json> =
        TROUBLES.iter().map(|(status, words)| (format!("T{status}"), trouble(*status, words))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "消保接口",
            "version": "1",
            "summary": "页面上能办的，程序都能办",
            "description": DESCRIPTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/api/v1" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "xiaobao token 或者“令牌”页面发放" } },
            "parameters": { "IdempotencyKey": {
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "同一个键 24 小时内只办理一次，重发得到同样的答复",
                "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" }
            } }
        }
    })
}

const DESCRIPTION: &str = "令牌代表一个人的一个岗位：能看到什么、能办什么与此人登录后相同，再以令牌的范围为限。\
    金额以元写成文字，日期为北京时间的日期，时间带时区。列表按 next 翻页。办理时带上看到的 version，被别人抢先办理时得到 409。\
    页面上必填而这里没有标明的字段，由适用的规定决定，缺少时得到 422 并逐个说明。";

fn trouble(status: u16, words: &str) -> Json {
    let mut response = json!({
        "description": words,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    });
    if matches!(status, 429 | 503) {
        response["headers"] =
            json!({ "Retry-After": { "description": "多少秒后再试", "schema": { "type": "integer" } } });
    }
    response
}

fn told(operation: &Operation) -> Json {
    let mut parameters: Vec<Json> = operation.parameters().into_iter().map(|name| {
        json!({
            "name": name, "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$" }
        })
    }).collect();
    let mut told = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.path.split('/').nth(1).unwrap_or_default()],
        "responses": answers(operation),
    });
    match operation.method {
        Method::Get => parameters.extend(operation.fields.iter().map(|field| {
            json!({
                "name": field.name, "in": "query", "required": field.required, "description": field.doc,
                "schema": field.kind.schema()
            })
        })),
        Method::Post => {
            if operation.keeps_answer() {
                parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
            }
            told["requestBody"] = json!({
                "required": operation.fields.iter().any(|field| field.required),
                "content": { "application/json": { "schema": field::schema(operation.fields) } }
            });
        }
    }
    told["parameters"] = json!(parameters);
    if let Some(scope) = operation.scope {
        told["security"] = json!([{ "token": [] }]);
        told["x-scope"] = json!(scope.code());
    }
    told
}

fn answers(operation: &Operation) -> Json {
    let status = if operation.makes { "201" } else { "200" };
    let content = match operation.answer {
        Answer::Model("OpenApi") => json!({ "application/json": { "schema": { "type": "object" } } }),
        Answer::Model(name) => {
            json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } })
        }
        Answer::Bytes => json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } }),
    };
    let mut answers = Map::new();
    answers.insert(status.to_owned(), json!({ "description": operation.summary, "content": content }));
    for (status, _) in TROUBLES.iter().filter(|(status, _)| may_answer(operation, *status)) {
        answers.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/T{status}") }));
    }
    Json::Object(answers)
}
