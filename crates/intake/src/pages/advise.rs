//! Suggestions while the desk types: asked by the script as one types, or by a button that sends the form back with everything kept.

use advice::{Advice, Aside, Part, Typed};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use db::Tx;
use kernel::{Ctx, Permission, Refusal, UnitId};
use matters::{Kind, Matter, Phase, relations};
use web::{App, Context, Form, Html as Markup, Problem, Result};

use super::desk::{desk_frame, desk_page};

/// The script asks for the part of the page only.
const PART: &str = "x-part";

async fn asked(app: &App, ctx: &Ctx, form: &Form) -> Result<Advice> {
    let (by, typed, data) = (ctx.clone(), Typed::of(form), app.config.data.clone());
    app.db.read(move |tx| advice::advise(tx, &by, &advice::models(&data), &typed)).await
}

/// The form with the suggestion taken up that was pressed.
fn taken_up(form: Form, advice: &Advice) -> Form {
    let pressed = form.value("accept").to_owned();
    if pressed == "undo:unit" {
        return form.with("assign_unit", String::new());
    }
    let guess = advice.guesses.iter().find(|guess| guess.key() == pressed);
    let fill = guess.map(|guess| guess.fill.clone()).unwrap_or_default();
    fill.into_iter().fold(form, |form, (name, value)| form.with(name, value))
}

pub(super) async fn suggest(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    let advice = asked(&app, &ctx, &form).await?;
    if headers.contains_key(PART) {
        return Ok(Html(Aside::of(advice).html()?.0).into_response());
    }
    let form = taken_up(form, &advice).with("advised", "yes".to_owned());
    let advice = asked(&app, &ctx, &form).await?;
    desk_page(&app, desk_frame(&app, &ctx), &ctx, form, None, &Aside::of(advice)).await
}

/// What was suggested for a form that is registered, and what the form says in its place.
pub(super) struct Advised {
    advice: Option<Advice>,
    form: Typed,
}

impl Advised {
    /// What is suggested for the form, where its writer has seen suggestions. A fault is none: nothing waits for advice.
    pub async fn of(app: &App, ctx: &Ctx, form: &Form) -> Self {
        let advice = if form.checked("advised") { asked(app, ctx, form).await.ok() } else { None };
        Self { advice, form: Typed::of(form) }
    }

    /// Does with the matter what was taken up, and keeps what became of each suggestion.
    pub fn follow(&self, tx: &mut Tx, ctx: &Ctx, matter: &mut Matter) -> Result<()> {
        self.tie(tx, ctx, matter)?;
        let Some(advice) = &self.advice else { return Ok(()) };
        let unit = self.hand_on(tx, ctx, matter, advice)?;
        let mut chosen = self.form.chosen.clone();
        chosen
            .iter_mut()
            .filter(|(part, _)| *part == Part::Unit)
            .for_each(|(_, code)| code.clone_from(&unit));
        advice::keep(tx, ctx, matter.id, advice, &chosen)
    }

    /// Links the earlier matter that is about the same thing.
    fn tie(&self, tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<()> {
        let number = self.form.chosen(Part::Repeat);
        if number.is_empty() {
            return Ok(());
        }
        let unknown = || Refusal::new("repeat_of", "没有找到这个编号的事项，请核对或者清空").at("repeat_of");
        let earlier = match matters::find(tx, ctx, number) {
            Err(Problem::NotFound) => return Err(unknown().into()),
            found => found?,
        };
        // What a report is about never shows beside what its reporter said elsewhere (第三十七条).
        if (earlier.kind == Kind::Report) != (matter.kind == Kind::Report) {
            return Err(unknown().into());
        }
        relations::link(tx, ctx, matter, &earlier, "related", "登记时看到可能是同一件事")
    }

    /// Hands the matter to the unit that was taken up; the unit that counts as chosen, none where nobody chose.
    fn hand_on(&self, tx: &mut Tx, ctx: &Ctx, matter: &mut Matter, advice: &Advice) -> Result<String> {
        let Some(guess) = advice.guesses.iter().find(|guess| guess.part == Part::Unit) else {
            return Ok(String::new());
        };
        let taken = self.form.chosen(Part::Unit) == guess.code && ctx.may(Permission::Dispatch).is_ok();
        let unit: Option<UnitId> = guess.code.parse().ok().filter(|unit| taken && *unit != matter.unit);
        if let Some(unit) = unit.filter(|_| matter.phase != Phase::Done) {
            matters::assign(tx, ctx, matter, unit, None, &guess.reason)?;
        }
        Ok(if matter.unit.to_string() == guess.code { guess.code.clone() } else { String::new() })
    }
}

/// The aside of the sample page.
pub(super) fn aside_sample() -> Markup {
    let advice = Advice { basis: "规则建议（未训练）".to_owned(), ..Advice::default() };
    Aside::of(advice).html().unwrap_or_default()
}
