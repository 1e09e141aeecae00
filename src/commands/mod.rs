//! What each subcommand does, one file for each.

#[cfg(feature = "review")]
mod apply;
mod config;
mod convert;
mod eval;
#[cfg(feature = "review")]
mod learn;
mod log;
mod manual;
mod pdf_worker;
#[cfg(feature = "review")]
mod register;
mod repair;
#[cfg(feature = "review")]
mod report;
#[cfg(feature = "review")]
mod review;
mod schema;
mod settings;
mod stream;
mod train;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::batch::{Document, INTERRUPTED, Origin, Outcome, output_name, report};
use crate::cli::{Cli, Command};
use crate::config::{Layer, Settings};
use crate::error::{Error, ErrorKind};

/// Some document failed.
const FAILED: u8 = 1;
/// The command line is wrong, or the configuration.
const USAGE: u8 = 2;

/// Runs the command and reports what stopped it.
pub fn run(cli: Cli) -> ExitCode {
    match &cli.command {
        Command::Worker(args) => return worker::run(args),
        Command::PdfWorker(args) => return pdf_worker::run(args),
        _ => {}
    }
    match settings(&cli).and_then(|settings| dispatch(&cli.command, &settings)) {
        Ok(Outcome {
            interrupted: true, ..
        }) => ExitCode::from(INTERRUPTED),
        Ok(Outcome { failed: 0, .. }) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(FAILED),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(match error.kind {
                ErrorKind::Usage(_)
                | ErrorKind::Config(_)
                | ErrorKind::Pattern(_)
                | ErrorKind::Channel(_)
                | ErrorKind::House(_) => USAGE,
                _ => FAILED,
            })
        }
    }
}

/// What is in force, and from now on logged accordingly.
fn settings(cli: &Cli) -> Result<Settings, Error> {
    let flags = match &cli.command {
        Command::Convert(args) => convert::flags(args),
        Command::Repair(args) => repair::flags(args),
        Command::Stream(args) => stream::flags(args),
        Command::Train(args) => train::flags(args),
        Command::Config(args) => config::flags(args),
        _ => Layer::default(),
    };
    let settings = cli.global.settings(flags)?;
    log::init(&settings);
    Ok(settings)
}

fn dispatch(command: &Command, settings: &Settings) -> Result<Outcome, Error> {
    match command {
        Command::Convert(args) => convert::run(args, settings),
        Command::Repair(args) => repair::run(args, settings),
        Command::Train(args) => train::run(args, settings),
        Command::Schema(args) => schema::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Stream(args) => stream::run(args, settings),
        Command::Config(_) => config::run(settings),
        Command::Completions(args) => manual::completions(args),
        Command::Man(args) => manual::man(args),
        #[cfg(feature = "review")]
        Command::Register(args) => register::run(args),
        #[cfg(feature = "review")]
        Command::Apply(args) => apply::run(args),
        #[cfg(feature = "review")]
        Command::Learn(args) => learn::run(args),
        #[cfg(feature = "review")]
        Command::Report(args) => report::run(args),
        #[cfg(feature = "review")]
        Command::Review(args) => review::run(args),
        // Taken care of before settings are looked for.
        Command::Worker(_) | Command::PdfWorker(_) => Ok(Outcome::default()),
    }
}

/// Where a document's output goes: below `output`, its name with `extension` behind.
///
/// # Errors
/// The output would replace the document itself.
fn target(document: &Document, output: &Path, extension: &str) -> Result<PathBuf, Error> {
    let path = output.join(output_name(&document.target, extension));
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
