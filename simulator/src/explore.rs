//! The search for attacks, and what comes of one that is found.

pub mod foundry;
