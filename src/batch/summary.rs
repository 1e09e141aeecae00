//! `summary.json`: what a batch came to.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::facts::Facts;
use crate::record::Generator;

/// How many of the worst pages, slowest documents and vanished outputs are named.
const NAMED: usize = 20;

/// Upper ends of the classes that pages are counted in, by estimated character error rate.
const CLASSES: [f64; 8] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

/// The summary. Everything but `run` is the same for the same inputs and options, however
/// often the work was interrupted.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The layout's name and number.
    pub schema: &'static str,
    /// What made the outputs.
    pub generator: Generator,
    /// Whether every input was seen to.
    pub complete: bool,
    /// Documents by what became of them.
    pub documents: Documents,
    /// Failures by kind.
    pub failures: BTreeMap<String, usize>,
    /// Files of directories that were passed over, by extension.
    pub skipped: BTreeMap<String, usize>,
    /// Corrections of all documents.
    pub corrections: Corrections,
    /// Warnings of all documents, by code.
    pub warnings: BTreeMap<String, usize>,
    /// How well pages could be read.
    pub quality: Quality,
    /// Outputs of earlier runs whose documents are not among the inputs any more.
    pub vanished: Vanished,
    /// About this run alone.
    pub run: Run,
}

/// Documents by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Documents {
    /// All that were looked at.
    pub total: usize,
    /// Those whose output is there.
    pub done: usize,
    /// Those that `failures.ndjson` names.
    pub failed: usize,
}

/// Corrections by whether the text holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Corrections {
    /// It does.
    pub applied: usize,
    /// It does not: they were not sure enough.
    pub suggested: usize,
}

/// How well pages could be read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Quality {
    /// All pages.
    pub pages: usize,
    /// Those that no model can read.
    pub unreadable: usize,
    /// Those without an estimate.
    pub unknown: usize,
    /// Pages by estimated character error rate of the input.
    pub histogram: Vec<Class>,
    /// The worst, worst first.
    pub worst: Vec<WorstPage>,
}

/// A class of pages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Class {
    /// Estimated character error rate from …
    pub from: f64,
    /// … to less than (the last: at most).
    pub to: f64,
    /// How many pages.
    pub pages: usize,
}

/// A page of the worst.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorstPage {
    /// The document.
    pub path: String,
    /// Its page, from 1.
    pub page: usize,
    /// The estimated character error rate of the input.
    pub estimated_cer: f64,
}

/// Outputs without an input.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Vanished {
    /// How many.
    pub count: usize,
    /// The first, relative to the output directory.
    pub first: Vec<String>,
}

/// About one run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Run {
    /// Documents that were converted.
    pub converted: usize,
    /// Documents whose output was there already.
    pub unchanged: usize,
    /// Documents whose output a person has reviewed, left as it was though something changed.
    pub kept_reviewed: usize,
    /// Documents at once.
    pub threads: usize,
    /// How long it took.
    pub seconds: f64,
    /// Documents for each second.
    pub documents_per_second: f64,
    /// The slowest, slowest first.
    pub slowest: Vec<Slow>,
}

/// A slow document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slow {
    /// Its path.
    pub path: String,
    /// How long it took.
    pub seconds: f64,
}

impl Summary {
    /// Of a run that has not begun.
    pub fn new(generator: Generator, threads: usize) -> Summary {
        let from = std::iter::once(0.0).chain(CLASSES);
        let classes = from
            .zip(CLASSES)
            .map(|(from, to)| Class { from, to, pages: 0 });
        Summary {
            schema: "klartext-summary/1",
            generator,
            complete: true,
            documents: Documents::default(),
            failures: BTreeMap::new(),
            skipped: BTreeMap::new(),
            corrections: Corrections::default(),
            warnings: BTreeMap::new(),
            quality: Quality {
                histogram: classes.collect(),
                ..Quality::default()
            },
            vanished: Vanished::default(),
            run: Run {
                threads,
                ..Run::default()
            },
        }
    }

    /// Counts a document that is done.
    pub fn done(&mut self, path: &str, facts: &Facts) {
        self.documents.total += 1;
        self.documents.done += 1;
        self.corrections.applied += facts.applied;
        self.corrections.suggested += facts.suggested;
        for (code, count) in &facts.warnings {
            *self.warnings.entry(code.clone()).or_default() += count;
        }
        for (page, facts) in (1..).zip(&facts.pages) {
            self.quality.pages += 1;
            self.quality.unreadable += usize::from(!facts.readable);
            match facts.estimated_cer {
                Some(cer) => self.page(path, page, cer),
                None => self.quality.unknown += 1,
            }
        }
    }

    fn page(&mut self, path: &str, page: usize, estimated_cer: f64) {
        let classes = &mut self.quality.histogram;
        let class = classes
            .partition_point(|class| class.to <= estimated_cer)
            .min(CLASSES.len() - 1);
        classes[class].pages += 1;
        let key = |page: &WorstPage| (-page.estimated_cer, page.path.clone(), page.page);
        let worst = &mut self.quality.worst;
        if worst.len() == NAMED
            && worst
                .last()
                .is_some_and(|last| last.estimated_cer > estimated_cer)
        {
            return;
        }
        let page = WorstPage {
            path: path.to_owned(),
            page,
            estimated_cer,
        };
        let at = worst.partition_point(|other| key(other) < key(&page));
        worst.insert(at, page);
        worst.truncate(NAMED);
    }

    /// Counts a document that failed.
    pub fn failed(&mut self, kind: &str) {
        self.documents.total += 1;
        self.documents.failed += 1;
        *self.failures.entry(kind.to_owned()).or_default() += 1;
    }

    /// Notes how long a document took.
    pub fn took(&mut self, path: &str, time: Duration) {
        self.run.converted += 1;
        let seconds = (time.as_secs_f64() * 1e6).round() / 1e6;
        let slowest = &mut self.run.slowest;
        if slowest.len() == NAMED && slowest.last().is_some_and(|last| last.seconds >= seconds) {
            return;
        }
        let at = slowest.partition_point(|other| other.seconds >= seconds);
        slowest.insert(
            at,
            Slow {
                path: path.to_owned(),
                seconds,
            },
        );
        slowest.truncate(NAMED);
    }

    /// Notes an output without an input.
    pub fn vanished(&mut self, path: String) {
        self.vanished.count += 1;
        if self.vanished.first.len() < NAMED {
            self.vanished.first.push(path);
        }
    }

    /// Notes how long all took.
    pub fn ends(&mut self, time: Duration) {
        self.run.seconds = (time.as_secs_f64() * 1e3).round() / 1e3;
        let rate = self.documents.total as f64 / time.as_secs_f64().max(1e-3);
        self.run.documents_per_second = (rate * 10.0).round() / 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::facts::PageFacts;

    #[test]
    fn the_order_of_documents_does_not_show() {
        let facts = |cer: f64| Facts {
            pages: vec![PageFacts {
                estimated_cer: Some(cer),
                readable: cer < 0.4,
            }],
            ..Facts::default()
        };
        let all: Vec<(String, Facts)> = (0..50)
            .map(|i| (format!("{i}"), facts(f64::from(i % 25) / 50.0)))
            .collect();
        let sum = |documents: &mut dyn Iterator<Item = &(String, Facts)>| {
            let mut summary = Summary::new(Generator::default(), 1);
            documents.for_each(|(path, facts)| summary.done(path, facts));
            serde_json::to_string(&summary).expect("JSON")
        };
        let forward = sum(&mut all.iter());
        assert_eq!(forward, sum(&mut all.iter().rev()));
        let value: serde_json::Value = serde_json::from_str(&forward).expect("JSON");
        assert_eq!(value["quality"]["worst"][0]["estimated_cer"], 0.48);
        assert_eq!(value["quality"]["worst"][0]["path"], "24");
        assert_eq!(value["quality"]["unreadable"], 10);
        let counted: u64 = value["quality"]["histogram"]
            .as_array()
            .expect("classes")
            .iter()
            .filter_map(|class| class["pages"].as_u64())
            .sum();
        assert_eq!(counted, 50);
    }
}
