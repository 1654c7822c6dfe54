//! The front door: leads each to the page of his or her work.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{Actor, Permission, Role};
use web::{App, Context, May, Result, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/", May::Public, enter)
}

async fn enter(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let Actor::Officer(officer) = &ctx.actor else { return Ok(Redirect::to("/sign-in").into_response()) };
    let target = match officer.role {
        Role::Desk | Role::Station => "/desk",
        Role::Administrator => {
            let set_up = app.db.read(|tx| people::setting(tx, "bureau")).await?;
            if set_up.is_none() { "/set-up" } else { "/people" }
        }
        Role::Dispatcher => "/work?whose=unit&only=new",
        role if role.may(Permission::ViewMatters) => "/work",
        _ => "/account",
    };
    Ok(Redirect::to(target).into_response())
}
