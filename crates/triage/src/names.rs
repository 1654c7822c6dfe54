//! Whose name is meant: the grammar of traders' names, what sounds or looks alike, an index of a register, and the judgement with its
//! evidence.

pub(crate) mod address;
pub(crate) mod compare;
pub(crate) mod index;
pub(crate) mod judge;
pub(crate) mod place;
pub(crate) mod quick;
pub(crate) mod short;
pub(crate) mod sound;
pub(crate) mod split;
