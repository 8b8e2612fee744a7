//! The hub over HTTP, from the real release binary: the list's server function, the whole page, and their sizes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use demo::bench::OWNER;
use domain::view::RunRow;
use ledger::clock::{Clock, SystemClock};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, SET_COOKIE};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::pgbench::Rates;
use crate::say;
use crate::stats::Stats;

const LASTS: Duration = Duration::from_secs(8);

/// The list as a browser asks for it.
pub(crate) const LIST: &str = "/_fn/runs?query=";
const PAGE: &str = "/admin/operations";
const OVERVIEW: &str = "/_fn/overview";

/// A web process with somebody signed in.
pub(crate) struct Server {
    child: Child,
    origin: String,
    client: reqwest::Client,
    cookie: String,
}

impl Server {
    pub(crate) async fn start(binary: &str, url: &str) -> Result<Self> {
        let mut child = Command::new(binary)
            .args(["web", "--addr", "127.0.0.1:0", "--log", "warn"])
            .env("WEB_DATABASE_URL", url)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| binary.to_owned())?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let line = lines.next_line().await?.context("the server ended at once")?;
        let origin = line.strip_prefix("listening on ").context(line.clone())?.to_owned();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let form = format!("email={OWNER}&password={}", demo::PASSWORD);
        let answer = client
            .post(format!("{origin}/sign-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(form)
            .send()
            .await?;
        let cookie = answer
            .headers()
            .get(SET_COOKIE)
            .context("nobody was signed in")?
            .to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self {
            child,
            origin,
            client,
            cookie,
        })
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// The process, for its CPU and memory.
    pub(crate) fn process(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// A request as the list's page makes it.
    pub(crate) fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client
            .get(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .header(ACCEPT, "application/json")
    }

    /// Asks once; answers the size of what came over the wire, and the text if it was not compressed.
    pub(crate) async fn get(&self, path: &str, encoding: &str) -> Result<(usize, Vec<u8>)> {
        let accept = if path.starts_with("/_fn/") {
            "application/json"
        } else {
            "text/html"
        };
        let answer = self
            .client
            .get(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .header(ACCEPT, accept)
            .header(ACCEPT_ENCODING, encoding)
            .send()
            .await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        let body = answer.bytes().await?;
        Ok((body.len(), body.to_vec()))
    }

    /// Asks again and again, so many at a time: latencies in milliseconds, and answers per second.
    pub(crate) async fn load(&self, path: &str, at_once: usize) -> Result<(Stats, f64)> {
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for _ in 0..at_once {
            let (client, url, cookie) = (
                self.client.clone(),
                format!("{}{path}", self.origin),
                self.cookie.clone(),
            );
            let accept = if path.starts_with("/_fn/") {
                "application/json"
            } else {
                "text/html"
            };
            clients.spawn(async move {
                let mut times = Vec::new();
                while begun.elapsed() < LASTS {
                    let asked = Instant::now();
                    let request = client.get(&url).header(COOKIE, &cookie).header(ACCEPT, accept);
                    let answer = request.send().await?;
                    if !answer.status().is_success() {
                        bail!("{url}: {}", answer.status());
                    }
                    answer.bytes().await?;
                    times.push(asked.elapsed().as_secs_f64() * 1000.0);
                }
                Ok(times)
            });
        }
        let mut times = Vec::new();
        while let Some(of_one) = clients.join_next().await {
            times.extend(of_one??);
        }
        let rate = f64::from(u32::try_from(times.len())?) / begun.elapsed().as_secs_f64();
        Ok((Stats::of(times), rate))
    }
}

/// What the list's page asks for while it is open and knows these rows, with nothing newer than now to be found.
pub(crate) fn poll(known: &[RunRow]) -> String {
    let now = SystemClock.now().timestamp_micros();
    let newest = format!("1.{now}.ffffffff-ffff-7fff-bfff-ffffffffffff");
    let known = known
        .iter()
        .filter_map(|row| Some(format!("{}%3A{}", row.id, row.stamp?)));
    let rows = known.collect::<Vec<_>>().join("%2C");
    format!("/_fn/runs_poll?query=&rows={rows}&newest={newest}&newer=0")
}

pub(crate) async fn report(server: &Server, reference: &Rates) -> Result<()> {
    say("\n## Over HTTP, on 10 M runs, driver on the same two cores\n");
    say("| what | clients | p50 / p95 / p99 ms | per second | reference |");
    say("| --- | --- | --- | --- | --- |");
    for (path, what) in [(LIST, "the list's server function"), (PAGE, "the whole page, 50 rows")] {
        for at_once in [1, 16] {
            server.load(path, at_once).await?;
            let (times, rate) = server.load(path, at_once).await?;
            let pgbench = reference.at(at_once);
            say(&format!(
                "| {what} | {at_once} | {} | {rate:.0} | pgbench, same statements: {pgbench:.0}/s ({:.0} %) |",
                times.line(),
                100.0 * rate / pgbench
            ));
        }
    }
    for at_once in [1, 16] {
        let (times, rate) = server.load(OVERVIEW, at_once).await?;
        say(&format!(
            "| the overview's server function | {at_once} | {} | {rate:.1} | |",
            times.line()
        ));
    }
    say("\n| body | plain | brotli | gzip |");
    say("| --- | --- | --- | --- |");
    let empty_poll = poll(&[]);
    for (path, what) in [
        (PAGE, "page"),
        (LIST, "one refresh of the list"),
        (&empty_poll, "a poll with nothing new"),
    ] {
        let mut sizes = Vec::new();
        for encoding in ["identity", "br", "gzip"] {
            sizes.push(server.get(path, encoding).await?.0.to_string());
        }
        say(&format!("| {what} | {} |", sizes.join(" | ")));
    }
    Ok(())
}
