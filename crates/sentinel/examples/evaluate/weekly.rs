//! Weekly series with outbreak states.

use std::path::Path;

use sentinel::{
    classic::farrington::{self, Method, Settings as Weekly},
    measure::median,
    watch::{
        panel::Panel,
        score::{Settings, hits},
    },
};

use crate::cases::read;

/// salmNewport: the alarms R gives. Weeks are counted as 52 a year here, R counts dates: where a 53rd week lies between, the
/// compared weeks differ by one.
pub fn newport(path: &Path) {
    let rows = read(path);
    let sum = |row: &Vec<String>| row[1..].iter().map(|cell| cell.parse::<u32>().unwrap_or(0)).sum::<u32>();
    let counts: Vec<u32> = rows[1..].iter().map(sum).collect();
    let settings = Weekly::noufaily(5, 0.01, Method::NbPlugin);
    let found = farrington::judge(&counts, 379..528.min(counts.len()), &settings);
    let alarms: Vec<usize> = found.iter().filter(|f| f.alarm).map(|f| f.at + 1).collect();
    println!("\n## Salmonella Newport (528 weeks, SurvStat)\n");
    println!("Ours, 52-week years: {alarms:?}. R on dates: [409, 410, 411, 412, 416, 421, 424].");
    let classic = farrington::judge(&counts, 379..528.min(counts.len()), &Weekly::farrington(5, 0.05));
    let alarms: Vec<usize> = classic.iter().filter(|f| f.alarm).map(|f| f.at + 1).collect();
    println!("Farrington 1996, α 0.05: {alarms:?}.");
}

/// The SurvStat series with states: sensitivity, PPV and delay of our score on single weekly series, beside FarringtonFlexible.
/// Our threshold is fixed on each series' first half at one alarm a year (states are not looked at); figures from the second half.
pub fn survstat(folder: &Path) {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder").flatten().map(|e| e.path()).collect();
    files.sort();
    let mut series: Vec<(String, Vec<u32>, Vec<bool>)> = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "gz")) {
        let rows = read(path);
        let header = &rows[0];
        let states: Vec<usize> = (0..header.len()).filter(|c| header[*c].starts_with("state")).collect();
        let counts = 1..header.len() - states.len();
        let name = path.file_name().expect("a name").to_string_lossy().replace(".csv.gz", "");
        let cell = |row: &Vec<String>, c: usize| row[c].parse::<f64>().unwrap_or(0.0);
        let sum: Vec<u32> =
            rows[1..].iter().map(|row| counts.clone().map(|c| cell(row, c) as u32).sum()).collect();
        let state = rows[1..].iter().map(|row| states.iter().any(|c| cell(row, *c) > 0.0)).collect();
        series.push((name, sum, state));
    }
    println!("\n## SurvStat series with outbreak states (second half of each)\n");
    println!(
        "{} series: {}.\n",
        series.len(),
        series.iter().map(|s| s.0.as_str()).collect::<Vec<_>>().join(", ")
    );
    println!(
        "| method | weeks in outbreak with alarm | PPV | outbreaks found | median delay, weeks | alarms outside |\n|---|---|---|---|---|---|"
    );
    let flexible = |y: &[u32], from: usize| {
        let years = if from >= 3 * 52 + 3 { 3 } else { 1 };
        let settings = Weekly { half_window: 3, ..Weekly::noufaily(years, 0.01, Method::NbPlugin) };
        let found = farrington::judge(y, from..y.len(), &settings);
        found.iter().filter(|f| f.alarm).map(|f| f.at).collect::<Vec<usize>>()
    };
    measured("FarringtonFlexible nbPlugin α 0.01 (1 year of past)", &series, flexible);
    let own = |y: &[u32], from: usize| {
        let panel = Panel::of_series(0, &[y.to_vec()]);
        let settings = Settings { baseline: 104, gap: 4, least: 26, ..Settings::default() };
        let found = hits(&panel, 0, y.len(), &settings);
        let past: Vec<_> = found.iter().filter(|hit| hit.day < from).copied().collect();
        let years = (from as f64 / 52.0).floor();
        let bar = sentinel::watch::replay::threshold(&past, years, |_, _| true).max(settings.floor);
        found
            .iter()
            .filter(|hit| hit.day >= from && hit.score > bar)
            .map(|hit| hit.day)
            .collect::<Vec<usize>>()
    };
    measured("scan over 1–28 weeks, own mean (ours)", &series, own);
    println!(
        "\nWhat this does not prove: five outbreaks; Farrington had one year of past on most series. A series alone has no total to share: this is our score without its calendar, on weeks instead of days."
    );
}

fn measured(
    name: &str,
    series: &[(String, Vec<u32>, Vec<bool>)],
    judge: impl Fn(&[u32], usize) -> Vec<usize>,
) {
    let (mut hit, mut ill, mut outside) = (0, 0, 0);
    let (mut found, mut outbreaks, mut delays) = (0, 0, Vec::new());
    for (_, counts, state) in series {
        let from = counts.len() / 2;
        let alarms = judge(counts, from);
        ill += state[from..].iter().filter(|s| **s).count();
        hit += alarms.iter().filter(|week| state[**week]).count();
        outside += alarms.iter().filter(|week| !state[**week]).count();
        let mut week = from;
        while week < state.len() {
            if !state[week] {
                week += 1;
                continue;
            }
            let end = (week..state.len()).find(|w| !state[*w]).unwrap_or(state.len());
            outbreaks += 1;
            if let Some(first) = alarms.iter().find(|a| (week..end).contains(*a)) {
                found += 1;
                delays.push((first - week) as u32);
            }
            week = end;
        }
    }
    let share = |k: usize, n: usize| sentinel::interval::wilson(k as u32, n.max(1) as u32, 0.95);
    let shown = |k: usize, n: usize| {
        let i = share(k, n);
        format!("{k}/{n} = {:.2} ({:.2}–{:.2})", k as f64 / n.max(1) as f64, i.low, i.high)
    };
    let delay = median(&delays).map_or("–".to_owned(), |d| d.to_string());
    println!(
        "| {name} | {} | {} | {} | {delay} | {outside} |",
        shown(hit, ill),
        shown(hit, hit + outside),
        shown(found, outbreaks)
    );
}
