//! Who takes part: tokens, accounts with keys or with code, and what they have.

use std::{collections::BTreeSet, sync::Arc};

use adjudicator::signature::SigningKey;
use alloy_primitives::{Address, U256, keccak256};

use super::{MOST_DECIMALS, PLENTY, Player, Result, Stage, Unit, Wrong, deploy, find, tell};
use crate::{
    actors::{PermitToken, ScriptedPayee, ScriptedToken},
    scenario::{Path, Scenario},
    world::World,
};

impl Stage {
    pub(super) fn set_tokens(&mut self, scenario: &Scenario, world: &mut World) -> Result<()> {
        for (symbol, token) in &scenario.tokens {
            let path = Path::default().field("tokens").field(symbol);
            if self.units.contains_key(symbol) {
                return Err(Wrong::new(&path, format!("`{symbol}` is a unit of the native coin")));
            }
            let code = if token.permits { &PermitToken::BYTECODE } else { &ScriptedToken::BYTECODE };
            let address = deploy(world, code, &path)?;
            let decimals = token.decimals.unwrap_or(18);
            if decimals > MOST_DECIMALS {
                let what = format!("a token has at most {MOST_DECIMALS} digits behind the point, and not {decimals}");
                return Err(Wrong::new(&path.field("decimals"), what));
            }
            self.units
                .insert(symbol.clone(), Unit { asset: address, symbol: symbol.clone(), decimals, scale: decimals });
        }
        Ok(())
    }

    pub(super) fn set_accounts(&mut self, scenario: &Scenario, world: &mut World) -> Result<()> {
        let parties = scenario.all_channels().flat_map(|(_, channel)| &channel.parties);
        let names = parties.chain(scenario.accounts.keys());
        for name in names.cloned().collect::<BTreeSet<_>>() {
            let path = Path::default().field("accounts").field(&name);
            let account = scenario.accounts.get(&name).cloned().unwrap_or_default();
            if name == "manager" || self.units.contains_key(&name) {
                return Err(Wrong::new(&path, format!("`{name}` is no name for an account: something else has it")));
            }
            if account.payee.is_some() && account.delegated.is_some() {
                return Err(Wrong::new(
                    &path,
                    "an account is a `payee` without a key, or has a key and is `delegated`",
                ));
            }
            if account.payee.or(account.delegated).is_some() {
                self.actors.insert(name.clone());
            }
            let player = match account.payee {
                Some(_) => Player { address: deploy(world, &ScriptedPayee::BYTECODE, &path)?, key: None },
                None => keyed(&name, &path)?,
            };
            if let Some(mood) = account.payee.or(account.delegated) {
                if account.delegated.is_some() {
                    let code = deploy(world, &ScriptedPayee::BYTECODE, &path)?;
                    world.set_code(player.address, [&[0xef, 0x01, 0x00], code.as_slice()].concat().into());
                }
                tell(world, player.address, &ScriptedPayee::becomeCall { mood_: mood as u8 }, &path)?;
            }
            world.set_balance(player.address, PLENTY);
            for unit in self.units.values().filter(|unit| !unit.is_native()) {
                let mint = ScriptedToken::mintCall { to: player.address, amount: PLENTY };
                tell(world, unit.asset, &mint, &path)?;
            }
            self.players.insert(name, player);
        }
        // A token may be bad only once everybody has some.
        for (symbol, token) in scenario.tokens.iter().filter(|(_, token)| !token.permits) {
            let path = Path::default().field("tokens").field(symbol);
            let target = token.target.as_ref().map(|name| self.address(name, &path.field("target"))).transpose()?;
            let mood = ScriptedToken::becomeCall {
                mood_: token.mood as u8,
                target_: target.unwrap_or_default(),
                number_: U256::ZERO,
            };
            tell(world, self.unit(symbol, &path)?.asset, &mood, &path)?;
        }
        Ok(())
    }

    pub(super) fn player(&self, name: &str, path: &Path) -> Result<&Player> {
        find(&self.players, "account", name, path)
    }

    /// The address of an account that behaves as it is told.
    ///
    /// # Errors
    /// If it is none.
    pub fn actor(&self, name: &str, path: &Path) -> Result<Address> {
        let address = self.player(name, path)?.address;
        let is_actor = self.actors.contains(name);
        let what = || {
            Wrong::new(
                path,
                format!("`{name}` has no code that could be told anything: `payee` or `delegated` gives it some"),
            )
        };
        is_actor.then_some(address).ok_or_else(what)
    }

    /// The address of a token.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn token(&self, name: &str, path: &Path) -> Result<Address> {
        let unit = self.unit(name, path)?;
        if unit.is_native() { Err(Wrong::new(path, format!("`{name}` is no token"))) } else { Ok(unit.asset) }
    }

    /// The address of an account, of a token, or of the contract under test, which is `manager`.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn address(&self, name: &str, path: &Path) -> Result<Address> {
        if name == "manager" {
            return Ok(self.manager());
        }
        if let Some(unit) = self.units.get(name).filter(|unit| !unit.is_native()) {
            return Ok(unit.asset);
        }
        self.player(name, path).map(|player| player.address)
    }

    /// The key of an account.
    ///
    /// # Errors
    /// If it has none.
    pub fn signing_key(&self, name: &str, path: &Path) -> Result<Arc<SigningKey>> {
        self.shared_key(name, path).cloned()
    }

    pub(super) fn key(&self, name: &str, path: &Path) -> Result<&SigningKey> {
        self.shared_key(name, path).map(|key| &**key)
    }

    fn shared_key(&self, name: &str, path: &Path) -> Result<&Arc<SigningKey>> {
        let key = self.player(name, path)?.key.as_ref();
        key.ok_or_else(|| Wrong::new(path, format!("`{name}` is a contract, which cannot sign")))
    }
}

/// An account whose key follows from its name.
fn keyed(name: &str, path: &Path) -> Result<Player> {
    let secret = keccak256(format!("recourse simulator: the key of {name}"));
    let key = SigningKey::from_bytes(&secret).ok_or_else(|| Wrong::new(path, "another name would have a key"))?;
    Ok(Player { address: key.address(), key: Some(Arc::new(key)) })
}
