//! Roles, what each may do, and how far each sees (DESIGN D9).

use crate::words;

words! {
    /// What a post is for.
    Role {
        /// Keeps units, officers, codes and rules; sees no matters.
        Administrator = "administrator", "系统管理员";
        /// Sends each matter to the unit that must handle it (分派).
        Dispatcher = "dispatcher", "分派员";
        /// Answers the telephone and the counter (接待).
        Desk = "desk", "接待员";
        /// Handles complaints to the end (承办).
        Handler = "handler", "承办人";
        /// Heads a section or a 所.
        SectionHead = "section_head", "科所长";
        /// Heads the bureau.
        BureauHead = "bureau_head", "局领导";
        /// Reviews the law of decisions (法制审核).
        LegalReviewer = "legal_reviewer", "法制审核";
        /// Reads everything, changes nothing.
        Auditor = "auditor", "审计员";
        /// A 12315 station or 联络站: sees only what it registered.
        Station = "station", "维权站点";
    }
}

words! {
    /// One thing a post may do. The word is the verb of the office, the URL and the journal entry.
    Permission {
        /// Register a contact at the desk.
        Register = "register", "登记来电来访";
        /// See matters within reach.
        ViewMatters = "view_matters", "查看事项";
        /// Send matters to units and officers.
        Dispatch = "dispatch", "分派";
        /// Take the steps of a complaint's procedure.
        HandleComplaint = "handle_complaint", "办理投诉";
        /// Take the steps of a report's procedure (举报).
        HandleReport = "handle_report", "办理举报";
        /// Open the sealed identity of a reporter, with a reason (令第121号 第三十七条).
        OpenReporter = "open_reporter", "查看举报人身份";
        /// Take lists out as files.
        Export = "export", "导出清单";
        /// Approve what a head must approve: refusals, extensions, overrides.
        Approve = "approve", "审批";
        /// Call people back after the end (R04).
        CallBack = "call_back", "回访";
        /// See personal data unmasked, with a reason (R33).
        Unmask = "unmask", "查看个人信息";
        /// Look traders up and read their records.
        ViewTraders = "view_traders", "查看经营者";
        /// Record traders.
        KeepTraders = "keep_traders", "维护经营者";
        /// Merge traders and undo it.
        MergeTraders = "merge_traders", "合并经营者";
        /// See figures within reach.
        ViewFigures = "view_figures", "查看统计";
        /// See what the watch desk (预警) found.
        Watch = "watch", "查看预警";
        /// Decide about alarms, set their budget and the watch list.
        DecideAlarms = "decide_alarms", "处理预警";
        /// Keep units, officers and posts.
        KeepPeople = "keep_people", "维护机构人员";
        /// Keep classification, rules, calendar and texts.
        KeepSettings = "keep_settings", "维护基础数据";
        /// Open the page of settings: what is on it has its own right each.
        SeeSettings = "see_settings", "查看设置";
        /// Confirm what an administrator proposes: rules in the place of those that ship, what is forgotten when.
        ConfirmSettings = "confirm_settings", "核准基础数据变更";
        /// Keep the duty roster: shifts, who stands them, exchanges, the proposal (R06).
        KeepRoster = "keep_roster", "排班";
        /// Stand duty: hand over, take over, exchange, write into the day log (R06).
        StandDuty = "stand_duty", "值班";
        /// Read the journal and the read log.
        Audit = "audit", "查看日志";
    }
}

/// How far a post sees; recusal (回避) takes away from every reach but `Everything`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No matters at all.
    Nothing,
    /// Matters the officer registered.
    Registered,
    /// Matters of the post's unit and below, and matters assigned to the officer.
    Subtree,
    /// Everything: the program itself.
    Everything,
}

/// What the head of a section or a 所 may.
const SECTION_HEAD: &[Permission] = &[
    Permission::Register,
    Permission::ViewMatters,
    Permission::Dispatch,
    Permission::HandleComplaint,
    Permission::HandleReport,
    Permission::OpenReporter,
    Permission::Export,
    Permission::Approve,
    Permission::CallBack,
    Permission::ViewTraders,
    Permission::KeepTraders,
    Permission::MergeTraders,
    Permission::ViewFigures,
    Permission::Watch,
    Permission::DecideAlarms,
    Permission::Unmask,
    Permission::KeepRoster,
    Permission::StandDuty,
];

impl Role {
    /// Whether the role holds `permission`.
    pub fn may(self, permission: Permission) -> bool {
        self.granted().contains(&permission)
    }

    /// The one table of rights.
    const fn granted(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Administrator => &[P::KeepPeople, P::KeepSettings, P::SeeSettings, P::Audit],
            Self::Dispatcher => &[
                P::Register,
                P::ViewMatters,
                P::Dispatch,
                P::Export,
                P::ViewTraders,
                P::KeepTraders,
                P::ViewFigures,
                P::Watch,
                P::DecideAlarms,
                P::Unmask,
                P::KeepRoster,
                P::StandDuty,
            ],
            Self::Desk => &[
                P::Register,
                P::ViewMatters,
                P::ViewTraders,
                P::KeepTraders,
                P::CallBack,
                P::Unmask,
                P::StandDuty,
            ],
            Self::Handler => &[
                P::Register,
                P::ViewMatters,
                P::HandleComplaint,
                P::HandleReport,
                P::ViewTraders,
                P::KeepTraders,
                P::CallBack,
                P::ViewFigures,
                P::Unmask,
                P::StandDuty,
            ],
            Self::SectionHead => SECTION_HEAD,
            Self::BureauHead => &[
                P::ViewMatters,
                P::ViewTraders,
                P::Approve,
                P::OpenReporter,
                P::Export,
                P::ViewFigures,
                P::Watch,
                P::DecideAlarms,
                P::Unmask,
                P::SeeSettings,
                P::ConfirmSettings,
                P::KeepRoster,
                P::StandDuty,
            ],
            Self::LegalReviewer => &[P::ViewMatters, P::ViewTraders, P::ViewFigures, P::Unmask, P::StandDuty],
            Self::Auditor => &[P::ViewMatters, P::ViewTraders, P::ViewFigures, P::Watch, P::Export, P::Audit],
            Self::Station => &[P::Register, P::ViewMatters],
        }
    }

    /// How far the role sees.
    pub const fn reach(self) -> Reach {
        match self {
            Self::Administrator => Reach::Nothing,
            Self::Station => Reach::Registered,
            Self::Dispatcher
            | Self::Desk
            | Self::Handler
            | Self::SectionHead
            | Self::BureauHead
            | Self::LegalReviewer
            | Self::Auditor => Reach::Subtree,
        }
    }
}
