//! A connection with the time limits that depend on what is going on on it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::table::Activity;

/// A limit that is on or off.
struct Limit {
    lasts: Duration,
    on: bool,
    sleep: Pin<Box<Sleep>>,
}

impl Limit {
    fn new(lasts: Duration, on: bool) -> Self {
        Self {
            lasts,
            on,
            sleep: Box::pin(sleep(lasts)),
        }
    }

    fn start(&mut self) {
        if !self.on {
            self.on = true;
            self.sleep.as_mut().reset(Instant::now() + self.lasts);
        }
    }

    fn stop(&mut self) {
        self.on = false;
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        self.on && self.sleep.as_mut().poll(cx).is_ready()
    }
}

/// A stream whose client must send a head, and take an answer, in reasonable time.
pub(super) struct Timed<S> {
    stream: S,
    activity: Arc<Activity>,
    head: Limit,
    stall: Limit,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, head: Duration, stall: Duration) -> Self {
        Self {
            stream,
            activity,
            // On from the beginning: whoever connects has something to say.
            head: Limit::new(head, true),
            stall: Limit::new(stall, false),
        }
    }

    /// What a write came to: one that goes on is no stall, however little it was.
    fn written<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall.stop();
            self.activity.set_stalled(false);
            return written;
        }
        self.stall.start();
        self.activity.set_stalled(true);
        if self.stall.is_over(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if !this.activity.is_waiting() {
            this.head.stop();
        } else if buf.filled().len() > before {
            this.head.start();
        }
        if read.is_pending() && this.head.is_over(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // The head that this answers has come.
        this.head.stop();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.written(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.head.stop();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Nothing is kept here or in a socket, so this never waits.
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.get_mut().stream).poll_shutdown(cx))?;
        Poll::Ready(Ok(()))
    }
}
