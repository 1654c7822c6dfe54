//! Chance from a seed: the same on every machine, so that every simulation here can be repeated.
//!
//! xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64. Not for secrets.

/// A stream of chance.
#[derive(Clone, Debug)]
pub struct Chance([u64; 4]);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// Uniform in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of `0..n`; `n` must not be 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Whether something of probability `p` happens.
    pub fn happens(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Standard normal (Marsaglia's polar method, one of each pair).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (a, b) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let s = a * a + b * b;
            if s > 0.0 && s < 1.0 {
                return a * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// Gamma with the given shape and scale (Marsaglia and Tsang 2000).
    pub fn gamma(&mut self, shape: f64, scale: f64) -> f64 {
        if shape < 1.0 {
            let lift = self.unit().max(f64::MIN_POSITIVE).powf(1.0 / shape);
            return self.gamma(shape + 1.0, scale) * lift;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().max(f64::MIN_POSITIVE).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v * scale;
            }
        }
    }

    /// Poisson; large means are split by gamma order statistics (Ahrens and Dieter 1974), small ones drawn by inversion.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 30.0 {
            let m = (mean * 0.875).floor();
            let x = self.gamma(m, 1.0);
            return if x < mean {
                m as u32 + self.poisson(mean - x)
            } else {
                (1..m as u32).map(|_| u32::from(self.happens(mean / x))).sum()
            };
        }
        let (mut p, mut u, mut y) = ((-mean).exp(), self.unit(), 0);
        while u > p && y < 1_000 {
            u -= p;
            y += 1;
            p *= mean / f64::from(y);
        }
        y
    }

    /// Negative binomial with variance `phi` × mean; Poisson where `phi <= 1`.
    pub fn negative_binomial(&mut self, mean: f64, phi: f64) -> u32 {
        if phi <= 1.0 || mean <= 0.0 {
            return self.poisson(mean);
        }
        let rate = self.gamma(mean / (phi - 1.0), phi - 1.0);
        self.poisson(rate)
    }

    /// Puts a slice into chance order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draws_have_the_moments_they_should() {
        let mut chance = Chance::new(7);
        for (mean, phi) in [(0.05, 1.0), (0.3, 1.3), (4.0, 2.0), (80.0, 1.0), (200.0, 3.0)] {
            let draws: Vec<f64> =
                (0..40_000).map(|_| f64::from(chance.negative_binomial(mean, phi))).collect();
            let n = draws.len() as f64;
            let m = draws.iter().sum::<f64>() / n;
            let v = draws.iter().map(|d| (d - m).powi(2)).sum::<f64>() / n;
            assert!((m - mean).abs() < 5.0 * (mean * phi / n).sqrt(), "mean {mean}: {m}");
            assert!((v / (mean * phi) - 1.0).abs() < 0.1, "variance {}: {v}", mean * phi);
        }
        assert_eq!(Chance::new(1).bits(), Chance::new(1).bits());
    }
}
