//! What the pages that start something have in common: the button, what is said about the answer, the latest run.

pub mod answer;
pub mod controls;
pub mod latest;
pub mod surface;
