//! Any valid value of each type, at the edges more often than by chance.

use adjudicator::types::{
    Amount, AppState, Asset, Close, Delegation, Instance, Instances, Maturity, Net, Node, Party, PartyAccounts,
    PerAsset, PerSide, Proof, Serial, Stake, State, Step, StepAction, StepNumber, Terms, Timestamp, Window, Withdraw,
};
use adjudicator::{
    Base, Bounty as StaleBounty, Channel, Deployment, Funds, Hash192, Progress, Record,
    evidence::{Sight, View},
    signature::{Signature, SigningKey},
    types::{Agreement, Bounty, Signatures, Signed},
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, keccak256};
use proptest::{
    collection::{btree_map, btree_set, vec},
    prelude::{Just, Strategy, any},
    prop_oneof,
};

/// A number up to `greatest`, at an edge half of the time.
fn upto(greatest: u128) -> impl Strategy<Value = u128> {
    prop_oneof![0..=greatest, Just(0), Just(greatest)]
}

fn number() -> impl Strategy<Value = u64> {
    upto(u64::MAX.into()).prop_map(|number| number.try_into().unwrap())
}

fn hash() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::from)
}

fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::from)
}

fn nonzero_address() -> impl Strategy<Value = Address> {
    address().prop_filter("zero", |address| !address.is_zero())
}

fn asset_count() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1), 1..=8usize]
}

fn time() -> impl Strategy<Value = Timestamp> {
    number().prop_map(Timestamp::new)
}

pub(crate) fn recordable_net() -> impl Strategy<Value = Net> {
    (upto(Amount::MAX.get()), any::<bool>()).prop_map(|(units, is_negative)| {
        let net = I256::unchecked_from(units);
        Net::new(if is_negative { -net } else { net })
    })
}

fn net() -> impl Strategy<Value = Net> {
    let any = any::<[u8; 32]>().prop_map(|bytes| Net::new(I256::from_be_bytes(bytes)));
    prop_oneof![recordable_net(), any, Just(Net::MIN), Just(Net::MAX)]
}

fn per_asset<T: Clone + std::fmt::Debug>(each: impl Strategy<Value = T>) -> impl Strategy<Value = PerAsset<T>> {
    vec(each, 1..=8).prop_map(|list| PerAsset::new(list).unwrap())
}

pub(crate) fn terms() -> impl Strategy<Value = Terms> {
    let accounts = (nonzero_address(), nonzero_address());
    let accounts = accounts.prop_map(|(signer, payee)| PartyAccounts { signer, payee }).boxed();
    let parties = [accounts.clone(), accounts].prop_filter("same signers", |[one, other]| one.signer != other.signer);
    let window =
        upto((Window::MAX.get() - 1).into()).prop_map(|less| Window::new(1 + u32::try_from(less).unwrap()).unwrap());
    let bounty = upto(Bounty::MAX.get()).prop_map(|units| Bounty::new(units).unwrap());
    let margin = prop_oneof![any::<u16>(), Just(3), Just(u16::MAX)];
    let assets = prop_oneof![btree_set(address(), 1..=8), Just([Address::ZERO].into())];
    (parties, window, bounty, margin, number(), assets).prop_map(|(parties, window, bounty, margin, salt, assets)| {
        let bounty = if margin < 3 { Bounty::MIN } else { bounty };
        let assets = PerAsset::new(assets.into_iter().map(Asset::new).collect()).unwrap();
        Terms::new(parties, window, bounty, margin.into(), salt.into(), assets).unwrap()
    })
}

pub(crate) fn state() -> impl Strategy<Value = State> {
    let round = upto((1 << 29) - 2).prop_map(|less| 1 + u64::try_from(less).unwrap());
    (round, hash(), per_asset(recordable_net()))
        .prop_map(|(round, root, nets)| State::new(round.into(), root.into(), nets).unwrap())
}

pub(crate) fn close() -> impl Strategy<Value = Close> {
    (number(), time(), per_asset(net()))
        .prop_map(|(round, time, nets)| Close::new(round.max(1).into(), time, nets).unwrap())
}

pub(crate) fn withdraw() -> impl Strategy<Value = Withdraw> {
    let serial = upto(Withdraw::MAX_SERIAL.into()).prop_map(|serial| Serial::new(serial.try_into().unwrap()).unwrap());
    let amount = upto(Amount::MAX.get()).prop_map(|units| Amount::new(units).unwrap()).boxed();
    let amounts = asset_count().prop_flat_map(move |assets| vec(amount.clone(), 2 * assets));
    let amounts = amounts.prop_filter("nothing", |list| list.iter().any(|amount| *amount != Amount::ZERO));
    (serial, amounts, [nonzero_address(), nonzero_address()], time()).prop_map(|(serial, amounts, recipients, time)| {
        Withdraw::new(serial, PerSide::new(amounts).unwrap(), recipients, time).unwrap()
    })
}

pub(crate) fn delegation() -> impl Strategy<Value = Delegation> {
    let party = prop_oneof![Just(Party::Zero), Just(Party::One)];
    (party, address(), number(), number(), time()).prop_map(|(party, delegate, epoch, min_round, valid_until)| {
        Delegation { party, delegate, epoch: epoch.into(), min_round: min_round.into(), valid_until }
    })
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let bytes = prop_oneof![vec(any::<u8>(), 0..100), Just(vec![]), Just(vec![7; 4096])].boxed();
    (1..=u8::MAX, bytes.clone(), bytes).prop_map(|(number, app_state, action)| Step {
        number: StepNumber::new(number).unwrap(),
        app_state: AppState::new(app_state).unwrap(),
        action: StepAction::new(action).unwrap(),
    })
}

fn instance_for(assets: usize) -> impl Strategy<Value = Instance> {
    let stake = upto(Stake::MAX.get()).prop_map(|units| Stake::new(units).unwrap());
    let matures = upto(Maturity::MAX.get().into()).prop_map(|time| Maturity::new(time.try_into().unwrap()).unwrap());
    let app = (address(), hash(), any::<u32>(), any::<u8>());
    (hash(), app, matures, hash(), vec(stake, 2 * assets)).prop_map(|(id, app, matures, app_state_hash, stakes)| {
        let (app, app_code_hash, app_gas, max_steps) = app;
        Instance {
            id: id.into(),
            app,
            app_code_hash: app_code_hash.into(),
            app_gas: app_gas.into(),
            max_steps: max_steps.into(),
            matures,
            app_state_hash: app_state_hash.into(),
            stakes: PerSide::new(stakes).unwrap(),
        }
    })
}

pub(crate) fn instance() -> impl Strategy<Value = Instance> {
    asset_count().prop_flat_map(instance_for)
}

pub(crate) fn instances() -> impl Strategy<Value = Instances> {
    let instances = asset_count().prop_flat_map(|assets| vec(instance_for(assets), 0..20));
    instances.prop_map(|instances| Instances::new(instances).unwrap())
}

pub(crate) fn proof() -> impl Strategy<Value = Proof> {
    vec(hash().prop_map(Node::new), 0..=32).prop_map(|siblings| Proof::new(siblings).unwrap())
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&keccak256("key")).unwrap()
}

fn signature() -> impl Strategy<Value = Signature> {
    hash().prop_map(|digest| key().sign(digest))
}

pub(crate) fn agreement<T: Clone + std::fmt::Debug>(
    message: impl Strategy<Value = T>,
) -> impl Strategy<Value = Agreement<T>> {
    let signatures = [proptest::option::of(signature()), proptest::option::of(signature())];
    (message, signatures).prop_map(|(message, signatures)| Agreement { message, signatures })
}

pub(crate) fn signed<T: Clone + std::fmt::Debug>(
    message: impl Strategy<Value = T>,
) -> impl Strategy<Value = Signed<T>> {
    (message, signature()).prop_map(|(message, signature)| Signed { message, signature })
}

pub(crate) fn signatures() -> impl Strategy<Value = Signatures> {
    prop_oneof![[signature(), signature()].prop_map(Signatures::Both), signature().prop_map(Signatures::OfPeer),]
}

fn short_hash() -> impl Strategy<Value = Hash192> {
    any::<[u8; 24]>().prop_map(Hash192::from)
}

fn word() -> impl Strategy<Value = U256> {
    hash().prop_map(|word| word.into())
}

fn progress() -> impl Strategy<Value = Progress> {
    let delta = (upto(Stake::MAX.get()), any::<bool>());
    let delta = delta.prop_map(|(units, is_negative)| {
        let delta = I256::unchecked_from(units);
        if is_negative { -delta } else { delta }
    });
    let times = [number(), number()];
    (short_hash(), any::<u8>(), times, vec(delta, 1..=8)).prop_map(
        |(app_state_hash, steps, [last_touch, matures], deltas)| Progress {
            app_state_hash,
            steps,
            last_touch,
            matures,
            deltas,
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    let deadline = proptest::option::of(number());
    (number(), short_hash(), deadline, any::<[bool; 2]>()).prop_map(
        |(round, state_hash, evidence_deadline, consents)| Record { round, state_hash, evidence_deadline, consents },
    )
}

fn channel() -> impl Strategy<Value = Channel> {
    let balances = [hash(), hash()].prop_map(|balances| balances.map(|balance| I256::from_raw(balance.into())));
    let funds = (0..8u8, balances).prop_map(|(index, balances)| Funds { index, balances });
    let bounty = (0..2u8, number(), proptest::option::of(address()));
    let bounty = bounty.prop_map(|(closer, closed_round, prover)| StaleBounty { closer, closed_round, prover });
    let base = btree_map(hash(), progress(), 0..4).prop_map(|instances| Base { instances });
    let serial = upto(Serial::MAX.get().into()).prop_map(|serial| u64::try_from(serial).unwrap());
    let money = (btree_map(address(), funds, 0..4), serial, any::<bool>());
    let dispute = (record(), proptest::option::of(bounty), [number(), number()], btree_map(hash(), base, 0..4));
    (money, dispute).prop_map(|((funds, serial, is_closed), (record, bounty, epochs, bases))| Channel {
        funds,
        serial,
        is_closed,
        record,
        bounty,
        epochs,
        bases,
    })
}

fn deployment() -> impl Strategy<Value = Deployment> {
    let bounds = [1..=Window::MAX.get(), 1..=Window::MAX.get()];
    (word(), address(), bounds).prop_map(|(chain_id, manager, mut bounds)| {
        bounds.sort_unstable();
        let [least, greatest] = bounds.map(U256::from);
        Deployment::new(chain_id, manager, least, greatest).unwrap()
    })
}

/// Any view that a contract can give rise to.
pub(crate) fn view() -> impl Strategy<Value = View> {
    let sight = (channel(), number()).prop_map(|(channel, now)| Sight { channel, now }).boxed();
    let sights = (sight.clone(), sight);
    let codes = btree_map(address(), vec(any::<u8>(), 0..40).prop_map(Bytes::from), 0..4);
    let credits = btree_map((address(), address()), word(), 0..4);
    let seen = btree_map((address(), hash()), number(), 0..4);
    let delivered = btree_set((address(), hash()), 0..4);
    (deployment(), sights, codes, credits, seen, delivered).prop_map(
        |(deployment, (last_final, latest), codes, credits, seen, delivered)| View {
            deployment,
            last_final,
            latest,
            codes,
            credits,
            seen,
            delivered,
        },
    )
}
