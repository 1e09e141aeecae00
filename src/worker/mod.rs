//! Walls around work that may never come back: the binary starts itself as a
//! *worker* and talks to it over pipes.
//!
//! A panic can be caught in the process that it happens in; a stack overflow, memory
//! that runs out and a loop that does not end cannot. Work that can do that is given
//! to a [`Worker`]: request in, response out, with a limit of time for each request
//! and a limit of memory for the process. What breaks is that worker, and
//! [`Failure`] says how; the next request gets a fresh one.
//!
//! ```text
//! parent                                  child: `klartext worker TASK`
//! Pool::ask ── setup, request … ──────▶   serve(setup → handler)
//!           ◀──────────── response …      handler(request)
//! ```
//! A task is a name on the child's command line, see `commands::worker`: to add one, add it
//! there and [`Pool::new`] it here. Frames are a length (`u32`, little-endian) and that
//! many bytes; what stands in them is the task's own business. Cost: starting a process
//! once for each worker, and two copies through a pipe for each request (some 50 µs for
//! 100 kB).
//!
//! Inside a worker ([`is_worker`]) there is a wall already. Parsers that need tighter limits
//! than a document may have, those of PDFs, have another one inside, see [`crate::source::Worker`].

mod failure;
mod frames;
mod guard;
mod limits;
mod parent;
mod serve;

pub use failure::Failure;
pub use frames::{join, split};
pub use guard::guarded;
pub(crate) use limits::apart;
pub use parent::{Launch, Pool, Worker};
pub use serve::{is_worker, serve};
