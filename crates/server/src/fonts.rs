//! The Chinese fonts of this machine: for papers, and for the look at its health.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where systems keep their fonts.
const PLACES: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "C:\\Windows\\Fonts"];
/// Parts of file names of Chinese fonts, in small letters.
const CHINESE: [&str; 16] = [
    "notoserifcjk",
    "notosanscjk",
    "sourcehans",
    "notoserifsc",
    "notosanssc",
    "wqy",
    "fandol",
    "simsun",
    "simfang",
    "simkai",
    "simhei",
    "stzhongs",
    "fzxbs",
    "fangsong",
    "kaiti",
    "小标宋",
];
/// Weights that no paper is set in.
const WEIGHTS: [&str; 6] = ["-black", "-light", "-medium", "-thin", "-demilight", "-extralight"];
/// A font file larger than this is none.
const LARGEST: u64 = 64 << 20;

fn is_font(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_small = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
    is_small && ending.is_some_and(|ending| ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str()))
}

/// Font files below `folder`, in the order of their names.
fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() && depth > 0 {
            found.extend(below(&path, depth - 1));
        } else if is_font(&path) {
            found.push(path);
        }
    }
    found
}

fn is_chinese(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    CHINESE.iter().any(|part| name.contains(part)) && !WEIGHTS.iter().any(|part| name.contains(part))
}

/// Files of Chinese fonts: those of the data folder first, then those of the system.
pub(crate) fn of(data: &Path) -> Vec<PathBuf> {
    let mut paths = below(&data.join("fonts"), 2);
    for place in PLACES {
        paths.extend(below(Path::new(place), 4).into_iter().filter(|path| is_chinese(path)));
    }
    paths
}
