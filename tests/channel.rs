//! Channel tables of the user's own: learned, kept as a file, taken by later runs.

mod program;

use std::fs;
use std::path::Path;

use program::{directory, run_in, stderr, stdout};

/// What is known of an engine: pages as it read them, with what stands on them.
const TAUGHT: [&str; 12] = [
    "Kommunstyrelsen föreslår att nämnden får i uppdrag att se över taxan för vatten",
    "Ordföranden öppnar mötet och hälsar ledamöterna välkomna till sammanträdet",
    "Förvaltningen bedömer att åtgärden är nödvändig för fortsatt drift",
    "Nämnden beslutar att bifalla förslaget och att lämna över ärendet",
    "Göran Sjöberg yrkar bifall till förslaget från arbetsutskottet",
    "Kommunen köper marken för att bygga en förskola med åtta avdelningar",
    "Sökanden får tillstånd att hålla möte på torget mellan klockan åtta och tolv",
    "Mötet avslutas och protokollet skrivs under av ordföranden",
    "Många boende önskar en gångväg från skolan till hållplatsen",
    "Medborgarförslaget remitteras till miljönämnden för yttrande",
    "Räddningstjänsten genomför övningar på måndagar och onsdagar",
    "Omsorgen om äldre människor måste få kosta mer under året",
];

/// What it reads later.
const LATER: &str = "Kommunfullmäktige beslöt att höja avgiften för båtplatser i hamnen.\n\
    Förslaget innebär att båtägarna betalar tio kronor mer i månaden.\n\
    Åsa Öberg anför att kommunen också måste sköta bryggorna och måla om kranen.\n\
    Ledamöterna får svar på frågan om hamnplanen på nästa möte.\n\
    Nämnden överlämnar ärendet till kommunstyrelsen för prövning.\n";

/// An engine whose confusions no built-in table has.
fn misread(text: &str) -> String {
    text.replace('å', "qi")
        .replace('ö', "oj")
        .replace('m', "rri")
}

/// How many words of the later page are not as they stand on it.
fn wrong(repaired: &str) -> usize {
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (gold, got) = (words(LATER), words(repaired));
    assert_eq!(gold.len(), got.len(), "{repaired}");
    gold.iter().zip(&got).filter(|(a, b)| a != b).count()
}

fn repaired(place: &Path, args: &[&str]) -> String {
    let output = run_in(place, &[&["repair", "later.txt"], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).to_owned()
}

#[test]
fn pairs_teach_confusions_that_no_table_has() {
    let place = directory(&[("later.txt", misread(LATER).as_bytes())]);
    let pages = place.path().join("pages");
    fs::create_dir(&pages).expect("made");
    let mut lines = String::new();
    for (number, half) in TAUGHT.chunks(6).enumerate() {
        let gold = half.join("\n").repeat(4);
        fs::write(pages.join(format!("{number}.gold.txt")), &gold).expect("written");
        fs::write(pages.join(format!("{number}.txt")), misread(&gold)).expect("written");
        lines += &format!(
            "{}\n",
            serde_json::json!({"gold": gold, "eng": misread(&gold)})
        );
    }
    fs::write(place.path().join("pages.jsonl"), lines).expect("written");
    let taught = run_in(
        place.path(),
        &["train", "--pairs", "pages", "-o", "own.tsv"],
    );
    assert!(taught.status.success(), "{}", stderr(&taught));
    let without = wrong(&repaired(place.path(), &[]));
    let with = repaired(place.path(), &["--channel", "own.tsv"]);
    assert!(without >= 20, "{without} words are wrong without");
    assert!(wrong(&with) <= 2, "{with}");
    // The same pages as lines teach the same.
    let args = [
        "train",
        "--pairs",
        "pages.jsonl",
        "--engine",
        "eng",
        "-o",
        "lines.tsv",
    ];
    assert!(run_in(place.path(), &args).status.success());
    let table = |name: &str| fs::read_to_string(place.path().join(name)).expect("there");
    assert_eq!(table("own.tsv"), table("lines.tsv"));
    assert!(
        table("own.tsv").contains("\nö\toj\t-\t"),
        "{}",
        table("own.tsv")
    );
    // A page that the table does not fit is read as without it.
    fs::write(place.path().join("later.txt"), LATER).expect("written");
    assert_eq!(wrong(&repaired(place.path(), &["--channel", "own.tsv"])), 0);
}

#[test]
fn what_cannot_be_used_of_pairs_is_named_and_passed_over() {
    let gold = TAUGHT.join("\n");
    let seen = misread(&gold);
    let place = directory(&[
        ("pages/a.txt", seen.as_bytes()),
        ("pages/a.gold.txt", gold.as_bytes()),
        ("pages/b.txt", seen.as_bytes()),
        ("pages/c.txt", b"1 2 3"),
        ("pages/c.gold.txt", gold.as_bytes()),
        ("none/b.txt", seen.as_bytes()),
        ("bad.jsonl", b"{\"gold\": \"a\"}\n{\n"),
    ]);
    let taught = run_in(
        place.path(),
        &["train", "--pairs", "pages", "-o", "own.tsv"],
    );
    assert_eq!(taught.status.code(), Some(1));
    let said = stderr(&taught);
    assert!(
        said.contains("b.txt: its true text b.gold.txt is not there."),
        "{said}"
    );
    assert!(
        said.contains("c.txt: the text and the true text do not correspond."),
        "{said}"
    );
    assert!(place.path().join("own.tsv").is_file());
    for (from, reason) in [
        ("none", "there is nothing to learn from"),
        (
            "bad.jsonl",
            "line 1 is no page to measure by (it has no text \"seen\")",
        ),
        ("gone", "gone"),
    ] {
        let refused = run_in(place.path(), &["train", "--pairs", from, "-o", "no.tsv"]);
        assert_eq!(refused.status.code(), Some(1), "{from}");
        assert!(stderr(&refused).contains(reason), "{}", stderr(&refused));
        assert!(!place.path().join("no.tsv").exists());
    }
    for wrong in [
        &["train", "--pairs", "pages"][..],
        &["train", "--adapt", "pages", "--pairs", "pages", "-o", "x"],
        &["train"],
        &["train", "--pairs", "pages", "-o", "pages"],
    ] {
        assert_eq!(
            run_in(place.path(), wrong).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_collection_teaches_without_true_texts_whatever_the_threads() {
    let fixture = |name: &str| fs::read(format!("fixtures/{name}/eng.txt")).expect("a fixture");
    let place = directory(&[
        ("in/a.txt", &fixture("01-tyreso-ks")),
        ("in/b/b.txt", &fixture("04-aneby-ksau")),
        ("in/c.txt", &fixture("08-orust-mbn")),
        ("in/empty.txt", b""),
    ]);
    for threads in ["1", "3"] {
        let name = format!("{threads}.tsv");
        let args = ["train", "--adapt", "in", "-o", &name, "-j", threads];
        let taught = run_in(place.path(), &args);
        assert_eq!(taught.status.code(), Some(1), "{}", stderr(&taught));
        assert_eq!(stderr(&taught).matches("in/empty.txt").count(), 1);
    }
    let table = |name: &str| fs::read_to_string(place.path().join(name)).expect("there");
    assert_eq!(table("1.tsv"), table("3.tsv"));
    assert!(table("1.tsv").contains("surely read in 3 documents"));
    assert!(table("1.tsv").contains("\nö\to\t-\t"));
}

#[test]
fn another_table_is_another_output() {
    let fixture = fs::read("fixtures/01-tyreso-ks/eng.txt").expect("a fixture");
    let head = "# klartext channel 1\nmeant\tseen\tplace\tcost\n";
    let table = format!("{head}ö\toj\t-\t0.5\n");
    let place = directory(&[
        ("in/a.txt", &fixture),
        ("sub/own.tsv", table.as_bytes()),
        ("sub/klartext.toml", b"channel = \"own.tsv\"\n"),
        ("bad.tsv", format!("{head}ö\toj\t-\n").as_bytes()),
    ]);
    let convert = |args: &[&str]| {
        let args = [&["convert", "in", "-o", "out", "-v"], args].concat();
        let output = run_in(place.path(), &args);
        assert!(output.status.success(), "{}", stderr(&output));
        let record = fs::read(place.path().join("out/a.txt.json")).expect("there");
        let record: serde_json::Value = serde_json::from_slice(&record).expect("JSON");
        let options = record["generator"]["options"].as_str().expect("a digest");
        options.to_owned()
    };
    let plain = convert(&[]);
    let taught = convert(&["--channel", "sub/own.tsv"]);
    assert_ne!(plain, taught);
    assert_eq!(taught, convert(&["--config", "sub/klartext.toml"]));
    fs::write(
        place.path().join("sub/own.tsv"),
        format!("{table}å\tqi\t-\t0.5\n"),
    )
    .expect("written");
    assert_ne!(taught, convert(&["--channel", "sub/own.tsv"]));
    for command in [
        &["convert", "in", "-o", "out"][..],
        &["repair", "in/a.txt"],
        &["stream"],
    ] {
        let args = [command, &["--channel", "bad.tsv"]].concat();
        let refused = run_in(place.path(), &args);
        assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
        let said = stderr(&refused);
        assert!(
            said.contains(
                "bad.tsv: the channel table cannot be used (line 3: it has 3 columns, not 4)"
            ),
            "{said}"
        );
    }
}
