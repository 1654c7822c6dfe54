//! Units and officers, for the administrator.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, OfficerId, Role};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, page, redirect};

use crate::{NewUnit, Person, UNIT_KINDS, Unit, code, officer, post, unit};

#[derive(Template)]
#[template(path = "people/list.html")]
struct List {
    frame: Frame,
    units: Vec<Unit>,
    people: Vec<Person>,
    issued: Option<(String, String)>,
    unified: bool,
}

#[derive(Template)]
#[template(path = "people/form.html")]
struct Edit {
    frame: Frame,
    form: Form,
    fields: Vec<web::Html>,
    action: String,
    button: &'static str,
}

async fn directory(app: &App, ctx: &Ctx, issued: Option<(String, String)>, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let (units, people) =
        app.db.read(move |tx| Ok::<_, Problem>((unit::list(tx)?, officer::list(tx, &by)?))).await?;
    page(&List {
        frame: Frame::new(app, ctx, "机构人员", "/people").flash(flash.0),
        units,
        people,
        issued,
        unified: app.config.unified(),
    })
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    directory(&app, &ctx, None, flash).await
}

pub(super) async fn unit_options(app: &App) -> Result<Options> {
    let units = app.db.read(unit::list).await?;
    Ok(units.into_iter().map(|unit| (unit.code.clone(), format!("{} {}", unit.code, unit.name))).collect())
}

pub(super) fn roles() -> Options {
    Role::ALL.iter().map(|role| (role.code().to_owned(), role.label().to_owned())).collect()
}

fn officer_page(app: &App, ctx: &Ctx, form: Form, units: &Options) -> Result<Response> {
    let fields = vec![
        form.line("login", "登录名", "字母、数字，例如 zhangwei"),
        form.line("name", "姓名", ""),
        form.line("badge", "执法证号", "没有可以不填"),
        form.select("unit", "所在机构", "", units),
        form.select("role", "岗位", "一人可以有多个岗位，建档后再加", &roles()),
    ];
    let frame = Frame::new(app, ctx, "新增人员", "/people");
    form_page(
        &form.clone(),
        &Edit { frame, form, fields, action: "/people".to_owned(), button: "保存并生成登录码" },
    )
}

pub(super) async fn new_officer(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    officer_page(&app, &ctx, Form::default(), &unit_options(&app).await?)
}

pub(super) async fn create_officer(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let units = unit_options(&app).await?;
    let (login, name, badge) = (form.text("login", 40), form.text("name", 40), form.text("badge", 40));
    let unit_code = form.choice("unit", units.iter().map(|(code, _)| code.as_str()), "请选择所在机构");
    let role = Role::from_code(form.value("role"));
    if role.is_none() {
        form.error("role", "请选择岗位");
    }
    let Some(role) = role.filter(|_| !form.has_errors()) else {
        return officer_page(&app, &ctx, form, &units);
    };
    let (by, shown) = (ctx.clone(), login.clone());
    let made = app
        .db
        .write(move |tx| {
            let unit = unit::by_code(tx, &unit_code)?.ok_or(Problem::NotFound)?;
            let id = officer::create(tx, &by, &login, &name, &badge, false)?;
            post::give(tx, &by, id, unit.id, role, by.today(), None)?;
            code::issue(tx, &by, id)
        })
        .await;
    match made {
        Ok(code) => directory(&app, &ctx, Some((shown, code)), Flash::default()).await,
        Err(problem) => {
            form.absorb(problem)?;
            officer_page(&app, &ctx, form, &units)
        }
    }
}

fn unit_page(app: &App, ctx: &Ctx, form: Form, units: &Options) -> Result<Response> {
    let kinds: Options =
        UNIT_KINDS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect();
    let fields = vec![
        form.line("code", "机构代码", "1 至 12 位数字或者大写字母，编号里会用到，不能改"),
        form.line("name", "名称", ""),
        form.select("kind", "类别", "", &kinds),
        form.select("parent", "上级机构", "", units),
        form.line("region", "行政区划代码", "六位，例如 230103"),
        form.line("address", "地址", ""),
        form.line("phone", "电话", ""),
    ];
    let frame = Frame::new(app, ctx, "新增机构", "/people");
    form_page(
        &form.clone(),
        &Edit { frame, form, fields, action: "/people/units".to_owned(), button: "保存" },
    )
}

pub(super) async fn new_unit(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    unit_page(&app, &ctx, Form::default(), &unit_options(&app).await?)
}

pub(super) async fn create_unit(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let units = unit_options(&app).await?;
    let parent = form.choice("parent", units.iter().map(|(code, _)| code.as_str()), "请选择上级机构");
    let new = NewUnit {
        code: form.text("code", 12),
        name: form.text("name", 60),
        kind: form.text("kind", 10),
        parent,
        region: form.text("region", 6),
        address: form.text("address", 200),
        phone: form.text("phone", 30),
    };
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| unit::create(tx, &by, &new)).await {
            Ok(unit) => return Ok(redirect("/people", &format!("已新增机构“{}”", unit.name))),
            Err(problem) => form.absorb(problem)?,
        }
    }
    unit_page(&app, &ctx, form, &units)
}

pub(super) async fn issue_code(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
) -> Result<Response> {
    let by = ctx.clone();
    let issued = app
        .db
        .write(move |tx| Ok::<_, Problem>((officer::login_of(tx, id)?, code::issue(tx, &by, id)?)))
        .await?;
    directory(&app, &ctx, Some(issued), Flash::default()).await
}

pub(super) async fn set_enabled(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
    form: Form,
) -> Result<Response> {
    let enabled = form.value("enabled") == "yes";
    app.db.write(move |tx| officer::disable(tx, &ctx, id, enabled)).await?;
    Ok(redirect("/people", if enabled { "账户已启用" } else { "账户已停用，所有登录已结束" }))
}

fn leave_page(app: &App, ctx: &Ctx, id: OfficerId, form: Form) -> Result<Response> {
    let fields = vec![
        form.day("from", "从哪天", ""),
        form.day("to", "到哪天", "含当日"),
        form.line("reason", "事由", ""),
    ];
    let frame = Frame::new(app, ctx, "登记请假", "/people");
    form_page(
        &form.clone(),
        &Edit { frame, form, fields, action: format!("/people/{id}/leave"), button: "保存" },
    )
}

pub(super) async fn new_leave(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
) -> Result<Response> {
    leave_page(&app, &ctx, id, Form::default())
}

pub(super) async fn note_leave(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<OfficerId>,
    mut form: Form,
) -> Result<Response> {
    let (from, to, reason) = (form.date("from"), form.date("to"), form.text("reason", 100));
    for (name, day) in [("from", from), ("to", to)] {
        if day.is_none() {
            form.error(name, "请填写日期");
        }
    }
    if let (Some(from), Some(to), false) = (from, to, form.has_errors()) {
        let by = ctx.clone();
        match app.db.write(move |tx| post::leave(tx, &by, id, from, to, &reason)).await {
            Ok(()) => return Ok(redirect("/people", "请假已登记，期间代理人可以代为办理")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    leave_page(&app, &ctx, id, form)
}

pub(super) fn samples() -> Vec<Sample> {
    let id = OfficerId::from_uuid(Default::default());
    let unit = Unit {
        id: id.cast(),
        parent: None,
        code: "00".into(),
        name: "市局".into(),
        kind: "bureau".into(),
        path: "/001/".into(),
    };
    let person = Person {
        id,
        login: "li".into(),
        name: "李".into(),
        enabled: true,
        active: false,
        posts: "市局 承办人".into(),
    };
    let issued = Some(("li".to_owned(), "ABCD-EFGH-JKLM".to_owned()));
    let form = Form::default();
    let fields = vec![form.line("login", "登录名", "字母"), form.select("role", "岗位", "", &roles())];
    vec![
        Sample::of(
            "people",
            &List { frame: Frame::bare(), units: vec![unit], people: vec![person], issued, unified: true },
        ),
        Sample::of(
            "officer",
            &Edit { frame: Frame::bare(), form, fields, action: "/people".into(), button: "保存" },
        ),
    ]
}
