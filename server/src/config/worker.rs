//! Times and sizes of a worker.

use std::time::Duration;

use jiff::SignedDuration;

use super::ConfigError;

/// How a worker works.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct WorkerArgs {
    /// Runs executed at the same time [default: 10]
    #[arg(long, env = "WORKER_SLOTS", value_name = "N")]
    pub worker_slots: Option<String>,
    /// How long a worker may be silent before its runs are given to another; the same for all [default: 60s]
    #[arg(long, env = "WORKER_LEASE", value_name = "TIME")]
    pub worker_lease: Option<String>,
    /// How often it says that it is there; at most a third of the lease [default: 10s]
    #[arg(long, env = "WORKER_HEARTBEAT", value_name = "TIME")]
    pub worker_heartbeat: Option<String>,
    /// How often it looks for runs to repair [default: 10s]
    #[arg(long, env = "WORKER_RECONCILE", value_name = "TIME")]
    pub worker_reconcile: Option<String>,
    /// How long it lets runs finish when it is told to stop, before it hands them back [default: 20s]
    #[arg(long, env = "WORKER_DRAIN", value_name = "TIME")]
    pub worker_drain: Option<String>,
    /// Which operations it executes, such as inventory.sync,retention.prune; it leaves the runs of all others alone [default: all]
    #[arg(long, env = "WORKER_OPERATIONS", value_name = "LIST")]
    pub worker_operations: Option<String>,
}

impl WorkerArgs {
    /// Which operations it executes.
    pub fn registry(&self) -> Result<::worker::Registry, ConfigError> {
        let all = ::worker::Registry::implemented();
        match super::given(self.worker_operations.as_ref()) {
            Some(names) => all
                .only(names)
                .map_err(|there| ConfigError::new("WORKER_OPERATIONS", format!("a comma list of {there}"))),
            None => Ok(all),
        }
    }

    pub fn settings(&self) -> Result<::worker::Settings, ConfigError> {
        let mut settings = ::worker::Settings::default();
        if let Some(text) = super::given(self.worker_slots.as_ref()) {
            settings.slots = text
                .parse()
                .ok()
                .filter(|slots| (1..=1000).contains(slots))
                .ok_or_else(|| ConfigError::new("WORKER_SLOTS", "a number from 1 to 1000"))?;
        }
        let times = [
            ("WORKER_LEASE", &self.worker_lease, &mut settings.lease),
            ("WORKER_HEARTBEAT", &self.worker_heartbeat, &mut settings.heartbeat),
            ("WORKER_RECONCILE", &self.worker_reconcile, &mut settings.reconcile),
            ("WORKER_DRAIN", &self.worker_drain, &mut settings.drain),
        ];
        for (name, text, time) in times {
            if let Some(text) = super::given(text.as_ref()) {
                *time = duration(text)
                    .ok_or_else(|| ConfigError::new(name, "a time of at most a day, such as 500ms, 60s or 10m"))?;
            }
        }
        // With fewer than three beats to a lease, one that is late costs a run its worker.
        if settings.heartbeat * 3 > settings.lease {
            return Err(ConfigError::new("WORKER_HEARTBEAT", "at most a third of WORKER_LEASE"));
        }
        Ok(settings)
    }
}

/// A length of time as people write it. Longer than a day would be a slip: what these times bound should be over long before.
fn duration(text: &str) -> Option<Duration> {
    let time: SignedDuration = text.parse().ok()?;
    (time.is_positive() && time <= SignedDuration::from_hours(24)).then(|| time.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_nonsense_is_named() {
        let args = |lease: &str, heartbeat: &str| WorkerArgs {
            worker_lease: Some(lease.to_owned()),
            worker_heartbeat: Some(heartbeat.to_owned()),
            ..WorkerArgs::default()
        };
        let settings = args("2s", "300ms").settings().unwrap();
        assert_eq!(
            (settings.lease, settings.heartbeat),
            (Duration::from_secs(2), Duration::from_millis(300))
        );
        for (lease, seconds) in [("60s", 60), ("10m", 600), ("1h 30m", 5400), ("24h", 86_400)] {
            assert_eq!(
                args(lease, "1s").settings().unwrap().lease.as_secs(),
                seconds,
                "{lease}"
            );
        }
        for (lease, heartbeat, name) in [
            ("-10s", "300ms", "WORKER_LEASE"),
            ("10s ago", "300ms", "WORKER_LEASE"),
            ("25h", "300ms", "WORKER_LEASE"),
            ("99999999999999999999s", "300ms", "WORKER_LEASE"),
            ("9223372036854775807s", "300ms", "WORKER_LEASE"),
            ("2", "300ms", "WORKER_LEASE"),
            ("0s", "1s", "WORKER_LEASE"),
            ("2s", "1s", "WORKER_HEARTBEAT"),
            ("2s", "x", "WORKER_HEARTBEAT"),
        ] {
            let error = args(lease, heartbeat).settings().unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn r23_operations_are_those_of_this_release_and_nonsense_is_named() {
        let registry = |names: &str| {
            let args = WorkerArgs {
                worker_operations: Some(names.to_owned()),
                ..WorkerArgs::default()
            };
            args.registry().map(|registry| registry.operations().iter().count())
        };
        let all = ::worker::Registry::implemented().operations().iter().count();
        assert_eq!(registry("").unwrap(), all);
        assert_eq!(registry("inventory.sync").unwrap(), 1);
        let error = registry("inventory.sync,inventory.sink").unwrap_err().to_string();
        assert!(
            error.starts_with("WORKER_OPERATIONS: expected a comma list of operations") && !error.contains("sink"),
            "{error}"
        );
    }
}
