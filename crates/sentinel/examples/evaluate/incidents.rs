//! Planted incidents in real complaints.

use std::path::Path;

use sentinel::{
    measure::{Found, median},
    random::Chance,
    simulate::office::INCIDENTS,
    watch::{
        desk::Desk,
        panel::{Event, Panel},
    },
};

use crate::cases::{date, read};

/// Chicago sanitation, by nature × ward.
pub fn chicago(path: &Path) {
    let events = events(path, "creation_date", &["what_is_the_nature_of_this_code_violation", "ward"]);
    let (first, last) = (date("2011-01-01").expect("a day"), date("2014-12-31").expect("a day"));
    planted("Chicago sanitation, nature × ward, 2011–2014", &events, first, last);
}

/// Baltimore, by agency × type.
pub fn baltimore(path: &Path) {
    let events = events(path, "createddate", &["agency", "srtype"]);
    let (first, last) = (date("2014-01-01").expect("a day"), date("2019-01-31").expect("a day"));
    planted("Baltimore, agency × type, 2014–2019 (a sample of 10,000)", &events, first, last);
}

fn events(path: &Path, time: &str, streams: &[&str]) -> Vec<Event> {
    let rows = read(path);
    let at = |name: &str| rows[0].iter().position(|cell| cell == name).expect("the column");
    let (time, streams): (usize, Vec<usize>) = (at(time), streams.iter().map(|name| at(name)).collect());
    let event = |row: &Vec<String>| {
        let values = streams.iter().map(|c| row[*c].clone()).collect();
        Some(Event { day: date(&row[time])?, values, person: None })
    };
    rows[1..].iter().filter_map(event).collect()
}

/// Threshold fixed on the first half, ten plantings of 40 incidents in the second half (seeds 1–10), on streams that had 1 to 110 complaints
/// a year in the first half.
fn planted(name: &str, events: &[Event], first: i32, last: i32) {
    let real: Vec<Event> = events.iter().filter(|e| (first..=last).contains(&e.day)).cloned().collect();
    let panel = Panel::of_events(&real);
    let half = panel.days / 2;
    println!(
        "\n## {name}\n\n{} complaints, {} streams, {} days; threshold fixed on the first half.\n",
        real.len(),
        panel.streams.len(),
        panel.days
    );
    println!(
        "| budget | real alarms a week, second half | found of 6 | 10 | 20 | 40 | median complaint at alarm, 20 | days |\n|---|---|---|---|---|---|---|---|"
    );
    let columns = real[0].values.len();
    let rare: Vec<usize> = (0..panel.streams.len())
        .filter(|s| panel.streams[*s].depth() == columns)
        .filter(|s| (1.0..110.0).contains(&(f64::from(panel.sums(*s)[half]) * 365.0 / half as f64)))
        .collect();
    for weekly in [1.0, 7.0] {
        let desk = Desk { fixed: Some(half), ..Desk::new(weekly) };
        let calm = desk.watch(&panel, half, panel.days).len() as f64 * 7.0 / (panel.days - half) as f64;
        let mut found: Vec<Found> =
            INCIDENTS.iter().map(|(size, _)| Found { size: *size, ..Found::default() }).collect();
        for seed in 1..=10 {
            one(&desk, &panel, &real, &rare, half, &mut Chance::new(seed), &mut found);
        }
        let cell = |f: &Found| format!("{:.2} ({:.2}–{:.2})", f.rate().0, f.rate().1.low, f.rate().1.high);
        let middle = |numbers: &[u32]| median(numbers).map_or("–".to_owned(), |m| m.to_string());
        let cells: Vec<String> = found.iter().map(cell).collect();
        println!(
            "| {weekly} a week | {calm:.2} | {} | {} | {} |",
            cells.join(" | "),
            middle(&found[2].complaints),
            middle(&found[2].days)
        );
    }
    println!(
        "\nWhat rings in the unplanted second half counts against the budget whether or not something real was behind it."
    );
}

fn one(
    desk: &Desk,
    panel: &Panel,
    real: &[Event],
    rare: &[usize],
    half: usize,
    chance: &mut Chance,
    found: &mut [Found],
) {
    let mut streams = rare.to_vec();
    chance.shuffle(&mut streams);
    let mut events = real.to_vec();
    let mut incidents = Vec::new();
    for (i, stream) in streams.into_iter().take(40).enumerate() {
        let (size, days) = INCIDENTS[i % INCIDENTS.len()];
        let start = half + chance.below(panel.days - half - days + 1);
        let values: Vec<String> = panel.streams[stream].key.iter().flatten().cloned().collect();
        let mut added = vec![0; days];
        for _ in 0..size {
            let day = chance.below(days);
            added[day] += 1;
            let day = panel.first + (start + day) as i32;
            events.push(Event { day, values: values.clone(), person: None });
        }
        incidents.push((i % INCIDENTS.len(), stream, start, added));
    }
    let planted = Panel::of_events(&events);
    let alarms = desk.watch(&planted, half, planted.days);
    for (kind, stream, start, added) in incidents {
        found[kind].of += 1;
        let lasts = start..start + added.len();
        let ring = alarms.iter().find(|a| a.hit.stream == stream && lasts.contains(&a.hit.day));
        if let Some(alarm) = ring {
            let passed = alarm.hit.day - start;
            found[kind].found += 1;
            found[kind].complaints.push(added[..=passed].iter().sum());
            found[kind].days.push(passed as u32 + 1);
        }
    }
}

/// Real alarms a week by full year, walking forward with nothing fixed.
pub fn budget(path: &Path, time: &str, streams: &[&str], years: std::ops::RangeInclusive<i32>) {
    let events = events(path, time, streams);
    let panel = Panel::of_events(&events);
    println!("| budget a week | {} |", years.clone().map(|y| y.to_string()).collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---|".repeat(years.clone().count()));
    for weekly in [0.5, 1.0, 2.0, 7.0] {
        let alarms = Desk::new(weekly).watch(&panel, 0, panel.days);
        let cells: Vec<String> = years
            .clone()
            .map(|year| {
                let (from, to) = (crate::cases::day(year, 1, 1), crate::cases::day(year + 1, 1, 1));
                let of = alarms.iter().filter(|a| (from..to).contains(&(panel.first + a.hit.day as i32)));
                let (warm, all) = (of.clone().filter(|a| a.warming).count(), of.count());
                let rate = (all - warm) as f64 * 7.0 / f64::from(to - from);
                if warm > 0 { format!("{rate:.2} (+{warm} warming up)") } else { format!("{rate:.2}") }
            })
            .collect();
        println!("| {weekly} | {} |", cells.join(" | "));
    }
}
