//! `klartext train`: raw material in, a model out.

use std::time::Instant;

use crate::batch::Outcome;
use crate::cli::TrainArgs;
use crate::error::{Error, ErrorKind};
use crate::train::{self, Inputs};

/// How hard the model is packed: it is packed seldom and kept for long.
const LEVEL: i32 = 19;

/// Builds the model and writes it whole or not at all.
///
/// # Errors
/// The material cannot be read, or the model cannot be written.
pub fn run(args: &TrainArgs) -> Result<Outcome, Error> {
    let inputs = Inputs {
        dir: args.material.clone(),
        bigram_threshold: args.bigram_threshold,
        trigram_threshold: args.trigram_threshold,
    };
    let place = |path: &std::path::Path| path.display().to_string();
    let started = Instant::now();
    let log =
        |message: &str| anstream::eprintln!("{:7.1} s  {message}", started.elapsed().as_secs_f32());
    let model = train::build(&inputs, log)
        .map_err(|e| Error::new(place(&args.material), ErrorKind::NotReadable(e)))?;
    let path = args.output.join("model.bin.zst");
    let not_written = |e| Error::new(place(&path), ErrorKind::NotWritable(e));
    let packed = zstd::encode_all(&model[..], LEVEL).map_err(not_written)?;
    crate::batch::write_whole(&path, &packed)?;
    anstream::eprintln!(
        "{}: {} bytes, {} unpacked",
        path.display(),
        packed.len(),
        model.len()
    );
    Ok(Outcome::default())
}
