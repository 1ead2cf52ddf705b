#![doc = include_str!("../README.md")]

pub mod actors;
#[cfg(feature = "capture")]
pub mod capture;
mod error;
pub mod explore;
pub mod gas;
pub mod history;
pub mod node;
pub mod replay;
pub mod report;
pub mod run;
pub mod scenario;
pub mod stage;
pub mod twin;
pub mod world;

pub use error::Error;
