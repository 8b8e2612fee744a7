//! The router as it is in production, on a database of each test's own, one module per part of the URL space; and the binary
//! as people start it ([`command_line`]).

#![cfg(test)]

mod admin;
mod command_line;
mod export;
mod forms;
mod health;
mod limits;
mod links;
mod looking;
mod origin;
mod poll;
mod proxy;
mod security;
mod session;
mod sign_in;
mod support;
