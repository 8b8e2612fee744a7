//! The ledger against a real PostgreSQL.

mod access;
mod execution;
mod isolation;
mod lifecycle;
mod notifications;
mod schedules;
mod sessions;
mod starting;
mod support;
