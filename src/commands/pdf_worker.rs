//! `klartext pdf-worker`: this program as the process that parses what may do harm. Started
//! by itself only.

use std::process::ExitCode;

use crate::cli::{PdfWorkerArgs, PdfWorkerTask};
use crate::source::{self, Task};

/// Does the one thing it was started for.
pub fn run(args: &PdfWorkerArgs) -> ExitCode {
    let task = match &args.task {
        PdfWorkerTask::Pdf => Task::Pdf,
        PdfWorkerTask::Run { command } => Task::Run(command.clone()),
    };
    match source::serve(&task, args.memory, args.seconds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{error}");
            ExitCode::from(source::NOT_STARTED)
        }
    }
}
