//! Parts of one process, started together and stopped together.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long the parts may take to stop; longer than a worker lets its runs finish.
const PATIENCE: Duration = Duration::from_secs(25);

/// The parts that run.
#[derive(Debug)]
pub struct Supervisor {
    parts: JoinSet<(&'static str, Result<()>)>,
    /// What the parts lean on. It goes last, and is not asked to.
    supports: JoinSet<(&'static str, Result<()>)>,
    stop: CancellationToken,
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Supervisor {
    /// Nothing yet. From here on signals are heard: one that comes while the parts are being started is obeyed, too.
    pub fn new() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            parts: JoinSet::new(),
            supports: JoinSet::new(),
            stop: CancellationToken::new(),
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// What each part has to watch.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a part, which ends when [`Self::stop`] is cancelled.
    pub fn start(&mut self, name: &'static str, part: impl Future<Output = Result<()>> + Send + 'static) {
        self.parts.spawn(async move { (name, part.await) });
    }

    /// Starts something that the parts need until they have ended.
    pub fn support(&mut self, name: &'static str, part: impl Future<Output = Result<()>> + Send + 'static) {
        self.supports.spawn(async move { (name, part.await) });
    }

    /// Runs until INT, TERM or HUP, or until a part ends by itself, which is an error; then stops the rest.
    pub async fn run(mut self) -> Result<()> {
        let outcome = tokio::select! {
            Some(ended) = self.parts.join_next() => Err(cause(ended)),
            Some(ended) = self.supports.join_next() => Err(cause(ended)),
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
            _ = self.hang_up.recv() => Ok(()),
        };
        tracing::info!("stopping");
        self.stop.cancel();
        let stopped = async { while self.parts.join_next().await.is_some() {} };
        tokio::select! {
            () = stopped => {}
            () = tokio::time::sleep(PATIENCE) => tracing::warn!("not everything stopped in time"),
            // A second Ctrl-C is from somebody who will not wait.
            _ = self.interrupt.recv() => tracing::warn!("stopped without waiting"),
        }
        outcome
    }
}

fn cause(ended: std::result::Result<(&'static str, Result<()>), tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok((name, Ok(()))) => anyhow!("{name} ended by itself"),
        Ok((name, Err(error))) => error.context(name),
        Err(_) => anyhow!("a part of the process panicked; see above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_failure_of_one_part_stops_the_rest_and_is_the_message() {
        let mut supervisor = Supervisor::new().unwrap();
        let stop = supervisor.stop();
        let (told, hears) = tokio::sync::oneshot::channel();
        supervisor.start("web", async move {
            stop.cancelled().await;
            told.send(()).map_err(|()| anyhow!("nobody listens"))
        });
        supervisor.start("worker", async { Err(anyhow!("the queue is gone")) });
        let error = supervisor.run().await.unwrap_err();
        assert_eq!(format!("{error:#}"), "worker: the queue is gone");
        hears.await.unwrap();
    }
}
