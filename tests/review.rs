//! The review of a batch: decisions that reach the records, the report, and who is let in.

#![cfg(feature = "review")]

mod program;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use program::{directory, run_in, stderr, stdout};
use serde_json::{Value, json};
use tempfile::TempDir;

const HOSTILE: &str = "<script>document.title='taken'</script>";

/// A batch of two documents, each with a name that was misread, one with markup in it.
fn batch() -> TempDir {
    let text = |title: &str| {
        format!(
            "YDRE KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 {title}\n\nBeslut\nForvaltningen far i uppdrag att utreda fragan om \
             belysning.\nNuyjin Alacabek (V) yrkar bifall till forslaget.\n"
        )
    };
    let dir = directory(&[
        ("in/a/1.txt", text("Vägbelysning").as_bytes()),
        ("in/b.txt", text(HOSTILE).as_bytes()),
    ]);
    let output = run_in(dir.path(), &["convert", "in", "-o", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    dir
}

fn record(dir: &TempDir, name: &str) -> Value {
    let text = fs::read_to_string(dir.path().join("out").join(name)).expect("a record");
    serde_json::from_str(&text).expect("JSON")
}

/// A line of `decisions.ndjson` on the correction of a record that changes `from`.
fn decision(record: &Value, from: &str, verdict: &str, to: Option<&str>) -> String {
    let corrections = record["corrections"].as_array().expect("corrections");
    let correction = corrections
        .iter()
        .find(|c| c["from"] == from)
        .expect("one of it");
    let source = &correction["source"][0];
    let line = json!({
        "at": "2026-01-02T03:04:05Z", "who": "Anna", "sha256": record["source"]["sha256"], "path": record["source"]["path"],
        "place": {"start": source["start"], "end": source["end"]}, "from": from, "to": to, "verdict": verdict,
    });
    format!("{line}\n")
}

fn decide(dir: &TempDir, lines: &str) {
    let path = dir.path().join("out/decisions.ndjson");
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("opened");
    file.write_all(lines.as_bytes()).expect("written");
}

/// Every file of the batch with its bytes.
fn tree(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in ["a/1.txt.json", "b.txt.json"] {
        files.push((
            name.to_owned(),
            fs::read(dir.join("out").join(name)).expect("a record"),
        ));
    }
    files
}

#[test]
fn decisions_reach_the_records_once_and_can_be_taken_back() {
    let dir = batch();
    let fresh = tree(dir.path());
    let before = record(&dir, "a/1.txt.json");
    decide(&dir, &decision(&before, "far", "type", Some("fick")));
    let output = run_in(dir.path(), &["apply", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let after = record(&dir, "a/1.txt.json");
    assert!(
        after["text"]
            .as_str()
            .expect("a text")
            .contains("fick i uppdrag")
    );
    let point = &after["document"]["items"][0]["decisions"][0]["points"][0]["text"];
    assert!(
        point["value"]
            .as_str()
            .expect("a text")
            .contains("fick i uppdrag"),
        "{point}"
    );
    assert_eq!(after["review"]["by"], json!(["Anna"]));
    // Every target still stands where it says.
    let text: Vec<char> = after["text"].as_str().expect("a text").chars().collect();
    for correction in after["corrections"].as_array().expect("a list") {
        if let (Some(start), true) = (
            correction["target"]["start"].as_u64(),
            correction["applied"] == true,
        ) {
            let end = correction["target"]["end"].as_u64().expect("an end");
            let there: String = text[start as usize..end as usize].iter().collect();
            assert_eq!(correction["to"], there.as_str());
        }
    }
    assert_eq!(
        tree(dir.path())[1],
        fresh[1],
        "the other record is left alone"
    );
    // Once more changes nothing.
    let once = tree(dir.path());
    let output = run_in(dir.path(), &["apply", "out"]);
    assert!(
        output.status.success() && stderr(&output).contains("0 records written"),
        "{}",
        stderr(&output)
    );
    assert_eq!(tree(dir.path()), once);
    // The register says so.
    run_in(dir.path(), &["register", "out", "-o", "r.csv"]);
    let register = fs::read_to_string(dir.path().join("r.csv")).expect("a register");
    assert_eq!(register.matches(";yes\r\n").count(), 1, "{register}");
    // Taken back: what the machine made is there again, to the byte.
    decide(&dir, &decision(&before, "far", "undo", None));
    assert!(run_in(dir.path(), &["apply", "out"]).status.success());
    assert_eq!(tree(dir.path()), fresh);
}

#[test]
fn decisions_outlive_a_new_run_and_those_that_do_not_fit_are_listed() {
    let dir = batch();
    let before = record(&dir, "a/1.txt.json");
    let fitting = decision(&before, "far", "type", Some("fick"));
    let stale = fitting
        .replace("\"far\"", "\"fur\"")
        .replace("\"start\":", "\"start\":1")
        .replace("\"end\":", "\"end\":1");
    let foreign = fitting.replace(before["source"]["sha256"].as_str().expect("a digest"), "00");
    decide(&dir, &format!("{fitting}{stale}{foreign}{{\"torn"));
    let output = run_in(dir.path(), &["apply", "out"]);
    assert_eq!(output.status.code(), Some(1));
    let listed = stdout(&output);
    assert!(
        listed.contains("decisions.ndjson:2: a/1.txt: \"fur\" → \"fick\""),
        "{listed}"
    );
    assert!(
        listed.contains("nothing is changed or doubted at its place any more"),
        "{listed}"
    );
    assert!(
        listed.contains("decisions.ndjson:3:") && listed.contains("no record of its source"),
        "{listed}"
    );
    assert!(
        listed.contains("decisions.ndjson:4: passed over"),
        "{listed}"
    );
    let reviewed = tree(dir.path());
    // What was decided on stays, though other options would give another record.
    let again = ["convert", "in", "-o", "out", "--min-confidence", "1"];
    let output = run_in(dir.path(), &again);
    assert!(
        stderr(&output).contains("1 of them changed, but were kept"),
        "{}",
        stderr(&output)
    );
    let kept = tree(dir.path());
    assert_eq!(kept[0], reviewed[0]);
    assert_ne!(kept[1], reviewed[1]);
    fs::remove_dir_all(dir.path().join("out/a")).expect("removed");
    assert!(
        run_in(dir.path(), &["convert", "in", "-o", "out"])
            .status
            .success()
    );
    run_in(dir.path(), &["apply", "out"]);
    assert_eq!(tree(dir.path()), reviewed);
}

#[test]
fn lines_of_a_shard_are_reviewed_as_files_are() {
    let dir = batch();
    let files = tree(dir.path());
    let before = record(&dir, "a/1.txt.json");
    let lines: Vec<String> = files
        .iter()
        .map(|(_, bytes)| {
            serde_json::from_slice::<Value>(bytes)
                .expect("JSON")
                .to_string()
        })
        .collect();
    fs::remove_dir_all(dir.path().join("out")).expect("removed");
    fs::create_dir(dir.path().join("out")).expect("made");
    let shard = dir.path().join("out/part-00001.ndjson");
    fs::write(&shard, lines.join("\n") + "\n").expect("written");
    decide(&dir, &decision(&before, "far", "type", Some("fick")));
    assert!(run_in(dir.path(), &["apply", "out"]).status.success());
    let after = fs::read_to_string(&shard).expect("a shard");
    let after: Vec<&str> = after.lines().collect();
    assert!(after[0].contains("fick i uppdrag") && after[0].contains("\"reviewed\""));
    assert_eq!(after[1], lines[1]);
    decide(&dir, &decision(&before, "far", "undo", None));
    assert!(run_in(dir.path(), &["apply", "out"]).status.success());
    assert_eq!(
        fs::read_to_string(&shard).expect("a shard"),
        lines.join("\n") + "\n"
    );
}

#[test]
fn a_reviewed_record_follows_the_schema() {
    let dir = batch();
    decide(
        &dir,
        &decision(&record(&dir, "b.txt.json"), "far", "reject", Some("far")),
    );
    run_in(dir.path(), &["apply", "out"]);
    let schema = run_in(dir.path(), &["schema"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let reviewed = record(&dir, "b.txt.json");
    assert!(
        reviewed["text"]
            .as_str()
            .expect("a text")
            .contains("Förvaltningen far i uppdrag")
    );
    let problems: Vec<String> = validator
        .iter_errors(&reviewed)
        .map(|e| e.to_string())
        .collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(schema.to_string().contains("\"review\""));
}

#[test]
fn a_report_is_one_page_that_loads_nothing() {
    let dir = batch();
    let failure = r#"{"path":"<b>x.txt","kind":"empty","message":"the file is empty","remedy":"Run OCR again."}"#;
    fs::write(
        dir.path().join("out/failures.ndjson"),
        format!("{failure}\n"),
    )
    .expect("written");
    for (lang, heading) in [
        ("en", "<h1>Report – out</h1>"),
        ("sv", "<h1>Rapport – out</h1>"),
    ] {
        let output = run_in(
            dir.path(),
            &["report", "out", "-o", "r.html", "--lang", lang],
        );
        assert!(output.status.success(), "{}", stderr(&output));
        let html = fs::read_to_string(dir.path().join("r.html")).expect("a page");
        assert!(html.contains(heading), "{html}");
        assert!(html.contains("&lt;b&gt;x.txt") && html.contains("Run OCR again."));
        assert!(html.contains("a/1.txt"));
        for outside in ["<script", "src=", "href=", "url(", "@import", "http:"] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}

/// A running `klartext review`, ended with the test.
struct Served {
    process: Child,
    host: String,
    token: String,
}

impl Served {
    fn start(dir: &Path, flags: &[&str]) -> Served {
        let mut process = Command::new(env!("CARGO_BIN_EXE_klartext"))
            .args([&["review", "out", "--no-open"], flags].concat())
            .current_dir(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut address = String::new();
        let mut lines = BufReader::new(process.stdout.take().expect("piped"));
        lines.read_line(&mut address).expect("an address");
        let rest = address.trim().strip_prefix("http://").expect("an address");
        let (host, token) = rest.split_once("/?token=").expect("a token");
        Served {
            host: host.to_owned(),
            token: token.to_owned(),
            process,
        }
    }

    /// Status and body of an answer to raw bytes.
    fn raw(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        // Who sends too much is not heard to the end, and may not hear the answer.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let Some((head, body)) = answer.split_once("\r\n\r\n") else {
            return (0, String::new(), String::new());
        };
        let status = head[9..12].parse().expect("a status");
        (status, head.to_owned(), body.to_owned())
    }

    fn get(&self, path: &str) -> (u16, Value) {
        let Served { host, token, .. } = self;
        let (status, _, body) = self.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Klartext-Token: {token}\r\nConnection: close\r\n\r\n"
        ));
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let Served { host, token, .. } = self;
        let body = body.to_string();
        let (status, _, body) = self.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nX-Klartext-Token: {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ));
        (status, serde_json::from_str(&body).unwrap_or_default())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn only_who_has_the_address_comes_in() {
    let dir = batch();
    let served = Served::start(dir.path(), &[]);
    let Served { host, token, .. } = &served;
    let get = |path: &str, headers: &str| {
        served.raw(&format!(
            "GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        ))
    };
    let own = format!("Host: {host}\r\n");
    let (status, head, body) = get(&format!("/?token={token}"), &own);
    assert_eq!(status, 200);
    assert!(
        head.contains("content-security-policy: default-src 'none'; script-src 'self'"),
        "{head}"
    );
    assert!(body.contains("<script type=\"module\" src=\"/app.js\"></script>"));
    assert_eq!(get("/", &own).0, 403);
    assert_eq!(get("/api/overview", &own).0, 403);
    let with = format!("X-Klartext-Token: {token}\r\n");
    assert_eq!(get("/api/overview", &format!("{own}{with}")).0, 200);
    assert_eq!(
        get("/api/overview", &format!("Host: evil.example\r\n{with}")).0,
        403
    );
    assert_eq!(
        get(
            "/api/overview",
            &format!("{own}{with}Origin: http://evil.example\r\n")
        )
        .0,
        403
    );
    for path in [
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/Cargo.toml",
        "/decisions.ndjson",
        "/api/nothing",
    ] {
        let (status, _, body) = get(path, &format!("{own}{with}"));
        assert_eq!((status, &*body), (404, ""), "{path}");
    }
    // A change needs a POST.
    assert_eq!(get("/api/undo", &format!("{own}{with}")).0, 405);
    let huge = json!({"who": "x".repeat(2 << 20), "verdict": "undo", "on": {"correction": {"document": 1, "position": 0}}});
    assert!(matches!(served.post("/api/decide", &huge).0, 413 | 0));
    assert_eq!(get("/app.js", &own).0, 200);
}

#[test]
fn what_is_decided_is_on_disk_at_once_and_reaches_the_records() {
    let dir = batch();
    let served = Served::start(dir.path(), &[]);
    let (_, overview) = served.get("/api/overview");
    assert_eq!(overview["overview"]["documents"], 2);
    let (_, found) = served.get("/api/documents?q=v%C3%A4gbelys");
    assert_eq!(found["rows"][0]["path"], "a/1.txt");
    assert_eq!(served.get("/api/documents?q=%22%20OR%20*").0, 200);
    let (_, all) = served.get("/api/documents?sort=worst");
    assert_eq!(all["total"], 2);
    let id = &found["rows"][0]["id"];
    let (_, document) = served.get(&format!("/api/document?id={id}"));
    let corrections = document["record"]["corrections"]
        .as_array()
        .expect("a list");
    let position = corrections
        .iter()
        .position(|c| c["from"] == "far")
        .expect("one of it");
    let on = json!({"correction": {"document": id, "position": position}});
    let lines = || {
        let text = fs::read_to_string(dir.path().join("out/decisions.ndjson")).unwrap_or_default();
        text.lines().count()
    };
    let (status, told) = served.post(
        "/api/decide",
        &json!({"who": " ", "verdict": "accept", "on": on}),
    );
    assert_eq!((status, lines()), (400, 0), "{told}");
    let typed = json!({"who": "Anna", "verdict": "type", "to": "fick", "on": on});
    assert_eq!(served.post("/api/decide", &typed).0, 200);
    assert_eq!(lines(), 1);
    let field =
        json!({"field": {"document": id, "path": "meeting.place", "place": null, "from": null}});
    let filled = json!({"who": "Anna", "verdict": "type", "to": "Stadshuset", "on": field});
    assert_eq!(served.post("/api/decide", &filled).0, 200);
    assert_eq!(
        served.post("/api/undo", &json!({"who": "Anna"})).1["undone"],
        1
    );
    let (_, queue) = served.get("/api/queue?below=0.95");
    for group in queue["groups"].as_array().expect("a list") {
        let on = json!({"group": {"from": group["from"], "to": group["to"], "kind": group["kind"], "below": 0.95}});
        let (_, told) = served.post(
            "/api/decide",
            &json!({"who": "Anna", "verdict": "reject", "on": on}),
        );
        assert_eq!(told["decided"], group["count"]);
    }
    assert_eq!(served.get("/api/queue?below=0.95").1["left"], 0);
    // A crash loses nothing.
    drop(served);
    let served = Served::start(dir.path(), &[]);
    assert_eq!(served.get("/api/queue?below=0.95").1["left"], 0);
    let (_, applied) = served.post("/api/apply", &json!({}));
    assert_eq!(applied["unfit"], json!([]), "{applied}");
    let after = record(&dir, "a/1.txt.json");
    assert!(
        after["text"]
            .as_str()
            .expect("a text")
            .contains("fick i uppdrag")
    );
    assert!(after["document"]["meeting"]["place"].is_null());
    // The index follows, under the same numbers.
    assert_eq!(
        served.get(&format!("/api/document?id={id}")).1["record"]["review"]["by"],
        json!(["Anna"])
    );
    assert_eq!(served.get("/api/documents?q=fick").1["total"], 1);
}

#[test]
fn images_come_from_their_folder_only() {
    let dir = batch();
    let png = b"\x89PNG\r\n\x1a\n";
    fs::create_dir_all(dir.path().join("scans/a")).expect("made");
    fs::write(dir.path().join("scans/a/1.png"), png).expect("written");
    fs::write(dir.path().join("secret.png"), png).expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        dir.path().join("secret.png"),
        dir.path().join("scans/b.png"),
    )
    .expect("linked");
    let served = Served::start(dir.path(), &["--images", "scans"]);
    let (_, all) = served.get("/api/documents?sort=path");
    let id = |at: usize| all["rows"][at]["id"].clone();
    assert_eq!(
        served.get(&format!("/api/document?id={}", id(0))).1["images"],
        json!([1])
    );
    assert_eq!(
        served.get(&format!("/api/image?id={}&page=1", id(0))).0,
        200
    );
    assert_eq!(
        served.get(&format!("/api/image?id={}&page=2", id(0))).0,
        404
    );
    assert_eq!(
        served.get(&format!("/api/image?id={}&page=1", id(1))).0,
        404
    );
}
