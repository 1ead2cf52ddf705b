//! What oracles and stations sign is EIP-712, as another implementation hashes it.

use adjudicator::{
    apps::{Delivered, OracleEscrow, Reading},
    eip712::Domain,
    types::{ChannelId, InstanceId},
};
use alloy_primitives::{Address, I256, U256, aliases::U40, keccak256};
use alloy_sol_types::{SolStruct, SolValue, eip712_domain, sol};
use proptest::prelude::{any, proptest};

use crate::strategy;

mod typed {
    use super::sol;

    sol! {
        struct Delivered {
            bytes32 escrowId;
        }

        struct Reading {
            bytes32 feed;
            int256 value;
            uint40 readAt;
        }
    }
}

proptest! {
    #[test]
    fn facts_are_typed_data_of_one_chain_and_one_app(
        chain_id: u64, app: [u8; 20], id in strategy::word(), value in strategy::word(), read_at in 0..1_u64 << 40,
    ) {
        let (app, value) = (Address::from(app), I256::from_raw(value.into()));
        let domain = eip712_domain! { name: "Recourse", version: "1", chain_id: chain_id, verifying_contract: app, };
        let ours = Domain::new(U256::from(chain_id), app);
        let delivered = typed::Delivered { escrowId: id };
        assert_eq!(Delivered { escrow_id: id }.digest(&ours), delivered.eip712_signing_hash(&domain));
        let reading = typed::Reading { feed: id, value, readAt: U40::from(read_at) };
        let read_at = strategy::time(read_at);
        assert_eq!(Reading { feed: id, value, read_at }.digest(&ours), reading.eip712_signing_hash(&domain));
    }

    #[test]
    fn a_fact_is_signed_by_its_oracle(number in 1..255_u8, id in strategy::word(), value: i64) {
        let (key, domain) = (strategy::key(number), strategy::domain());
        let delivered = Delivered { escrow_id: id };
        assert_eq!(delivered.sign(&domain, &key).recover(delivered.digest(&domain)), Ok(key.address()));
        let value = I256::unchecked_from(value);
        let reading = Reading { feed: id, value, read_at: strategy::time(7) };
        let signed = reading.sign(&domain, &key);
        assert_eq!(signed.signature.recover(reading.digest(&domain)), Ok(key.address()));
        assert_eq!((signed.value, signed.read_at), (value, reading.read_at));
    }

    #[test]
    fn a_derived_escrow_id_is_the_hash_of_both_ids(channel in strategy::word(), instance in strategy::word()) {
        let id_for = |channel, instance| OracleEscrow::id_for(ChannelId::new(channel), InstanceId::new(instance));
        let id = id_for(channel, instance);
        assert_eq!(id, keccak256((channel, instance).abi_encode()));
        assert!(id != id_for(!channel, instance) && id != id_for(channel, !instance));
    }

    #[test]
    fn a_digest_binds_to_everything(bit in 0..256_usize, other in any::<u64>()) {
        let id = U256::from(other);
        let flipped = id ^ U256::ONE << bit;
        let domain = strategy::domain();
        let [one, two] = [id, flipped].map(|id| Delivered { escrow_id: id.into() }.digest(&domain));
        assert_ne!(one, two);
    }
}
