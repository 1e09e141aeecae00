//! The output directory of a batch: one run at a time, files whole or not at all, on
//! disk before they count.
//!
//! A file is written as a *draft* below `.klartext/`. Drafts are put on disk in groups,
//! with one call for all where the system has it, and only then renamed to their place: after
//! a power cut a file under its own name is complete, and what is missing is done again
//! by the next run. Nothing but the directory's own content says what was done, so that
//! there is no second book to go out of step.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::inputs::shown;
use super::write::rename;
use crate::error::{Error, ErrorKind};

/// Where drafts and the lock are, below the output directory.
const WORKSHOP: &str = ".klartext";

/// The most files that are put on disk together.
const GROUP: usize = 2048;

/// The longest that a finished file waits for others.
const PATIENCE: Duration = Duration::from_millis(1000);

/// An output directory, locked.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    workshop: PathBuf,
    drafts: AtomicU64,
    full: Arc<AtomicBool>,
    sender: Option<SyncSender<Order>>,
    committer: Option<JoinHandle<Vec<Failed>>>,
    /// Held until the end of the run.
    _lock: File,
}

/// A file that is written but not in its place. Dropped, it is removed.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    kept: bool,
}

/// A file that could not be put in its place.
#[derive(Debug)]
pub struct Failed {
    /// The number of its document.
    pub number: u64,
    /// Why.
    pub error: Error,
}

/// A draft to be put in its place.
#[derive(Debug)]
struct Order {
    draft: Draft,
    target: PathBuf,
    number: u64,
}

impl Store {
    /// Makes the directory, locks it, and clears away what a run that was killed left.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] where another run is at it; the directory cannot be made.
    pub fn open(directory: &Path) -> Result<Store, Error> {
        let workshop = directory.join(WORKSHOP);
        let not_writable = |error| Error::new(shown(directory), ErrorKind::NotWritable(error));
        fs::create_dir_all(&workshop).map_err(not_writable)?;
        if fs::symlink_metadata(&workshop)
            .map_err(not_writable)?
            .is_symlink()
        {
            return Err(not_writable(io::Error::other(".klartext is a link")));
        }
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let lock = options.open(workshop.join("lock")).map_err(not_writable)?;
        match fs4::FileExt::try_lock(&lock) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                return Err(Error::new(shown(directory), ErrorKind::Locked));
            }
            Err(fs4::TryLockError::Error(error)) => return Err(not_writable(error)),
        }
        clear(&workshop).map_err(not_writable)?;
        let full = Arc::new(AtomicBool::new(false));
        let (sender, orders) = sync_channel(GROUP);
        let committer = Committer {
            root: directory.to_owned(),
            orders,
            folders: HashSet::new(),
            failed: Vec::new(),
            full: full.clone(),
        };
        Ok(Store {
            directory: directory.to_owned(),
            workshop,
            drafts: AtomicU64::new(0),
            full,
            sender: Some(sender),
            committer: Some(std::thread::spawn(move || committer.run())),
            _lock: lock,
        })
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether the disk has no room left, so that to go on would be in vain.
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Ends the run as a full disk does: nothing more can be kept.
    pub fn give_up(&self) {
        self.full.store(true, Ordering::Relaxed);
    }

    /// What stands at `target`, relative to the directory; none where nothing does.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    pub fn existing(&self, target: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.directory.join(target)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A new draft that holds `content`.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn draft(&self, content: &[u8]) -> Result<Draft, Error> {
        let (mut file, draft) = self.open_draft()?;
        file.write_all(content)
            .map_err(|error| self.not_written(&draft.path, error))?;
        Ok(draft)
    }

    /// A new, empty draft and the file to fill.
    ///
    /// # Errors
    /// As [`Store::draft`].
    pub fn open_draft(&self) -> Result<(File, Draft), Error> {
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        let path = self.workshop.join(format!("{number}.part"));
        let file = File::create(&path).map_err(|error| self.not_written(&path, error))?;
        Ok((file, Draft { path, kept: false }))
    }

    /// Has a draft put in its place, `target` relative to the directory, with the next
    /// group. Whether that worked, [`Store::finish`] tells.
    pub fn commit(&self, draft: Draft, target: &Path, number: u64) {
        let target = self.directory.join(target);
        if let Some(sender) = &self.sender {
            // The other side lives until `finish` closes this one.
            let _ = sender.send(Order {
                draft,
                target,
                number,
            });
        }
    }

    /// Puts the last group in place and on disk.
    ///
    /// # Errors
    /// None; the files that could not be put in their place are returned.
    pub fn finish(&mut self) -> Vec<Failed> {
        drop(self.sender.take());
        let failed = self.committer.take().and_then(|thread| thread.join().ok());
        failed.unwrap_or_default()
    }

    /// Writes a file of the batch itself, after [`Store::finish`].
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let draft = self.draft(content)?;
        self.place(draft, name)
    }

    /// Puts a draft of the batch itself in its place, after [`Store::finish`].
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn place(&self, mut draft: Draft, name: &str) -> Result<(), Error> {
        let target = self.directory.join(name);
        sync(&self.directory, std::slice::from_ref(&draft.path))
            .and_then(|()| rename(&draft.path, &target))
            .and_then(|()| sync_folder(&self.directory))
            .map_err(|error| self.not_written(&target, error))?;
        draft.kept = true;
        Ok(())
    }

    /// The failure to write something, remembered where it means a full disk.
    pub fn not_written(&self, path: &Path, error: io::Error) -> Error {
        if is_full(&error) {
            self.full.store(true, Ordering::Relaxed);
        }
        Error::new(shown(path), ErrorKind::NotWritable(error))
    }
}

impl Draft {
    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort: the next run clears the workshop anyway.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Puts drafts in place, on a thread of its own, so that waiting for the disk costs no
/// other work.
struct Committer {
    root: PathBuf,
    orders: Receiver<Order>,
    /// Folders that were made or found sound.
    folders: HashSet<PathBuf>,
    failed: Vec<Failed>,
    full: Arc<AtomicBool>,
}

impl Committer {
    fn run(mut self) -> Vec<Failed> {
        loop {
            let (group, last) = self.group();
            self.commit(group);
            if last {
                return self.failed;
            }
        }
    }

    /// The next orders, and whether they are the last.
    fn group(&self) -> (Vec<Order>, bool) {
        let Ok(first) = self.orders.recv() else {
            return (Vec::new(), true);
        };
        let mut group = vec![first];
        let until = Instant::now() + PATIENCE;
        while group.len() < GROUP {
            let left = until.saturating_duration_since(Instant::now());
            match self.orders.recv_timeout(left) {
                Ok(order) => group.push(order),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return (group, true),
            }
        }
        (group, false)
    }

    fn commit(&mut self, group: Vec<Order>) {
        if group.is_empty() {
            return;
        }
        let paths: Vec<PathBuf> = group.iter().map(|order| order.draft.path.clone()).collect();
        if let Err(error) = sync(&self.root, &paths) {
            let kind = error.kind();
            self.note(&error);
            for order in group {
                self.fail(order, io::Error::new(kind, error.to_string()));
            }
            return;
        }
        let mut folders = HashSet::new();
        for mut order in group {
            let folder = order.target.parent().unwrap_or(&self.root).to_owned();
            let placed = self
                .ready(&folder)
                .and_then(|()| rename(&order.draft.path, &order.target));
            match placed {
                Ok(()) => {
                    order.draft.kept = true;
                    folders.insert(folder);
                }
                Err(error) => {
                    self.note(&error);
                    self.fail(order, error);
                }
            }
        }
        // A rename that a power cut undoes leaves the older file, or none: the next run
        // does that document again. So a failure here is no document's.
        for folder in folders {
            let _ = sync_folder(&folder);
        }
    }

    fn note(&self, error: &io::Error) {
        if is_full(error) {
            self.full.store(true, Ordering::Relaxed);
        }
    }

    fn fail(&mut self, order: Order, error: io::Error) {
        let error = Error::new(shown(&order.target), ErrorKind::NotWritable(error));
        self.failed.push(Failed {
            number: order.number,
            error,
        });
    }

    /// Makes a folder below the root. A link on the way could lead out of it.
    fn ready(&mut self, folder: &Path) -> io::Result<()> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        let below = folder.strip_prefix(&self.root).unwrap_or(Path::new(""));
        let mut path = self.root.clone();
        for part in below.components() {
            path.push(part);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(metadata) if metadata.is_symlink() => {
                    return Err(io::Error::other(format!("{} is a link", shown(&path))));
                }
                Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
                Err(_) => fs::create_dir(&path)?,
            }
        }
        // Enough for any tree that is walked in order, and bounded.
        if self.folders.len() >= 1024 {
            self.folders.clear();
        }
        self.folders.insert(folder.to_owned());
        Ok(())
    }
}

/// Removes the drafts of a run that was killed.
fn clear(workshop: &Path) -> io::Result<()> {
    for entry in fs::read_dir(workshop)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "part")
        {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(
        error.kind(),
        StorageFull | QuotaExceeded | ReadOnlyFilesystem
    )
}

/// Has the content of files put on disk, together where the system can.
fn sync(root: &Path, paths: &[PathBuf]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        // Below this many, asking for each is less than asking for the whole disk.
        const FEW: usize = 8;
        if paths.len() > FEW {
            let root = File::open(root)?;
            return rustix::fs::syncfs(&root).map_err(io::Error::from);
        }
    }
    let _ = root;
    for path in paths {
        File::options().write(true).open(path)?.sync_data()?;
    }
    Ok(())
}

/// Has a folder's names put on disk, where a system has that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_whole_and_in_place_when_it_is_finished() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().join("out");
        let mut store = Store::open(&root).expect("opened");
        for number in 0..20 {
            let draft = store.draft(b"content").expect("written");
            store.commit(draft, Path::new(&format!("a/{number}")), number);
        }
        drop(store.draft(b"given up").expect("written"));
        assert!(store.finish().is_empty());
        store.write("summary.json", b"{}").expect("written");
        for number in 0..20 {
            let content = fs::read(root.join(format!("a/{number}"))).expect("there");
            assert_eq!(content, b"content");
        }
        let left: Vec<_> = fs::read_dir(root.join(WORKSHOP)).expect("there").collect();
        assert_eq!(left.len(), 1, "the lock alone");
    }

    #[test]
    fn one_run_at_a_time_and_what_a_killed_one_left_is_cleared() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let first = Store::open(dir.path()).expect("opened");
        let second = Store::open(dir.path()).expect_err("refused");
        assert!(matches!(second.kind, ErrorKind::Locked));
        drop(first);
        let leftover = dir.path().join(WORKSHOP).join("17.part");
        fs::write(&leftover, b"half").expect("written");
        let _third = Store::open(dir.path()).expect("opened");
        assert!(!leftover.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let elsewhere = tempfile::tempdir().expect("a temporary directory");
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("a")).expect("linked");
        let mut store = Store::open(dir.path()).expect("opened");
        let draft = store.draft(b"x").expect("written");
        store.commit(draft, Path::new("a/b"), 7);
        let failed = store.finish();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].number, 7);
        assert_eq!(fs::read_dir(elsewhere.path()).expect("there").count(), 0);
    }
}
