//! The contract's errors, told: of each field it is known what it is, so no amount is taken for a time.

use adjudicator::DisputeError;

use super::Labels;

impl Labels {
    /// An error of the contract, with the names of the scenario: those that speak of accounts, of what is hashed, or of times.
    #[must_use]
    pub fn error(&self, error: &DisputeError) -> String {
        self.error_of_times(error)
            .or_else(|| self.error_of_accounts(error))
            .or_else(|| self.error_of_money(error))
            .or_else(|| self.error_of_hashes(error))
            // What the others have are numbers.
            .unwrap_or_else(|| error.to_string())
    }

    fn error_of_times(&self, error: &DisputeError) -> Option<String> {
        let time = |time: &_| self.time(*time);
        Some(match error {
            DisputeError::Expired { valid_until, now } => {
                format!("valid until {}, and it is {}", time(valid_until), time(now))
            }
            DisputeError::EvidenceOver { deadline, now } => {
                format!("newer states were accepted before {}, and it is {}", time(deadline), time(now))
            }
            DisputeError::InstanceOver { deadline, now } => {
                format!("the instance could be touched before {}, and it is {}", time(deadline), time(now))
            }
            DisputeError::NotFinal { final_time, now } => {
                format!("it can be settled from {} on, and it is {}", time(final_time), time(now))
            }
            DisputeError::TimeOutOfRange { max, actual } => {
                format!("a deadline at {}, where at most {} can be stored", time(actual), time(max))
            }
            _ => return None,
        })
    }

    fn error_of_accounts(&self, error: &DisputeError) -> Option<String> {
        let account = |address: &_| self.account(*address);
        Some(match error {
            DisputeError::SignersEqual { signer } => format!("both parties have the signer {}", account(signer)),
            DisputeError::PayeeInvalid { party, payee } => {
                format!("party {party}'s payee {} is the zero address or the contract itself", account(payee))
            }
            DisputeError::RecipientInvalid { recipient } => {
                format!("the recipient {} is the zero address or the contract itself", account(recipient))
            }
            DisputeError::SignerMismatch { expected, actual } => format!(
                "{}'s signature, or of something else, where {}'s is expected",
                account(actual),
                account(expected)
            ),
            DisputeError::StepSignerUnknown { actual } => {
                format!("the step is signed by {}, or is another one; neither party did", account(actual))
            }
            DisputeError::SenderNotSigner { sender } => {
                format!("the sender {} is neither party's signer", account(sender))
            }
            DisputeError::SenderMayNotClose { sender } => {
                format!("the sender {} may not start closing", account(sender))
            }
            DisputeError::SenderNotDelegate { expected, actual } => {
                format!("the sender {} is not the delegate {}", account(actual), account(expected))
            }
            DisputeError::AppCallFailed { app, selector } => {
                format!("the app {} refused the call {selector}, ran out of gas, or has no code", account(app))
            }
            DisputeError::AppReturnMalformed { app, selector } => {
                format!("the app {} did not answer the call {selector} as the interface says", account(app))
            }
            _ => return None,
        })
    }

    fn error_of_money(&self, error: &DisputeError) -> Option<String> {
        let account = |address: &_| self.account(*address);
        let asset = |address: &_| self.asset(*address);
        Some(match error {
            DisputeError::AssetsNotAscending { index, previous, actual } => format!(
                "asset {index} of the terms, {}, is not above the one before it, {}",
                asset(actual),
                asset(previous)
            ),
            DisputeError::ValueMismatch { expected, actual } => {
                let [expected, actual] = [expected, actual].map(|coins| self.amount(Default::default(), *coins));
                format!("{actual} came along, where {expected} is expected")
            }
            DisputeError::AssetUnknown { channel_id, asset: unknown } => {
                format!("{} never had money of the asset {}", self.hash(*channel_id), asset(unknown))
            }
            DisputeError::TokenTransferFailed { token, from, to, amount } => format!(
                "the token {} did not move {} from {} to {}",
                asset(token),
                self.amount(*token, *amount),
                account(from),
                account(to)
            ),
            DisputeError::EscrowExceeded { asset, available, requested } => {
                let [available, requested] = [available, requested].map(|amount| self.amount(*asset, *amount));
                format!("{requested} is taken out, where the channel holds {available}")
            }
            DisputeError::CreditZero { creditor, asset: unknown } => {
                format!("{} has no credit of the asset {}", account(creditor), asset(unknown))
            }
            DisputeError::PaymentFailed { to, amount } => {
                format!("{} could not be paid to {}", self.amount(Default::default(), *amount), account(to))
            }
            _ => return None,
        })
    }

    fn error_of_hashes(&self, error: &DisputeError) -> Option<String> {
        Some(match error {
            DisputeError::ChannelClosed { channel_id } => format!("{} is closed", self.hash(*channel_id)),
            DisputeError::NotClosing { channel_id } => format!("{} is open", self.hash(*channel_id)),
            DisputeError::StateConflicting { round, recorded, actual } => format!(
                "another state of round {round}: {}, where {} is recorded",
                self.state(*actual),
                self.state(*recorded)
            ),
            DisputeError::StateMismatch { expected, actual } => {
                format!("the state {}, where {} is recorded", self.state(*actual), self.state(*expected))
            }
            DisputeError::InstanceNotInState { root, actual } => {
                format!(
                    "the proof leads to {}, where the root of the state is {}",
                    self.hash(*actual),
                    self.hash(*root)
                )
            }
            _ => return None,
        })
    }
}
