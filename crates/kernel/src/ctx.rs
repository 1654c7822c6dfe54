//! Who acts, when, and under which request: handed to every command.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use crate::{
    Clock, Entropy, Id, Keyring, OfficerId, Permission, PostId, Reach, Refusal, Role, UnitId,
    clock::office_date,
};

/// An officer acting from one of his or her posts (岗位).
#[derive(Clone, Debug)]
pub struct Officer {
    /// The person.
    pub id: OfficerId,
    /// The person's name as colleagues know it.
    pub name: String,
    /// The post acted from; it decides role and unit.
    pub post: PostId,
    /// What the post may do.
    pub role: Role,
    /// Where the post is.
    pub unit: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's place in the tree: `/` + ordinal of each ancestor + `/`, e.g. `/001/004/`. A subtree is a prefix.
    pub unit_path: String,
    /// The officer whose post this is, when acting as a deputy (代理).
    pub deputy_for: Option<OfficerId>,
}

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// An officer, signed in.
    Officer(Officer),
    /// A member of the public, not signed in.
    Public,
    /// The program itself: jobs, imports, demo data. The word says which part.
    System(&'static str),
}

/// What the machine lends to commands: time, chance and keys. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The present instant.
    pub clock: Clock,
    /// Chance.
    pub entropy: Entropy,
    /// The keys that seal personal fields.
    pub keyring: Arc<Keyring>,
}

impl Ground {
    /// A standing clock, seeded chance and keys from the seed: for tests and demo data.
    pub fn standing(at: Timestamp, seed: &str) -> Self {
        let entropy = Entropy::seeded(seed);
        let keyring = Arc::new(Keyring::generate(&entropy));
        Self { clock: Clock::standing(at), entropy, keyring }
    }

    /// A context for `actor` at the present instant.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        let request = crate::hex(&self.entropy.bytes::<6>());
        Ctx { actor, now: self.clock.now(), request, ground: self.clone() }
    }
}

/// The context of one command: actor, instant, request, and the only door to ids and chance.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The instant of the command, whole milliseconds; the same through the whole command.
    pub now: Timestamp,
    /// The request, for the log and the error page.
    pub request: String,
    ground: Ground,
}

impl Ctx {
    /// The same context at another instant: imports and demo data speak of the past.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        Self { now, ..self.clone() }
    }

    /// The same instant and request with another actor.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// The legal date of the command, Asia/Shanghai.
    pub fn today(&self) -> Date {
        office_date(self.now)
    }

    /// A new id.
    pub fn id<K>(&self) -> Id<K> {
        Id::from_uuid(self.ground.entropy.uuid(self.now))
    }

    /// Chance, for codes, nonces and draws.
    pub const fn entropy(&self) -> &Entropy {
        &self.ground.entropy
    }

    /// The keys that seal personal fields (D10).
    pub fn keyring(&self) -> &Keyring {
        &self.ground.keyring
    }

    /// The acting officer.
    ///
    /// # Errors
    /// A refusal when nobody is signed in.
    pub fn officer(&self) -> Result<&Officer, Refusal> {
        match &self.actor {
            Actor::Officer(officer) => Ok(officer),
            Actor::Public | Actor::System(_) => Err(Refusal::new("sign_in_first", "请先登录")),
        }
    }

    /// Passes when the actor holds `permission`; the program itself always does.
    ///
    /// # Errors
    /// A refusal that says which post is missing the right.
    pub fn may(&self, permission: Permission) -> Result<(), Refusal> {
        match &self.actor {
            Actor::System(_) => Ok(()),
            Actor::Officer(officer) if officer.role.may(permission) => Ok(()),
            Actor::Officer(officer) => Err(Refusal::new(
                "not_permitted",
                format!("“{}”岗位没有“{}”的权限", officer.role.label(), permission.label()),
            )),
            Actor::Public => Err(Refusal::new("sign_in_first", "请先登录")),
        }
    }

    /// How far the actor sees (R33): see [`Reach`].
    pub fn reach(&self) -> Reach {
        match &self.actor {
            Actor::Officer(officer) => officer.role.reach(),
            Actor::System(_) => Reach::Everything,
            Actor::Public => Reach::Nothing,
        }
    }

    /// The name to write in the journal.
    pub fn actor_name(&self) -> &str {
        match &self.actor {
            Actor::Officer(officer) => &officer.name,
            Actor::Public => "群众",
            Actor::System(part) => part,
        }
    }
}
