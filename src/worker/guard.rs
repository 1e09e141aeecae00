//! Panics as values.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Runs `work`; a panic inside comes back as what it said and where, and is not
/// printed. No wall against a stack overflow or an abort.
///
/// ```
/// use klartext::worker::guarded;
/// assert_eq!(guarded(|| 1), Ok(1));
/// assert!(guarded(|| [0][std::hint::black_box(1)]).unwrap_err().contains("out of bounds"));
/// ```
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    keep_panics();
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|_| LAST_PANIC.take())
}

thread_local! {
    /// Whether this thread is inside the wall.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// What the last panic inside said, and where.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics inside the wall are kept, any other is printed as ever.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if GUARDED.get() {
                LAST_PANIC.replace(panic.to_string().replace('\n', " "));
            } else {
                before(panic);
            }
        }));
    });
}
