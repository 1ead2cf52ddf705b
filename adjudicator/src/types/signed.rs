//! What is signed, with its signatures: as it is kept, and passed on.

use alloy_primitives::B256;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::{
    ChannelId, Close, Delegation, InstanceHash, Invalid, Party, State, StateHash, Step, Terms, Withdraw, object,
};
use crate::{
    DisputeError,
    eip712::Domain,
    signature::{PublicKey, Signature},
};

/// What both parties sign, with the signatures that were given so far.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Agreement<T> {
    /// What they sign.
    pub message: T,
    /// Party 0's signature and party 1's.
    pub signatures: [Option<Signature>; 2],
}

/// What one party signs, with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Signed<T> {
    /// What it signs.
    pub message: T,
    /// Its signature.
    pub signature: Signature,
}

/// What needs the signatures of both parties.
pub trait Joint {
    /// What both parties sign.
    fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256;

    /// For how many assets it is.
    fn asset_count(&self) -> usize;
}

/// Why the contract would not take what both parties are to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It is for another number of assets than the terms have.
    #[error(transparent)]
    Assets(#[from] Invalid),
    /// A signature is not there.
    #[error("party {party} has not signed")]
    Unsigned {
        /// Whose.
        party: Party,
    },
    /// A signature is not what it should be.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

/// A signature that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the signature of party {party}: {reason}")]
pub struct BadSignature {
    /// Whose it should be.
    pub party: Party,
    /// What the contract would say to it.
    pub reason: DisputeError,
}

impl<T: Joint> Agreement<T> {
    /// Both signatures, if there are two: only then is it anything to the contract, unless the party whose signature is missing
    /// sends it.
    #[must_use]
    pub const fn both(&self) -> Option<[Signature; 2]> {
        match self.signatures {
            [Some(zero), Some(one)] => Some([zero, one]),
            _ => None,
        }
    }

    /// Whether each signature that is there is that of its party, and such that the contract accepts it.
    ///
    /// # Errors
    /// The first that is not.
    pub fn verify(&self, domain: &Domain, terms: &Terms) -> Result<(), BadSignature> {
        let digest = self.message.digest(domain, terms.channel_id(domain));
        self.each(|party, signature| signature.verify(digest, terms.accounts(party).signer))
    }

    /// Both signatures, if the contract would take them.
    ///
    /// # Errors
    /// Why it would not.
    pub fn verify_both(&self, domain: &Domain, terms: &Terms) -> Result<[Signature; 2], Unusable> {
        terms.require_assets("a message", self.message.asset_count())?;
        self.verify(domain, terms)?;
        let missing = Party::BOTH.into_iter().find(|party| party.of(&self.signatures).is_none());
        self.both().ok_or(Unusable::Unsigned { party: missing.unwrap_or(Party::Zero) })
    }

    /// The same against known keys, and faster, for a channel whose id is known.
    ///
    /// Warning: of the signatures `r` and `s` alone are looked at, as by
    /// [`PublicKey::verify_scalars`], so their parity must be restored before they are shown to the contract.
    ///
    /// # Errors
    /// The first that is not its party's.
    pub fn verify_scalars(
        &self,
        domain: &Domain,
        channel_id: ChannelId,
        keys: &[PublicKey; 2],
    ) -> Result<(), BadSignature> {
        let digest = self.message.digest(domain, channel_id);
        self.each(|party, signature| party.of(keys).verify_scalars(digest, signature))
    }

    /// The same message with signatures that the contract accepts, of such as [`verify_scalars`](Self::verify_scalars) does.
    ///
    /// # Errors
    /// The first that is not its party's.
    pub fn restored(
        mut self,
        domain: &Domain,
        channel_id: ChannelId,
        keys: &[PublicKey; 2],
    ) -> Result<Self, BadSignature> {
        let digest = self.message.digest(domain, channel_id);
        for (party, signature) in Party::BOTH.into_iter().zip(&mut self.signatures) {
            if let Some(signature) = signature {
                let restored = party.of(keys).restore(digest, signature);
                *signature = restored.map_err(|reason| BadSignature { party, reason })?;
            }
        }
        Ok(self)
    }

    fn each(&self, verify: impl Fn(Party, &Signature) -> Result<(), DisputeError>) -> Result<(), BadSignature> {
        for party in Party::BOTH {
            if let Some(signature) = party.of(&self.signatures) {
                verify(party, signature).map_err(|reason| BadSignature { party, reason })?;
            }
        }
        Ok(())
    }
}

macro_rules! joint {
    ($($name:ident.$list:ident),*) => {$(
        impl Joint for $name {
            fn asset_count(&self) -> usize {
                self.$list().asset_count()
            }

            fn digest(&self, domain: &Domain, channel_id: ChannelId) -> B256 {
                Self::digest(self, domain, channel_id)
            }
        }
    )*};
}

joint!(State.nets, Close.nets, Withdraw.amounts);

impl Signed<Delegation> {
    /// Whether the party has signed in whose name it is, such that the contract accepts it.
    ///
    /// # Errors
    /// If it has not.
    pub fn verify(&self, domain: &Domain, terms: &Terms) -> Result<(), BadSignature> {
        let (party, digest) = (self.message.party, self.message.digest(domain, terms.channel_id(domain)));
        let verified = self.signature.verify(digest, terms.accounts(party).signer);
        verified.map_err(|reason| BadSignature { party, reason })
    }
}

impl Signed<Step> {
    /// Who makes the step, for this instance on this base: whoever signed it must be a party.
    ///
    /// # Errors
    /// If nobody signed, or somebody else: the contract's errors.
    pub fn mover(
        &self,
        domain: &Domain,
        terms: &Terms,
        base: StateHash,
        instance: InstanceHash,
    ) -> Result<Party, DisputeError> {
        let digest = self.message.digest(domain, terms.channel_id(domain), base, instance);
        let actual = self.signature.recover(digest)?;
        terms.party_of(actual).ok_or(DisputeError::StepSignerUnknown { actual })
    }
}

/// Reads types from objects alone, through a twin of theirs that serde derives.
macro_rules! read_through {
    ($name:ident, $fields:ident { $($field:ident: $type:ty),* }) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
        struct $fields<T> {
            $($field: $type,)*
        }

        impl<'de, T: DeserializeOwned> object::Fields<'de> for $fields<T> {
            fn read<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                Self::deserialize(input)
            }
        }

        impl<'de, T: DeserializeOwned> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                object::deserialize(input).map(|$fields { $($field),* }| Self { $($field),* })
            }
        }
    };
}

read_through!(Agreement, AgreementFields { message: T, signatures: [Option<Signature>; 2] });
read_through!(Signed, SignedFields { message: T, signature: Signature });
