//! Giving notice with a paper: a planned notice bears its number, so that the proof of delivery refers to it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{PaperId, Refusal};
use law::Law;
use matters::{
    notices::{self, NewNotice},
    parties,
};
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, redirect};

use super::sheet::{Desk, Step};
use crate::{
    opening,
    paper::{self, Paper},
    values::SECRET,
};

const WORDS: (&str, &str) = (
    "送达文书",
    "登记一份待送达的告知，带上本文书的文号；寄出、送达以后在事项页面登记送达结果和证明，没有证明不算已经告知。",
);

fn fields(form: &Form, people: &Options) -> Vec<Html> {
    let lists = &Law::in_use().classification;
    let channels: Options =
        lists.notice_channels.iter().map(|one| (one.code.clone(), one.name.clone())).collect();
    vec![
        form.select("party", "送达谁", "送达被投诉人、被举报人时不选", people),
        form.select("notice_channel", "送达方式", "", &channels),
        form.line("address", "号码或者地址", "加密保存，可以不填"),
        form.area("text", "告知内容", "不要写个人信息", 3),
    ]
}

/// The numbered paper that stands, for who may handle its matter.
async fn load(desk: Desk<'_>) -> Result<(Paper, Options)> {
    let (ctx, number, id) = (desk.ctx.clone(), desk.number.to_owned(), desk.id);
    desk.app
        .db
        .read(move |tx| {
            let matter = matters::find(tx, &ctx, &number)?;
            let paper = paper::find(tx, &matter, id)?;
            paper::may_draft(&ctx, paper.form()?, &matter)?;
            if paper.number.is_none() || !paper.state.stands() {
                let words = "只有已经批准、取得文号且没有作废的文书才能送达";
                return Err(Refusal::new("paper_not_approved", words).into());
            }
            let hidden = opening::closed(&ctx, matter.kind) == crate::values::Sight::Hidden;
            let name = |party: &parties::Party| if hidden { SECRET.to_owned() } else { party.name.clone() };
            let people = parties::of(tx, &ctx, matter.id)?;
            let people =
                people.iter().map(|party| (party.id.to_string(), format!("{} {}", party.role, name(party))));
            Ok::<_, Problem>((paper, people.collect()))
        })
        .await
}

pub(super) async fn ask(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (paper, people) = load(desk).await?;
    let text = format!("《{}》（{}）", paper.title, paper.number.clone().unwrap_or_default());
    let form = Form::filled([("text", text)]);
    let fields = fields(&form, &people);
    desk.step(&paper, WORDS, "service", form, fields).answer()
}

pub(super) async fn plan(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, PaperId)>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, id };
    let (paper, people) = load(desk).await?;
    let new = NewNotice {
        kind: paper.notice_kind.clone(),
        party: form.id("party"),
        channel: form.value("notice_channel").to_owned(),
        address: form.text("address", 200),
        text: form.text("text", 5000),
        form_number: paper.number.clone(),
    };
    form.refuse_masked(&["address"]);
    if !form.has_errors() {
        let (by, seen) = (ctx.clone(), number.clone());
        let planned = app.db.write(move |tx| {
            let matter = matters::find(tx, &by, &seen)?;
            notices::plan(tx, &by, &matter, &new)
        });
        match planned.await {
            Ok(_) => {
                let words = "已登记待送达的告知，送达后请登记结果和证明";
                return Ok(redirect(&format!("/matters/{number}"), words));
            }
            Err(problem) => form.absorb(problem)?,
        }
    }
    let fields = fields(&form, &people);
    desk.step(&paper, WORDS, "service", form, fields).answer()
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("text", "请填写告知内容");
    let fields = fields(&form, &vec![("1".into(), "投诉人 王*".into())]);
    let frame = Frame { title: WORDS.0.to_owned(), ..Frame::bare() };
    let (back, action) = ("/matters/1".to_owned(), "/matters/1/papers/1/service".to_owned());
    let about = "投诉受理决定书".to_owned();
    let step = Step { frame, back, about, lead: WORDS.1.to_owned(), form, fields, action, button: WORDS.0 };
    vec![Sample::of("paper_service", &step)]
}
