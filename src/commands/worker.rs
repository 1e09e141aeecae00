//! `klartext worker`: this program as the process that parses what may do harm. Started
//! by itself only.

use std::process::ExitCode;

use crate::cli::{WorkerArgs, WorkerTask};
use crate::source::{self, Task};

/// Does the one thing it was started for.
pub fn run(args: &WorkerArgs) -> ExitCode {
    let task = match &args.task {
        WorkerTask::Pdf => Task::Pdf,
        WorkerTask::Run { command } => Task::Run(command.clone()),
    };
    match source::serve(&task, args.memory, args.seconds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{error}");
            ExitCode::from(source::NOT_STARTED)
        }
    }
}
