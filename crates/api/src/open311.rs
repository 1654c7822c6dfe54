//! The Open311 face (GeoReport v2): consultations and complaints come in, their state goes out, to programs that know that
//! standard and nothing of us. JSON and XML. The `api_key` is a token with the scope `open311`; registering and looking go
//! through the same handlers and the same reach as everything else.

mod offered;
mod requests;

mod told;
mod xml;

use std::{future::Future, sync::Arc};

use axum::{
    Router,
    body::to_bytes,
    extract::{Path, Request},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};
use web::Problem;

use crate::{
    face::Face,
    problem::Trouble,
    scope::Scope,
    serve::{admit, json_text},
    token::Bearer,
};

/// Bytes of a request.
const BODY: usize = 256 * 1024;
/// The most a client may name of one thing.
const PARAMETERS: usize = 100;

/// In what an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// A request taken apart.
struct Call {
    face: Arc<Face>,
    format: Format,
    name: String,
    parameters: Vec<(String, String)>,
    key: Option<String>,
}

impl Call {
    /// A parameter, trimmed, when it is there and not empty.
    fn text(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Who asks, by the `api_key` or the `Authorization` header.
    async fn bearer(&self) -> Result<Bearer, Trouble> {
        admit(&self.face, self.key.clone(), Scope::Open311).await
    }

    fn answer(&self, root: &str, body: &Json) -> Response {
        match self.format {
            Format::Json => json_text(StatusCode::OK, body.to_string()),
            Format::Xml => xml::response(StatusCode::OK, root, body),
        }
    }
}

/// The routes below `/open311/v2`.
pub(crate) fn router(face: &Arc<Face>) -> Router {
    let at = |handler: Handler| {
        let face = Arc::clone(face);
        move |Path(name): Path<Vec<(String, String)>>, request: Request| {
            let name = name.into_iter().next().map_or_else(String::new, |(_, value)| value);
            serve(Arc::clone(&face), handler, name, request)
        }
    };
    Router::new()
        .route("/{name}", routing::get(at(look)).post(at(send)))
        .route("/services/{name}", routing::get(at(define)))
        .route("/requests/{name}", routing::get(at(show)))
        .route("/tokens/{name}", routing::get(at(redeem)))
}

type Answer<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Response, Trouble>> + Send + 'a>>;
type Handler = for<'a> fn(&'a Call) -> Answer<'a>;

async fn serve(face: Arc<Face>, handler: Handler, name: String, request: Request) -> Response {
    let (stem, format) = match name.rsplit_once('.') {
        Some((stem, "json")) => (stem.to_owned(), Format::Json),
        Some((stem, "xml")) => (stem.to_owned(), Format::Xml),
        _ => return failed(Format::Json, &Trouble::not_found()),
    };
    match read(request).await {
        Err(trouble) => failed(format, &trouble),
        Ok((parameters, headers)) => {
            let key = parameters
                .iter()
                .find(|(name, _)| name == "api_key")
                .map(|(_, value)| value.trim().to_owned());
            let call = Call { face, format, name: stem, parameters, key: key.or_else(|| bearer(&headers)) };
            handler(&call).await.unwrap_or_else(|trouble| failed(format, &trouble))
        }
    }
}

/// The token as `Bearer`, or as the password of `Basic`: clients of this standard have no place for a key where they only look.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    if let Some(coded) = text.strip_prefix("Basic ") {
        let plain = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
        return plain.split_once(':').map(|(_, token)| token.to_owned());
    }
    text.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

/// Query and form together, each read the same way.
async fn read(request: Request) -> Result<(Vec<(String, String)>, HeaderMap), Trouble> {
    let (parts, stream) = request.into_parts();
    let broken = || Trouble::new(StatusCode::BAD_REQUEST, "parameters", "参数的写法不对");
    let pairs =
        |text: &[u8]| serde_urlencoded::from_bytes::<Vec<(String, String)>>(text).map_err(|_| broken());
    let mut parameters = pairs(parts.uri.query().unwrap_or_default().as_bytes())?;
    if parts.method == Method::POST {
        let too_long = |_| Trouble::new(StatusCode::PAYLOAD_TOO_LARGE, "size", "内容最多 256 KB");
        let bytes = to_bytes(stream, BODY).await.map_err(too_long)?;
        let media =
            parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !bytes.is_empty() && !media.starts_with("application/x-www-form-urlencoded") {
            let words = "请以 application/x-www-form-urlencoded 发送";
            return Err(Trouble::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", words));
        }
        parameters.extend(pairs(&bytes)?);
    }
    if parameters.len() > PARAMETERS {
        return Err(broken());
    }
    for (_, value) in &mut parameters {
        value.retain(|c| c != '\0');
    }
    Ok((parameters, parts.headers))
}

/// Errors as the standard tells them; a bad key is 403 there.
fn failed(format: Format, trouble: &Trouble) -> Response {
    let status = match trouble.status {
        StatusCode::UNAUTHORIZED => StatusCode::FORBIDDEN,
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        other => other,
    };
    let body = json!([{ "code": status.as_u16(), "description": trouble.detail }]);
    let mut response = match format {
        Format::Json => json_text(status, body.to_string()),
        Format::Xml => xml::response(status, "errors", &body),
    };
    response.extensions_mut().insert(trouble.clone());
    if let Some(seconds) = trouble.wait {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    response
}

/// `GET discovery`, `services`, `requests`.
fn look(call: &Call) -> Answer<'_> {
    Box::pin(async move {
        match call.name.as_str() {
            "discovery" => Ok(call.answer("discovery", &offered::discovery(call))),
            "services" => Ok(call.answer("services", &offered::all())),
            "requests" => told::list(call).await,
            _ => Err(Trouble::not_found()),
        }
    })
}

/// `POST requests`.
fn send(call: &Call) -> Answer<'_> {
    Box::pin(async move {
        match call.name.as_str() {
            "requests" => requests::send(call).await,
            "discovery" | "services" => {
                Ok((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD")]).into_response())
            }
            _ => Err(Trouble::not_found()),
        }
    })
}

/// `GET services/{code}`.
fn define(call: &Call) -> Answer<'_> {
    Box::pin(async move {
        let definition = offered::definition(&call.name).ok_or_else(Trouble::not_found)?;
        Ok(call.answer("service_definition", &definition))
    })
}

/// `GET requests/{id}`.
fn show(call: &Call) -> Answer<'_> {
    Box::pin(told::show(call))
}

/// `GET tokens/{token}`: ours answer with the number at once, so a token is a number.
fn redeem(call: &Call) -> Answer<'_> {
    Box::pin(async move {
        let number = told::known(call).await?;
        let body = json!([{ "service_request_id": number, "token": number }]);
        Ok(call.answer("service_requests", &body))
    })
}

fn fault(error: impl std::fmt::Display) -> Trouble {
    Problem::Fault(error.to_string()).into()
}
