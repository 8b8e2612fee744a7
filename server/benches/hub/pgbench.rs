//! The reference: the same statements from PostgreSQL's own load generator, prepared, on the same machine.

use std::process::Stdio;

use anyhow::{Context, Result};
use domain::filter::RunFilter;
use ledger::explain;
use tokio::process::Command;

use crate::{database, setting};

/// Transactions per second by number of clients.
pub(crate) struct Rates(Vec<(usize, f64)>);

impl Rates {
    pub(crate) fn at(&self, clients: usize) -> f64 {
        self.0
            .iter()
            .find_map(|(at, rate)| (*at == clients).then_some(*rate))
            .unwrap_or(f64::NAN)
    }
}

pub(crate) async fn rates(url: &str) -> Result<Rates> {
    let place = database::place(url).await?;
    let script = explain::script(&place.ledger, &place.everything, &RunFilter::default());
    place.ledger.close().await;
    let file = std::env::temp_dir().join(format!("tenantatlas-bench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let mut rates = Vec::new();
    for clients in [1, 16] {
        let output = Command::new(format!("{}/pgbench", setting("PG_BIN")?))
            .args(["--no-vacuum", "--protocol=prepared", "--time=8", "--jobs=2"])
            .arg(format!("--client={clients}"))
            .arg(format!("--file={}", file.display()))
            .arg(url)
            .stdin(Stdio::null())
            .output()
            .await
            .context("pgbench")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next())
            .with_context(|| format!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr)))?;
        rates.push((clients, rate.parse()?));
    }
    std::fs::remove_file(file)?;
    Ok(Rates(rates))
}
