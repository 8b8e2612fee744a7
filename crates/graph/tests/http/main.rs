//! The client over real HTTP: against the simulator, and against servers that mean harm.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
