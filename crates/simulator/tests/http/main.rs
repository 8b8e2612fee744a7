//! The simulator over HTTP, as its clients see it.

#[cfg(test)]
mod control;
#[cfg(test)]
mod csdl;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod login;
#[cfg(test)]
mod support;
