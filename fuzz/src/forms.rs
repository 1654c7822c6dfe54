//! Forms: what was typed arrives as it was typed, or not at all; and is shown again without becoming markup.

use axum::{body::Body, extract::FromRequest as _, http::Request};
use web::{Form, Problem, Upload};

use super::{feed::Feed, office::desk};

const MULTIPART: &str = "multipart/form-data; boundary=xb";
const CODED: &str = "application/x-www-form-urlencoded";

/// The first byte says how the bytes after it are sent.
pub fn hold(data: &[u8]) {
    let mut feed = Feed::new(data);
    match feed.below(4) {
        0 => coded(feed.rest()),
        1 => drop(sent(MULTIPART, feed.rest().to_vec()).map(|form| checked(&form))),
        2 => both_ways(&mut feed),
        _ => fields(&feed.text()),
    }
}

fn sent(media: &str, body: Vec<u8>) -> Option<Form> {
    let desk = desk();
    let request =
        Request::post("/x").header("content-type", media).body(Body::from(body)).expect("a request");
    match desk.runtime.block_on(Form::from_request(request, &desk.office.app)) {
        Ok(form) => Some(form),
        Err(Problem::Malformed(words)) => {
            assert!(!words.is_empty());
            None
        }
        Err(other) => panic!("neither read nor refused: {other}"),
    }
}

/// A sign that nobody types and no engine stores.
fn unwanted(sign: char) -> bool {
    sign == '\0' || kernel::mask::turns(sign)
}

fn checked(form: &Form) {
    assert!(form.pairs().len() <= 500 && !form.has_errors());
    assert!(form.pairs().iter().all(|(_, value)| value.len() <= 80_000 && !value.contains(unwanted)));
    for (name, _) in form.pairs() {
        assert!(!name.contains(unwanted), "the name of a field may be stored with a draft: {name:?}");
    }
    for Upload { name, bytes, field } in &form.files {
        assert!(!bytes.is_empty() && name.chars().count() <= 200);
        assert!(!name.chars().any(|c| c.is_control() || unwanted(c)), "{name:?}");
        assert!(!field.contains(unwanted), "{field:?}");
    }
}

/// `application/x-www-form-urlencoded` as the standard reads it.
fn decoded(body: &[u8]) -> Vec<(String, String)> {
    let text = |part: &[u8]| {
        let (mut out, mut at) = (Vec::new(), 0);
        while let Some(byte) = part.get(at) {
            let hex =
                part.get(at + 1..at + 3).filter(|hex| *byte == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
            if let Some(hex) = hex {
                let hex = std::str::from_utf8(hex).expect("hex digits");
                out.push(u8::from_str_radix(hex, 16).expect("hex digits"));
                at += 3;
            } else {
                out.push(if *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
        String::from_utf8_lossy(&out).replace(unwanted, "")
    };
    let parts = body.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    let pair = |part: &[u8]| {
        let at = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        (text(&part[..at]), text(part.get(at + 1..).unwrap_or_default()))
    };
    parts.map(pair).collect()
}

fn coded(body: &[u8]) {
    let wanted = decoded(body);
    let most = wanted.iter().map(|(_, value)| value.len()).max().unwrap_or_default();
    match sent(CODED, body.to_vec()) {
        Some(form) => {
            checked(&form);
            assert_eq!(form.pairs(), wanted);
        }
        None => assert!(wanted.len() > 500 || most > 80_000, "refused without a reason: {wanted:?}"),
    }
}

/// The same fields as a form with files and as one without.
fn both_ways(feed: &mut Feed) {
    let text = feed.text();
    let mut words = text.split('\u{1f}');
    let (mut wanted, mut multipart, mut coded) = (Vec::new(), String::new(), String::new());
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        // The boundary belongs to whoever sends; what a header line may hold is not the subject here.
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        if value.contains("--xb") {
            return;
        }
        multipart
            .push_str(&format!("--xb\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        let hex = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        coded.push_str(&format!("{}={}&", hex(&name), hex(value)));
        wanted.push((name, value.replace(unwanted, "")));
    }
    if wanted.is_empty() || wanted.len() > 500 || text.len() > 80_000 {
        return;
    }
    multipart.push_str("--xb\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a\u{202e}b.txt\"\r\n\r\n正文\r\n--xb--\r\n");
    let one = sent(MULTIPART, multipart.into_bytes()).expect("a whole form");
    let other = sent(CODED, coded.into_bytes()).expect("a whole form");
    assert_eq!(one.pairs(), wanted);
    assert_eq!(other.pairs(), wanted);
    assert_eq!((one.files.len(), one.files[0].name.as_str()), (1, "ab.txt"));
}

/// What is read from a field is what stands in it, or the field has an error; shown again it is text.
fn fields(text: &str) {
    let mut form = Form::of(vec![("f".to_owned(), text.to_owned())], Vec::new());
    let typed = text.trim();
    let reads: [fn(&mut Form) -> bool; 5] = [
        |form| day(form),
        |form| form.instant("f").is_some(),
        |form| form.money("f").is_some(),
        |form| form.number("f").is_some(),
        |form| form.id::<kernel::kind::Matter>("f").is_some(),
    ];
    for read in reads {
        let mut form = form.clone();
        let found = read(&mut form);
        assert_eq!(form.has_errors(), !found && !typed.is_empty(), "{typed}");
    }
    assert_eq!(form.text("f", 10).as_str(), typed);
    assert_eq!(form.has_errors(), typed.chars().count() > 10);
    let empty = Form::of(vec![("f".to_owned(), String::new())], Vec::new());
    let options = vec![(typed.to_owned(), typed.to_owned()), ("b".to_owned(), "乙".to_owned())];
    let signs = |html: String| html.matches(['<', '>', '"', '\'']).count();
    let form = Form::of(vec![("f".to_owned(), text.to_owned())], Vec::new());
    assert_eq!(signs(form.line("f", "名", "提示").0), signs(empty.line("f", "名", "提示").0));
    assert_eq!(signs(form.area("f", "名", "提示", 3).0), signs(empty.area("f", "名", "提示", 3).0));
    assert_eq!(signs(form.hidden("f").0), signs(empty.hidden("f").0));
    let plain = vec![("a".to_owned(), "甲".to_owned()), ("b".to_owned(), "乙".to_owned())];
    assert_eq!(signs(form.select("f", "名", "", &options).0), signs(form.select("f", "名", "", &plain).0));
}

/// The day is the three numbers that were typed, with nothing between them but the signs of a date.
fn day(form: &mut Form) -> bool {
    let typed = form.value("f").to_owned();
    let Some(day) = form.date("f") else { return false };
    let numbers: Vec<&str> =
        typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [year, month, date] = numbers[..] else { panic!("{day} was read from “{typed}”") };
    let number = |part: &str| part.parse::<i16>().expect("a number");
    let wanted = (number(year), number(month), number(date));
    assert_eq!((day.year(), i16::from(day.month()), i16::from(day.day())), wanted, "{typed}");
    let sign = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-年月日/.+".contains(c);
    assert!(typed.chars().all(sign), "{day} was read from “{typed}”");
    true
}
