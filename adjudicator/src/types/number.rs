//! Types of numbers.

/// What every number has: its text is decimal.
macro_rules! number {
    ($name:ident, $inner:ty, $quantity:literal) => {
        impl $name {
            /// The number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl From<$name> for $inner {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if !$crate::types::text::is_decimal(text) {
                    let expected = "a decimal integer without leading zeros";
                    return Err(Self::Err::Text { expected, found: text.to_owned() });
                }
                let number: $inner = text.parse().map_err(|_| Self::out_of_range(text))?;
                Self::try_from(number).map_err(|_| Self::out_of_range(text))
            }
        }

        impl $name {
            fn out_of_range(found: impl ToString) -> $crate::types::Invalid {
                $crate::types::Invalid::out_of_range($quantity, Self::MIN, Self::MAX, found)
            }
        }

        $crate::types::text::serde_as_text!($name);
    };
}

/// Declares types of numbers from a least to a greatest one.
macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $quantity:literal, $least:expr, $greatest:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The least.
            pub const MIN: Self = Self($least);
            /// The greatest.
            pub const MAX: Self = Self($greatest);

            /// Checks a number.
            ///
            /// # Errors
            /// If it is below [`MIN`](Self::MIN) or above [`MAX`](Self::MAX).
            pub fn new(number: $inner) -> Result<Self, $crate::types::Invalid> {
                let is_valid = (Self::MIN.0..=Self::MAX.0).contains(&number);
                if is_valid { Ok(Self(number)) } else { Err(Self::out_of_range(number)) }
            }
        }

        impl TryFrom<$inner> for $name {
            type Error = $crate::types::Invalid;

            fn try_from(number: $inner) -> Result<Self, Self::Error> {
                Self::new(number)
            }
        }

        $crate::types::number::number!($name, $inner, $quantity);
    )*};
}

/// Declares types of numbers that may be any of their width.
macro_rules! unbounded {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $quantity:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The least.
            pub const MIN: Self = Self(<$inner>::MIN);
            /// The greatest.
            pub const MAX: Self = Self(<$inner>::MAX);

            /// Any number.
            #[must_use]
            pub const fn new(number: $inner) -> Self {
                Self(number)
            }
        }

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }

        $crate::types::number::number!($name, $inner, $quantity);
    )*};
}

pub(super) use {bounded, number, unbounded};
