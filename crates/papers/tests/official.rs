//! The ten official forms (市场监管总局, 2026年4月), word for word and field by field, against what ships: `official.toml` holds
//! the samples. A form that loses a field, a word or a note fails here, whatever the golden texts say.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use papers::{
    edition::{self, Draft},
    form::{self, Form},
    print,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Samples {
    forms: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    sample: u8,
    key: String,
    text: String,
}

fn samples() -> Vec<Sample> {
    toml::from_str::<Samples>(include_str!("official.toml")).unwrap().forms
}

/// Without what is layout: blanks, lines, the bars and brackets of a table in plain text, blanks to fill in.
fn flat(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace() && !"|[]_".contains(*sign)).collect()
}

/// The sample as (fixed words, the place behind them), in order.
fn parts(sample: &str) -> Vec<(String, Option<String>)> {
    let one = |(at, part): (usize, &str)| {
        if at == 0 {
            return vec![(flat(part), None)];
        }
        let (place, words) = part.split_once('}').unwrap();
        vec![(flat(words), Some(place.to_owned()))]
    };
    sample.split('{').enumerate().flat_map(one).collect()
}

/// What is wrong with `text` as an edition of the official form: empty when it is whole.
fn faults(sample: &Sample, form: &Form, text: &str) -> Vec<String> {
    let own = form.series("R121").unwrap();
    let draft = Draft { title: own.title.clone(), text: text.to_owned(), note: String::new() };
    let (document, heading) = match edition::on_sample(form, "R121", &draft) {
        Ok(found) => found,
        Err(refusal) => return vec![refusal.to_string()],
    };
    let said = flat(&print::text(&document, &heading));
    let (mut faults, mut at) = (Vec::new(), 0);
    for (words, place) in parts(&sample.text) {
        // Fixed words that lie right behind each other may have a filled-in place between them, and nothing else may.
        match said.get(at..).and_then(|rest| rest.find(&words)) {
            Some(gap) => {
                if place.is_none() && gap > 0 {
                    faults.push(format!("不是式样的文字：{}", &said[at..at + gap]));
                }
                at += gap + words.len();
            }
            None => faults.push(format!("缺少或者次序不同：{words}")),
        }
        let Some(place) = place.filter(|place| place.is_ascii()) else { continue };
        let is_printed =
            text.contains(&format!("{{{{ {place} }}}}")) || text.contains(&format!("if {place}"));
        if form.field(&place).is_none() || !is_printed {
            faults.push(format!("缺少栏目：{place}"));
        }
    }
    if at < said.len() && faults.is_empty() {
        faults.push(format!("式样以外的文字：{}", &said[at..]));
    }
    faults
}

#[test]
fn the_ten_forms_are_the_official_samples_field_by_field_and_word_for_word() {
    let samples = samples();
    assert_eq!(samples.iter().map(|sample| sample.sample).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for sample in &samples {
        let form = form::find(&sample.key).unwrap();
        assert_eq!(form.sample, sample.sample, "{}", sample.key);
        let own = form.series("R121").unwrap();
        assert_eq!(flat(&own.title), flat(sample.text.lines().next().unwrap()), "{}", sample.key);
        wrong.extend(
            faults(sample, form, form.text_of(own)).iter().map(|fault| format!("{}：{fault}", sample.key)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The comparison can fail: each field taken out of each form, and each line, is noticed.
#[test]
fn a_form_that_loses_a_field_or_a_line_is_noticed() {
    let mut taken = 0;
    for sample in samples() {
        let form = form::find(&sample.key).unwrap();
        let text = form.text_of(form.series("R121").unwrap());
        let places =
            parts(&sample.text).into_iter().filter_map(|(_, place)| place).filter(|place| place.is_ascii());
        for place in places {
            let less =
                text.replace(&format!("{{{{ {place} }}}}"), "").replace(&format!("if {place}"), "if kind");
            assert!(!faults(&sample, form, &less).is_empty(), "{} without {place}", sample.key);
            taken += 1;
        }
        for line in text.lines().filter(|line| !line.contains("{%") && !line.starts_with("@文号")) {
            let less = text.replacen(&format!("{line}\n"), "", 1);
            assert!(!faults(&sample, form, &less).is_empty(), "{} without {line}", sample.key);
        }
    }
    assert!(taken > 60, "{taken}");
}
