//! Logs: none unless they are asked for.

use tracing::Level;
use tracing_subscriber::fmt;

use crate::batch::write_messages_as_json;
use crate::config::{LogFormat, Settings};

/// Sends logs to standard error, as much as the settings ask for.
pub fn init(settings: &Settings) {
    let json = settings.log_format.value == LogFormat::Json;
    let level = match (settings.quiet.value, settings.verbose.value, json) {
        (true, ..) => Level::ERROR,
        (false, 0, false) => return,
        (false, 0 | 1, _) => Level::INFO,
        (false, ..) => Level::DEBUG,
    };
    let logs = fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false);
    if json {
        write_messages_as_json();
        // Times in logs are seconds since the start: no clock is needed to compare them.
        logs.json()
            .flatten_event(true)
            .with_timer(fmt::time::uptime())
            .init();
    } else {
        let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
        logs.with_ansi(ansi).with_timer(fmt::time::uptime()).init();
    }
}
