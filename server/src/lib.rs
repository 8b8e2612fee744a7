//! The product as processes: configuration, command line, HTTP.
//!
//! A newcomer's map. [`cli`] says what there is to start, [`config`] what it is started with, [`runtime`] starts it and
//! [`supervise`] stops it. [`web`] is everything between a browser and the app: [`web::router`] shows the whole way of a
//! request on one screen.

// The app's views are one type each, as deep as the pages are; rendering them is compiled here.
#![recursion_limit = "512"]

pub mod cli;
pub mod config;
pub mod logging;
pub mod runtime;
pub mod supervise;
pub mod web;
