//! The layout around a page: navigation by right, who is signed in, a word about what was just done.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html as Body, IntoResponse, Redirect, Response},
};
use db::Age;
use kernel::{Actor, Ctx, Permission, Role};

use crate::{App, Form, Problem, Result};

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its word.
    pub label: &'static str,
    /// Whether the page is in this part.
    pub current: bool,
}

/// What the layout prints.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The page's title.
    pub title: String,
    /// The bureau's name.
    pub bureau: String,
    /// Whether demo data is loaded.
    pub demo: bool,
    /// The officer's name, when signed in.
    pub who: Option<String>,
    /// The post acted from: `中山所 · 承办人`.
    pub post: String,
    /// The navigation.
    pub nav: Vec<NavItem>,
    /// What was just done.
    pub flash: Option<String>,
    /// How old the numbers of the page may be, when they come from a replica.
    pub aged: Option<String>,
    /// The style sheet's address.
    pub style: &'static str,
    /// The style sheet of the public pages.
    pub public_style: &'static str,
    /// The script's address.
    pub script: &'static str,
}

/// An entry of the navigation: address, word, right, and the pages that belong to it without an entry of their own.
struct Part {
    href: &'static str,
    label: &'static str,
    right: Permission,
    holds: &'static [&'static str],
}

/// The navigation in order. Nobody sees more than eight entries (a test): what is looked at seldom is a card of the
/// settings, what waits for somebody is a way on from the work list.
const NAV: &[Part] = &[
    Part {
        href: "/work",
        label: "我的工作",
        right: Permission::ViewMatters,
        holds: &[
            "/papers",
            "/deliveries",
            "/exports",
            "/imports",
            "/leave",
            "/disputes",
            "/duty",
            "/day-log",
        ],
    },
    Part { href: "/desk", label: "接待台", right: Permission::Register, holds: &[] },
    Part { href: "/matters", label: "事项", right: Permission::ViewMatters, holds: &[] },
    Part { href: "/traders", label: "经营者", right: Permission::ViewTraders, holds: &[] },
    Part { href: "/odr", label: "先行和解", right: Permission::ViewMatters, holds: &[] },
    Part { href: "/callbacks", label: "回访", right: Permission::CallBack, holds: &[] },
    Part {
        href: "/figures",
        label: "统计",
        right: Permission::ViewFigures,
        holds: &["/operations", "/alarms"],
    },
    Part { href: "/people", label: "机构人员", right: Permission::KeepPeople, holds: &[] },
    Part { href: "/audit", label: "日志", right: Permission::Audit, holds: &[] },
    Part {
        href: "/settings",
        label: "设置",
        right: Permission::SeeSettings,
        holds: &["/forms", "/texts", "/tokens", "/webhooks", "/health", "/approvals"],
    },
];

/// The entries of a role; `here` is the part the page is in.
fn nav_of(role: Role, here: &str) -> Vec<NavItem> {
    let within = |part: &Part| std::iter::once(&part.href).chain(part.holds).any(|at| here.starts_with(at));
    let open = NAV.iter().filter(|part| role.may(part.right));
    open.map(|part| NavItem { href: part.href, label: part.label, current: within(part) }).collect()
}

impl Frame {
    /// The frame of a page for the actor of `ctx`.
    pub fn new(app: &App, ctx: &Ctx, title: impl Into<String>, here: &str) -> Self {
        let bureau = app.config.bureau();
        let mut frame = Self { title: title.into(), bureau, demo: app.config.demo, ..Self::bare() };
        if let Actor::Officer(officer) = &ctx.actor {
            frame.who = Some(officer.name.clone());
            let deputy = if officer.deputy_for.is_some() { "（代理）" } else { "" };
            frame.post = format!("{} · {}{deputy}", officer.unit_name, officer.role.label());
            frame.nav = nav_of(officer.role, here);
        }
        frame
    }

    /// A frame without application: samples and answers before there is one.
    pub fn bare() -> Self {
        Self {
            bureau: "市场监督管理局".to_owned(),
            style: crate::STYLE.path(),
            public_style: crate::PUBLIC_STYLE.path(),
            script: crate::SCRIPT.path(),
            ..Self::default()
        }
    }

    /// The same, saying how old what it shows may be.
    #[must_use]
    pub fn aged(mut self, age: Age) -> Self {
        if let Age::Behind(age) = age {
            let seconds = age.as_secs() + 1;
            self.aged = Some(format!("取自数据库从库：{seconds} 秒以内的办理可能还没有算入"));
        }
        self
    }

    /// The same with a word about what was just done.
    #[must_use]
    pub fn flash(mut self, words: Option<String>) -> Self {
        self.flash = words;
        self
    }
}

/// Renders a page.
///
/// # Errors
/// A fault when the template cannot be written.
pub fn page(template: &impl Template) -> Result<Response> {
    Ok(Body(template.render()?).into_response())
}

/// Renders a page with a form: 422 when the form has errors, so that programs notice too.
///
/// # Errors
/// A fault when the template cannot be written.
pub fn form_page(form: &Form, template: &impl Template) -> Result<Response> {
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = (status, Body(template.render()?)).into_response();
    if form.has_errors() {
        let (errors, refusal) = (form.errors().to_vec(), form.refusal().cloned());
        response.extensions_mut().insert(FormErrors { errors, refusal });
    }
    Ok(response)
}

/// What is wrong with a form that is shown again: rides on the answer, for programs that sent the form.
#[derive(Clone, Debug)]
pub struct FormErrors {
    /// (field, sentence) in the order found.
    pub errors: Vec<(String, String)>,
    /// The office's "no", when a command said it.
    pub refusal: Option<kernel::Refusal>,
}

/// What was done, in words, and the address of what a change made or changed: rides on a redirect, for programs.
#[derive(Clone, Debug)]
pub struct Done {
    /// The words the person sees on the next page.
    pub words: String,
    /// The address of the thing, where the redirect leads elsewhere.
    pub at: String,
}

/// Leads on as [`redirect`] does; `made` is the address of what was made, when the person is led elsewhere.
pub fn redirect_from(to: &str, made: &str, flash: &str) -> Response {
    let mut response = redirect(to, flash);
    response.extensions_mut().insert(Done { words: flash.to_owned(), at: made.to_owned() });
    response
}

/// Leads on after a change, with a word about what was done. Only paths of our own (SEC_17).
pub fn redirect(to: &str, flash: &str) -> Response {
    // A browser drops tabs and line ends from an address: `/\t/elsewhere` would become `//elsewhere`.
    let own =
        to.starts_with('/') && !to.starts_with("//") && !to.contains(|c: char| c == '\\' || c.is_control());
    let mut response = Redirect::to(if own { to } else { "/" }).into_response();
    let words: String = flash.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let cookie = format!("xb_flash={words}; Path=/; HttpOnly; SameSite=Lax; Max-Age=30");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.extensions_mut().insert(Done { words: flash.to_owned(), at: to.to_owned() });
    response
}

/// Bytes that never change under their address.
pub fn frozen(media: &'static str, bytes: &'static [u8]) -> Response {
    let headers =
        [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, bytes).into_response()
}

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    pub frame: Frame,
    pub sentence: String,
    pub hint: &'static str,
    pub back: String,
    pub request: String,
}

impl ProblemPage {
    pub(crate) fn new(frame: Frame, problem: &Problem, back: Option<String>, request: &str) -> Self {
        let (title, hint) = match problem {
            Problem::NotFound => ("没有找到", "请检查编号是否有误；也可以从事项列表中查找。"),
            Problem::SignIn => ("请先登录", "登录后请重新提交；接待台填写的内容已自动保存为草稿。"),
            Problem::Forbidden(_) => ("没有权限", "如确需办理，请切换岗位，或请有权限的同事办理。"),
            Problem::Refused(_) => ("暂时不能办理", "请按提示核对后再办理。"),
            Problem::Stale(_) => ("内容已经变化", "请返回查看最新情况，您填写的内容可用浏览器的后退键找回。"),
            Problem::Malformed(_) => ("请求不完整", "请返回上一页重新提交。"),
            Problem::Busy => ("系统正忙", "请稍候几秒再试。"),
            Problem::Away => {
                ("连接不上数据库", "数据库恢复后本系统自行继续，不用重新启动；请稍候再提交一次。")
            }
            Problem::Disk => ("磁盘故障", "没有保存任何内容。系统管理员处理后请再提交一次。"),
            Problem::Fault(_) => (
                "系统出错",
                "错误已经记录，没有保存任何不完整的内容。请稍后再试，或把下面的请求号告诉管理员。",
            ),
        };
        let sentence = if matches!(problem, Problem::Fault(_)) {
            "这一步没有完成。".to_owned()
        } else {
            problem.to_string()
        };
        let frame = Frame { title: title.to_owned(), ..frame };
        Self {
            frame,
            sentence,
            hint,
            back: back.unwrap_or_else(|| "/".to_owned()),
            request: request.to_owned(),
        }
    }
}

/// The page of a problem for the public: plain words, and a way on that needs no account.
#[derive(Template)]
#[template(path = "public_problem.html")]
pub(crate) struct PublicProblem {
    pub frame: Frame,
    pub sentence: String,
    pub hint: &'static str,
    pub back: String,
    pub request: String,
}

impl PublicProblem {
    pub(crate) fn new(frame: Frame, problem: &Problem, back: Option<String>, request: &str) -> Self {
        let office = ProblemPage::new(frame, problem, back, request);
        let (sentence, hint) = match problem {
            Problem::NotFound => ("没有这个页面，或者它已经过期。".to_owned(), "请从公众页面首页重新进入。"),
            Problem::Refused(_) | Problem::Stale(_) | Problem::Forbidden(_) => {
                (office.sentence, "请按提示处理；也可以拨打 12315。")
            }
            Problem::Malformed(_) => (office.sentence, "请返回上一页再试。"),
            Problem::Busy | Problem::Away | Problem::Disk => {
                (office.sentence, "请稍候几秒再试，也可以拨打 12315。")
            }
            Problem::SignIn | Problem::Fault(_) => {
                (office.sentence, "请稍后再试，或者拨打 12315，并告诉工作人员下面的请求号。")
            }
        };
        let back = if office.back == "/" { "/public".to_owned() } else { office.back };
        Self { frame: office.frame, sentence, hint, back, request: office.request }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_more_than_eight_ways_on_top() {
        for role in Role::ALL {
            let nav = nav_of(*role, "/forms/1");
            assert!((1..=8).contains(&nav.len()), "{}: {}", role.label(), nav.len());
            let marked: Vec<_> = nav.iter().filter(|item| item.current).map(|item| item.label).collect();
            let keeps = role.may(Permission::SeeSettings);
            assert_eq!(marked, if keeps { vec!["设置"] } else { vec![] }, "{}", role.label());
        }
    }
}
