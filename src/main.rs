//! The `klartext` program.

use std::process::ExitCode;

use clap::Parser;
use klartext::cli::Cli;

fn main() -> ExitCode {
    klartext::commands::run(Cli::parse())
}
