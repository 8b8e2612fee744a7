//! Programs that a test starts. Whatever goes wrong with one, its own words stand in the failure.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

/// Long enough for a machine that does three other things at once; nobody waits for it where all is well.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs it to its end, which must be a good one, and answers what it said on its standard output.
///
/// `pg_ctl start` leaves a server behind that holds the pipes it was given, so such a program is given none: see [`left_alone`].
pub(crate) async fn run(what: &str, mut command: Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{what} ended with {} and said:\n{said}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// As [`run`], for a program that leaves others behind: what it says is taken from the log it writes.
pub(crate) async fn left_alone(what: &str, mut command: Command, log: &std::path::Path) {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let said = std::fs::read_to_string(log).unwrap_or_else(|error| format!("{}: {error}", log.display()));
    assert!(status.success(), "{what} ended with {status}; its log:\n{said}");
}

/// Starts it and waits for a line that ends with `wanted` (or only begins with it, where the rest is news), which is answered.
pub(crate) async fn start(what: &str, mut command: Command, wanted: &str) -> (Child, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let said = Arc::new(Mutex::new(String::new()));
    let drained = tokio::spawn(drain(child.stderr.take().unwrap(), Arc::clone(&said)));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = tokio::time::timeout(PATIENCE, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.starts_with(wanted) || line.ends_with(wanted) {
                return Some(line);
            }
            keep(&said, &line);
        }
        None
    });
    let Ok(Some(line)) = found.await else {
        // If it has ended, its last words are on their way.
        let _ = tokio::time::timeout(Duration::from_secs(1), drained).await;
        panic!("{what} did not say `{wanted}`, but:\n{}", said.lock().unwrap());
    };
    // Whatever else it prints must find a reader.
    tokio::spawn(drain(lines.into_inner(), said));
    (child, line)
}

fn keep(said: &Mutex<String>, line: &str) {
    let mut said = said.lock().unwrap();
    said.push_str(line);
    said.push('\n');
}

async fn drain(from: impl AsyncRead + Unpin, said: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        keep(&said, &line);
    }
}
