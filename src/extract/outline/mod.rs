//! The order of a document: pages → lines → items → sections. Nothing of the
//! reading is changed; what belongs to the page is set aside.

mod accept;
mod contents;
mod history;
mod items;
mod page_head;
mod references;
mod rows;
mod sections;

pub use items::{ItemRows, Number};
pub use page_head::begins_with_label as label_of;
pub use sections::{
    Heading, Part, begins_with_person, deciding, is_body, paragraphs, parts, starts_bulleted,
};

use super::flow::Row;
use super::names::Names;
use super::vocabulary::Vocabulary;
use crate::repair::Reading;

/// What every reader needs: the text and the words to read it by.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'r> {
    /// The text.
    pub reading: &'r Reading,
    /// The words.
    pub vocabulary: &'r Vocabulary,
    /// The names that the document prints.
    pub names: &'r Names,
}

/// A document divided.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Lines of page heads, on all pages.
    pub heads: Vec<Row>,
    /// Lines of page feet.
    pub feet: Vec<Row>,
    /// What stands before the first item: the front page, the attendance list.
    pub front: Vec<Row>,
    /// The items.
    pub items: Vec<ItemRows>,
    /// What stands after items and belongs to none: signatures, the notice.
    pub back: Vec<Row>,
    /// The line that names who certifies an extract.
    pub certified: Vec<Row>,
}

/// Divides a document. Linear in its lines.
pub fn outline(scope: Scope<'_>) -> Outline {
    let page = rows::rows(scope);
    let (heads, body) = page_head::set_aside(scope, page.body);
    let mut heads = heads;
    heads.extend(page.heads);
    heads.sort_by_key(|row| row.line);
    let mut outline = items::divide(scope, body, &heads);
    outline.heads = heads;
    outline.feet = page.feet;
    outline.certified = page.certified;
    outline
}
