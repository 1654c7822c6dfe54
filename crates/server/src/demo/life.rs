//! One complaint's life after it was assigned; it stops where the present is reached.

use complaints::{Act, Input};
use db::Tx;
use jiff::Timestamp;
use kernel::{Actor, Ctx, Money, Officer};
use matters::notices::Delivery;
use web::{Problem, Result};

use super::{bureau::pick, contacts::after, words::REFUSALS};

pub(super) struct Life<'a> {
    pub ctx: &'a Ctx,
    pub number: &'a str,
    pub handler: &'a Officer,
    pub head: &'a Officer,
    pub amount: Option<Money>,
    /// How far the story has come.
    pub at: Timestamp,
    /// Where it must stop.
    pub present: Timestamp,
}

impl Life<'_> {
    fn below(&self, bound: u64) -> u64 {
        self.ctx.entropy().below(bound)
    }

    /// Does `act` after `wait` days; `false` when the present is reached or the rules do not allow it here.
    fn act(&mut self, tx: &mut Tx, officer: &Officer, wait: u64, act: Act, input: &Input) -> Result<bool> {
        self.at = after(self.at, wait, 1);
        if self.at >= self.present {
            return Ok(false);
        }
        let by = self.ctx.by(Actor::Officer(officer.clone())).at(self.at);
        match complaints::perform(tx, &by, self.number, None, act, input) {
            Ok(_) => Ok(true),
            Err(Problem::Refused(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    pub(super) fn live(mut self, tx: &mut Tx) -> Result<()> {
        // Now and then somebody is late: the figures must have something to show.
        let wait = if self.below(25) == 0 { 13 } else { 1 + self.below(4) };
        if self.below(100) < 9 {
            return self.refused(tx, wait);
        }
        let (handler, told) = (self.handler, told(self.number));
        let accepted = self.act(tx, handler, wait, Act::Accept, &Input::default())?
            && self.act(tx, handler, 0, Act::TellAcceptance, &told)?;
        let session = Input {
            way: "phone".to_owned(),
            who: handler.name.clone(),
            at: Some(self.ctx.now),
            words: "电话联系双方，了解诉求和意见。".to_owned(),
            ..Input::default()
        };
        let days = 2 + self.below(6);
        if !(accepted && self.act(tx, handler, days, Act::Mediate, &session)?) {
            return Ok(());
        }
        match self.below(100) {
            0..40 => self.settled_at_once(tx),
            40..62 => self.agreed(tx),
            _ => self.terminated(tx),
        }
    }

    fn refused(&mut self, tx: &mut Tx, wait: u64) -> Result<()> {
        let (ground, words) = *pick(self.ctx.entropy(), REFUSALS);
        let input = Input { ground: ground.to_owned(), words: words.to_owned(), ..Input::default() };
        let (handler, head, told) = (self.handler, self.head, told(self.number));
        let decided = self.act(tx, handler, wait, Act::ProposeRefusal, &input)?
            && self.act(tx, head, 1, Act::Refuse, &input)?;
        if decided {
            self.act(tx, handler, 0, Act::TellRefusal, &told)?;
        }
        Ok(())
    }

    /// Between half and all of the sum in dispute.
    fn recovered(&self) -> Option<Money> {
        let tenths = i64::try_from(self.below(6) + 5).unwrap_or(5);
        self.amount.map(|amount| Money::from_fen(amount.fen() * tenths / 10))
    }

    fn settled_at_once(&mut self, tx: &mut Tx) -> Result<()> {
        let words = "经营者当场退款，双方无其他争议。".to_owned();
        let input = Input { words, sum: self.amount, recovered: self.recovered(), ..Input::default() };
        let (handler, days) = (self.handler, 2 + self.below(8));
        self.act(tx, handler, days, Act::SettleAtOnce, &input).map(drop)
    }

    fn agreed(&mut self, tx: &mut Tx) -> Result<()> {
        let words = "经营者于七日内退还货款，消费者退回商品。".to_owned();
        let way = "document".to_owned();
        let input = Input { words, way, sum: self.amount, recovered: self.recovered(), ..Input::default() };
        let (handler, days, later) = (self.handler, 4 + self.below(20), 3 + self.below(7));
        if self.act(tx, handler, days, Act::Agree, &input)? {
            let input = Input { words: "消费者已收到款项。".to_owned(), ..Input::default() };
            self.act(tx, handler, later, Act::Perform, &input)?;
        }
        Ok(())
    }

    fn terminated(&mut self, tx: &mut Tx) -> Result<()> {
        let ground = if self.below(2) == 0 { "2" } else { "3" };
        let words = "经营者明确表示不同意调解方案。".to_owned();
        let input = Input { ground: ground.to_owned(), words, ..Input::default() };
        let (handler, days, later, told) =
            (self.handler, 8 + self.below(30), 1 + self.below(4), told(self.number));
        if self.act(tx, handler, days, Act::Terminate, &input)? {
            self.act(tx, handler, later, Act::TellTermination, &told)?;
        }
        Ok(())
    }
}

pub(super) fn told(number: &str) -> Input {
    let notice = Delivery {
        channel: "phone".to_owned(),
        proof_kind: "recording".to_owned(),
        proof: format!("演示录音 {number}"),
        ..Delivery::default()
    };
    Input { notice: notice.clone(), notice_to_trader: notice, ..Input::default() }
}
