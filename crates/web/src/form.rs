//! Forms: read with sentences per field, shown again with everything that was typed.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use kernel::{Id, Money, OFFICE_ZONE, Refusal, mask};

use crate::{App, Problem};

/// Characters a single field may hold.
const FIELD_LIMIT: usize = 20_000;
/// Characters of a file's name.
const LONGEST_NAME: usize = 200;

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field.
    pub field: String,
    /// The name the browser gave; never used as a path.
    pub name: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// What was typed, what is wrong with it, and the files. Reading a field notes its error; `has_errors` decides.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    refusal: Option<Refusal>,
    /// Files that came with it.
    pub files: Vec<Upload>,
}

impl Form {
    /// A form with these values, for editing what is there.
    pub fn filled<'a>(values: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { values, ..Self::default() }
    }

    /// The same form with `name` holding `value` instead of what was typed.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.values.retain(|(key, _)| key != name);
        self.values.push((name.to_owned(), value));
        self
    }

    /// A form as a program fills it: names with values, names may repeat, and files.
    pub fn of(values: Vec<(String, String)>, files: Vec<Upload>) -> Self {
        Self { values, files, ..Self::default() }
    }

    /// What was typed, trimmed; empty when nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that can be ticked several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box was ticked.
    pub fn checked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// The pairs as typed, for drafts.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }

    /// Notes what is wrong with a field.
    pub fn error(&mut self, name: &str, sentence: impl Into<String>) {
        if !self.errors.iter().any(|(key, _)| key == name) {
            self.errors.push((name.to_owned(), sentence.into()));
        }
    }

    /// Notes a command's refusal at its field, or on top.
    pub fn refuse(&mut self, refusal: &Refusal) {
        self.error(refusal.field.unwrap_or(""), refusal.to_string());
        self.refusal.get_or_insert_with(|| refusal.clone());
    }

    /// The first refusal that was noted, with its stable code and article.
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// Notes a refusal among the problems; other problems go on to the caller.
    ///
    /// # Errors
    /// Every problem that is not a plain refusal.
    pub fn absorb(&mut self, problem: Problem) -> Result<(), Problem> {
        match problem {
            Problem::Refused(refusal) => {
                self.refuse(&refusal);
                Ok(())
            }
            other => Err(other),
        }
    }

    /// Whether anything is wrong.
    pub const fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// (field, sentence) in the order found.
    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }

    /// What is wrong with a field.
    pub fn error_of(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|(key, _)| key == name).map(|(_, sentence)| sentence.as_str())
    }

    /// Text that must be there, at most `most` characters.
    pub fn required(&mut self, name: &str, sentence: &str, most: usize) -> String {
        let text = self.text(name, most);
        if text.is_empty() {
            self.error(name, sentence);
        }
        text
    }

    /// Text that may be there, at most `most` characters.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let text = self.value(name).to_owned();
        let count = text.chars().count();
        if count > most {
            self.error(name, format!("最多 {most} 字，现有 {count} 字"));
        }
        text
    }

    /// A masked value must never be stored over the real one (SEC_39).
    pub fn refuse_masked(&mut self, names: &[&str]) {
        for name in names {
            if mask::is_masked(self.value(name)) {
                self.error(name, "这里是遮盖后的内容，请重新填写完整内容或者留空");
            }
        }
    }

    /// A date `2026-04-15`, also written with 年月日, dots or slashes.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let plain = typed.replace(['年', '月', '/', '.'], "-").replace('日', "");
        // A part that is no number is not passed over: what is left would be another day than the one that was typed.
        let number = |part: &str| {
            let part = part.trim();
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten()
        };
        let parts: Option<Vec<i16>> = plain.split('-').map(number).collect();
        let date = match parts.as_deref() {
            Some([year, month, day]) => i8::try_from(*month)
                .ok()
                .zip(i8::try_from(*day).ok())
                .and_then(|(m, d)| Date::new(*year, m, d).ok()),
            _ => None,
        };
        if date.is_none() {
            self.error(name, "日期请按 2026-04-15 的样子填写");
        }
        date
    }

    /// An instant of the office as `datetime-local` sends it: `2026-04-15T09:30`.
    pub fn instant(&mut self, name: &str) -> Option<Timestamp> {
        let typed = self.value(name).replace(' ', "T");
        if typed.is_empty() {
            return None;
        }
        let at = typed.parse::<DateTime>().ok().and_then(|at| OFFICE_ZONE.to_timestamp(at).ok());
        if at.is_none() {
            self.error(name, "时间请按 2026-04-15 09:30 的样子填写");
        }
        at
    }

    /// Money in yuan with at most two decimals.
    pub fn money(&mut self, name: &str) -> Option<Money> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        typed.parse().map_err(|error: kernel::MoneyError| self.error(name, error.to_string())).ok()
    }

    /// An id from a hidden field or a choice.
    pub fn id<K>(&mut self, name: &str) -> Option<Id<K>> {
        self.parsed(name, "请从列表中选择")
    }

    /// A whole number.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        self.parsed(name, "请填整数")
    }

    fn parsed<T: FromStr>(&mut self, name: &str, sentence: &str) -> Option<T> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        typed.parse().map_err(|_| self.error(name, sentence)).ok()
    }

    /// One of `choices`, or a sentence.
    pub fn choice<'a>(
        &mut self,
        name: &str,
        choices: impl IntoIterator<Item = &'a str>,
        sentence: &str,
    ) -> String {
        let typed = self.value(name).to_owned();
        if !choices.into_iter().any(|choice| choice == typed) {
            self.error(name, sentence);
        }
        typed
    }
}

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Problem> {
        // A program's request, read and checked already: extensions come from inside, never over the wire.
        if let Some(form) = request.extensions_mut().remove::<Self>() {
            return limited(form);
        }
        let content = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content.is_some_and(|content| content.starts_with("multipart/form-data")) {
            let parts =
                Multipart::from_request(request, app).await.map_err(|e| Problem::Malformed(e.to_string()))?;
            return multipart(parts).await;
        }
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|_| Problem::Malformed("表单内容过大".to_owned()))?;
        let values: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| Problem::Malformed("表单格式不对".to_owned()))?;
        limited(Self { values, ..Self::default() })
    }
}

async fn multipart(mut parts: Multipart) -> Result<Form, Problem> {
    let broken = |_| Problem::Malformed("上传没有完成，请重试；一次最多 25 MB".to_owned());
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(broken)?;
        match file {
            Some(name) if !bytes.is_empty() => form.files.push(Upload { field, name, bytes }),
            Some(_) => {}
            None => form.values.push((field, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    limited(form)
}

/// The name of a file as it may be stored and read: of our length, without signs nobody sees, among them those that turn
/// the direction of writing, so that `x\u{202e}fdp.exe` does not read as a PDF (SEC_51).
fn honest(name: &str) -> String {
    let hidden = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    name.chars().filter(|sign| !hidden(*sign)).take(LONGEST_NAME).collect()
}

fn limited(mut form: Form) -> Result<Form, Problem> {
    // Neither engine stores a NUL, and nobody types one. What turns the direction of writing would turn what stands beside it
    // on a page or a paper as well (SEC_51): a name could read as another.
    let unwanted = |sign: char| sign == '\0' || mask::turns(sign);
    let texts = form.values.iter_mut().flat_map(|(name, value)| [name, value]);
    for text in texts.chain(form.files.iter_mut().map(|file| &mut file.field)) {
        if text.contains(unwanted) {
            *text = text.replace(unwanted, "");
        }
    }
    form.files.iter_mut().for_each(|file| file.name = honest(&file.name));
    let too_long = form.values.iter().any(|(_, value)| value.len() > FIELD_LIMIT * 4);
    if too_long || form.values.len() > 500 {
        return Err(Problem::Malformed("内容过长，请分次填写".to_owned()));
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: parts that are no number were passed over.
    #[test]
    fn a_day_is_read_whole_or_not_at_all() {
        let read =
            |typed: &str| Form::filled([("day", typed.to_owned())]).date("day").map(|day| day.to_string());
        for typed in ["2026-04-15", "2026年4月15日", "2026/4/15", "2026. 4. 15"] {
            assert_eq!(read(typed).as_deref(), Some("2026-04-15"), "{typed}");
        }
        for typed in
            ["2026-04-15-前后", "2026-约-04-15", "2026--04-15", "大约-2026-04-15", "2026-04", "+2026-04-15"]
        {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    /// Found by fuzzing: only the values were looked at.
    #[test]
    fn names_of_fields_hide_nothing() {
        let file = Upload {
            field: "fi\u{202e}les".to_owned(),
            name: "a".to_owned(),
            bytes: Bytes::from_static(b"a"),
        };
        let form =
            limited(Form::of(vec![("na\0me\u{202e}".to_owned(), "王\0某".to_owned())], vec![file])).unwrap();
        assert_eq!((form.value("name"), form.files[0].field.as_str()), ("王某", "files"));
    }

    #[test]
    fn sec_51_names_of_files_hide_nothing() {
        assert_eq!(honest("发票\u{202e}fdp.exe\0\r\n"), "发票fdp.exe");
        assert_eq!(honest(&"长".repeat(900)).chars().count(), LONGEST_NAME);
    }
}
