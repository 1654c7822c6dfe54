//! The aside of the desk, and the page of what became of suggestions.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Ctx, OfficerId, Permission};
use matters::ways::Way;
use serde::Deserialize;
use web::{App, Context, Frame, Html, May, Options, Result, Routes, Sample, page};

use crate::{
    Advice, Guess, models,
    months::{self, Drifted, Month},
};

/// The routes of this crate: whoever is signed in sees the office's figures and his own.
pub fn routes() -> Routes {
    Routes::new().get("/advice", May::SignedIn, show)
}

/// Suggestions beside a form, as a part of its page.
#[derive(Template)]
#[template(path = "advice/aside.html")]
pub struct Aside {
    advice: Advice,
    asked: bool,
    next: Option<String>,
}

impl Aside {
    /// Before anything was asked.
    pub fn empty(data: &std::path::Path) -> Self {
        let models = models(data);
        let faults = models.faults().map(str::to_owned).collect();
        let advice = Advice { basis: models.words(), faults, ..Advice::default() };
        Self { advice, asked: false, next: None }
    }

    /// What is suggested.
    pub fn of(advice: Advice) -> Self {
        let next = advice.guesses.iter().find(|guess| guess.is_open()).map(Guess::key);
        Self { advice, asked: true, next }
    }

    fn is_next(&self, guess: &Guess) -> bool {
        self.next.as_ref() == Some(&guess.key())
    }

    /// As markup.
    ///
    /// # Errors
    /// A fault when the template cannot be written.
    pub fn html(&self) -> Result<Html> {
        Ok(Html(self.render()?))
    }
}

#[derive(Template)]
#[template(path = "advice/months.html")]
struct Page {
    frame: Frame,
    basis: String,
    faults: Vec<String>,
    /// Whose own figures stand first: name and rows; none for an administrator who chose nobody.
    own: Option<(String, Vec<Month>)>,
    office: Vec<Month>,
    drift: Vec<Drifted>,
    /// For the administrator: officers by name, and the one chosen.
    officers: Options,
    chosen: String,
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    officer: String,
}

/// Whose figures may be seen: one's own, and any officer's by the administrator.
fn whose(ctx: &Ctx, asked: &Asked, officers: &Options) -> Result<Option<(OfficerId, String)>> {
    if ctx.may(Permission::KeepPeople).is_err() {
        let own = ctx.officer()?;
        return Ok(Some((own.id, own.name.clone())));
    }
    let chosen = officers.iter().find(|(id, _)| *id == asked.officer);
    Ok(chosen.and_then(|(id, name)| Some((id.parse().ok()?, name.clone()))))
}

async fn show(State(app): State<App>, Context(ctx): Context, Query(asked): Query<Asked>) -> Result<Response> {
    let (by, models) = (ctx.clone(), models(&app.config.data));
    let (basis, faults) = (models.words(), models.faults().map(str::to_owned).collect());
    let keeps = ctx.may(Permission::KeepPeople).is_ok();
    let frame = Frame::new(&app, &ctx, "建议的准确率", if keeps { "/settings" } else { "/desk" });
    let read = move |tx: &mut db::Tx| {
        let officers = if keeps { months::officers(tx)? } else { Options::new() };
        let own = match whose(&by, &asked, &officers)? {
            Some((id, name)) => Some((name, months::months(tx, by.today(), Some(id))?)),
            None => None,
        };
        let office = months::months(tx, by.today(), None)?;
        let drift = months::drift(tx, by.today(), &models)?;
        Ok::<_, web::Problem>(Page {
            frame,
            basis,
            faults,
            own,
            office,
            drift,
            officers,
            chosen: asked.officer,
        })
    };
    page(&app.db.read(read).await?)
}

/// The way to the figures for whoever reads and has no desk that leads there.
///
/// # Errors
/// None; the list of ways asks each the same way.
pub fn way(_: &mut db::Tx, ctx: &Ctx) -> Result<Option<Way>> {
    let elsewhere =
        [Permission::Register, Permission::KeepPeople].into_iter().any(|right| ctx.may(right).is_ok());
    let way = Way { href: "/advice", label: "登记建议的准确率", count: 0, what: "" };
    Ok((!elsewhere).then_some(way))
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    let month =
        Month { month: "2026-09".into(), part: "问题类别", accepted: 5, changed: 1, ..Month::default() };
    let drifted =
        Drifted { part: "问题类别", month: "2026-09".into(), words: "PSI 0.31".into(), colour: "late" };
    let months = Page {
        frame: Frame::bare(),
        basis: "规则建议（未训练）".into(),
        faults: vec!["模型已损坏".into()],
        own: Some(("张三".into(), vec![month.clone()])),
        office: vec![month],
        drift: vec![drifted],
        officers: vec![("1".into(), "张三".into())],
        chosen: String::new(),
    };
    vec![Sample::of("months", &months)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;

    fn sample_guess(part: Part, fill: &'static str) -> Guess {
        Guess {
            part,
            code: "G01.10".into(),
            name: "一般食品 / 乳制品".into(),
            share: Some(0.93),
            sure: true,
            basis: "rules".into(),
            reason: "因为写了：牛奶".into(),
            fill: vec![(fill, "G01.10".into())],
            taken: false,
        }
    }

    #[test]
    fn what_can_be_taken_up_has_one_key_and_what_was_written_is_escaped() {
        let mut first = sample_guess(Part::Goods, "goods");
        first.taken = true;
        let mut second = sample_guess(Part::Problem, "problem");
        second.reason = "因为写了：<script>alert(1)</script>".into();
        let third = sample_guess(Part::Kind, "kind");
        let advice = Advice { guesses: vec![first, second, third], ..Advice::default() };
        let html = Aside::of(advice).html().unwrap().0;
        assert_eq!(html.matches("data-key=\"F7\"").count(), 1, "{html}");
        assert!(!html.contains("<script>"), "{html}");
        assert_eq!(html.matches("name=\"accept\"").count(), 2, "{html}");
    }
}
