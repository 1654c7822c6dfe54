//! Sections that need no data.

use std::{hint::black_box, time::Instant};

use sentinel::{
    classic::{
        bayes, cusum, ears,
        farrington::{self, Method, Settings as Weekly},
    },
    measure::{self, by_size, median},
    random::Chance,
    rivals,
    simulate::{
        hidden as worlds,
        noufaily::{JUDGED, SIZES, WEEKS, scenarios},
        office::{Office, PEAK_WINDOW, Replay},
    },
    watch::{
        panel::Panel,
        replay::{episodes, threshold},
        score::{Hit, Settings, hits},
    },
};

/// Noufaily's 42 scenarios, 100 series each, seed 2013.
pub fn noufaily() {
    println!("\n## Noufaily's 42 scenarios (simulated, 100 series each, seed 2013)\n");
    println!(
        "| method | FPR | POD | POD first week | PPV | POD by size 2/4/6/8/10 |\n|---|---|---|---|---|---|"
    );
    let range = WEEKS - JUDGED..WEEKS;
    let flexible = |method| Weekly::noufaily(5, 0.01, method);
    let farrington = |settings: Weekly| {
        let range = range.clone();
        move |y: &[u32]| -> Vec<usize> {
            let alarmed = |f: &farrington::Forecast| f.alarm.then_some(f.at);
            farrington::judge(y, range.clone(), &settings).iter().filter_map(alarmed).collect()
        }
    };
    let ears = |kind| {
        let (range, settings) = (range.clone(), ears::Settings { alpha: 0.01, ..ears::Settings::default() });
        move |y: &[u32]| alarms(&ears::judge(y, range.clone(), kind, &settings))
    };
    type Method_<'a> = (&'a str, Box<dyn Fn(&[u32]) -> Vec<usize> + 'a>);
    let methods: Vec<Method_<'_>> = vec![
        ("**FarringtonFlexible, nbPlugin, α 0.01**", Box::new(farrington(flexible(Method::NbPlugin)))),
        ("same, delta 2/3", Box::new(farrington(flexible(Method::Delta)))),
        ("Farrington 1996, α 0.01", Box::new(farrington(Weekly::farrington(5, 0.01)))),
        ("EARS C1, α 0.01", Box::new(ears(ears::Kind::C1))),
        ("EARS C2, α 0.01", Box::new(ears(ears::Kind::C2))),
        ("EARS C3, α 0.01", Box::new(ears(ears::Kind::C3))),
        ("RKI 3", Box::new(|y| alarms(&bayes::rki(y, range.clone(), bayes::Weeks::THREE)))),
        ("Bayes 3, α 0.01", Box::new(|y| alarms(&bayes::bayes(y, range.clone(), bayes::Weeks::THREE, 0.01)))),
        (
            "CUSUM rossi k 1.04 h 2.26",
            Box::new(|y| alarms(&cusum::judge(y, range.clone(), None, cusum::Transform::Rossi, 1.04, 2.26))),
        ),
    ];
    for (name, judge) in &methods {
        let (mut chance, mut f) = (Chance::new(2013), measure::Weekly::default());
        for scenario in scenarios() {
            for i in 0..100 {
                let series = scenario.series(SIZES[i % SIZES.len()], &mut chance);
                f.add(&series, &judge(&series.counts));
            }
        }
        let sizes =
            f.outbreaks.map(|(k, n)| format!("{:.2}", f64::from(k) / f64::from(n.max(1)))).join(" / ");
        let first = f64::from(f.first.0) / f64::from(f.first.1.max(1));
        println!("| {name} | {:.4} | {:.3} | {first:.3} | {:.3} | {sizes} |", f.fpr(), f.pod(), f.ppv());
    }
    println!("\nBar: FarringtonFlexible FPR 0.008–0.016, POD 0.50–0.57, PPV ≥ 0.55.");
}

fn alarms(verdicts: &[sentinel::classic::Verdict]) -> Vec<usize> {
    verdicts.iter().filter(|v| v.alarm).map(|v| v.at).collect()
}

/// The office of 3,000 streams: thresholds from four replays (seeds 1001–1004), figures from twelve others (2001–2012).
pub fn office() {
    let settings = Settings::default();
    let calm = Office::default();
    let (from, to) = (calm.before, calm.before + calm.judged);
    let nulls: Vec<Replay> = (1001..=1004).map(|seed| calm.replay(seed)).collect();
    let worlds: Vec<Replay> =
        (2001..=2012).map(|seed| Office { incidents: 40, ..calm }.replay(seed)).collect();
    println!("\n## The office of 3,000 sparse streams (simulated; 1,920 incidents in twelve worlds)\n");
    for weekly in [1.0, 7.0] {
        println!(
            "\nBudget {weekly} false alarm(s) a week over all streams, threshold from four other replays:\n"
        );
        println!(
            "| detector | false a week | found of 6 | 10 | 20 (95 % interval) | 40 | median complaint at alarm, 20 | days | false alarm-days in the 3·15 window |\n|---|---|---|---|---|---|---|---|---|"
        );
        for (name, rival) in rivals::ALL {
            let mut history = Vec::new();
            for (k, null) in nulls.iter().enumerate() {
                let apart = |hit: Hit| Hit { stream: hit.stream + k * calm.streams, ..hit };
                history.extend(rival.hits(&null.panel, from, to, &settings).into_iter().map(apart));
            }
            let weeks = (nulls.len() * calm.judged) as f64 / 7.0;
            let bar = threshold(&history, weekly * weeks, |a, b| a == b);
            row(name, &worlds, bar, |panel| rival.hits(panel, from, to, &settings), from);
        }
    }
}

fn row(name: &str, worlds: &[Replay], bar: f64, hits: impl Fn(&Panel) -> Vec<Hit>, from: usize) {
    let mut found: Vec<measure::Found> = Vec::new();
    let (mut begun, mut days, mut peak) = (0, 0, 0);
    for world in worlds {
        let hits = hits(&world.panel);
        for (i, size) in
            by_size(&hits, bar, &world.incidents, |h, i| h.stream == i.stream).into_iter().enumerate()
        {
            match found.get_mut(i) {
                Some(sum) => {
                    sum.of += size.of;
                    sum.found += size.found;
                    sum.complaints.extend(size.complaints);
                    sum.days.extend(size.days);
                }
                None => found.push(size),
            }
        }
        let planted: Vec<usize> = world.incidents.iter().map(|i| i.stream).collect();
        let wrong: Vec<Hit> = hits.into_iter().filter(|hit| !planted.contains(&hit.stream)).collect();
        begun += episodes(&wrong, bar).len();
        let rang = wrong.iter().filter(|hit| hit.score > bar);
        days += rang.clone().count();
        peak += rang.filter(|hit| PEAK_WINDOW.contains(&(hit.day - from))).count();
    }
    let weeks = (worlds.len() * (worlds[0].panel.days - from)) as f64 / 7.0;
    let rate = |i: usize| found[i].rate();
    let middle = |numbers: &[u32]| median(numbers).map_or("–".into(), |m| format!("{m}"));
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.3} ({:.2}–{:.2}) | {:.2} | {} | {} | {:.0} % of {days} |",
        f64::from(begun as u32) / weeks,
        rate(0).0,
        rate(1).0,
        rate(2).0,
        rate(2).1.low,
        rate(2).1.high,
        rate(3).0,
        middle(&found[2].complaints),
        middle(&found[2].days),
        100.0 * f64::from(peak as u32) / f64::from(days.max(1) as u32),
    );
}

/// Hidden rules: 50 planted worlds.
pub fn hidden() {
    println!("\n## Hidden rules with hardly a complaint (simulated, 50 worlds, seeds 1–50)\n");
    println!("| ranking | recall@10 |\n|---|---|");
    for (name, recall) in worlds::recall(1..=50, 10) {
        println!("| {name} | {recall:.3} |");
    }
    println!(
        "\nBar: ours ≥ 0.8, complaint counts must fail. Made-up worlds: they show what the signals can do, not how many such rules exist."
    );
}

/// 20,000 streams, one year.
pub fn speed() {
    let mut chance = Chance::new(20_000);
    let series: Vec<Vec<u32>> = (0..20_000)
        .map(|_| {
            let mean = chance.between(0.004_f64.ln(), 2.0_f64.ln()).exp();
            (0..575).map(|_| chance.negative_binomial(mean, 1.3)).collect()
        })
        .collect();
    let panel = Panel::of_series(0, &series);
    let start = Instant::now();
    let found = black_box(hits(black_box(&panel), 210, 575, &Settings::default()));
    let scored = start.elapsed();
    let bar = black_box(threshold(&found, 52.0, |a, b| a == b));
    println!(
        "\n## Speed\n\n20,000 streams × 365 days: scored in {:.2} s, threshold {bar:.2} from {} hits in {:.2} s more, one core.",
        scored.as_secs_f64(),
        found.len(),
        start.elapsed().as_secs_f64() - scored.as_secs_f64()
    );
}
