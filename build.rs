//! Unpacks the model, so that the program can carry it and read it in place.

use std::path::PathBuf;

const PACKED: &str = "src/data/model.bin.zst";

fn main() {
    println!("cargo::rerun-if-changed={PACKED}");
    println!("cargo::rerun-if-changed=build.rs");
    let packed = std::fs::read(PACKED)
        .unwrap_or_else(|e| panic!("{PACKED}: {e}; build it with `klartext train`"));
    let model =
        zstd::decode_all(&packed[..]).unwrap_or_else(|e| panic!("{PACKED} is damaged: {e}"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("model.bin");
    std::fs::write(&out, model).unwrap_or_else(|e| panic!("{}: {e}", out.display()));
}
