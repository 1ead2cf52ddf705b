//! Effects as the contract logs them.

mod print;

use alloy_primitives::{IntoLogData, LogData, U256};
use alloy_sol_types::SolEventInterface;

use crate::{
    Bounty, Effect, LogError, Record, WordError,
    abi::ChannelManager::{self, ChannelManagerEvents},
    words::{FundsWord, PayoutsWord},
};

impl Effect {
    /// The log that the contract emits.
    ///
    /// # Errors
    /// If a value does not fit its packed word: no rule makes such an effect.
    pub fn to_log(&self) -> Result<LogData, WordError> {
        log_of(self.clone())
    }

    /// Reads a log that the contract has emitted; whether it was this contract its address tells.
    ///
    /// # Errors
    /// If the contract has no such event, or would not emit it like this.
    pub fn from_log(log: &LogData) -> Result<Self, LogError> {
        let topic = *log.topics().first().ok_or(LogError::Anonymous)?;
        let event = ChannelManagerEvents::name_by_selector(topic.0).ok_or(LogError::EventUnknown { actual: topic })?;
        read(log).map_err(|reason| LogError::Malformed {
            event,
            topics: log.topics().len(),
            size: log.data.len(),
            reason,
        })
    }
}

/// What is wrong with a log.
type Reason = &'static str;

fn read(log: &LogData) -> Result<Effect, Reason> {
    let event = ChannelManagerEvents::decode_raw_log(log.topics(), &log.data).map_err(|_| "it does not decode")?;
    if event.to_log_data() != *log {
        return Err("it is not encoded as the contract does");
    }
    effect_of(event)
}

fn log_of(effect: Effect) -> Result<LogData, WordError> {
    Ok(match effect {
        Effect::Deposited { channel_id, funds, serial } => {
            let funds = FundsWord::living(funds, serial).to_word()?;
            ChannelManager::Deposited { channelId: channel_id, funds }.into_log_data()
        }
        Effect::Withdrawn { channel_id, serial, amounts, recipients } => {
            let serial = U256::from(serial);
            ChannelManager::Withdrawn { channelId: channel_id, serial, amounts, recipients }.into_log_data()
        }
        Effect::Recorded { channel_id, record, nets, instances_root } => {
            let record = record.to_word()?;
            ChannelManager::Recorded { channelId: channel_id, record, nets, instancesRoot: instances_root }
                .into_log_data()
        }
        Effect::BountyChanged { channel_id, bounty } => {
            ChannelManager::BountyChanged { channelId: channel_id, bounty: bounty.to_word()? }.into_log_data()
        }
        Effect::Progressed { channel_id, instance_hash, number, app_state } => ChannelManager::Progressed {
            channelId: channel_id,
            instanceHash: instance_hash,
            number: U256::from(number),
            appState: app_state,
        }
        .into_log_data(),
        Effect::Evaluated { channel_id, instance_hash, deltas } => {
            ChannelManager::Evaluated { channelId: channel_id, instanceHash: instance_hash, deltas }.into_log_data()
        }
        Effect::Settled { channel_id, index, payouts } => {
            let payouts = PayoutsWord { index: index.into(), payouts }.to_word()?;
            ChannelManager::Settled { channelId: channel_id, payouts }.into_log_data()
        }
        Effect::BountyPaid { channel_id, prover, to_prover, to_party } => {
            ChannelManager::BountyPaid { channelId: channel_id, prover, toProver: to_prover, toParty: to_party }
                .into_log_data()
        }
        Effect::Credited { creditor, asset, amount } => {
            ChannelManager::Credited { creditor, asset, amount }.into_log_data()
        }
        Effect::Claimed { creditor, asset, recipient, amount } => {
            ChannelManager::Claimed { creditor, asset, recipient, amount }.into_log_data()
        }
        Effect::DelegationsRevoked { channel_id, party, epoch } => {
            let (party, epoch) = (U256::from(party), U256::from(epoch));
            ChannelManager::DelegationsRevoked { channelId: channel_id, party, epoch }.into_log_data()
        }
        Effect::CallFailed { index, reason } => {
            ChannelManager::CallFailed { index: U256::from(index), reason }.into_log_data()
        }
    })
}

fn effect_of(event: ChannelManagerEvents) -> Result<Effect, Reason> {
    Ok(match event {
        ChannelManagerEvents::Deposited(event) => {
            let FundsWord { is_validated, is_closed, serial, funds } = FundsWord::from_word(event.funds);
            if !is_validated || is_closed {
                return Err("its funds are not those of a living channel");
            }
            Effect::Deposited { channel_id: event.channelId, funds, serial }
        }
        ChannelManagerEvents::Withdrawn(event) => Effect::Withdrawn {
            channel_id: event.channelId,
            serial: narrow(event.serial)?,
            amounts: event.amounts,
            recipients: event.recipients,
        },
        ChannelManagerEvents::Recorded(event) => Effect::Recorded {
            channel_id: event.channelId,
            record: Record::from_word(event.record),
            nets: event.nets,
            instances_root: event.instancesRoot,
        },
        ChannelManagerEvents::BountyChanged(event) => {
            let bounty = Bounty::from_word(event.bounty);
            if bounty.to_word() != Ok(event.bounty) {
                return Err("its bounty has bits without a meaning");
            }
            Effect::BountyChanged { channel_id: event.channelId, bounty }
        }
        ChannelManagerEvents::Progressed(event) => Effect::Progressed {
            channel_id: event.channelId,
            instance_hash: event.instanceHash,
            number: narrow(event.number)?,
            app_state: event.appState,
        },
        ChannelManagerEvents::Evaluated(event) => {
            Effect::Evaluated { channel_id: event.channelId, instance_hash: event.instanceHash, deltas: event.deltas }
        }
        ChannelManagerEvents::Settled(event) => {
            let PayoutsWord { index, payouts } = PayoutsWord::from_word(event.payouts);
            Effect::Settled { channel_id: event.channelId, index: narrow(U256::from(index))?, payouts }
        }
        ChannelManagerEvents::BountyPaid(event) => Effect::BountyPaid {
            channel_id: event.channelId,
            prover: event.prover,
            to_prover: event.toProver,
            to_party: event.toParty,
        },
        ChannelManagerEvents::Credited(event) => {
            Effect::Credited { creditor: event.creditor, asset: event.asset, amount: event.amount }
        }
        ChannelManagerEvents::Claimed(event) => Effect::Claimed {
            creditor: event.creditor,
            asset: event.asset,
            recipient: event.recipient,
            amount: event.amount,
        },
        ChannelManagerEvents::DelegationsRevoked(event) => Effect::DelegationsRevoked {
            channel_id: event.channelId,
            party: narrow(event.party)?,
            epoch: narrow(event.epoch)?,
        },
        ChannelManagerEvents::CallFailed(event) => {
            Effect::CallFailed { index: narrow(event.index)?, reason: event.reason }
        }
    })
}

fn narrow<T: TryFrom<U256>>(number: U256) -> Result<T, Reason> {
    T::try_from(number).map_err(|_| "a number in it is greater than any that the contract counts to")
}
