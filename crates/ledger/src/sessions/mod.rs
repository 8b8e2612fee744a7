//! Sessions; how they begin is in `sign_in`.
//!
//! A session is a random token in a cookie, kept here only as its hash. It is new at each sign-in, ends when it is not used
//! for [`IDLE_HOURS`] or after [`ABSOLUTE_DAYS`], and polling does not count as use. The tables are on the reviewed list:
//! they are read before anybody is known, by a secret or by the person's own key.

mod session;
mod sign_in;
mod sweep;

pub use self::session::{
    ABSOLUTE_DAYS, CurrentUser, IDLE_HOURS, MOST_SESSIONS, SessionState, is_live, look_up, sign_out,
    sign_out_everywhere, switch_workspace,
};
pub use self::sign_in::{
    EVERYWHERE_WINDOW_MINUTES, FAILURES_PER_ACCOUNT, FAILURES_PER_ACCOUNT_EVERYWHERE, FAILURES_PER_ADDRESS, Refusal,
    SignIn, SignedIn, WINDOW_MINUTES, sign_in,
};
pub use self::sweep::{SWEEP_BATCH, sweep};
