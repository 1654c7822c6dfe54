//! Routes that carry their right.

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{self, MethodRouter},
};
use kernel::{Actor, Permission, Refusal};

use crate::{App, Context, Problem};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Everybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whose post holds the right; others are told that they may not.
    Can(Permission),
    /// Whose post holds the right; for others the page is not there.
    Know(Permission),
}

/// A route as the authorisation matrix lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path with its parameters.
    pub path: &'static str,
    /// Who may.
    pub may: May,
}

/// The routes of a crate.
#[derive(Default)]
pub struct Routes {
    entries: Vec<Entry>,
    router: Router<App>,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page.
    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, may: May, handler: H) -> Self {
        self.add("GET", path, may, routing::get(handler))
    }

    /// A change.
    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, may: May, handler: H) -> Self {
        self.add("POST", path, may, routing::post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, may: May, handler: MethodRouter<App>) -> Self {
        self.entries.push(Entry { method, path, may });
        let guard = middleware::from_fn(move |request: Request, next: Next| enforce(may, request, next));
        self.router = self.router.route(path, handler.route_layer(guard));
        self
    }

    /// The routes of both.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self.router = self.router.merge(other.router);
        self
    }

    /// Every route with its right.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The router, for the server to wrap.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

async fn enforce(may: May, request: Request, next: Next) -> Response {
    let actor =
        request.extensions().get::<Context>().map_or(Actor::Public, |context| context.0.actor.clone());
    let allowed = match (may, actor) {
        (May::Public, _) | (_, Actor::System(_)) | (May::SignedIn, Actor::Officer(_)) => Ok(()),
        (May::Can(permission) | May::Know(permission), Actor::Officer(officer))
            if officer.role.may(permission) =>
        {
            Ok(())
        }
        (May::Know(_), Actor::Officer(_)) => Err(Problem::NotFound),
        (May::Can(permission), Actor::Officer(officer)) => {
            let words = format!("“{}”岗位没有“{}”的权限", officer.role.label(), permission.label());
            Err(Problem::Forbidden(Refusal::new("not_permitted", words)))
        }
        (_, Actor::Public) => Err(Problem::SignIn),
    };
    match allowed {
        Ok(()) => next.run(request).await,
        Err(Problem::SignIn) if request.method() == Method::GET => {
            let target = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let next = serde_urlencoded::to_string([("next", target)]).unwrap_or_default();
            Redirect::to(&format!("/sign-in?{next}")).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}
