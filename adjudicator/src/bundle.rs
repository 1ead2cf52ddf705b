//! One file with everything that somebody needs who is to send a transaction, and needs to check.
//!
//! A [`Bundle`] is built by [`Bundle::build`] where the evidence is, and goes as a document of the type `bundle` to whoever
//! sends it: an operator with a hardware wallet, a helper, the peer. [`verify`] recomputes all of it against a view of
//! one's own. Where a signature is still [wanted](Bundle::wanted), [`Bundle::sign`] gives it.
//!
//! ```
//! use adjudicator::{
//!     Deployment, Willing,
//!     abi::CHANNEL_MANAGER,
//!     action::CloseMutual,
//!     bundle::{Bundle, Gas, verify},
//!     evidence::{Code, Policy, View},
//!     signature::SigningKey,
//!     types::{
//!         Asset, Bounty, Close, Document, GasUnits, Identity, Net, PartyAccounts, PerAsset, Round, Salt, Signatures,
//!         StaleMargin, Terms, Timestamp, Window,
//!     },
//! };
//! use alloy_primitives::{Address, B256, U256};
//!
//! let [alice, bob] = [1, 2].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).expect("a key"));
//! let accounts = |key: &SigningKey, payee| PartyAccounts { signer: key.address(), payee: Address::repeat_byte(payee) };
//! let terms = Terms::new(
//!     [accounts(&alice, 0xa1), accounts(&bob, 0xb1)],
//!     Window::new(86_400)?,
//!     Bounty::MIN,
//!     StaleMargin::MIN,
//!     Salt::new(1),
//!     PerAsset::new(vec![Asset::NATIVE])?,
//! )?;
//! let deployment = Deployment::new(U256::from(1), Address::repeat_byte(0xcc), U256::from(600), U256::from(1_000_000))?;
//! let channel = Identity::new(deployment.domain, terms);
//! let mut view = View::new(deployment, 1_800_000_000);
//! view.codes.insert(deployment.domain.manager(), CHANNEL_MANAGER.runtime_code().clone());
//!
//! // Alice has signed a close. Somebody else is to send it, so Bob's signature is wanted, too.
//! let close = Close::new(Round::new(1), Timestamp::new(1_800_003_600), PerAsset::new(vec![Net::ZERO])?)?;
//! let signature = alice.sign(close.digest(channel.domain(), channel.channel_id()));
//! let action = CloseMutual::new(channel.terms(), &close, Signatures::OfPeer(signature))?.into();
//! let gas = Gas { expected: GasUnits::new(100_000), limit: GasUnits::new(150_000) };
//! let bundle = Bundle::build(&channel, &action, Address::repeat_byte(0xdd), &view, &mut Willing, gas)?;
//! let file = serde_json::to_string(&Document(bundle))?;
//!
//! // Bob reads it, looks at all of it, and signs.
//! let Document(mut bundle) = serde_json::from_str::<Document<Bundle>>(&file)?;
//! let found = verify(&bundle, &view, &Policy::default(), &mut Willing);
//! assert!(found.iter().all(|finding| finding.code == Code::BundleUnsigned));
//! assert_eq!(bundle.expected.to_string(), "closed, pays 0 and 0 of asset 0");
//! bundle.sign(&bob)?;
//! assert_eq!(verify(&bundle, &view, &Policy::default(), &mut Willing), []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assumed;
mod build;
mod call;
mod deadline;
mod message;
mod outcome;
mod parts;
mod read;
mod sign;
mod transaction;
mod verify;

use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

pub use build::BuildError;
pub use message::{Hashes, Message, Wanted};
pub use outcome::Outcome;
pub use read::Unreadable;
pub use sign::SignError;
pub use transaction::Transaction;
pub use verify::verify;

use crate::{
    evidence::Item,
    types::{
        GasUnits, Identity, Party, Timestamp, Units,
        account::address,
        object::{nullable, serde_as_object},
        text::{code, hash},
    },
};

/// A transaction to be sent, with what it takes to check it. As a document it is of the type `bundle`.
///
/// Nothing in it has been checked: it may come from anybody, and [`verify`] finds what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct Bundle {
    /// The channel: chain, contract, terms.
    pub channel: Identity,
    /// Who sends it.
    #[serde(with = "address")]
    pub submitter: Address,
    /// Which party that is, if it is one.
    #[serde(with = "nullable")]
    pub party: Option<Party>,
    /// The operation's name in the contract.
    #[serde(with = "message::operation")]
    pub operation: String,
    /// Where it goes: to the contract.
    #[serde(with = "address")]
    pub to: Address,
    /// What comes along of the native coin.
    pub value: Units,
    /// What the contract is told.
    #[serde(with = "code")]
    pub calldata: Bytes,
    /// What the calldata shows of evidence, readable.
    pub evidence: Vec<Item>,
    /// What comes of it.
    pub expected: Outcome,
    /// What it takes.
    pub gas: Gas,
    /// The last second, inclusive, at which a block may have it, if there is one.
    #[serde(with = "nullable")]
    pub deadline: Option<Timestamp>,
    /// The hash of the contract's code for which it was built.
    #[serde(with = "hash")]
    pub code_hash: B256,
    /// The hashes of each message whose signature the calldata carries, for comparison with what a wallet shows.
    pub hashes: Vec<Hashes>,
    /// The signatures that are still to be given.
    pub wanted: Vec<Wanted>,
    /// The time of the block as of which it was built.
    pub now: Timestamp,
}

/// The gas of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Gas {
    /// What it will need.
    pub expected: GasUnits,
    /// The most that it may use.
    pub limit: GasUnits,
}

serde_as_object!(Bundle, Gas);
