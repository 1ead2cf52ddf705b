//! The best answer to what goes wrong.
