//! What a token does that channels do not expect.

use std::collections::BTreeSet;

use adjudicator::{
    abi::{IERC20, instructions},
    rpc::{Block, Nodes, Probed},
};
use alloy_primitives::{Address, B256, Bytes, U64, U256, b256, keccak256};
use alloy_sol_types::{SolCall, sol};
use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use super::report::Report;

sol! {
    function balanceOf(address account) external view returns (uint256);
    function decimals() external view returns (uint8);
    function implementation() external view returns (address);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// So many units are moved in a simulation.
const UNITS: U256 = U256::from_limbs([1_000, 0, 0, 0]);
/// And so many of them back: less, so that a fee on the way leaves enough.
const UNITS_BACK: U256 = U256::from_limbs([500, 0, 0, 0]);
/// So long a balance is watched in a simulation, in seconds.
const DAY: u64 = 86_400;

/// Where proxies keep what they run: an implementation, or a beacon that tells of one (EIP-1967), or as ZeppelinOS did it before,
/// and USDC still does.
const PROXY_SLOTS: [(B256, &str); 3] = [
    (b256!("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"), "implementation"),
    (b256!("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"), BEACON),
    (b256!("0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3"), "ZeppelinOS implementation"),
];
const BEACON: &str = "beacon";

/// Functions by which somebody has power over others' money, and what that is.
const POWERS: [(&str, &[&str]); 4] = [
    ("may stop all transfers", &["pause()", "unpause()", "paused()"]),
    (
        "may freeze accounts, a channel's payee or the contract itself among them",
        &[
            "blacklist(address)",
            "isBlacklisted(address)",
            "addBlackList(address)",
            "isBlackListed(address)",
            "freeze(address)",
            "isFrozen(address)",
            "frozen(address)",
            "setBlocked(address,bool)",
            "isBlocked(address)",
            "addBlocked(address)",
            "destroyBlackFunds(address)",
        ],
    ),
    ("may charge a fee for transfers", &["basisPointsRate()", "setParams(uint256,uint256)", "setFee(uint256)"]),
    (
        "may change what balances are, or the code",
        &[
            "rebase(uint256,int256)",
            "rebase(int256)",
            "upgradeTo(address)",
            "upgradeToAndCall(address,bytes)",
            "deprecate(address)",
        ],
    ),
];

/// One token.
struct Trial<'a> {
    report: &'a mut Report,
    nodes: &'a mut Nodes,
    token: Address,
    head: Block,
}

/// Tries a token; with a holder's money, if one is named.
pub(super) fn check(
    report: &mut Report,
    nodes: &mut Nodes,
    token: Address,
    holder: Option<Address>,
    head: &Block,
) -> Result<()> {
    let mut trial = Trial { report, nodes, token, head: *head };
    let code = trial.nodes.code(token, head)?;
    if code.is_empty() {
        trial.report.failed(trial.name("code"), "there is none: it is no token");
        return Ok(());
    }
    let run = trial.proxy(&code)?;
    trial.powers(&run);
    trial.decimals()?;
    match holder {
        Some(holder) => trial.transfers(holder),
        None => trial.without_money(),
    }
}

/// Accounts that nobody has.
fn stranger(name: &str) -> Address {
    Address::from_word(keccak256(format!("recourse doctor: {name}")))
}

impl Trial<'_> {
    fn name(&self, what: &str) -> String {
        let token = self.token.to_string();
        format!("token {}.. {what}", token.get(..8).unwrap_or(&token))
    }

    /// The code that is run, wherever it is.
    fn proxy(&mut self, code: &Bytes) -> Result<Vec<Bytes>> {
        let (name, mut all) = (self.name("code"), vec![code.clone()]);
        for (slot, what) in PROXY_SLOTS {
            let parameters = json!([self.token, slot, { "blockHash": self.head.hash }]);
            let word = match self.nodes.probe::<B256>("what a proxy runs", "eth_getStorageAt", &parameters)? {
                Probed::Answered(word) => word,
                Probed::Refused { reason, .. } => {
                    self.report.warning(&name, format!("whether it is a proxy is not known: {reason}"));
                    return Ok(all);
                }
            };
            if !word.is_zero() {
                let target = Address::from_word(word);
                self.report
                    .warning(&name, format!("a proxy, whose {what} is {target}: somebody may change what it does"));
                all.push(self.nodes.code(target, &self.head)?);
                if what == BEACON
                    && let Ok(answer) = self.call_at(target, Address::ZERO, &implementationCall {})?
                    && let Ok(implementation) = implementationCall::abi_decode_returns(&answer)
                {
                    all.push(self.nodes.code(implementation, &self.head)?);
                }
                return Ok(all);
            }
        }
        if let Some(target) = copied(code) {
            self.report.ok(&name, format!("a fixed proxy (EIP-1167) of {target}"));
            all.push(self.nodes.code(target, &self.head)?);
        } else {
            self.report.ok(
                &name,
                format!(
                    "{} bytes, and no proxy of EIP-1967, EIP-1167 or ZeppelinOS; other kinds are not looked for",
                    code.len()
                ),
            );
        }
        Ok(all)
    }

    /// What the code has functions for. That it has none of these names proves nothing.
    fn powers(&mut self, code: &[Bytes]) {
        let name = self.name("powers");
        let pushed: BTreeSet<&[u8]> = code
            .iter()
            .flat_map(|code| instructions(code).map(|(_, pushed)| pushed))
            .filter(|pushed| pushed.len() == 4 || pushed.len() == 3)
            .collect();
        let has = |signature: &&&str| {
            let hash = keccak256(signature.as_bytes());
            // The compiler does not push a zero that a selector begins with.
            hash.get(..4).is_some_and(|it| pushed.contains(it))
                || hash.first() == Some(&0) && hash.get(1..4).is_some_and(|it| pushed.contains(it))
        };
        let mut any = false;
        for (power, signatures) in POWERS {
            let found: Vec<&str> = signatures.iter().filter(has).copied().collect();
            if !found.is_empty() {
                any = true;
                self.report.warning(&name, format!("somebody {power}: it has {}", found.join(", ")));
            }
        }
        if !any {
            self.report.ok(
                &name,
                "no function that is usual for pausing, freezing, fees or upgrades; others are not looked for",
            );
        }
    }

    fn decimals(&mut self) -> Result<()> {
        let name = self.name("decimals");
        let answer = self.call(Address::ZERO, &decimalsCall {})?;
        match answer.map(|answer| decimalsCall::abi_decode_returns(&answer)) {
            Ok(Ok(decimals)) => self.report.ok(name, decimals.to_string()),
            Ok(Err(_)) => self.report.warning(name, "it does not tell"),
            Err(reason) => self.report.warning(name, format!("it does not tell: {reason}")),
        }
        Ok(())
    }

    /// What can be tried with nobody's money.
    fn without_money(&mut self) -> Result<()> {
        let (owner, other) = (stranger("owner"), stranger("other"));
        let approve = self.call(owner, &IERC20::approveCall { spender: other, amount: UNITS })?;
        self.answered("approve", approve, "");
        let transfer = self.call(owner, &transferCall { to: other, amount: U256::ZERO })?;
        self.answered("transfer", transfer, " (of 0 units)");
        let name = self.name("transfers");
        self.report.warning(name, "fees on transfers, and balances that change by themselves, were not tried: --holder ADDRESS names whose units to move in a simulation");
        Ok(())
    }

    /// What a function that moves money returns: true, or nothing; both are borne.
    fn answered(&mut self, what: &str, answer: Result<Bytes, String>, how: &str) {
        let name = self.name(what);
        match answer {
            Err(reason) => self.report.failed(name, format!("refused{how}: {reason}")),
            Ok(answer) if answer.is_empty() => {
                self.report.warning(
                    name,
                    format!("returns nothing{how}, as USDT does: ChannelManager bears that, others may not"),
                );
            }
            Ok(answer) if answer.len() == 32 && U256::from_be_slice(&answer) == U256::from(1) => {
                self.report.ok(name, format!("returns true{how}"));
            }
            Ok(answer) => self.report.failed(name, format!("returns {answer}{how}, which is not true")),
        }
    }

    /// Moves a holder's units in a simulation, as a deposit and a payout do.
    fn transfers(&mut self, holder: Address) -> Result<()> {
        let (taker, keeper, payee) = (stranger("taker"), stranger("keeper"), stranger("payee"));
        let balance = |account: Address| (Address::ZERO, Bytes::from(balanceOfCall { account }.abi_encode()));
        let pull = transferFromCall { from: holder, to: keeper, amount: UNITS }.abi_encode();
        let push = transferCall { to: payee, amount: UNITS_BACK }.abi_encode();
        let calls = [
            balance(holder),
            (holder, IERC20::approveCall { spender: taker, amount: UNITS }.abi_encode().into()),
            (taker, pull.into()),
            balance(holder),
            balance(keeper),
        ];
        let later = [balance(keeper), (keeper, push.into()), balance(keeper), balance(payee)];
        let name = self.name("transfers");
        let (now, later) = match self.simulate(&calls, &later)? {
            Ok(answers) => answers,
            Err(reason) => {
                self.report.warning(name, format!("not tried: {reason}"));
                return Ok(());
            }
        };
        let [before, approve, pull, after, kept] = now.as_slice() else { return self.not_told(&name) };
        let [a_day_later, push, left, paid] = later.as_slice() else { return self.not_told(&name) };
        let has = before.amount();
        if has < UNITS {
            self.report.warning(name, format!("not tried: {holder} has {has} units, where {UNITS} are needed"));
            return Ok(());
        }
        self.answered("approve", approve.result(), "");
        self.answered("transferFrom", pull.result(), "");
        if !pull.is_done() {
            return Ok(());
        }
        let arrived = kept.amount();
        self.moved("deposit", UNITS, has.saturating_sub(after.amount()), arrived);
        let later = a_day_later.amount();
        let name = self.name("balance");
        if later == arrived {
            self.report.ok(
                &name,
                "is the same a day later, if nobody calls the token meanwhile; what others may do to it was not tried",
            );
        } else {
            self.report.failed(&name, format!("{arrived} units become {later} in a day without a transfer"));
        }
        if later < UNITS_BACK {
            self.report.warning(
                self.name("payout"),
                format!("not tried: {later} units are there, where {UNITS_BACK} are needed"),
            );
            return Ok(());
        }
        self.answered("transfer", push.result(), "");
        if push.is_done() {
            self.moved("payout", UNITS_BACK, later.saturating_sub(left.amount()), paid.amount());
        }
        Ok(())
    }

    /// What must be moved, what the sender lost, and what arrived. A fee on receipt is borne: what arrives counts.
    fn moved(&mut self, what: &str, units: U256, gone: U256, arrived: U256) {
        let (name, text) = (self.name(what), format!("of {units} units that are sent, {gone} go and {arrived} arrive"));
        if gone != units {
            let reason = "the contract needs a token that moves what it says, and takes no more from the sender";
            self.report.failed(name, format!("{text}: {reason}"));
        } else if arrived < units {
            self.report.warning(
                name,
                format!("{text}: a fee on receipt; what arrives counts, and payees get less than they are paid"),
            );
        } else {
            self.report.ok(name, text);
        }
    }

    fn not_told(&mut self, name: &str) -> Result<()> {
        self.report.warning(name, "not tried: the nodes do not answer each simulated call");
        Ok(())
    }

    /// Calls one after the other in the next block, and others in one a day later.
    #[expect(clippy::type_complexity, reason = "both blocks, or why there is none")]
    fn simulate(
        &mut self,
        now: &[(Address, Bytes)],
        later: &[(Address, Bytes)],
    ) -> Result<Result<(Vec<Called>, Vec<Called>), String>> {
        let token = self.token;
        let calls = |calls: &[(Address, Bytes)]| -> Vec<Value> {
            calls.iter().map(|(from, data)| json!({ "from": from, "to": token, "data": data })).collect()
        };
        let time = self.head.timestamp.to::<u64>().saturating_add(DAY);
        let blocks = json!([
            { "calls": calls(now) },
            { "blockOverrides": { "time": U64::from(time) }, "calls": calls(later) },
        ]);
        let parameters = json!([{ "blockStateCalls": blocks }, { "blockHash": self.head.hash }]);
        let probed = self.nodes.probe::<Vec<Simulated>>("transfers", "eth_simulateV1", &parameters)?;
        let blocks = match probed {
            Probed::Answered(blocks) => blocks,
            Probed::Refused { reason, .. } => return Ok(Err(format!("eth_simulateV1: {reason}"))),
        };
        // Some nodes fill up with empty blocks what is between.
        let mut blocks = blocks.into_iter().map(|block| block.calls).filter(|calls| !calls.is_empty());
        match (blocks.next(), blocks.next()) {
            (Some(now), Some(later)) => Ok(Ok((now, later))),
            _ => Ok(Err("eth_simulateV1: two blocks are expected".to_owned())),
        }
    }

    /// What the token answers, or why it does not.
    fn call(&mut self, from: Address, call: &impl SolCall) -> Result<Result<Bytes, String>> {
        self.call_at(self.token, from, call)
    }

    fn call_at(&mut self, to: Address, from: Address, call: &impl SolCall) -> Result<Result<Bytes, String>> {
        let data: Bytes = call.abi_encode().into();
        let parameters = json!([{ "from": from, "to": to, "data": data }, { "blockHash": self.head.hash }]);
        Ok(match self.nodes.probe::<Bytes>("what a token answers", "eth_call", &parameters)? {
            Probed::Answered(answer) => Ok(answer),
            Probed::Refused { reason, .. } => Err(reason),
        })
    }
}

/// Whose code a fixed proxy runs (EIP-1167).
fn copied(code: &[u8]) -> Option<Address> {
    let rest = code.strip_prefix(&alloy_primitives::hex!("363d3d373d3d3d363d73"))?;
    let (target, rest) = rest.split_at_checked(20)?;
    rest.starts_with(&alloy_primitives::hex!("5af43d82803e903d91602b57fd5bf3")).then(|| Address::from_slice(target))
}

#[derive(Debug, PartialEq, Deserialize)]
struct Simulated {
    calls: Vec<Called>,
}

/// A call that was simulated.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    status: U64,
    return_data: Bytes,
}

impl Called {
    fn is_done(&self) -> bool {
        self.status == U64::from(1)
    }

    /// What it returns, or why it does not.
    fn result(&self) -> Result<Bytes, String> {
        if self.is_done() { Ok(self.return_data.clone()) } else { Err(format!("it reverts with {}", self.return_data)) }
    }

    /// The number that it returns; 0 if it returns none.
    fn amount(&self) -> U256 {
        let word = self.return_data.get(..32).filter(|_| self.is_done());
        word.map_or(U256::ZERO, U256::from_be_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slots_of_proxies_are_those_of_the_standard() {
        let [implementation, beacon, old] = PROXY_SLOTS.map(|(slot, _)| slot);
        for (slot, name) in [(implementation, "eip1967.proxy.implementation"), (beacon, "eip1967.proxy.beacon")] {
            let hash = U256::from_be_bytes(keccak256(name).0);
            assert_eq!(U256::from_be_bytes(slot.0), hash - U256::from(1), "{name}");
        }
        assert_eq!(old, keccak256("org.zeppelinos.proxy.implementation"));
    }

    #[test]
    fn a_fixed_proxy_tells_whose_code_it_runs() {
        let target = Address::repeat_byte(0x17);
        let code = [
            &alloy_primitives::hex!("363d3d373d3d3d363d73")[..],
            target.as_slice(),
            &alloy_primitives::hex!("5af43d82803e903d91602b57fd5bf3"),
        ]
        .concat();
        assert_eq!(copied(&code), Some(target));
        assert_eq!(copied(&code[..40]), None);
    }
}
