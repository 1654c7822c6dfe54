//! Number and code: the door to one's own matter. The answer to a wrong number and to a wrong code is the same (SEC_23).

use askama::Template;
use axum::{extract::State, response::Response};
use web::{App, Context, Flash, Form, Frame, Problem, Result, form_page, page};

use super::{VISIT, frame, to, with_cookie};
use crate::visit::{self, Door};

#[derive(Template)]
#[template(path = "portal/status.html")]
pub(super) struct Status {
    pub frame: Frame,
    pub form: Form,
}

const TITLE: &str = "查询进度";

pub(super) async fn ask(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    page(&Status { frame: frame(&app, &ctx, TITLE).flash(flash.0), form: Form::default() })
}

pub(super) async fn enter(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let number = form.required("number", "请填写编号", 60);
    let code = form.required("code", "请填写查询码", 60);
    if !form.has_errors() {
        let by = ctx.clone();
        let tried = app.db.write(move |tx| visit::enter(tx, &by, &number, &code));
        match tried.await? {
            Door::Open(token) => return with_cookie(&app, to("/public/matter"), VISIT, &token),
            Door::Wrong => form.error("", "编号或者查询码不对，请对照回执再填一次"),
            Door::Wait(seconds) => form.error("", format!("填错的次数太多，请 {seconds} 秒后再试")),
        }
    }
    form_page(&form.clone(), &Status { frame: frame(&app, &ctx, TITLE), form })
}

/// Whoever has no visit any more opens the door again.
pub(super) fn gone() -> Response {
    web::redirect("/public/status", "为了安全，超过 15 分钟没有操作会自动退出，请重新填写编号和查询码")
}

/// The same after something was typed: the browser's back key finds it.
pub(super) fn gone_while_typing() -> Problem {
    let words = "超过 15 分钟没有操作，已经自动退出。请按手机或者浏览器的返回键复制您写的内容，再重新查询";
    kernel::Refusal::new("visit_gone", words).into()
}
