//! The page of one run: everything that [`detail`] shows of it, its [`items`], and the runs around it.

pub mod detail;
pub mod items;
mod related;
