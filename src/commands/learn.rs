//! `klartext learn`: decisions of a review, for later runs.

use crate::batch::{self, Outcome};
use crate::cli::review::LearnArgs;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{built_in, unusable};
use crate::repair::{Options, Repairer};
use crate::review::decisions::NAME;
use crate::review::learn::learn;

/// Learns from a directory's decisions and writes the file whole or not at all.
///
/// # Errors
/// The directory cannot be read, nothing was decided, or the file cannot be written.
pub fn run(args: &LearnArgs) -> Result<Outcome, Error> {
    let repairer = Repairer::new(built_in()?, Options::default()).map_err(unusable)?;
    let learned = learn(&args.directory, &repairer)?;
    for torn in &learned.torn {
        anstream::eprintln!("{NAME}:{}: passed over: {}", torn.line, torn.reason);
    }
    if learned.decisions == 0 {
        let place = args.directory.join(NAME).display().to_string();
        return Err(Error::new(place, ErrorKind::NothingLearned));
    }
    let notes = [
        format!(
            "Learned from {} decisions by klartext {}.",
            learned.decisions,
            env!("CARGO_PKG_VERSION")
        ),
        "Words and names may be added and taken out.".to_owned(),
    ];
    batch::write_whole(&args.output, learned.house.write(&notes).as_bytes())?;
    let confusions = learned.house.units.iter().filter(|u| !u.0.is_identity());
    anstream::eprintln!(
        "{}: {} words, {} names and {} confusions of {} decisions",
        args.output.display(),
        learned.house.words.len(),
        learned.house.names.len(),
        confusions.count(),
        learned.decisions,
    );
    Ok(Outcome {
        done: learned.decisions,
        failed: learned.failed + learned.torn.len(),
        interrupted: false,
    })
}
