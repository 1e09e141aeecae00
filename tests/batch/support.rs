//! Directories of documents, and the program run on them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A directory to work in, with another that stands for the system's temporary folder.
pub struct Place {
    root: TempDir,
}

impl Place {
    pub fn new() -> Place {
        let root = TempDir::new().expect("a temporary directory");
        fs::create_dir(root.path().join("tmp")).expect("made");
        fs::create_dir(root.path().join("work")).expect("made");
        Place { root }
    }

    /// One with `count` short documents, no two alike, in folders of a hundred.
    pub fn with_documents(count: usize) -> Place {
        let place = Place::new();
        for number in 0..count {
            place.write(name(number), document(number).as_bytes());
        }
        place
    }

    pub fn path(&self) -> PathBuf {
        self.root.path().join("work")
    }

    pub fn write(&self, name: impl AsRef<Path>, content: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, content).expect("written");
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_klartext"));
        command
            .args(args)
            .current_dir(self.path())
            .env("TMPDIR", self.root.path().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().expect("the program starts");
        let left = fs::read_dir(self.root.path().join("tmp"))
            .expect("there")
            .count();
        assert_eq!(left, 0, "something is left in the temporary folder");
        output
    }

    /// Runs what must go well, and returns what was said.
    pub fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
        said(&output)
    }

    pub fn json(&self, name: &str) -> Value {
        let bytes = fs::read(self.path().join(name)).expect("there");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Every file of an output directory and its content; of the summary, what has nothing
    /// to do with the run.
    pub fn tree(&self, directory: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path().join(directory))
    }
}

pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![root.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let mut content = fs::read(&path).expect("readable");
            let name = path
                .strip_prefix(root)
                .expect("below")
                .display()
                .to_string();
            if name == "summary.json" {
                let mut summary: Value = serde_json::from_slice(&content).expect("JSON");
                summary.as_object_mut().expect("an object").remove("run");
                content = summary.to_string().into_bytes();
            }
            found.insert(name, content);
        }
    }
    found
}

/// Says where two trees differ, instead of printing both.
pub fn assert_same(got: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    if names(got) != names(expected) {
        let differs = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| {
            a.keys()
                .filter(|k| !b.contains_key(*k))
                .take(5)
                .cloned()
                .collect::<Vec<_>>()
        };
        panic!(
            "too many: {:?}, missing: {:?}",
            differs(got, expected),
            differs(expected, got)
        );
    }
    for (name, content) in expected {
        assert!(got[name] == *content, "{name} differs");
    }
}

pub fn name(number: usize) -> String {
    format!("in/{:02}/{number:04}.txt", number / 100)
}

pub fn document(number: usize) -> String {
    format!(
        "EKESTADS KOMMUN\n2021-03-{:02}\n\n§ {number} Vagbelysning\n\nBeslut\nBidrag {number} godkanns.\n",
        number % 28 + 1
    )
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}
