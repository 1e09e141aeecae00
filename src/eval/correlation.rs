//! How well estimates follow what they estimate.

/// Pearson's correlation; `None` with fewer than three pairs or where one side
/// never varies.
///
/// ```
/// use klartext::eval::correlation::pearson;
/// assert!((pearson(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]).unwrap() - 1.0).abs() < 1e-12);
/// assert_eq!(pearson(&[(1.0, 2.0), (1.0, 4.0), (1.0, 6.0)]), None);
/// ```
pub fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let n = pairs.len() as f64;
    let mean = |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).sum::<f64>() / n;
    let (mx, my) = (mean(|p| p.0), mean(|p| p.1));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - mx, y - my);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Spearman's correlation: Pearson's of the ranks, equals sharing their mean rank.
///
/// ```
/// use klartext::eval::correlation::spearman;
/// assert!((spearman(&[(1.0, 1.0), (2.0, 8.0), (3.0, 27.0)]).unwrap() - 1.0).abs() < 1e-12);
/// ```
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let x = ranks(pairs.iter().map(|p| p.0).collect());
    let y = ranks(pairs.iter().map(|p| p.1).collect());
    pearson(&x.into_iter().zip(y).collect::<Vec<_>>())
}

fn ranks(values: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for group in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let mean = start as f64 + (group.len() - 1) as f64 / 2.0;
        group.iter().for_each(|&i| ranks[i] = mean);
        start += group.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_their_rank() {
        assert_eq!(ranks(vec![5.0, 1.0, 5.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
    }

    #[test]
    fn opposite_orders_correlate_negatively() {
        let pairs = [(1.0, 9.0), (2.0, 3.0), (3.0, 1.0)];
        assert!((spearman(&pairs).unwrap() + 1.0).abs() < 1e-12);
        // By hand: deviations −1 0 1 and 14/3 −4/3 −10/3; −8 / √(2 · 312/9).
        assert!((pearson(&pairs).unwrap() + 8.0 / (2.0f64 * 312.0 / 9.0).sqrt()).abs() < 1e-12);
        assert_eq!(pearson(&pairs[..2]), None);
    }
}
