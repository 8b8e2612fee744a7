//! The pages of a tenant that start what they are about. Each names what it starts and shows its rows; the address, loading, the head,
//! the form, what is said about the answer, the latest run, the schedules, the search and the table's frame are here.

pub mod answer;
pub mod controls;
pub mod form;
pub mod latest;
pub mod list;
pub mod page;
pub mod schedule;
pub mod search;
pub mod state;
