//! Volumes: page files that make one document, and in which order.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use quick_xml::events::BytesStart;
use sha2::{Digest, Sha256};

use super::xml::{Cursor, Node, attribute, name_of};
use super::{
    Archive, Note, RawDocument, RawPage, RawWord, SIZE_LIMIT, archive, file, hex, is_readable_file,
    markup,
};
use crate::error::{Error, ErrorKind};
use crate::text::Span;

/// A file that is a page, or some pages, of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A file of its own.
    File(PathBuf),
    /// A file in a zip archive.
    Member {
        /// The archive.
        archive: Archive,
        /// Its name there.
        name: String,
    },
}

impl Part {
    /// How messages name it.
    pub fn place(&self) -> String {
        match self {
            Part::File(path) => path.display().to_string(),
            Part::Member { archive, name } => format!("{}!{name}", archive.path().display()),
        }
    }

    /// Its content, at most one byte more than [`SIZE_LIMIT`].
    ///
    /// # Errors
    /// Whatever keeps it from being read, and [`ErrorKind::Changed`] where it was written to
    /// meanwhile.
    pub fn bytes(&self) -> Result<Vec<u8>, ErrorKind> {
        match self {
            Part::Member { archive, name } => archive.read(name),
            Part::File(path) => file::read(path),
        }
    }
}

/// The pages of a volume: all files below a directory that are read, or in a zip archive,
/// in [natural order](natural_order) of their names, or those that a METS file lists (which
/// `path` may be, or hold). Of files that differ in their extension only (a page's scan, its
/// text and its ALTO) the one that says most is taken.
///
/// # Errors
/// Nothing there that is read, or the archive or METS file is damaged.
pub fn volume_parts(path: &Path, with_images: bool) -> Result<Vec<Part>, Error> {
    let place = || path.display().to_string();
    let mut names: Vec<String> = Vec::new();
    let mut archive = None;
    if path.is_dir() {
        list(path, "", &mut names, 0);
    } else if archive::is_archive(path) {
        let failed = |kind| Error::new(place(), kind);
        let opened = Archive::open(path).map_err(failed)?;
        let members = opened.members().map_err(failed)?;
        names.extend(members.into_iter().map(|member| member.name));
        archive = Some(opened);
    } else {
        let bytes = Part::File(path.to_owned()).bytes();
        let bytes = bytes.map_err(|kind| Error::new(place(), kind))?;
        return listed(
            path.parent().unwrap_or(Path::new("")),
            &bytes,
            None,
            &place(),
        );
    }
    names.sort_by(|a, b| natural_order(a, b));
    let part = |name: &str| match &archive {
        Some(archive) => Part::Member {
            archive: archive.clone(),
            name: name.to_owned(),
        },
        None => Part::File(path.join(name)),
    };
    let is_xml = |name: &&String| {
        Path::new(name)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("xml"))
    };
    let named_mets = |name: &&String| name.to_ascii_lowercase().contains("mets");
    for name in names.iter().filter(is_xml).filter(named_mets) {
        let found = part(name);
        let Ok(bytes) = found.bytes() else { continue };
        if is_page_list(&bytes) {
            let folder = Path::new(name).parent().unwrap_or(Path::new(""));
            return match &archive {
                Some(_) => listed(folder, &bytes, archive.as_ref(), &found.place()),
                None => listed(&path.join(folder), &bytes, None, &found.place()),
            };
        }
    }
    let parts: Vec<Part> = best_of_each(&names, with_images)
        .into_iter()
        .map(|name| part(&name))
        .filter(|part| says_pages(part, with_images))
        .collect();
    if parts.is_empty() {
        let skipped = format!("{} files of other kinds", names.len());
        return Err(Error::new(place(), ErrorKind::NothingReadable { skipped }));
    }
    Ok(parts)
}

/// Whether a file is one of those that are read.
fn says_pages(part: &Part, with_images: bool) -> bool {
    match part {
        Part::File(path) => is_readable_file(path, with_images),
        Part::Member { archive, name } => archive.is_readable(name, with_images),
    }
}

/// The files that a METS file in `folder` (of an archive, if one is given) lists.
fn listed(
    folder: &Path,
    mets: &[u8],
    archive: Option<&Archive>,
    place: &str,
) -> Result<Vec<Part>, Error> {
    let pages = page_list(mets).map_err(|kind| Error::new(place, kind))?;
    let part = |page: String| {
        let local = page.strip_prefix("file://").unwrap_or(&page);
        let local = local.strip_prefix("./").unwrap_or(local);
        let path = folder.join(local);
        match archive {
            Some(archive) => Part::Member {
                archive: archive.clone(),
                name: path.to_string_lossy().replace('\\', "/"),
            },
            None => Part::File(path),
        }
    };
    Ok(pages.into_iter().map(part).collect())
}

/// Adds the files below a directory, hidden ones left out, relative with `/`.
fn list(directory: &Path, below: &str, names: &mut Vec<String>, depth: usize) {
    /// A link to a folder above would go round for ever.
    const DEEPEST: usize = 16;
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let relative = match below {
            "" => name,
            below => format!("{below}/{name}"),
        };
        match std::fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_dir() && depth < DEEPEST => {
                list(&entry.path(), &relative, names, depth + 1);
            }
            Ok(metadata) if metadata.is_file() => names.push(relative),
            _ => {}
        }
    }
}

/// Of names that differ in their extension only, the one that says most.
fn best_of_each(names: &[String], with_images: bool) -> Vec<String> {
    const RANKS: [&[&str]; 4] = [
        &["alto", "hocr", "xml", "xhtml", "html", "htm"],
        &["txt", "text"],
        &["pdf"],
        &["tif", "tiff", "png", "jpg", "jpeg"],
    ];
    let parts = |name: &str| {
        let inner = name.strip_suffix(".gz").unwrap_or(name).to_owned();
        let (stem, extension) = inner.rsplit_once('.').unwrap_or((inner.as_str(), ""));
        let extension = extension.to_ascii_lowercase();
        let rank = RANKS
            .iter()
            .position(|rank| rank.contains(&extension.as_str()));
        (
            stem.to_owned(),
            rank.filter(|rank| *rank < 3 || with_images),
        )
    };
    let mut best: Vec<(String, usize, String)> = Vec::new();
    for name in names {
        let (stem, Some(rank)) = parts(name) else {
            continue;
        };
        match best.iter_mut().rev().take(8).find(|b| b.0 == stem) {
            Some(found) if found.1 <= rank => {}
            Some(found) => (found.1, found.2) = (rank, name.clone()),
            None => best.push((stem, rank, name.clone())),
        }
    }
    best.into_iter().map(|b| b.2).collect()
}

/// What a packed volume begins with: no other file does.
const PACKED: &[u8] = b"\0klartext volume\n";

/// The parts of a volume as one run of bytes, which [`super::read_with`] reads as one
/// document.
///
/// # Errors
/// A part that cannot be read, or all of them beyond [`SIZE_LIMIT`] together.
pub fn pack(parts: &[Part]) -> Result<Vec<u8>, Error> {
    let mut packed = PACKED.to_vec();
    for part in parts {
        let bytes = part
            .bytes()
            .map_err(|kind| Error::new(part.place(), kind))?;
        let name = part.place();
        packed.extend_from_slice(&(name.len() as u64).to_le_bytes());
        packed.extend_from_slice(name.as_bytes());
        packed.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        packed.extend_from_slice(&bytes);
        if packed.len() > SIZE_LIMIT {
            let kind = ErrorKind::TooLarge { limit: SIZE_LIMIT };
            return Err(Error::new(part.place(), kind));
        }
    }
    Ok(packed)
}

/// The parts of a packed volume, name and content; `None` of other bytes.
pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<(&str, &[u8])>> {
    let mut rest = bytes.strip_prefix(PACKED)?;
    let mut parts = Vec::new();
    let mut next = || -> Option<&[u8]> {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (field, after) = after.split_at_checked(length)?;
        rest = after;
        Some(field)
    };
    while let Some(name) = next() {
        parts.push((std::str::from_utf8(name).unwrap_or(""), next()?));
    }
    Some(parts)
}

/// The digest of a volume, from those of its parts.
pub(super) fn digest<'d>(parts: impl Iterator<Item = &'d str>) -> String {
    let mut digest = Sha256::new();
    parts.for_each(|part| digest.update(part.as_bytes()));
    hex(&digest.finalize())
}

impl RawDocument {
    /// Joins the pages of a volume to one document, in their order; `None` of none.
    /// Its digest is that of its parts' digests, its format and encoding the first's.
    pub fn join(parts: Vec<RawDocument>) -> Option<RawDocument> {
        let sha256 = digest(parts.iter().map(|part| &*part.sha256));
        let mut parts = parts.into_iter();
        let mut volume = parts.next()?;
        volume.text.truncate(volume.pages.last()?.span.end);
        for part in parts {
            volume.text.push('\u{c}');
            let by = volume.text.len();
            let end = part.pages.last().map_or(0, |page| page.span.end);
            volume.text.push_str(&part.text[..end]);
            volume.bytes += part.bytes;
            let pages = part.pages.into_iter().map(|page| RawPage {
                span: shifted(page.span, by),
                ..page
            });
            volume.pages.extend(pages);
            let words = part.words.into_iter().map(|word| RawWord {
                span: shifted(word.span, by),
                ..word
            });
            volume.words.extend(words);
            let notes = part.notes.into_iter().map(|note| Note {
                span: shifted(note.span, by),
                ..note
            });
            volume.notes.extend(notes);
        }
        volume.sha256 = sha256;
        Some(volume)
    }
}

fn shifted(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// The order of names that hold numbers, as people count: `page-2` before `page-10`.
///
/// ```
/// use klartext::source::natural_order;
/// let mut names = ["p10.xml", "p2.xml", "P1.xml", "p02.xml"];
/// names.sort_by(|a, b| natural_order(a, b));
/// assert_eq!(names, ["P1.xml", "p02.xml", "p2.xml", "p10.xml"]);
/// ```
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order;
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (first, rest_left) = number(left);
            let (second, rest_right) = number(right);
            order = first.len().cmp(&second.len()).then(first.cmp(second));
            (left, right) = (rest_left, rest_right);
        } else {
            order = x.to_lowercase().cmp(y.to_lowercase());
            (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
        }
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits that a text begins with, leading zeros left out, and the rest.
fn number(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    (text[..end].trim_start_matches('0'), &text[end..])
}

/// Whether bytes are a METS file, which lists the pages of a volume.
pub fn is_page_list(bytes: &[u8]) -> bool {
    matches!(super::kind::detect(bytes), Err(ErrorKind::PageList))
}

/// The page files that a METS file lists, in the order of its physical structure: paths
/// as they are written there, usually relative to the METS file.
///
/// Of several files for a page, the first counts whose group's name (`USE`) or type says
/// that it holds text (ALTO, hOCR, PAGE, full text), else the first.
///
/// # Errors
/// Damaged markup, and no page that has a file.
pub fn page_list(bytes: &[u8]) -> Result<Vec<String>, ErrorKind> {
    let decoded = markup::decode(bytes)?;
    let mut list = List::default();
    let mut cursor = Cursor::xml(&decoded.text, "METS");
    loop {
        let (node, is_empty) = cursor.next()?;
        match node {
            Node::Open(element) => list.open(&element, is_empty),
            Node::Close(name) => list.close(name),
            Node::Text(_) => {}
            Node::End => break,
        }
    }
    let pages = list.pages();
    if pages.is_empty() {
        return Err(cursor.damaged(0, "it lists no page with a file".to_owned()));
    }
    Ok(pages)
}

#[derive(Default)]
struct List {
    /// Names of the groups of files that are open.
    groups: Vec<String>,
    /// The file that is open, with what is said of it.
    file: Option<(String, bool)>,
    /// Name, path, and whether it holds text.
    files: Vec<(String, String, bool)>,
    in_physical: bool,
    /// The divisions that are open: place, and whether it is of a page.
    divisions: Vec<f64>,
    /// The places of the divisions around each pointer, and the file it names.
    pointers: Vec<(Vec<f64>, String)>,
}

impl List {
    fn open(&mut self, element: &BytesStart<'_>, is_empty: bool) {
        let get = |name: &str| attribute(element, name);
        match name_of(element) {
            "fileGrp" if !is_empty => self.groups.push(get("USE").unwrap_or_default()),
            "file" if !is_empty => {
                let said = format!(
                    "{} {} {}",
                    self.groups.join(" "),
                    get("MIMETYPE").unwrap_or_default(),
                    get("USE").unwrap_or_default()
                );
                self.file = get("ID").map(|id| (id, says_text(&said)));
            }
            "FLocat" => {
                if let (Some((id, is_text)), Some(path)) = (&self.file, get("href")) {
                    self.files.push((id.clone(), path, *is_text));
                }
            }
            "structMap" => {
                let kind = get("TYPE").unwrap_or_default();
                self.in_physical = kind.is_empty() || kind.eq_ignore_ascii_case("physical");
            }
            "div" if !is_empty => {
                let order = get("ORDER").and_then(|o| o.trim().parse().ok());
                self.divisions.push(order.unwrap_or(f64::MAX));
            }
            "fptr" | "area" if self.in_physical => {
                if let Some(id) = get("FILEID") {
                    self.pointers.push((self.divisions.clone(), id));
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "fileGrp" => {
                self.groups.pop();
            }
            "file" => self.file = None,
            "div" => {
                self.divisions.pop();
            }
            "structMap" => self.in_physical = false,
            _ => {}
        }
    }

    fn pages(mut self) -> Vec<String> {
        let compare = |a: &[f64], b: &[f64]| {
            let mut pairs = a.iter().zip(b).map(|(x, y)| x.total_cmp(y));
            pairs.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        };
        self.pointers.sort_by(|a, b| compare(&a.0, &b.0));
        let any_text = self.files.iter().any(|file| file.2);
        let mut pages: Vec<String> = Vec::new();
        let mut before: Option<&[f64]> = None;
        for (place, id) in &self.pointers {
            // Several pointers of one division are one page in several forms.
            if before == Some(place) && place.last().is_some_and(|order| *order < f64::MAX) {
                continue;
            }
            let found = self.files.iter().find(|file| file.0 == *id);
            let Some((_, path, is_text)) = found else {
                continue;
            };
            if (*is_text || !any_text) && !pages.contains(path) {
                pages.push(path.clone());
                before = Some(place);
            }
        }
        pages
    }
}

/// Whether what is said of a file tells that it holds text.
fn says_text(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    let signs = [
        "alto",
        "hocr",
        "page+xml",
        "pagexml",
        "page_xml",
        "fulltext",
        "ocr",
        "text/xml",
        "application/xml",
        "text/plain",
    ];
    !said.contains("image/") && signs.iter().any(|sign| said.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_joined_and_numbered() {
        let part = |text: &str| super::super::read(text.as_bytes()).unwrap();
        let volume =
            RawDocument::join(vec![part("ett\n\u{c}\n"), part("två\u{c}tre\u{c}")]).unwrap();
        assert_eq!(volume.text, "ett\n\u{c}två\u{c}tre");
        let pages: Vec<_> = volume
            .pages
            .iter()
            .map(|p| p.span.of(&volume.text))
            .collect();
        assert_eq!(pages, ["ett\n", "två", "tre"]);
        assert!(RawDocument::join(Vec::new()).is_none());
    }

    #[test]
    fn a_packed_volume_is_read_as_one_document() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("p10.txt", "tre");
        write(
            "p2.xml",
            "<alto><Page><TextLine><String CONTENT='två'/></TextLine></Page></alto>",
        );
        write("p2.txt", "zwei");
        write("p2.png", "no page");
        write("p1.text", "ett");
        let parts = volume_parts(folder.path(), false).unwrap();
        let volume = super::super::read(&pack(&parts).unwrap()).unwrap();
        assert_eq!(volume.text, "ett\u{c}två\u{c}tre");
        assert!(unpack(b"other").is_none());
    }

    #[test]
    fn mets_gives_the_order_of_its_physical_structure() {
        let mets = "<mets:mets xmlns:mets='http://www.loc.gov/METS/' xmlns:xlink='http://www.w3.org/1999/xlink'>\
            <mets:fileSec><mets:fileGrp USE='IMAGES'><mets:file ID='i1' MIMETYPE='image/tiff'><mets:FLocat xlink:href='1.tif'/></mets:file></mets:fileGrp>\
            <mets:fileGrp USE='ALTO'><mets:file ID='a1'><mets:FLocat xlink:href='file://alto/b.xml'/></mets:file>\
            <mets:file ID='a2'><mets:FLocat xlink:href='alto/a.xml'/></mets:file></mets:fileGrp></mets:fileSec>\
            <mets:structMap TYPE='LOGICAL'><mets:div><mets:fptr FILEID='a2'/></mets:div></mets:structMap>\
            <mets:structMap TYPE='PHYSICAL'><mets:div><mets:div ORDER='2'><mets:fptr FILEID='a2'/></mets:div>\
            <mets:div ORDER='1'><mets:fptr FILEID='i1'/><mets:fptr><mets:area FILEID='a1'/></mets:fptr></mets:div></mets:div></mets:structMap></mets:mets>";
        assert!(is_page_list(mets.as_bytes()));
        assert_eq!(
            page_list(mets.as_bytes()).unwrap(),
            ["file://alto/b.xml", "alto/a.xml"]
        );
    }
}
