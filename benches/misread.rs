//! Misreading clean text as an OCR engine does, by the learned channel.
#![allow(dead_code)] // Each program that shares this uses a part of it.

use std::collections::HashMap;
use std::error::Error;

use klartext::model::Model;
use klartext::repair::channel::{LONGEST, Place, Table, Unit};
use klartext::text::alphabet::{self, Code};

const SPACE: Code = b' ';

/// The channel run forwards: from what is meant to what is seen.
pub struct Misreading {
    /// What may be seen for some meant codes, with its probability.
    of: HashMap<Vec<Code>, Vec<(Vec<Code>, f64)>>,
    /// What may be put in at a place of a word, by the place's number.
    put_in: [Vec<(Vec<Code>, f64)>; 4],
}

impl Misreading {
    /// The channel of an engine that the built-in model knows.
    pub fn built_in(engine: &str) -> Result<Misreading, Box<dyn Error>> {
        let model = Model::built_in()?;
        let engine = ["eng", "swe"].into_iter().find(|&e| e == engine);
        let engine = engine.ok_or("the model has tables for eng and swe")?;
        let table = Table::from_bytes(model.section(engine)?).ok_or("no such table")?;
        Ok(Misreading::new(&table))
    }

    fn new(table: &Table) -> Misreading {
        let mut channel = Misreading {
            of: HashMap::new(),
            put_in: Default::default(),
        };
        for (unit, cost) in table.units.iter().filter(|u| !u.0.is_identity()) {
            let seen = (unit.seen().to_vec(), f64::from(-cost).exp());
            match unit.meant() {
                [] => {
                    let place = [Place::Start, Place::Middle, Place::End]
                        .into_iter()
                        .find(|&p| *unit == Unit::insertion(p, unit.seen()));
                    if let Some(place) = place {
                        channel.put_in[place as usize].push(seen);
                    }
                }
                meant => channel.of.entry(meant.to_vec()).or_default().push(seen),
            }
        }
        channel
    }

    /// A line as it might have been read; characters that no table knows stay.
    pub fn misread(&self, line: &str, random: &mut Random) -> String {
        let chars: Vec<char> = line.chars().collect();
        let meant: Vec<Code> = chars.iter().map(|&c| alphabet::encode(c)).collect();
        let mut read = String::with_capacity(line.len());
        let mut i = 0;
        while i < meant.len() {
            let put_in = &self.put_in[place(&meant, i) as usize];
            if let Some(seen) = draw(put_in, random) {
                read.push_str(&alphabet::decode_str(seen));
            }
            let lengths = (1..=LONGEST.min(meant.len() - i)).rev();
            let misread = lengths.into_iter().find_map(|length| {
                let readings = self.of.get(&meant[i..i + length])?;
                Some((draw(readings, random)?, length))
            });
            match misread {
                Some((seen, length)) => {
                    read.push_str(&alphabet::decode_str(seen));
                    i += length;
                }
                None => {
                    read.push(chars[i]);
                    i += 1;
                }
            }
        }
        read
    }
}

/// One of some readings, or none with the probability that is left.
fn draw<'r>(readings: &'r [(Vec<Code>, f64)], random: &mut Random) -> Option<&'r [Code]> {
    let mut left = random.share();
    for (seen, probability) in readings {
        left -= probability;
        if left < 0.0 {
            return Some(seen);
        }
    }
    None
}

fn place(meant: &[Code], at: usize) -> Place {
    match (at == 0 || meant[at - 1] == SPACE, meant[at] == SPACE) {
        (true, _) => Place::Start,
        (false, true) => Place::End,
        (false, false) => Place::Middle,
    }
}

/// SplitMix64: small, even, the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 left out.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}
