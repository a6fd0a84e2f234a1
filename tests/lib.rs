//! The tests are in the folders beside this file; there is no library here.
