//! What happens to the chain.

use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;

use super::{Event, Play};
use crate::{
    Error,
    actors::{ScriptedPayee, ScriptedToken, temptation, temptation_of},
    node::Sent,
    scenario::{Call, Fault, Path, PayeeMood, TokenMood},
    stage::{Wrong, tell},
};

impl Play {
    pub(super) fn fault(&mut self, fault: &Fault, path: &Path) -> Result<(), Wrong> {
        let path = path.field("fault");
        let what = match fault {
            Fault::Censor { sender, blocks } => {
                let address = self.stage.address(sender, &path.field("censor").field("sender"))?;
                self.node.censor(address, self.now, *blocks);
                format!("for {blocks} blocks nobody mines what {sender} sends")
            }
            Fault::Reorg { depth, lost } => {
                let what = self.reorg(*depth, lost, &path.field("reorg"))?;
                // Of what was taken back nothing holds any more, whatever is mined again.
                let standings = self.standings();
                self.told.events.push(Event { standings, ..Event::fault(self.now, what) });
                return self.mine_at(self.now, &path);
            }
            Fault::Node { of, fails, stale } => {
                let watching = self.watching.iter_mut().find(|watching| watching.by == *of);
                let path = path.field("node").field("of");
                let watching = watching.ok_or_else(|| Wrong::new(&path, format!("`{of}` is no watcher")))?;
                (watching.wire.failing, watching.wire.stale) = (*fails, *stale);
                format!("{of}'s node does not take the next {fails} transactions, and is {stale} blocks behind")
            }
            Fault::BaseFee(sum) => {
                self.node.set_base_fee(self.stage.gas_price(sum, &path.field("base_fee"))?);
                format!("a unit of gas costs {sum} at least")
            }
            Fault::Token { token, mood, target, calls } => {
                let path = path.field("token");
                let address = self.stage.token(token, &path.field("token"))?;
                let is_picky = *mood == TokenMood::Picky;
                require_if(target.is_some(), is_picky, "target", "picky", &path)?;
                require_if(calls.is_some(), *mood == TokenMood::Reentering, "calls", "reentering", &path)?;
                self.changed_behind = self.blocks.len();
                let target_ =
                    target.as_ref().map(|name| self.stage.address(name, &path.field("target"))).transpose()?;
                let told = ScriptedToken::becomeCall {
                    mood_: *mood as u8,
                    target_: target_.unwrap_or_default(),
                    number_: U256::ZERO,
                };
                self.tell(address, &told, calls.as_deref(), &path)?;
                format!("{token} is {mood:?} from now on")
            }
            Fault::Payee { payee, mood, calls } => {
                let path = path.field("payee");
                let address = self.stage.actor(payee, &path.field("payee"))?;
                require_if(calls.is_some(), *mood == PayeeMood::Reentering, "calls", "reentering", &path)?;
                self.changed_behind = self.blocks.len();
                self.tell(address, &ScriptedPayee::becomeCall { mood_: *mood as u8 }, calls.as_deref(), &path)?;
                format!("{payee} is {mood:?} from now on")
            }
            Fault::Balance { account, amount } => {
                let path = path.field("balance");
                let address = self.stage.address(account, &path.field("account"))?;
                let coins = self.stage.coins(amount, &path.field("amount"))?;
                self.changed_behind = self.blocks.len();
                self.node.world_mut().set_balance(address, coins);
                format!("{account} has {} left", self.stage.print_amount(Address::ZERO, coins))
            }
            Fault::ChainId(id) => {
                self.changed_behind = self.blocks.len();
                self.node.world_mut().set_chain_id(*id);
                format!("the chain's id is {id} from now on")
            }
        };
        self.told.events.push(Event::fault(self.now, what));
        Ok(())
    }

    fn tell(&mut self, actor: Address, told: &impl SolCall, calls: Option<&Call>, path: &Path) -> Result<(), Wrong> {
        if let Some(call) = calls {
            let built = self.built(call, actor, &path.field("calls"))?;
            let code = temptation(built.to, &built.data);
            self.node.world_mut().set_code(temptation_of(actor), code);
        }
        let base_fee = self.node.world().base_fee();
        self.node.world_mut().set_base_fee(0);
        let done = tell(self.node.world_mut(), actor, told, path);
        self.node.world_mut().set_base_fee(base_fee);
        done
    }

    fn reorg(&mut self, depth: u64, lost: &[String], path: &Path) -> Result<String, Wrong> {
        let back = |error: Error| Wrong::new(path, error);
        if depth == 0 {
            return Err(Wrong::new(&path.field("depth"), "no block is taken back: at least 1 is"));
        }
        let gone = self.node.reorg(self.now, depth).map_err(back)?;
        for _ in 0..gone {
            if let Some(twin) = self.twins.pop() {
                self.twin = twin;
            }
            if let Some(from) = self.blocks.pop() {
                self.told.events.iter_mut().skip(from).for_each(|event| event.is_undone |= event.sent.is_some());
            }
        }
        if self.blocks.len() < self.changed_behind {
            let what = "a fault since then would be taken back, too: tell it behind the reorg";
            return Err(Wrong::new(&path.field("depth"), what));
        }
        for name in lost {
            let path = path.field("lost");
            let sent = match self.watching.iter().find(|watching| watching.by == *name) {
                Some(watching) => {
                    self.acted.values().filter(|acted| acted.path == watching.path).map(|it| it.sent).collect()
                }
                None => vec![self.sent_as(name, &path)?],
            };
            let back: Vec<Sent> = sent.into_iter().filter(|sent| self.node.is_waiting(*sent)).collect();
            if back.is_empty() {
                return Err(Wrong::new(&path, format!("the act `{name}` is not in these blocks")));
            }
            back.into_iter().for_each(|sent| self.node.lose(sent));
        }
        Ok(format!(
            "{} taken back{}",
            if depth == 1 { "the last block is".into() } else { format!("the last {depth} blocks are") },
            if lost.is_empty() { "" } else { ", and some transactions lost" }
        ))
    }
}

/// What only one mood has must be there with it, and not with another.
fn require_if(is_there: bool, is_wanted: bool, field: &str, mood: &str, path: &Path) -> Result<(), Wrong> {
    match (is_there, is_wanted) {
        (true, false) => Err(Wrong::new(&path.field(field), format!("`{field}` is of the mood `{mood}` alone"))),
        (false, true) => Err(Wrong::new(path, format!("the mood `{mood}` needs `{field}`"))),
        _ => Ok(()),
    }
}
