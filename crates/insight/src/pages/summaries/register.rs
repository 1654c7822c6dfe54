//! The register of numbers (发文登记): every number taken, the void ones too.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::office_minute;
use web::{App, Context, Frame, Result, Sample, page};

use crate::summary::{self, State as Standing, Taken};

struct Line {
    id: String,
    words: String,
    title: String,
    unit: String,
    at: String,
    state: Standing,
    is_void: bool,
}

#[derive(Template)]
#[template(path = "insight/register.html")]
struct Register {
    frame: Frame,
    lines: Vec<Line>,
}

fn line(taken: &Taken) -> Line {
    Line {
        id: taken.id.to_string(),
        words: taken.words.clone(),
        title: taken.title.clone(),
        unit: taken.unit.clone(),
        at: office_minute(taken.at),
        state: taken.state,
        is_void: taken.state == Standing::Discarded,
    }
}

pub(super) async fn show(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let by = ctx.clone();
    let taken = app.db.read(move |tx| summary::register(tx, &by)).await?;
    let frame = Frame::new(&app, &ctx, "发文登记", "/figures");
    page(&Register { frame, lines: taken.iter().map(line).collect() })
}

pub(super) fn samples() -> Vec<Sample> {
    let line = |state: Standing| Line {
        id: "1".into(),
        words: "消保通〔2026〕3号".into(),
        title: "关于2026年9月消费投诉举报办理情况的通报".into(),
        unit: "南岗分局".into(),
        at: "2026-10-01 09:00".into(),
        state,
        is_void: state == Standing::Discarded,
    };
    let lines = vec![line(Standing::Approved), line(Standing::Discarded)];
    vec![
        Sample::of("summary_register", &Register { frame: Frame::bare(), lines }),
        Sample::of("summary_register_empty", &Register { frame: Frame::bare(), lines: Vec::new() }),
    ]
}
