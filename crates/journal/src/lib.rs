#![doc = include_str!("../README.md")]

mod end;
mod stretch;
mod verify;

use db::{Error, Row, Tx, params};
use jiff::Timestamp;
use kernel::{Actor, Ctx, Id, JournalId, Keyring, MatterId, OfficerId, hex, kind};
use serde_json::Value as Json;

pub use stretch::{Heads, Stretch, heads, stretch};
pub use verify::{Broken, Verdict, verify};

/// Number of lanes; a power of two.
const LANES: u8 = 16;

macro_rules! written {
    ($rows:literal) => {
        concat!(
            "INSERT INTO journal (id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal) \
             VALUES ",
            $rows
        )
    };
}

db::sql! {
    HEAD = "SELECT seq, seal FROM journal_lane WHERE lane = $1 FOR_UPDATE";
    FIRST_HEAD = "INSERT INTO journal_lane (lane, seq, seal, mark) VALUES ($1, 0, '', '') ON CONFLICT (lane) DO NOTHING";
    MOVE_HEAD = "UPDATE journal_lane SET seq = $2, seal = $3, mark = $4 WHERE lane = $1";
    WRITE = written!("($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
    WRITE_TWO = written!("($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14), \
                         ($15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)");
    OF_MATTER = "SELECT id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal \
                 FROM journal WHERE matter_id = $1 ORDER BY at DESC, seq DESC";
    LANE = "SELECT id, lane, seq, matter_id, subject, verb, actor_id, actor, post, at, request, state, detail, seal \
            FROM journal WHERE lane = $1 ORDER BY seq";
    HEADS = "SELECT lane, seq, seal, mark FROM journal_lane ORDER BY lane";
    ANY = "SELECT id FROM journal LIMIT 1";
    LANES_IN_USE = "SELECT DISTINCT lane FROM journal ORDER BY lane";
}

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [STATEMENTS, stretch::STATEMENTS].concat()
}

/// The audit page's list: what happened lately, narrowed by filters on alias `j`.
pub fn lately() -> db::Select {
    db::Select::from(
        "SELECT j.id, j.lane, j.seq, j.matter_id, j.subject, j.verb, j.actor_id, j.actor, j.post, j.at, j.request, j.state, \
         j.detail, j.seal FROM journal j",
    )
}

/// What happened, to be written.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The matter, when it is about one.
    pub matter: Option<MatterId>,
    /// What else it is about: a login, a trader's name, a unit.
    pub subject: &'a str,
    /// The verb of the office, the same word as the act and the URL.
    pub verb: &'a str,
    /// The matter's state after it.
    pub state: Option<&'a str>,
    /// What article and proof ask to be kept; never personal data.
    pub detail: &'a Json,
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: JournalId,
    lane: i64,
    seq: i64,
    /// The matter, when it is about one.
    pub matter: Option<MatterId>,
    /// What else it is about.
    pub subject: String,
    /// The verb.
    pub verb: String,
    /// The officer, when one acted.
    pub actor_id: Option<OfficerId>,
    /// The actor's name.
    pub actor: String,
    /// The post acted from.
    pub post: String,
    /// When.
    pub at: Timestamp,
    request: String,
    /// The matter's state after it.
    pub state: Option<String>,
    /// The particulars.
    pub detail: Json,
    detail_text: String,
    seal: String,
}

/// Told of every row in the transaction that writes it.
pub type Listener = fn(&mut Tx, &Ctx, &Entry<'_>) -> Result<(), Error>;

static LISTENERS: std::sync::OnceLock<Vec<Listener>> = std::sync::OnceLock::new();

/// Registers who is told of what happens, once, when the program starts.
pub fn listen(listeners: Vec<Listener>) {
    // A second call keeps the first: tests open several offices in one process.
    LISTENERS.get_or_init(|| listeners);
}

/// Told of every matter that changes, once at the end of the transaction that changes it, with an id of its last change.
pub type Follower = fn(&mut Tx, MatterId, JournalId) -> Result<(), Error>;

static FOLLOWERS: std::sync::OnceLock<Vec<Follower>> = std::sync::OnceLock::new();

/// Registers who keeps something that follows from matters, once, when the program starts.
pub fn follow(followers: Vec<Follower>) {
    FOLLOWERS.get_or_init(|| followers);
}

/// Says that a matter changed where no row of its own is written: because a row of another matter tells it, or because it is
/// nobody's act. Rows with a matter say it by themselves.
///
/// # Errors
/// Whatever a follower says.
pub fn touched(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<(), Error> {
    tx.last::<end::Rows>()?.touch(matter, ctx.id());
    Ok(())
}

fn told(tx: &mut Tx, matter: MatterId, id: JournalId) -> Result<(), Error> {
    FOLLOWERS.get().into_iter().flatten().try_for_each(|follower| follower(tx, matter, id))
}

/// Writes what was done to something that is no matter: [`write()`] with `subject`, `verb` and `detail` alone.
///
/// # Errors
/// As [`write()`].
pub fn note(tx: &mut Tx, ctx: &Ctx, subject: &str, verb: &str, detail: &Json) -> Result<(), Error> {
    write(tx, ctx, Entry { matter: None, subject, verb, state: None, detail })
}

/// Writes a row into the journal, in the caller's transaction: at its end, so that the head of the lane, which others need
/// too, is locked for as short as can be. Who reads the journal in the same transaction finds it.
///
/// # Errors
/// Whatever the database says; then the caller's change must fail too.
pub fn write(tx: &mut Tx, ctx: &Ctx, entry: Entry<'_>) -> Result<(), Error> {
    let id: JournalId = ctx.id();
    let bytes = entry.matter.map_or(*id.uuid().as_bytes(), |matter| *matter.uuid().as_bytes());
    let (actor_id, post) = match &ctx.actor {
        Actor::Officer(officer) => {
            (Some(officer.id), format!("{} {}", officer.unit_name, officer.role.label()))
        }
        Actor::Public | Actor::System(_) => (None, String::new()),
    };
    let record = Record {
        id,
        lane: i64::from(bytes[15] % LANES),
        seq: 0,
        matter: entry.matter,
        subject: entry.subject.to_owned(),
        verb: entry.verb.to_owned(),
        actor_id,
        actor: ctx.actor_name().to_owned(),
        post,
        at: ctx.now,
        request: ctx.request.clone(),
        state: entry.state.map(str::to_owned),
        detail: entry.detail.clone(),
        detail_text: entry.detail.to_string(),
        seal: String::new(),
    };
    tx.last::<end::Rows>()?.add(record, ctx.keyring());
    LISTENERS.get().into_iter().flatten().try_for_each(|listener| listener(tx, ctx, &entry))
}

/// The keyed mark of a lane's head: an earlier row's seal, though it stands in the journal, does not make a head.
fn head_mark(keyring: &Keyring, lane: i64, seq: i64, seal: &str) -> String {
    hex(&keyring.journal_seal(format!("head {lane} {seq} {seal}").as_bytes()))
}

/// Whether nothing was ever written: such a database may be given new keys.
///
/// # Errors
/// Whatever the database says.
pub fn is_empty(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.query(&ANY, &[])?.is_empty())
}

/// Everything that happened to a matter, latest first.
///
/// # Errors
/// Whatever the database says.
pub fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Record>, Error> {
    tx.query(&OF_MATTER, &params![matter])?.iter().map(Record::read).collect()
}

impl Record {
    /// Reads a row of [`lately`].
    ///
    /// # Errors
    /// When a column is of another kind.
    pub fn read(row: &Row) -> Result<Self, Error> {
        let detail_text: String = row.get("detail")?;
        Ok(Self {
            id: row.get("id")?,
            lane: row.get("lane")?,
            seq: row.get("seq")?,
            matter: row.get::<Option<Id<kind::Matter>>>("matter_id")?,
            subject: row.get("subject")?,
            verb: row.get("verb")?,
            actor_id: row.get("actor_id")?,
            actor: row.get("actor")?,
            post: row.get("post")?,
            at: row.get("at")?,
            request: row.get("request")?,
            state: row.get("state")?,
            detail: serde_json::from_str(&detail_text).unwrap_or(Json::Null),
            detail_text,
            seal: row.get("seal")?,
        })
    }

    fn sealed(&self, keyring: &Keyring, before: &str) -> String {
        let mut bytes = Vec::new();
        let mut put = |field: Option<&[u8]>| {
            let length = field.map_or(u32::MAX, |field| u32::try_from(field.len()).unwrap_or(u32::MAX - 1));
            bytes.extend(length.to_be_bytes());
            bytes.extend(field.unwrap_or_default());
        };
        put(Some(before.as_bytes()));
        put(Some(&self.lane.to_be_bytes()));
        put(Some(&self.seq.to_be_bytes()));
        put(Some(self.id.uuid().as_bytes()));
        put(self.matter.as_ref().map(kernel::Id::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
        put(Some(self.subject.as_bytes()));
        put(Some(self.verb.as_bytes()));
        put(self.actor_id.as_ref().map(kernel::Id::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
        put(Some(self.actor.as_bytes()));
        put(Some(self.post.as_bytes()));
        put(Some(&self.at.as_millisecond().to_be_bytes()));
        put(Some(self.request.as_bytes()));
        put(self.state.as_deref().map(str::as_bytes));
        put(Some(self.detail_text.as_bytes()));
        hex(&keyring.journal_seal(&bytes))
    }
}
