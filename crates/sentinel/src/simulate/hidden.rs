//! Worlds with hidden rules.
