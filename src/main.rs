//! The `klartext` program.

use std::process::ExitCode;

use clap::Parser;
use klartext::cli::Cli;
use klartext::source::Worker;

fn main() -> ExitCode {
    Worker::enable();
    klartext::commands::run(Cli::parse())
}
