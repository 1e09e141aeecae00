//! Page images, from the folder that was named and from nowhere else.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::Problem;
use super::state::Review;
use crate::register::outputs;
use crate::review::index::place_of;

/// The kinds that every browser shows.
const KINDS: [(&str, &str); 5] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
];

/// What sources are called after the page's name, as in `page.alto.xml.gz`.
const SOURCES: [&str; 12] = [
    "gz", "xml", "alto", "page", "hocr", "html", "xhtml", "pdf", "txt", "tif", "tiff", "text",
];

/// The largest image that is served, in bytes.
const LARGEST: u64 = 64 << 20;

/// Which page of which document.
#[derive(Debug, Deserialize)]
pub struct Asked {
    id: i64,
    page: usize,
}

/// The image of a page.
pub async fn image(
    State(review): State<Arc<Review>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let place = {
        let inner = review.lock();
        place_of(&inner.index.connection, asked.id)?
    };
    let place = place.ok_or_else(|| Problem::not_found("document"))?;
    let record = outputs::load(&review.root, &place).map_err(Problem::failed)?;
    let (path, kind) =
        find(&review, &record, asked.page).ok_or_else(|| Problem::not_found("image"))?;
    let bytes = std::fs::read(path).map_err(Problem::failed)?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// The pages of a record that have an image.
pub fn pages(review: &Review, record: &Value) -> Vec<usize> {
    let count = record["pages"].as_array().map_or(0, Vec::len);
    // A folder is looked into once for each page: volumes beyond any shelf are left out.
    (1..=count.min(2_000))
        .filter(|page| find(review, record, *page).is_some())
        .collect()
}

/// The image of a page: `a/b.png` for page 1 of `a/b.xml`, `a/b-2.png`, `a/b_002.jpg` and
/// the like for others; the source itself where it is an image.
fn find(review: &Review, record: &Value, page: usize) -> Option<(PathBuf, &'static str)> {
    let root = review.images.as_ref()?;
    let source = Path::new(record["source"]["path"].as_str()?);
    if !source
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let path = root.join(source);
    let mut short = path.file_name()?.to_str()?;
    while let Some((stem, _)) = short.rsplit_once('.').filter(|(_, e)| SOURCES.contains(e)) {
        short = stem;
    }
    let mut stems = vec![format!("{short}-{page}"), format!("{short}_{page}")];
    stems.extend([
        format!("{short}-{page:03}"),
        format!("{short}_{page:03}"),
        format!("{short}-{page:02}"),
    ]);
    if page == 1 {
        stems.insert(0, short.to_owned());
    }
    for stem in stems {
        for (extension, kind) in KINDS {
            let candidate = path.with_file_name(format!("{stem}.{extension}"));
            if let Some(real) = inside(&candidate, root) {
                return Some((real, kind));
            }
        }
    }
    None
}

/// The real path of a file, if it lies in the folder whatever links there are on the way.
fn inside(candidate: &Path, root: &Path) -> Option<PathBuf> {
    let metadata = candidate.metadata().ok()?;
    let real = candidate.canonicalize().ok()?;
    (metadata.is_file() && metadata.len() <= LARGEST && real.starts_with(root)).then_some(real)
}
