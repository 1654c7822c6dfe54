//! Counter-reading: what speaks against an alarm.

use crate::alarm::{Alarm, Kind};

/// An expectation below this is so small that three make an alarm.
const TINY: f64 = 0.5;
/// A share that says something.
const MOST: f64 = 0.6;

/// What speaks against it, each a sentence; empty where nothing was found.
pub(super) fn of(alarm: &Alarm) -> Vec<String> {
    let evidence = &alarm.evidence;
    let mut found = Vec::new();
    let share = |part: u32| f64::from(part) / f64::from(evidence.matters.max(1));
    if evidence.by_one >= 3 {
        found.push(format!(
            "窗口内 {} 件来自 {} 人，其中同一人 {} 件；同一人 28 日内只计一次",
            evidence.matters, alarm.observed, evidence.by_one
        ));
    }
    if evidence.same_text >= 2 {
        found.push(format!("{} 件内容完全相同，可能是同一文本转发", evidence.same_text));
    }
    for season in &evidence.seasons {
        found.push(format!("窗口碰到“{season}”，这段时间的来件与平时不同"));
    }
    if evidence.matters >= 5 && share(evidence.one_day) >= MOST {
        found.push(format!("{} 件登记在同一天，可能是批量导入或者补录", evidence.one_day));
    }
    if let Some(words) = of_all(alarm) {
        found.push(words);
    }
    if matches!(alarm.kind, Kind::Scan | Kind::Slow) && alarm.expected < TINY {
        let (expected, observed) = (alarm.expected, alarm.observed);
        found.push(format!("平时很少：预期只有 {expected:.2} 人，{observed} 人已经显得很多"));
    }
    if alarm.warming {
        found.push("起步期：可以重放的历史不足半年，门槛按公式估计".to_owned());
    }
    found
}

/// Whether everything rose with it.
fn of_all(alarm: &Alarm) -> Option<String> {
    let (now, before) = alarm.evidence.all;
    let times = f64::from(now) / before.max(1.0);
    let own = alarm.observed as f64 / alarm.expected.max(0.1);
    (before >= 5.0 && times >= 1.3).then(|| {
        format!("全部投诉举报同期也有 {now} 件，是平时（{before:.0} 件）的 {times:.1} 倍；这一组合是预期的 {own:.1} 倍")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::show::sample_alarm;

    #[test]
    fn every_doubt_is_said_and_a_plain_alarm_has_none() {
        let mut alarm = sample_alarm();
        alarm.expected = 4.0;
        alarm.evidence.seasons.clear();
        assert_eq!(of(&alarm), Vec::<String>::new());
        alarm.warming = true;
        alarm.expected = 0.2;
        alarm.evidence.seasons = vec!["3·15 消费者权益日".into()];
        (alarm.evidence.by_one, alarm.evidence.same_text, alarm.evidence.one_day) = (4, 3, 9);
        alarm.evidence.all = (90, 30.0);
        let said = of(&alarm).join("\n");
        for words in
            ["同一人 4 件", "3 件内容完全相同", "3·15", "登记在同一天", "3.0 倍", "平时很少", "起步期"]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
}
