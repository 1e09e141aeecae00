//! Which part of one text stands for which part of another.

/// For every position of `a` (and its end) the position of `b` that corresponds, by
/// a smallest edit script in which a space and another character never stand for
/// each other. Quadratic; meant for pages.
///
/// ```
/// use klartext::eval::align::align;
/// let chars = |t: &str| t.chars().collect::<Vec<_>>();
/// assert_eq!(align(&chars("far i"), &chars("får  i")), [0, 1, 2, 3, 5, 6]);
/// ```
pub fn align(a: &[char], b: &[char]) -> Vec<usize> {
    let width = b.len() + 1;
    let mut cost = vec![0u32; (a.len() + 1) * width];
    for j in (0..b.len()).rev() {
        cost[a.len() * width + j] = cost[a.len() * width + j + 1] + 2;
    }
    for i in (0..a.len()).rev() {
        cost[i * width + b.len()] = cost[(i + 1) * width + b.len()] + 2;
        for j in (0..b.len()).rev() {
            let both = cost[(i + 1) * width + j + 1] + substitution(a[i], b[j]);
            let one = cost[(i + 1) * width + j].min(cost[i * width + j + 1]) + 2;
            cost[i * width + j] = both.min(one);
        }
    }
    let mut positions = Vec::with_capacity(a.len() + 1);
    let (mut i, mut j) = (0, 0);
    while i < a.len() {
        let here = cost[i * width + j];
        if j < b.len() && here == cost[(i + 1) * width + j + 1] + substitution(a[i], b[j]) {
            positions.push(j);
            (i, j) = (i + 1, j + 1);
        } else if here == cost[(i + 1) * width + j] + 2 {
            positions.push(j);
            i += 1;
        } else {
            j += 1;
        }
    }
    positions.push(b.len());
    positions
}

fn substitution(a: char, b: char) -> u32 {
    match (a == b, a.is_whitespace() == b.is_whitespace()) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) => 5,
    }
}
