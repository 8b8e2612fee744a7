//! Two hundred people with the hub open, for a minute.

use std::time::Duration;

use anyhow::{Context, Result};
use domain::view::RunPage;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::http::{Server, poll};
use crate::say;

const VIEWERS: u32 = 200;
const LASTS: Duration = Duration::from_mins(1);
/// As the hub's page does.
const PAUSE: Duration = Duration::from_secs(5);
/// Clock ticks of `/proc`, per second.
const TICKS: f64 = 100.0;

pub(crate) async fn report(server: &Server) -> Result<()> {
    let active = server.get("/_fn/runs?query=tab%3Dactive", "identity").await?.1;
    let mut known = serde_json::from_slice::<RunPage>(&active)?.rows;
    known.truncate(5);
    let path = poll(&known);
    let before = cpu(server.process()?)?;
    let begun = Instant::now();
    let mut polls = 0_u32;
    let mut viewers = JoinSet::new();
    // Spread as people are; one connection pool, as behind a proxy.
    let polls_each = u32::try_from(LASTS.as_secs() / PAUSE.as_secs())?;
    for viewer in 0..VIEWERS {
        let first = begun + PAUSE * viewer / VIEWERS;
        let request = server.request(&path);
        viewers.spawn(async move {
            for poll in 0..polls_each {
                sleep_until(first + PAUSE * poll).await;
                let request = request.try_clone().context("a poll has no body")?;
                request.send().await?.error_for_status()?.bytes().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(viewer) = viewers.join_next().await {
        viewer??;
        polls += polls_each;
    }
    sleep(LASTS.saturating_sub(begun.elapsed())).await;
    let used = cpu(server.process()?)? - before;
    say(&format!(
        "\n{VIEWERS} viewers for {} s, each polling every {} s for {} active rows: {polls} polls, {used:.1} s of CPU in the web process, {} MB resident.",
        LASTS.as_secs(),
        PAUSE.as_secs(),
        known.len(),
        resident(server.process()?)?
    ));
    Ok(())
}

/// Seconds of CPU that a process has used.
fn cpu(process: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold spaces; what follows its closing bracket does not.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<f64>().ok());
    let used = ticks(11).zip(ticks(12)).context("the format of /proc/…/stat")?;
    Ok((used.0 + used.1) / TICKS)
}

fn resident(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}
