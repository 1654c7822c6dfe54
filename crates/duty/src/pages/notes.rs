//! Hand-over notes: the list with what is open, writing one, one note with its acknowledgement and entries.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use db::Tx;
use jiff::civil::Date;
use kernel::{Ctx, Permission};
use web::{App, Context, Flash, Form, Frame, Options, Problem, Result, Sample, form_page, redirect};

use super::day_of;
use crate::{
    item::{self, Item, ItemId},
    note::{self, Entry, Note, NoteId},
    place,
};

#[derive(Template)]
#[template(path = "duty/notes.html")]
struct Notes {
    frame: Frame,
    form: Form,
    notes: Vec<Note>,
    open: Vec<Item>,
    /// Shifts of which the actor may write the note now.
    due: Options,
    stands: bool,
}

/// What the list shows of the database.
struct Seen {
    notes: Vec<Note>,
    open: Vec<Item>,
    due: Options,
}

fn seen(tx: &mut Tx, ctx: &Ctx) -> Result<Seen> {
    let unit = place::find(tx, ctx, "")?;
    let word = |(turn, shift): (crate::turn::Turn, crate::shift::Shift)| {
        (format!("{}|{}", shift.id, turn.day), format!("{} {}", turn.day, shift.name))
    };
    let due = note::due(tx, ctx)?.into_iter().map(word).collect();
    Ok(Seen { notes: note::list(tx, ctx)?, open: item::open(tx, &unit.path)?, due })
}

async fn answer(app: &App, ctx: &Ctx, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let seen = app.db.read(move |tx| seen(tx, &by)).await?;
    let page = Notes {
        frame: Frame::new(app, ctx, "交接班", "/duty").flash(flash.0),
        form: form.clone(),
        notes: seen.notes,
        open: seen.open,
        due: seen.due,
        stands: ctx.may(Permission::StandDuty).is_ok(),
    };
    form_page(&form, &page)
}

pub(super) async fn list(State(app): State<App>, Context(ctx): Context, flash: Flash) -> Result<Response> {
    answer(&app, &ctx, Form::default(), flash).await
}

pub(super) async fn write(State(app): State<App>, Context(ctx): Context, mut form: Form) -> Result<Response> {
    let (words, items) = (form.text("words", 2_000), form.text("items", 8_000));
    let turn = form
        .value("turn")
        .split_once('|')
        .and_then(|(shift, day)| Some((shift.parse().ok()?, day_of(day).ok()?)));
    if turn.is_none() {
        form.error("turn", "请选择班次");
    }
    if let (Some((shift, day)), false) = (turn, form.has_errors()) {
        let by = ctx.clone();
        match app.db.write(move |tx| note::write(tx, &by, shift, day, &words, &items)).await {
            Ok(id) => return Ok(redirect(&format!("/duty/notes/{id}"), "已写交接记录，等下一班接班")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    answer(&app, &ctx, form, Flash::default()).await
}

#[derive(Template)]
#[template(path = "duty/note.html")]
struct One {
    frame: Frame,
    form: Form,
    note: Note,
    entries: Vec<Entry>,
    items: Vec<Item>,
    mine: bool,
    stands: bool,
}

async fn show_one(app: &App, ctx: &Ctx, id: NoteId, form: Form, flash: Flash) -> Result<Response> {
    let by = ctx.clone();
    let ((note, entries, items), mine) = app
        .db
        .read(move |tx| {
            let found = note::find(tx, &by, id)?;
            let mine = note::is_mine(tx, &by, &found.0)?;
            Ok::<_, Problem>((found, mine))
        })
        .await?;
    let page = One {
        frame: Frame::new(app, ctx, "交接班记录", "/duty").flash(flash.0),
        form: form.clone(),
        note,
        entries,
        items,
        mine,
        stands: ctx.may(Permission::StandDuty).is_ok(),
    };
    form_page(&form, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<NoteId>,
    flash: Flash,
) -> Result<Response> {
    show_one(&app, &ctx, id, Form::default(), flash).await
}

pub(super) async fn take(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<NoteId>,
    mut form: Form,
) -> Result<Response> {
    let by = ctx.clone();
    match app.db.write(move |tx| note::take(tx, &by, id)).await {
        Ok(_) => Ok(redirect(&format!("/duty/notes/{id}"), "已接班")),
        Err(problem) => {
            form.absorb(problem)?;
            show_one(&app, &ctx, id, form, Flash::default()).await
        }
    }
}

pub(super) async fn enter(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<NoteId>,
    mut form: Form,
) -> Result<Response> {
    let (by, words) = (ctx.clone(), form.text("words", 1_000));
    if !form.has_errors() {
        match app.db.write(move |tx| note::enter(tx, &by, id, &words)).await {
            Ok(()) => return Ok(redirect(&format!("/duty/notes/{id}"), "已登记，原记录不变")),
            Err(problem) => form.absorb(problem)?,
        }
    }
    show_one(&app, &ctx, id, form, Flash::default()).await
}

pub(super) async fn end(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ItemId>,
    mut form: Form,
) -> Result<Response> {
    let words = form.text("done", 200);
    if form.has_errors() {
        return answer(&app, &ctx, form, Flash::default()).await;
    }
    let by = ctx.clone();
    match app.db.write(move |tx| item::end(tx, &by, id, &words)).await {
        Ok(()) => Ok(redirect("/duty/notes", "已登记办完，以后的交接不再列出")),
        Err(problem) => {
            form.absorb(problem)?;
            answer(&app, &ctx, form, Flash::default()).await
        }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let note = |taken: bool| Note {
        id: NoteId::from_uuid(Default::default()),
        shift: kernel::Id::from_uuid(Default::default()),
        shift_name: "节假日班".into(),
        unit_name: "中山所".into(),
        unit_path: "/001/".into(),
        day: Date::constant(2026, 10, 1),
        words: "来电 12 件，均已登记".into(),
        by: kernel::Id::from_uuid(Default::default()),
        by_name: "张伟".into(),
        at,
        taken: taken.then(|| ("王强".into(), at)),
    };
    let item = |ended: bool| Item {
        id: ItemId::from_uuid(Default::default()),
        words: "TS-2301-2026-00012 上午联系投诉人".into(),
        by: "张伟".into(),
        at,
        ended: ended.then(|| ("已联系".into(), "王强".into(), at)),
    };
    let list = |notes, open, due| Notes {
        frame: Frame::bare(),
        form: Form::default(),
        notes,
        open,
        due,
        stands: true,
    };
    let one = |taken: bool| One {
        frame: Frame::bare(),
        form: Form::default(),
        note: note(taken),
        entries: vec![Entry { words: "应为 13 件".into(), by: "张伟 2026-10-02 09:00".into() }],
        items: vec![item(false), item(true)],
        mine: !taken,
        stands: true,
    };
    let due = vec![("1|2026-10-01".into(), "2026-10-01 节假日班".into())];
    vec![
        Sample::of("duty_notes", &list(vec![note(false)], vec![item(false)], due)),
        Sample::of("duty_notes_empty", &list(Vec::new(), Vec::new(), Vec::new())),
        Sample::of("duty_note", &one(false)),
        Sample::of("duty_note_taken", &one(true)),
    ]
}
