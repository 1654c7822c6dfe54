//! What the health page and `xiaobao check` say of delivery.

use std::os::unix::fs::PermissionsExt as _;

use db::{Row, Tx, params};
use jiff::{SignedDuration, Timestamp};
use law::{Law, Listed};
use matters::notices::SEND;
use web::{App, Result};

use crate::{
    carriers::{bounces, files, folder},
    config::{Config, FILE},
};

/// What waits longer than this is worth a look.
const LONG: SignedDuration = SignedDuration::from_mins(30);

db::sql! {
    DEPTH = "SELECT COUNT(*) AS jobs, MIN(run_at) AS since FROM job WHERE kind = $1 AND done_at IS NULL AND failed_at IS NULL";
    STATES = "SELECT state, COUNT(*) AS notices FROM dispatch WHERE state IN ('sent', 'refused', 'unknown', 'dead') GROUP BY state ORDER BY state";
    LATEST = "SELECT channel, MAX(sent_at) AS at FROM dispatch WHERE sent_at IS NOT NULL GROUP BY channel ORDER BY channel";
}

/// Colour (`ok`, `soon`, `late`) and words of each line.
pub type Lines = Vec<(&'static str, String)>;

/// Looks at configuration, outbox, successes and what was given up.
///
/// # Errors
/// A fault of the database.
pub async fn check(app: &App) -> Result<Lines> {
    let mut lines = Lines::new();
    configuration(app, &mut lines);
    let now = app.ground.clock.now();
    let found = app.db.read(move |tx| outbox(tx, now)).await?;
    lines.extend(found);
    Ok(lines)
}

fn configuration(app: &App, lines: &mut Lines) {
    let data = &app.config.data;
    let config = match Config::read(data) {
        Ok(config) => config,
        Err(problem) => {
            lines.push(("late", format!("{problem}。改正以前系统不发送任何告知")));
            return;
        }
    };
    let summary = config.summary();
    if summary.is_empty() {
        lines.push(("ok", format!("没有配置自动发送（{FILE}），各类告知由人工办理并登记证明")));
    }
    lines.extend(summary.into_iter().map(|(what, words)| ("ok", format!("{what}：{words}"))));
    let is_open = std::fs::metadata(data.join(FILE)).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    if is_open {
        lines.push(("soon", format!("{FILE} 中有密钥，其他用户也能读取；请执行 chmod 600")));
    }
    let refused = config.files.as_ref().map_or(0, |place| files::refused(&folder(data, place)));
    let mail = config.email.as_ref().and_then(|email| email.reports.as_ref());
    let strange = mail.map(|folder| bounces::refused(&data.join(folder))).unwrap_or_default();
    if let [.., last] = &strange[..] {
        let count = strange.len();
        let words =
            format!("投递报告：{count} 封邮件不是对本系统所发邮件的报告，没有采用，在 refused 中，如 {last}");
        lines.push(("soon", words));
    }
    if refused > 0 {
        lines.push(("soon", format!("文件交换：{refused} 个结果文件不能识别，在 results/refused 中")));
    }
}

fn outbox(tx: &mut Tx, now: Timestamp) -> Result<Lines> {
    let mut lines = Lines::new();
    if let Some(row) = tx.one(&DEPTH, &params![SEND])? {
        let (jobs, since): (i64, Option<Timestamp>) = (row.get("jobs")?, row.get("since")?);
        match since {
            Some(since) if since.saturating_add(LONG).is_ok_and(|late| late < now) => {
                lines.push((
                    "late",
                    format!("待发 {jobs} 份，最早的应在 {} 发出", kernel::office_minute(since)),
                ));
            }
            Some(since) => {
                lines.push(("ok", format!("待发 {jobs} 份，最早 {}", kernel::office_minute(since))));
            }
            None => lines.push(("ok", "没有待发的告知".to_owned())),
        }
    }
    for row in tx.query(&LATEST, &[])? {
        lines.push(("ok", latest(&row)?));
    }
    for row in tx.query(&STATES, &[])? {
        let (state, count): (String, i64) = (row.get("state")?, row.get("notices")?);
        lines.push(match state.as_str() {
            "sent" => ("ok", format!("{count} 份已发出，等待回执")),
            "unknown" => ("late", format!("{count} 份发送结果未知，请承办人在“告知送达”页核对后处理")),
            "dead" => ("late", format!("{count} 份多次发送失败，请核对配置后由承办人在“告知送达”页重试")),
            _ => ("soon", format!("{count} 份被拒收，请承办人在“告知送达”页改用其他方式")),
        });
    }
    Ok(lines)
}

fn latest(row: &Row) -> Result<String> {
    let (channel, at): (String, Timestamp) = (row.get("channel")?, row.get("at")?);
    let name = Listed::name(&Law::in_use().classification.notice_channels, &channel);
    Ok(format!("{name}最近一次发出 {}", kernel::office_minute(at)))
}
