//! The posts of an officer: given from a day, ended after a day, with a deputy for times of leave.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, OfficerId, PostId, Role};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::directory::{roles, unit_options};
use crate::{
    officer,
    post::{self, Held},
    unit,
};

#[derive(Template)]
#[template(path = "people/posts.html")]
struct Posts {
    frame: Frame,
    form: Form,
    id: String,
    posts: Vec<Held>,
    units: Options,
    roles: Options,
    deputies: Options,
}

async fn posts_page(app: App, ctx: Ctx, id: OfficerId, form: Form, flash: Flash) -> Result<Response> {
    let units = unit_options(&app).await?;
    let by = ctx.clone();
    let (posts, people) =
        app.db.read(move |tx| Ok::<_, Problem>((post::of(tx, id)?, officer::list(tx, &by)?))).await?;
    let person = people.iter().find(|person| person.id == id).ok_or(Problem::NotFound)?;
    let title = format!("{}的岗位", person.name);
    let others = people.iter().filter(|other| other.id != id && other.enabled);
    let deputies =
        others.map(|other| (other.id.to_string(), format!("{} {}", other.name, other.posts))).collect();
    let frame = Frame::new(&app, &ctx, title, "/people").flash(flash.0);
    let page =
        Posts { frame, form: form.clone(), id: id.to_string(), posts, units, roles: roles(), deputies };
    form_page(&form, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
    flash: Flash,
) -> Result<Response> {
    let form = Form::filled([("from", ctx.today().to_string())]);
    posts_page(app, ctx, id, form, flash).await
}

pub(super) async fn give(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
    mut form: Form,
) -> Result<Response> {
    let (from, role, deputy) = (form.date("from"), Role::from_code(form.value("role")), form.id("deputy"));
    let code = form.required("unit", "请选择机构", 12);
    if role.is_none() {
        form.error("role", "请选择岗位");
    }
    if from.is_none() {
        form.error("from", "请填写起始日期");
    }
    if let (Some(from), Some(role), false) = (from, role, form.has_errors()) {
        let by = ctx.clone();
        let given = app.db.write(move |tx| {
            let unit = unit::by_code(tx, &code)?.ok_or(Problem::NotFound)?;
            post::give(tx, &by, id, unit.id, role, from, deputy)
        });
        match given.await {
            Ok(_) => return Ok(redirect(&format!("/people/{id}/posts"), "岗位已登记")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    posts_page(app, ctx, id, form, Flash::default()).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path((id, post)): Path<(OfficerId, PostId)>,
) -> Result<Response> {
    app.db
        .write(move |tx| {
            // Ended today: the post is acted from no more from tomorrow on.
            post::end(tx, &ctx, post, ctx.today())
        })
        .await?;
    Ok(redirect(&format!("/people/{id}/posts"), "岗位到今天为止"))
}

pub(super) fn samples() -> Vec<Sample> {
    let held = Held {
        id: PostId::from_uuid(Default::default()),
        words: "中山所 承办人".into(),
        from: jiff::civil::Date::constant(2026, 1, 1),
        to: None,
        deputy: Some("李".into()),
    };
    let units = vec![("23".to_owned(), "市局".to_owned())];
    let posts = Posts {
        frame: Frame { title: "张伟的岗位".into(), ..Frame::bare() },
        form: Form::default(),
        id: "1".into(),
        posts: vec![held],
        units,
        roles: roles(),
        deputies: Vec::new(),
    };
    vec![Sample::of("posts", &posts)]
}
