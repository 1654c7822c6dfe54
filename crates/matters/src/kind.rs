//! Kinds and phases.

use kernel::words;

words! {
    /// What a matter is. Kept apart, linked where one contact gives several (令第121号 第九条).
    Kind {
        /// A question.
        Consultation = "consultation", "咨询";
        /// A dispute a consumer asks the bureau to settle.
        Complaint = "complaint", "投诉";
        /// Clues of a breach of law.
        Report = "report", "举报";
        /// A dispute that a trader who has undertaken to is given first (先行和解, ODR); outside the bureau's clocks.
        Settlement = "settlement", "先行和解";
        /// A proposal.
        Suggestion = "suggestion", "建议";
        /// Thanks.
        Praise = "praise", "表扬";
        /// Anything told the right way elsewhere (令第121号 第四十四条).
        Other = "other", "其他告知";
    }
}

words! {
    /// What a state means to everybody; each procedure says which of its states has which phase.
    Phase {
        /// Nobody has begun.
        New = "new", "新";
        /// Somebody is at it.
        Running = "running", "办理中";
        /// It waits for somebody else.
        Waiting = "waiting", "等待";
        /// Done.
        Done = "done", "办结";
    }
}

impl Kind {
    /// The letters its numbers begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Consultation => "ZX",
            Self::Complaint => "TS",
            Self::Report => "JB",
            Self::Settlement => "HJ",
            Self::Suggestion => "JY",
            Self::Praise => "BY",
            Self::Other => "GZ",
        }
    }
}
