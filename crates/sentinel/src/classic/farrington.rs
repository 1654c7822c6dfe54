//! Farrington (1996) and its improvement by Noufaily (2013): a quasi-Poisson regression on the same weeks of past years, past
//! outbreaks weighted down, and a bound on this week's count.
//!
//! Sources: Farrington, Andrews, Beale, Catchpole, J R Statist Soc A 159 (1996) 547–563; Noufaily, Enki, Farrington, Garthwaite,
//! Andrews, Charlett, Stat Med 32 (2013) 1206–1222; Salmon, Schumacher, Höhle, J Stat Soft 70 (2016) 10.

use super::{
    Verdict,
    reference::{self, Reference},
};
use crate::{
    counts::{quantile, tail},
    linear::{Fit, quasi_poisson},
    special::{beta_i, normal_quantile},
};

/// When a trend over time stays in the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trend {
    /// Never.
    Never,
    /// When its p-value is below this, three years are there and the forecast does not leave what was seen. 1 is always.
    Below(f64),
}

/// How the bound is drawn from the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Normal on the 2/3 power, with the error of estimation (Farrington 1996).
    Delta,
    /// Quantile of the negative binomial at the fitted mean (Noufaily 2013).
    NbPlugin,
    /// Quantile of the negative binomial at the upper end of the mean.
    Muan,
}

/// Settings of both methods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Years back.
    pub years: usize,
    /// Half the window, weeks.
    pub half_window: usize,
    /// Parts of the year as a factor; 1 compares with the windows only.
    pub periods: usize,
    /// Last weeks left out (with parts).
    pub excluded: usize,
    /// Anscombe residual above which a past week is weighted down.
    pub weight_threshold: f64,
    /// Trend over time.
    pub trend: Trend,
    /// Error of the bound.
    pub alpha: f64,
    /// Whether `alpha` is of both sides (1996).
    pub two_sided: bool,
    /// The bound.
    pub method: Method,
    /// No alarm below this many counts in the last weeks (5 in 4), this week included.
    pub limit: (u32, usize),
    /// Weeks of a year.
    pub frequency: usize,
    /// Takes the error of estimation as the R package `surveillance` 1.20.3 does in `farringtonFlexible`, where the weights against
    /// outbreaks stand in for the working weights. Only to compare figures with it: off in both presets.
    pub package_error: bool,
}

impl Settings {
    /// As published in 1996; `alpha` of both sides.
    pub fn farrington(years: usize, alpha: f64) -> Self {
        Self {
            years,
            half_window: 3,
            periods: 1,
            excluded: 3,
            weight_threshold: 1.0,
            trend: Trend::Below(0.05),
            alpha,
            two_sided: true,
            method: Method::Delta,
            limit: (5, 4),
            frequency: 52,
            package_error: false,
        }
    }

    /// As improved in 2013: ten parts of the year, 26 weeks left out, threshold 2.58, trend always.
    pub fn noufaily(years: usize, alpha: f64, method: Method) -> Self {
        Self {
            periods: 10,
            excluded: 26,
            weight_threshold: 2.58,
            trend: Trend::Below(1.0),
            two_sided: false,
            method,
            ..Self::farrington(years, alpha)
        }
    }

    fn z(&self) -> f64 {
        normal_quantile(1.0 - if self.two_sided { self.alpha / 2.0 } else { self.alpha })
    }
}

/// What the model says about a week: "12 expected, at most 19, 31 came".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Position from 0.
    pub at: usize,
    /// Expected count.
    pub expected: f64,
    /// Variance factor, at least 1.
    pub phi: f64,
    /// Slope per week on the log scale, where a trend was kept.
    pub trend: Option<f64>,
    /// Standard error of the linear predictor.
    pub error: f64,
    /// The mean at which the bound is drawn (above `expected` with [`Method::Muan`]).
    pub upper_mean: f64,
    /// The bound: an alarm is a count above it.
    pub upper: f64,
    /// P(at least the count that came), negative binomial at `expected`.
    pub p: f64,
    /// Whether the count is above the bound and the last weeks are not nearly empty.
    pub alarm: bool,
}

impl From<Forecast> for Verdict {
    fn from(forecast: Forecast) -> Self {
        Self { at: forecast.at, upper: forecast.upper, alarm: forecast.alarm }
    }
}

struct Design<'a> {
    counts: &'a [u32],
    reference: &'a Reference,
    at: usize,
    parts: usize,
    trend: bool,
    package_error: bool,
}

/// A fit, its variance factor, and the factors of its error of estimation and of the trend's.
type Fitted = (Fit, f64, (f64, f64));

impl Design<'_> {
    fn row(&self, week: usize, part: usize) -> Vec<f64> {
        let mut row = vec![1.0];
        if self.trend {
            row.push((week as f64) - (self.at as f64));
        }
        row.extend((1..self.parts).map(|p| f64::from(u8::from(p == part))));
        row
    }

    /// Fits, weights past outbreaks down, fits again.
    fn fit(&self, threshold: f64) -> Option<Fitted> {
        let weeks = self.reference.at.iter().zip(&self.reference.part);
        let rows: Vec<f64> = weeks.flat_map(|(week, part)| self.row(*week, *part)).collect();
        let y: Vec<f64> = self.reference.at.iter().map(|week| f64::from(self.counts[*week])).collect();
        let columns = rows.len() / y.len();
        let first = quasi_poisson(&rows, columns, &y, &vec![1.0; y.len()])?;
        let phi = first.dispersion.max(1.0);
        let weights = weigh(&anscombe(&first, &y, phi), threshold);
        let second = quasi_poisson(&rows, columns, &y, &weights)?;
        let phi = second.dispersion.max(1.0);
        let relative = |(y, mu): (&f64, &f64)| ((y - mu) / mu).powi(2);
        let factors = if self.package_error {
            let square = y.iter().zip(&second.fitted).zip(&weights).map(|(pair, w)| w * relative(pair));
            let error = square.sum::<f64>() / second.freedom;
            (error, error)
        } else {
            (phi, second.dispersion)
        };
        Some((second, phi, factors))
    }
}

fn anscombe(fit: &Fit, y: &[f64], phi: f64) -> Vec<f64> {
    let residual = |((y, mu), h): ((&f64, &f64), &f64)| {
        1.5 * (y.powf(2.0 / 3.0) * mu.powf(-1.0 / 6.0) - mu.sqrt()) / (phi * (1.0 - h)).sqrt()
    };
    y.iter().zip(&fit.fitted).zip(&fit.leverage).map(residual).collect()
}

fn weigh(residuals: &[f64], threshold: f64) -> Vec<f64> {
    let down = |s: &f64| if *s > threshold { s.powi(-2) } else { 1.0 };
    let gamma = residuals.len() as f64 / residuals.iter().map(down).sum::<f64>();
    residuals.iter().map(|s| gamma * down(s)).collect()
}

/// P(|T| > |t|), Student's distribution.
fn student(t: f64, freedom: f64) -> f64 {
    beta_i(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// Judges one week; `None` without enough past, or where nothing was ever counted.
pub fn forecast(counts: &[u32], at: usize, settings: &Settings) -> Option<Forecast> {
    let Settings { years, half_window: half, periods, excluded, frequency, .. } = *settings;
    let reference = if periods > 1 {
        reference::whole_years(at, years, half, frequency, periods, excluded)?
    } else {
        reference::windows(at, years, half, frequency)?
    };
    let parts = reference.part.iter().max().map_or(1, |last| last + 1);
    let package_error = settings.package_error;
    let mut design = Design { counts, reference: &reference, at, parts, trend: false, package_error };
    let mut kept = None;
    if let Trend::Below(level) = settings.trend {
        design.trend = true;
        kept = design.fit(settings.weight_threshold).filter(|(fit, _, (_, factor))| {
            let error = (fit.covariance[fit.coefficients.len() + 1] * factor).sqrt();
            let p = student(fit.coefficients[1] / error, fit.freedom);
            let most = reference.at.iter().map(|week| counts[*week]).max().unwrap_or(0);
            let forecast = fit.predict(&design.row(at, 0), 1.0).0.exp();
            (level >= 1.0 || p < level) && years >= 3 && forecast <= f64::from(most)
        });
    }
    let trend = kept.as_ref().map(|(fit, ..)| fit.coefficients[1]);
    if kept.is_none() {
        design.trend = false;
        kept = design.fit(settings.weight_threshold);
    }
    let (fit, phi, (factor, _)) = kept?;
    let (eta, error) = fit.predict(&design.row(at, 0), factor);
    Some(bound(counts, settings, (at, eta.exp(), error, phi, trend)))
}

fn bound(
    counts: &[u32],
    settings: &Settings,
    (at, expected, error, phi, trend): (usize, f64, f64, f64, Option<f64>),
) -> Forecast {
    let z = settings.z();
    let upper_mean = if settings.method == Method::Muan { expected * (z * error).exp() } else { expected };
    let upper = match settings.method {
        Method::Delta => {
            let spread = phi + expected * error * error;
            let root = z * (4.0 / 9.0 * expected.cbrt() * spread).sqrt();
            (expected.powf(2.0 / 3.0) + root).powf(1.5)
        }
        Method::NbPlugin | Method::Muan => f64::from(quantile(1.0 - settings.alpha, upper_mean, phi)),
    };
    let count = counts[at];
    let (cases, weeks) = settings.limit;
    let recent: u32 = counts[(at + 1).saturating_sub(weeks)..=at].iter().sum();
    let alarm = f64::from(count) > upper && recent >= cases;
    Forecast { at, expected, phi, trend, error, upper_mean, upper, p: tail(count, expected, phi), alarm }
}

/// Judges many weeks; weeks without enough past are left out.
pub fn judge(counts: &[u32], range: std::ops::Range<usize>, settings: &Settings) -> Vec<Forecast> {
    range.filter_map(|at| forecast(counts, at, settings)).collect()
}
