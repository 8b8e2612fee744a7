//! The ledger against a real PostgreSQL.

#[cfg(test)]
mod access;
#[cfg(test)]
mod actors;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod days;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod execution;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod hub_frame;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod names;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod permits;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod predicates;
#[cfg(test)]
mod reconciler;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod retention_items;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod run_page;
#[cfg(test)]
mod saved_views;
#[cfg(test)]
mod schedule_rules;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod schema_versions;
#[cfg(test)]
mod search_keys;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod side_by_side;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod support;
#[cfg(test)]
mod throttle;
#[cfg(test)]
mod tomorrow;
#[cfg(test)]
mod writes;
