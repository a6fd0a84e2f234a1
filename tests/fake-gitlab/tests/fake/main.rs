//! fake-gitlab as a client sees it, over a socket.

mod actions;
mod api;
mod faults;
mod lifecycle;
mod limits;
mod logs;
mod pages;
mod pipelines;
mod time;
mod tokens;
mod wire;
