//! 核验文书: the public page on which anybody checks a paper (SEC_54). It needs no account, tells nothing about a person, and
//! answers a wrong number and a wrong code alike.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use matters::receipts::Tried;
use serde::Deserialize;
use web::{App, Context, Form, Frame, Result, Sample, form_page, page};

use crate::verify::{self, Genuine};

#[derive(Template)]
#[template(path = "papers/verify.html")]
struct Page {
    frame: Frame,
    form: Form,
    found: Option<Genuine>,
}

const TITLE: &str = "核验文书";

/// What the QR code of a paper carries.
#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

/// The question; a QR code has filled it in, and pressing the button is what checks it.
pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Query(carried): Query<Carried>,
) -> Result<Response> {
    let form = Form::filled([("number", carried.number), ("code", carried.code)]);
    page(&Page { frame: Frame::new(&app, &ctx, TITLE, "/public"), form, found: None })
}

pub(super) async fn answer(
    State(app): State<App>,
    Context(ctx): Context,
    mut form: Form,
) -> Result<Response> {
    let number = form.required("number", "请填写文书上的文号", 60);
    let code = form.required("code", "请填写文书上的核验码", 60);
    let mut found = None;
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| verify::verify(tx, &by, &number, &code)).await? {
            Tried::Opened(genuine) => found = Some(genuine),
            Tried::Wrong => form.error(
                "",
                "没有查到：文号或者核验码不对，请对照文书再填一次。仍查不到的，这份文书可能不是本局出具的，请拨打 12315 核实",
            ),
            Tried::Wait(seconds) => form.error("", format!("填错的次数太多，请 {seconds} 秒后再试")),
        }
    }
    form_page(&form.clone(), &Page { frame: Frame::new(&app, &ctx, TITLE, "/public"), form, found })
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("number", "请填写文书上的文号");
    let frame = || Frame { title: TITLE.into(), ..Frame::bare() };
    let genuine = |is_void| Genuine {
        title: "投诉受理决定书".into(),
        number: "南岗市监投受〔2026〕第1号".into(),
        bureau: "哈尔滨市南岗区市场监督管理局".into(),
        day: "2026年10月8日".into(),
        is_void,
    };
    vec![
        Sample::of("verify", &Page { frame: frame(), form, found: None }),
        Sample::of("verified", &Page { frame: frame(), form: Form::default(), found: Some(genuine(false)) }),
        Sample::of(
            "verified void",
            &Page { frame: frame(), form: Form::default(), found: Some(genuine(true)) },
        ),
    ]
}
