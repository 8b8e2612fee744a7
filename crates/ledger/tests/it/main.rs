//! The ledger against a real PostgreSQL.

#[cfg(test)]
mod access;
#[cfg(test)]
mod days;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod execution;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod predicates;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod run_page;
#[cfg(test)]
mod saved_views;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod support;
