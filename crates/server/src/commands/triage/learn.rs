//! Learning, measuring and using a model of categories.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use serde_json::{Value, json};
use triage::{Calibration, Figures, Judged, Lexicon, Model, Sample, Settings, measure};
use web::Problem;

use super::texts;
use crate::commands::table::{self, Table, cell, text};

/// Columns of a labelled file.
#[derive(Debug, Args)]
pub(in crate::commands) struct Columns {
    /// 文字列，可以几列，逗号分开，标题在前
    #[arg(long, value_delimiter = ',', required = true)]
    text: Vec<String>,
    /// 类别列；几级类别用 / 分开
    #[arg(long)]
    label: String,
    /// 分组列：同组的不同时用于训练和检验
    #[arg(long)]
    group: Option<String>,
}

/// The same, where the model knows them already.
#[derive(Debug, Args)]
pub(in crate::commands) struct Given {
    /// 文字列；不填用训练时的
    #[arg(long, value_delimiter = ',')]
    text: Vec<String>,
    /// 类别列；不填用训练时的
    #[arg(long)]
    label: Option<String>,
    /// 分组列；不填用训练时的
    #[arg(long)]
    group: Option<String>,
}

/// A file to learn from.
pub(in crate::commands) struct Lesson<'a> {
    pub sheet: &'a Table,
    pub columns: &'a Columns,
    pub time: Option<&'a str>,
}

/// A row to learn from or to be measured by: text, label, group, time.
struct Row {
    text: String,
    label: String,
    group: String,
    time: String,
}

impl Row {
    fn sample(&self) -> Sample<'_> {
        Sample { text: &self.text, label: &self.label, group: &self.group }
    }
}

fn rows(sheet: &Table, columns: &Columns, time: Option<&str>) -> Result<Vec<Row>, Problem> {
    let (texts, label) = (sheet.columns(&columns.text)?, sheet.column(&columns.label)?);
    let group = columns.group.as_deref().map(|name| sheet.column(name)).transpose()?;
    let time = time.map(|name| sheet.column(name)).transpose()?;
    let row = |row: &csv::StringRecord| Row {
        text: text(row, &texts),
        label: cell(row, Some(label)).to_owned(),
        group: cell(row, group).to_owned(),
        time: cell(row, time).to_owned(),
    };
    Ok(sheet
        .rows
        .iter()
        .map(row)
        .filter(|row| !row.label.is_empty() && !row.text.trim().is_empty())
        .collect())
}

/// A worse macro-F1 than this below the present model's keeps the present one.
const WORSE: f64 = 0.005;

/// Where a model goes, and how what happened is told.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Into<'a> {
    pub out: &'a Path,
    pub force: bool,
    pub json: bool,
}

/// Trains, prints figures, replaces.
pub(super) fn train(lesson: &Lesson, into: &Into<'_>) -> Result<ExitCode, Problem> {
    let rows = rows(lesson.sheet, lesson.columns, lesson.time)?;
    let notes = vec![
        ("text".to_owned(), lesson.columns.text.join(",")),
        ("label".to_owned(), lesson.columns.label.clone()),
        ("group".to_owned(), lesson.columns.group.clone().unwrap_or_default()),
    ];
    train_on(&rows, lesson.time.is_some(), notes, into)
}

/// The same from the office's own closed matters.
pub(super) fn train_on_matters(
    lessons: Vec<intake::Lesson>,
    label: &str,
    into: &Into<'_>,
) -> Result<ExitCode, Problem> {
    let row = |one: intake::Lesson| Row { text: one.text, label: one.label, group: one.group, time: one.day };
    let rows: Vec<Row> = lessons.into_iter().map(row).collect();
    let notes = vec![("text".to_owned(), "text".to_owned()), ("label".to_owned(), label.to_owned())];
    train_on(&rows, true, notes, into)
}

fn train_on(
    rows: &[Row],
    ahead: bool,
    notes: Vec<(String, String)>,
    into: &Into<'_>,
) -> Result<ExitCode, Problem> {
    let samples: Vec<Sample> = rows.iter().map(Row::sample).collect();
    let started = Instant::now();
    let mut trained = triage::train(&samples, &Settings::default())
        .map_err(|error| Problem::Malformed(error.to_string()))?;
    let seconds = started.elapsed().as_secs_f64();
    trained.model.notes = notes;
    let figures = measure(&trained.unseen, trained.model.sure);
    trained.model.notes.push(("macro_f1".to_owned(), figures.macro_f1.to_string()));
    trained.model.notes.push(("labels".to_owned(), counted(rows)));
    let ahead = ahead.then(|| Ahead::of(rows)).transpose()?;
    if let Some(newest) = rows.iter().map(|row| row.time.as_str()).max().filter(|day| !day.is_empty()) {
        trained.model.notes.push((UNTIL.to_owned(), newest.to_owned()));
    }
    let forward = ahead.as_ref().map(Ahead::figures);
    let before = std::fs::read(into.out).ok().and_then(|bytes| Model::from_bytes(&bytes));
    let last: Option<f64> = before.as_ref().and_then(|model| model.note("macro_f1")?.parse().ok());
    let compared = ahead.as_ref().zip(before.as_ref()).and_then(|(ahead, last)| ahead.compared(last));
    let worse = match &compared {
        Some(compared) => compared.new < compared.last - WORSE,
        None => last.is_some_and(|last| figures.macro_f1 < last - WORSE),
    };
    let kept = worse && !into.force;
    if !kept {
        replace(into.out, &trained.model.to_bytes(), before.is_some())?;
    }
    let version = trained.model.version();
    let (ruled, calibration) = (measure(&trained.ruled, trained.model.sure), trained.calibration);
    if into.json {
        let forward = forward.as_ref().map(as_json);
        let whole = json!({ "version": version, "samples": samples.len(), "seconds": seconds, "grouped_folds": as_json(&figures),
            "time_forward": forward, "last_macro_f1": last, "compared": compared.as_ref().map(Compared::json), "replaced": !kept,
            "calibration_error": { "temperature": calibration.temperature, "isotonic_on_top": calibration.isotonic,
                "used": if calibration.is_stepped() { "isotonic_on_top" } else { "temperature" } },
            "with_rules": { "below": trained.model.rules_below, "figures": as_json(&ruled) } });
        println!("{whole:#}");
    } else {
        println!("样本 {} 个，训练（含 5 折检验）{seconds:.2} 秒，版本 {version}", samples.len());
        print("分组 5 折", &figures);
        forward.iter().for_each(|figures| print("最近五分之一（用更早的训练）", figures));
        println!("{}", calibrated(&calibration));
        println!(
            "样本少于 {} 个的类别按词表判断，宏平均 F1 {:.4}（界限用其余各折选定）",
            trained.model.rules_below.max(1),
            ruled.macro_f1
        );
        last.iter().for_each(|last| println!("原模型训练时的宏平均 F1 {last:.4}"));
        compared.iter().for_each(|compared| println!("{}", compared.words()));
        println!("{}", if kept { "比原模型差，没有替换；确要替换加 --force" } else { "已保存" });
    }
    Ok(if kept { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn calibrated(of: &Calibration) -> String {
    let steps = of.isotonic.map_or_else(|| "样本太少没有试".to_owned(), |steps| format!("{steps:.4}"));
    let used = if of.is_stepped() { "再加保序回归" } else { "温度" };
    format!("校准误差：温度 {:.4}，再加保序回归 {steps}（其余各折上拟合）；使用{used}", of.temperature)
}

/// How often each label was learned from, `label<TAB>count` a line: what comes in later is held against it.
fn counted(rows: &[Row]) -> String {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    rows.iter().for_each(|row| *counts.entry(&row.label).or_default() += 1);
    counts.into_iter().map(|(label, count)| format!("{label}\t{count}\n")).collect()
}

/// The note of the newest day that a model has learned from.
const UNTIL: &str = "until";
/// The last model is compared on so many matters at least.
const ENOUGH: usize = 30;

/// What a model that learned on the oldest four fifths says of the rest, what of it is not of a known group.
struct Ahead<'a> {
    fresh: Vec<&'a Row>,
    judged: Vec<Judged>,
    sure: f32,
}

/// Two models on the same matters, none of which either has learned from.
struct Compared {
    matters: usize,
    new: f64,
    last: f64,
}

impl<'a> Ahead<'a> {
    fn of(rows: &'a [Row]) -> Result<Self, Problem> {
        let mut order: Vec<&Row> = rows.iter().collect();
        order.sort_by(|a, b| a.time.cmp(&b.time));
        let (old, new) = order.split_at(order.len() * 4 / 5);
        let samples: Vec<Sample> = old.iter().map(|row| row.sample()).collect();
        let trained = triage::train(&samples, &Settings::default())
            .map_err(|error| Problem::Malformed(error.to_string()))?;
        let known: std::collections::HashSet<&str> =
            old.iter().map(|row| row.group.as_str()).filter(|g| !g.is_empty()).collect();
        let fresh: Vec<&Row> =
            new.iter().copied().filter(|row| !known.contains(row.group.as_str())).collect();
        let judged = fresh.iter().map(|row| judge(&trained.model, row)).collect();
        Ok(Self { fresh, judged, sure: trained.model.sure })
    }

    fn figures(&self) -> Figures {
        measure(&self.judged, self.sure)
    }

    /// Beside the last model, on what came in after it was trained; nothing where that is too little to say.
    fn compared(&self, last: &Model) -> Option<Compared> {
        let until = last.note(UNTIL)?;
        let both = self.fresh.iter().zip(&self.judged).filter(|(row, _)| row.time.as_str() > until);
        let (theirs, ours): (Vec<Judged>, Vec<Judged>) =
            both.map(|(row, judged)| (judge(last, row), judged.clone())).unzip();
        let macro_f1 = |judged: &[Judged], sure| measure(judged, sure).macro_f1;
        (ours.len() >= ENOUGH).then(|| Compared {
            matters: ours.len(),
            new: macro_f1(&ours, self.sure),
            last: macro_f1(&theirs, last.sure),
        })
    }
}

impl Compared {
    fn json(&self) -> Value {
        json!({ "documents": self.matters, "macro_f1": self.new, "last_macro_f1": self.last })
    }

    fn words(&self) -> String {
        format!(
            "同一批 {} 件（原模型训练之后收到，新模型的检验也没有学过）：宏平均 F1 新 {:.4}，原 {:.4}",
            self.matters, self.new, self.last
        )
    }
}

fn judge(model: &Model, row: &Row) -> Judged {
    Judged { truth: row.label.clone(), verdict: model.classify(&row.text), group: row.group.clone() }
}

fn before(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".before");
    PathBuf::from(name)
}

/// The new file is whole before it takes the name of the old one.
fn replace(out: &Path, bytes: &[u8], keep: bool) -> Result<(), Problem> {
    let fault = |error: std::io::Error| Problem::Malformed(format!("写不了 {}：{error}", out.display()));
    let mut part = out.as_os_str().to_owned();
    part.push(".part");
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    std::fs::write(&part, bytes).map_err(fault)?;
    if keep {
        std::fs::rename(out, before(out)).map_err(fault)?;
    }
    std::fs::rename(&part, out).map_err(fault)
}

/// The model before the last training comes back; the present one takes its place.
pub(super) fn rollback(model: &Path) -> Result<ExitCode, Problem> {
    let old = std::fs::read(before(model)).map_err(|_| Problem::Malformed("没有上一版模型".to_owned()))?;
    if Model::from_bytes(&old).is_none() {
        return Err(Problem::Malformed("上一版模型已损坏，没有替换".to_owned()));
    }
    replace(model, &old, true)?;
    println!("已换回上一版；刚才的一版留作 .before");
    Ok(ExitCode::SUCCESS)
}

fn load(path: &Path) -> Result<Model, Problem> {
    let bytes = std::fs::read(path).map_err(|error| Problem::Malformed(format!("读不了模型：{error}")))?;
    Model::from_bytes(&bytes).ok_or_else(|| Problem::Malformed("不是本程序的模型文件，或者已损坏".to_owned()))
}

/// Measures a model on a labelled file.
pub(super) fn evaluate(model: &Path, file: &Path, given: &Given, json: bool) -> Result<ExitCode, Problem> {
    let model = load(model)?;
    let note = |name: &str| model.note(name).unwrap_or_default().to_owned();
    let noted: Vec<String> = note("text").split(',').map(str::to_owned).collect();
    let sheet = table::open(file)?;
    let group = given.group.clone().or_else(|| Some(note("group")).filter(|name| sheet.column(name).is_ok()));
    let columns = Columns {
        text: if given.text.is_empty() { noted } else { given.text.clone() },
        label: given.label.clone().unwrap_or_else(|| note("label")),
        group,
    };
    let rows = rows(&sheet, &columns, None)?;
    let started = Instant::now();
    let judged: Vec<Judged> = rows.iter().map(|row| judge(&model, row)).collect();
    let speed = rows.len() as f64 / started.elapsed().as_secs_f64();
    let figures = measure(&judged, model.sure);
    if json {
        let mut whole = as_json(&figures);
        whole["version"] = model.version().into();
        whole["docs_per_second"] = speed.into();
        println!("{whole:#}");
    } else {
        print("检验", &figures);
        println!("每秒 {speed:.0} 篇");
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(figures: &Figures) -> Value {
    let curve = |at: &triage::Covered| json!({ "coverage": at.coverage, "accuracy": at.accuracy, "threshold": at.from });
    let class = |of: &triage::OfLabel| json!({ "label": of.label, "count": of.count, "precision": of.precision, "recall": of.recall, "f1": of.f1 });
    json!({
        "documents": figures.count, "accuracy": figures.accuracy, "macro_f1": figures.macro_f1,
        "macro_f1_interval": [figures.interval.0, figures.interval.1], "top3": figures.top3, "ece": figures.ece,
        "risk_coverage": figures.curve.iter().map(curve).collect::<Vec<_>>(), "sure": curve(&figures.sure),
        "classes": figures.labels.iter().map(class).collect::<Vec<_>>(),
    })
}

fn print(title: &str, figures: &Figures) {
    let (low, high) = figures.interval;
    println!(
        "{title}：{} 篇，准确率 {:.4}，宏平均 F1 {:.4}（95% 区间 {low:.4}–{high:.4}）",
        figures.count, figures.accuracy, figures.macro_f1
    );
    println!("  前三 {:.4}，校准误差 {:.4}", figures.top3, figures.ece);
    let sure = figures.sure;
    println!(
        "  概率 {:.3} 以上的占 {:.1}%，其中准确 {:.1}%",
        sure.from,
        sure.coverage * 100.0,
        sure.accuracy * 100.0
    );
    for label in &figures.labels {
        println!("  {} {} 篇，F1 {:.4}", label.label, label.count, label.f1);
    }
}

/// Lines, or rows of a csv, on standard input; `words` is a list for labels with few samples, else the one that ships.
pub(super) fn classify(
    model: &Path,
    columns: &[String],
    words: Option<&Path>,
    json: bool,
) -> Result<ExitCode, Problem> {
    let model = load(model)?;
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| Problem::Malformed(format!("读不了词表：{error}")))
    };
    let own = words.map(read).transpose()?.map(|text| Lexicon::of(&text));
    let words = own.unwrap_or_else(|| Lexicon::shipped().as_paths());
    texts::each(columns, |text| answer(&model, &words, text, json))
}

fn answer(model: &Model, words: &Lexicon, text: &str, json: bool) -> String {
    let (verdict, below) = model.classify_with(text, words);
    let reasons = model.explain(text, &verdict.label, 6);
    if json {
        let top: Vec<Value> = verdict.ranked.iter().take(3).map(|(label, p)| json!([label, p])).collect();
        let why: Vec<Value> = reasons.iter().map(|reason| json!([reason.gram, reason.pull])).collect();
        let sure = verdict.probability >= model.sure;
        let below = below.map(|one| json!({ "label": one.label, "name": one.name, "words": one.words }));
        return json!({ "label": verdict.label, "probability": verdict.probability, "sure": sure, "top3": top, "reasons": why,
            "by_words": below }).to_string();
    }
    let why: Vec<String> =
        reasons.iter().map(|reason| format!("{}{:+.2}", reason.gram, reason.pull)).collect();
    let below =
        below.map_or_else(String::new, |one| format!("\t按词 {}（{}）", one.label, one.words.join("、")));
    format!("{}\t{:.3}\t{}{below}", verdict.label, verdict.probability, why.join(" "))
}
