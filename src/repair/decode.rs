//! The best reading of a paragraph, and how sure it is.
//!
//! The readings of every token, of neighbours joined and of marks dropped form a
//! lattice. A beam of trigram states runs through it from left to right; costs are
//! those of the channel plus those of the language model. Going back over the same
//! arcs gives each reading its posterior probability (forward–backward), with the
//! context on both sides.

use super::candidate::Few;
use super::ragged::Ragged;
use crate::lm::{Cost, Lm, State};

/// A reading of the tokens from one position to another.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Position behind the last token it reads.
    pub to: u32,
    /// Cost of the channel, in nats.
    pub channel: Cost,
    /// What the language model scores, in order.
    pub words: Few,
}

/// The edges that leave each position.
pub type Lattice = Ragged<Edge>;

/// An edge by its position and its index there.
pub type EdgeId = (usize, usize);

/// The outcome: the best path and the posterior of every edge.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The edges of the best path, in order.
    pub path: Vec<EdgeId>,
    /// For each position the posteriors of its edges.
    pub posteriors: Ragged<f32>,
}

/// How far the search looks.
#[derive(Clone, Copy, Debug)]
pub struct Beam {
    /// Trigram states kept at each position.
    pub states: usize,
    /// How much dearer than the best a state may be, in nats.
    pub width: Cost,
    /// How much the language model counts beside the channel.
    pub lm: Cost,
    /// The power that the posteriors are raised to, inverse: above 1 is less sure.
    pub temperature: Cost,
}

impl Default for Beam {
    fn default() -> Self {
        Beam {
            states: 8,
            width: 8.0,
            lm: 1.0,
            temperature: 1.0,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Hypothesis {
    state: State,
    /// Best cost of a path to here, and the arc it came by.
    best: Cost,
    by: u32,
    /// −ln of the summed probability of all paths to here, and from here.
    forward: Cost,
    backward: Cost,
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    from: u32,
    to: u32,
    /// Position of the edge and its index there.
    position: u32,
    edge: u32,
    cost: Cost,
}

/// Room that decoding uses again and again.
#[derive(Debug, Default)]
pub struct Decoder {
    hypotheses: Vec<Hypothesis>,
    arcs: Vec<Arc>,
    /// The hypotheses at each position.
    at: Vec<Vec<u32>>,
    here: Vec<u32>,
}

impl Decoder {
    /// Decodes one lattice whose last position is `lattice.len()`. Linear in its length.
    pub fn decode(&mut self, lm: &Lm, lattice: &Lattice, beam: &Beam) -> Decoded {
        let n = lattice.len();
        self.hypotheses.clear();
        self.arcs.clear();
        if self.at.len() < n + 1 {
            self.at.resize(n + 1, Vec::new());
        }
        // A beam that came to an end before the last position may have left some behind;
        // positions beyond are empty, however long the lattices before were.
        self.at[..=n].iter_mut().for_each(Vec::clear);
        self.hypotheses.push(Hypothesis {
            state: lm.start(),
            best: 0.0,
            by: u32::MAX,
            forward: 0.0,
            backward: INFINITE,
        });
        self.at[0].push(0);
        for i in 0..n {
            self.prune(i, beam);
            for k in 0..self.here.len() {
                let h = self.here[k];
                for (e, edge) in lattice[i].iter().enumerate() {
                    self.follow(lm, beam, h, (i, e), edge);
                }
            }
        }
        let boundary = lm.class(crate::lm::Class::Boundary);
        let mut last: Option<(Cost, u32)> = None;
        for &h in &self.at[n] {
            let there = &mut self.hypotheses[h as usize];
            let end = beam.lm * lm.cost(there.state, boundary);
            there.backward = end / beam.temperature;
            if last.is_none_or(|(cost, _)| there.best + end < cost) {
                last = Some((there.best + end, h));
            }
        }
        let posteriors = self.posteriors(lattice);
        let mut path = Vec::with_capacity(n);
        let mut h = last.map_or(0, |l| l.1);
        while let Some(arc) = self.arcs.get(self.hypotheses[h as usize].by as usize) {
            path.push((arc.position as usize, arc.edge as usize));
            h = arc.from;
        }
        path.reverse();
        Decoded { path, posteriors }
    }

    /// Takes the hypotheses of a position that are worth following, best first.
    fn prune(&mut self, i: usize, beam: &Beam) {
        self.here.clear();
        self.here.append(&mut self.at[i]);
        let hypotheses = &self.hypotheses;
        let best = |h: u32| hypotheses[h as usize].best;
        if self.here.len() > 1 {
            let order = |a: &u32, b: &u32| best(*a).total_cmp(&best(*b)).then(a.cmp(b));
            self.here.sort_unstable_by(order);
        }
        let limit = self.here.first().map_or(0.0, |&h| best(h) + beam.width);
        self.here.truncate(beam.states);
        self.here.retain(|&h| best(h) <= limit);
    }

    /// Follows one edge from one hypothesis.
    fn follow(&mut self, lm: &Lm, beam: &Beam, h: u32, id: EdgeId, edge: &Edge) {
        let from = self.hypotheses[h as usize];
        let (mut state, mut language) = (from.state, 0.0);
        for word in edge.words.iter() {
            language += lm.cost(state, word.id) + word.within;
            state = State(state.1, word.id);
        }
        let cost = edge.channel + beam.lm * language;
        let (best, forward) = (from.best + cost, from.forward + cost / beam.temperature);
        let there = &mut self.at[edge.to as usize];
        let hypotheses = &mut self.hypotheses;
        let known = there
            .iter()
            .find(|&&k| hypotheses[k as usize].state == state);
        let arc = self.arcs.len() as u32;
        let to = match known {
            Some(&k) => {
                let there = &mut hypotheses[k as usize];
                there.forward = add(there.forward, forward);
                if best < there.best {
                    (there.best, there.by) = (best, arc);
                }
                k
            }
            None => {
                there.push(hypotheses.len() as u32);
                hypotheses.push(Hypothesis {
                    state,
                    best,
                    by: arc,
                    forward,
                    backward: INFINITE,
                });
                hypotheses.len() as u32 - 1
            }
        };
        self.arcs.push(Arc {
            from: h,
            to,
            position: id.0 as u32,
            edge: id.1 as u32,
            cost: cost / beam.temperature,
        });
    }

    fn posteriors(&mut self, lattice: &Lattice) -> Ragged<f32> {
        // Arcs were made in the order of their sources, so that backwards every
        // hypothesis is complete before it is used.
        for arc in self.arcs.iter().rev() {
            let back = self.hypotheses[arc.to as usize].backward + arc.cost;
            let from = &mut self.hypotheses[arc.from as usize];
            from.backward = add(from.backward, back);
        }
        let total = self.hypotheses[0].backward;
        let mut posteriors = lattice.like(0.0);
        for arc in &self.arcs {
            let through = self.hypotheses[arc.from as usize].forward
                + arc.cost
                + self.hypotheses[arc.to as usize].backward;
            posteriors[arc.position as usize][arc.edge as usize] +=
                (total - through).min(0.0).exp();
        }
        posteriors
    }
}

const INFINITE: Cost = 1e30;

/// −ln(e^−a + e^−b).
fn add(a: Cost, b: Cost) -> Cost {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high - low > 20.0 {
        low
    } else {
        low - (low - high).exp().ln_1p()
    }
}
