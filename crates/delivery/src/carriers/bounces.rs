//! What mail servers report about messages they took (RFC 3464): read from a folder that the bureau's mail goes into.
//!
//! A report counts by its envelope mark alone: the notice's key and a keyed mark of it, which only the servers on the way
//! have seen. Addresses, subjects and who sent the report prove nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, fmt::rfc2822};
use kernel::{Keyring, NoticeId};
use mail_parser::{MessageParser, MessagePart, MimeHeaders as _};
use subtle::ConstantTimeEq as _;

use super::{key, said};

/// Messages of one round.
const ROUND: usize = 500;
/// Bytes a report may have; larger mail is no report of ours, which come with heads only.
const LIMIT: u64 = 1024 * 1024;
/// Purpose of the keyed mark.
const PURPOSE: &str = "delivery_report";

/// The mark of a notice's envelope (ENVID): its key, and what only this office's keys make of it.
pub fn envelope(keyring: &Keyring, notice: NoticeId) -> String {
    let key = key(notice);
    let mark = keyring.blind(PURPOSE, &key);
    format!("{key}.{mark}")
}

/// The notice of a mark, when it is one of ours.
fn notice_of(keyring: &Keyring, mark: &str) -> Option<NoticeId> {
    let notice: NoticeId = mark.split('.').next()?.parse().ok()?;
    let right = envelope(keyring, notice);
    bool::from(right.as_bytes().ct_eq(mark.as_bytes())).then_some(notice)
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It lies in the person's mailbox.
    Delivered,
    /// It went on to a server that does not report.
    Relayed,
    /// It will not arrive.
    Failed,
    /// Nothing yet.
    Pending,
}

/// A report about one of our messages.
#[derive(Clone, Debug)]
pub(crate) struct Bounce {
    pub notice: NoticeId,
    pub fate: Fate,
    /// The status, `5.1.1` (RFC 3463).
    pub status: String,
    /// Why not, in the server's words, without addresses.
    pub reason: String,
    pub at: Option<Timestamp>,
    /// The report without recipients and addresses.
    pub text: String,
}

/// A file of the folder and what it says.
pub(crate) struct Found {
    pub bounce: Option<Bounce>,
    place: PathBuf,
    root: PathBuf,
}

/// The mail that waits in `folder`: a maildir's `new` and `cur`, or single files.
///
/// # Errors
/// When it cannot be read; no folder is no mail.
pub(crate) fn waiting(folder: &Path, keyring: &Keyring) -> io::Result<Vec<Found>> {
    let mut places = Vec::new();
    for place in [folder.to_owned(), folder.join("new"), folder.join("cur")] {
        match fs::read_dir(&place) {
            Ok(entries) => places.extend(entries.filter_map(|entry| {
                let entry = entry.ok()?;
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                (entry.file_type().ok()?.is_file() && !hidden).then(|| entry.path())
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    places.sort();
    places.truncate(ROUND);
    let found = |place: PathBuf| Found { bounce: load(&place, keyring), place, root: folder.to_owned() };
    Ok(places.into_iter().map(found).collect())
}

fn load(place: &Path, keyring: &Keyring) -> Option<Bounce> {
    if fs::metadata(place).ok()?.len() > LIMIT {
        return None;
    }
    read(&fs::read(place).ok()?, keyring)
}

fn is(part: &MessagePart<'_>, kind: &str, subkind: &str) -> bool {
    part.content_type().is_some_and(|found| {
        let sub = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subkind)
    })
}

/// Reads one message; `None` when it is not a report about something we sent.
fn read(bytes: &[u8], keyring: &Keyring) -> Option<Bounce> {
    let message = MessageParser::default().parse(bytes)?;
    let root = message.parts.first().filter(|root| is(root, "multipart", "report"))?;
    // Only the parts of the report itself: a report inside a message that is passed on proves nothing.
    let own = root.sub_parts()?.iter().filter_map(|id| message.parts.get(usize::try_from(*id).ok()?));
    let status = own.into_iter().find(|part| is(part, "message", "delivery-status"))?;
    let groups = groups(&String::from_utf8_lossy(status.contents()));
    let (about, recipients) = groups.split_first()?;
    let notice = notice_of(keyring, field(about, "original-envelope-id"))?;
    let fates: Vec<Fate> = recipients.iter().map(|group| fate(field(group, "action"))).collect();
    // One message has one recipient; where an address was spread over several, the worst counts.
    let order = [Fate::Failed, Fate::Pending, Fate::Relayed, Fate::Delivered];
    let worst = order.into_iter().find(|fate| fates.contains(fate))?;
    let group = recipients.iter().zip(&fates).find(|(_, fate)| **fate == worst)?.0;
    let why = field(group, "diagnostic-code");
    let at = ["last-attempt-date", "arrival-date"].map(|name| {
        let written =
            [group, about].into_iter().map(|group| field(group, name)).find(|date| !date.is_empty());
        rfc2822::parse(written?).ok().map(|zoned| zoned.timestamp())
    });
    Some(Bounce {
        notice,
        fate: worst,
        status: code(field(group, "status")),
        reason: nameless(&said(why.split_once(';').map_or(why, |(_, words)| words))),
        at: at.into_iter().flatten().next(),
        text: written(&groups),
    })
}

/// A status code and nothing else.
fn code(words: &str) -> String {
    words.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect()
}

/// Without addresses: the report is read by more people than the address (SEC_34).
fn nameless(words: &str) -> String {
    let word = |word| if str::contains(word, '@') { "（地址）" } else { word };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The groups as text, without those who were written to.
fn written(groups: &[Group]) -> String {
    let mut text = String::new();
    for group in groups {
        for (name, value) in group.iter().filter(|(name, _)| !name.ends_with("-recipient")) {
            text.push_str(&format!("{name}: {}\n", nameless(&said(value))));
        }
        text.push('\n');
    }
    text
}

fn fate(action: &str) -> Fate {
    match action.to_lowercase().as_str() {
        "delivered" => Fate::Delivered,
        "relayed" => Fate::Relayed,
        "failed" => Fate::Failed,
        // `delayed`, `expanded`, and words to come.
        _ => Fate::Pending,
    }
}

type Group = Vec<(String, String)>;

/// The groups of fields, lines that go on joined, names in lower case; parentheses (comments) stay.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            open = false;
        } else if let (true, Some((_, value))) =
            (line.starts_with([' ', '\t']), groups.last_mut().and_then(|group| group.last_mut()))
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            if !open {
                groups.push(Group::new());
                open = true;
            }
            if let Some(group) = groups.last_mut() {
                group.push((name.trim().to_lowercase(), value.trim().to_owned()));
            }
        }
    }
    groups
}

fn field<'a>(group: &'a Group, name: &str) -> &'a str {
    group.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

impl Found {
    /// Takes the file away: what counts of it is with the matter. What is no report of ours goes to `refused`.
    ///
    /// # Errors
    /// When it cannot be removed or moved.
    pub(crate) fn put_away(&self, taken: bool) -> io::Result<()> {
        if taken {
            return fs::remove_file(&self.place);
        }
        let folder = self.root.join("refused");
        fs::create_dir_all(&folder)?;
        fs::rename(&self.place, folder.join(self.place.file_name().unwrap_or_default()))
    }
}

/// The names of messages that were no reports of ours: somebody must look at them.
pub(crate) fn refused(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("refused")).map(|entries| {
        let name = |entry: io::Result<fs::DirEntry>| Some(said(&entry.ok()?.file_name().to_string_lossy()));
        entries.filter_map(name).collect::<Vec<_>>()
    });
    let mut names = names.unwrap_or_default();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(mark: &str, rest: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: {mark}\r\n\r\n{rest}\r\n--b--\r\n"
        )
    }

    fn keyring() -> Keyring {
        Keyring::parse(&format!("1 = {}", "5a".repeat(32))).unwrap()
    }

    #[test]
    fn a_report_is_read_with_its_folded_lines_and_its_recipient() {
        let (keyring, notice) = (keyring(), NoticeId::from_uuid(Default::default()));
        let rest = "Final-Recipient: rfc822; a@b.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n\
                    Diagnostic-Code: smtp; 550 <a@b.cn>\r\n no such user\r\nLast-Attempt-Date: Wed, 23 Sep 2026 09:01:00 +0800\r\n";
        let bounce = read(report(&envelope(&keyring, notice), rest).as_bytes(), &keyring).unwrap();
        assert_eq!((bounce.notice, bounce.fate), (notice, Fate::Failed));
        assert_eq!((bounce.status.as_str(), bounce.reason.as_str()), ("5.1.1", "550 （地址） no such user"));
        assert!(
            !bounce.text.contains('@') && bounce.text.contains("reporting-mta: dns; mx.example"),
            "{}",
            bounce.text
        );
        assert_eq!(bounce.at, Some("2026-09-23T01:01:00Z".parse().unwrap()));
    }

    #[test]
    fn sec_32_without_the_keyed_mark_a_report_is_nothing() {
        let (keyring, notice) = (keyring(), NoticeId::from_uuid(Default::default()));
        let rest = "Action: delivered\r\nStatus: 2.0.0\r\n";
        let right = envelope(&keyring, notice);
        assert!(read(report(&right, rest).as_bytes(), &keyring).is_some());
        let other = Keyring::parse(&format!("1 = {}", "5b".repeat(32))).unwrap();
        let forged = right.split('.').next().unwrap().to_owned();
        for mark in [
            envelope(&other, notice),
            forged.clone(),
            format!("{forged}."),
            String::new(),
            right.to_uppercase(),
        ] {
            assert!(read(report(&mark, rest).as_bytes(), &keyring).is_none(), "{mark}");
        }
        // A genuine report passed on inside another message.
        let inside = report(&right, rest);
        let outer = format!(
            "Content-Type: multipart/report; boundary=\"o\"\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n{inside}\r\n--o--\r\n"
        );
        assert!(read(outer.as_bytes(), &keyring).is_none());
        assert!(read(b"", &keyring).is_none() && read(b"\xff\xfe\x00", &keyring).is_none());
    }
}
