//! What somebody should look at.

use super::minutes::{Minutes, Warning, WarningCode};
use super::outline::{Outline, Scope};

/// The warnings of a document.
pub fn warnings(_scope: Scope<'_>, outline: &Outline, minutes: &Minutes) -> Vec<Warning> {
    let mut out = Vec::new();
    numbering(outline, minutes, &mut out);
    out
}

/// Gaps and disorder in the run of paragraphs.
fn numbering(outline: &Outline, minutes: &Minutes, out: &mut Vec<Warning>) {
    let numbers = outline.items.iter().zip(&minutes.items);
    let mut before: Option<u32> = None;
    for (rows, item) in numbers {
        let (Some(number), Some(read)) = (&rows.number, &item.number) else {
            continue;
        };
        if let Some(last) = before {
            let (code, message) = match number.range.0 {
                n if n <= last => (
                    WarningCode::ParagraphOrder,
                    format!("§ {n} stands after § {last}"),
                ),
                n if n > last + 1 => (
                    WarningCode::ParagraphGap,
                    format!("§ {} follows § {last}", n),
                ),
                _ => {
                    before = Some(number.range.1);
                    continue;
                }
            };
            out.push(Warning {
                code,
                message,
                source: read.source.clone(),
            });
        }
        before = Some(number.range.1);
    }
}
