//! Two-way talk (留言) between the office and the person of a receipt, also one without a name. The text is sealed; the
//! journal says that something was written, never what.

use db::{Row, Select, Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{AttachmentId, Ctx, Field, Id, MatterId, Permission, Refusal, kind, words};
use serde_json::json;
use web::Result;

use crate::{Kind, Matter, attachments, matter, receipts};

/// An id of a message.
pub type TalkId = Id<kind::Notice>;

const TEXT: Field = Field { table: "talk", column: "text" };
/// Characters of a message.
pub const LONGEST: usize = 2_000;
/// Messages a person may write about one matter in a day: what no honest need reaches, and a script soon does.
const A_DAY: i64 = 20;

words! {
    /// Who wrote.
    Side {
        /// An officer.
        Office = "office", "承办单位";
        /// The person of the receipt.
        Person = "person", "本人";
    }
}

words! {
    /// What a message is.
    MessageKind {
        /// Words.
        Message = "message", "留言";
        /// Further facts or evidence.
        Supplement = "supplement", "补充材料";
        /// The person wants to take the matter back, where the procedure cannot do so by itself.
        Withdrawal = "withdrawal", "请求撤回";
    }
}

/// A message as both sides may read it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who wrote.
    pub side: Side,
    /// What it is.
    pub kind: MessageKind,
    /// What was written.
    pub text: String,
    /// The officer who wrote; nothing for the person.
    pub officer: Option<String>,
    /// When.
    pub at: Timestamp,
    /// When the other side first saw it.
    pub read_at: Option<Timestamp>,
    /// Files that came with it: id and name.
    pub files: Vec<(AttachmentId, String)>,
}

db::sql! {
    INSERT = "INSERT INTO talk (id, matter_id, side, kind, text, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADD_FILE = "INSERT INTO talk_file (talk_id, attachment_id) VALUES ($1, $2)";
    OF = "SELECT t.id, t.side, t.kind, t.text, t.at, t.read_at, o.name AS officer FROM talk t LEFT JOIN officer o ON o.id = t.by_id \
          WHERE t.matter_id = $1 ORDER BY t.at, t.id";
    FILES = "SELECT f.talk_id, a.id, a.name, a.shows_reporter FROM talk_file f JOIN talk t ON t.id = f.talk_id JOIN attachment a ON a.id = f.attachment_id \
             WHERE t.matter_id = $1 AND a.removed_at IS NULL ORDER BY a.at, a.id";
    IN_TALK = "SELECT COUNT(*) FROM talk_file f JOIN talk t ON t.id = f.talk_id WHERE t.matter_id = $1 AND f.attachment_id = $2";
    READ = "UPDATE talk SET read_at = $3 WHERE matter_id = $1 AND side = $2 AND read_at IS NULL";
    LATELY = "SELECT COUNT(*) FROM talk WHERE matter_id = $1 AND side = 'person' AND at > $2";
}

/// What the person of a matter is called: never by name, a reporter's identity is sealed (令第121号 第三十七条).
pub const fn person_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Complaint | Kind::Settlement => "投诉人",
        Kind::Report => "举报人",
        Kind::Consultation => "咨询人",
        Kind::Suggestion | Kind::Praise | Kind::Other => "来件人",
    }
}

/// Whether the actor may answer the person: who handles the matter's procedure, or registers where there is none.
///
/// # Errors
/// A refusal that says which right is missing.
pub fn may_reply(ctx: &Ctx, kind: Kind) -> Result<(), Refusal> {
    ctx.may(match kind {
        Kind::Complaint => Permission::HandleComplaint,
        Kind::Report => Permission::HandleReport,
        Kind::Settlement | Kind::Consultation | Kind::Suggestion | Kind::Praise | Kind::Other => {
            Permission::Register
        }
    })
}

/// An officer writes to the person.
///
/// # Errors
/// Refusals without the right, without text, or where the person has no receipt to read it with.
pub fn reply(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    text: &str,
    files: &[attachments::Stored],
) -> Result<TalkId> {
    may_reply(ctx, matter.kind)?;
    if receipts::current(tx, matter.id)?.is_none() {
        let words = format!("{}还没有回执，看不到留言；请先开具回执", person_words(matter.kind));
        return Err(Refusal::new("talk_receipt", words).at("talk_text").into());
    }
    write(tx, ctx, matter, Side::Office, MessageKind::Message, text, files)
}

/// The person of the receipt writes to the office; the caller has checked the receipt.
///
/// # Errors
/// Refusals without text, or for more than twenty messages in a day.
pub fn hear(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    kind: MessageKind,
    text: &str,
    files: &[attachments::Stored],
) -> Result<TalkId> {
    let day_ago = ctx.now.checked_sub(24.hours()).unwrap_or(ctx.now);
    let lately: i64 = tx.scalar(&LATELY, &params![matter.id, day_ago])?;
    if lately >= A_DAY {
        let words = format!("这一件一天内已经写了 {A_DAY} 条，请明天再写，或者拨打 12315");
        return Err(Refusal::new("talk_many", words).at("talk_text").into());
    }
    write(tx, ctx, matter, Side::Person, kind, text, files)
}

fn write(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: &Matter,
    side: Side,
    kind: MessageKind,
    text: &str,
    files: &[attachments::Stored],
) -> Result<TalkId> {
    let text = text.trim();
    if text.is_empty() && files.is_empty() {
        return Err(Refusal::new("talk_text", "请填写内容").at("talk_text").into());
    }
    if text.chars().count() > LONGEST {
        return Err(Refusal::new("talk_long", format!("最多 {LONGEST} 字")).at("talk_text").into());
    }
    let id: TalkId = ctx.id();
    let sealed = ctx.keyring().seal(TEXT, id.uuid(), text, ctx.entropy());
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.execute(&INSERT, &params![id, matter.id, side.code(), kind.code(), sealed, officer, ctx.now])?;
    for file in files {
        let file = attachments::add(tx, ctx, matter, file, "talk")?;
        tx.execute(&ADD_FILE, &params![id, file])?;
    }
    let (verb, who) = match side {
        Side::Office => ("talk_reply", ""),
        Side::Person => ("talk", person_words(matter.kind)),
    };
    let words = if kind == MessageKind::Message { "" } else { kind.label() };
    matter::note(
        tx,
        ctx,
        matter.id,
        verb,
        None,
        &json!({ "who": who, "words": words, "files": files.len() }),
    )?;
    Ok(id)
}

/// The talk of a matter in order.
///
/// # Errors
/// A fault when a sealed text does not open.
pub fn of(tx: &mut Tx, ctx: &Ctx, matter: MatterId) -> Result<Vec<Message>> {
    let files = tx.query(&FILES, &params![matter])?;
    tx.query(&OF, &params![matter])?.iter().map(|row| read(ctx, row, &files)).collect()
}

fn read(ctx: &Ctx, row: &Row, files: &[Row]) -> Result<Message> {
    let id: TalkId = row.get("id")?;
    let mut own = Vec::new();
    for file in files {
        if file.get::<TalkId>("talk_id")? == id {
            let sealed: bool = file.get("shows_reporter")?;
            let name = if sealed { attachments::SEALED.to_owned() } else { file.get("name")? };
            own.push((file.get("id")?, name));
        }
    }
    Ok(Message {
        side: Side::from_code(&row.get::<String>("side")?).unwrap_or(Side::Office),
        kind: MessageKind::from_code(&row.get::<String>("kind")?).unwrap_or(MessageKind::Message),
        text: ctx.keyring().open(TEXT, id.uuid(), &row.get::<Vec<u8>>("text")?)?,
        officer: row.get("officer")?,
        at: row.get("at")?,
        read_at: row.get("read_at")?,
        files: own,
    })
}

/// Marks what `writer` wrote as seen by the other side.
///
/// # Errors
/// A fault of the database.
pub fn seen(tx: &mut Tx, ctx: &Ctx, matter: MatterId, writer: Side) -> Result<()> {
    tx.execute(&READ, &params![matter, writer.code(), ctx.now])?;
    Ok(())
}

/// Whether a file of the matter belongs to its talk, so that the person may have it too.
///
/// # Errors
/// A fault of the database.
pub fn holds_file(tx: &mut Tx, matter: MatterId, file: AttachmentId) -> Result<bool> {
    Ok(tx.scalar::<i64>(&IN_TALK, &params![matter, file])? > 0)
}

const UNREAD: &str =
    "SELECT DISTINCT m.number, m.title, m.kind FROM talk t JOIN matter m ON m.id = t.matter_id";

/// Matters within reach whose person wrote something that no officer has seen; of the officer only, or of the unit.
pub(crate) fn unread(ctx: &Ctx, only_own: bool) -> Select {
    let (condition, values) = crate::visible(ctx);
    let list = Select::from(UNREAD).and("t.side = 'person' AND t.read_at IS NULL", []).and(condition, values);
    let officer = ctx.officer().ok().map(|officer| officer.id);
    let list = if only_own { list.and("m.officer_id = ?", params![officer]) } else { list };
    list.order("m.number").limit(20)
}

impl Message {
    /// When it was written, as people read it.
    pub fn when(&self) -> String {
        kernel::office_minute(self.at)
    }
}
