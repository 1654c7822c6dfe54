//! A figure's value as it is told: numbers, rates with what stands under them, growth.

use sentinel::interval::{Interval, clopper_pearson, wilson};

use crate::{
    compute::Answer,
    figure::{Figure, Measure},
};

/// With a smaller denominator no percentage is printed (issue 6, point 5).
pub const FEW: i64 = 30;
/// The level of intervals.
const LEVEL: f64 = 0.95;

impl Answer {
    /// As printed: `1,234`, `640.00`, `33.33 %`; a share of nothing, or of fewer than [`FEW`], is "—".
    pub fn words(self, figure: &Figure) -> String {
        match (figure.measure, self.whole) {
            (Measure::Recovered, _) => kernel::Money::from_fen(self.part).grouped(),
            (Measure::Share { .. }, Some(whole)) if whole < FEW => "—".to_owned(),
            (Measure::Share { .. }, Some(whole)) => percent(self.part, whole),
            _ => grouped(self.part),
        }
    }

    /// What stands behind a rate and under it: numerator, denominator with its name, and the interval where it is printed.
    pub fn under(self, figure: &Figure) -> String {
        let (Measure::Share { of, .. }, Some(whole)) = (figure.measure, self.whole) else {
            return String::new();
        };
        let interval = self
            .interval()
            .map(|one| format!("；95% 区间 {} 至 {}", hundredths(one.low), hundredths(one.high)));
        format!("{} ÷ {whole}（{of}）{}", self.part, interval.unwrap_or_default())
    }

    /// Wilson's 95 % interval of a rate whose percentage is printed: how far it would move by chance alone. Figures count all
    /// there is and no sample, so the interval serves to compare periods and units, not to infer.
    pub fn interval(self) -> Option<Interval> {
        self.of_enough().map(|(part, whole)| wilson(part, whole, LEVEL))
    }

    /// Clopper's and Pearson's exact interval, for where a consequence hangs on a rate: red and black lists.
    pub fn exact_interval(self) -> Option<Interval> {
        self.of_enough().map(|(part, whole)| clopper_pearson(part, whole, LEVEL))
    }

    /// Numerator and denominator of a rate of enough.
    fn of_enough(self) -> Option<(u32, u32)> {
        let whole = self.whole.filter(|whole| *whole >= FEW)?;
        Some((u32::try_from(self.part).ok()?, u32::try_from(whole).ok()?))
    }

    /// Growth over `base`: `+12.50 %`; "—" when there is no base, and for shares, which are compared in points.
    pub fn growth(self, base: Self) -> String {
        match (self.whole, base.whole) {
            (Some(whole), Some(before)) if whole >= FEW && before >= FEW => {
                // Hundredths of a point, exact.
                let now = rounded(self.part * 10_000, whole) - rounded(base.part * 10_000, before);
                format!("{}{}.{:02} 点", if now < 0 { "-" } else { "+" }, now.abs() / 100, now.abs() % 100)
            }
            (None, None) if base.part > 0 => {
                let change = rounded((self.part - base.part) * 10_000, base.part);
                format!(
                    "{}{}.{:02} %",
                    if change < 0 { "-" } else { "+" },
                    change.abs() / 100,
                    change.abs() % 100
                )
            }
            _ => "—".to_owned(),
        }
    }
}

/// The quotient rounded half away from zero; `by` is positive.
fn rounded(number: i64, by: i64) -> i64 {
    (number.abs() + by / 2) / by * number.signum()
}

/// `33.33 %`, rounded half up; "—" of nothing.
fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let hundredths = (part * 20_000 + whole) / (2 * whole);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// A share as `33.33 %`.
fn hundredths(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn grouped(number: i64) -> String {
    let money = kernel::Money::from_fen(number.saturating_mul(100)).grouped();
    money.strip_suffix(".00").unwrap_or(&money).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_with_what_stands_under_it() {
        let figure = crate::find("settled_of_closed").unwrap();
        let rate = |part, whole| Answer { part, whole: Some(whole) };
        assert_eq!(rate(112, 173).words(figure), "64.74 %");
        assert_eq!(rate(112, 173).under(figure), "112 ÷ 173（本期投诉办结）；95% 区间 57.37 % 至 71.47 %");
        assert_eq!(
            (rate(20, 29).words(figure), rate(20, 29).under(figure)),
            ("—".to_owned(), "20 ÷ 29（本期投诉办结）".to_owned())
        );
        assert_eq!(rate(0, 0).words(figure), "—");
        // intelligence §6.1: 48 of 50.
        let (wilson, exact) = (rate(48, 50).interval().unwrap(), rate(48, 50).exact_interval().unwrap());
        assert!((wilson.low - 0.865_399).abs() < 1e-6 && (exact.low - 0.862_862).abs() < 1e-6);
    }

    #[test]
    fn rates_of_the_published_reports() {
        // 保山 2021, 广元 2022Q1, 天津蓟州 2022-02 (regulations §5.3).
        assert_eq!(percent(490, 1621), "30.23 %");
        assert_eq!(percent(92, 241), "38.17 %");
        assert_eq!(percent(112, 173), "64.74 %");
        assert_eq!(percent(0, 0), "—");
    }

    #[test]
    fn no_base_no_growth() {
        let count = |part| Answer { part, whole: None };
        assert_eq!(count(5).growth(count(0)), "—");
        assert_eq!(count(9).growth(count(8)), "+12.50 %");
        assert_eq!(count(7).growth(count(8)), "-12.50 %");
        assert_eq!(count(100).growth(count(88)), "+13.64 %");
        let share = |part, whole| Answer { part, whole: Some(whole) };
        assert_eq!(share(20, 40).growth(share(10, 40)), "+25.00 点");
        assert_eq!(share(20, 40).growth(share(0, 0)), "—");
        assert_eq!(share(20, 40).growth(share(5, 10)), "—", "of ten there is no percentage");
    }
}
