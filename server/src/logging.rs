//! The log: text on standard error, filtered by `RUST_LOG`. Standard output is for what people wait for.

use std::io::IsTerminal;

use domain::sanitize::sanitize;
use tracing_subscriber::EnvFilter;

use crate::config::ConfigError;

/// Quiet about what is normal in the libraries.
fn default_filter() -> String {
    format!("info,sqlx=warn,{}=warn", ledger::engine::LOG_TARGET)
}

/// Starts logging. Call it once.
pub fn start(filter: Option<&str>) -> Result<(), ConfigError> {
    let filter = filter.map_or_else(default_filter, str::to_owned);
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|_| ConfigError::new("RUST_LOG", "levels such as info or tenantatlas=debug,sqlx=warn"))?;
    // Colours are for eyes, not for files.
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .init();
    // The text of a panic is whatever a value printed (R09).
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload_as_str().map(sanitize);
        tracing::error!(at, said, "a task panicked at {at}");
    }));
    Ok(())
}
