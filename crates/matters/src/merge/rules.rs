//! Which matters may go together: no database, no pages.

use kernel::{OfficerId, Refusal, UnitId, words};

use crate::{Kind, Phase};

words! {
    /// Why a matter goes with another one.
    Why {
        /// Handled as one (并案).
        Merge = "merge", "并案";
        /// New material for one that is handled (补充).
        Supplement = "supplement", "补充";
        /// Answered as a repeat of it (重复; 令第121号 第三十五条).
        Repeat = "repeat", "重复";
    }
}

/// What is asked of a matter before it goes with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its number.
    pub number: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it has ended.
    pub phase: Phase,
    /// The unit that has it.
    pub unit: UnitId,
    /// Whether it goes with another one already.
    pub merged: bool,
    /// Whether others go with it.
    pub leads: bool,
    /// Whether its people asked to stay unknown.
    pub confidential: bool,
    /// Officers who must keep away (回避), in order.
    pub recused: Vec<OfficerId>,
}

/// Whether `other` may go with `leader`. Reports go together only within one unit, alike in confidentiality: nobody gets to
/// know a reporter by a merge, and nobody who must know one loses sight (令第121号 第三十七条).
///
/// # Errors
/// A refusal that says what is in the way and what to do.
pub fn may_go_with(leader: &Side, other: &Side, why: Why) -> Result<(), Refusal> {
    let no = |code, words: String| Err(Refusal::new(code, words).at("number"));
    if leader.number == other.number {
        return no("merge_self", format!("{} 不能并入自身", leader.number));
    }
    let report = leader.kind == Kind::Report || other.kind == Kind::Report;
    if leader.kind != other.kind && (why != Why::Supplement || report || leader.kind != Kind::Complaint) {
        let words = format!(
            "{}是{}，{}是{}，不同类的事项不能{}",
            leader.number,
            leader.kind.label(),
            other.number,
            other.kind.label(),
            why.label()
        );
        return no("merge_kind", words);
    }
    for side in [leader, other] {
        if side.phase == Phase::Done {
            return no("merge_done", format!("{} 已经办结，不能{}", side.number, why.label()));
        }
    }
    if other.merged {
        return no("merge_twice", format!("{} 已经并入其他事项，请先撤销", other.number));
    }
    if leader.merged {
        return no("merge_chain", format!("{} 已经并入其他事项，请并入它的主办事项", leader.number));
    }
    if other.leads {
        return no(
            "merge_leads",
            format!("{} 之下已有并入的事项，请先撤销，或者以它为主办事项", other.number),
        );
    }
    if leader.recused != other.recused {
        return no(
            "merge_recused",
            format!("{} 与 {} 决定回避的人员不同，不能{}", leader.number, other.number, why.label()),
        );
    }
    if report && leader.unit != other.unit {
        return no(
            "merge_report_unit",
            format!(
                "{} 与 {} 不在同一单位，合并会让举报人的情况被其他单位看到，请先分派到同一单位",
                leader.number, other.number
            ),
        );
    }
    if report && leader.confidential != other.confidential {
        return no(
            "merge_confidential",
            format!("{} 与 {} 一件要求保密、一件没有，不能{}", leader.number, other.number, why.label()),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn side(number: &str, kind: Kind) -> Side {
        Side {
            number: number.to_owned(),
            kind,
            phase: Phase::Running,
            unit: Id::from_uuid(Default::default()),
            merged: false,
            leads: false,
            confidential: false,
            recused: Vec::new(),
        }
    }

    #[test]
    fn what_is_alike_goes_together_and_everything_else_says_why_not() {
        let id = |n: u128| Id::from_uuid(uuid::Uuid::from_u128(n));
        let (leader, good) = (side("TS-1", Kind::Complaint), side("TS-2", Kind::Complaint));
        assert!(may_go_with(&leader, &good, Why::Merge).is_ok());
        let report = side("JB-1", Kind::Report);
        type Change = dyn Fn(&mut Side);
        let changed: [(&str, &Change); 6] = [
            ("merge_self", &|one| one.number = "TS-1".into()),
            ("merge_kind", &|one| one.kind = Kind::Report),
            ("merge_done", &|one| one.phase = Phase::Done),
            ("merge_twice", &|one| one.merged = true),
            ("merge_leads", &|one| one.leads = true),
            ("merge_recused", &|one| one.recused = vec![Id::from_uuid(uuid::Uuid::from_u128(7))]),
        ];
        for (code, change) in changed {
            let mut other = good.clone();
            change(&mut other);
            assert_eq!(may_go_with(&leader, &other, Why::Merge).unwrap_err().code, code);
        }
        assert_eq!(
            may_go_with(&Side { merged: true, ..leader.clone() }, &good, Why::Merge).unwrap_err().code,
            "merge_chain"
        );
        assert_eq!(
            may_go_with(&Side { phase: Phase::Done, ..leader.clone() }, &good, Why::Merge).unwrap_err().code,
            "merge_done"
        );
        // Complaints of two units may be merged, reports may not; nor a confidential one with one that is not.
        assert!(may_go_with(&leader, &Side { unit: id(2), ..good.clone() }, Why::Merge).is_ok());
        let other = Side { number: "JB-2".into(), ..report.clone() };
        assert!(may_go_with(&report, &other, Why::Merge).is_ok());
        let far = Side { unit: id(2), ..other.clone() };
        assert_eq!(may_go_with(&report, &far, Why::Merge).unwrap_err().code, "merge_report_unit");
        let secret = Side { confidential: true, ..other };
        assert_eq!(may_go_with(&report, &secret, Why::Supplement).unwrap_err().code, "merge_confidential");
    }

    #[test]
    fn a_question_may_supplement_a_complaint_but_nothing_crosses_a_report() {
        for (leader, other, may) in [
            (Kind::Complaint, Kind::Consultation, true),
            (Kind::Complaint, Kind::Other, true),
            (Kind::Consultation, Kind::Complaint, false),
            (Kind::Report, Kind::Complaint, false),
            (Kind::Complaint, Kind::Report, false),
        ] {
            let told = may_go_with(&side("A", leader), &side("B", other), Why::Supplement);
            assert_eq!(told.is_ok(), may, "{leader:?} {other:?}");
            assert!(may_go_with(&side("A", leader), &side("B", other), Why::Merge).is_err());
        }
    }
}
