//! Where running text flows on over a line end, and where it stops.

/// Decides for each line of a block whether the next line continues it. A *block*
/// is a run of lines without a blank one between. A line flows on when it is
/// nearly as long as the longest of its block: short lines are headings, list
/// entries, table cells and last lines of paragraphs. Lengths count characters.
///
/// ```
/// use klartext::text::flows_on;
/// let lines = ["Beslut", "Hemställan från ungdomsfullmäktige om att använda", "35 tkr godkänns."];
/// let lengths: Vec<usize> = lines.iter().map(|l| l.chars().count()).collect();
/// assert_eq!(flows_on(&lengths), [false, true, false]);
/// ```
pub fn flows_on(block: &[usize]) -> Vec<bool> {
    let width = block.iter().copied().max().unwrap_or(0).max(NARROWEST);
    let last = block.len().saturating_sub(1);
    block
        .iter()
        .enumerate()
        .map(|(i, &len)| i < last && len * 10 >= width * 7 && len < UNWRAPPED)
        .collect()
}

/// Columns narrower than this are tables or lists, in characters.
const NARROWEST: usize = 40;

/// Lines longer than this hold a paragraph each, in characters.
const UNWRAPPED: usize = 200;
