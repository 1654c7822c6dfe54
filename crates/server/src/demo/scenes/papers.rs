//! Official papers in each of their states.

use complaints::{Act as Step, Input};
use db::Tx;
use kernel::Officer;
use matters::{Kind, Matter};
use papers::{Act, form, paper};
use web::{Problem, Result};

use super::{Set, by_phone, soft};

/// Papers of one matter, which lies some worked days back.
struct Folder<'a> {
    set: &'a Set<'a>,
    matter: Matter,
    days: u32,
}

impl<'a> Folder<'a> {
    fn new(tx: &mut Tx, set: &'a Set<'a>, days: u32) -> Result<Self> {
        let matter = set.assigned(tx, &set.contact(Kind::Complaint, days), 0, days)?;
        Ok(Self { set, matter, days })
    }

    fn handler(&self) -> &'a Officer {
        &self.set.stage.offices[0].handlers[0]
    }

    fn head(&self) -> &'a Officer {
        &self.set.stage.offices[0].head
    }

    fn back(&self, later: u32) -> u32 {
        self.days.saturating_sub(later)
    }

    fn act(&self, tx: &mut Tx, (officer, later): (&Officer, u32), act: Step, input: &Input) -> Result<bool> {
        self.set.act(tx, &self.matter.number, (officer, self.back(later), 10), act, input)
    }

    /// Drafts `key` on the day `later`, fills what the officer must fill, and takes `acts` one after the other.
    fn draw(
        &self,
        tx: &mut Tx,
        key: &str,
        later: u32,
        fills: &[(&str, &str)],
        acts: &[(Act, &str)],
    ) -> Result<()> {
        let form = form::find(key).ok_or(Problem::NotFound)?;
        let by = self.set.at(self.handler(), self.back(later), 11);
        let matter = matters::find(tx, &by, &self.matter.number)?;
        let Some(id) = soft(paper::draft(tx, &by, &matter, form))? else { return Ok(()) };
        if !fills.is_empty() {
            let typed = fills.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            soft(paper::amend(tx, &by, &matter, id, None, &typed))?;
        }
        for (at, (act, words)) in acts.iter().enumerate() {
            let officer = match act {
                Act::Approve | Act::SendBack | Act::Void => self.head(),
                _ => self.handler(),
            };
            let hour = 13 + i8::try_from(at).unwrap_or(0);
            let by = self.set.at(officer, self.back(later), hour);
            if soft(paper::perform(tx, &by, &matter, id, None, *act, words))?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

const SUBMIT: (Act, &str) = (Act::Submit, "");
const APPROVE: (Act, &str) = (Act::Approve, "");
const PRINT: (Act, &str) = (Act::Print, "");

/// Drafts, papers that wait, approved, printed, void, given up.
pub(super) fn drawn_up(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    accepted(tx, set)?;
    invited(tx, set)?;
    agreed(tx, set)?;
    refused(tx, set)?;
    terminated(tx, set)
}

fn accepted(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let all: [(u32, &[(Act, &str)]); 6] = [
        (18, &[SUBMIT, APPROVE, PRINT]),
        (13, &[SUBMIT, APPROVE, PRINT]),
        (10, &[SUBMIT, APPROVE]),
        (6, &[SUBMIT]),
        (5, &[SUBMIT, (Act::SendBack, "联系电话请改为所里的办公电话。")]),
        (4, &[]),
    ];
    for (days, acts) in all {
        let folder = Folder::new(tx, set, days)?;
        folder.draw(tx, "complaint_register", 0, &[], &[(Act::File, ""), PRINT])?;
        if folder.act(tx, (folder.handler(), 2), Step::Accept, &Input::default())? {
            folder.draw(tx, "acceptance", 2, &[], acts)?;
            if acts.len() > 1 {
                let told = crate::demo::life::told(&folder.matter.number);
                folder.act(tx, (folder.handler(), 3), Step::TellAcceptance, &told)?;
            }
        }
    }
    let folder = Folder::new(tx, set, 7)?;
    if folder.act(tx, (folder.handler(), 2), Step::Accept, &Input::default())? {
        folder.draw(tx, "acceptance", 2, &[], &[(Act::Discard, "")])?;
    }
    Ok(())
}

/// A session on site next week, and the paper that invites to it waits for the head.
fn invited(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let folder = Folder::new(tx, set, 8)?;
    let number = folder.matter.number.clone();
    if !set.accepted(tx, &number, folder.handler(), 6)? {
        return Ok(());
    }
    let soon = set.stage.now.checked_add(jiff::SignedDuration::from_hours(24 * 6)).unwrap_or(set.stage.now);
    let session = Input {
        way: "site".to_owned(),
        who: format!("{}、{}", folder.handler().name, folder.head().name),
        at: Some(soon),
        place: "中山所调解室".to_owned(),
        notice: by_phone(&number),
        ..Input::default()
    };
    folder.act(tx, (folder.handler(), 4), Step::Mediate, &session)?;
    let fills = [("to", "both"), ("bring", "购物小票、付款记录"), ("recusal_days", "3")];
    folder.draw(tx, "mediation", 4, &fills, &[SUBMIT])
}

/// 调解书: one printed and performed, one that waits for its number.
fn agreed(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let all: [(u32, &[(Act, &str)]); 2] = [(28, &[SUBMIT, APPROVE, PRINT]), (12, &[SUBMIT])];
    for (days, acts) in all {
        let folder = Folder::new(tx, set, days)?;
        let number = folder.matter.number.clone();
        let words = "经营者于七日内退还货款，消费者退回商品，双方无其他争议。".to_owned();
        let sum = folder.matter.amount;
        let terms = Input { way: "document".to_owned(), words, sum, recovered: sum, ..Input::default() };
        let ready = set.accepted(tx, &number, folder.handler(), folder.back(1))?
            && folder.act(tx, (folder.handler(), 6), Step::Agree, &terms)?;
        if !ready {
            continue;
        }
        folder.draw(tx, "settlement", 6, &[], acts)?;
        if acts.len() > 1 {
            let done = Input { words: "消费者已收到退款。".to_owned(), ..Input::default() };
            folder.act(tx, (folder.handler(), 11), Step::Perform, &done)?;
        }
    }
    Ok(())
}

/// A refusal whose first paper was void.
fn refused(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let folder = Folder::new(tx, set, 16)?;
    let number = folder.matter.number.clone();
    let words = "投诉事项属于住房和城乡建设部门职责，已告知投诉人向有权部门反映。".to_owned();
    let input = Input { ground: "1".to_owned(), words, ..Input::default() };
    let decided = folder.act(tx, (folder.handler(), 3), Step::ProposeRefusal, &input)?
        && folder.act(tx, (folder.head(), 4), Step::Refuse, &input)?;
    if !decided {
        return Ok(());
    }
    let void = (Act::Void, "抬头姓名有误，重新制作");
    folder.draw(tx, "refusal", 4, &[], &[SUBMIT, APPROVE, PRINT, void])?;
    folder.draw(tx, "refusal", 5, &[], &[SUBMIT, APPROVE, PRINT])?;
    let told = crate::demo::life::told(&number);
    folder.act(tx, (folder.handler(), 6), Step::TellRefusal, &told).map(drop)
}

fn terminated(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let folder = Folder::new(tx, set, 22)?;
    let number = folder.matter.number.clone();
    let words = "经营者书面表示拒绝调解。".to_owned();
    let input = Input { ground: "2".to_owned(), words, ..Input::default() };
    let ended = set.accepted(tx, &number, folder.handler(), 20)?
        && folder.act(tx, (folder.handler(), 9), Step::Terminate, &input)?;
    if ended {
        folder.draw(tx, "termination", 9, &[], &[SUBMIT, APPROVE, PRINT])?;
        let told = crate::demo::life::told(&number);
        folder.act(tx, (folder.handler(), 11), Step::TellTermination, &told)?;
    }
    Ok(())
}
