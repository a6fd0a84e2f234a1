//! The tests are in the folders beside this file. This library includes the README, so that its examples are compiled.

#![doc = include_str!("../README.md")]
