//! The `klartext` program.

fn main() {}
