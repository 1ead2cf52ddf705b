//! Each code is reached by what it names, and by nothing legal beside it.

mod cooperative;
mod instances;
mod money;
mod page;
mod rounds;
mod signatures;
mod steps;
mod terms;
