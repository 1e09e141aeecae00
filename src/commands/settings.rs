//! From flags and files to what is in force.

use std::path::{Path, PathBuf};

use crate::batch::task::Setup;
use crate::batch::{Filter, Inputs, Search, Selection, Separator, Volume, Work, patterns};
use crate::cli::{BatchArgs, FilterArgs, GlobalArgs, LimitArgs, OutputArgs, WorkArgs};
use crate::config::{Layer, Settings, Source};
use crate::error::{Error, ErrorKind};
use crate::pipeline::HouseStyle;
use crate::repair::channel::Table;
use crate::repair::{House, parse_channel};

impl GlobalArgs {
    /// What these flags and the configuration file say, under `flags`.
    pub(super) fn settings(&self, flags: Layer) -> Result<Settings, Error> {
        let source = match &self.config {
            _ if self.no_config => Source::None,
            Some(path) => Source::File(path.clone()),
            None => Source::Search(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))),
        };
        let flags = Layer {
            quiet: self.quiet.then_some(true),
            verbose: (self.verbose > 0).then_some(self.verbose),
            log_format: self.log_format,
            ..flags
        };
        Settings::resolve(flags, &source)
    }
}

/// Flags of one group, laid over others.
pub(super) trait Flags {
    /// Adds what these say.
    fn over(&self, layer: Layer) -> Layer;
}

impl Flags for WorkArgs {
    fn over(&self, layer: Layer) -> Layer {
        Layer {
            min_confidence: self.min_confidence,
            format: self.format,
            ocr: self.ocr,
            word_confidences: self.word_confidences,
            names: self.names.clone(),
            lexicon: self.lexicon.clone(),
            channel: self.channel.clone(),
            house: self.house.clone(),
            threads: self.threads,
            ..layer
        }
    }
}

impl Flags for OutputArgs {
    fn over(&self, layer: Layer) -> Layer {
        Layer {
            plain: self.plain,
            ndjson: self.ndjson,
            shard: self.shard,
            files: self.files,
            ..layer
        }
    }
}

impl Flags for LimitArgs {
    fn over(&self, layer: Layer) -> Layer {
        Layer {
            timeout: self.timeout,
            max_memory: self.max_memory,
            unordered: self.unordered,
            ..layer
        }
    }
}

impl Flags for FilterArgs {
    fn over(&self, layer: Layer) -> Layer {
        let given = |patterns: &Vec<String>| (!patterns.is_empty()).then(|| patterns.clone());
        Layer {
            include: given(&self.include),
            exclude: given(&self.exclude),
            follow_links: self.follow_links,
            ..layer
        }
    }
}

impl Flags for BatchArgs {
    fn over(&self, layer: Layer) -> Layer {
        let layer = Layer {
            volume: self.volume,
            ..layer
        };
        self.filter.over(self.work.over(layer))
    }
}

impl Settings {
    /// How much is said.
    pub(super) fn volume(&self) -> Volume {
        match (self.quiet.value, self.verbose.value) {
            (true, _) => Volume::Quiet,
            (false, 0) => Volume::Normal,
            (false, _) => Volume::Verbose,
        }
    }

    /// What every document has in common; no text of it is wanted yet.
    pub(super) fn setup(&self) -> Result<Setup, Error> {
        Ok(Setup {
            options: self.options(),
            style: self.style()?,
            ..Setup::default()
        })
    }

    /// What the house adds to the built-in words, if it adds any.
    fn style(&self) -> Result<Option<HouseStyle>, Error> {
        let read = |path: &Option<PathBuf>| match path {
            Some(path) => text(path),
            None => Ok(String::new()),
        };
        let files = [
            &self.vocabulary,
            &self.names,
            &self.lexicon,
            &self.channel,
            &self.house,
        ];
        let files = files.map(|chosen| &chosen.value);
        let Some(first) = files.iter().find_map(|file| file.as_ref()) else {
            return Ok(None);
        };
        let [file, mut words, lexicon] = [read(files[0])?, read(files[1])?, read(files[2])?];
        if !words.is_empty() && !words.ends_with('\n') {
            words.push('\n');
        }
        words += &lexicon;
        Ok(Some(HouseStyle {
            name: first.display().to_string(),
            file,
            words,
            channel: match files[3] {
                Some(path) => channel(path)?.0,
                None => String::new(),
            },
            house: match files[4] {
                Some(path) => house(path)?.0,
                None => String::new(),
            },
        }))
    }

    /// How documents are worked on.
    pub(super) fn work(&self, in_process: bool) -> Work {
        Work {
            threads: usize::from(self.threads.value),
            ordered: !self.unordered.value,
            time: self.time(),
            memory: self.memory(),
            in_process,
            volume: self.volume(),
        }
    }
}

/// The text of a file that a setting names.
fn text(path: &Path) -> Result<String, Error> {
    let failed = |e| Error::new(path.display().to_string(), ErrorKind::NotReadable(e));
    std::fs::read_to_string(path).map_err(failed)
}

/// The text of a channel table, and the table: what is wrong with it is said once and
/// names the file.
pub(super) fn channel(path: &Path) -> Result<(String, Table), Error> {
    let text = text(path)?;
    let wrong = |e| Error::new(path.display().to_string(), ErrorKind::Channel(e));
    let table = parse_channel(&text).map_err(wrong)?;
    Ok((text, table))
}

/// The text of what a house has taught, and what it says: as [`channel`].
pub(super) fn house(path: &Path) -> Result<(String, House), Error> {
    let text = text(path)?;
    let wrong = |e| Error::new(path.display().to_string(), ErrorKind::House(e));
    let house = House::parse(&text).map_err(wrong)?;
    Ok((text, house))
}

impl BatchArgs {
    /// What is to be read.
    pub(super) fn selection(&self, settings: &Settings) -> Result<Selection, Error> {
        let from_standard_input = self.inputs.iter().chain(&self.files_from);
        if from_standard_input
            .filter(|path| path.as_os_str() == "-")
            .count()
            > 1
        {
            let kind = ErrorKind::Usage("standard input can be read once only");
            return Err(Error::new("-", kind));
        }
        Ok(Selection {
            named: self.inputs.clone(),
            files_from: self.files_from.clone(),
            separator: if self.null {
                Separator::Zero
            } else {
                Separator::Either
            },
            search: Search {
                volumes: settings.volume.value,
                images: settings.ocr.value,
            },
            filter: Filter {
                include: patterns(&settings.include.value)?,
                exclude: patterns(&settings.exclude.value)?,
                follow_links: settings.follow_links.value,
            },
            output: self.output.clone(),
        })
    }

    /// The documents that are to be read.
    pub(super) fn find(&self, settings: &Settings) -> Result<Inputs, Error> {
        self.selection(settings)?.find()
    }
}
