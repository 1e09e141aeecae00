//! `klartext worker`: the child's side of [`crate::worker`].

use std::process::ExitCode;

use crate::batch::task;
use crate::cli::{WorkerArgs, WorkerTask};

/// Serves until the parent closes the pipe.
pub fn run(args: &WorkerArgs) -> ExitCode {
    let served = match args.task {
        WorkerTask::Convert => task::serve(args.memory),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
