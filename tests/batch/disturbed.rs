//! Runs that are killed, interrupted or run out of disk, and what the next run makes of it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Place, assert_same, said, tree};

const ARGS: [&str; 7] = ["convert", "in", "-o", "out", "--shard", "150", "--files"];

/// Numbers that nobody chose.
struct Chance(u64);

impl Chance {
    fn new() -> Chance {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Chance(now.map_or(7, |now| now.as_nanos() as u64) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

#[test]
fn thirty_kills_leave_no_trace() {
    let place = Place::with_documents(2000);
    let started = Instant::now();
    place.done(&[
        "convert",
        "in",
        "-o",
        "undisturbed",
        "--shard",
        "150",
        "--files",
    ]);
    let whole = started.elapsed();
    let mut chance = Chance::new();
    let mut killed = 0;
    while killed < 30 {
        // Moments from the start-up to beyond a share of the work, so that the thirty are
        // spread over the whole of it.
        let pause = chance.below(whole.as_micros() as u64 / 8);
        let mut child = place.command(&ARGS).spawn().expect("the program starts");
        std::thread::sleep(Duration::from_micros(pause));
        child.kill().expect("killed");
        let output = child.wait_with_output().expect("it ends");
        killed += 1;
        if output.status.code() == Some(0) {
            // All was done: begin anew, so that every kill finds work under way.
            fs::remove_dir_all(place.path().join("out")).expect("removed");
        }
    }
    place.done(&ARGS);
    assert_same(&place.tree("out"), &place.tree("undisturbed"));
    let again = place.done(&ARGS);
    assert!(again.contains("2000 of them were done already"), "{again}");
    assert_same(&place.tree("out"), &place.tree("undisturbed"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_what_is_in_hand_and_says_how_to_go_on() {
    let place = Place::with_documents(600);
    place.done(&["convert", "in", "-o", "undisturbed"]);
    let child = place
        .command(&["convert", "in", "-o", "out"])
        .spawn()
        .expect("the program starts");
    // Enough to be under way.
    let until = Instant::now() + Duration::from_secs(60);
    while !place.path().join("out/.klartext/20.part").exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .expect("kill is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(
        said(&output).contains("run the same command again to go on"),
        "{}",
        said(&output)
    );
    let summary = place.json("out/summary.json");
    assert_eq!(summary["complete"], false);
    let done = summary["documents"]["done"].as_u64().expect("a number");
    assert!((1..600).contains(&done), "{done}");
    let written = place
        .tree("out")
        .keys()
        .filter(|name| name.ends_with(".txt.json"))
        .count();
    assert_eq!(written as u64, done);
    let resumed = place.done(&["convert", "in", "-o", "out"]);
    assert!(
        resumed.contains(&format!("{done} of them were done already")),
        "{resumed}"
    );
    assert_same(&place.tree("out"), &place.tree("undisturbed"));
}

/// A small file system, taken away in the end.
struct Mounted<'p>(&'p Path);

impl<'p> Mounted<'p> {
    fn new(path: &'p Path, size: &str) -> Option<Mounted<'p>> {
        fs::create_dir(path).expect("made");
        let options = format!("size={size}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(path)
            .output();
        mount
            .is_ok_and(|output| output.status.success())
            .then_some(Mounted(path))
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        let mount = Command::new("mount")
            .args(["-o", &options])
            .arg(self.0)
            .status();
        assert!(mount.expect("mount is there").success());
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_stops_the_run_and_the_next_one_goes_on() {
    let place = Place::with_documents(500);
    let disk = place.path().join("disk");
    let Some(mounted) = Mounted::new(&disk, "1m") else {
        eprintln!(
            "SKIPPED: a_full_disk_stops_the_run: no file system may be mounted here (root may)"
        );
        return;
    };
    let args = [
        "convert", "in", "-o", "disk/out", "--shard", "40", "--files",
    ];
    place.done(&[
        "convert",
        "in",
        "-o",
        "undisturbed",
        "--shard",
        "40",
        "--files",
    ]);
    for size in ["1m", "2m", "3m"] {
        mounted.grow(size);
        let output = place.run(&args);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        let said = said(&output);
        assert!(said.contains("the disk is full"), "{said}");
        assert!(said.lines().count() < 40, "it went on in vain: {said}");
        // Whatever has a name is whole.
        for (name, content) in tree(&disk.join("out")) {
            if name.ends_with(".txt.json") {
                serde_json::from_slice::<serde_json::Value>(&content).expect("whole");
            }
        }
    }
    mounted.grow("64m");
    place.done(&args);
    assert_same(&tree(&disk.join("out")), &place.tree("undisturbed"));
}
