//! Deposits of tokens by the signature of their owner.

use adjudicator::abi::{PERMIT_DEPOSITS, PermitDeposits};
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};

use super::{Built, DEPLOYER, Moment, Place, Result, Stage, Wrong, deploy};
use crate::{
    actors::PermitToken,
    scenario::{Path, Scenario, Sum, TokenMood},
    world::{Transaction, World},
};

const PERMIT: &str = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

impl Stage {
    /// Deploys what takes permits, if a token does; and lets everybody approve the contract under test of such tokens.
    pub(super) fn set_permits(&mut self, scenario: &Scenario, world: &mut World) -> Result<()> {
        for (symbol, token) in scenario.tokens.iter().filter(|(_, token)| token.permits) {
            let path = Path::default().field("tokens").field(symbol);
            if token.mood != TokenMood::Honest || token.target.is_some() {
                return Err(Wrong::new(&path, "a token that takes permits is honest"));
            }
            let approve = PermitToken::approveCall { spender: self.manager(), value: U256::MAX }.abi_encode();
            let asset = self.unit(symbol, &path)?.asset;
            for player in self.players.values() {
                let approval = Transaction::call(player.address, asset, approve.clone().into());
                world.transact(approval).map_err(|error| Wrong::new(&path, error))?;
            }
            if self.permit_deposits.is_none() {
                let arguments = (self.manager(), Address::ZERO).abi_encode();
                let code = [PERMIT_DEPOSITS.creation_code(), &arguments[..]].concat();
                self.permit_deposits = Some(deploy(world, &code, &path)?);
            }
        }
        Ok(())
    }

    /// A deposit by permit, of its sender or of somebody else.
    pub(super) fn permitted(
        &self,
        (amount, permit_of): (&Sum, Option<&str>),
        (place, party): (&Place, u8),
        moment: &mut Moment<'_>,
        path: &Path,
    ) -> Result<Built> {
        let (token, units) = self.of_asset(amount, &path.field("amount"))?;
        let owner = permit_of.or_else(|| self.name_of(moment.sender)).unwrap_or_default();
        let permit = self.permit(owner, (token, units), moment.world, &path.field("permit_of"))?;
        let call = PermitDeposits::depositWithPermitCall {
            terms: place.terms.pack().into(),
            token,
            party,
            amount: units,
            permit,
        };
        Ok(Built {
            to: self.spender(path)?,
            value: U256::ZERO,
            data: call.abi_encode().into(),
            title: format!("depositWithPermit {amount}, signed by {owner}"),
            channel: None,
        })
    }

    /// A permit that is used up, by whomever.
    pub(super) fn used_up(&self, amount: &Sum, of: &str, moment: &mut Moment<'_>, path: &Path) -> Result<Built> {
        let (token, value) = self.of_asset(amount, &path.field("amount"))?;
        let owner = self.address(of, &path.field("of"))?;
        let PermitDeposits::Permit { deadline, v, r, s, .. } =
            self.permit(of, (token, value), moment.world, &path.field("of"))?;
        let call = PermitToken::permitCall { owner, spender: self.spender(path)?, value, deadline, v, r, s };
        let (title, data) = (format!("permit {amount}, signed by {of}"), call.abi_encode().into());
        Ok(Built { to: token, value: U256::ZERO, data, title, channel: None })
    }

    /// What an owner signs for `PermitDeposits`, as the token wants it now.
    fn permit(
        &self,
        owner: &str,
        (token, value): (Address, U256),
        world: &mut World,
        path: &Path,
    ) -> Result<PermitDeposits::Permit> {
        let key = self.key(owner, path)?;
        let mut ask = |data: Vec<u8>| {
            let word = world.ask(DEPLOYER, token, data.into()).and_then(|word| B256::try_from(word.as_ref()).ok());
            word.ok_or_else(|| Wrong::new(path, "the token takes no permits: `permits = true` makes it one that does"))
        };
        let separator = ask(PermitToken::DOMAIN_SEPARATORCall {}.abi_encode())?;
        let nonce: U256 = ask(PermitToken::noncesCall { owner: key.address() }.abi_encode())?.into();
        let deadline = U256::from(u64::MAX);
        let signed = (keccak256(PERMIT), key.address(), self.spender(path)?, value, nonce, deadline);
        let digest =
            keccak256([&[0x19, 0x01], separator.as_slice(), keccak256(signed.abi_encode()).as_slice()].concat());
        let full = key.sign(digest).to_full();
        let [r, s] = [0, 32].map(|from| B256::from_slice(full.split_at(from).1.split_at(32).0));
        Ok(PermitDeposits::Permit { value, deadline, v: full[64], r, s })
    }

    fn spender(&self, path: &Path) -> Result<Address> {
        self.permit_deposits
            .ok_or_else(|| Wrong::new(path, "no token takes permits: `permits = true` makes one that does"))
    }
}
