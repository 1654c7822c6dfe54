#![doc = include_str!("../README.md")]

mod clock;
mod ctx;
mod digest;
mod entropy;
mod id;
pub mod mask;
mod money;
mod quantity;
mod refusal;
mod role;
mod seal;
mod word;
pub mod workflow;

pub use clock::{Clock, OFFICE_ZONE, day_words, office_date, office_minute};
pub use ctx::{Actor, Ctx, Ground, Officer};
pub use digest::{RunningDigest, hex, sm3, unhex};
pub use entropy::Entropy;
pub use id::{
    AttachmentId, FormEditionId, Id, JobId, JournalId, MatterId, NoticeId, OfficerId, PaperId, PostId,
    TraderId, UnitId, kind,
};
pub use money::{Money, MoneyError};
pub use quantity::Quantity;
pub use refusal::Refusal;
pub use role::{Permission, Reach, Role};
pub use seal::{Field, Keyring, SealError};
pub use word::Word;
pub use workflow::Move;
