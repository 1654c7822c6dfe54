//! Pages of reports: one form per act, built from what its article asks.

mod act;
mod fields;

use kernel::Permission;
use law::RuleSet;
use web::{May, Routes, Sample};

use crate::{clue, procedure::Act, reward};

/// What a form does: an act of the procedure, of the reward, or the clue of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Report(Act),
    Reward(reward::Act),
    Clue,
}

impl Deed {
    fn all() -> impl Iterator<Item = Self> {
        let acts = Act::ALL.iter().copied().map(Self::Report);
        acts.chain(reward::Act::ALL.iter().copied().map(Self::Reward)).chain([Self::Clue])
    }

    fn code(self) -> &'static str {
        match self {
            Self::Report(act) => act.code(),
            Self::Reward(act) => act.code(),
            Self::Clue => clue::VERB,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Report(act) => act.label(),
            Self::Reward(act) => act.label(),
            Self::Clue => clue::LABEL,
        }
    }

    /// The article it rests on, of the order the matter stands under.
    fn article(self, set: &RuleSet) -> String {
        let own = &set.report_articles;
        let (standing, own) = match self {
            Self::Report(act) => {
                let row = crate::MOVES.iter().find(|row| row.act == act);
                let own = match act {
                    Act::Outside => &own.outside,
                    Act::NotAgain | Act::Merge => &own.repeat,
                    Act::Tell | Act::Tag => &own.tell,
                    _ => "",
                };
                (row.map_or("", |row| row.article), own)
            }
            Self::Reward(act) => {
                let row = reward::MOVES.iter().find(|row| row.act == act);
                let own = if act == reward::Act::Propose { &own.tell } else { "" };
                (row.map_or("", |row| row.article), own)
            }
            Self::Clue => (clue::ARTICLE, own.clue.as_str()),
        };
        if own.is_empty() { standing.to_owned() } else { format!("{}{own}", set.citation()) }
    }

    const fn permission(self) -> Permission {
        match self {
            Self::Report(act) => act.permission(),
            Self::Reward(act) => act.permission(),
            Self::Clue => Permission::HandleReport,
        }
    }

    /// Its path: its word below its matter.
    fn path(self) -> &'static str {
        macro_rules! paths {
            ($($deed:pat => $path:literal,)*) => { match self { $($deed => concat!("/matters/{number}/", $path),)* } };
        }
        use reward::Act as R;
        paths! {
            Self::Report(Act::Verify) => "report_verification",
            Self::Report(Act::Tag) => "report_tags",
            Self::Report(Act::Find) => "report_finding",
            Self::Report(Act::AskExtension) => "report_extension",
            Self::Report(Act::DecideExtension) => "report_extension_decision",
            Self::Report(Act::StartTest) => "report_test",
            Self::Report(Act::EndTest) => "report_test_result",
            Self::Report(Act::Propose) => "report_filing_proposal",
            Self::Report(Act::SendBack) => "report_filing_return",
            Self::Report(Act::File) => "report_filing",
            Self::Report(Act::DoNotFile) => "report_no_filing",
            Self::Report(Act::Outside) => "report_outside",
            Self::Report(Act::NotAgain) => "report_repeat",
            Self::Report(Act::Merge) => "report_merge",
            Self::Report(Act::Tell) => "report_notice",
            Self::Report(Act::RecordResult) => "report_result",
            Self::Report(Act::Close) => "report_closure",
            Self::Reward(R::Propose) => "report_reward",
            Self::Reward(R::Approve) => "report_reward_approval",
            Self::Reward(R::Refuse) => "report_reward_refusal",
            Self::Reward(R::Pay) => "report_reward_payment",
            Self::Clue => "report_clue",
        }
    }
}

/// The routes of this crate.
pub fn routes() -> Routes {
    Deed::all().fold(Routes::new(), |routes, deed| {
        debug_assert!(deed.path().ends_with(deed.code()), "one word for act, address and journal");
        let may = May::Can(deed.permission());
        routes.get(deed.path(), may, act::show(deed)).post(deed.path(), may, act::store(deed))
    })
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    act::samples()
}
