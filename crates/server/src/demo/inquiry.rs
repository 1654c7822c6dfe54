//! One report's life after it was assigned, and now and then a clue found in a complaint; it stops where the present is
//! reached.

use db::Tx;
use jiff::Timestamp;
use kernel::{Actor, Ctx, Money, Officer};
use law::Law;
use matters::{Matter, notices::Delivery};
use reports::{Act, Input, reward};
use web::{Problem, Result};

use super::{
    bureau::pick,
    contacts::after,
    words::{FINDINGS, NOT_FILED},
};

pub(super) struct Inquiry<'a> {
    pub ctx: &'a Ctx,
    pub number: &'a str,
    pub handler: &'a Officer,
    pub head: &'a Officer,
    pub bureau: &'a Officer,
    /// How far the story has come.
    pub at: Timestamp,
    /// Where it must stop.
    pub present: Timestamp,
}

impl Inquiry<'_> {
    fn below(&self, bound: u64) -> u64 {
        self.ctx.entropy().below(bound)
    }

    /// The context of `officer` after `wait` days; none when the present is reached.
    fn later(&mut self, officer: &Officer, wait: u64) -> Option<Ctx> {
        self.at = after(self.at, wait, 1);
        (self.at < self.present).then(|| self.ctx.by(Actor::Officer(officer.clone())).at(self.at))
    }

    /// Does `act` after `wait` days; `false` when the present is reached or the rules do not allow it here.
    fn act(&mut self, tx: &mut Tx, officer: &Officer, wait: u64, act: Act, input: &Input) -> Result<bool> {
        let Some(by) = self.later(officer, wait) else { return Ok(false) };
        went(reports::perform(tx, &by, self.number, None, act, input))
    }

    pub(super) fn live(mut self, tx: &mut Tx) -> Result<()> {
        // Now and then somebody is late: the figures must have something to show.
        let (handler, wait) = (self.handler, if self.below(20) == 0 { 16 } else { 1 + self.below(3) });
        let laws = self.laws(tx)?;
        if !self.act(tx, handler, wait, Act::Verify, &laws)? {
            return Ok(());
        }
        let (way, words) = *pick(self.ctx.entropy(), FINDINGS);
        let found = Input {
            way: way.to_owned(),
            words: words.to_owned(),
            who: handler.name.clone(),
            place: "经营场所".to_owned(),
            ..Input::default()
        };
        let days = self.below(4);
        if !self.act(tx, handler, days, Act::Find, &found)? {
            return Ok(());
        }
        match self.below(100) {
            0..8 => self.more_time(tx)?,
            8..16 => self.tested(tx)?,
            _ => {}
        }
        if self.below(100) < 45 { self.filed(tx) } else { self.not_filed(tx) }
    }

    /// The laws that are proposed for the class of its problem.
    fn laws(&self, tx: &mut Tx) -> Result<Input> {
        let found = matters::find(tx, &self.ctx.by(Actor::System("演示数据")), self.number)?;
        let tags = Law::in_use().reports.tags_on(found.received_on);
        let likely = tags.filter(|tag| tag.is_likely(found.problem.as_deref()));
        Ok(Input { items: likely.map(|tag| tag.key.clone()).collect(), ..Input::default() })
    }

    fn more_time(&mut self, tx: &mut Tx) -> Result<()> {
        let (handler, head) = (self.handler, self.head);
        let asked = Input { words: "供货商在外地，需要协查。".to_owned(), ..Input::default() };
        if self.act(tx, handler, 1, Act::AskExtension, &asked)? {
            let yes = Input { way: "yes".to_owned(), words: "同意".to_owned(), ..Input::default() };
            self.act(tx, head, 1, Act::DecideExtension, &yes)?;
        }
        Ok(())
    }

    fn tested(&mut self, tx: &mut Tx) -> Result<()> {
        let sent = Input {
            way: "test".to_owned(),
            who: "松江市产品质量检验院".to_owned(),
            paper: format!("检 {}", self.number),
            ..Input::default()
        };
        let (handler, days) = (self.handler, 5 + self.below(10));
        if self.act(tx, handler, 1, Act::StartTest, &sent)? {
            let back = Input { words: "检验报告：不合格。".to_owned(), ..Input::default() };
            self.act(tx, handler, days, Act::EndTest, &back)?;
        }
        Ok(())
    }

    fn filed(&mut self, tx: &mut Tx) -> Result<()> {
        let (handler, head, days) = (self.handler, self.head, 1 + self.below(3));
        let proposed = Input {
            way: "file".to_owned(),
            items: ["1", "2", "3", "4"].map(str::to_owned).to_vec(),
            words: "有证据初步证明存在违法行为，建议立案。".to_owned(),
            ..Input::default()
        };
        let decided = Input {
            paper: format!("立 {}", self.number),
            who: format!("{}、{}", handler.name, head.name),
            ..Input::default()
        };
        let filed = self.act(tx, handler, days, Act::Propose, &proposed)?
            && self.act(tx, head, 1, Act::File, &decided)?;
        if !filed {
            return Ok(());
        }
        let told = told(self.number);
        self.act(tx, handler, 1, Act::Tell, &told)?;
        let days = 25 + self.below(40);
        if self.below(3) > 0 && self.act(tx, handler, days, Act::RecordResult, &self.penalty())? {
            self.act(tx, handler, 1, Act::Tell, &told)?;
            if self.below(2) == 0 {
                self.rewarded(tx)?;
            }
        }
        self.act(tx, handler, 0, Act::Close, &Input::default()).map(drop)
    }

    fn penalty(&self) -> Input {
        let yuan = i64::try_from(self.below(40) + 1).unwrap_or(1) * 1_000;
        Input {
            way: "penalty".to_owned(),
            paper: format!("罚 {}", self.number),
            fine: Some(Money::from_yuan(yuan)),
            confiscated: Some(Money::from_fen(i64::try_from(self.below(90_000)).unwrap_or(0))),
            ..Input::default()
        }
    }

    fn rewarded(&mut self, tx: &mut Tx) -> Result<()> {
        let ask = Input {
            grade: i64::try_from(self.below(3) + 1).unwrap_or(3),
            who: "严重危害人民群众人身、财产安全的违法行为".to_owned(),
            words: "举报提供了现场照片，与查明事实基本相符。".to_owned(),
            yes: true,
            ..Input::default()
        };
        let paid = Input { paper: format!("支付 {}", self.number), ..Input::default() };
        let steps = [
            (self.handler, 5, reward::Act::Propose, ask),
            (self.bureau, 3, reward::Act::Approve, Input::default()),
            (self.handler, 10, reward::Act::Pay, paid),
        ];
        for (officer, wait, act, input) in steps {
            let Some(by) = self.later(officer, wait) else { break };
            if !went(reward::perform(tx, &by, self.number, None, act, &input))? {
                break;
            }
        }
        Ok(())
    }

    fn not_filed(&mut self, tx: &mut Tx) -> Result<()> {
        let (ground, words) = *pick(self.ctx.entropy(), NOT_FILED);
        let proposed = Input {
            way: "not".to_owned(),
            ground: ground.to_owned(),
            words: words.to_owned(),
            ..Input::default()
        };
        let (handler, head, days) = (self.handler, self.head, 1 + self.below(3));
        let decided = self.act(tx, handler, days, Act::Propose, &proposed)?
            && self.act(tx, head, 1, Act::DoNotFile, &Input::default())?;
        if decided {
            self.act(tx, handler, 1, Act::Tell, &told(self.number))?;
            self.act(tx, handler, 0, Act::Close, &Input::default())?;
        }
        Ok(())
    }

    /// The handler of a complaint finds a clue, which becomes a report with a life of its own.
    pub(super) fn split_off(mut self, tx: &mut Tx) -> Result<()> {
        let handler = self.handler;
        let days = 2 + self.below(6);
        let Some(by) = self.later(handler, days) else { return Ok(()) };
        let words = "调解中发现经营者不能提供进货票据，涉嫌违反进货查验规定。".to_owned();
        let input = Input { words, ..Input::default() };
        let opened = match reports::from_complaint(tx, &by, self.number, None, &input) {
            Ok(report) => report,
            Err(Problem::Refused(_)) => return Ok(()),
            Err(other) => return Err(other),
        };
        Inquiry { number: &opened.number, ..self }.live(tx)
    }
}

/// Whether it was done; a refusal is part of the story, anything else is not.
fn went(done: Result<Matter>) -> Result<bool> {
    match done {
        Ok(_) => Ok(true),
        Err(Problem::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// By letter, which every law accepts.
fn told(number: &str) -> Input {
    let notice = Delivery {
        channel: "letter".to_owned(),
        proof_kind: "post_number".to_owned(),
        proof: format!("演示邮单 {number}"),
        ..Delivery::default()
    };
    Input { way: "told".to_owned(), notice, ..Input::default() }
}
