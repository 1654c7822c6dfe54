//! Exact numbers: decimals as they are written, quotients as they are meant.

use std::{cmp::Ordering, fmt};

/// A decimal as written: `mantissa` × 10^-`scale`. Never a float.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    mantissa: i128,
    scale: u32,
}

impl Number {
    /// Nothing.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };
    /// One.
    pub const ONE: Self = Self { mantissa: 1, scale: 0 };

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self { mantissa: number as i128, scale: 0 }
    }

    /// `mantissa` × 10^-`scale`.
    pub const fn decimal(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    /// Ten to the power of `tens`.
    pub const fn ten_to(tens: u32) -> Self {
        Self { mantissa: 10_i128.pow(tens), scale: 0 }
    }

    /// The number `tens` places larger.
    #[must_use]
    pub fn shifted(self, tens: u32) -> Self {
        let kept = self.scale.saturating_sub(tens);
        Self { mantissa: self.mantissa * 10_i128.pow(tens - (self.scale - kept)), scale: kept }
    }

    /// The number `tens` places smaller.
    #[must_use]
    pub const fn lowered(self, tens: u32) -> Self {
        Self { mantissa: self.mantissa, scale: self.scale + tens }
    }

    /// The place of the last digit that is not 0: 100 for 600, 0.1 for 6.40; the number's own last place for 0.
    #[must_use]
    pub fn last_place(self) -> Self {
        let (mut mantissa, mut place) = (self.mantissa, Self { mantissa: 1, scale: self.scale });
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            place = place.shifted(1);
        }
        place
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { mantissa: self.at(scale) + other.at(scale), scale }
    }

    /// The number with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, scale: self.scale }
    }

    /// Without its sign.
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self { mantissa: self.mantissa.abs(), scale: self.scale }
    }

    /// Whether it is below nothing.
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// As a whole number, where it is one.
    pub fn as_whole(self) -> Option<i64> {
        let under = 10_i128.pow(self.scale);
        (self.mantissa % under == 0).then(|| i64::try_from(self.mantissa / under).ok())?
    }

    /// As a quotient.
    pub const fn quotient(self) -> Quotient {
        Quotient { over: self.mantissa, under: 10_i128.pow(self.scale) }
    }

    const fn at(self, scale: u32) -> i128 {
        self.mantissa * 10_i128.pow(scale - self.scale)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let under = 10_i128.pow(self.scale);
        let (whole, rest) = (self.mantissa.abs() / under, self.mantissa.abs() % under);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let width = self.scale as usize;
        let places = if width == 0 { String::new() } else { format!(".{rest:0width$}") };
        write!(f, "{sign}{whole}{}", places.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A quotient of whole numbers, as a figure has it: 112 ÷ 173 stays that. `under` is positive.
#[derive(Clone, Copy, Debug)]
pub struct Quotient {
    over: i128,
    under: i128,
}

impl Quotient {
    /// `over` ÷ `under`; nothing where `under` is not positive.
    pub const fn new(over: i128, under: i128) -> Option<Self> {
        if under > 0 { Some(Self { over, under }) } else { None }
    }

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self { over: number as i128, under: 1 }
    }

    /// An amount in 分, as 元.
    pub const fn fen(fen: i64) -> Self {
        Self { over: fen as i128, under: 100 }
    }

    /// Its sign.
    pub const fn signum(self) -> i128 {
        self.over.signum()
    }

    /// Without its sign.
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self { over: self.over.abs(), under: self.under }
    }

    /// How it lies to a written number.
    pub fn against(self, number: Number) -> Ordering {
        let other = number.quotient();
        (self.over * other.under).cmp(&(other.over * self.under))
    }

    /// Rounded half away from zero to a multiple of 10^-`places`.
    pub fn rounded(self, places: u32) -> Number {
        let scaled = self.over.abs() * 10_i128.pow(places);
        let mantissa = (2 * scaled + self.under) / (2 * self.under);
        Number::decimal(mantissa * self.over.signum(), places)
    }

    /// Whether `shown`, written to the place `step`, is this rounded half up.
    pub fn rounds_to(self, shown: Number, step: Number) -> bool {
        let (value, shown) = (self.magnitude(), shown.magnitude());
        let half = Number::decimal(step.mantissa * 5, step.scale + 1);
        value.against(shown.plus(half.negated())).is_ge() && value.against(shown.plus(half)).is_lt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_places() {
        assert_eq!(Number::decimal(640, 2).to_string(), "6.4");
        assert_eq!(Number::decimal(64, 1).shifted(4), Number::whole(64_000));
        assert_eq!(Number::whole(600).last_place(), Number::whole(100));
        assert_eq!(Number::decimal(640, 2).last_place(), Number::decimal(1, 1));
        assert_eq!(Number::ZERO.last_place(), Number::ONE);
    }

    #[test]
    fn the_published_rates_round_as_they_were_published() {
        // 保山 2021, 广元 2022Q1, 天津蓟州 2022-02 (regulations §5.3).
        for (part, whole, told) in [(490, 1621, 3023), (92, 241, 3817), (112, 173, 6474)] {
            let rate = Quotient::new(part * 100, whole).unwrap();
            assert_eq!(rate.rounded(2), Number::decimal(told, 2));
            assert!(rate.rounds_to(Number::decimal(told, 2), Number::decimal(1, 2)));
            assert!(!rate.rounds_to(Number::decimal(told + 1, 2), Number::decimal(1, 2)));
        }
        assert!(Quotient::new(1, 0).is_none());
    }
}
