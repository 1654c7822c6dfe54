//! Is everything well: the same answer on the page and by `xiaobao check`.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use db::{Age, Engine, params};
use jiff::{SignedDuration, Timestamp};
use jobs::Late;
use kernel::Permission;
use law::Law;
use matters::clocks;
use web::{App, Context, Frame, May, Problem, Result, Routes, Sample, page};

use crate::{office::system, safekeeping::Proof, worker::BACKUP};

/// How long a message or a file may wait before the page says so.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);
/// How old the last proof of a backup may be.
const PROOF_PATIENCE: SignedDuration = SignedDuration::from_hours(50);

db::sql! {
    ALIVE = "SELECT COUNT(*) FROM unit";
    TOLD = "SELECT (SELECT COUNT(*) FROM webhook WHERE enabled = TRUE) AS hooks, \
            (SELECT COUNT(*) FROM webhook_delivery WHERE state = 'dead') AS dead, \
            (SELECT COUNT(*) FROM webhook_delivery WHERE state = 'waiting' AND made_at < $1) AS waiting";
    FILES = "SELECT (SELECT COUNT(*) FROM export WHERE state IN ('waiting', 'running') AND asked_at < $1 \
             AND (claimed_until IS NULL OR claimed_until < $1)) AS exports, \
             (SELECT COUNT(*) FROM import_file WHERE state IN ('checking', 'waiting', 'running') AND uploaded_at < $1 \
             AND (claimed_until IS NULL OR claimed_until < $1)) AS imports";
    LATEST = "SELECT COALESCE(MAX(at), 0) AS at FROM journal";
}

pub(crate) fn statements() -> Vec<db::Sql> {
    STATEMENTS.to_vec()
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Line {
    /// What.
    pub name: &'static str,
    /// `ok`, `soon` (look into it), `late` (mend it).
    pub colour: &'static str,
    /// What was found, and what to do.
    pub words: String,
}

/// Everything that was looked at.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// In the order of the page.
    pub lines: Vec<Line>,
}

impl Health {
    /// Whether nothing must be mended.
    pub fn is_well(&self) -> bool {
        self.lines.iter().all(|line| line.colour != "late")
    }

    fn add(&mut self, name: &'static str, colour: &'static str, words: impl Into<String>) {
        self.lines.push(Line { name, colour, words: words.into() });
    }
}

/// Looks at database, disk, fonts, clock, time zone, calendar, jobs, and recomputes the running clocks.
///
/// # Errors
/// When the database does not answer at all.
pub async fn check(app: &App) -> Result<Health> {
    let mut health = Health::default();
    let (ctx, now) = (system(app, "自检"), app.ground.clock.now());
    let look = move |tx: &mut db::Tx| {
        let units: i64 = tx.scalar(&ALIVE, &[])?;
        let latest: i64 = tx.scalar(&LATEST, &[])?;
        let late = jobs::late(tx, now)?;
        let copied = (jobs::last_end(tx, BACKUP)?, crate::safekeeping::last_proof(tx, now)?);
        let current = settings::in_use::is_current(tx, ctx.today())?;
        Ok::<_, Problem>((units, latest, late, copied, (clocks::differences(tx, &ctx)?, current)))
    };
    let (units, latest, late, copied, (different, current)) = app.db.read(look).await?;
    let engine = match app.db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    health.add("数据库", "ok", format!("{engine} 应答正常，机构 {units} 个"));
    replica(app, &mut health).await?;
    disk(app, &mut health);
    fonts(app, &mut health);
    if latest > now.as_millisecond() + 60_000 {
        health.add("时钟", "late", "服务器时间早于最近一条日志，时间可能被调回，请校时后再办理");
    } else {
        health.add("时钟", "ok", format!("{}，与日志先后一致", kernel::office_minute(now)));
    }
    health.add("时区", "ok", "期限一律按北京时间（东八区）计算，与服务器时区设置无关");
    calendar(now, &mut health);
    if current {
        health.add("规则版本", "ok", "与数据库中启用的版本一致");
    } else {
        health.add(
            "规则版本",
            "soon",
            "数据库中刚启用了新的版本，本服务一分钟内读入；若一直如此请重新启动服务",
        );
    }
    background(late, &mut health);
    backups(now, copied, &mut health);
    delivery::check(app).await?.into_iter().for_each(|(colour, words)| health.add("告知发送", colour, words));
    match sso::Config::load(&app.config.data) {
        Ok(None) => health.add("统一身份认证", "ok", "没有配置（oidc.toml），用登录名登录"),
        Ok(Some(config)) => health.add("统一身份认证", "ok", format!("已配置：{}", config.issuer)),
        Err(error) => health.add("统一身份认证", "late", error.to_string()),
    }
    let models = advice::models(&app.config.data);
    match models.faults().next() {
        Some(fault) => health.add("登记建议", "soon", fault),
        None => health.add("登记建议", "ok", models.words()),
    }
    others(app, &mut health).await?;
    let standing = app.db.read(insight::kept::standing).await?;
    health.add("统计汇总", if standing.made.is_some() { "soon" } else { "ok" }, counted(standing));
    match different.len() {
        0 => health.add("期限复核", "ok", "逐件重算，与列表显示一致"),
        count => {
            health.add("期限复核", "late", format!("{count} 件与重算结果不一致：{}", different.join("、")));
        }
    }
    Ok(health)
}

/// How far the counting for the figures is.
fn counted(standing: insight::kept::Standing) -> String {
    match (standing.made, standing.due) {
        (Some((done, all)), _) => {
            format!("正在重新汇总，已到 {done} / {all} 件；完成以前统计页逐件计算，数字不受影响")
        }
        (None, 0) => "与事项同步".to_owned(),
        (None, due) => format!("{due} 处变动等待汇总；数字已经包括它们"),
    }
}

/// How far the replica is behind, where there is one.
async fn replica(app: &App, health: &mut Health) -> Result<()> {
    if !app.db.has_replica() {
        return Ok(());
    }
    match app.db.read_aged(|tx| tx.scalar::<i64>(&ALIVE, &[]).map_err(Problem::from)).await? {
        (_, Age::Behind(age)) => health.add("从库", "ok", format!("最多落后 {} 秒", age.as_secs() + 1)),
        (_, Age::Present) => {
            let limit = db::REPLICA_LIMIT.as_secs();
            health.add("从库", "soon", format!("读不到，或者落后超过 {limit} 秒；统计和导出暂时读主库"));
        }
    }
    Ok(())
}

/// Messages to other systems, and files in and out that nobody takes up.
async fn others(app: &App, health: &mut Health) -> Result<()> {
    let old = app.ground.clock.now().checked_sub(PATIENCE).unwrap_or(Timestamp::MIN);
    let look = move |tx: &mut db::Tx| {
        let told = tx.one(&TOLD, &params![old])?.ok_or(Problem::NotFound)?;
        let files = tx.one(&FILES, &params![old])?.ok_or(Problem::NotFound)?;
        let told: [i64; 3] = [told.get("hooks")?, told.get("dead")?, told.get("waiting")?];
        Ok::<_, Problem>((told, [files.get("exports")?, files.get("imports")?]))
    };
    let ([hooks, dead, waiting], [exports, imports]): ([i64; 3], [i64; 2]) = app.db.read(look).await?;
    match (hooks, dead, waiting) {
        (_, 0, 0) => health.add("推送", "ok", format!("启用 {hooks} 个，没有积压")),
        _ => {
            let words = format!("放弃 {dead} 条，等待超过半小时 {waiting} 条，请到接口页查看对方系统的应答");
            health.add("推送", "soon", words);
        }
    }
    match (exports, imports) {
        (0, 0) => health.add("导入导出", "ok", "没有积压"),
        _ => {
            let words =
                format!("超过半小时没有人接手：导出 {exports} 件，导入 {imports} 件，请确认服务正在运行");
            health.add("导入导出", "late", words);
        }
    }
    roster(app, health).await
}

/// Shifts of the next fortnight that nobody stands (R06).
async fn roster(app: &App, health: &mut Health) -> Result<()> {
    let today = kernel::office_date(app.ground.clock.now());
    let gaps = app.db.read(move |tx| duty::roster::gaps(tx, "/", today)).await?;
    match gaps.first() {
        None => health.add("值班表", "ok", "今后 14 天没有缺口"),
        Some(gap) => {
            let words = format!(
                "今后 14 天有 {} 个班次缺人，最近的是 {} {} {}：{}",
                gaps.len(),
                gap.day,
                gap.unit_name,
                gap.shift,
                gap.lacks
            );
            health.add("值班表", "soon", words);
        }
    }
    Ok(())
}

/// The lines of [`check`], for programs.
pub(crate) fn lines(app: App) -> Pin<Box<dyn Future<Output = Result<Vec<api::HealthLine>>> + Send>> {
    Box::pin(async move {
        let health = check(&app).await?;
        Ok(health.lines.into_iter().map(|line| (line.name, line.colour, line.words)).collect())
    })
}

fn background(late: Vec<Late>, health: &mut Health) {
    if late.is_empty() {
        health.add("后台任务", "ok", "没有积压");
    }
    for mut late in late {
        late.name = settings::job_name(&late.name);
        health.add("后台任务", "late", late.to_string());
    }
}

/// The last backup, and whether it came back when it was tried. A failed turn is told by the jobs above, and here.
fn backups(now: Timestamp, (ended, proof): (Option<Timestamp>, Option<Proof>), health: &mut Health) {
    const NAME: &str = "备份与试恢复";
    let Some(proof) = proof else {
        let (colour, words) = match ended {
            None => ("soon", "还没有备份过，启动服务后自动进行；另有备份制度的请定期试恢复"),
            Some(_) => ("late", "三十天内没有一份备份试恢复成功，请运行 xiaobao nightly 并按提示处理"),
        };
        return health.add(NAME, colour, words);
    };
    let words = format!(
        "{} 已把备份 {} 恢复到临时目录核对：{} 行，摘要 {}",
        kernel::office_minute(proof.at),
        proof.name,
        proof.rows,
        proof.digest
    );
    let old = proof.at < now.saturating_add(-PROOF_PATIENCE).unwrap_or(Timestamp::MIN);
    let (colour, verdict) = match (proof.whole, old) {
        (false, _) => ("late", "日志校验不通过，请运行 xiaobao audit verify"),
        (true, true) => ("late", "此后两天没有新的成功备份，请处理"),
        (true, false) => ("ok", "逐表逐件一致，日志完整"),
    };
    health.add(NAME, colour, format!("{words}；{verdict}"));
}

fn calendar(now: Timestamp, health: &mut Health) {
    let year = kernel::office_date(now).year();
    let known: Vec<i16> = Law::in_use().calendar.years().collect();
    if !known.contains(&year) {
        health.add("放假安排", "late", format!("{year} 年的放假安排没有录入，期限只按周末推算"));
    } else if !known.contains(&(year + 1)) {
        health.add(
            "放假安排",
            "soon",
            format!("{} 年的放假安排尚未录入，国务院办公厅通知发布后请导入", year + 1),
        );
    } else {
        health.add("放假安排", "ok", format!("已录入到 {} 年", known.last().copied().unwrap_or(year)));
    }
}

fn disk(app: &App, health: &mut Health) {
    let probe = app.config.data.join(".probe");
    match std::fs::write(&probe, vec![0_u8; 1 << 20]).and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => health.add("磁盘", "ok", format!("{} 可以写入", app.config.data.display())),
        Err(error) => {
            health.add("磁盘", "late", format!("数据目录不能写入：{error}。请清理磁盘或者检查权限"));
        }
    }
}

fn fonts(app: &App, health: &mut Health) {
    if crate::fonts::of(&app.config.data).is_empty() {
        let words = "没有找到中文字体，本机打印可能缺字；Debian 请安装 fonts-noto-cjk，或者把字体文件放进数据目录的 fonts 文件夹";
        health.add("中文字体", "soon", words);
    } else {
        health.add("中文字体", "ok", "已安装");
    }
}

#[derive(Template)]
#[template(path = "server/health.html")]
struct Page {
    frame: Frame,
    health: Health,
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/health", May::Can(Permission::KeepSettings), show).get("/alive", May::Public, alive)
}

async fn show(State(app): State<App>, Context(ctx): Context) -> Result<Response> {
    let health = check(&app).await?;
    page(&Page { frame: Frame::new(&app, &ctx, "运行状况", "/health"), health })
}

/// For a supervisor: 200 while the database answers. Tells nothing else.
async fn alive(State(app): State<App>) -> Result<Response> {
    app.db.read(|tx| tx.scalar::<i64>(&ALIVE, &[])).await?;
    Ok((StatusCode::OK, "ok").into_response())
}

pub(crate) fn samples() -> Vec<Sample> {
    let mut health = Health::default();
    health.add("数据库", "ok", "应答正常");
    health.add("磁盘", "late", "不能写入");
    vec![Sample::of("health", &Page { frame: Frame::bare(), health })]
}
