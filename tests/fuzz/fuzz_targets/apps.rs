//! `apps` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| recourse_fuzz::apps(input));
