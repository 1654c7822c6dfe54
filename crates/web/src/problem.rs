//! What can stand between a person and what was asked, with one page for each that offers a way on.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Refusal;

/// The answer of commands and handlers.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// Not there, or not for this actor to know of.
    #[error("没有找到，或者不在您的查看范围内")]
    NotFound,
    /// Nobody is signed in.
    #[error("请先登录")]
    SignIn,
    /// The actor's post lacks the right.
    #[error("{0}")]
    Forbidden(Refusal),
    /// The office's "no".
    #[error("{0}")]
    Refused(Refusal),
    /// Changed by somebody else in the meantime; says what.
    #[error("{0}")]
    Stale(String),
    /// A request that no form of ours makes.
    #[error("{0}")]
    Malformed(String),
    /// The database is busy; trying again helps.
    #[error("系统正忙，请稍候再试，没有保存任何内容")]
    Busy,
    /// The database server cannot be reached; the page may be sent again when it is back.
    #[error(
        "连接不上数据库服务器，没有保存任何内容。请稍候再试；持续出现请告知系统管理员，检查 PostgreSQL 是否在运行"
    )]
    Away,
    /// The disk is full, read-only or failing; the administrator must act, the page may be sent again then.
    #[error("服务器磁盘已满或者不能读写，没有保存任何内容，请告知系统管理员，处理后再提交")]
    Disk,
    /// A fault; the person sees the request number, the log sees the rest.
    #[error("{0}")]
    Fault(String),
}

impl Problem {
    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Refused(_) | Self::Stale(_) => StatusCode::CONFLICT,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Busy | Self::Away | Self::Disk => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The refusal, when it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::Forbidden(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal.code {
            "sign_in_first" => Self::SignIn,
            "not_permitted" => Self::Forbidden(refusal),
            _ => Self::Refused(refusal),
        }
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Stale => Self::Stale("这条记录刚被其他人修改过，请刷新后再操作".to_owned()),
            db::Error::Unknown => Self::Stale(error.to_string()),
            db::Error::Busy(_) => Self::Busy,
            db::Error::Away(words) => {
                tracing::error!(words, "the database server cannot be reached");
                Self::Away
            }
            db::Error::Disk(words) => {
                tracing::error!(words, "the disk is full, read-only or failing");
                Self::Disk
            }
            db::Error::Cursor => Self::NotFound,
            // An id of nothing: chosen before it went, or never one of ours.
            db::Error::ForeignKey(_) => {
                Self::Refused(Refusal::new("no_such_thing", "所选的内容不存在或者已被删除，请重新选择"))
            }
            // Sentences for whoever opens the database.
            db::Error::HalfMoved
            | db::Error::NotOpened(_)
            | db::Error::SchemaNewer { .. }
            | db::Error::MigrationChanged { .. } => Self::Malformed(error.to_string()),
            other => Self::Fault(format!("{other:?}")),
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Fault(format!("template: {error}"))
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::Fault(format!("file: {error}"))
    }
}

impl From<kernel::SealError> for Problem {
    fn from(error: kernel::SealError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // The page around it needs the request's frame: the outermost layer dresses it (see `guard`).
        let mut response = (self.status(), self.to_string()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
