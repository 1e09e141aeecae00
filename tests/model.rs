//! The model that the program carries, and one built anew from handmade material.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use klartext::config::Options;
use klartext::model::Model;
use klartext::pipeline::Pipeline;
use klartext::repair::{self, Repairer};
use klartext::train::{self, Inputs};
use klartext::{normalize, source};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::new(Options::default()).expect("the built-in model"));

fn repaired(text: &str) -> String {
    let document = PIPELINE.read(text.as_bytes()).expect("text");
    document.repaired_text()
}

#[test]
fn the_words_around_decide_what_a_word_was() {
    // The same misread word, told apart by its neighbours alone.
    for (seen, meant) in [
        (
            "Nämnden far i uppdrag att se över reglerna.",
            "får i uppdrag",
        ),
        (
            "Förvaltningen far i uppdrag att återkomma.",
            "får i uppdrag",
        ),
        (
            "Nämnden far 1 uppdrag att se över reglerna.",
            "får i uppdrag",
        ),
        ("Planen ses över vartannat ar av nämnden.", "vartannat år"),
        ("Stämman hålls vartannat ar i mars.", "vartannat år"),
        ("Skolan ar i behov av en ny matsal.", "är i behov"),
        ("Många elever ar i behov av stöd.", "är i behov"),
    ] {
        let text =
            format!("Kommunstyrelsen har berett ärendet. {seen} Beslutet gäller från maj.\n");
        let repaired = repaired(&text);
        assert!(repaired.contains(meant), "{seen}: {repaired}");
        let (before, after) = (text.split(' ').count(), repaired.split(' ').count());
        assert_eq!(before, after, "{repaired}");
    }
}

#[test]
fn sound_words_stay() {
    let text = "Barnen får vara med. Det är i år som de är i behov av stöd.\n";
    assert_eq!(repaired(text), text);
}

#[test]
fn the_built_in_model_is_whole() {
    let model = Model::built_in().expect("a model");
    model.verify().expect("its digest");
}

#[test]
fn the_provenance_names_the_model_that_is_here() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/data");
    let packed = fs::read(data.join("model.bin.zst")).expect("the model");
    let notes = fs::read_to_string(data.join("PROVENANCE.md")).expect("the notes");
    let digests = [
        ("`model.bin.zst`", hex(&Sha256::digest(&packed))),
        ("unpacked", Model::built_in().expect("a model").digest()),
    ];
    for (name, digest) in digests {
        let is_named = notes
            .lines()
            .any(|line| line.contains(name) && line.contains(&digest));
        assert!(
            is_named,
            "PROVENANCE.md lacks the digest of {name}: {digest}"
        );
    }
}

#[test]
fn the_same_material_makes_the_same_model() {
    let material = material();
    let inputs = || Inputs {
        dir: material.path().to_owned(),
        bigram_threshold: 0.0,
        trigram_threshold: 0.0,
    };
    let first = train::build(&inputs(), |_| ()).expect("a model");
    let second = train::build(&inputs(), |_| ()).expect("a model");
    assert!(first == second, "two builds differ");

    let model = Model::open(&first).expect("a model");
    model.verify().expect("its digest");
    let repairer = Repairer::new(model, repair::Options::default()).expect("a repairer");
    let text = "Byalaget far i uppdrag att laga bron.\n";
    let raw = source::read(text.as_bytes()).expect("text");
    let clean = normalize::normalize(&raw);
    let (repairs, _) = repairer.repair(&clean);
    let changed: Vec<_> = repairs
        .iter()
        .filter(|repair| repair.applied)
        .map(|repair| (repair.from.as_str(), repair.to.as_str()))
        .collect();
    assert_eq!(changed, [("far", "får")]);
}

#[test]
fn material_that_is_not_there_is_named() {
    let empty = TempDir::new().expect("a temporary directory");
    let inputs = Inputs {
        dir: empty.path().to_owned(),
        bigram_threshold: 0.0,
        trigram_threshold: 0.0,
    };
    assert!(train::build(&inputs, |_| ()).is_err());
}

/// A village's minutes, so small that a test can learn them.
fn material() -> TempDir {
    const SENTENCES: [&str; 6] = [
        "Byalaget får i uppdrag att laga bron.",
        "Byalaget får i uppdrag att måla grinden.",
        "Kassören får i uppdrag att köpa färg.",
        "Bron är i behov av lagning.",
        "Mötet hålls vartannat år i maj.",
        "Styrelsen beslutar att bron är stängd.",
    ];
    let dir = TempDir::new().expect("a temporary directory");
    let write = |name: &str, content: String| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, content).expect("written");
    };
    let minutes: String = (1..=20)
        .flat_map(|day| SENTENCES.map(|s| format!("Den {day} maj. {s}\n\n")))
        .collect();
    write("corpus/village_minutes.txt", minutes);
    write(
        "lexicon/simplemma_sv.tsv",
        "broar\tbro\nfärger\tfärg\n".into(),
    );
    write("lexicon/surnames.tsv", "Åberg\t40\n".into());
    let pages: String = SENTENCES
        .iter()
        .map(|gold| {
            let seen = gold.replace(['å', 'ä'], "a").replace('ö', "o");
            let page = serde_json::json!({"gold": gold, "eng": seen, "swe": gold});
            format!("{page}\n")
        })
        .collect::<String>()
        .repeat(10);
    let packed = zstd::encode_all(pages.as_bytes(), 3).expect("packed");
    let path = dir.path().join("ocr/train.jsonl.zst");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, packed).expect("written");
    dir
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
