//! Who pays for gas.

use std::sync::Arc;

use alloy_primitives::{Address, keccak256};

use crate::signature::{NotSigned, Signature, SigningKey};

/// An account that signs transactions: by a key in memory, or by a device that first shows them.
pub trait Payer {
    /// Its address.
    fn address(&self) -> Address;

    /// Signs a transaction, given as what is hashed for that: the byte 2, and the RLP of an EIP-1559 transaction without a
    /// signature.
    ///
    /// # Errors
    /// If it does not: why.
    fn sign_transaction(&self, unsigned: &[u8]) -> Result<Signature, NotSigned>;
}

impl Payer for SigningKey {
    fn address(&self) -> Address {
        Self::address(self)
    }

    fn sign_transaction(&self, unsigned: &[u8]) -> Result<Signature, NotSigned> {
        Ok(self.sign(keccak256(unsigned)))
    }
}

/// An account that several use.
impl<P: Payer + ?Sized> Payer for Arc<P> {
    fn address(&self) -> Address {
        P::address(self)
    }

    fn sign_transaction(&self, unsigned: &[u8]) -> Result<Signature, NotSigned> {
        P::sign_transaction(self, unsigned)
    }
}
