//! Problems as programs read them (RFC 9457): Chinese words, a stable code, the field to mend, the article.

use std::ops::{Deref, DerefMut};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde_json::{Value as Json, json};
use web::Problem;

/// Why something was not done, for a program.
#[derive(Clone, Debug)]
pub struct Trouble(Box<Told>);

/// What is told of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The status of the answer.
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub detail: String,
    /// The field to mend, when there is one.
    pub field: Option<String>,
    /// The article, when a rule of law stands behind it.
    pub article: Option<String>,
    /// (field, sentence) of everything that is wrong.
    pub errors: Vec<(String, String)>,
    /// Seconds after which trying again may help.
    pub wait: Option<i64>,
    /// The fault, for the log only.
    pub fault: Option<String>,
}

impl Trouble {
    /// A problem with its code and words.
    pub fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(Box::new(Told {
            status,
            code: code.into(),
            detail: detail.into(),
            field: None,
            article: None,
            errors: Vec::new(),
            wait: None,
            fault: None,
        }))
    }

    /// Everything that is wrong with what was sent.
    pub fn fields(status: StatusCode, code: &str, errors: Vec<(String, String)>) -> Self {
        let words = errors.iter().map(|(field, sentence)| {
            if field.is_empty() { sentence.clone() } else { format!("{field}：{sentence}") }
        });
        let mut trouble = Self::new(status, code, words.collect::<Vec<_>>().join("；"));
        trouble.field = errors.first().map(|(field, _)| field.clone()).filter(|field| !field.is_empty());
        trouble.errors = errors;
        trouble
    }

    /// A refusal with this status.
    pub fn refused(status: StatusCode, refusal: &Refusal) -> Self {
        let mut trouble = Self::new(status, refusal.code, refusal.sentence.clone());
        trouble.field = refusal.field.map(str::to_owned);
        trouble.article.clone_from(&refusal.article);
        trouble
    }

    /// Trying again after `seconds` may help.
    #[must_use]
    pub fn wait(mut self, seconds: i64) -> Self {
        self.wait = Some(seconds);
        self
    }

    /// Not there, or not for this token to know of.
    pub fn not_found() -> Self {
        Self::from(&Problem::NotFound)
    }

    /// The title of a status.
    fn title(&self) -> &'static str {
        match self.status.as_u16() {
            400 => "请求不完整",
            401 => "令牌无效",
            403 => "没有权限",
            404 => "没有找到",
            405 => "不支持这种方法",
            409 => "暂时不能办理",
            413 => "内容过大",
            415 => "内容类型不对",
            422 => "内容需要改正",
            429 => "请求过于频繁",
            503 if self.code == "away" => "连接不上数据库",
            503 if self.code == "disk" => "磁盘故障",
            503 => "系统正忙",
            _ => "系统出错",
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Json {
        let mut body = json!({
            "type": format!("urn:xiaobao:problem:{}", self.code),
            "title": self.title(),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
        });
        if let Some(field) = &self.field {
            body["field"] = json!(field);
        }
        if let Some(article) = &self.article {
            body["article"] = json!(article);
        }
        if !self.errors.is_empty() {
            let errors = self.errors.iter().map(|(field, words)| json!({ "field": field, "detail": words }));
            body["errors"] = errors.collect();
        }
        body
    }
}

impl Deref for Trouble {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl DerefMut for Trouble {
    fn deref_mut(&mut self) -> &mut Told {
        &mut self.0
    }
}

impl From<&Problem> for Trouble {
    fn from(problem: &Problem) -> Self {
        let status = problem.status();
        match problem {
            Problem::NotFound => Self::new(status, "not_found", "没有找到，或者不在这个令牌的查看范围内"),
            Problem::SignIn => Self::new(status, "token", "请在 Authorization 头中给出有效的令牌"),
            Problem::Forbidden(refusal) | Problem::Refused(refusal) => Self::refused(status, refusal),
            Problem::Stale(words) => Self::new(status, "stale", words.clone()),
            Problem::Malformed(words) => Self::new(status, "malformed", words.clone()),
            Problem::Busy => Self::new(status, "busy", problem.to_string()).wait(2),
            Problem::Away => Self::new(status, "away", problem.to_string()).wait(5),
            Problem::Disk => Self::new(status, "disk", problem.to_string()).wait(60),
            Problem::Fault(cause) => {
                let mut trouble = Self::new(status, "fault", "这一步没有完成，错误已经记录");
                trouble.fault = Some(cause.clone());
                trouble
            }
        }
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::from(&problem)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The schema of a problem.
pub fn schema() -> Json {
    json!({
        "type": "object", "description": "办理不了的原因（RFC 9457）", "additionalProperties": false,
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": { "type": "string", "description": "urn:xiaobao:problem: 加稳定代码" },
            "title": { "type": "string", "description": "概括" },
            "status": { "type": "integer", "description": "状态码" },
            "detail": { "type": "string", "description": "原因和怎样改正" },
            "code": { "type": "string", "description": "稳定代码，供程序判断" },
            "field": { "type": "string", "description": "需要改正的字段" },
            "article": { "type": "string", "description": "依据的条文" },
            "errors": {
                "type": "array", "description": "逐个字段的问题",
                "items": {
                    "type": "object", "additionalProperties": false, "required": ["field", "detail"],
                    "properties": { "field": { "type": "string" }, "detail": { "type": "string" } }
                }
            }
        }
    })
}
