//! What two parties agree on, and what they sign: a value of these types is valid by construction.
//!
//! Each quantity has a type of its own. Whatever makes a value, be it a constructor, a packed form or JSON, checks
//! everything that the contract refuses and that can be told from the value alone. What depends on the channel, the
//! deployment or the clock is left to the [rules](crate::rules). Numbers, hashes and addresses are written as
//! `docs/FORMATS.md` says, by `Display`, `FromStr` and serde alike.

pub(crate) mod account;
mod app_bytes;
mod close;
mod count;
mod delegation;
pub mod document;
mod evidence;
mod facts;
mod hash;
mod identity;
mod instance;
mod instances;
mod invalid;
pub(crate) mod json;
mod list;
mod money;
mod number;
pub(crate) mod object;
mod pack;
mod placed;
mod side;
mod signature;
mod signed;
mod state;
mod step;
mod terms;
pub(crate) mod text;
mod time;
mod tree;
mod withdraw;

pub use account::Asset;
pub use app_bytes::{AppState, MAX_APP_BYTES, StepAction};
pub use close::Close;
pub use count::{
    AppGas, AssetIndex, ChainId, Epoch, FeedValue, GasUnits, Round, Salt, Serial, StaleMargin, StepNumber, Steps,
};
pub use delegation::Delegation;
pub use document::Document;
pub use evidence::{Evidence, Signatures};
pub use facts::{Delivery, FeedReading, HandSecret};
pub use hash::{
    AppCodeHash, AppStateHash, ChannelId, EscrowId, FeedId, HandSalt, InstanceHash, InstanceId, InstancesRoot, Node,
    Preimage, StateHash,
};
pub use identity::Identity;
pub use instance::Instance;
pub use instances::Instances;
pub use invalid::Invalid;
pub use list::{MAX_ASSETS, PerAsset, PerSide};
pub use money::{Amount, Balance, Bounty, Delta, Net, Stake, Units};
pub use placed::PlacedStep;
pub use side::{Party, Side};
pub use signed::{Agreement, BadSignature, Joint, Signed, Unusable};
pub use state::State;
pub use step::Step;
pub use terms::{PartyAccounts, Terms};
pub use time::{Maturity, Timestamp, Window};
pub use tree::{Proof, Tree};
pub use withdraw::Withdraw;
