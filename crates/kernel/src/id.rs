//! Typed ids: one UUIDv7 with the kind of thing in its type.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use uuid::Uuid;

/// An id of a thing of kind `K`. Sorts by time of making; prints as a hyphenated UUID.
///
/// ```
/// use kernel::{MatterId, Id};
/// let id: MatterId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
/// assert_eq!(id.to_string(), "01900000-0000-7000-8000-000000000001");
/// ```
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Wraps a UUID that is known to name a `K` (read from the database, made by `Ctx`).
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID, for the database border.
    pub const fn uuid(&self) -> Uuid {
        self.0
    }

    /// The id of another kind with the same value: a capability row shares the id of its matter.
    pub const fn cast<L>(self) -> Id<L> {
        Id::from_uuid(self.0)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self::from_uuid)
    }
}
impl<K> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
impl<'de, K> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {
        /// The kinds of things that have ids. Uninhabited: they live only in types.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

kinds! {
    /// A matter (事项): whatever the bureau handles.
    Matter => MatterId;
    /// A unit of the bureau (机构): bureau, section, 所, station.
    Unit => UnitId;
    /// A person who works here.
    Officer => OfficerId;
    /// A post (岗位): an officer in a role at a unit for a time.
    Post => PostId;
    /// A trader (经营者).
    Trader => TraderId;
    /// An attachment (附件).
    Attachment => AttachmentId;
    /// A notice (告知) to a party.
    Notice => NoticeId;
    /// A journal row (日志).
    Journal => JournalId;
    /// A job in the queue.
    Job => JobId;
    /// An official paper (文书).
    Paper => PaperId;
    /// An edition of an official form.
    FormEdition => FormEditionId;
}
