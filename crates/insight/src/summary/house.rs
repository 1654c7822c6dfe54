//! The office's own Word documents (本局文件样式, record 49): places such as `{{正文}}`, uploaded by one head, put to use by another, every
//! version kept. A report is filled into the one in use; what then stands there is read by the second reader too.

use std::{collections::BTreeMap, ops::Range};

use db::{Row, Tx, params};
use gongwen::{Filled, Places};
use jiff::Timestamp;
use kernel::{Ctx, Id, OfficerId, Permission, Refusal, kind};
use numerals::{Claim, Finding, Ledger, Role};
use serde_json::json;
use web::{Problem, Result};

use super::{Sheet, shipped, template};

/// Bytes a document may have.
pub const LARGEST: usize = 10 << 20;

/// The places of a report, each with what comes there.
pub const PLACES: &[(&str, &str)] = &[
    ("标题", "总结的标题"),
    ("正文", "总结的全文，须单独成段；标题层次换成黑体、楷体，表格换成 Word 表格"),
    ("单位", "总结是哪个单位的"),
    ("日期", "批准的日期；没有批准的是这一版写成的日期"),
    ("编号", "期号或者发文字号，批准时才有"),
    ("时期", "统计的时期，例如 2026年9月"),
];
const BODY: &str = "正文";
const TITLE: &str = "标题";

/// What stands above a report that nobody has approved.
const DRAFT: &str = "草稿（没有批准，不得外发）";

/// An id of a document.
pub type HouseId = Id<kind::Journal>;

db::sql! {
    ALL = "SELECT h.id, h.template, h.version, h.name, h.digest, h.size, h.places, h.numbers, h.note, h.uploaded_by, u.name AS uploader, h.uploaded_at, \
           r.name AS releaser, h.released_at, e.name AS ender, h.ended_at FROM summary_house h JOIN officer u ON u.id = h.uploaded_by \
           LEFT JOIN officer r ON r.id = h.released_by LEFT JOIN officer e ON e.id = h.ended_by ORDER BY h.template, h.version DESC";
    INSERT = "INSERT INTO summary_house (id, template, version, name, digest, size, places, numbers, note, uploaded_by, uploaded_at) \
              SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10 FROM summary_house WHERE template = $2";
    RELEASE = "UPDATE summary_house SET released_by = $2, released_at = $3 WHERE id = $1 AND released_at IS NULL AND ended_at IS NULL";
    END = "UPDATE summary_house SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL";
}

/// A document of the office.
#[derive(Clone, Debug)]
pub struct House {
    /// Its id.
    pub id: HouseId,
    /// The key of the template whose reports it is for; empty for all others.
    pub template: String,
    /// From 1 for each template.
    pub version: i64,
    /// The name of the file.
    pub name: String,
    /// SM3 of the file.
    pub digest: String,
    /// Bytes.
    pub size: i64,
    /// Its places, in the order of reading.
    pub places: Vec<String>,
    /// Numbers that stand in it as they are, each with its place in words.
    pub numbers: Vec<String>,
    /// What was changed and why.
    pub note: String,
    uploaded_by: OfficerId,
    /// Who uploaded it.
    pub uploader: String,
    /// When.
    pub at: Timestamp,
    /// Who put it to use, and when.
    pub released: Option<(String, Timestamp)>,
    /// Who ended it, and when.
    pub ended: Option<(String, Timestamp)>,
}

fn read(row: &Row) -> Result<House, db::Error> {
    let lines = |text: String| text.lines().map(str::to_owned).collect();
    let both = |who: Option<String>, at: Option<Timestamp>| who.zip(at);
    Ok(House {
        id: row.get("id")?,
        template: row.get("template")?,
        version: row.get("version")?,
        name: row.get("name")?,
        digest: row.get("digest")?,
        size: row.get("size")?,
        places: lines(row.get("places")?),
        numbers: lines(row.get("numbers")?),
        note: row.get("note")?,
        uploaded_by: row.get("uploaded_by")?,
        uploader: row.get("uploader")?,
        at: row.get("uploaded_at")?,
        released: both(row.get("releaser")?, row.get("released_at")?),
        ended: both(row.get("ender")?, row.get("ended_at")?),
    })
}

impl House {
    /// The report's places it has none for.
    pub fn unused(&self) -> Vec<&'static str> {
        let has = |name: &str| self.places.iter().any(|own| own == name);
        PLACES.iter().map(|(name, _)| *name).filter(|name| !has(name)).collect()
    }
}

/// All documents, the newest of each template first.
///
/// # Errors
/// A fault of the database.
pub fn houses(tx: &mut Tx) -> Result<Vec<House>> {
    Ok(tx.query(&ALL, &[])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn house(tx: &mut Tx, id: HouseId) -> Result<House> {
    houses(tx)?.into_iter().find(|one| one.id == id).ok_or(Problem::NotFound)
}

/// Which of `houses` is in use for reports of `template`: its own, else the one for all.
pub fn house_in_use<'a>(houses: &'a [House], template: &str) -> Option<&'a House> {
    let of = |key: &str| {
        let used = houses.iter().filter(|one| one.template == key && one.ended.is_none());
        used.filter_map(|one| one.released.as_ref().map(|(_, at)| (*at, one.version, one)))
            .max_by_key(|one| (one.0, one.1))
    };
    of(template).or_else(|| of("")).map(|(_, _, one)| one)
}

/// A document that was looked at and may be kept.
#[derive(Clone, Debug)]
pub struct Fit {
    places: Vec<String>,
    numbers: Vec<String>,
}

/// Looks at an uploaded document.
///
/// # Errors
/// A refusal with what to mend: no DOCX, or one that holds what it should not; places that no report has, each with the nearest that one
/// has; no place for the text.
pub fn examine(bytes: &[u8]) -> Result<Fit, Refusal> {
    let refused = |code, words: String| Err(Refusal::new(code, words).at("file"));
    if bytes.len() > LARGEST {
        return refused("house_large", "文件超过 10 MB，请压缩其中的图片后再上传".to_owned());
    }
    let places = match gongwen::places(bytes) {
        Ok(places) => places,
        Err(error) => return refused("house_document", error.to_string()),
    };
    let unknown: Vec<String> = places
        .names
        .iter()
        .filter(|name| !PLACES.iter().any(|(own, _)| own == name))
        .map(|name| told(name))
        .collect();
    if !unknown.is_empty() {
        let words = format!("文档中有总结没有的占位：{}。请改正后重新上传", unknown.join("；"));
        return refused("house_places", words);
    }
    if !places.alone.iter().any(|name| name == BODY) {
        let words = if places.names.iter().any(|name| name == BODY) {
            "占位 {{正文}} 请单独成段：前后不要有别的文字"
        } else {
            "文档中没有占位 {{正文}}，总结的全文没有地方放；请在正文的位置单独写一段 {{正文}}"
        };
        return refused("house_body", words.to_owned());
    }
    Ok(Fit { numbers: numbers(&places), places: places.names })
}

/// An unknown place and the known one that it may have been meant as.
fn told(name: &str) -> String {
    // Signs that both have: names are of two.
    let shared = |known: &str| known.chars().filter(|sign| name.contains(*sign)).count();
    let near = PLACES.iter().map(|(known, _)| *known).max_by_key(|known| shared(known));
    let short: String = name.chars().take(20).collect();
    match near.filter(|known| shared(known) > 0) {
        Some(known) => format!("{{{{{short}}}}}，是不是 {{{{{known}}}}}"),
        None => {
            let all: Vec<&str> = PLACES.iter().map(|(known, _)| *known).collect();
            format!("{{{{{short}}}}}，可用的有{}", all.join("、"))
        }
    }
}

/// The numbers that stand in a document as they are.
fn numbers(places: &Places) -> Vec<String> {
    let typed = numerals::read(&places.text);
    let typed = typed.iter().filter(|one| matches!(one.role, Role::Quantity | Role::Ordinal));
    typed.map(|one| format!("第 {} 段第 {} 字“{}”", one.line, one.column, one.text)).collect()
}

/// An uploaded document.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The key of the template; empty for all.
    pub template: String,
    /// The name of the file.
    pub name: String,
    /// What was changed and why.
    pub note: String,
    /// SM3 of the file that was kept, and its bytes.
    pub file: (String, usize),
    /// What was found in it.
    pub fit: Fit,
}

/// Keeps an uploaded document as the next version; it is not in use yet.
///
/// # Errors
/// A refusal without the right, or for a template that is not there.
pub fn offer(tx: &mut Tx, ctx: &Ctx, offered: &Offered) -> Result<HouseId> {
    ctx.may(Permission::Approve)?;
    let key = offered.template.as_str();
    if !key.is_empty() && shipped(key).is_none() && template(tx, ctx, key)?.is_none() {
        return Err(Refusal::new("template", "请从列表中选择模板").at("template").into());
    }
    let id: HouseId = ctx.id();
    let (digest, size) = &offered.file;
    let (places, numbers) = (offered.fit.places.join("\n"), offered.fit.numbers.join("\n"));
    let name: String = offered.name.chars().filter(|c| !c.is_control()).take(120).collect();
    let row = params![
        id,
        key,
        name,
        digest,
        *size,
        places,
        numbers,
        offered.note.trim(),
        ctx.officer()?.id,
        ctx.now
    ];
    tx.exactly_one(&INSERT, &row)?;
    let detail = json!({ "template": key, "name": name, "digest": digest });
    journal::note(tx, ctx, &id.to_string(), "summary_house_offered", &detail)?;
    Ok(id)
}

/// Puts a document to use, instead of the one before.
///
/// # Errors
/// Refusals without the right, and for one's own; stale when it is in use or ended.
pub fn release(tx: &mut Tx, ctx: &Ctx, id: HouseId) -> Result<()> {
    ctx.may(Permission::ConfirmSettings)?;
    let one = house(tx, id)?;
    if one.uploaded_by == ctx.officer()?.id {
        return Err(Refusal::new(
            "four_eyes",
            "文件样式不能由上传的人自己启用，请由另一位局领导核准；只有一位局领导的，请由科室负责人上传",
        )
        .into());
    }
    tx.exactly_one(&RELEASE, &params![id, ctx.officer()?.id, ctx.now])?;
    let detail = json!({ "template": one.template, "name": one.name, "digest": one.digest });
    Ok(journal::note(tx, ctx, &id.to_string(), "summary_house_released", &detail)?)
}

/// Ends a document, in use or not; it stays on record.
///
/// # Errors
/// A refusal without the right; stale when it is ended.
pub fn end(tx: &mut Tx, ctx: &Ctx, id: HouseId) -> Result<()> {
    ctx.may(Permission::ConfirmSettings)?;
    let one = house(tx, id)?;
    tx.exactly_one(&END, &params![id, ctx.officer()?.id, ctx.now])?;
    let detail = json!({ "template": one.template, "name": one.name, "digest": one.digest });
    Ok(journal::note(tx, ctx, &id.to_string(), "summary_house_ended", &detail)?)
}

/// What the second reader holds a report against.
#[derive(Clone, Copy, Debug)]
pub struct Vouched<'a> {
    /// Its text, with the title.
    pub text: &'a str,
    /// The numbers of its snapshot.
    pub ledger: &'a Ledger,
    /// Which number of the text is which of them.
    pub claims: &'a [Claim],
}

/// What comes to the places.
fn values(sheet: &Sheet) -> BTreeMap<String, String> {
    let day = kernel::day_words(sheet.day);
    let of = |name: &str| match name {
        TITLE => sheet.title.as_str(),
        BODY => sheet.text.as_str(),
        "单位" => sheet.office.as_str(),
        "日期" => day.as_str(),
        "编号" => sheet.issue.as_str(),
        _ => sheet.period.as_str(),
    };
    PLACES.iter().map(|(name, _)| ((*name).to_owned(), of(name).trim().to_owned())).collect()
}

/// Fills `document` with a report, and has the second reader read what then stands there.
///
/// # Errors
/// A refusal where the document is not fit, or holds a number that the report's figures do not bear out, with its place.
pub fn into_house(document: &[u8], sheet: &Sheet, vouched: Vouched<'_>) -> Result<Filled, Refusal> {
    examine(document)?;
    let values = values(sheet);
    let notice = if sheet.draft { DRAFT } else { "" };
    let filled = gongwen::fill(document, &values, notice)
        .map_err(|error| Refusal::new("house_document", error.to_string()))?;
    let claims = carried(&filled, &values, vouched);
    // What we put there beside title and text is no number of the report.
    let ours: Vec<Range<usize>> = filled
        .pieces
        .iter()
        .filter(|piece| ![TITLE, BODY].contains(&piece.name.as_str()))
        .map(|piece| piece.at..piece.at + values.get(&piece.name).map_or(0, String::len))
        .collect();
    let findings = numerals::check(&filled.text, vouched.ledger, &claims);
    let faults: Vec<&Finding> = findings
        .iter()
        .filter(|one| !one.holds())
        .filter(|one| !ours.iter().any(|ours| ours.contains(&one.numeral.span.start)))
        .collect();
    let Some(first) = faults.first() else { return Ok(filled) };
    let (line, column, text) = (first.numeral.line, first.numeral.column, &first.numeral.text);
    let more = if faults.len() > 1 { format!("，另有 {} 处", faults.len() - 1) } else { String::new() };
    let sentence = format!(
        "填好的文件第 {line} 段第 {column} 字“{text}”核对不上：{}{more}。直接写在本局文件里的数字须与总结的指标一致，请改正文件样式或者删去这个数字",
        first.why
    );
    Err(Refusal::new("not_borne_out", sentence))
}

/// The claims of a report at their places in the filled document.
fn carried(filled: &Filled, values: &BTreeMap<String, String>, vouched: Vouched<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let head = vouched.text.find('\n').unwrap_or(vouched.text.len());
    for piece in &filled.pieces {
        let Some(value) = values.get(&piece.name) else { continue };
        // Where the value stands in the report's own text.
        let from = match piece.name.as_str() {
            TITLE => vouched.text.get(..head).and_then(|line| line.find(value.as_str())),
            BODY => vouched.text.get(head..).and_then(|rest| rest.find(value.as_str())).map(|at| at + head),
            _ => None,
        };
        let Some(from) = from else { continue };
        let inside =
            vouched.claims.iter().filter(|one| one.span.start >= from && one.span.end <= from + value.len());
        claims.extend(inside.map(|one| Claim {
            span: one.span.start - from + piece.at..one.span.end - from + piece.at,
            fact: one.fact,
        }));
    }
    claims
}
