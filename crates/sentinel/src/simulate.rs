//! Seeded worlds with known incidents, for measuring detectors. Made-up figures: they prove how a detector behaves under the stated
//! assumptions, never how good it is in an office.

pub mod hidden;
pub mod noufaily;
pub mod office;
