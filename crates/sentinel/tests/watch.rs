//! Our own detector on small worlds whose answer is known.

use sentinel::{
    random::Chance,
    watch::{
        desk::{Desk, Kind},
        panel::{Event, Panel},
        score::{Expectations, Settings, hits},
    },
};

fn event(day: i32, category: &str, area: &str, person: &str) -> Event {
    let person = (!person.is_empty()).then(|| person.to_owned());
    Event { day, values: vec![category.into(), area.into()], person }
}

/// A year of calm: 4 categories in 5 areas, 12 complaints a day; on days 250 to 256 everything comes threefold.
fn calm(seed: u64) -> Vec<Event> {
    let mut chance = Chance::new(seed);
    let mut events = Vec::new();
    for day in 0..365 {
        let busy = if (250..257).contains(&day) { 36.0 } else { 12.0 };
        for _ in 0..chance.poisson(busy) {
            let (c, a) = (chance.below(4), chance.below(5));
            events.push(event(day, &format!("c{c}"), &format!("a{a}"), ""));
        }
    }
    events
}

fn name(panel: &Panel, stream: usize) -> String {
    let parts = panel.streams[stream].key.iter().map(|part| part.as_deref().unwrap_or("*"));
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn an_excess_of_one_category_in_one_area_is_named_once_at_the_most_specific_stream() {
    let mut events = calm(1);
    for day in 300..304 {
        events.extend((0..5).map(|_| event(day, "c2", "a3", "")));
    }
    let panel = Panel::of_events(&events);
    let alarms = Desk::new(1.0).watch(&panel, 280, 330);
    let named: Vec<String> = alarms
        .iter()
        .filter(|alarm| (300..310).contains(&alarm.hit.day))
        .map(|alarm| name(&panel, alarm.hit.stream))
        .collect();
    assert_eq!(named.iter().filter(|n| *n == "c2/a3").count(), 1, "{named:?}");
    assert!(!named.iter().any(|n| n == "c2/*" || n == "*/a3"), "{named:?}");
    let alarm = alarms.iter().find(|alarm| name(&panel, alarm.hit.stream) == "c2/a3").expect("it");
    assert!((300..303).contains(&alarm.hit.day), "by the third day: {alarm:?}");
}

#[test]
fn an_excess_of_a_category_everywhere_is_named_at_the_category() {
    let mut events = calm(2);
    for day in 300..306 {
        events.extend((0..15).map(|i| event(day, "c1", &format!("a{}", i % 5), "")));
    }
    let panel = Panel::of_events(&events);
    let alarms = Desk::new(0.25).watch(&panel, 299, 307);
    let named: Vec<String> = alarms.iter().map(|alarm| name(&panel, alarm.hit.stream)).collect();
    assert!(named.contains(&"c1/*".to_owned()), "{alarms:?}");
    let after = alarms.iter().filter(|alarm| alarm.hit.day >= 301);
    assert_eq!(after.count(), 0, "one excess, one alarm: {alarms:?}");
}

#[test]
fn a_peak_of_everything_rings_little_and_without_the_calendar_much() {
    let panel = Panel::of_events(&calm(3));
    let rung = |calendar| {
        let score = Settings { calendar, ..Settings::default() };
        Desk { score, ..Desk::new(0.25) }.watch(&panel, 248, 260).len()
    };
    assert!(
        3 * rung(true) <= rung(false) && rung(false) >= 6,
        "{} with the calendar, {} without",
        rung(true),
        rung(false)
    );
    let settings = Settings::default();
    let expected = Expectations::new(&panel, &settings).of(0).on(252).expect("enough past");
    assert!(expected > 1.8 * Expectations::new(&panel, &settings).of(0).on(240).expect("enough past"));
}

#[test]
fn one_person_counts_once() {
    let twelve = |person: fn(i32) -> String| {
        let mut events = calm(4);
        events.extend((0..12).map(|i| event(320 + i / 6, "c0", "a0", &person(i))));
        let panel = Panel::of_events(&events);
        let stream = (0..panel.streams.len()).find(|s| name(&panel, *s) == "c0/a0").expect("it");
        let within = panel.within(stream, 321, 2);
        let rung = Desk::new(0.5).watch(&panel, 318, 325).iter().any(|alarm| alarm.hit.stream == stream);
        (within, rung)
    };
    let (many, rung) = twelve(|i| i.to_string());
    let (one, silent) = twelve(|_| "the same".into());
    assert_eq!(many - one, 11);
    assert!(rung && !silent);
}

#[test]
fn a_slow_burner_is_found_by_the_months() {
    let mut chance = Chance::new(5);
    let mut series: Vec<Vec<u32>> =
        (0..400).map(|_| (0..500).map(|_| chance.poisson(0.05)).collect()).collect();
    for day in (330..420).step_by(7) {
        series[7][day] += 1;
    }
    let panel = Panel::of_series(0, &series);
    let alarms = Desk::new(2.0).watch(&panel, 330, 420);
    assert!(alarms.iter().any(|a| a.hit.stream == 7 && a.kind == Kind::Slow), "{alarms:?}");
}

#[test]
fn the_budget_is_kept_on_days_that_were_not_replayed() {
    let mut chance = Chance::new(6);
    let series: Vec<Vec<u32>> =
        (0..800).map(|_| (0..730).map(|_| chance.negative_binomial(0.1, 1.3)).collect()).collect();
    let panel = Panel::of_series(0, &series);
    let alarms = Desk { fixed: Some(365), ..Desk::new(1.0) }.watch(&panel, 365, 730);
    assert!((20..=80).contains(&alarms.len()), "{} in 52 weeks", alarms.len());
    let again = Desk { fixed: Some(365), ..Desk::new(1.0) }.watch(&panel, 365, 730);
    assert_eq!(alarms, again);
}

#[test]
fn nothing_is_said_before_there_is_a_past() {
    let panel = Panel::of_series(0, &[vec![9; 60], vec![0; 60]]);
    assert!(hits(&panel, 0, 60, &Settings::default()).is_empty());
    assert!(Desk::new(1.0).watch(&Panel::of_events(&[]), 0, 0).is_empty());
}
