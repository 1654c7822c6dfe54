//! Files that the browser saves.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// Word files (ISO/IEC 29500).
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// PDF (ISO 32000).
pub const PDF: &str = "application/pdf";

fn coded(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

/// A file under `name`, to be saved and never shown as a page of ours (SEC_07). Signs that file systems refuse become `_`.
#[must_use]
pub fn download(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let name: String = name
        .chars()
        .map(|c| if "/\\:*?\"<>|".contains(c) || c.is_control() { '_' } else { c })
        .take(100)
        .collect();
    let mut response = bytes.into_response();
    let place = format!("attachment; filename*=UTF-8''{}", coded(&name));
    // Coded, it is ASCII.
    let place = HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CONTENT_DISPOSITION, place);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_07_a_name_cannot_leave_its_header_nor_its_folder() {
        let answer = download("../甲\r\nSet-Cookie: x.docx", DOCX, Vec::new());
        let place = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(place, "attachment; filename*=UTF-8''.._%E7%94%B2__Set-Cookie_%20x.docx");
    }
}
