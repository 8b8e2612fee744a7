//! Workers against a real PostgreSQL and the simulator over HTTP.

mod authorization;
mod inventory_sync;
mod recovery;
mod support;
