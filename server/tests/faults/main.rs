//! Real processes that are killed, frozen, and left without their database (R14), against a real PostgreSQL and the simulator.
//!
//! `cargo test` runs the short version. `make faults` sets `FAULTS_ROUNDS` and, to repeat a failure, `FAULTS_SEED`.

#[cfg(test)]
mod canaries;
#[cfg(test)]
mod database;
#[cfg(test)]
mod freezing;
#[cfg(test)]
mod http;
#[cfg(test)]
mod killing;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod program;
#[cfg(test)]
mod schedulers;
#[cfg(test)]
mod side_by_side;
#[cfg(test)]
mod support;
