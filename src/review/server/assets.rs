//! The files of the page, inside the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const PAGE: &str = include_str!("../web/index.html");

/// Every other file by its name.
const FILES: [(&str, &str, &str); 9] = [
    ("icon.svg", "image/svg+xml", include_str!("../web/icon.svg")),
    ("app.css", CSS, include_str!("../web/app.css")),
    ("app.js", SCRIPT, include_str!("../web/app.js")),
    ("base.js", SCRIPT, include_str!("../web/base.js")),
    ("overview.js", SCRIPT, include_str!("../web/overview.js")),
    ("documents.js", SCRIPT, include_str!("../web/documents.js")),
    ("document.js", SCRIPT, include_str!("../web/document.js")),
    ("fields.js", SCRIPT, include_str!("../web/fields.js")),
    ("queue.js", SCRIPT, include_str!("../web/queue.js")),
];

/// The one page.
pub async fn page() -> Response {
    ([(header::CONTENT_TYPE, HTML)], PAGE).into_response()
}

/// A file of it.
pub async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
