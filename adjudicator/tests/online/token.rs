//! Tokens, good and bad, written by hand: balances are where the account's own number says.

use alloy_primitives::{Address, B256, Bytes, hex, keccak256};
use serde_json::json;

use super::anvil::Anvil;

/// What a token is like.
#[derive(Clone, Copy, Default)]
pub(super) struct Token {
    /// Whether functions that move money return nothing.
    pub(super) is_silent: bool,
    /// So many hundredths are lost on the way.
    pub(super) fee: u8,
    /// So many hundredths more are taken from the sender.
    pub(super) surcharge: u8,
    /// Since when balances grow, by as much again each day, in Unix seconds.
    pub(super) grows_since: Option<u32>,
    /// More functions, which do nothing but revert.
    pub(super) functions: &'static [&'static str],
}

/// Returns the word on top.
const RETURN: [u8; 8] = hex!("60005260206000f3");

impl Token {
    /// The code of the contract.
    fn code(self) -> Bytes {
        let mut functions = vec![
            ("balanceOf(address)", self.balance_of()),
            ("decimals()", [&hex!("6006")[..], &RETURN].concat()),
            ("approve(address,uint256)", self.done()),
            // to, amount: the caller pays
            ("transfer(address,uint256)", self.transfer(&hex!("33"), &hex!("600435"), 0x24)),
            ("transferFrom(address,address,uint256)", self.transfer(&hex!("600435"), &hex!("602435"), 0x44)),
        ];
        functions.extend(self.functions.iter().map(|name| (*name, hex!("60006000fd").to_vec())));
        // Each comparison is 11 bytes; behind them is the end of all that fails, to which bodies jump.
        let failure = u16::try_from(6 + 11 * functions.len()).unwrap();
        let mut code = hex!("60003560e01c").to_vec();
        let mut place = failure + 6;
        let mut bodies = hex!("5b60006000fd").to_vec();
        for (name, body) in functions {
            code.extend([0x80, 0x63]);
            code.extend(&keccak256(name)[..4]);
            code.extend([0x14, 0x61]);
            code.extend(place.to_be_bytes());
            code.push(0x57);
            let mut body = body;
            let marks: Vec<usize> =
                body.windows(2).enumerate().filter(|(_, it)| *it == FAILURE).map(|(at, _)| at).collect();
            marks.into_iter().for_each(|at| body[at..at + 2].copy_from_slice(&failure.to_be_bytes()));
            bodies.push(0x5b);
            bodies.extend(&body);
            place += u16::try_from(body.len()).unwrap() + 1;
        }
        [code, bodies].concat().into()
    }

    fn balance_of(self) -> Vec<u8> {
        let stored = hex!("60043554");
        let Some(since) = self.grows_since else { return [&stored[..], &RETURN].concat() };
        // stored x (now - since) / a day, and stored
        let since = since.to_be_bytes();
        [&stored[..], &hex!("6201518063"), &since, &hex!("4203600435540204"), &hex!("01"), &RETURN].concat()
    }

    fn done(self) -> Vec<u8> {
        if self.is_silent { vec![0x00] } else { [&hex!("6001")[..], &RETURN].concat() }
    }

    /// `from` and `to` are code that pushes an account; the amount is at `offset` of the calldata.
    fn transfer(self, from: &[u8], to: &[u8], offset: u8) -> Vec<u8> {
        let share = |hundredths: u8| [&hex!("606460")[..], &[hundredths, 0x60, offset, 0x35], &hex!("0204")].concat();
        let (taken, arrives) = (share(100 + self.surcharge), share(100 - self.fee));
        [
            // what is taken, what is there: less is a failure
            &taken[..],
            from,
            &hex!("541061"),
            &FAILURE,
            &hex!("57"),
            // what is there less what is taken
            &taken,
            from,
            &hex!("5403"),
            from,
            &hex!("55"),
            // what was there and what arrives
            &arrives,
            to,
            &hex!("5401"),
            to,
            &hex!("55"),
            &self.done(),
        ]
        .concat()
    }

    /// Puts it on a chain, with 2,000 units of somebody.
    pub(super) fn put(self, anvil: &Anvil, token: Address, holder: Address) {
        anvil.set_code(token, &self.code());
        let units = B256::left_padding_from(&[0x07, 0xd0]);
        anvil.ask("anvil_setStorageAt", json!([token, holder.into_word(), units]));
    }
}

/// Stands for the place of the end of all that fails.
const FAILURE: [u8; 2] = hex!("fefe");
