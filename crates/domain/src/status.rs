//! What state a run and its items can be in, and how it may change (R06, R07).

pub use crate::words::UnknownWord;
use crate::words::words;

words! {
    /// Where a run is in its life. Moves only forward (R06); see [`RunStatus::may_become`].
    RunStatus {
        /// Recorded, not begun; includes runs waiting for admission and runs on hold.
        Queued = "queued",
        /// Being executed, or waiting for Microsoft Graph, or between two attempts.
        Running = "running",
        /// Ended, for ever.
        Completed = "completed",
    }

    /// How a run ended (R07); `Pending` until it is completed.
    Outcome {
        /// Not ended yet.
        Pending = "pending",
        /// Everything was done, or there was nothing to do.
        Succeeded = "succeeded",
        /// At least one success and at least one failure.
        PartiallySucceeded = "partially_succeeded",
        /// No success, or it could not proceed.
        Failed = "failed",
        /// Refused before any side effect.
        Blocked = "blocked",
        /// Reserved; nothing writes it.
        Cancelled = "cancelled",
    }

    /// What made a run start.
    Origin {
        /// A person, in the browser or on the command line.
        Manual = "manual",
        /// A schedule's fire time.
        Schedule = "schedule",
        /// The product itself: housekeeping.
        System = "system",
        /// A program with a token.
        Api = "api",
        /// History taken over from an older product; never executed here.
        Import = "import",
    }

    /// Why a queued run is kept from being admitted.
    Hold {
        /// A restore that somebody still has to confirm.
        AwaitingConfirmation = "awaiting_confirmation",
    }

    /// What became of a schedule's fire time (R04).
    FireOutcome {
        /// It started a run.
        Started = "started",
        /// An active run of the same identity served it.
        Merged = "merged",
        /// Nobody served it in time; it is not caught up.
        Missed = "missed",
    }

    /// How one object of a run came out.
    ItemOutcome {
        /// Done.
        Succeeded = "succeeded",
        /// Tried, and it did not work.
        Failed = "failed",
        /// Left alone on purpose.
        Skipped = "skipped",
        /// The object is not there any more.
        NotFound = "not_found",
        /// The object's kind cannot be worked on this way.
        Unsupported = "unsupported",
        /// Sent, but whether it took effect could not be established.
        Unconfirmed = "unconfirmed",
        /// Never begun: the run was stopped, lost its permission, ran out of its window, or could not go on.
        NotAttempted = "not_attempted",
    }

    /// Whether the worker of a running run is heard of, judged by its heartbeat.
    WorkerLiveness {
        /// The worker was heard of within the lease.
        Fresh = "fresh",
        /// The worker has been silent for longer than its lease; the reconciler will look at it.
        LikelyStale = "likely_stale",
    }
}

impl RunStatus {
    /// Whether the ledger may move a run from `self` to `next` (R06). The database enforces the same with a trigger.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Queued, Self::Running | Self::Completed) | (Self::Running, Self::Completed)
        )
    }

    /// Whether the run has not ended.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Completed)
    }
}

impl ItemOutcome {
    /// Whether it counts as a failure when the run's outcome is derived (R07).
    ///
    /// Whatever was asked for and is not known to be done is a failure; only `skipped` was left alone on purpose.
    pub const fn is_failure(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::NotFound | Self::Unsupported | Self::Unconfirmed | Self::NotAttempted | Self::Unknown
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statuses() -> impl Strategy<Value = RunStatus> {
        prop::sample::select(RunStatus::ALL)
    }

    proptest! {
        /// Whatever is asked for in whatever order, a run never goes back and never leaves `completed`.
        #[test]
        fn r06_no_sequence_of_commands_moves_a_run_backwards(commands in prop::collection::vec(statuses(), 0..20)) {
            let mut status = RunStatus::Queued;
            for next in commands {
                if status.may_become(next) {
                    prop_assert!(next > status);
                    prop_assert!(status.is_active());
                    status = next;
                }
            }
        }
    }

    #[test]
    fn words_round_trip() {
        for status in RunStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
        assert_eq!("aborted".parse::<Outcome>(), Err(UnknownWord("aborted".into())));
        assert_eq!("unknown".parse::<Outcome>(), Err(UnknownWord("unknown".into())));
    }

    #[test]
    fn r23_a_word_of_tomorrow_is_read_as_unknown() {
        assert_eq!(Outcome::read("succeeded"), Outcome::Succeeded);
        assert_eq!(Outcome::read("aborted"), Outcome::Unknown);
        assert_eq!(serde_json::from_str::<Hold>("\"legal\"").unwrap(), Hold::Unknown);
        // And what one server has told another is still not known there.
        let told = serde_json::to_string(&RunStatus::Unknown).unwrap();
        assert_eq!(serde_json::from_str::<RunStatus>(&told).unwrap(), RunStatus::Unknown);
        assert!(ItemOutcome::read("vanished").is_failure(), "not known to be done");
    }
}
