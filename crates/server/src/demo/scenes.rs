//! What the two years of contacts do not show by themselves, played once each: settlements, splits and merges, disputes,
//! reminders, leave, talk, papers, notices, saved filters, an export, proposals. Every scene takes the office's own commands.

mod conduct;
mod letters;
mod papers;
mod relations;
mod roster;
mod settlements;
mod voices;
mod waiting;
mod whose;

use std::sync::Arc;

use complaints::{Act, Input};
use db::Tx;
use intake::NewContact;
use jiff::Timestamp;
use kernel::{Actor, Ctx, Officer};
use law::Law;
use matters::notices::Delivery;
use matters::{Kind, Matter};
use web::{App, Problem, Result};

use super::{
    bureau::{Office, Shop},
    contacts::{self, Stage},
    life::{Life, told},
};

/// A scene: one transaction.
type Scene = fn(&mut Tx, &Set<'_>) -> Result<()>;

/// In this order: who is on leave hands over what the scenes before have left, and reminders see everything.
const SCENES: &[Scene] = &[
    settlements::bodies,
    settlements::first,
    settlements::entrusted,
    relations::split,
    relations::merged,
    relations::again,
    whose::advised,
    whose::disputed,
    papers::drawn_up,
    letters::posted,
    voices::heard,
    voices::rated,
    waiting::late,
    waiting::away,
    waiting::reminded,
    conduct::proposed,
    conduct::filtered,
    roster::rostered,
    roster::handed_over,
    roster::booked,
];

/// Plays every scene after the contacts were lived through.
pub(super) async fn play(app: &App, ctx: &Ctx, stage: &Arc<Stage>) -> Result<()> {
    for scene in SCENES {
        let (ctx, stage) = (ctx.clone(), stage.clone());
        app.db.write(move |tx| scene(tx, &Set { ctx: &ctx, stage: &stage })).await?;
    }
    conduct::exported(app, stage).await
}

/// Where a scene is played.
struct Set<'a> {
    ctx: &'a Ctx,
    stage: &'a Stage,
}

impl Set<'_> {
    fn below(&self, bound: u64) -> u64 {
        self.ctx.entropy().below(bound)
    }

    /// `hour` of the worked day that lies `days` worked days back; never after the present or before the history.
    fn instant(&self, days: u32, hour: i8) -> Timestamp {
        let calendar = &Law::in_use().calendar;
        let mut day = kernel::office_date(self.stage.now);
        let mut left = days;
        while let Ok(before) = day.yesterday() {
            if calendar.day(day).is_worked() {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            day = before;
        }
        let minute = i8::try_from(self.below(60)).unwrap_or(0);
        let at = kernel::OFFICE_ZONE.to_timestamp(day.at(hour, minute, 0, 0)).unwrap_or(self.stage.now);
        at.clamp(self.stage.begin, self.stage.now)
    }

    /// `officer` at an [`Set::instant`].
    fn at(&self, officer: &Officer, days: u32, hour: i8) -> Ctx {
        self.ctx.by(Actor::Officer(officer.clone())).at(self.instant(days, hour))
    }

    /// The program itself, or whoever has no account, at an [`Set::instant`].
    fn by_itself(&self, who: &'static str, days: u32, hour: i8) -> Ctx {
        self.ctx.by(Actor::System(who)).at(self.instant(days, hour))
    }

    fn office(&self, at: usize) -> &Office {
        &self.stage.offices[at % self.stage.offices.len()]
    }

    /// The one who handles most of the scenes: the first login of the demo.
    fn handler(&self) -> &Officer {
        self.handler_of(0)
    }

    fn handler_of(&self, office: usize) -> &Officer {
        &self.office(office).handlers[0]
    }

    fn shop(&self) -> &Shop {
        super::bureau::pick(self.ctx.entropy(), &self.stage.shops)
    }

    /// A contact as one more of those that come every day.
    fn contact(&self, kind: Kind, days: u32) -> NewContact {
        contacts::contact(&self.at(&self.stage.desk, days, 9), self.stage, self.shop(), kind)
    }

    /// Registers `new` at the desk and gives it to the first handler of an office.
    fn assigned(&self, tx: &mut Tx, new: &NewContact, office: usize, days: u32) -> Result<Matter> {
        let mut matter = self.registered(tx, new, days)?;
        self.give(tx, &mut matter, office, days)?;
        Ok(matter)
    }

    fn registered(&self, tx: &mut Tx, new: &NewContact, days: u32) -> Result<Matter> {
        intake::register(tx, &self.at(&self.stage.desk, days, 9).at(new.received_at), new)
    }

    fn give(&self, tx: &mut Tx, matter: &mut Matter, office: usize, days: u32) -> Result<()> {
        let (to, dispatcher) = (self.office(office), self.at(&self.stage.dispatcher, days, 11));
        matters::assign(tx, &dispatcher, matter, to.unit, to.handlers.first().map(|one| one.id), "")
    }

    /// Does `act`; a refusal is part of the story.
    fn act(
        &self,
        tx: &mut Tx,
        number: &str,
        (officer, days, hour): (&Officer, u32, i8),
        act: Act,
        input: &Input,
    ) -> Result<bool> {
        let by = self.at(officer, days, hour);
        soft(complaints::perform(tx, &by, number, None, act, input)).map(|done| done.is_some())
    }

    /// Accepted and told by telephone on one day.
    fn accepted(&self, tx: &mut Tx, number: &str, officer: &Officer, days: u32) -> Result<bool> {
        let told = told(number);
        Ok(self.act(tx, number, (officer, days, 14), Act::Accept, &Input::default())?
            && self.act(tx, number, (officer, days, 15), Act::TellAcceptance, &told)?)
    }

    /// A complaint's life from here on, as far as the present allows.
    fn live(&self, tx: &mut Tx, matter: &Matter, office: usize, days: u32) -> Result<()> {
        let at = self.instant(days, 11);
        let ctx = self.ctx.at(at);
        let (handler, head) = (self.handler_of(office), &self.office(office).head);
        let number = &matter.number;
        let life =
            Life { ctx: &ctx, number, handler, head, amount: matter.amount, at, present: self.stage.now };
        life.live(tx)
    }
}

/// A refusal is part of the story, anything else is not.
fn soft<T>(done: Result<T>) -> Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(Problem::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// By telephone, with the number of a recording.
fn by_phone(number: &str) -> Delivery {
    told(number).notice
}
