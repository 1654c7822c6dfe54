//! The models of the bureau, in the folder `triage/` of the data folder: looked at before each use, so that a new file serves
//! without a restart, and a broken one is named while the last good one goes on.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

use law::{Law, Tree};
use matters::Kind;
use triage::{Model, path_of};

use crate::Part;

/// The parts a model may be learned for, with the name of its file.
const FILES: [(Part, &str); 3] =
    [(Part::Kind, "kind.model"), (Part::Goods, "goods.model"), (Part::Problem, "problem.model")];

/// A model with what the office must know of it.
#[derive(Debug)]
pub struct Learned {
    /// The model.
    pub model: Model,
    /// Its version.
    pub version: String,
    /// How many training samples each label had, as the training noted it; empty where it noted nothing.
    pub trained: Vec<(String, f64)>,
}

/// How one model stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What it is for.
    pub part: Part,
    /// The model in use.
    pub learned: Option<Arc<Learned>>,
    /// What is wrong with its file, for the administrator.
    pub fault: Option<String>,
    stamp: Option<(SystemTime, u64)>,
}

/// The models in use.
#[derive(Clone, Debug)]
pub struct Models(Vec<Standing>);

static SHELVES: LazyLock<Mutex<HashMap<PathBuf, Models>>> = LazyLock::new(Mutex::default);

impl Models {
    /// How each part stands.
    pub fn standings(&self) -> &[Standing] {
        &self.0
    }

    /// The model of a part.
    pub fn of(&self, part: Part) -> Option<&Arc<Learned>> {
        self.0.iter().find(|one| one.part == part).and_then(|one| one.learned.as_ref())
    }

    /// What is wrong, a sentence each.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|one| one.fault.as_deref())
    }

    /// What the categories come from, for people: `规则建议（未训练）`, or the versions.
    pub fn words(&self) -> String {
        let versions: Vec<String> = self
            .0
            .iter()
            .filter_map(|one| Some(format!("{} {}", one.part.label(), one.learned.as_ref()?.short())))
            .collect();
        if versions.is_empty() {
            "规则建议（未训练）".to_owned()
        } else {
            format!("模型：{}", versions.join("、"))
        }
    }
}

impl Learned {
    /// The model's label for an entry: the one it answers, else the path of its code, as `xiaobao triage learn` writes it, or of its
    /// names, whichever goes deeper into what the model has seen.
    pub(crate) fn label_of(&self, part: Part, code: &str) -> String {
        let known =
            self.model.labels().into_iter().find(|label| code_of(part, label).as_deref() == Some(code));
        if let Some(known) = known {
            return known.to_owned();
        }
        let names = tree(Law::in_use(), part).map(|tree| tree.path(code).replace(" / ", "/"));
        let seen = |path: &String| {
            let ends = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path.as_str()]);
            ends.filter(|level| self.model.samples_of(level) > 0).count()
        };
        let codes = path_of(code);
        names.filter(|names| seen(names) > seen(&codes)).unwrap_or(codes)
    }

    /// The beginning of its version, to be read out.
    pub fn short(&self) -> &str {
        self.version.get(..8).unwrap_or(&self.version)
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let known = fs::metadata(path).ok()?;
    Some((known.modified().ok()?, known.len()))
}

/// The models of the data folder as they are now. Reads a file only when it has changed.
pub fn look(data: &Path) -> Models {
    let mut shelves = SHELVES.lock().unwrap_or_else(PoisonError::into_inner);
    let models = shelves.entry(data.to_owned()).or_insert_with(|| {
        let none = |(part, _)| Standing { part, learned: None, fault: None, stamp: None };
        Models(FILES.map(none).to_vec())
    });
    for (standing, (_, name)) in models.0.iter_mut().zip(FILES) {
        let path = data.join("triage").join(name);
        let now = stamp(&path);
        if now == standing.stamp {
            continue;
        }
        standing.stamp = now;
        if now.is_none() {
            (standing.learned, standing.fault) = (None, None);
            continue;
        }
        match read(&path, standing.part) {
            Ok(learned) => (standing.learned, standing.fault) = (Some(Arc::new(learned)), None),
            Err(words) => {
                let goes_on =
                    if standing.learned.is_some() { "仍用上一版" } else { "暂用规则建议" };
                standing.fault = Some(format!(
                    "{}的模型 {} {words}，{goes_on}；接待台照常登记。请用 xiaobao triage train 重新训练，或者 triage rollback 换回",
                    standing.part.label(),
                    path.display()
                ));
            }
        }
    }
    models.clone()
}

fn read(path: &Path, part: Part) -> Result<Learned, String> {
    let bytes = fs::read(path).map_err(|error| format!("读不出（{error}）"))?;
    let model = Model::from_bytes(&bytes).ok_or("不是本程序的模型文件，或者已损坏")?;
    let known = model.labels().into_iter().filter(|label| code_of(part, label).is_some()).count();
    if known == 0 {
        return Err("的类别在现行分类中一个也找不到".to_owned());
    }
    let trained = model.note("labels").map(counts).unwrap_or_default();
    Ok(Learned { version: model.version(), trained, model })
}

/// `label\tcount` a line, as the training notes it.
fn counts(note: &str) -> Vec<(String, f64)> {
    let line = |line: &str| {
        let (label, count) = line.rsplit_once('\t')?;
        Some((label.to_owned(), count.parse().ok()?))
    };
    note.lines().filter_map(line).collect()
}

/// The tree in which a part is chosen.
pub(crate) fn tree(law: &Law, part: Part) -> Option<&Tree> {
    match part {
        Part::Goods => Some(&law.classification.goods),
        Part::Problem => Some(&law.classification.problems),
        _ => None,
    }
}

/// The code that a label of a model means: a code, a path of codes, a path of names, or a name that only one entry has.
pub(crate) fn code_of(part: Part, label: &str) -> Option<String> {
    let last = label.rsplit('/').next().unwrap_or(label).trim();
    let law = Law::in_use();
    let Some(tree) = tree(law, part) else {
        let kind = Kind::ALL.iter().find(|kind| kind.code() == last || kind.label() == last);
        return kind.filter(|_| part == Part::Kind).map(|kind| kind.code().to_owned());
    };
    if tree.name(last).is_some() {
        return Some(last.to_owned());
    }
    let flat = |words: &str| words.split('/').map(str::trim).collect::<Vec<_>>().join("/");
    let whole = flat(label);
    let named: Vec<_> = tree.nodes.iter().filter(|node| node.name == last).collect();
    let by_path = named.iter().find(|node| flat(&tree.path(&node.code)) == whole);
    match (by_path, named.as_slice()) {
        (Some(node), _) | (None, [node]) => Some(node.code.clone()),
        _ => None,
    }
}
