-- crate: reports
-- What is a report's own (R05): verification, filing decision, telling, reward. State and clocks are the matter's.

CREATE TABLE report (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    handler_id UUID,
    -- A clue the office found in a complaint (诉转案, 令第121号 第二十七条): the facts stand with that complaint's contact.
    clue_of UUID REFERENCES matter (id),
    clue_words TEXT NOT NULL DEFAULT '',
    -- Somebody of the reported trader's own staff (内部人员); shown to nobody who may not open the reporter.
    insider BOOLEAN NOT NULL DEFAULT FALSE,
    extension_words TEXT,
    extension_by UUID,
    -- What the handler proposes: 'file' 立案, 'not' 不予立案; with the art. 19 conditions (JSON) or the ground, and why.
    proposal TEXT,
    conditions TEXT,
    ground TEXT,
    proposal_words TEXT,
    proposed_by UUID,
    -- 'filed' 立案, 'not_filed' 不予立案, 'outside' 无处理权限, 'repeated' 不再处理, 'merged' 并入另一件
    decision TEXT,
    decided_on TEXT,
    decided_by UUID,
    decision_words TEXT,
    -- Of a filed report: the 立案审批表, the two handlers or more, and the case once there are cases.
    filing_paper TEXT,
    case_handlers TEXT,
    case_id UUID,
    -- Of one outside the office's power: who has it, whether told or handed over, the paper of the transfer.
    outside_body TEXT,
    outside_way TEXT,
    outside_paper TEXT,
    -- Of one not handled again or merged: the earlier report, and the evidence sheet as it stood (JSON, no identities).
    repeat_of UUID REFERENCES matter (id),
    evidence TEXT,
    -- Why an anonymous reporter cannot be told.
    unreachable TEXT,
    -- How the case ended, with the sums (分) the reward is computed from.
    result TEXT,
    result_paper TEXT,
    result_on TEXT,
    fine BIGINT,
    confiscated BIGINT
);
CREATE INDEX report_clue ON report (clue_of) WHERE clue_of IS NOT NULL;
CREATE INDEX report_decided ON report (decided_on) WHERE decided_on IS NOT NULL;

-- The laws a report falls under that order the reporter to be told (law/reports.toml).
CREATE TABLE report_tag (
    matter_id UUID NOT NULL REFERENCES matter (id),
    tag TEXT NOT NULL,
    by_id UUID,
    at BIGINT NOT NULL,
    PRIMARY KEY (matter_id, tag)
);

-- What was done to verify, in order.
CREATE TABLE report_finding (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- 'site' 现场检查, 'ask' 询问, 'papers' 调取资料, 'online' 网络检查, 'other' 其他
    way TEXT NOT NULL,
    held_at BIGINT NOT NULL,
    officers TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL
);
CREATE INDEX report_finding_matter ON report_finding (matter_id);

-- Tests and identifications whose days are not counted (行政处罚程序规定 第十八条).
CREATE TABLE report_test (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    -- 'test' 检测检验检疫鉴定, 'identify' 权利人辨认鉴别
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    paper TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX report_test_matter ON report_test (matter_id);

-- The reward (举报奖励, 国市监稽规〔2021〕4号). Sums in 分. Who is paid stands with the parties, sealed.
CREATE TABLE report_reward (
    matter_id UUID PRIMARY KEY REFERENCES matter (id),
    -- 'proposed', 'approved', 'refused', 'paid'
    state TEXT NOT NULL,
    grade BIGINT NOT NULL CHECK (grade >= 1 AND grade <= 3),
    base BIGINT NOT NULL,
    -- What the rule gives, and what was proposed: more only for an insider.
    computed BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    -- Which grave breach (重大违法行为), and why this grade.
    breach TEXT NOT NULL,
    words TEXT NOT NULL,
    -- The finance department's agreement (财政部门同意).
    agreement TEXT,
    proposed_by UUID NOT NULL,
    proposed_on TEXT NOT NULL,
    decided_by UUID,
    decided_on TEXT,
    decision_words TEXT,
    paid_on TEXT,
    payment_proof TEXT
);
