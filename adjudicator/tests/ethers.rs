//! What goes to the types of ethers-core comes back as it was, and what would not is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use adjudicator::{
    DisputeError,
    bundle::Transaction,
    ethers::ConversionError,
    signature::{Signature, SigningKey},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use ethers_core::types::{
    Address as EthersAddress, Eip1559TransactionRequest, Eip2930TransactionRequest, H256, NameOrAddress,
    RecoveryMessage, Signature as EthersSignature, TransactionRequest, U64, U256 as EthersU256,
    transaction::{
        eip2718::TypedTransaction,
        eip2930::{AccessList, AccessListItem},
    },
};
use proptest::{
    arbitrary::any,
    collection::vec,
    prelude::{Strategy, proptest},
};

fn transaction() -> impl Strategy<Value = Transaction> {
    let accounts = [any::<[u8; 20]>(), any::<[u8; 20]>()];
    (any::<u64>(), accounts, any::<[u8; 32]>(), vec(any::<u8>(), 0..300), any::<u64>()).prop_map(
        |(chain_id, accounts, value, data, gas_limit)| {
            let [from, to] = accounts.map(Address::from);
            let (chain_id, value) = (U256::from(chain_id), U256::from_be_bytes(value));
            Transaction { chain_id, from, to, value, data: Bytes::from(data), gas_limit }
        },
    )
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&B256::repeat_byte(1)).unwrap()
}

proptest! {
    #[test]
    fn transactions_come_back_as_they_were(transaction in transaction()) {
        let request = Eip1559TransactionRequest::try_from(&transaction).unwrap();
        assert_eq!(Transaction::try_from(&request), Ok(transaction.clone()));
        assert_eq!(request.to.as_ref().unwrap().as_address().unwrap().as_bytes(), transaction.to.as_slice());
        assert_eq!(request.value.unwrap().to_string(), transaction.value.to_string());
        assert_eq!(&request.data.as_ref().unwrap()[..], &transaction.data[..]);
        let typed = TypedTransaction::try_from(&transaction).unwrap();
        assert_eq!(typed, TypedTransaction::Eip1559(request));
        assert_eq!(typed.chain_id().unwrap().to_string(), transaction.chain_id.to_string());
        assert_eq!(Transaction::try_from(&typed), Ok(transaction));
    }

    /// Both sides name the same signer.
    #[test]
    fn signatures_come_back_as_they_were(digest in any::<[u8; 32]>()) {
        let signature = key().sign(B256::from(digest));
        let there = EthersSignature::from(signature);
        assert_eq!(there.to_vec(), signature.to_full());
        assert_eq!(Signature::try_from(there), Ok(signature));
        let signer = there.recover(RecoveryMessage::Hash(H256(digest))).unwrap();
        assert_eq!(signer.as_bytes(), key().address().as_slice());
    }
}

fn example() -> Transaction {
    let [from, to] = [1, 2].map(Address::repeat_byte);
    Transaction { chain_id: U256::ONE, from, to, value: U256::from(5), data: Bytes::from_static(&[7]), gas_limit: 9 }
}

fn request() -> Eip1559TransactionRequest {
    Eip1559TransactionRequest::try_from(&example()).unwrap()
}

#[test]
fn a_chain_that_ethers_has_no_number_for_is_refused() {
    let chain_id = U256::from(1) << 64;
    let refused = Eip1559TransactionRequest::try_from(&Transaction { chain_id, ..example() });
    assert_eq!(refused, Err(ConversionError::ChainIdTooLarge { chain_id }));
}

#[test]
fn what_is_missing_is_not_made_up() {
    let whole = request();
    for (field, request) in [
        ("to", Eip1559TransactionRequest { to: None, ..whole.clone() }),
        ("gas", Eip1559TransactionRequest { gas: None, ..whole.clone() }),
        ("chain_id", Eip1559TransactionRequest { chain_id: None, ..whole.clone() }),
        ("from", Eip1559TransactionRequest { from: None, ..whole.clone() }),
        ("value", Eip1559TransactionRequest { value: None, ..whole.clone() }),
        ("data", Eip1559TransactionRequest { data: None, ..whole.clone() }),
    ] {
        assert_eq!(Transaction::try_from(&request), Err(ConversionError::Missing { field }));
    }
    let name = "recourse.eth".to_owned();
    let named = Eip1559TransactionRequest { to: Some(NameOrAddress::Name(name.clone())), ..whole.clone() };
    assert_eq!(Transaction::try_from(&named), Err(ConversionError::ToName { name }));
    let gas: U256 = U256::from(1) << 64;
    let much = Eip1559TransactionRequest { gas: Some(EthersU256(gas.into_limbs())), ..whole };
    assert_eq!(Transaction::try_from(&much), Err(ConversionError::GasTooLarge { gas }));
}

#[test]
fn what_would_be_lost_is_refused() {
    let (whole, some) = (request(), Some(EthersU256::one()));
    let item = AccessListItem { address: EthersAddress::zero(), storage_keys: Vec::new() };
    for (field, request) in [
        ("nonce", Eip1559TransactionRequest { nonce: some, ..whole.clone() }),
        ("access_list", Eip1559TransactionRequest { access_list: AccessList(vec![item]), ..whole.clone() }),
        ("max_priority_fee_per_gas", Eip1559TransactionRequest { max_priority_fee_per_gas: some, ..whole.clone() }),
        ("max_fee_per_gas", Eip1559TransactionRequest { max_fee_per_gas: some, ..whole.clone() }),
    ] {
        assert_eq!(Transaction::try_from(&request), Err(ConversionError::Lost { field }));
    }
}

#[test]
fn transactions_of_other_types_are_refused() {
    let legacy = TransactionRequest { chain_id: Some(U64::one()), ..TransactionRequest::default() };
    let listed = Eip2930TransactionRequest::new(legacy.clone(), AccessList::default());
    for (found, transaction) in [(0, TypedTransaction::Legacy(legacy)), (1, TypedTransaction::Eip2930(listed))] {
        assert_eq!(Transaction::try_from(&transaction), Err(ConversionError::OtherType { found }));
    }
}

#[test]
fn signatures_that_the_contract_refuses_are_refused() {
    let there = EthersSignature::from(key().sign(B256::ZERO));
    for v in [0, 1, 26, 29, 37, 283] {
        let reason = DisputeError::SignatureRecoveryIdInvalid { v: U256::from(v) };
        let refused = Signature::try_from(EthersSignature { v, ..there });
        assert_eq!(refused, Err(ConversionError::Signature(reason)));
    }
    let refused = Signature::try_from(EthersSignature { s: EthersU256::MAX, ..there });
    assert!(matches!(refused, Err(ConversionError::Signature(DisputeError::SignatureMalleable { .. }))));
}
