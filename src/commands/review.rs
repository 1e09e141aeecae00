//! `klartext review`: a batch in the browser.

use std::io::{IsTerminal, Write};
use std::path::Path;

use crate::batch::Outcome;
use crate::cli::review::ReviewArgs;
use crate::error::{Error, ErrorKind};
use crate::review::index::Index;
use crate::review::server::{Review, Server};

/// Serves the review of a directory until it is interrupted.
///
/// # Errors
/// The directory cannot be read, or the port is taken.
pub fn run(args: &ReviewArgs) -> Result<Outcome, Error> {
    let index = open_index(&args.directory)?;
    let review = Review::new(index, args.images.as_deref())?;
    let not_served = |error| Error::new("127.0.0.1", ErrorKind::NotWritable(error));
    let server = Server::bind(review, args.port.unwrap_or(0)).map_err(not_served)?;
    let address = server.address();
    // The address is what a script waits for; the rest is for people.
    crate::batch::print(&format!("{address}\n"))?;
    anstream::eprintln!(
        "Reviewing {}. Open the address above in a browser on this computer; Ctrl-C ends it.",
        args.directory.display()
    );
    if !args.no_open && open::that_detached(&address).is_err() {
        anstream::eprintln!("No browser could be opened: open the address yourself.");
    }
    server.run().map_err(not_served)?;
    Ok(Outcome::default())
}

/// Opens the index of a directory, with a count where a person watches.
pub(super) fn open_index(directory: &Path) -> Result<Index, Error> {
    let watched = std::io::stderr().is_terminal();
    let mut shown = false;
    let progress = |read: usize| {
        if watched && read.is_multiple_of(100) {
            shown = true;
            let _ = write!(std::io::stderr(), "\rindexing: {read} documents");
        }
    };
    let index = Index::open(directory, progress);
    if shown {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    index
}
