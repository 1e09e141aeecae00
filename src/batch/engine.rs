//! Work side by side, results in order, memory bounded.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many results may wait for their turn.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// How many.
    pub results: usize,
    /// How large all of them are together, in bytes; one more than that may be under
    /// way on each thread.
    pub bytes: usize,
}

impl Default for Window {
    /// Room for a document that takes a thousand times as long as the others.
    fn default() -> Self {
        Window {
            results: 4096,
            bytes: 64 << 20,
        }
    }
}

/// What the receiver of results is told.
#[derive(Debug)]
pub enum Event<R> {
    /// The result of the item with this number, from 0.
    Result(u64, R),
    /// Nothing is ready: the moment to flush.
    Idle,
}

/// How a run is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'s> {
    /// Threads that work, at least one.
    pub threads: usize,
    /// Whether results come in the order of the items, or as they are done.
    pub ordered: bool,
    /// How many results may wait.
    pub window: Window,
    /// Set from outside: no further item is begun, those in hand are finished.
    pub stop: &'s AtomicBool,
}

/// Gives every item of `source` to `work` on several threads, and every result to `put` on
/// this one. `weigh` tells a result's size in bytes. A slow item holds up results after it,
/// not the work on them, until the window is full.
///
/// # Errors
/// What `put` returns; nothing further is begun then.
pub fn each<I, R, E>(
    source: impl Iterator<Item = I> + Send,
    layout: Layout<'_>,
    work: impl Fn(u64, I) -> R + Sync,
    weigh: impl Fn(&R) -> usize + Sync,
    mut put: impl FnMut(Event<R>) -> Result<(), E>,
) -> Result<(), E>
where
    R: Send,
{
    let threads = layout.threads.max(1);
    let source = Mutex::new((0, source));
    let state = State::new(layout, threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let _leaving = Leaving(&state);
                while let Some((number, item)) = state.next(&source) {
                    state.wait_for_room(number);
                    let result = work(number, item);
                    state.hand_in(number, weigh(&result), result);
                }
            });
        }
        let outcome = state.hand_on(&mut put);
        if outcome.is_err() {
            state.abandon();
        }
        outcome
    })
}

/// What threads share.
struct State<'s, R> {
    layout: Layout<'s>,
    inner: Mutex<Inner<R>>,
    /// Signalled when a result came in or a thread ended.
    news: Condvar,
    /// Signalled when a result went out.
    room: Condvar,
}

struct Inner<R> {
    waiting: BTreeMap<u64, (usize, R)>,
    bytes: usize,
    /// Results handed on.
    out: u64,
    /// Threads still at work.
    threads: usize,
    abandoned: bool,
}

impl<'s, R> State<'s, R> {
    fn new(layout: Layout<'s>, threads: usize) -> Self {
        State {
            layout,
            inner: Mutex::new(Inner {
                waiting: BTreeMap::new(),
                bytes: 0,
                out: 0,
                threads,
                abandoned: false,
            }),
            news: Condvar::new(),
            room: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<R>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next<I>(&self, source: &Mutex<(u64, impl Iterator<Item = I>)>) -> Option<(u64, I)> {
        // Held while the source is read: a thread that waits has nothing else to do.
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        if self.layout.stop.load(Ordering::Relaxed) || self.lock().abandoned {
            return None;
        }
        let item = source.1.next()?;
        // It may have been waited for, and be cut short by the stop.
        if self.layout.stop.load(Ordering::Relaxed) {
            return None;
        }
        let number = source.0;
        source.0 += 1;
        Some((number, item))
    }

    /// Never waits with the item whose turn it is: so the window always empties.
    fn wait_for_room(&self, number: u64) {
        let Window { results, bytes } = self.layout.window;
        let mut inner = self.lock();
        while !inner.abandoned
            && !inner.waiting.is_empty()
            && inner.out != number
            && (number >= inner.out + results as u64 || inner.bytes >= bytes)
        {
            inner = self
                .room
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn hand_in(&self, number: u64, weight: usize, result: R) {
        let mut inner = self.lock();
        inner.bytes += weight;
        inner.waiting.insert(number, (weight, result));
        drop(inner);
        self.news.notify_one();
    }

    fn hand_on<E>(&self, put: &mut impl FnMut(Event<R>) -> Result<(), E>) -> Result<(), E> {
        let mut idle = true;
        loop {
            let mut inner = self.lock();
            let ready = inner.waiting.first_key_value().is_some_and(|(&number, _)| {
                // Where threads have ended, what is missing will never come.
                !self.layout.ordered || number == inner.out || inner.threads == 0
            });
            if ready {
                let Some((number, (weight, result))) = inner.waiting.pop_first() else {
                    continue;
                };
                inner.bytes -= weight;
                inner.out += 1;
                drop(inner);
                self.room.notify_all();
                put(Event::Result(number, result))?;
                idle = false;
            } else if inner.threads == 0 {
                return Ok(());
            } else if !idle {
                drop(inner);
                put(Event::Idle)?;
                idle = true;
            } else {
                drop(
                    self.news
                        .wait(inner)
                        .unwrap_or_else(PoisonError::into_inner),
                );
            }
        }
    }

    fn abandon(&self) {
        self.lock().abandoned = true;
        self.room.notify_all();
    }
}

/// Says that a thread has ended, also where it panicked.
struct Leaving<'r, 's, R>(&'r State<'s, R>);

impl<R> Drop for Leaving<'_, '_, R> {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
        self.0.news.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    static GO: AtomicBool = AtomicBool::new(false);

    fn layout(threads: usize, ordered: bool, window: Window) -> Layout<'static> {
        Layout {
            threads,
            ordered,
            window,
            stop: &GO,
        }
    }

    fn collected(layout: Layout<'_>, items: u64, work: impl Fn(u64) + Sync) -> Vec<u64> {
        let mut seen = Vec::new();
        let work = |number, item: u64| {
            assert_eq!(number, item);
            work(item);
            item
        };
        let put = |event| {
            if let Event::Result(_, item) = event {
                seen.push(item);
            }
            Ok::<(), ()>(())
        };
        each(0..items, layout, work, |_| 10, put).expect("nothing fails");
        seen
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in [1, 2, 8] {
            let seen = collected(layout(threads, true, Window::default()), 2000, |item| {
                if item % 97 == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            assert!(seen.iter().copied().eq(0..2000), "{threads}");
        }
    }

    #[test]
    fn the_window_holds_back_what_runs_ahead() {
        for window in [
            Window {
                results: 5,
                bytes: usize::MAX,
            },
            Window {
                results: 1000,
                bytes: 50,
            },
        ] {
            let most = AtomicUsize::new(0);
            let first_done = AtomicBool::new(false);
            let seen = collected(layout(3, true, window), 200, |item| {
                if item == 0 {
                    std::thread::sleep(Duration::from_millis(60));
                    first_done.store(true, Ordering::SeqCst);
                } else if !first_done.load(Ordering::SeqCst) {
                    most.fetch_max(item as usize, Ordering::SeqCst);
                }
            });
            assert_eq!(seen.len(), 200);
            let most = most.load(Ordering::SeqCst);
            assert!(
                (2..=8).contains(&most),
                "{most} begun while the first was under way"
            );
        }
    }

    #[test]
    fn without_order_a_slow_item_holds_up_nothing() {
        let seen = collected(layout(2, false, Window::default()), 50, |item| {
            if item == 0 {
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        assert_eq!(seen.len(), 50);
        assert_ne!(seen[0], 0);
    }

    #[test]
    fn a_stop_finishes_what_is_in_hand() {
        let stop = AtomicBool::new(false);
        let layout = Layout {
            stop: &stop,
            ..layout(2, true, Window::default())
        };
        let begun = AtomicUsize::new(0);
        let mut seen = 0;
        let work = |number: u64, _| {
            begun.fetch_add(1, Ordering::SeqCst);
            if number == 20 {
                stop.store(true, Ordering::SeqCst);
            }
        };
        each(
            0..1_000_000,
            layout,
            work,
            |_| 1,
            |event| {
                seen += usize::from(matches!(event, Event::Result(..)));
                Ok::<(), ()>(())
            },
        )
        .expect("nothing fails");
        assert_eq!(seen, begun.load(Ordering::SeqCst));
        assert!(seen < 1000, "{seen}");
    }

    #[test]
    fn an_output_that_is_gone_ends_the_run() {
        let begun = AtomicUsize::new(0);
        let window = Window {
            results: 4,
            bytes: 100,
        };
        let outcome = each(
            0..1_000_000,
            layout(2, true, window),
            |_, _| begun.fetch_add(1, Ordering::SeqCst),
            |_| 1,
            |event| match event {
                Event::Result(10, _) => Err("gone"),
                _ => Ok(()),
            },
        );
        assert_eq!(outcome, Err("gone"));
        assert!(begun.load(Ordering::SeqCst) < 100);
    }
}
