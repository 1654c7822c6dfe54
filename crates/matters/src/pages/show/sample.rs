//! The matter page on sample data.

use jiff::civil::Date;
use law::{Explanation, Law};
use web::{Form, Frame, Html, Sample};

use super::{ClockLine, Rights, Show, Ties, Why, groups};
use crate::{
    ActLink,
    attachments::Attachment,
    jurisdiction::Advised,
    notices::{Notice, NoticeState},
    pages::sample_line,
    parties::Party,
    relations::Linked,
    timeline,
};

/// Somebody who may do everything.
const ALL: Rights = Rights {
    unmask: true,
    original: true,
    dispatch: true,
    give_back: true,
    keep: true,
    mark: true,
    tell: true,
    decide: true,
    choose_law: true,
    recuse: true,
    decide_recusal: true,
};

fn sample_clock() -> ClockLine {
    ClockLine {
        key: "accept".into(),
        title: "受理决定并告知".into(),
        colour: "soon",
        words: "还有 2 天".into(),
        due: "2026-10-10".into(),
        other: Some("按暂行办法计算为 2026-10-09".into()),
        why: Some("随 TS-2 办理".into()),
        runs: true,
        may_grow: true,
    }
}

fn sample() -> Show {
    let party = Party {
        id: kernel::Id::from_uuid(Default::default()),
        role: "投诉人".into(),
        sealed: false,
        name: "王*".into(),
        phone: "138******78".into(),
        address: "黑龙江省哈尔滨市南岗区****".into(),
        identity: String::new(),
        publish: true,
        entrust: false,
    };
    let act = |href: &str, label: &str| ActLink {
        href: href.into(),
        label: label.into(),
        article: "第十五条".into(),
    };
    Show {
        frame: Frame::bare(),
        form: Form::default(),
        line: sample_line(),
        classes: vec![("收到日期", "2026-11-24".into())],
        trader: Some(("1".into(), "好再来超市".into())),
        clocks: vec![sample_clock()],
        facts: Html("<section class=\"card\"><h2>诉求</h2><p>退货</p></section>".into()),
        steps: vec![act("/matters/1/acceptance", "受理"), act("/matters/1/refusal", "不予受理")],
        groups: groups(vec![act("/matters/1/assignment", "分派"), act("/matters/1/void", "作废登记")], false)
            .1,
        open: true,
        parties: vec![
            party.clone(),
            Party { role: "举报人".into(), sealed: true, name: "实名举报人".into(), ..party },
        ],
        notices: sample_papers().0,
        files: sample_papers().1,
        talk: crate::pages::talk::Talk::sample(),
        linked: vec![Linked {
            id: kernel::Id::from_uuid(Default::default()),
            number: "JB-1".into(),
            title: "同一事实".into(),
            kind: "关联".into(),
            code: "related".into(),
            from_here: true,
            may_end: true,
        }],
        ties: sample_ties(),
        link_kinds: vec![("related".into(), "关联".into())],
        timeline: vec![timeline::Line {
            at: "2026-11-24 09:00".into(),
            who: "张伟".into(),
            what: "登记".into(),
            more: String::new(),
        }],
        may: ALL,
    }
}

/// Everything a matter can hang on.
fn sample_ties() -> Ties {
    let act = ActLink { href: "/matters/1/urging".into(), label: "催办".into(), article: String::new() };
    Ties {
        merged_into: Some("TS-2".into()),
        repeats: Some("JB-2".into()),
        repeats_complaint: Some("TS-4".into()),
        advised: Some(Advised {
            whose: "平台经营者住所地县级市场监督管理部门".into(),
            article: "令第121号第十三条".into(),
            ..Advised::default()
        }),
        dispute: Some(("/disputes/1".into(), "待对方答复")),
        together: 3,
        acts: vec![act],
    }
}

/// A notice on its way, and a photograph whose original is kept apart.
fn sample_papers() -> (Vec<Notice>, Vec<Attachment>) {
    let notice = Notice {
        id: kernel::Id::from_uuid(Default::default()),
        kind: "result".into(),
        party: None,
        channel: "邮寄".into(),
        channel_code: "letter".into(),
        text: "结果".into(),
        form_number: None,
        state: NoticeState::Sent,
        sent_at: Some(jiff::Timestamp::UNIX_EPOCH),
        delivered_at: None,
        proof: None,
    };
    let file = Attachment {
        id: kernel::Id::from_uuid(Default::default()),
        name: "现场.jpg".into(),
        media: "image/jpeg".into(),
        size: 2_000_000,
        digest: "66c7f0f4".into(),
        public_digest: Some("62eeedd9".into()),
        at: jiff::Timestamp::UNIX_EPOCH,
        shared_from: None,
        shows_reporter: false,
    };
    let shared = Attachment { shared_from: Some("TS-9".into()), shows_reporter: true, ..file.clone() };
    (vec![notice], vec![file, shared])
}

pub(in crate::pages) fn samples() -> Vec<Sample> {
    let law = Law::in_use();
    let day: Date = Date::constant(2026, 9, 23);
    let told = law
        .rule_set("R121")
        .and_then(|set| Explanation::new(set, set.clock("accept")?, &law.calendar, day, false, &[]).ok());
    let why = Why {
        frame: Frame::bare(),
        number: "TS-1".into(),
        title: "受理".into(),
        ends: told.into_iter().collect(),
    };
    vec![Sample::of("matter", &sample()), Sample::of("clock", &why)]
}
