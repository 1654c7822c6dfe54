//! What stands on every number and above every seal: full name, short names, words (字).

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use web::{App, Context, Form, Frame, Html, Result, Sample, form_page, page, redirect};

use crate::{
    form,
    number::{self, Numbering},
};

#[derive(Template)]
#[template(path = "papers/numbering.html")]
struct Page {
    frame: Frame,
    form: Form,
    seal: Html,
    site: Html,
    shorts: Vec<Html>,
    words: Vec<Html>,
}

/// (code, name) of every unit that may have a short name; the first is the bureau.
type Units = Vec<(String, String)>;

fn load(tx: &mut Tx) -> Result<(Units, Numbering)> {
    let units = number::signers(tx)?.into_iter().map(|unit| (unit.code, unit.name)).collect();
    Ok((units, number::numbering(tx)?))
}

fn build(frame: Frame, form: Form, units: &Units) -> Page {
    let short = |at: usize, code: &str, name: &str| {
        let hint = if at == 0 {
            format!("不填则用“{}”", number::short_of(name))
        } else {
            "以自己名义编号的单位才填；不填则用上级的文号".to_owned()
        };
        form.line(&format!("short_{code}"), name, &hint)
    };
    let shorts = units.iter().enumerate().map(|(at, (code, name))| short(at, code, name)).collect();
    let numbered = form::all().iter().filter(|form| form.is_numbered());
    let words = numbered.map(|own| form.line(&format!("word_{}", own.key), own.name(), "")).collect();
    let seal = form.line("seal", "落款的机关全称", "例如：哈尔滨市南岗区市场监督管理局");
    let hint = "印在文书的核验说明和二维码里，例如：https://12315.example.gov.cn；没有的留空，文书只印核验码";
    let site = form.line("site", "公众网页的网址", hint);
    Page { frame, seal, site, shorts, words, form }
}

fn filled(now: &Numbering) -> Form {
    let mut pairs = vec![("seal".to_owned(), now.seal.clone()), ("site".to_owned(), now.site.clone())];
    pairs.extend(now.shorts.iter().map(|(code, short)| (format!("short_{code}"), short.clone())));
    pairs.extend(now.words.iter().map(|(key, word)| (format!("word_{key}"), word.clone())));
    Form::filled(pairs.iter().map(|(name, value)| (name.as_str(), value.clone())))
}

pub(super) async fn ask(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let (units, now) = app.db.read(load).await?;
    page(&build(Frame::new(&app, &ctx, "文号和落款", "/forms"), filled(&now), &units))
}

pub(super) async fn store(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (units, now) = app.db.read(load).await?;
    // A program that does not know the field leaves it as it stands.
    let named = form.pairs().iter().any(|(name, _)| name == "site");
    let site = if named { form.text("site", 120) } else { now.site };
    let seal = form.text("seal", 60);
    let mut new = Numbering { seal, site, ..Numbering::default() };
    for (code, _) in &units {
        new.shorts.insert(code.clone(), form.text(&format!("short_{code}"), 20));
    }
    for own in form::all().iter().filter(|form| form.is_numbered()) {
        new.words.insert(own.key.clone(), form.text(&format!("word_{}", own.key), 10));
    }
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| number::set_numbering(tx, &by, &new)).await {
            Ok(()) => return Ok(redirect("/forms", "已保存；以后批准的文书按新的设置编号")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    let page = build(Frame::new(&app, &ctx, "文号和落款", "/forms"), form, &units);
    form_page(&page.form.clone(), &page)
}

pub(super) fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("seal", "请填写落款的机关全称");
    let units = vec![("23".to_owned(), "南岗分局".to_owned()), ("2301".to_owned(), "中山所".to_owned())];
    let frame = Frame { title: "文号和落款".into(), ..Frame::bare() };
    vec![Sample::of("numbering", &build(frame, form, &units))]
}
