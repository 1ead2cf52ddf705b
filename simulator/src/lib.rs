#![doc = include_str!("../README.md")]

pub mod actors;
mod error;
pub mod explore;
pub mod gas;
pub mod node;
pub mod report;
pub mod run;
pub mod scenario;
pub mod stage;
pub mod twin;
pub mod world;

pub use error::Error;
