//! The page in print: A4, nothing on it but the paper; and small forms about a paper.

use askama::Template;
use axum::response::Response;
use kernel::{Ctx, PaperId};
use matters::Matter;
use web::{App, Form, Frame, Html, Result, form_page, redirect};

use crate::{
    document::{Block, Document},
    paper::{self, Paper},
    print::{self, Heading},
};

/// A paper in print.
#[derive(Template)]
#[template(path = "papers/print.html")]
pub(super) struct Sheet {
    pub title: String,
    pub style: &'static str,
    pub script: &'static str,
    /// What is said above it, on the screen only.
    pub words: String,
    /// Links above it: address and word.
    pub links: Vec<(String, &'static str)>,
    pub watermark: &'static str,
    pub pitch: &'static str,
    pub paper: Html,
}

impl Sheet {
    /// The page of `document`.
    pub fn new(document: &Document, heading: &Heading, watermark: &'static str) -> Self {
        Self {
            title: heading.number.clone().unwrap_or_else(|| heading.title.clone()),
            style: web::PAPER.path(),
            script: web::SCRIPT.path(),
            words: String::new(),
            links: Vec::new(),
            watermark,
            pitch: pitch(document, heading),
            paper: Html(print::html(document, heading, 1)),
        }
    }
}

/// How close the lines stand so that a paper fits one page, as the official samples do with forms 6, 8 and 9: by the lines
/// of 28 characters above the notes. What is longer flows on.
pub(crate) fn pitch(document: &Document, heading: &Heading) -> &'static str {
    let mut body = document.clone();
    body.blocks.retain(|block| !matches!(block, Block::Note(_)));
    let text = print::text(&body, heading);
    match text.lines().map(|line| line.chars().count().div_ceil(28).max(1)).sum::<usize>() {
        0..=20 => "",
        21..=28 => "tight",
        _ => "tight dense",
    }
}

/// A small form about a paper.
#[derive(Template)]
#[template(path = "papers/step.html")]
pub(super) struct Step {
    pub frame: Frame,
    /// Where “back” leads.
    pub back: String,
    /// What it is about.
    pub about: String,
    pub lead: String,
    pub form: Form,
    pub fields: Vec<Html>,
    pub action: String,
    pub button: &'static str,
}

impl Step {
    /// The page, 422 when something is wrong with it.
    pub fn answer(self) -> Result<Response> {
        form_page(&self.form.clone(), &self)
    }
}

/// Whose request, about which paper.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub app: &'a App,
    pub ctx: &'a Ctx,
    pub number: &'a str,
    pub id: PaperId,
}

impl Desk<'_> {
    /// The matter, within reach, and its paper.
    pub async fn load(self) -> Result<(Matter, Paper)> {
        let (ctx, number, id) = (self.ctx.clone(), self.number.to_owned(), self.id);
        self.app
            .db
            .read(move |tx| {
                let matter = matters::find(tx, &ctx, &number)?;
                let paper = paper::find(tx, &matter, id)?;
                Ok((matter, paper))
            })
            .await
    }

    /// The paper's address.
    pub fn address(self) -> String {
        format!("/matters/{}/papers/{}", self.number, self.id)
    }

    /// A small form about the paper.
    pub fn step(
        self,
        paper: &Paper,
        words: (&'static str, &str),
        last: &str,
        form: Form,
        fields: Vec<Html>,
    ) -> Step {
        let (title, lead) = words;
        Step {
            frame: Frame::new(self.app, self.ctx, title, "/matters"),
            back: self.address(),
            about: paper.name(),
            lead: lead.to_owned(),
            form,
            fields,
            action: format!("{}/{last}", self.address()),
            button: title,
        }
    }

    /// Back to the paper with a word about what was done.
    pub fn done(self, words: &str) -> Response {
        redirect(&self.address(), words)
    }
}
