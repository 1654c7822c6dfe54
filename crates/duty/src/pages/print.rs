//! The roster of a month in print: A4, page numbers.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use web::{App, Context, Html, PAPER, Problem, Result, SCRIPT, Sample, escape, page};

use super::{Asked, word_file};
use crate::{
    listing::names,
    paper::{self, whose},
    place,
    roster::{self, Day},
    rules::weekday,
};

/// A page to be printed.
#[derive(Template)]
#[template(path = "duty/print.html")]
pub(super) struct Print {
    pub title: String,
    pub style: &'static str,
    pub script: &'static str,
    pub back: String,
    pub back_words: &'static str,
    pub paper: Html,
}

impl Print {
    /// A page with `paper` and the way back.
    pub fn of(title: String, back: String, back_words: &'static str, paper: Html) -> Self {
        Self { title, style: PAPER.path(), script: SCRIPT.path(), back, back_words, paper }
    }
}

fn roster_paper(bureau: &str, unit: &str, title: &str, days: &[Day], at: &str) -> Html {
    use std::fmt::Write as _;
    let mut text = format!(
        "<h1 class=\"title\">{}值班表</h1><p class=\"number\">{}</p><table><thead><tr><th scope=\"col\">日期</th>\
         <th scope=\"col\">班次</th><th scope=\"col\">带班领导</th><th scope=\"col\">值班人员</th></tr></thead><tbody>",
        escape(&whose(bureau, unit)),
        escape(title)
    );
    for day in days {
        for cell in &day.cells {
            let special = if day.words == "工作日" { String::new() } else { format!(" {}", day.words) };
            let _ = write!(
                text,
                "<tr><td>{} {}{}</td><td>{} {}</td><td>{}</td><td>{}</td></tr>",
                day.day,
                weekday(day.day),
                escape(&special),
                escape(&cell.shift.name),
                cell.shift.hours.words(),
                escape(&names(&cell.leaders)),
                escape(&names(&cell.officers)),
            );
        }
    }
    let _ = write!(text, "</tbody></table><div class=\"notes\"><p>打印时间：{at}</p></div>");
    Html(text)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (first, last) = asked.days(&ctx);
    let by = ctx.clone();
    let (unit, days) = app
        .db
        .read(move |tx| {
            let unit = place::find(tx, &by, &asked.unit)?;
            let days = roster::of_unit(tx, &unit, first, last)?;
            Ok::<_, Problem>((unit, days))
        })
        .await?;
    let title = format!("{} 年 {} 月", first.year(), first.month());
    let at = kernel::office_minute(ctx.now);
    let paper = roster_paper(&app.config.bureau(), &unit.name, &title, &days, &at);
    let back = format!("/duty?unit={}&month={}", unit.code, first.strftime("%Y-%m"));
    page(&Print::of(format!("{}值班表 {title}", unit.name), back, "返回值班表", paper))
}

/// The roster of a month as a paper, with the name of its file.
///
/// # Errors
/// [`Problem::NotFound`] beyond the actor's reach.
pub fn paper(
    tx: &mut db::Tx,
    ctx: &kernel::Ctx,
    bureau: &str,
    asked: &Asked,
) -> Result<(String, gongwen::Paper)> {
    let (first, last) = asked.days(ctx);
    let unit = place::find(tx, ctx, &asked.unit)?;
    let days = roster::of_unit(tx, &unit, first, last)?;
    let paper = paper::roster((bureau, &unit.name), first, &days, ctx.today());
    Ok((format!("{}{}年{}月值班表", unit.name, first.year(), first.month()), paper))
}

pub(super) async fn docx(
    State(app): State<App>,
    Context(ctx): Context,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let bureau = app.config.bureau();
    let (name, paper) = app.db.read(move |tx| paper(tx, &ctx, &bureau, &asked)).await?;
    word_file(&name, &paper)
}

pub(super) fn samples() -> Vec<Sample> {
    let days = [super::month::sample_day()];
    let paper = roster_paper("南岗分局", "中山所", "2026 年 10 月", &days, "2026-09-23 09:00");
    let print = Print::of("值班表".to_owned(), "/duty".to_owned(), "返回值班表", paper);
    vec![Sample::of("duty_print", &print)]
}
