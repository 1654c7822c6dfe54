//! Notices that take their time: noted when they leave, ended by their proof or by their failure.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{AttachmentId, NoticeId};
use law::{Law, Listed};
use web::{App, Context, Form, Html, Options, Problem, Result, Sample};

use super::step::{Desk, Step, Words};
use crate::{
    attachments, matter,
    notices::{self, KINDS, NewNotice, Notice, Proof},
    parties,
};

const NOTICE: Words = Words {
    title: "告知",
    lead: "用于短信、邮寄等当时还没有送达证明的告知。由系统发送的，送达记录自动存入本件；其他的送达以后请登记送达结果。没有证明不算已经告知。",
    button: "告知",
};

const DELIVERY: Words = Words {
    title: "登记送达结果",
    lead: "行政复议、诉讼中以送达证明为准，请填写录音编号、邮寄单号或者选择已上传的截图。",
    button: "登记",
};

fn listed(list: &[Listed]) -> Options {
    Listed::choices(list)
}

fn pairs(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

/// Who may be told, and by which channels the program sends.
struct Ways {
    people: Options,
    sends: Vec<&'static str>,
}

impl Ways {
    fn channels(&self) -> Options {
        let lists = &Law::in_use().classification;
        let word = |one: &Listed| {
            let by_program = self.sends.contains(&one.code.as_str());
            format!("{}{}", one.name, if by_program { "（由系统发送）" } else { "" })
        };
        lists.notice_channels.iter().map(|one| (one.code.clone(), word(one))).collect()
    }
}

fn notice_fields(form: &Form, ways: &Ways) -> Vec<Html> {
    let mut fields = vec![form.select("notice_kind", "告知事项", "", &pairs(KINDS))];
    if !ways.people.is_empty() {
        fields.push(form.select("party", "告知谁", "告知被投诉人、被举报人时不选", &ways.people));
    }
    let length = notices::measure(form.value("notice_channel"), form.value("text"));
    let hint =
        if length.is_empty() { "可以先填入本局的文本，再修改".to_owned() } else { length };
    fields.extend([
        form.select("notice_channel", "告知方式", "", &ways.channels()),
        form.line("address", "号码或者地址", "加密保存；不填则用当事人登记的电话或者通讯地址"),
        form.line("form_number", "文书编号", "没有可以不填"),
        Html("<div class=\"field\"><button class=\"button plain small\" type=\"submit\" name=\"fill\" value=\"yes\">填入文本</button></div>".to_owned()),
        form.area("text", "告知内容", &hint, 6),
        form.tick("is_sent", "已经自行发出，不由系统发送"),
    ]);
    fields
}

/// The form with the text in use for its kind and channel.
async fn fill(desk: Desk<'_>, mut form: Form, ways: &Ways) -> Result<Response> {
    let (kind, channel) = (form.value("notice_kind").to_owned(), form.value("notice_channel").to_owned());
    if kind.is_empty() || channel.is_empty() {
        form.error("notice_kind", "请先选择告知事项和告知方式，再填入文本");
    } else {
        let (by, seen) = (desk.ctx.clone(), desk.number.to_owned());
        let drafted = desk.app.db.read(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            notices::draft(tx, &by, &found, &notices::Draft { kind: &kind, channel: &channel })
        });
        match drafted.await {
            Ok(Some(text)) => form = form.with("text", text),
            Ok(None) => form.error("text", "这种告知还没有文本，请直接填写"),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let fields = notice_fields(&form, ways);
    desk.page(form, &NOTICE, fields)
}

async fn ways_of(desk: Desk<'_>) -> Result<Ways> {
    Ok(Ways { people: people_of(desk).await?, sends: notices::sends(&desk.app.config.data) })
}

/// What a link to the form may bring along: the notice that did not arrive.
#[derive(serde::Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    again: String,
}

async fn people_of(desk: Desk<'_>) -> Result<Options> {
    let (by, seen) = (desk.ctx.clone(), desk.number.to_owned());
    desk.app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            let people = parties::of(tx, &by, found.id)?;
            let words = |party: &parties::Party| format!("{} {}", party.role, party.name);
            Ok(people.iter().map(|party| (party.id.to_string(), words(party))).collect())
        })
        .await
}

pub(super) async fn ask_notice(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "notices" };
    let form = match asked.again.parse().ok() {
        Some(id) => again(open_notice(desk, id).await?.0),
        None => Form::default(),
    };
    let fields = notice_fields(&form, &ways_of(desk).await?);
    desk.page(form, &NOTICE, fields)
}

/// The form for another try of a notice; where it goes is asked anew.
fn again(notice: Notice) -> Form {
    let party = notice.party.map(|party| party.to_string()).unwrap_or_default();
    Form::filled([
        ("notice_kind", notice.kind),
        ("party", party),
        ("form_number", notice.form_number.unwrap_or_default()),
        ("text", notice.text),
    ])
}

pub(super) async fn notice(
    State(app): State<App>,
    Context(ctx): Context,
    Path(number): Path<String>,
    mut form: Form,
) -> Result<Response> {
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: "notices" };
    let form_number = form.text("form_number", 60);
    let new = NewNotice {
        kind: form.value("notice_kind").to_owned(),
        party: form.id("party"),
        channel: form.value("notice_channel").to_owned(),
        address: form.text("address", 200),
        text: form.text("text", 5000),
        form_number: (!form_number.is_empty()).then_some(form_number),
    };
    form.refuse_masked(&["address"]);
    let ways = ways_of(desk).await?;
    if form.checked("fill") {
        return fill(desk, form, &ways).await;
    }
    if form.has_errors() {
        let fields = notice_fields(&form, &ways);
        return desk.page(form, &NOTICE, fields);
    }
    let (by, seen, left) = (ctx.clone(), number.clone(), form.checked("is_sent"));
    let planned = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        let id = notices::plan(tx, &by, &found, &new)?;
        if left { notices::sent(tx, &by, &found, id, None) } else { Ok(()) }
    });
    desk.answer(planned.await, "已登记告知", form, &NOTICE, |form| notice_fields(form, &ways))
}

/// What can be said of a notice that is on its way.
const RESULTS: &[(&str, &str)] = &[("delivered", "已送达"), ("failed", "没有送达"), ("sent", "刚刚发出")];

fn delivery_fields(form: &Form, files: &Options) -> Vec<Html> {
    let lists = &Law::in_use().classification;
    let mut fields = vec![
        form.radios("result", "结果", "", &pairs(RESULTS)),
        form.input("notice_on", "时间", "不填为现在", "datetime-local", ""),
        form.select("proof_kind", "送达证明", "没有送达时不选", &listed(&lists.proofs)),
        form.line("proof", "证明编号或者没有送达的原因", "例如：录音编号、邮寄单号；拒收、查无此人"),
    ];
    if !files.is_empty() {
        fields.push(form.select("file", "证明附件", "请先在事项页面上传", files));
    }
    fields
}

/// The open notice, and the files that may prove it.
async fn open_notice(desk: Desk<'_>, id: NoticeId) -> Result<(Notice, Options)> {
    let (by, seen) = (desk.ctx.clone(), desk.number.to_owned());
    desk.app
        .db
        .read(move |tx| {
            let found = matter::find(tx, &by, &seen)?;
            let notice = notices::of(tx, found.id)?.into_iter().find(|notice| notice.id == id);
            let files = attachments::of(tx, found.id)?;
            let files = files.iter().map(|file| (file.id.to_string(), file.name.clone())).collect();
            Ok((notice.ok_or(Problem::NotFound)?, files))
        })
        .await
}

pub(super) async fn ask_delivery(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, NoticeId)>,
) -> Result<Response> {
    let path = format!("notices/{id}/delivery");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    let (_, files) = open_notice(desk, id).await?;
    let form = Form::default();
    let fields = delivery_fields(&form, &files);
    desk.page(form, &DELIVERY, fields)
}

pub(super) async fn delivery(
    State(app): State<App>,
    Context(ctx): Context,
    Path((number, id)): Path<(String, NoticeId)>,
    mut form: Form,
) -> Result<Response> {
    let path = format!("notices/{id}/delivery");
    let desk = Desk { app: &app, ctx: &ctx, number: &number, path: &path };
    let (_, files) = open_notice(desk, id).await?;
    let result = form.choice("result", RESULTS.iter().map(|(code, _)| *code), "请选择结果");
    let file: Option<AttachmentId> = form.id("file");
    let proof = Proof {
        at: form.instant("notice_on"),
        kind: form.value("proof_kind").to_owned(),
        words: form.text("proof", 200),
        attachment: file.filter(|id| files.iter().any(|(code, _)| *code == id.to_string())),
    };
    if form.has_errors() {
        let fields = delivery_fields(&form, &files);
        return desk.page(form, &DELIVERY, fields);
    }
    let (by, seen) = (ctx.clone(), number.clone());
    let noted = app.db.write(move |tx| {
        let found = matter::find(tx, &by, &seen)?;
        match result.as_str() {
            "sent" => notices::sent(tx, &by, &found, id, proof.at),
            "failed" => notices::failed(tx, &by, &found, id, &proof.words),
            _ => notices::delivered(tx, &by, &found, id, &proof),
        }
    });
    desk.answer(noted.await, "已登记送达结果", form, &DELIVERY, |form| delivery_fields(form, &files))
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("proof", "请填写送达证明");
    form.error("text", "请填写告知内容");
    let some: Options = vec![("1".into(), "投诉人 王*".into())];
    let ways = Ways { people: some.clone(), sends: vec!["sms"] };
    vec![
        Sample::of("notice", &Step::sample(form.clone(), notice_fields(&form, &ways), &NOTICE)),
        Sample::of("delivery", &Step::sample(form.clone(), delivery_fields(&form, &some), &DELIVERY)),
    ]
}
