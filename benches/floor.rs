//! The floor under a batch: reads every document and writes as many bytes under the same
//! names as `klartext convert` wrote for it, and does nothing else.
//!
//! `cargo run --release --example floor -- IN REAL OUT [THREADS]`: `IN` holds the documents,
//! `REAL` what `klartext convert IN -o REAL` made of them, `OUT` is made anew.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (input, real, out, threads) = match &args[..] {
        [input, real, out] => (input, real, out, 1),
        [input, real, out, threads] => (input, real, out, threads.parse()?),
        _ => return Err("usage: floor IN REAL OUT [THREADS]".into()),
    };
    let mut files = Vec::new();
    find(Path::new(input), Path::new(""), &mut files)?;
    let left = Mutex::new(files.into_iter());
    let work = || -> std::io::Result<u64> {
        let mut bytes = 0;
        loop {
            let next = left.lock().ok().and_then(|mut left| left.next());
            let Some(name) = next else {
                return Ok(bytes);
            };
            let text = fs::read(Path::new(input).join(&name))?;
            let mut target = name.into_os_string();
            target.push(".json");
            let size = fs::metadata(Path::new(real).join(&target))?.len() as usize;
            let content: Vec<u8> = text.iter().copied().cycle().take(size).collect();
            let target = Path::new(out).join(target);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(target, content)?;
            bytes += size as u64;
        }
    };
    let bytes: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or(Ok(0)))
            .sum::<std::io::Result<u64>>()
    })?;
    println!("{bytes} bytes");
    Ok(())
}

fn find(root: &Path, below: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            find(root, &name, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}
