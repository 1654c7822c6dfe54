//! The book of a day in print: A4, page numbers, the seal.

use std::fmt::Write as _;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::civil::Date;
use web::{App, Context, Html, Result, escape, page};

use super::{Seen, Wish, seen};
use crate::{
    book::{Line, PRINTED},
    pages::{PaperWish, day_of, print::Print, word_file},
    paper::{Book, day_log, whose},
    rules::{day_words, weekday},
    seal::Seal,
};

fn rows(lines: &[Line]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let later = if line.later { "（封存后补记）" } else { "" };
        let _ = write!(
            text,
            "<tr><td>{}</td><td><span class=\"nw\">{}</span></td><td>{} <span class=\"nw\">{}</span></td><td>{}</td><td>{}{later}</td><td>{}</td><td><span class=\"nw\">{}</span></td></tr>",
            at + 1,
            line.at,
            line.kind,
            escape(&line.number),
            escape(&line.title),
            escape(&line.what),
            escape(&line.who),
            escape(&line.unit),
        );
    }
    text
}

fn seal_words(seal: Option<&Seal>) -> String {
    seal.map_or_else(
        || "本日尚未封存。".to_owned(),
        |seal| {
            let at = kernel::office_minute(seal.at);
            format!(
                "{at} 封存，全局日志 {} 行，摘要（SM3）{}；可用 xiaobao day-log verify 核对。",
                seal.rows, seal.digest
            )
        },
    )
}

pub(super) fn of(bureau: &str, day: Date, seen: &Seen, at: &str) -> Html {
    let words = day_words(&law::Law::in_use().calendar, day);
    let mut text = format!(
        "<h1 class=\"title\">{}申诉举报日记</h1><p class=\"number\">{day} {} {}</p><p>当班：{}</p>",
        escape(&whose(bureau, &seen.unit.name)),
        weekday(day),
        escape(&words),
        if seen.duty.is_empty() { "没有值班表".to_owned() } else { escape(&seen.duty.join("；")) },
    );
    for count in &seen.counts {
        let _ = write!(
            text,
            "<p>{}：接收 {}，办理 {}，告知 {}</p>",
            escape(&count.unit),
            count.intake,
            count.acts,
            count.notices
        );
    }
    if seen.lines.is_empty() {
        text.push_str("<p>本日没有记录。</p>");
    } else {
        let head = ["序号", "时间", "事项", "事由", "办理", "人员", "承办单位"];
        let head: String = head.iter().map(|word| format!("<th scope=\"col\">{word}</th>")).collect();
        let _ =
            write!(text, "<table><thead><tr>{head}</tr></thead><tbody>{}</tbody></table>", rows(&seen.lines));
    }
    if seen.next.is_some() {
        let _ = write!(text, "<p>只印前 {PRINTED} 行，其余请按下属单位分别打印。</p>");
    }
    text.push_str("<h2>备注和更正</h2>");
    if seen.remarks.is_empty() {
        text.push_str("<p>无</p>");
    }
    for remark in &seen.remarks {
        let _ = write!(
            text,
            "<p>〔{}〕{}（{}）</p>",
            remark.kind.label(),
            escape(&remark.words),
            escape(&remark.signed())
        );
    }
    let seal = escape(&seal_words(seen.seal.as_ref()));
    let _ = write!(text, "<div class=\"notes\"><p>{seal}</p><p>打印时间：{at}</p></div>");
    Html(text)
}

pub(in crate::pages) async fn print(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response> {
    let (day, by) = (day_of(&key)?, ctx.clone());
    let wish = Wish { unit: wish.unit, ..Wish::default() };
    let seen = app.db.read(move |tx| seen(tx, &by, day, &wish, PRINTED)).await?;
    let paper = of(&app.config.bureau(), day, &seen, &kernel::office_minute(ctx.now));
    let back = format!("/day-log/{day}?{}", web::query_of(&[("unit", &seen.unit.code)]));
    page(&Print::of(format!("{day} 申诉举报日记"), back, "返回日记", paper))
}

/// The book of a day as a paper, with the name of its file; `day` as in the address.
///
/// # Errors
/// [`web::Problem::NotFound`] beyond the actor's reach, or for what is no day.
pub fn paper(
    tx: &mut db::Tx,
    ctx: &kernel::Ctx,
    bureau: &str,
    (key, asked): (&str, &PaperWish),
) -> Result<(String, gongwen::Paper)> {
    let day = day_of(key)?;
    let seen = seen(tx, ctx, day, &Wish { unit: asked.unit.clone(), ..Wish::default() }, PRINTED)?;
    let count = |count: &crate::book::Count| {
        format!("{}：接收{}，办理{}，告知{}。", count.unit, count.intake, count.acts, count.notices)
    };
    let book = Book {
        bureau,
        unit: &seen.unit.name,
        day,
        words: day_words(&law::Law::in_use().calendar, day),
        duty: &seen.duty,
        counts: seen.counts.iter().map(count).collect(),
        lines: &seen.lines,
        has_more: seen.next.is_some(),
        remarks: &seen.remarks,
        seal: seal_words(seen.seal.as_ref()),
    };
    Ok((format!("{}{day}申诉举报日记", seen.unit.name), day_log(&book)))
}

pub(in crate::pages) async fn docx(
    State(app): State<App>,
    Context(ctx): Context,
    Path(key): Path<String>,
    Query(asked): Query<PaperWish>,
) -> Result<Response> {
    let bureau = app.config.bureau();
    let (name, paper) = app.db.read(move |tx| paper(tx, &ctx, &bureau, (&key, &asked))).await?;
    word_file(&name, &paper)
}
