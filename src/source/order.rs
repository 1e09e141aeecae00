//! Reading order: as a format states it, by geometry where it does not.

use super::layout::{Bbox, Layout, Region};

/// Puts regions in the order of their ranks; equals stay as they are.
pub(super) fn by_rank<K: Ord>(regions: &mut [Region], rank: impl Fn(usize) -> K) {
    let mut order: Vec<usize> = (0..regions.len()).collect();
    order.sort_by_key(|&at| rank(at));
    put(regions, &order);
}

/// Puts regions in an order that names each once.
pub(super) fn put(regions: &mut [Region], order: &[usize]) {
    let mut all: Vec<Region> = regions.iter_mut().map(std::mem::take).collect();
    for (slot, &at) in regions.iter_mut().zip(order) {
        *slot = std::mem::take(&mut all[at]);
    }
}

/// Puts the regions of the last page in reading order by where they lie, if the
/// order of the file goes upwards in one column somewhere: then it is none.
pub(super) fn by_geometry(layout: &mut Layout) {
    let regions = layout.regions_of_page().to_vec();
    let boxes: Vec<Option<Bbox>> = regions.iter().map(|region| layout.bbox(region)).collect();
    let Some(boxes) = boxes.into_iter().collect::<Option<Vec<Bbox>>>() else {
        return;
    };
    if !goes_upwards(&boxes) {
        return;
    }
    let mut order: Vec<usize> = Vec::with_capacity(boxes.len());
    divide(&boxes, (0..boxes.len()).collect(), &mut order, 0);
    put(layout.regions_of_page(), &order);
}

/// Whether a box lies above the one before it, most of its width under the same.
fn goes_upwards(boxes: &[Bbox]) -> bool {
    boxes.windows(2).any(|pair| {
        let [before, after] = [pair[0], pair[1]];
        let shared = before[2].min(after[2]) - before[0].max(after[0]);
        let narrower = (before[2] - before[0]).min(after[2] - after[0]);
        shared > narrower / 2.0 && after[3] <= before[1] + (before[3] - before[1]) / 4.0
    })
}

/// Recursive cuts: columns from left to right where nothing crosses, else bands from
/// top to bottom, else by the top edge.
fn divide(boxes: &[Bbox], members: Vec<usize>, order: &mut Vec<usize>, depth: usize) {
    /// A page has few levels of bands and columns.
    const DEEPEST: usize = 12;
    for axis in [Axis::Across, Axis::Down] {
        let groups = cut(boxes, &members, axis);
        if groups.len() > 1 && depth < DEEPEST {
            for group in groups {
                divide(boxes, group, order, depth + 1);
            }
            return;
        }
    }
    let mut members = members;
    members.sort_by(|&a, &b| {
        let key = |at: usize| (boxes[at][1], boxes[at][0]);
        let ((top_a, left_a), (top_b, left_b)) = (key(a), key(b));
        top_a.total_cmp(&top_b).then(left_a.total_cmp(&left_b))
    });
    order.extend(members);
}

#[derive(Clone, Copy)]
enum Axis {
    Across,
    Down,
}

/// The groups that gaps along an axis part.
fn cut(boxes: &[Bbox], members: &[usize], axis: Axis) -> Vec<Vec<usize>> {
    let (low, high) = match axis {
        Axis::Across => (0, 2),
        Axis::Down => (1, 3),
    };
    let mut sorted = members.to_vec();
    sorted.sort_by(|&a, &b| boxes[a][low].total_cmp(&boxes[b][low]));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for at in sorted {
        // Boxes of neighbouring lines overlap a little.
        let slack = (boxes[at][high] - boxes[at][low]) / 10.0;
        if boxes[at][low] + slack >= end || groups.is_empty() {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(at);
        }
        end = end.max(boxes[at][high]);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(boxes: &[Bbox]) -> Vec<usize> {
        let mut layout = Layout::default();
        for (at, bbox) in boxes.iter().enumerate() {
            layout.region(Some(at.to_string()), Some(*bbox));
        }
        by_geometry(&mut layout);
        let names = layout.regions_of_page().iter();
        names
            .map(|r| r.id.as_deref().unwrap().parse().unwrap())
            .collect()
    }

    #[test]
    fn an_order_that_never_goes_up_is_kept() {
        // Two columns, column by column.
        let columns = [
            [0.0, 0.0, 100.0, 10.0],
            [0.0, 20.0, 40.0, 90.0],
            [60.0, 20.0, 100.0, 90.0],
        ];
        assert_eq!(ordered(&columns), [0, 1, 2]);
    }

    #[test]
    fn head_columns_and_foot_are_found() {
        let shuffled = [
            [0.0, 95.0, 100.0, 99.0],
            [60.0, 20.0, 100.0, 50.0],
            [0.0, 20.0, 40.0, 90.0],
            [0.0, 0.0, 100.0, 10.0],
            [60.0, 52.0, 100.0, 90.0],
        ];
        assert_eq!(ordered(&shuffled), [3, 2, 1, 4, 0]);
    }
}
