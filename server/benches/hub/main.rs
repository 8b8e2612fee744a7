//! `make bench`: the hub on ten million runs, beside a hundred thousand and beside PostgreSQL itself, in one run.
//!
//! Reads from the environment, which `.ci/bench` prepares: `BENCH_LARGE` and `BENCH_SMALL` (URLs of the web's role on the two
//! databases) and `TENANTATLAS` (the release binary). Prints Markdown; the budgets are those of DESIGN §8.

mod database;
mod http;
mod pgbench;
mod stats;
mod viewers;

use anyhow::{Context, Result};

#[expect(clippy::disallowed_methods, reason = "configured by the script that starts it")]
fn setting(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run `make bench`"))
}

#[expect(clippy::print_stdout, reason = "the result")]
fn say(line: &str) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<()> {
    let (large, small, binary) = (
        setting("BENCH_LARGE")?,
        setting("BENCH_SMALL")?,
        setting("TENANTATLAS")?,
    );
    let of_large = database::measure(&large).await?;
    let of_small = database::measure(&small).await?;
    database::report(&of_large, &of_small);
    let server = http::Server::start(&binary, &large).await?;
    let reference = pgbench::rates(&large).await?;
    http::report(&server, &reference).await?;
    viewers::report(&server).await?;
    server.stop().await
}
