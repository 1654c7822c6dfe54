//! Weighted quasi-Poisson regression with a log link, by iteratively reweighted least squares (at most a dozen columns).

/// Relative change of the deviance at which a fit has settled: that of R's `glm`, so that figures can be compared.
const SETTLED: f64 = 1e-8;

/// A fitted quasi-Poisson model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// Coefficients, in the order of the columns.
    pub coefficients: Vec<f64>,
    /// Fitted means, one per row.
    pub fitted: Vec<f64>,
    /// Leverages (diagonal of the hat matrix), one per row.
    pub leverage: Vec<f64>,
    /// Unscaled covariance `(X'WX)⁻¹`, row by row.
    pub covariance: Vec<f64>,
    /// Pearson variance factor (may be under 1).
    pub dispersion: f64,
    /// Rows with positive weight less columns.
    pub freedom: f64,
}

impl Fit {
    /// Linear predictor and its standard error (with variance factor `phi`) for a row.
    pub fn predict(&self, row: &[f64], phi: f64) -> (f64, f64) {
        let k = self.coefficients.len();
        let eta = row.iter().zip(&self.coefficients).map(|(x, b)| x * b).sum();
        let some: Vec<usize> = (0..k).filter(|i| row[*i] != 0.0).collect();
        let along =
            |i: &usize| some.iter().map(|j| row[*i] * self.covariance[i * k + j] * row[*j]).sum::<f64>();
        let variance: f64 = some.iter().map(along).sum();
        (eta, (variance * phi).max(0.0).sqrt())
    }

    /// Leverages and variance factor, with the working weights of the last step as R's `glm` takes them.
    fn finish(mut self, rows: &[f64], counts: &[f64], working: &[f64]) -> Self {
        let k = self.coefficients.len();
        self.freedom = working.iter().filter(|w| **w > 0.0).count() as f64 - k as f64;
        let residual = |(y, mu): (&f64, &f64)| (y - mu) / mu;
        let square: f64 =
            counts.iter().zip(&self.fitted).zip(working).map(|(pair, w)| w * residual(pair).powi(2)).sum();
        self.dispersion = if self.freedom > 0.0 { square / self.freedom } else { f64::NAN };
        let leverage = rows.chunks(k).zip(working).map(|(x, w)| w * self.predict(x, 1.0).1.powi(2));
        self.leverage = leverage.collect();
        self
    }
}

/// Fits `E(y) = exp(rows · b)` with prior `weights`. `None` when the columns are not independent, the counts are all zero or the
/// iteration does not settle. `rows` has `columns` numbers for each count.
pub fn quasi_poisson(rows: &[f64], columns: usize, counts: &[f64], weights: &[f64]) -> Option<Fit> {
    let n = counts.len();
    if n <= columns || counts.iter().zip(weights).all(|(y, w)| *y <= 0.0 || *w <= 0.0) {
        return None;
    }
    // factors are mostly nothing
    let entries = |row: &[f64]| row.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).collect();
    let sparse: Vec<Vec<(usize, f64)>> = rows.chunks(columns).map(entries).collect();
    let mut mu: Vec<f64> = counts.iter().map(|y| y + 0.1).collect();
    let mut eta: Vec<f64> = mu.iter().map(|m| m.ln()).collect();
    let mut deviance = f64::INFINITY;
    for _ in 0..60 {
        let (mut normal, mut right) = (vec![0.0; columns * columns], vec![0.0; columns]);
        for i in 0..n {
            let w = weights[i] * mu[i];
            let z = eta[i] + (counts[i] - mu[i]) / mu[i];
            for (a, xa) in &sparse[i] {
                right[*a] += w * xa * z;
                for (b, xb) in &sparse[i] {
                    normal[a * columns + b] += w * xa * xb;
                }
            }
        }
        let covariance = inverse(&normal, columns)?;
        let coefficients: Vec<f64> = (0..columns)
            .map(|a| (0..columns).map(|b| covariance[a * columns + b] * right[b]).sum())
            .collect();
        let working: Vec<f64> = weights.iter().zip(&mu).map(|(w, m)| w * m).collect();
        for i in 0..n {
            let sum: f64 = sparse[i].iter().map(|(a, x)| x * coefficients[*a]).sum();
            eta[i] = sum.clamp(-60.0, 60.0);
            mu[i] = eta[i].exp();
        }
        let next = (0..n).map(|i| weights[i] * unit_deviance(counts[i], mu[i])).sum::<f64>();
        if (next - deviance).abs() < SETTLED * (next.abs() + 0.1) {
            let base = Fit { coefficients, fitted: mu, covariance, ..Fit::default() };
            return Some(base.finish(rows, counts, &working));
        }
        deviance = next;
    }
    None
}

fn unit_deviance(y: f64, mu: f64) -> f64 {
    let log = if y > 0.0 { y * (y / mu).ln() } else { 0.0 };
    2.0 * (log - (y - mu))
}

/// Inverse of a symmetric positive matrix by Cholesky after scaling the diagonal to 1; `None` where it is singular.
fn inverse(matrix: &[f64], k: usize) -> Option<Vec<f64>> {
    let scale: Vec<f64> = (0..k).map(|i| matrix[i * k + i].sqrt()).collect();
    if scale.iter().any(|s| !(s.is_finite() && *s > 1e-150)) {
        return None;
    }
    let mut low = vec![0.0; k * k];
    for i in 0..k {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|m| low[i * k + m] * low[j * k + m]).sum();
            let rest = matrix[i * k + j] / (scale[i] * scale[j]) - dot;
            if i == j {
                if rest < 1e-12 {
                    return None;
                }
                low[i * k + i] = rest.sqrt();
            } else {
                low[i * k + j] = rest / low[j * k + j];
            }
        }
    }
    let mut out = vec![0.0; k * k];
    for c in 0..k {
        let mut x = vec![0.0; k];
        for i in c..k {
            let dot: f64 = (c..i).map(|m| low[i * k + m] * x[m]).sum();
            x[i] = (f64::from(u8::from(i == c)) - dot) / low[i * k + i];
        }
        for i in (0..k).rev() {
            let dot: f64 = (i + 1..k).map(|m| low[m * k + i] * x[m]).sum();
            x[i] = (x[i] - dot) / low[i * k + i];
        }
        for i in 0..k {
            out[i * k + c] = x[i] / (scale[i] * scale[c]);
        }
    }
    Some(out)
}
