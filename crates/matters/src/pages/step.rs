//! A small form about a matter: what is asked, and what happens when it is sent.

use askama::Template;
use axum::response::Response;
use kernel::Ctx;
use web::{App, Form, Frame, Html, Result, form_page, redirect};

use crate::{Matter, matter};

/// The page.
#[derive(Template)]
#[template(path = "matters/step.html")]
pub(super) struct Step {
    pub frame: Frame,
    pub number: String,
    pub lead: &'static str,
    pub form: Form,
    pub fields: Vec<Html>,
    pub action: String,
    pub button: &'static str,
}

/// What a small form about a matter says.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub button: &'static str,
}

/// Where a form belongs: whose request, which matter, and its address below the matter's.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub app: &'a App,
    pub ctx: &'a Ctx,
    pub number: &'a str,
    pub path: &'a str,
}

impl Desk<'_> {
    /// The page with the form, 422 when something is wrong with it.
    pub fn page(self, form: Form, words: &Words, fields: Vec<Html>) -> Result<Response> {
        let frame = Frame::new(self.app, self.ctx, words.title, "/matters");
        let action = format!("/matters/{}/{}", self.number, self.path);
        let number = self.number.to_owned();
        let page = Step { frame, number, lead: words.lead, form, fields, action, button: words.button };
        form_page(&page.form.clone(), &page)
    }

    /// Leads back to the matter when it was done; shows the form again with the refusal when not.
    pub fn answer(
        self,
        done: Result<()>,
        flash: &str,
        mut form: Form,
        words: &Words,
        fields: impl FnOnce(&Form) -> Vec<Html>,
    ) -> Result<Response> {
        match done {
            Ok(()) => Ok(redirect(&format!("/matters/{}", self.number), flash)),
            Err(problem) => {
                form.absorb(problem)?;
                let fields = fields(&form);
                self.page(form, words, fields)
            }
        }
    }

    /// The matter, within reach.
    pub async fn matter(self) -> Result<Matter> {
        let (ctx, number) = (self.ctx.clone(), self.number.to_owned());
        self.app.db.read(move |tx| matter::find(tx, &ctx, &number)).await
    }
}

impl Step {
    /// The page on sample data.
    pub fn sample(form: Form, fields: Vec<Html>, words: &Words) -> Self {
        Self {
            frame: Frame { title: words.title.into(), ..Frame::bare() },
            number: "TS-1".into(),
            lead: words.lead,
            form,
            fields,
            action: "/matters/1/step".into(),
            button: words.button,
        }
    }
}
