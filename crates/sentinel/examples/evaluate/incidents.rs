//! Planted incidents in real complaints.

use std::path::Path;

use sentinel::{
    measure::{Found, median},
    random::Chance,
    rivals::{self, Rival},
    simulate::office::INCIDENTS,
    watch::{
        desk::{Alarm, Desk, Kind, heard, lived},
        events::Events,
        once::Once,
        panel::Panel,
        replay::{Named, Past},
        rollup::Rollup,
        score::Settings,
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

fn events(path: &Path, time: &str, streams: &[&str]) -> Events {
    let rows = read(path);
    let at = |name: &str| rows[0].iter().position(|cell| cell == name).expect("the column");
    let (time, streams): (usize, Vec<usize>) = (at(time), streams.iter().map(|name| at(name)).collect());
    let mut events = Events::new(streams.len());
    for (day, row) in rows[1..].iter().filter_map(|row| Some((date(&row[time])?, row))) {
        let values: Vec<&str> = streams.iter().map(|c| row[*c].as_str()).collect();
        events.push(day, &values, None);
    }
    events.sorted()
}

/// A detector on a world: its alarms in the second half, its threshold fixed on the first.
type Judge<'a> = (&'a str, Box<dyn Fn(&World, usize) -> Vec<Alarm> + 'a>);

fn judges<'a>(weekly: f64) -> Vec<Judge<'a>> {
    let own = move |world: &World, half: usize| {
        let desk = Desk { fixed: Some(half), ..Desk::new(weekly) };
        desk.hear(&world.panel, half..world.panel.days, &world.once())
    };
    let mut all: Vec<Judge<'a>> = Vec::new();
    for (name, rival) in rivals::ALL.into_iter().chain(rivals::WEEKLY) {
        if rival != Rival::Own {
            all.push((
                name,
                Box::new(move |world: &World, half: usize| by_rival(rival, weekly, world, half)),
            ));
        }
    }
    all.push(("**ours: scan 1–28 d and slow burners**", Box::new(own)));
    all
}

/// A rival's hits through the same replay and roll-up as ours, each incident once too.
fn by_rival(rival: Rival, weekly: f64, world: &World, half: usize) -> Vec<Alarm> {
    let (settings, panel, once) = (Settings::default(), &world.panel, world.once());
    let mut rollup = Rollup::new(panel, &settings);
    let lived = lived(panel, &settings);
    let first = baseline_begins(&settings);
    let past = Past::new(rival.hits(panel, first, panel.days, &settings), &lived, &[]).told_once(Some(&once));
    let before = past.alike(half, 365, 4.0);
    let budget = weekly * before.len() as f64 / 7.0;
    let bar = past.threshold(&mut rollup, before, budget, 0.0);
    let mut named = Named::default();
    let mut alarms = Vec::new();
    for day in half..panel.days {
        let told = past.day(&mut rollup, day, bar, &mut named).into_iter();
        alarms.extend(told.map(|a| Alarm {
            kind: Kind::Scan,
            hit: a.hit,
            threshold: bar,
            warming: false,
            also: a.also,
        }));
    }
    heard(&alarms, &once)
}

fn baseline_begins(settings: &Settings) -> usize {
    settings.gap + settings.least - 1
}

/// Threshold fixed on the first half, ten plantings of 40 incidents in the second half (seeds 1–10), on streams that had 1 to 110 complaints
/// a year in the first half; every detector gets the same.
fn planted(name: &str, events: &Events, first: i32, last: i32) {
    let mut real = Events::new(events.columns());
    events.on(first..=last).for_each(|at| real.push(events.day(at), &events.values(at), None));
    let panel = Panel::of_events(&real);
    let half = panel.days / 2;
    println!(
        "\n## Planted incidents on a real background: {name}\n\n{} complaints, {} streams, {} days; threshold of every detector by replaying the year before the second half.",
        real.len(),
        panel.len(),
        panel.days
    );
    let columns = real.columns();
    let rare: Vec<usize> = (0..panel.len())
        .filter(|s| panel.stream(*s).depth() == columns)
        .filter(|s| (1.0..110.0).contains(&(f64::from(panel.sums(*s)[half]) * 365.0 / half as f64)))
        .collect();
    let worlds: Vec<World> =
        (1..=10).map(|seed| plant(&panel, &real, &rare, half, &mut Chance::new(seed))).collect();
    let calm = World { panel, events: real, incidents: Vec::new() };
    for weekly in [1.0, 7.0] {
        println!(
            "\nBudget {weekly} a week:\n\n| detector | real alarms a week, second half | found of 6 | 10 | 20 | 40 | median complaint at alarm, 20 | days |\n|---|---|---|---|---|---|---|---|"
        );
        for (name, judge) in judges(weekly) {
            row(name, &judge, &calm, &worlds, half);
        }
    }
    println!(
        "\nWhat rings in the unplanted second half counts against the budget whether or not something real was behind it. An incident counts as found when the alarm names its very stream while it lasts. What this does not prove: the incidents are made, only their background is real."
    );
}

fn row(name: &str, judge: &dyn Fn(&World, usize) -> Vec<Alarm>, calm: &World, worlds: &[World], half: usize) {
    let calm = judge(calm, half).len() as f64 * 7.0 / (calm.panel.days - half) as f64;
    let mut found: Vec<Found> =
        INCIDENTS.iter().map(|(size, _)| Found { size: *size, ..Found::default() }).collect();
    for world in worlds {
        world.measure(&judge(world, half), &mut found);
    }
    let cell = |f: &Found| format!("{:.2} ({:.2}–{:.2})", f.rate().0, f.rate().1.low, f.rate().1.high);
    let middle = |numbers: &[u32]| median(numbers).map_or("–".to_owned(), |m| m.to_string());
    let cells: Vec<String> = found.iter().map(cell).collect();
    println!(
        "| {name} | {calm:.2} | {} | {} | {} |",
        cells.join(" | "),
        middle(&found[2].complaints),
        middle(&found[2].days)
    );
}

/// The real complaints with incidents put in: kind, stream, first day, complaints by day.
struct World {
    panel: Panel,
    events: Events,
    incidents: Vec<(usize, usize, usize, Vec<u32>)>,
}

fn plant(panel: &Panel, real: &Events, rare: &[usize], half: usize, chance: &mut Chance) -> World {
    let mut streams = rare.to_vec();
    chance.shuffle(&mut streams);
    let mut events = real.clone();
    let mut incidents = Vec::new();
    for (i, stream) in streams.into_iter().take(40).enumerate() {
        let (size, days) = INCIDENTS[i % INCIDENTS.len()];
        let start = half + chance.below(panel.days - half - days + 1);
        let values: Vec<&str> = panel.stream(stream).key().into_iter().flatten().collect();
        let mut added = vec![0; days];
        for _ in 0..size {
            let day = chance.below(days);
            added[day] += 1;
            let day = panel.first + (start + day) as i32;
            events.push(day, &values, None);
        }
        incidents.push((i % INCIDENTS.len(), stream, start, added));
    }
    let events = events.sorted();
    World { panel: Panel::of_events(&events), events, incidents }
}

/// As `xiaobao detect` tells it: once, at the stream with the most columns.
fn once<'a>(panel: &'a Panel, events: &'a Events) -> Once<'a> {
    Once::new(panel, events, |stream| stream.key().len() - stream.depth())
}

impl World {
    fn once(&self) -> Once<'_> {
        once(&self.panel, &self.events)
    }

    fn measure(&self, alarms: &[Alarm], found: &mut [Found]) {
        for (kind, stream, start, added) in &self.incidents {
            found[*kind].of += 1;
            let lasts = *start..start + added.len();
            let ring = alarms.iter().find(|a| a.hit.stream == *stream && lasts.contains(&a.hit.day));
            if let Some(alarm) = ring {
                let passed = alarm.hit.day - start;
                found[*kind].found += 1;
                found[*kind].complaints.push(added[..=passed].iter().sum());
                found[*kind].days.push(passed as u32 + 1);
            }
        }
    }
}

/// Real alarms a week by full year, walking forward with nothing fixed.
pub fn budget(name: &str, path: &Path, time: &str, streams: &[&str], years: std::ops::RangeInclusive<i32>) {
    let events = events(path, time, streams);
    let panel = Panel::of_events(&events);
    println!("\n## The budget kept walking forward: {name}\n");
    println!(
        "Nothing is fixed and nothing later is looked at: `xiaobao detect --calendar none` on the whole file, streams {}. Real alarms a week by full year; those of the warm-up (less than half a year to replay) are counted apart.\n",
        streams.join(" × ")
    );
    println!("| budget a week | {} |", years.clone().map(|y| y.to_string()).collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---|".repeat(years.clone().count()));
    for weekly in [0.5, 1.0, 2.0, 7.0] {
        let alarms = Desk::new(weekly).hear(&panel, 0..panel.days, &once(&panel, &events));
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
    println!(
        "\nWhat this does not prove: two cities, no 3·15. A budget above what the data can give is not filled: with five complaints a day there are no seven alarms a week to be rung."
    );
}
