//! What each subcommand does, one file for each.

#[cfg(feature = "review")]
mod apply;
mod convert;
mod eval;
#[cfg(feature = "review")]
mod register;
mod repair;
#[cfg(feature = "review")]
mod report;
#[cfg(feature = "review")]
mod review;
mod schema;
mod train;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::batch::{Document, Inputs, Origin, Outcome, Search, report};
use crate::cli::{BatchArgs, Cli, Command};
use crate::config::Options;
use crate::error::{Error, ErrorKind};

/// Some document failed.
const FAILED: u8 = 1;
/// The command line is wrong.
const USAGE: u8 = 2;

/// Runs the command and reports what stopped it.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Convert(args) => convert::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Eval(args) => eval::run(&args),
        #[cfg(feature = "review")]
        Command::Register(args) => register::run(&args),
        #[cfg(feature = "review")]
        Command::Apply(args) => apply::run(&args),
        #[cfg(feature = "review")]
        Command::Report(args) => report::run(&args),
        #[cfg(feature = "review")]
        Command::Review(args) => review::run(&args),
        Command::Worker(args) => return worker::run(&args),
    };
    match outcome {
        Ok(Outcome { failed: 0, .. }) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(FAILED),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(match error.kind {
                ErrorKind::Usage(_) => USAGE,
                _ => FAILED,
            })
        }
    }
}

impl BatchArgs {
    fn find(&self) -> Result<Inputs, Error> {
        if self
            .inputs
            .iter()
            .filter(|path| path.as_os_str() == "-")
            .count()
            > 1
        {
            let kind = ErrorKind::Usage("standard input can be read once only");
            return Err(Error::new("-", kind));
        }
        let search = Search {
            volumes: self.volume,
            images: self.ocr,
        };
        Ok(Inputs::find(&self.inputs, self.output.as_deref(), search))
    }

    fn options(&self) -> Options {
        Options {
            min_confidence: self.min_confidence,
            format: self.format,
            ocr: self.ocr,
        }
    }

    fn threads(&self) -> usize {
        self.threads.map_or(0, usize::from)
    }
}

/// Where a document's output goes: below `output`, its name with `extension` behind.
///
/// # Errors
/// The output would replace the document itself.
fn target(document: &Document, output: &Path, extension: &str) -> Result<PathBuf, Error> {
    let mut path = output.join(&document.target).into_os_string();
    path.push(extension);
    let path = PathBuf::from(path);
    let is_input = |input: &Path| match (input.canonicalize(), path.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    match &document.origin {
        Origin::File(input) if is_input(input) => {
            Err(Error::new(document.place(), ErrorKind::OverInput))
        }
        _ => Ok(path),
    }
}
