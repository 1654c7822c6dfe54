//! A file given to a browser: whole, from where a broken download stopped (HTTP Range), or as it grows.

use std::{io::SeekFrom, path::PathBuf, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream::try_unfold;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};
use web::{App, Problem, Result};

use crate::export::{Export, ExportId, find};

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;
/// Pause while a growing file has nothing new.
const PAUSE: Duration = Duration::from_millis(200);

/// What of a file is wanted: first byte and the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    From(u64, u64),
    /// Beyond the file.
    Nothing,
}

/// Reads `Range`: one part of bytes; several parts, other units and what cannot be read mean the whole (RFC 9110 §14.2).
fn wanted(range: Option<&str>, size: u64) -> Part {
    let Some(part) = range.and_then(|range| range.trim().strip_prefix("bytes=")) else { return Part::Whole };
    let Some((first, last)) = part.split_once('-').filter(|_| !part.contains(',')) else {
        return Part::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let (from, to) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(from), Ok(last)) if last >= from => (from, last.saturating_add(1).min(size)),
        (Ok(from), Err(_)) if last.is_empty() => (from, size),
        (Err(_), Ok(0)) if first.is_empty() => return Part::Nothing,
        (Err(_), Ok(tail)) if first.is_empty() => (size.saturating_sub(tail), size),
        _ => return Part::Whole,
    };
    if from < size { Part::From(from, to) } else { Part::Nothing }
}

/// The finished file of an export, or the part of it that `headers` ask for.
pub(crate) async fn finished(app: &App, export: &Export, headers: &HeaderMap) -> Result<Response> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mark = format!("\"{}\"", export.digest);
    // A part of another file would not fit to what the browser has already.
    let same = text(header::IF_RANGE).is_none_or(|theirs| theirs == mark);
    let size = export.bytes;
    let part = wanted(text(header::RANGE).filter(|_| same), size);
    let (status, from, to) = match part {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::From(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Part::Nothing => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let mut file = File::open(app.config.data.join(export.file())).await.map_err(|_| Problem::NotFound)?;
    file.seek(SeekFrom::Start(from)).await?;
    let body = Body::from_stream(try_unfold((file, to - from), |(mut file, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
        let read = file.read(&mut piece).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        piece.truncate(read);
        Ok(Some((Bytes::from(piece), (file, left - read as u64))))
    }));
    let mut response = (status, named(export), body).into_response();
    let out = response.headers_mut();
    out.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    let mut put = |name: header::HeaderName, value: String| {
        if let Ok(value) = value.parse() {
            out.insert(name, value);
        }
    };
    put(header::ETAG, mark);
    put(header::CONTENT_LENGTH, (to - from).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        put(header::CONTENT_RANGE, format!("bytes {from}-{}/{size}", to - 1));
    }
    Ok(response)
}

fn named(export: &Export) -> [(header::HeaderName, String); 2] {
    let name = format!("attachment; filename=\"{}.{}\"", export.number, export.format.ending());
    [(header::CONTENT_TYPE, export.format.media().to_owned()), (header::CONTENT_DISPOSITION, name)]
}

struct Growing {
    app: App,
    ctx: kernel::Ctx,
    id: ExportId,
    path: PathBuf,
    file: Option<File>,
    given: u64,
}

/// A csv file while it is being produced: rows as they come. It breaks off where the export fails, so that a half list
/// never looks like a whole one.
pub(crate) fn growing(app: &App, ctx: &kernel::Ctx, export: &Export) -> Response {
    let path = app.config.data.join(export.file());
    let state = Growing { app: app.clone(), ctx: ctx.clone(), id: export.id, path, file: None, given: 0 };
    (named(export), Body::from_stream(try_unfold(state, grow))).into_response()
}

async fn grow(mut state: Growing) -> std::io::Result<Option<(Bytes, Growing)>> {
    let broken = |words: &str| std::io::Error::other(words.to_owned());
    loop {
        if state.file.is_none() {
            state.file = File::open(&state.path).await.ok();
        }
        // Asked before reading: what was written before the export was done is read after.
        let (ctx, id) = (state.ctx.clone(), state.id);
        let export = state.app.db.read(move |tx| find(tx, &ctx, id)).await.map_err(|_| broken("export"))?;
        if let Some(file) = &mut state.file {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece).await?;
            if read > 0 {
                piece.truncate(read);
                state.given += read as u64;
                return Ok(Some((Bytes::from(piece), state)));
            }
        }
        match export.state.as_str() {
            "done" if state.given == export.bytes => return Ok(None),
            "waiting" | "running" => tokio::time::sleep(PAUSE).await,
            _ => return Err(broken("the export did not end as it began")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        for (range, part) in [
            ("bytes=0-9", Part::From(0, 10)),
            ("bytes=90-", Part::From(90, 100)),
            ("bytes=-5", Part::From(95, 100)),
            ("bytes=50-1000", Part::From(50, 100)),
            ("bytes=100-", Part::Nothing),
            ("bytes=-0", Part::Nothing),
            ("bytes=9-3", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("bytes=a-b", Part::Whole),
        ] {
            assert_eq!(wanted(Some(range), 100), part, "{range}");
        }
        assert_eq!(wanted(None, 100), Part::Whole);
    }
}
