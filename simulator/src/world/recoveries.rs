//! Who signed what, remembered: nine tenths of a dispute are recoveries of signers, and what one gives never changes.

use alloy_primitives::{
    Address, address,
    map::{AddressSet, HashMap},
};
use revm::{
    context_interface::{Cfg, ContextTr},
    handler::{EthPrecompiles, PrecompileProvider, precompile_output_to_interpreter_result},
    interpreter::{CallInputs, InterpreterResult},
    precompile::PrecompileOutput,
    primitives::hardfork::SpecId,
};

const ECRECOVER: Address = address!("0x0000000000000000000000000000000000000001");
/// What a recovery is given: digest, `v`, `r`, `s`. Anything else is left to the precompile.
const INPUT: usize = 128;

/// The precompiled contracts, of which the one that recovers signers may remember.
#[derive(Debug)]
pub(super) struct Recoveries {
    all: EthPrecompiles,
    remembered: Option<HashMap<[u8; INPUT], PrecompileOutput>>,
}

impl Recoveries {
    pub(super) fn new(spec: SpecId) -> Self {
        Self { all: EthPrecompiles::new(spec), remembered: Some(HashMap::default()) }
    }

    /// Whether signers are remembered from now on; what was remembered is forgotten.
    pub(super) fn remember(&mut self, is_remembering: bool) {
        self.remembered = is_remembering.then(HashMap::default);
    }

    /// How many are remembered.
    pub(super) fn len(&self) -> usize {
        self.remembered.as_ref().map_or(0, HashMap::len)
    }

    /// The answer to a recovery, if it is one that can be remembered.
    fn recover<C: ContextTr>(&mut self, context: &C, inputs: &CallInputs) -> Option<InterpreterResult> {
        let remembered = self.remembered.as_mut().filter(|_| inputs.bytecode_address == ECRECOVER)?;
        let input = <[u8; INPUT]>::try_from(&*inputs.input.as_bytes(context)).ok()?;
        if let Some(output) = remembered.get(&input).filter(|output| inputs.gas_limit >= output.gas_used) {
            let output = PrecompileOutput { reservoir: inputs.reservoir, ..output.clone() };
            return Some(precompile_output_to_interpreter_result(output, inputs.gas_limit));
        }
        let precompile = self.all.precompiles.get(&ECRECOVER)?;
        let output = precompile.execute(&input, inputs.gas_limit, inputs.reservoir).ok()?;
        // One that ran out of gas says nothing of the signature.
        if output.halt_reason().is_none() {
            remembered.insert(input, output.clone());
        }
        Some(precompile_output_to_interpreter_result(output, inputs.gas_limit))
    }
}

impl<C: ContextTr> PrecompileProvider<C> for Recoveries
where
    EthPrecompiles: PrecompileProvider<C, Output = InterpreterResult>,
{
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: <C::Cfg as Cfg>::Spec) -> bool {
        PrecompileProvider::<C>::set_spec(&mut self.all, spec)
    }

    fn run(&mut self, context: &mut C, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        match self.recover(context, inputs) {
            Some(result) => Ok(Some(result)),
            None => self.all.run(context, inputs),
        }
    }

    fn warm_addresses(&self) -> &AddressSet {
        self.all.warm_addresses()
    }

    fn contains(&self, address: &Address) -> bool {
        self.all.contains(address)
    }
}
