//! Schedules (R04): every fire time of every schedule is recorded exactly once, as started, merged or missed, by any number of
//! schedulers, and also after its run is gone.
//!
//! A scheduler locks one due schedule, records its fires, starts the run of the latest one if it is not too late, and moves
//! the schedule forward, in one transaction (`serve`). A crash before the commit changes nothing; after it, the schedule is no
//! longer due. Missed fires are recorded and shown, never caught up. A schedule that cannot be served is put off and the others
//! have their turn.

mod add;
pub mod cron;
mod serve;
mod shown;

pub use self::add::{NewSchedule, add, add_missing_retention, add_retention};
pub use self::serve::{GRACE, MISSED_BATCH, next_due, serve_one};
pub use self::shown::of_tenant;
