//! A Microsoft Graph stand-in for demo and tests.
//!
//! It speaks the part of Graph that the product uses, over real HTTP, with Graph's error bodies, paging links and bad days
//! ([`Faults`]), so that the client under test is the client in production. It is not a security boundary: it listens on
//! loopback only, and everything in it is invented.

mod catalog;
mod collection;
mod config;
mod control;
mod described;
mod fault_text;
mod faults;
mod fixtures;
mod generate;
mod graph;
mod leak;
mod login;
mod problem;
mod query;
mod random;
mod server;
mod shape;
mod state;
mod tokens;

pub use collection::{Collection, UnknownCollection};
pub use config::{SimulatedTenant, SimulatorConfig};
pub use fault_text::FaultsError;
pub use faults::Faults;
pub use fixtures::FixtureError;
pub use server::{Simulator, serve};
pub use state::SimulatorHandle;
