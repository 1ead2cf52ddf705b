use std::collections::{BTreeMap, HashMap};

use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};

use crate::{
    AppFailure, DisputeError, Position, Transition, Turn, World,
    apps::App,
    eip712::{self, Domain},
    evidence::{Dossier, Item, View},
    signature,
    types::{AppCodeHash, Identity, Party},
    wire,
};

/// The world as far as it follows from what is known: apps that ship answer by their rules, other apps give no answer,
/// tokens move what they are told, and everybody takes what is paid.
///
/// An app of which nobody has looked at the code is taken to be what the signed instances say. Signatures that were
/// checked when the evidence came in are not checked again.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    view: &'a View,
    /// The hash of the code of each account that an instance names, or that was looked at.
    code_hashes: BTreeMap<Address, B256>,
    apps: BTreeMap<Address, App>,
    /// Who has signed which digest, with which 64 bytes.
    signers: HashMap<(B256, [u8; 64]), Address>,
    hashed: Option<Hashed>,
}

/// What was hashed when the evidence came in: of one channel.
#[derive(Debug, Clone)]
struct Hashed {
    domain: Domain,
    terms: Vec<u8>,
    channel_id: B256,
    /// The hashes of states, by what they are packed.
    states: HashMap<Vec<u8>, B256>,
}

impl<'a> Known<'a> {
    /// What follows from what is known of the chain alone: an app is what its code is that was looked at.
    #[must_use]
    pub fn of(view: &'a View) -> Self {
        let hash = |code: &Bytes| if code.is_empty() { KECCAK256_EMPTY } else { keccak256(code) };
        let code_hashes = view.codes.iter().map(|(account, code)| (*account, hash(code))).collect();
        Self { view, code_hashes, apps: BTreeMap::new(), signers: HashMap::new(), hashed: None }.with_apps()
    }

    /// The same with what follows from this evidence.
    #[must_use]
    pub fn new(dossier: &Dossier, view: &'a View) -> Self {
        let mut known = Self::of(view);
        for held in dossier.items() {
            remember(&mut known.signers, dossier.identity(), held);
        }
        let identity = dossier.identity();
        known.hashed = Some(Hashed {
            domain: *identity.domain(),
            terms: identity.terms().pack(),
            channel_id: identity.channel_id().get(),
            states: dossier.states().map(|state| (state.content.message.pack(), state.key().hash)).collect(),
        });
        // What both parties have signed says best what an app is, the newest first.
        let (by_both, others): (Vec<_>, Vec<_>) =
            dossier.states().rev().partition(|state| state.held.is_fully_signed());
        for state in by_both.into_iter().chain(others) {
            let instances = dossier.instances(&state.content.message).unwrap_or_default().iter();
            for instance in instances.filter(|instance| instance.app_code_hash != AppCodeHash::ANY) {
                known.code_hashes.entry(instance.app).or_insert_with(|| instance.app_code_hash.get());
            }
        }
        known.with_apps()
    }

    fn with_apps(mut self) -> Self {
        let by_hash: BTreeMap<B256, App> = App::ALL.iter().map(|app| (app.code_hash().get(), *app)).collect();
        let known = self.code_hashes.iter().filter_map(|(account, hash)| Some((*account, *by_hash.get(hash)?)));
        self.apps = known.collect();
        self
    }

    fn domain(&self, app: Address) -> Domain {
        Domain::new(self.view.deployment.domain.chain_id(), app)
    }
}

fn remember(signers: &mut HashMap<(B256, [u8; 64]), Address>, identity: &Identity, held: &crate::evidence::Held) {
    let signatures = held.item().signatures();
    let mut digest = None;
    for party in Party::BOTH.into_iter().filter(|party| held.is_signed_by(*party)) {
        let (domain, id) = (identity.domain(), identity.channel_id());
        let of_item = || match held.item() {
            // The key of a state is what is signed of it.
            Item::State(_) => Some(domain.digest(held.key().hash)),
            item => item.digest(domain, id),
        };
        if digest.is_none() {
            digest = of_item();
        }
        if let (Some(digest), Some(signature)) = (digest, party.of(&signatures)) {
            signers.insert((digest, signature.to_compact()), identity.terms().accounts(party).signer);
        }
    }
}

impl World for Known<'_> {
    fn checkpoint(&mut self) {}

    fn commit(&mut self) {}

    fn revert(&mut self) {}

    fn channel_id(&mut self, domain: &Domain, terms: &[u8]) -> B256 {
        let hashed = self.hashed.as_ref().filter(|hashed| hashed.domain == *domain && hashed.terms == terms);
        hashed.map_or_else(|| domain.channel_id(terms), |hashed| hashed.channel_id)
    }

    fn state_hash(&mut self, channel_id: B256, state: &wire::State<'_>) -> B256 {
        let hashed = self.hashed.as_ref().filter(|hashed| hashed.channel_id == channel_id);
        let known = hashed.and_then(|hashed| hashed.states.get(state.packed()).copied());
        known.unwrap_or_else(|| eip712::state_hash(channel_id, state.round(), state.nets(), state.instances_root()))
    }

    fn recover(&mut self, digest: B256, signature: &[u8]) -> Result<Address, DisputeError> {
        let compact = <[u8; 64]>::try_from(signature).ok();
        match compact.and_then(|compact| self.signers.get(&(digest, compact))) {
            Some(signer) => Ok(*signer),
            None => signature::recover(digest, signature),
        }
    }

    fn code_hash(&mut self, account: Address) -> B256 {
        self.code_hashes.get(&account).copied().unwrap_or_default()
    }

    fn transition(
        &mut self,
        app: Address,
        _: u32,
        app_state: &[u8],
        action: &[u8],
        mover: Turn,
    ) -> Result<Transition, AppFailure> {
        let rules = self.apps.get(&app).ok_or(AppFailure::Failed)?;
        rules.transition(&self.domain(app), self.view, app_state, action, mover).map_err(|_| AppFailure::Failed)
    }

    fn position(&mut self, app: Address, _: u32, app_state: &[u8]) -> Result<Position, AppFailure> {
        let rules = self.apps.get(&app).ok_or(AppFailure::Failed)?;
        rules.position(self.view, app_state).map_err(|_| AppFailure::Failed)
    }

    fn pull(&mut self, _: Address, _: Address, amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn push(&mut self, _: Address, _: Address, _: U256, _: bool) -> bool {
        true
    }
}
