//! Two versions of a report side by side in one text: what went is struck through, what came is underlined.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;
use web::{App, Context, Form, Frame, Html, Options, Problem, Result, Sample, escape};

use crate::summary::{self, SummaryId, diff};

/// Which versions.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Between {
    #[serde(default)]
    from: i64,
    #[serde(default)]
    to: i64,
}

#[derive(Template)]
#[template(path = "insight/summary_compare.html")]
struct Compare {
    frame: Frame,
    form: Form,
    id: String,
    title: String,
    from: i64,
    to: i64,
    versions: Options,
    same: bool,
    html: Html,
}

/// How `new` differs from `old`.
pub(super) fn marked(old: &str, new: &str) -> Html {
    let mut html = String::new();
    let told = |tag: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("<{tag}>{}</{tag}>", escape(text)) }
    };
    for piece in diff::pieces(old, new) {
        let (before, after) = (&old[piece.old], &new[piece.new]);
        html += &if piece.same { escape(after) } else { told("del", before) + &told("ins", after) };
    }
    Html(html)
}

pub(super) async fn show(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<SummaryId>,
    Query(between): Query<Between>,
) -> Result<Response> {
    let by = ctx.clone();
    let load = move |tx: &mut db::Tx| {
        let kept = summary::find(tx, &by, id)?;
        let versions = kept.versions(tx)?;
        Ok::<_, Problem>((kept, versions))
    };
    let (kept, versions) = app.db.read(load).await?;
    let to = if between.to == 0 { kept.version } else { between.to };
    let from = if between.from == 0 { (to - 1).max(1) } else { between.from };
    let text = |number: i64| {
        let found = versions.iter().find(|version| version.version == number);
        found.map(|version| version.text.as_str()).ok_or(Problem::NotFound)
    };
    let (old, new) = (text(from)?, text(to)?);
    let name = |version: &summary::Version| {
        let (number, who) = (version.version, &version.maker);
        (number.to_string(), format!("第 {number} 版 {who} {}", kernel::office_minute(version.at)))
    };
    web::page(&Compare {
        frame: Frame::new(&app, &ctx, format!("版本对照：{}", kept.title), "/figures"),
        form: Form::filled([("from", from.to_string()), ("to", to.to_string())]),
        id: id.to_string(),
        title: kept.title.clone(),
        from,
        to,
        versions: versions.iter().map(name).collect(),
        same: old == new,
        html: marked(old, new),
    })
}

pub(super) fn samples() -> Vec<Sample> {
    let compare = Compare {
        frame: Frame { title: "版本对照".into(), ..Frame::bare() },
        form: Form::filled([("from", "1".to_owned()), ("to", "2".to_owned())]),
        id: "1".into(),
        title: "总结".into(),
        from: 1,
        to: 2,
        versions: vec![("1".into(), "第 1 版".into()), ("2".into(), "第 2 版".into())],
        same: false,
        html: marked("接收投诉84件。", "接收投诉85件。"),
    };
    vec![Sample::of("summary_compare", &compare)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_and_what_came_are_told_and_markup_stays_text() {
        assert_eq!(marked("共84件<b>", "共85件<b>").0, "共<del>84</del><ins>85</ins>件&lt;b&gt;");
    }
}
