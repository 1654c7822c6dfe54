//! Where in a file something is wrong.

use crate::LawError;

/// The line of a place in a text, from 1.
pub(crate) fn at(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
}

/// What a TOML reader says, with its line.
pub(crate) fn of_toml(text: &str, error: &toml::de::Error) -> LawError {
    let line = error.span().map_or(1, |span| at(text, span.start));
    LawError::Line { line, words: told(error.message()) }
}

/// The usual complaints of a reader in Chinese; others as they are.
pub(crate) fn told(message: &str) -> String {
    let message = message.trim();
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        format!("缺少“{quoted}”")
    } else if message.starts_with("unknown variant") {
        format!("“{quoted}”不是可以用的写法")
    } else if message.starts_with("duplicate key") {
        "同一项写了两次".to_owned()
    } else {
        format!("格式不对（{message}）")
    }
}

/// Reads TOML, with the line of what is wrong.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, LawError> {
    toml::from_str(text).map_err(|error| of_toml(text, &error))
}
