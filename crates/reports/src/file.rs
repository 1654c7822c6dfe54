//! What is a report's own, beside its matter.

use db::{Row, Tx, params};
use jiff::civil::Date;
use kernel::{MatterId, Money, OfficerId};
use law::{Law, ReportTag, RuleSet};
use matters::{Matter, notices, parties};
use web::{Problem, Result};

use crate::rules::{self, Duty};

/// The report's own row.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The complaint the office found it in (诉转案).
    pub clue_of: Option<MatterId>,
    /// What was found there.
    pub clue_words: String,
    /// Whether the reporter belongs to the reported trader.
    pub insider: bool,
    /// Why more time is asked for, and by whom.
    pub extension: Option<(String, Option<OfficerId>)>,
    /// What the handler proposes.
    pub proposal: Option<Proposal>,
    /// What was decided, one of [`rules::DECISIONS`].
    pub decision: Option<String>,
    /// When.
    pub decided_on: Option<Date>,
    /// With which words.
    pub decision_words: String,
    /// The 立案审批表 and the handlers of the case.
    pub filing: Option<(String, String)>,
    /// Who has the power, how it was told or handed over, and the paper.
    pub outside: Option<[String; 3]>,
    /// Why an anonymous reporter cannot be told.
    pub unreachable: Option<String>,
    /// How the case ended.
    pub result: Option<CaseResult>,
}

/// What the handler proposes to the head.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// `file` or `not`.
    pub way: String,
    /// The ground for not filing.
    pub ground: String,
    /// Why.
    pub words: String,
    /// Who proposes.
    pub by: Option<OfficerId>,
}

/// How a case ended.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// One of [`RESULTS`].
    pub way: String,
    /// Number of the decision.
    pub paper: String,
    /// When.
    pub on: Date,
    /// Fine.
    pub fine: Option<Money>,
    /// Confiscated.
    pub confiscated: Option<Money>,
}

impl CaseResult {
    /// Fine and confiscation: what a reward is computed from.
    pub fn penalty(&self) -> Money {
        [self.fine, self.confiscated].into_iter().flatten().sum()
    }
}

/// (stored word, Chinese) of the ends of a case.
pub const RESULTS: &[(&str, &str)] = &[
    ("penalty", "行政处罚"),
    ("no_penalty", "不予行政处罚"),
    ("dropped", "撤销案件"),
    ("transferred", "移送司法机关或者其他部门"),
];

/// (stored word, Chinese) of the ways to verify.
pub const WAYS: &[(&str, &str)] = &[
    ("site", "现场检查"),
    ("ask", "询问当事人"),
    ("papers", "调取资料"),
    ("online", "网络检查取证"),
    ("other", "其他"),
];

/// A step of the verification.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How, in Chinese.
    pub way: &'static str,
    /// When, as officers read it.
    pub when: String,
    /// Who.
    pub officers: String,
    /// Where.
    pub place: String,
    /// What was found.
    pub words: String,
}

/// A test or an identification.
#[derive(Clone, Debug)]
pub struct Test {
    /// Who tests.
    pub body: String,
    /// The paper.
    pub paper: String,
    /// The days not counted.
    pub days: (Date, Option<Date>),
    /// What came of it.
    pub result: String,
}

db::sql! {
    FIND = "SELECT clue_of, clue_words, insider, extension_words, extension_by, proposal, ground, proposal_words, proposed_by, decision, \
            decided_on, decision_words, filing_paper, case_handlers, outside_body, outside_way, outside_paper, unreachable, result, \
            result_paper, result_on, fine, confiscated FROM report WHERE matter_id = $1";
    TAGS = "SELECT tag FROM report_tag WHERE matter_id = $1 ORDER BY at, tag";
    FINDINGS = "SELECT way, held_at, officers, place, words FROM report_finding WHERE matter_id = $1 ORDER BY held_at, id";
    TESTS = "SELECT body, paper, from_day, to_day, result FROM report_test WHERE matter_id = $1 ORDER BY from_day, id";
}

/// The report of a matter; empty before the first act.
///
/// # Errors
/// A fault of the database.
pub fn load(tx: &mut Tx, matter: MatterId) -> Result<Report> {
    let Some(row) = tx.one(&FIND, &params![matter])? else { return Ok(Report::default()) };
    Ok(read(&row)?)
}

fn read(row: &Row) -> Result<Report, db::Error> {
    let text = |name: &'static str| Ok::<_, db::Error>(row.get::<Option<String>>(name)?.unwrap_or_default());
    let extension: Option<String> = row.get("extension_words")?;
    let proposal: Option<String> = row.get("proposal")?;
    let proposal = proposal
        .map(|way| {
            Ok::<_, db::Error>(Proposal {
                way,
                ground: text("ground")?,
                words: text("proposal_words")?,
                by: row.get("proposed_by")?,
            })
        })
        .transpose()?;
    let filing: Option<String> = row.get("filing_paper")?;
    let outside: Option<String> = row.get("outside_body")?;
    Ok(Report {
        clue_of: row.get("clue_of")?,
        clue_words: row.get("clue_words")?,
        insider: row.get("insider")?,
        extension: extension
            .map(|words| Ok::<_, db::Error>((words, row.get("extension_by")?)))
            .transpose()?,
        proposal,
        decision: row.get("decision")?,
        decided_on: row.get("decided_on")?,
        decision_words: text("decision_words")?,
        filing: filing.map(|paper| Ok::<_, db::Error>((paper, text("case_handlers")?))).transpose()?,
        outside: outside
            .map(|body| Ok::<_, db::Error>([body, text("outside_way")?, text("outside_paper")?]))
            .transpose()?,
        unreachable: row.get("unreachable")?,
        result: result(row)?,
    })
}

fn result(row: &Row) -> Result<Option<CaseResult>, db::Error> {
    let Some(way) = row.get::<Option<String>>("result")? else { return Ok(None) };
    Ok(Some(CaseResult {
        way,
        paper: row.get::<Option<String>>("result_paper")?.unwrap_or_default(),
        on: row.get("result_on")?,
        fine: row.get("fine")?,
        confiscated: row.get("confiscated")?,
    }))
}

/// The laws the report was found to fall under.
///
/// # Errors
/// A fault of the database.
pub fn tags(tx: &mut Tx, matter: MatterId) -> Result<Vec<&'static ReportTag>> {
    let rows = tx.query(&TAGS, &params![matter])?;
    let keys = rows.iter().map(|row| row.get("tag")).collect::<Result<Vec<String>, _>>()?;
    Ok(keys.iter().filter_map(|key| Law::in_use().reports.tag(key)).collect())
}

/// What was done to verify, in order.
///
/// # Errors
/// A fault of the database.
pub(crate) fn findings(tx: &mut Tx, matter: MatterId) -> Result<Vec<Finding>> {
    let rows = tx.query(&FINDINGS, &params![matter])?;
    let read = |row: &Row| {
        let way: String = row.get("way")?;
        Ok::<_, db::Error>(Finding {
            way: WAYS.iter().find(|(code, _)| *code == way).map_or("", |(_, words)| words),
            when: kernel::office_minute(row.get("held_at")?),
            officers: row.get("officers")?,
            place: row.get("place")?,
            words: row.get("words")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The tests and identifications, in order.
///
/// # Errors
/// A fault of the database.
pub(crate) fn tests(tx: &mut Tx, matter: MatterId) -> Result<Vec<Test>> {
    let rows = tx.query(&TESTS, &params![matter])?;
    let read = |row: &Row| {
        Ok::<_, db::Error>(Test {
            body: row.get("body")?,
            paper: row.get("paper")?,
            days: (row.get("from_day")?, row.get("to_day")?),
            result: row.get("result")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The order a matter stands under.
///
/// # Errors
/// A fault when it is gone.
pub(crate) fn rule_set(matter: &Matter) -> Result<&'static RuleSet> {
    Law::in_use()
        .rule_set(&matter.rule_set)
        .ok_or_else(|| Problem::Fault(format!("no rule set {}", matter.rule_set)))
}

/// A duty to tell, and the day it was fulfilled.
pub(crate) struct Told {
    pub duty: Duty,
    /// The day the first notice that fulfils it arrived.
    pub on: Option<Date>,
}

/// What the reporter must be told, and what of it was.
///
/// # Errors
/// A fault of the database.
pub(crate) fn duties(tx: &mut Tx, matter: &Matter, report: &Report) -> Result<Vec<Told>> {
    let tags = tags(tx, matter.id)?;
    owed(tx, matter, report, &tags)
}

/// [`duties`] by the laws `tags`.
pub(crate) fn owed(tx: &mut Tx, matter: &Matter, report: &Report, tags: &[&ReportTag]) -> Result<Vec<Told>> {
    let facts = rules::Facts {
        set: rule_set(matter)?,
        tags,
        reporter: parties::reporter(tx, matter.id)?,
        own_clue: report.clue_of.is_some(),
        decision: report.decision.as_deref().unwrap_or_default(),
        result_known: report.result.is_some(),
    };
    let duties = rules::duties(&facts);
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let given = notices::of(tx, matter.id)?;
    let oral = law::Listed::name(&Law::in_use().classification.notice_channels, "phone");
    let told = |duty: Duty| {
        let fits = given.iter().filter(|notice| {
            duty.kinds.contains(&notice.kind.as_str()) && !(duty.written && notice.channel == oral)
        });
        let on = fits.filter_map(|notice| notice.delivered_at).min().map(kernel::office_date);
        Told { duty, on }
    };
    Ok(duties.into_iter().map(told).collect())
}
