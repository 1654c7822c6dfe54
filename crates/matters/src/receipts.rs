//! Receipts (回执): the number of a matter and a one-time code, with which a person without an account sees how it stands.
//!
//! The code is shown once and stored only as a keyed mark. Guessing is answered alike whether the number exists or not,
//! and waits by the number that was typed, never by the address it came from: people share addresses (SEC_23, SEC_24).

use std::fmt;

use db::{Tx, params};
use jiff::{Timestamp, ToSpan as _};
use kernel::{Ctx, Id, MatterId, Permission, kind};
use serde_json::json;
use subtle::ConstantTimeEq as _;
use web::Result;

use crate::{Matter, matter};

/// An id of a receipt; a new receipt of the same matter has another.
pub type ReceiptId = Id<kind::Journal>;

/// Signs that cannot be confused with each other: 31 of them.
const SIGNS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Signs of a code: 59 bits.
const LENGTH: usize = 12;
/// Wrong tries before the number waits.
const PATIENCE: i64 = 5;
/// The longest wait in seconds. Short, because whoever only knows a number must not shut its owner out for long: at one try
/// a minute 59 bits take longer than the world is old.
const LONGEST_WAIT: i64 = 60;
/// Minutes after which earlier wrong tries are forgotten.
const MEMORY: i64 = 60;

/// A code, in the clear: it exists only while it is being shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl fmt::Display for Code {
    /// In three groups, as it is printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signs: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
        f.write_str(&groups.join("-"))
    }
}

impl Code {
    /// A code by chance.
    pub fn draw(ctx: &Ctx) -> Self {
        Self::spelled(u128::from_be_bytes(ctx.entropy().bytes()))
    }

    /// The code that belongs to a secret drawn by chance, which only its holder has: the same secret gives the same code, so
    /// that sending a form twice shows the same receipt although the code is not stored.
    pub fn of_secret(ctx: &Ctx, secret: &str) -> Self {
        let mark = ctx.keyring().blind("receipt_secret", secret);
        Self::spelled(u128::from_str_radix(&mark, 16).unwrap_or_default())
    }

    /// The code that belongs to `of` by the office's key, in a `realm` of its own: never stored, computed whenever it is needed,
    /// and nobody without the key can make one (SEC_54).
    pub fn keyed(ctx: &Ctx, realm: &str, of: &str) -> Self {
        let mark = ctx.keyring().blind(realm, of);
        Self::spelled(u128::from_str_radix(&mark, 16).unwrap_or_default())
    }

    /// Whether `typed` is this code: wide, small, spaced or not, compared in constant time.
    pub fn is(&self, typed: &str) -> bool {
        equal(&self.0, &plain(typed, |sign| sign.is_ascii_alphanumeric()))
    }

    fn spelled(mut chance: u128) -> Self {
        let count = SIGNS.len() as u128;
        let mut sign = || {
            let at = usize::try_from(chance % count).unwrap_or_default();
            chance /= count;
            char::from(SIGNS[at])
        };
        Self((0..LENGTH).map(|_| sign()).collect())
    }
}

/// What is typed as it is compared: half width, capitals, without blanks.
fn plain(typed: &str, keep: fn(char) -> bool) -> String {
    let half = |sign: char| match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '—' | '–' => '-',
        other => other,
    };
    typed
        .chars()
        .map(half)
        .filter(|sign| keep(*sign))
        .take(60)
        .map(|sign| sign.to_ascii_uppercase())
        .collect()
}

fn mark(ctx: &Ctx, matter: MatterId, code: &str) -> String {
    ctx.keyring().blind("receipt", &format!("{matter}|{}", plain(code, |sign| sign.is_ascii_alphanumeric())))
}

db::sql! {
    ISSUE = "INSERT INTO receipt (id, matter_id, code_mark, made_at, by_id) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (matter_id) DO UPDATE SET id = excluded.id, code_mark = excluded.code_mark, made_at = excluded.made_at, \
             by_id = excluded.by_id";
    CURRENT = "SELECT id, code_mark FROM receipt WHERE matter_id = $1";
    BY_NUMBER = "SELECT r.id, r.matter_id, r.code_mark FROM receipt r JOIN matter m ON m.id = r.matter_id WHERE m.number = $1";
    TRIES = "SELECT failures, waits_until, last_at FROM receipt_try WHERE number_mark = $1 FOR_UPDATE";
    FIRST_TRY = "INSERT INTO receipt_try (number_mark, failures, waits_until, last_at) VALUES ($1, 0, NULL, $2) ON CONFLICT (number_mark) DO NOTHING";
    FAILED = "INSERT INTO receipt_try (number_mark, failures, waits_until, last_at) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (number_mark) DO UPDATE SET failures = excluded.failures, waits_until = excluded.waits_until, \
              last_at = excluded.last_at";
    SUCCEEDED = "DELETE FROM receipt_try WHERE number_mark = $1";
    FORGET = "DELETE FROM receipt_try WHERE last_at < $1";
}

/// Gives a matter a receipt with `code`; an earlier one is void from now on.
///
/// # Errors
/// A refusal without the right to register.
pub fn issue(tx: &mut Tx, ctx: &Ctx, matter: &Matter, code: &Code) -> Result<ReceiptId> {
    ctx.may(Permission::Register)?;
    let again = current(tx, matter.id)?.is_some();
    let id: ReceiptId = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    tx.put(&ISSUE, &params![id, matter.id, mark(ctx, matter.id, &code.0), ctx.now, officer])?;
    let words = if again { "原查询码作废" } else { "" };
    matter::note(tx, ctx, matter.id, "receipt", None, &json!({ "words": words }))?;
    Ok(id)
}

/// The receipt in force, if the matter has one.
///
/// # Errors
/// A fault of the database.
pub fn current(tx: &mut Tx, matter: MatterId) -> Result<Option<ReceiptId>> {
    Ok(tx.one(&CURRENT, &params![matter])?.map(|row| row.get("id")).transpose()?)
}

/// Whether `code` is the one in force.
///
/// # Errors
/// A fault of the database.
pub fn holds(tx: &mut Tx, ctx: &Ctx, matter: MatterId, code: &Code) -> Result<bool> {
    let Some(row) = tx.one(&CURRENT, &params![matter])? else { return Ok(false) };
    Ok(equal(&row.get::<String>("code_mark")?, &mark(ctx, matter, &code.0)))
}

fn equal(one: &str, two: &str) -> bool {
    one.as_bytes().ct_eq(two.as_bytes()).into()
}

/// What number and code opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The matter, by this receipt.
    Matter(MatterId, ReceiptId),
    /// Number or code is wrong; which of them is not told.
    Wrong,
    /// Too many wrong tries with this number; wait so many seconds.
    Wait(i64),
}

/// Opens a matter by number and code. A wrong try is counted, so the transaction must be committed.
///
/// # Errors
/// A fault of the database.
pub fn open(tx: &mut Tx, ctx: &Ctx, number: &str, code: &str) -> Result<Opened> {
    let number = plain(number, |sign| sign.is_ascii_alphanumeric() || sign == '-');
    let tried = try_once(tx, ctx, ("receipt_number", &number), |tx| {
        let row = tx.one(&BY_NUMBER, &params![number])?;
        // The same work is done for a number that nobody has.
        let nobody: MatterId = Id::from_uuid(Default::default());
        let (matter, kept, id) = match &row {
            Some(row) => (row.get("matter_id")?, row.get("code_mark")?, Some(row.get("id")?)),
            None => (nobody, String::new(), None),
        };
        let given = mark(ctx, matter, code);
        Ok(id.filter(|_| equal(&kept, &given)).map(|id| (matter, id)))
    });
    Ok(match tried? {
        Tried::Opened((matter, id)) => Opened::Matter(matter, id),
        Tried::Wrong => Opened::Wrong,
        Tried::Wait(seconds) => Opened::Wait(seconds),
    })
}

/// What a number and a code opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried<T> {
    /// What they open.
    Opened(T),
    /// Number or code is wrong; which of them is not told.
    Wrong,
    /// Too many wrong tries with this number; wait so many seconds.
    Wait(i64),
}

/// Lets `open` look once whether `number`, as it was typed, and its code open something; `None` is a wrong try, which is
/// counted, and too many have the number wait. Numbers of different realms wait apart. `open` does the same work whether there
/// is such a number or not.
///
/// # Errors
/// A fault of the database.
pub fn try_once<T>(
    tx: &mut Tx,
    ctx: &Ctx,
    (realm, number): (&str, &str),
    open: impl FnOnce(&mut Tx) -> Result<Option<T>>,
) -> Result<Tried<T>> {
    let number_mark = ctx.keyring().blind(realm, number);
    let tries = Tries::load(tx, ctx, &number_mark)?;
    if let Some(until) = tries.waits_until.filter(|until| *until > ctx.now) {
        let left = until.duration_since(ctx.now).as_secs();
        return Ok(Tried::Wait(left.max(1)));
    }
    if let Some(opened) = open(tx)? {
        tx.execute(&SUCCEEDED, &params![number_mark])?;
        return Ok(Tried::Opened(opened));
    }
    tries.failed(tx, ctx, &number_mark)?;
    Ok(Tried::Wrong)
}

/// Wrong tries with one number.
#[derive(Default)]
struct Tries {
    failures: i64,
    waits_until: Option<Timestamp>,
}

impl Tries {
    fn load(tx: &mut Tx, ctx: &Ctx, number_mark: &str) -> Result<Self> {
        // A row to lock from the first try on, so that many at once are counted one after the other (SEC_21).
        tx.execute(&FIRST_TRY, &params![number_mark, ctx.now])?;
        let Some(row) = tx.query(&TRIES, &params![number_mark])?.into_iter().next() else {
            return Ok(Self::default());
        };
        let fresh = ctx.now.checked_sub(MEMORY.minutes()).unwrap_or(ctx.now);
        if row.get::<Timestamp>("last_at")? < fresh {
            return Ok(Self::default());
        }
        Ok(Self { failures: row.get("failures")?, waits_until: row.get("waits_until")? })
    }

    /// From the fifth on the number waits: 1, 2, 4 … seconds, a minute at most.
    fn failed(&self, tx: &mut Tx, ctx: &Ctx, number_mark: &str) -> Result<()> {
        let failures = self.failures + 1;
        let doublings = u32::try_from(failures - PATIENCE).ok();
        let seconds = doublings.map(|count| (1_i64 << count.min(10)).min(LONGEST_WAIT));
        let until = seconds.and_then(|seconds| ctx.now.checked_add(seconds.seconds()).ok());
        tx.execute(&FAILED, &params![number_mark, failures, until, ctx.now])?;
        Ok(())
    }
}

/// Forgets wrong tries older than an hour; called by repeating work.
///
/// # Errors
/// A fault of the database.
pub fn forget_tries(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let old = ctx.now.checked_sub(MEMORY.minutes()).unwrap_or(ctx.now);
    tx.execute(&FORGET, &params![old])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{Actor, Ground};

    use super::*;

    fn ctx() -> Ctx {
        Ground::standing(Timestamp::UNIX_EPOCH, "receipts").ctx(Actor::Public)
    }

    #[test]
    fn codes_are_long_unambiguous_and_differ() {
        let ctx = ctx();
        let (one, two) = (Code::draw(&ctx), Code::draw(&ctx));
        assert_ne!(one, two);
        let shown = one.to_string();
        assert_eq!(shown.len(), 14);
        assert!(shown.chars().all(|sign| sign == '-' || SIGNS.contains(&(sign as u8))), "{shown}");
        assert!(!format!("{one:?}").contains(&one.0), "a code never reaches a log");
    }

    #[test]
    fn one_secret_gives_one_code_and_another_key_another() {
        let (ctx, other) = (ctx(), Ground::standing(Timestamp::UNIX_EPOCH, "elsewhere").ctx(Actor::Public));
        assert_eq!(Code::of_secret(&ctx, "abc"), Code::of_secret(&ctx, "abc"));
        assert_ne!(Code::of_secret(&ctx, "abc"), Code::of_secret(&ctx, "abd"));
        assert_ne!(Code::of_secret(&ctx, "abc"), Code::of_secret(&other, "abc"));
    }

    #[test]
    fn what_is_typed_may_be_wide_small_and_spaced() {
        let any = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        assert_eq!(plain(" ｔｓ－23 —2026-00001", any), "TS-23-2026-00001");
        let ctx = ctx();
        let matter = Id::from_uuid(Default::default());
        assert_eq!(mark(&ctx, matter, "abcd-efgh-jkmn"), mark(&ctx, matter, "ＡＢＣＤ EFGH JKMN"));
        assert_ne!(mark(&ctx, matter, "ABCD"), mark(&ctx, matter, "ABCE"));
    }
}
