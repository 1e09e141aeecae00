//! The best reading of a paragraph, and how sure it is.
//!
//! The readings of every token, of neighbours joined and of marks dropped form a
//! lattice. A beam of trigram states runs through it from left to right; costs are
//! those of the channel plus those of the language model. Going back over the same
//! arcs gives each reading its posterior probability (forward–backward), with the
//! context on both sides.

use super::words::Scored;
use crate::lm::{Cost, Lm, State};

/// A reading of the tokens from one position to another.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Position behind the last token it reads.
    pub to: usize,
    /// Cost of the channel, in nats.
    pub channel: Cost,
    /// What the language model scores, in order.
    pub words: Box<[Scored]>,
}

/// The edges that leave each position.
pub type Lattice = Vec<Vec<Edge>>;

/// An edge by its position and its index there.
pub type EdgeId = (usize, usize);

/// The outcome: the best path and the posterior of every edge.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The edges of the best path, in order.
    pub path: Vec<EdgeId>,
    /// For each position the posteriors of its edges.
    pub posteriors: Vec<Vec<f32>>,
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
            states: 24,
            width: 14.0,
            lm: 1.0,
            temperature: 1.0,
        }
    }
}

struct Hypothesis {
    state: State,
    /// Best cost of a path to here, and the arc it came by.
    best: Cost,
    by: u32,
    /// −ln of the summed probability of all paths to here, and from here.
    forward: Cost,
    backward: Cost,
}

struct Arc {
    from: u32,
    to: u32,
    edge: EdgeId,
    cost: Cost,
}

/// Decodes one lattice whose last position is `lattice.len()`.
pub fn decode(lm: &Lm, lattice: &Lattice, beam: &Beam) -> Decoded {
    let n = lattice.len();
    let start = Hypothesis {
        state: lm.start(),
        best: 0.0,
        by: u32::MAX,
        forward: 0.0,
        backward: INFINITE,
    };
    let mut hypotheses = vec![start];
    let mut arcs: Vec<Arc> = Vec::new();
    let mut at: Vec<Vec<u32>> = vec![Vec::new(); n + 1];
    at[0].push(0);
    for i in 0..n {
        let here = pruned(std::mem::take(&mut at[i]), &hypotheses, beam);
        for &h in &here {
            for (e, edge) in lattice[i].iter().enumerate() {
                let from = &hypotheses[h as usize];
                let (state, language) = advance(lm, from.state, &edge.words);
                let cost = edge.channel + beam.lm * language;
                let (best, forward) = (from.best + cost, from.forward + cost / beam.temperature);
                let known = at[edge.to]
                    .iter()
                    .find(|&&k| hypotheses[k as usize].state == state);
                let arc = arcs.len() as u32;
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
                        hypotheses.push(Hypothesis {
                            state,
                            best,
                            by: arc,
                            forward,
                            backward: INFINITE,
                        });
                        at[edge.to].push(hypotheses.len() as u32 - 1);
                        hypotheses.len() as u32 - 1
                    }
                };
                arcs.push(Arc {
                    from: h,
                    to,
                    edge: (i, e),
                    cost: cost / beam.temperature,
                });
            }
        }
    }
    let boundary = lm.class(crate::lm::Class::Boundary);
    let mut last: Option<(Cost, u32)> = None;
    for &h in &at[n] {
        let there = &mut hypotheses[h as usize];
        let end = beam.lm * lm.cost(there.state, boundary);
        there.backward = end / beam.temperature;
        if last.is_none_or(|(cost, _)| there.best + end < cost) {
            last = Some((there.best + end, h));
        }
    }
    let posteriors = posteriors(lattice, &mut hypotheses, &arcs);
    let mut path = Vec::new();
    let mut h = last.map_or(0, |l| l.1);
    while let Some(arc) = arcs.get(hypotheses[h as usize].by as usize) {
        path.push(arc.edge);
        h = arc.from;
    }
    path.reverse();
    Decoded { path, posteriors }
}

const INFINITE: Cost = 1e30;

/// The states worth following, best first.
fn pruned(mut here: Vec<u32>, hypotheses: &[Hypothesis], beam: &Beam) -> Vec<u32> {
    let best = |h: u32| hypotheses[h as usize].best;
    here.sort_by(|&a, &b| best(a).total_cmp(&best(b)).then(a.cmp(&b)));
    let limit = here.first().map_or(0.0, |&h| best(h) + beam.width);
    here.truncate(beam.states);
    here.retain(|&h| best(h) <= limit);
    here
}

/// Scores words one after another.
fn advance(lm: &Lm, mut state: State, words: &[Scored]) -> (State, Cost) {
    let mut cost = 0.0;
    for word in words {
        cost += lm.cost(state, word.id) + word.within;
        state = State(state.1, word.id);
    }
    (state, cost)
}

fn posteriors(lattice: &Lattice, hypotheses: &mut [Hypothesis], arcs: &[Arc]) -> Vec<Vec<f32>> {
    // Arcs were made in the order of their sources, so that backwards every
    // hypothesis is complete before it is used.
    for arc in arcs.iter().rev() {
        let back = hypotheses[arc.to as usize].backward + arc.cost;
        let from = &mut hypotheses[arc.from as usize];
        from.backward = add(from.backward, back);
    }
    let total = hypotheses[0].backward;
    let mut posteriors: Vec<Vec<f32>> =
        lattice.iter().map(|edges| vec![0.0; edges.len()]).collect();
    for arc in arcs {
        let through =
            hypotheses[arc.from as usize].forward + arc.cost + hypotheses[arc.to as usize].backward;
        posteriors[arc.edge.0][arc.edge.1] += (total - through).min(0.0).exp();
    }
    posteriors
}

/// −ln(e^−a + e^−b).
fn add(a: Cost, b: Cost) -> Cost {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high - low > 20.0 {
        low
    } else {
        low - (low - high).exp().ln_1p()
    }
}
