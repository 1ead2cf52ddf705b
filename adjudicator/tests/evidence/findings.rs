//! Each code is reached by what it names, and by nothing legal beside it.

mod bundles;
mod cooperative;
mod instances;
mod money;
mod page;
mod rounds;
mod signatures;
mod steps;
mod terms;

pub(crate) use signatures::tic_tac_toe;
