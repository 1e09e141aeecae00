//! `klartext completions` and `klartext man`: generated from the command line's own
//! definition, so that they cannot be wrong about it.

use clap::CommandFactory;

use crate::batch::{self, Outcome};
use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::error::{Error, ErrorKind};

/// Prints a shell's completions.
///
/// # Errors
/// Standard output is gone.
pub fn completions(args: &CompletionsArgs) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "klartext", &mut script);
    batch::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::default())
}

/// Prints the manual's first page, or writes all of them.
///
/// # Errors
/// They cannot be written.
pub fn man(args: &ManArgs) -> Result<Outcome, Error> {
    let command = Cli::command();
    let Some(directory) = &args.output else {
        let page = page(command, "klartext")?;
        batch::print(&String::from_utf8_lossy(&page))?;
        return Ok(Outcome::default());
    };
    let visible = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    for subcommand in visible {
        let name = format!("klartext-{}", subcommand.get_name());
        let page = page(subcommand.clone().display_name(&name), &name)?;
        batch::write_whole(&directory.join(format!("{name}.1")), &page)?;
    }
    let page = page(command.clone(), "klartext")?;
    batch::write_whole(&directory.join("klartext.1"), &page)?;
    Ok(Outcome::default())
}

fn page(command: clap::Command, name: &str) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .title(name.to_uppercase())
        .render(&mut page)
        .map_err(|error| Error::new(name, ErrorKind::NotWritable(error)))?;
    Ok(page)
}
