//! fake-gitlab as a client sees it, over a socket.

mod actions;
mod api;
mod beside;
mod compression;
mod faults;
mod lifecycle;
mod limits;
mod logs;
mod outages;
mod pages;
mod parameters;
mod pipelines;
mod retries;
mod time;
mod tokens;
mod wire;
