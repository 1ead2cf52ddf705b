//! Why bytes from outside are not what they should be.

use alloy_primitives::{B256, I256, Selector, U256};

/// Why calldata is not an operation of the contract. Each is something at which the contract reverts without a reason,
/// except a getter, and a multicall beyond what anybody needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// There is no room for a selector.
    #[error("calldata of {actual} bytes, where it begins with a selector of 4")]
    SelectorMissing {
        /// The number of bytes.
        actual: usize,
    },
    /// The contract has no such function.
    #[error("no function of the contract has the selector {actual}")]
    SelectorUnknown {
        /// The first four bytes.
        actual: Selector,
    },
    /// The call is one of another function.
    #[error("the selector {actual}, where {function} has {expected}")]
    SelectorMismatch {
        /// The function that was asked for.
        function: &'static str,
        /// Its selector.
        expected: Selector,
        /// The first four bytes.
        actual: Selector,
    },
    /// The function only tells something, and its call is no operation. Its arguments were not looked at.
    #[error("{function} changes nothing, and so is no operation")]
    Getter {
        /// The function.
        function: &'static str,
    },
    /// There is no room for the words that every call of the function has.
    #[error("calldata of {actual} bytes, where {function} has at least {expected}")]
    CalldataTooShort {
        /// The function.
        function: &'static str,
        /// The least number of bytes.
        expected: usize,
        /// The number of bytes.
        actual: usize,
    },
    /// The calldata ends within an argument.
    #[error("{argument} of {function} ends at byte {end}, where calldata has {actual}")]
    ArgumentOutOfBounds {
        /// The function.
        function: &'static str,
        /// The argument's name.
        argument: &'static str,
        /// Where it would end, or else the greatest number.
        end: U256,
        /// The number of bytes.
        actual: usize,
    },
    /// A number, address or truth value has more bits than its type.
    #[error("{argument} of {function} is {actual}, where at most {max} is allowed")]
    ArgumentOutOfRange {
        /// The function.
        function: &'static str,
        /// The argument's name.
        argument: &'static str,
        /// The greatest value.
        max: U256,
        /// The value.
        actual: U256,
    },
    /// A multicall of more calls than a block has gas for, those within counted.
    #[error("a multicall of more than {max} calls, with those within")]
    TooManyCalls {
        /// The most.
        max: u32,
    },
    /// A multicall within too many others.
    #[error("multicalls more than {max} deep within each other")]
    NestedTooDeep {
        /// The most.
        max: u32,
    },
}

/// Why a log is none of the contract's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// A log without topics.
    #[error("an anonymous log, where the first topic is to name an event")]
    Anonymous,
    /// The contract has no such event.
    #[error("no event of the contract has the topic {actual}")]
    EventUnknown {
        /// The first topic.
        actual: B256,
    },
    /// The topics or the data are not exactly what the contract would emit.
    #[error("a log of {event} with {topics} topics and {size} bytes, which the contract would not emit: {reason}")]
    Malformed {
        /// The event.
        event: &'static str,
        /// The number of topics.
        topics: usize,
        /// The length of the data in bytes.
        size: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Why a value has no place in a packed word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WordError {
    /// A number without a sign that is too great.
    #[error("the {field} {actual} has more than {bits} bits")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// How many bits there are for it.
        bits: usize,
        /// The value.
        actual: U256,
    },
    /// A number with a sign that is too great or too small.
    #[error("the {field} {actual} has more than {bits} bits")]
    SignedOutOfRange {
        /// The field.
        field: &'static str,
        /// How many bits there are for it, one of them for the sign.
        bits: usize,
        /// The value.
        actual: I256,
    },
    /// A zero, which would be read as there being none.
    #[error("the {field} is zero, which stands for none")]
    ZeroForNone {
        /// The field.
        field: &'static str,
    },
}
