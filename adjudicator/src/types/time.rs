use super::number::{bounded, unbounded};

unbounded! {
    /// A moment, in Unix seconds.
    Timestamp(u64) = "time";
}

bounded! {
    /// `T`, the seconds in which a close can be answered. Deployments have narrower bounds of their own.
    Window(u32) = "a window of", 1, 100_000_000;
    /// The moment by which an instance's outcome is decided by the outside world, in Unix seconds; 0 if nothing outside
    /// matters.
    Maturity(u64) = "maturity", 0, (1 << 40) - 1;
}
