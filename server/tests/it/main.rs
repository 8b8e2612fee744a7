//! The router as it is in production, on a database of each test's own, one module per part of the URL space; and the binary
//! as people start it ([`command_line`]).

#![cfg(test)]

mod addresses;
mod admin;
mod bundle;
mod command_line;
mod entries;
mod export;
mod forms;
mod functions;
mod guards;
mod health;
mod hostile;
mod limits;
mod links;
mod listener;
mod lists;
mod looking;
mod origin;
mod overload;
mod poll;
mod proxy;
mod routes;
mod security;
mod session;
mod sign_in;
mod support;
