//! Whose matter it is: advice kept with its evidence, and units that do not agree.

use db::Tx;
use kernel::Ctx;
use matters::{Kind, Matter, dispute, jurisdiction};
use web::{Problem, Result};

use super::{Set, soft};

/// Question and answer.
type Answered = &'static [(&'static str, &'static str)];

/// (worked days ago, answers, evidence).
const ASKED: &[(u32, Answered, &str)] = &[
    (26, &[("respondent", "ordinary")], ""),
    (
        13,
        &[("respondent", "seller"), ("shown", "unreachable")],
        "9 时、14 时两次拨打平台公示电话均无人接听，寄往公示地址的信函被退回，退信照片附后。",
    ),
    (7, &[("respondent", "seller"), ("shown", "no")], ""),
    (3, &[("respondent", "ordinary")], ""),
    (1, &[("respondent", "platform")], ""),
];

/// The dispatcher asks before assigning.
pub(super) fn advised(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (at, (days, answers, evidence)) in ASKED.iter().enumerate() {
        let mut matter = set.registered(tx, &set.contact(Kind::Complaint, *days), *days)?;
        let answers = answers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let by = set.at(&set.stage.dispatcher, *days, 10);
        soft(jurisdiction::advise(tx, &by, &matter, &answers, "", evidence))?;
        if *days > 1 {
            set.give(tx, &mut matter, at + 2, *days)?;
        }
        if *days > 5 {
            set.live(tx, &matter, at + 2, *days)?;
        }
    }
    Ok(())
}

/// How a dispute stands.
enum Stand {
    Open,
    Refused,
    Agreed,
    Ruled,
}

/// One dispute is open, one waits for the superior, one was agreed and one ruled.
pub(super) fn disputed(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (days, stand) in [(33, Stand::Ruled), (25, Stand::Agreed), (6, Stand::Refused), (4, Stand::Open)] {
        let matter = set.assigned(tx, &set.contact(Kind::Complaint, days), 0, days)?;
        // The office of another district.
        let (own, other) = (set.office(0), set.office(3));
        let reason = "被投诉人实际经营地在北江区，中山所辖区内没有其经营场所，现场核查照片附后。";
        dispute::open(tx, &set.at(&own.head, days - 1, 10), &matter, other.unit, reason)?;
        let head = set.at(&other.head, days.saturating_sub(3), 10);
        match stand {
            Stand::Open => {}
            Stand::Agreed => {
                let id = of(tx, &matter)?;
                dispute::answer(tx, &head, id, true, "经核实，经营场所在本所辖区，同意处理。")?;
                taken(tx, set, &matter, days - 3)?;
            }
            Stand::Refused | Stand::Ruled => {
                let id = of(tx, &matter)?;
                let words = "营业执照登记住所在中山所辖区，本所辖区只是仓库，应由住所地处理。";
                dispute::answer(tx, &head, id, false, words)?;
                if matches!(stand, Stand::Ruled) {
                    let above: Ctx = set.at(&set.stage.bureau, days - 5, 15);
                    let words = "实际经营地在北江区，便于调查取证，指定新阳所处理。";
                    dispute::rule(tx, &above, id, other.unit, words)?;
                    taken(tx, set, &matter, days - 5)?;
                }
            }
        }
    }
    Ok(())
}

fn of(tx: &mut Tx, matter: &Matter) -> Result<dispute::DisputeId> {
    dispute::open_of(tx, matter.id)?.map(|(id, _)| id).ok_or(Problem::NotFound)
}

/// The unit that has it now handles it.
fn taken(tx: &mut Tx, set: &Set<'_>, matter: &Matter, days: u32) -> Result<()> {
    let by = set.at(&set.stage.dispatcher, days, 11);
    let mut matter = matters::lock(tx, &by, &matter.number, None)?;
    set.give(tx, &mut matter, 3, days)?;
    set.live(tx, &matter, 3, days)
}
