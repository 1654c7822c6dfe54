//! Operations: what a program may ask, each one entry. Routes, checks and OpenAPI come from the entries.

use std::{future::Future, pin::Pin, str::FromStr, sync::Arc};

use axum::response::Response;
use serde_json::{Map, Value as Json};
use web::{May, Problem, Result};

use crate::{face::Face, field::Field, scope::Scope, token::Bearer};

/// `GET` looks, `POST` changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Looks.
    Get,
    /// Changes.
    Post,
}

impl Method {
    /// As routes list it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What a handler of this crate is given.
#[derive(Clone)]
pub struct Asked {
    /// The interface it came to.
    pub face: Arc<Face>,
    /// Who asks.
    pub ctx: kernel::Ctx,
    /// The token, unless the operation is public.
    pub bearer: Option<Bearer>,
    /// Path parameters in order.
    pub path: Vec<String>,
    /// Body or query, checked against the fields.
    pub body: Map<String, Json>,
}

impl Asked {
    /// A field's text, when it was sent and is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A field's text, read as what it stands for.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// A field's number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.body.get(name).and_then(Json::as_i64)
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.body.get(name).and_then(Json::as_bool).unwrap_or_default()
    }

    /// Whether the token is for `scope` too.
    pub fn has(&self, scope: Scope) -> bool {
        self.bearer.as_ref().is_some_and(|bearer| bearer.scopes.contains(&scope))
    }

    /// A refusal unless the token is for `scope` too.
    ///
    /// # Errors
    /// Forbidden, with the scope that is missing.
    pub fn need(&self, scope: Scope) -> Result<()> {
        if self.has(scope) {
            return Ok(());
        }
        let words = format!("令牌的范围不含“{}”（{}）", scope.label(), scope.code());
        Err(Problem::Forbidden(kernel::Refusal::new("scope", words)))
    }

    /// The texts of a list.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.body.get(name).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
    }

    /// A path parameter, by its place.
    pub fn part(&self, at: usize) -> &str {
        self.path.get(at).map_or("", String::as_str)
    }

    /// A path parameter that is an id.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when it is none.
    pub fn id<K>(&self, at: usize) -> Result<kernel::Id<K>> {
        self.part(at).parse().map_err(|_| Problem::NotFound)
    }
}

/// Works in one transaction.
pub type Work = fn(&mut db::Tx, &Asked) -> Result<Json>;

/// Says no before anything is done: what hangs on the token's scopes beside the right of the page.
pub type Check = fn(&mut db::Tx, &Asked) -> Result<()>;

/// What a handler answers.
pub type Answering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// Who does it.
#[derive(Clone, Copy)]
pub enum Via {
    /// The handler of the page at this path: the rules stay in one place. Of a look: the file it sends.
    Page(&'static str),
    /// Looks at the database and answers in JSON.
    Look(Work),
    /// Changes the database, in one transaction, and answers in JSON.
    Change(Work),
    /// Anything else.
    Own(fn(Asked) -> Answering),
}

/// Whose right it takes.
#[derive(Clone, Copy)]
pub enum Right {
    /// That of the page at this path, with the same method unless it is one that looks.
    Of(&'static str),
    /// This one.
    Is(May),
}

/// What comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A model by its name.
    Model(&'static str),
    /// Bytes of a file.
    Bytes,
}

/// Something a program may ask.
#[derive(Clone, Copy)]
pub struct Operation {
    /// How.
    pub method: Method,
    /// Path below `/api/v1`, with its parameters.
    pub path: &'static str,
    /// Stable name.
    pub id: &'static str,
    /// What it does, in Chinese.
    pub summary: &'static str,
    /// What the token must be for; `None`: everybody.
    pub scope: Option<Scope>,
    /// Whose right.
    pub right: Right,
    /// Body of a change, query of a look.
    pub fields: &'static [Field],
    /// Who does it.
    pub via: Via,
    /// What comes back.
    pub answer: Answer,
    /// Whether it makes something: 201 instead of 200.
    pub makes: bool,
    /// What is asked before, beside scope and right.
    pub check: Option<Check>,
}

impl Operation {
    /// A change done by the handler of the page at the same path.
    pub const fn page(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        fields: &'static [Field],
    ) -> Self {
        Self {
            method: Method::Post,
            path,
            id,
            summary,
            scope: Some(Scope::Write),
            right: Right::Of(path),
            fields,
            via: Via::Page(path),
            answer: Answer::Model("Done"),
            makes: false,
            check: None,
        }
    }

    /// A look, with the right of the page at the same path.
    pub const fn look(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        fields: &'static [Field],
        model: &'static str,
        work: Work,
    ) -> Self {
        Self {
            method: Method::Get,
            path,
            id,
            summary,
            scope: Some(Scope::Read),
            right: Right::Of(path),
            fields,
            via: Via::Look(work),
            answer: Answer::Model(model),
            makes: false,
            check: None,
        }
    }

    /// A change done by this crate, with the right of the page at the same path.
    pub const fn change(mut self, model: &'static str, work: Work) -> Self {
        self.via = Via::Change(work);
        self.answer = Answer::Model(model);
        self
    }

    /// Done by a handler of its own.
    pub const fn own(mut self, own: fn(Asked) -> Answering) -> Self {
        self.via = Via::Own(own);
        self
    }

    /// Done by the handler of the page at another path.
    pub const fn by_page(mut self, page: &'static str) -> Self {
        self.via = Via::Page(page);
        self.right = Right::Of(page);
        self
    }

    /// The bytes that the page at this path sends, a file.
    pub const fn file(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let mut own = Self::page(path, id, summary, &[]);
        own.method = Method::Get;
        own.scope = Some(Scope::Read);
        own.bytes()
    }

    /// Only where this does not say no.
    pub const fn only(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// With the right of the page at `page`.
    pub const fn as_page(mut self, page: &'static str) -> Self {
        self.right = Right::Of(page);
        self
    }

    /// With this right.
    pub const fn may(mut self, may: May) -> Self {
        self.right = Right::Is(may);
        self
    }

    /// For tokens of another scope.
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// For everybody, without a token.
    pub const fn public(mut self) -> Self {
        self.scope = None;
        self.right = Right::Is(May::Public);
        self
    }

    /// Answers with the bytes of a file.
    pub const fn bytes(mut self) -> Self {
        self.answer = Answer::Bytes;
        self
    }

    /// It makes something.
    pub const fn makes(mut self) -> Self {
        self.makes = true;
        self
    }

    /// The names of the path parameters in order.
    pub fn parameters(&self) -> Vec<&'static str> {
        let parts = self.path.split('/').filter_map(|part| part.strip_prefix('{'));
        parts.map(|part| part.trim_end_matches('}')).collect()
    }

    /// Whether an answer may be kept for a repeated request: not files, nor secrets and personal data.
    pub fn keeps_answer(&self) -> bool {
        const SHOWN_ONCE: &[&str] =
            &["Code", "People", "TokenMade", "WebhookMade", "Letter", "OdrLink", "Receipt"];
        self.method == Method::Post
            && matches!(self.answer, Answer::Model(name) if !SHOWN_ONCE.contains(&name))
    }

    /// The page it stands for, as routes list it.
    pub const fn stands_for(&self) -> Option<&'static str> {
        match (self.via, self.right) {
            (Via::Page(page), _) | (_, Right::Of(page)) => Some(page),
            _ => None,
        }
    }
}
