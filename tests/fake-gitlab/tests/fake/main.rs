//! What fake-gitlab promises, seen from the other end of a socket.

mod actions;
mod api;
mod faults;
mod lifecycle;
mod pages;
mod time;
mod wire;
