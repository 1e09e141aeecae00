//! Looks words up with the symspell crate at edit distance 2.
//!
//! `symspell-peer WORDS.tsv [top|closest|all]` reads a token from each line of
//! standard input and writes the first suggestion (the token itself where there is
//! none) to standard output; how long only the lookups took goes to standard error.
//! `WORDS.tsv` holds `word TAB count` in lower case.

use std::io::{Read, Write};
use std::time::Instant;

use symspell::{SymSpell, UnicodeStringStrategy, Verbosity};

const DISTANCE: i64 = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let words = args
        .next()
        .ok_or("usage: symspell-peer WORDS.tsv [top|closest|all]")?;
    let verbosity = args.next().unwrap_or_else(|| "top".to_owned());
    let verbosity = || match verbosity.as_str() {
        "all" => Verbosity::All,
        "closest" => Verbosity::Closest,
        _ => Verbosity::Top,
    };
    let started = Instant::now();
    let mut symspell: SymSpell<UnicodeStringStrategy> = SymSpell::default();
    if !symspell.load_dictionary(&words, 0, 1, "\t") {
        return Err(format!("{words}: there is no such file").into());
    }
    let loading = started.elapsed().as_secs_f64();
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    // Case is not the dictionary's: neither folding nor writing is timed.
    let tokens: Vec<String> = input.lines().map(str::to_lowercase).collect();
    let started = Instant::now();
    let found: Vec<Option<String>> = tokens
        .iter()
        .map(|token| {
            let first = symspell
                .lookup(token, verbosity(), DISTANCE)
                .into_iter()
                .next();
            first.map(|suggestion| suggestion.term)
        })
        .collect();
    let seconds = started.elapsed().as_secs_f64();
    let mut out = String::with_capacity(input.len());
    for (token, found) in input.lines().zip(found) {
        out.push_str(found.as_deref().unwrap_or(token));
        out.push('\n');
    }
    std::io::stdout().write_all(out.as_bytes())?;
    eprintln!(
        "{{\"tokens\": {}, \"seconds\": {seconds:.3}, \"tokens_per_second\": {:.0}, \"loading_seconds\": {loading:.3}}}",
        tokens.len(),
        tokens.len() as f64 / seconds.max(1e-9)
    );
    Ok(())
}
