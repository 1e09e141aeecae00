//! Whether confidences hold what they promise: a reliability table.

use serde::Serialize;

/// Where bins begin; the last one ends with, and holds, 1. Most repairs are sure, so
/// bins are narrow there.
const EDGES: [f32; 10] = [0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

/// Repairs of about the same confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// The lowest confidence in it.
    pub from: f64,
    /// Where the next one begins.
    pub to: f64,
    /// How many repairs there are.
    pub count: usize,
    /// How many of them are right.
    pub right: usize,
    /// Their mean confidence: what was said.
    pub said: f64,
    /// The share that is right: what was held.
    pub share: f64,
    /// Wilson's 95 % interval of that share.
    pub interval: [f64; 2],
}

/// Sorts repairs (confidence, whether right) into bins; empty bins are left out.
///
/// ```
/// let bins = klartext::eval::calibration::bins([(0.92, true), (0.94, false), (1.0, true)]);
/// assert_eq!(bins.len(), 2);
/// assert_eq!((bins[0].count, bins[0].share), (2, 0.5));
/// assert!((bins[0].said - 0.93).abs() < 1e-6);
/// ```
pub fn bins(repairs: impl IntoIterator<Item = (f32, bool)>) -> Vec<Bin> {
    let mut sums = [(0usize, 0usize, 0f64); EDGES.len()];
    for (confidence, right) in repairs {
        let bin = EDGES.partition_point(|&e| e <= confidence).max(1) - 1;
        let (count, rights, said) = &mut sums[bin];
        *count += 1;
        *rights += usize::from(right);
        *said += f64::from(confidence);
    }
    let filled = sums.into_iter().enumerate().filter(|(_, sum)| sum.0 > 0);
    filled
        .map(|(i, (count, right, said))| Bin {
            from: edge(i),
            to: edge(i + 1),
            count,
            right,
            said: said / count as f64,
            share: right as f64 / count as f64,
            interval: wilson(right, count),
        })
        .collect()
}

/// A bin's beginning as it is written, not as a narrow number happens to be widened.
fn edge(i: usize) -> f64 {
    let edge = EDGES.get(i).copied().unwrap_or(1.0);
    (f64::from(edge) * 100.0).round() / 100.0
}

/// Wilson's 95 % score interval of a share.
///
/// ```
/// let [low, high] = klartext::eval::calibration::wilson(8, 10);
/// assert!((low - 0.490).abs() < 5e-4 && (high - 0.943).abs() < 5e-4);
/// ```
pub fn wilson(right: usize, count: usize) -> [f64; 2] {
    if count == 0 {
        return [0.0, 1.0];
    }
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (count as f64, right as f64 / count as f64);
    let scale = 1.0 + Z * Z / n;
    let center = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    [(center - half).max(0.0), (center + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_confidence_has_a_bin() {
        let all = bins([0.0, 0.29, 0.5, 0.999, 1.0].map(|c| (c, true)));
        let shown: Vec<_> = all.iter().map(|b| (b.from, b.to, b.count)).collect();
        assert_eq!(shown, [(0.0, 0.3, 2), (0.5, 0.6, 1), (0.99, 1.0, 2)]);
        assert!(bins([]).is_empty());
    }

    #[test]
    fn intervals_stay_within_bounds() {
        let [low, high] = wilson(0, 5);
        assert!(low == 0.0 && (high - 0.4345).abs() < 5e-5);
        let [low, high] = wilson(5, 5);
        assert!((low - 0.5655).abs() < 5e-5 && (high - 1.0).abs() < 1e-12);
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }
}
