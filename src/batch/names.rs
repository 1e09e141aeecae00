//! Names of outputs: below the output directory, and possible on every system.
//!
//! A document's output mirrors its path. What cannot be mirrored is written as `%` and
//! two hexadecimal digits for each byte, the way URLs do it: bytes that are no UTF-8,
//! control characters, what Windows forbids in names (`<>:"|?*\`, a dot or space at the
//! end, `CON` and other devices), a `..`, a `%` that would read as such an escape. Two
//! inputs never share an output. A name too long for file systems is cut and ends in a digest.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

/// The longest name that all usual file systems take, in bytes.
const LONGEST: usize = 255;

/// What an output's name may get behind the document's (`.json`), in bytes.
const SUFFIX: usize = 16;

/// Names in the output directory that are no document's.
pub const RESERVED: [&str; 4] = [
    "failures.ndjson",
    "summary.json",
    "decisions.ndjson",
    ".klartext",
];

/// Devices that Windows finds under these names in any folder, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Where a document of this path goes, relative to the output directory, with `suffix`.
/// No `..`, no root and no drive of `path` survives as such.
///
/// ```
/// use klartext::batch::output_name;
/// let name = |path: &str| output_name(path.as_ref(), ".json").display().to_string();
/// assert_eq!(name("2020/page 1.txt"), "2020/page 1.txt.json");
/// assert_eq!(name("../../etc/x"), "%2E%2E/%2E%2E/etc/x.json");
/// assert_eq!(name("/data/aux.txt"), "data/%61ux.txt.json");
/// ```
pub fn output_name(path: &Path, suffix: &str) -> PathBuf {
    let mut parts: Vec<String> = path
        .components()
        .filter_map(|component| match component {
            Component::RootDir | Component::CurDir => None,
            Component::ParentDir => Some("%2E%2E".to_owned()),
            Component::Prefix(prefix) => Some(safe(prefix.as_os_str())),
            Component::Normal(name) => Some(safe(name)),
        })
        .collect();
    let mut name = parts.pop().unwrap_or_else(|| "%".to_owned());
    // What the end of a name may not be, its middle may.
    name.push_str(suffix);
    let first = parts.first().unwrap_or(&name);
    if is_reserved(first) {
        let escaped = escape_first(first);
        match parts.first_mut() {
            Some(first) => *first = escaped,
            None => name = escaped,
        }
    }
    parts.push(name);
    parts.into_iter().collect()
}

/// Whether a name at the top of the output directory is the batch's own.
pub fn is_reserved(name: &str) -> bool {
    let is_shard = name.starts_with("part-") && name.ends_with(".ndjson");
    is_shard
        || RESERVED
            .iter()
            .any(|reserved| reserved.eq_ignore_ascii_case(name))
}

/// A path as records name it: with `/`, bytes that are no UTF-8 as `%` and digits.
pub fn record_path(path: &Path) -> String {
    let parts: Vec<Cow<'_, str>> = path
        .components()
        .filter(|component| !matches!(component, Component::RootDir | Component::CurDir))
        .map(|component| text(component.as_os_str()))
        .collect();
    let joined = parts.join("/");
    if path.has_root() {
        format!("/{joined}")
    } else {
        joined
    }
}

/// A name as text, with what is no UTF-8 as `%` and digits.
fn text(name: &OsStr) -> Cow<'_, str> {
    if let Some(name) = name.to_str() {
        return Cow::Borrowed(name);
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            escape(&mut text, byte);
        }
    }
    Cow::Owned(text)
}

/// One part of a path, harmless.
fn safe(name: &OsStr) -> String {
    let bytes = name.as_encoded_bytes();
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            match c {
                '%' if is_escape(&chunk.valid()[at..]) => escape(&mut out, b'%'),
                '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\' | '/' => escape(&mut out, c as u8),
                c if c.is_control() => {
                    let mut buffer = [0; 4];
                    for &byte in c.encode_utf8(&mut buffer).as_bytes() {
                        escape(&mut out, byte);
                    }
                }
                c => out.push(c),
            }
        }
        for &byte in chunk.invalid() {
            escape(&mut out, byte);
        }
    }
    if let Some(last @ (b'.' | b' ')) = out.bytes().next_back() {
        out.pop();
        escape(&mut out, last);
    }
    if is_device(&out) {
        out = escape_first(&out);
    }
    if out.len() + SUFFIX > LONGEST {
        out = cut(&out, bytes);
    }
    out
}

fn escape(out: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(out, "%{byte:02X}");
}

fn escape_first(name: &str) -> String {
    let mut chars = name.chars();
    let mut out = String::new();
    if let Some(first) = chars.next() {
        let mut buffer = [0; 4];
        for &byte in first.encode_utf8(&mut buffer).as_bytes() {
            escape(&mut out, byte);
        }
    }
    out + chars.as_str()
}

/// Whether text begins with what an escape looks like.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[1..3].iter().all(u8::is_ascii_hexdigit)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").trim_end();
    let numbered = |device: &str| {
        stem.len() > 3
            && stem
                .get(..3)
                .is_some_and(|s| s.eq_ignore_ascii_case(device))
            && matches!(
                &stem[3..],
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
    };
    DEVICES
        .iter()
        .any(|device| stem.eq_ignore_ascii_case(device))
        || numbered("com")
        || numbered("lpt")
}

/// A long name's beginning and a digest of the whole.
fn cut(name: &str, original: &[u8]) -> String {
    let digest = Sha256::digest(original);
    let mut end = LONGEST - SUFFIX - 17;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = name[..end].to_owned();
    out.push('~');
    for byte in &digest[..8] {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn name(path: &str) -> String {
        record_path(&output_name(Path::new(path), ".json"))
    }

    #[test]
    fn ordinary_names_stay() {
        for path in [
            "a.txt",
            "Å/b c.txt",
            "100%.txt",
            "50%-x/y",
            "com.txt",
            "console.txt",
        ] {
            assert_eq!(name(path), format!("{path}.json"));
        }
    }

    #[test]
    fn hostile_names_become_harmless() {
        assert_eq!(name("./a/../b"), "a/%2E%2E/b.json");
        assert_eq!(name("a:b"), "a%3Ab.json");
        assert_eq!(name("a%3Ab"), "a%253Ab.json");
        assert_eq!(name("a\nb\u{7f}"), "a%0Ab%7F.json");
        assert_eq!(name("dir./x "), "dir%2E/x%20.json");
        assert_eq!(name("CON"), "%43ON.json");
        assert_eq!(name("Com1.txt"), "%43om1.txt.json");
        assert_eq!(name("summary"), "%73ummary.json");
        assert_eq!(name(".klartext/x"), "%2Eklartext/x.json");
        let long = name(&"å".repeat(300));
        assert!(long.len() <= 255 && long.contains('~'), "{long}");
        assert_ne!(long, name(&"å".repeat(301)));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let path = |bytes: &[u8]| record_path(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(path(b"/a/\xe5.txt"), "/a/%E5.txt");
        let output = |bytes: &[u8]| output_name(Path::new(OsStr::from_bytes(bytes)), "");
        assert_ne!(output(b"\xe5"), output(b"\xe4"));
        assert_ne!(output(b"\xe5"), output(b"%E5"));
    }

    proptest! {
        #[test]
        fn no_two_names_share_an_output(names in prop::collection::hash_set("[a-c%0-5.:A \n]{1,4}", 2..30)) {
            let mut seen: HashMap<PathBuf, String> = HashMap::new();
            for name in names.into_iter().filter(|n| n != "." && n != "..") {
                let output = output_name(Path::new(&name), ".json");
                prop_assert_eq!(output.components().count(), 1);
                let other = seen.insert(output, name.clone());
                prop_assert!(other.is_none(), "{:?} and {:?}", other, name);
            }
        }
    }
}
