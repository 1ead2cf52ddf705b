#![doc = include_str!("../README.md")]

pub mod actors;
mod error;
pub mod world;

pub use error::Error;
