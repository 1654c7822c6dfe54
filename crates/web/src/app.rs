//! What every handler gets.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{extract::FromRequestParts, http::request::Parts};
use db::Db;
use kernel::{Actor, Ctx, Ground};

/// The application: shared by all requests, cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Time, chance, keys.
    pub ground: Ground,
    /// What the administrator configured.
    pub config: Arc<Config>,
}

/// Configuration that pages need.
#[derive(Debug)]
pub struct Config {
    /// The bureau's name; set-up changes it while the program runs.
    pub bureau: RwLock<String>,
    /// The data folder: attachments, keys, backups.
    pub data: PathBuf,
    /// Whether cookies are marked `Secure` (behind TLS).
    pub secure_cookies: bool,
    /// Whether demo data is loaded: every page says so.
    pub demo: bool,
    /// The program's version.
    pub version: &'static str,
}

impl Config {
    /// The bureau's name.
    pub fn bureau(&self) -> String {
        self.bureau.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the administrator has described an identity service (统一身份认证) in `oidc.toml` of the data folder.
    pub fn unified(&self) -> bool {
        self.data.join("oidc.toml").exists()
    }

    /// Gives the bureau another name, on every page from now on.
    pub fn rename(&self, bureau: &str) {
        bureau.clone_into(&mut self.bureau.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl App {
    /// A context for `actor` at the present instant.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        self.ground.ctx(actor)
    }
}

/// The request's context; the session layer of `people` puts it there.
#[derive(Clone, Debug)]
pub struct Context(pub Ctx);

impl FromRequestParts<App> for Context {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let found = parts.extensions.get::<Self>().cloned();
        Ok(found.unwrap_or_else(|| Self(app.ctx(Actor::Public))))
    }
}

/// A word about what was just done, carried over a redirect.
#[derive(Clone, Debug, Default)]
pub struct Flash(pub Option<String>);

impl FromRequestParts<App> for Flash {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let coded = crate::guard::cookie(&parts.headers, "xb_flash");
        let bytes = coded.and_then(|coded| kernel::unhex(&coded.replace('%', "")));
        Ok(Self(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|words| !words.is_empty())))
    }
}
