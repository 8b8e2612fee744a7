//! Workers against a real PostgreSQL and the simulator over HTTP.

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod housekeeping;
#[cfg(test)]
mod inventory_sync;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod run_first;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod side_by_side;
#[cfg(test)]
mod support;
