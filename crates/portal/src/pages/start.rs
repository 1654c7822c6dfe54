//! The first page, what to know before filling in, leaving, and the stations.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use matters::Kind;
use serde::Deserialize;
use web::{App, Context, Flash, Frame, Options, Problem, Result, page, redirect};

use super::{DRAFT, VISIT, frame, to, token, with_cookie};
use crate::{
    draft, petition,
    question::KINDS,
    stations::{self, Station},
};

#[derive(Template)]
#[template(path = "portal/start.html")]
pub(super) struct Start {
    pub frame: Frame,
    /// What was begun in this browser and not sent.
    pub begun: Option<&'static str>,
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
    flash: Flash,
) -> Result<Response> {
    let mut begun = None;
    if let Some(token) = token(&headers, DRAFT) {
        let by = ctx.clone();
        let found = app.db.read(move |tx| draft::load(tx, &by, &token)).await?;
        begun = found.filter(|draft| draft.matter.is_none()).map(|draft| draft.kind.label());
    }
    page(&Start { frame: frame(&app, &ctx, "投诉、举报、咨询").flash(flash.0), begun })
}

#[derive(Template)]
#[template(path = "portal/intro.html")]
pub(super) struct Intro {
    pub frame: Frame,
    pub kind: Kind,
}

fn kind(code: &str) -> Result<Kind> {
    Kind::from_code(code).filter(|kind| KINDS.contains(kind)).ok_or(Problem::NotFound)
}

pub(super) async fn intro(
    State(app): State<App>,
    Context(ctx): Context,
    Path(code): Path<String>,
) -> Result<Response> {
    let kind = kind(&code)?;
    page(&Intro { frame: frame(&app, &ctx, &format!("我要{}", kind.label())), kind })
}

/// Begins to fill in; what this browser began before is forgotten.
pub(super) async fn begin(
    State(app): State<App>,
    Context(ctx): Context,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let kind = kind(&code)?;
    let old = token(&headers, DRAFT);
    let begun = app.db.write(move |tx| {
        petition::root(tx)?;
        if let Some(old) = &old {
            draft::leave(tx, &ctx, old)?;
        }
        draft::begin(tx, &ctx, kind)
    });
    with_cookie(&app, to("/public/check?first=yes"), DRAFT, &begun.await?)
}

/// Forgets everything this browser knows: for computers that others use too.
pub(super) async fn leave(
    State(app): State<App>,
    Context(ctx): Context,
    headers: HeaderMap,
) -> Result<Response> {
    let (draft, visit) = (token(&headers, DRAFT), token(&headers, VISIT));
    app.db
        .write(move |tx| {
            if let Some(token) = &draft {
                draft::leave(tx, &ctx, token)?;
            }
            visit.as_ref().map_or(Ok(()), |token| crate::visit::end(tx, token))
        })
        .await?;
    let gone = with_cookie(&app, redirect("/public", "已经清除，可以放心离开"), DRAFT, "")?;
    with_cookie(&app, gone, VISIT, "")
}

#[derive(Template)]
#[template(path = "portal/stations.html")]
pub(super) struct Stations {
    pub frame: Frame,
    pub region: String,
    pub districts: Options,
    pub stations: Vec<Station>,
    pub window: Option<Station>,
}

#[derive(Deserialize)]
pub(super) struct Near {
    #[serde(default)]
    region: String,
}

pub(super) async fn stations(
    State(app): State<App>,
    Context(ctx): Context,
    Query(near): Query<Near>,
) -> Result<Response> {
    let (mut found, window) = app.db.read(stations::all).await?;
    let districts = stations::districts(&found);
    if !near.region.is_empty() {
        found.retain(|station| station.region == near.region);
    }
    let frame = frame(&app, &ctx, "就近站点");
    page(&Stations { frame, region: near.region, districts, stations: found, window })
}
