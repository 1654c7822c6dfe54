//! The door for a gateway's delivery reports. Only what is signed with the secret of the configuration comes in (SEC_32,
//! SEC_50); everybody else learns nothing, not even whether there is a gateway.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use kernel::Actor;
use web::{App, Problem, Result};

use crate::{
    Config,
    carriers::sms::{self, Report},
    outbox::arrived,
    sign::{Seal, is_genuine},
};

/// Bytes of a message of the gateway.
const LIMIT: usize = 256 * 1024;
/// Reports of one message.
const MOST: usize = 500;

/// The reports in a message that is genuine.
fn genuine(app: &App, headers: &HeaderMap, body: &[u8]) -> Option<Vec<Report>> {
    let sms = Config::read(&app.config.data).ok()?.sms?;
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LIMIT)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seconds = header("x-xiaobao-timestamp")?.parse().ok()?;
    let seal = Seal { seconds, signature: header("x-xiaobao-signature")? };
    let now = app.ground.clock.now().as_second();
    let signed = is_genuine(sms.signature, sms.secret.open(), "report", text, seal, now);
    signed.then(|| sms::reports(&sms.report, text)).flatten()
}

pub(super) async fn take(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    let Some(reports) = genuine(&app, &headers, &body) else {
        tracing::info!("a delivery report without a good signature was refused");
        return Err(Problem::NotFound);
    };
    let mut taken = 0_usize;
    for report in reports.into_iter().take(MOST) {
        let ctx = app.ctx(Actor::System("短信回执"));
        taken += usize::from(app.db.write(move |tx| arrived(tx, &ctx, "sms", &report)).await?);
    }
    Ok((StatusCode::OK, format!("{{\"code\":\"0\",\"taken\":{taken}}}")).into_response())
}
