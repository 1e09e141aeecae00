//! What a batch keeps of a document: enough for its summary, and to know whether an
//! output is what would be written again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::Generator;
use crate::record::wire::Tree;

/// The numbers of one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Its pages, in order.
    pub pages: Vec<PageFacts>,
    /// Corrections that the text holds.
    pub applied: usize,
    /// Corrections that are suggestions.
    pub suggested: usize,
    /// Warnings by their code.
    pub warnings: BTreeMap<String, usize>,
}

/// The numbers of one page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageFacts {
    /// Estimated character error rate of the input, where there is an estimate.
    pub estimated_cer: Option<f64>,
    /// Whether it could be read.
    pub readable: bool,
}

impl Facts {
    /// The numbers of a record.
    pub fn of(tree: &Tree) -> Facts {
        let pages = tree.pages.iter().map(|page| PageFacts {
            estimated_cer: page.estimated_cer,
            readable: page.readable,
        });
        let mut warnings = BTreeMap::new();
        for warning in &tree.warnings {
            *warnings.entry(warning.code.clone()).or_default() += 1;
        }
        let applied = tree.corrections.iter().filter(|c| c.applied).count();
        Facts {
            pages: pages.collect(),
            applied,
            suggested: tree.corrections.len() - applied,
            warnings,
        }
    }
}

/// An output that an earlier run, or a person, left.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What made it.
    pub generator: Generator,
    /// The path it names as its source.
    pub path: String,
    /// The digest of its source.
    pub sha256: String,
    /// Whether a person has reviewed something in it.
    pub reviewed: bool,
    /// Its numbers.
    pub facts: Facts,
}

impl Recorded {
    /// Reads a whole output, in either view; none where it is damaged or something else.
    /// About 0.1 ms for 100 kB.
    pub fn read(json: &[u8]) -> Option<Recorded> {
        #[derive(Deserialize)]
        struct Output {
            generator: Generator,
            source: Source,
            pages: Vec<PageFacts>,
            corrections: Vec<Correction>,
            warnings: Vec<Warning>,
        }
        #[derive(Deserialize)]
        struct Source {
            path: String,
            sha256: String,
        }
        #[derive(Deserialize)]
        struct Correction {
            applied: bool,
        }
        #[derive(Deserialize)]
        struct Warning {
            code: String,
        }
        let text = std::str::from_utf8(json).ok()?;
        let output: Output = serde_json::from_str(text).ok()?;
        let mut warnings = BTreeMap::new();
        for warning in output.warnings {
            *warnings.entry(warning.code).or_default() += 1;
        }
        let applied = output.corrections.iter().filter(|c| c.applied).count();
        Some(Recorded {
            generator: output.generator,
            path: output.source.path,
            sha256: output.source.sha256,
            reviewed: text.contains("\"reviewed\""),
            facts: Facts {
                pages: output.pages,
                applied,
                suggested: output.corrections.len() - applied,
                warnings,
            },
        })
    }

    /// Whether it is what the same input gives again.
    pub fn is_of(&self, path: &str, sha256: &str, generator: &Generator) -> bool {
        self.path == path && self.sha256 == sha256 && self.generator == *generator
    }
}
