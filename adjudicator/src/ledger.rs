//! A Ledger signs: messages of channels as EIP-712 has them, and the transactions that pay for gas.
//!
//! The device shows the domain separator and the struct hash of a message, which `state show` and `explain` print for comparison;
//! its application must be Ethereum, of version 1.6.0 or later.

mod messages;

use alloy_primitives::Address;
use alloy_signer::Signer as _;
use alloy_signer_ledger::{HDPath, LedgerSigner};
use tokio::runtime::{Builder, Runtime};

use crate::{
    evidence::{Draft, store::Signatory},
    signature::{NotSigned, Signature},
    submit::Payer,
    types::Identity,
};

/// An account of a Ledger.
#[derive(Debug)]
pub struct Ledger {
    runtime: Runtime,
    signer: LedgerSigner,
}

impl Ledger {
    /// Connects to the only device, which must be unlocked and show its Ethereum application; `path` is the derivation path of
    /// the account, or its number as Ledger Live counts.
    ///
    /// # Errors
    /// If there is none, or it does not answer.
    pub fn connect(path: &str) -> Result<Self, NotSigned> {
        let path = path.parse().map_or_else(|_| HDPath::Other(path.to_owned()), HDPath::LedgerLive);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|reason| because(&reason))?;
        let signer = runtime.block_on(LedgerSigner::new(path, None)).map_err(|reason| because(&reason))?;
        Ok(Self { runtime, signer })
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> Address {
        self.signer.address()
    }
}

impl Payer for Ledger {
    fn address(&self) -> Address {
        self.address()
    }

    fn sign_transaction(&self, unsigned: &[u8]) -> Result<Signature, NotSigned> {
        converted(self.runtime.block_on(self.signer.sign_tx_rlp(unsigned)))
    }
}

impl Signatory for Ledger {
    fn address(&self) -> Address {
        self.address()
    }

    fn sign_message(&self, identity: &Identity, draft: &Draft) -> Result<Signature, NotSigned> {
        let (domain, id) = (messages::domain(identity.domain()), identity.channel_id().get());
        let signed = match draft {
            Draft::State { state, .. } => {
                self.runtime.block_on(self.signer.sign_typed_data(&messages::state(id, state), &domain))
            }
            Draft::Close(close) => {
                self.runtime.block_on(self.signer.sign_typed_data(&messages::close(id, close), &domain))
            }
            Draft::Withdraw(withdraw) => {
                self.runtime.block_on(self.signer.sign_typed_data(&messages::withdraw(id, withdraw), &domain))
            }
            Draft::Delegation(delegation) => {
                self.runtime.block_on(self.signer.sign_typed_data(&messages::delegation(id, delegation), &domain))
            }
            Draft::Step { base, instance, step } => {
                let message = messages::step(id, *base, *instance, step);
                self.runtime.block_on(self.signer.sign_typed_data(&message, &domain))
            }
            Draft::CloseSolo(_) => return Err(NotSigned { reason: "it is sent, and not signed".to_owned() }),
        };
        converted(signed)
    }
}

/// The signature as the contract takes it.
fn converted<E: std::fmt::Display>(signed: Result<alloy_primitives::Signature, E>) -> Result<Signature, NotSigned> {
    let signed = signed.map_err(|reason| because(&reason))?.normalized_s();
    Signature::from_bytes(&signed.as_bytes()).map_err(|reason| because(&reason))
}

fn because(reason: &impl ToString) -> NotSigned {
    NotSigned { reason: reason.to_string() }
}
