//! What is late, who is away, whom the office reminds.

use db::Tx;
use jiff::ToSpan as _;
use kernel::Ctx;
use matters::{Kind, leave, reminders};
use web::Result;

use super::{Set, soft};

/// Complaints nobody has looked at: one for each level of reminders, before and after the clock runs out.
pub(super) fn late(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, days) in [12, 10, 8, 7, 6, 5, 3].into_iter().enumerate() {
        set.assigned(tx, &set.contact(Kind::Complaint, days), at % 3, days)?;
    }
    let urged = set.assigned(tx, &set.contact(Kind::Complaint, 6), 0, 6)?;
    let head = set.at(&set.office(0).head, 1, 9);
    reminders::urge(tx, &head, &urged, "消费者再次来电，请今天联系双方并说明进展。")?;
    let urged = set.assigned(tx, &set.contact(Kind::Report, 9), 1, 9)?;
    let bureau = set.at(&set.stage.bureau, 1, 16);
    reminders::urge(tx, &bureau, &urged, "涉及食品安全，请尽快到现场核查，明天下班前报告情况。")
}

/// One colleague is on leave, and the work was handed over; another one's begins next week.
pub(super) fn away(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let (office, admin) = (set.office(0), set.at(&set.stage.admin, 2, 9));
    let Some(absent) = office.handlers.get(1) else { return Ok(()) };
    let last = admin.today().checked_add(10.days()).unwrap_or(jiff::civil::Date::MAX);
    people::leave(tx, &admin, absent.id, admin.today(), last, "年休假")?;
    // Something to hand over, whatever the years before have left.
    let dispatcher = set.at(&set.stage.dispatcher, 3, 11);
    for days in [5, 4] {
        let mut matter = set.registered(tx, &set.contact(Kind::Complaint, days), days)?;
        matters::assign(tx, &dispatcher, &mut matter, office.unit, Some(absent.id), "")?;
    }
    leave::hand_over(tx, &set.at(&office.head, 1, 9), absent.id, None)?;
    if let Some(next) = set.office(4).handlers.get(1) {
        let from = set.ctx.at(set.stage.now).today().checked_add(4.days()).unwrap_or(last);
        let until = from.checked_add(5.days()).unwrap_or(last);
        people::leave(tx, &admin, next.id, from, until, "外出培训")?;
    }
    Ok(())
}

/// The office's own look at every running clock.
pub(super) fn reminded(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let now: Ctx = set.by_itself("系统", 0, 8);
    let mut after = None;
    loop {
        after = soft(reminders::escalate(tx, &now, after))?.flatten();
        if after.is_none() {
            return Ok(());
        }
    }
}
