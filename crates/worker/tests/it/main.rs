//! Workers against a real PostgreSQL and the simulator over HTTP.

mod authorization;
mod housekeeping;
mod inventory_sync;
mod recovery;
mod support;
