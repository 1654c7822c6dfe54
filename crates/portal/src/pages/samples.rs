//! Every public page on sample data.

use jiff::{Timestamp, civil::Date};
use kernel::Id;
use matters::{
    Kind, Phase,
    notices::{Notice, NoticeState},
    talk::{Message, MessageKind, Side},
};
use web::{Form, Frame, Sample};

use super::{
    filling::{Way, ask},
    matter::{Page, Shown},
    sending::{Receipt, check_page},
    start::{Intro, Start, Stations},
    status::Status,
    written::{Words, Write, rating_words, supplement_words, withdrawal_words},
};
use crate::{
    answers::Petition,
    draft::Photo,
    plain,
    question::{KINDS, Question},
    rating::Rating,
    stations::Station,
};

fn frame(title: &str) -> Frame {
    Frame { title: title.to_owned(), demo: true, ..Frame::bare() }
}

fn petition(kind: Kind) -> Petition {
    let answers = [
        ("whose", "joint"),
        ("identity", "named"),
        ("reply", "phone"),
        ("goods", "G01"),
        ("problem", "P02"),
        ("name", "王芳"),
        ("others", "李强 13900000001"),
    ];
    let form = Form::filled(answers.map(|(name, value)| (name, value.to_owned())));
    let districts = vec![("1".to_owned(), "南江分局".to_owned()), ("2".to_owned(), "北江分局".to_owned())];
    Petition { kind, form, districts, settler: None, today: Date::constant(2026, 11, 24) }
}

fn photos() -> Vec<Photo> {
    vec![Photo { id: Id::from_uuid(Default::default()), name: "小票.jpg".into(), size: 2_000_000 }]
}

fn asking() -> Vec<Sample> {
    let mut samples = Vec::new();
    for kind in KINDS {
        let petition = petition(*kind);
        // The agent's question hides behind another first answer.
        let path = petition.path().into_iter().chain([Question::Agent]);
        for question in path {
            let form = petition.checked(question);
            let page = ask(frame(""), &petition, question, form, &photos(), Way { check: false });
            samples.push(Sample::of(question.code(), &page));
        }
        let mut form = Form::default();
        form.error("website", "请清空");
        samples.push(Sample::of("check", &check_page(frame("核对"), &petition, &photos(), form)));
    }
    samples
}

fn shown() -> Shown {
    let message = |side, kind| Message {
        side,
        kind,
        text: "小票找到了".into(),
        officer: None,
        at: Timestamp::UNIX_EPOCH,
        read_at: None,
        files: vec![(Id::from_uuid(Default::default()), "小票.jpg".into())],
    };
    let notice = Notice {
        id: Id::from_uuid(Default::default()),
        kind: "accepted".into(),
        channel_code: "web".into(),
        party: None,
        channel: "互联网".into(),
        text: "您的投诉已受理".into(),
        form_number: None,
        state: NoticeState::Delivered,
        sent_at: None,
        delivered_at: Some(Timestamp::UNIX_EPOCH),
        proof: None,
    };
    Shown {
        number: "TS-23-2026-00012".into(),
        kind: Kind::Complaint,
        day: plain::day(Date::constant(2026, 11, 24)),
        unit: "中山所".into(),
        phone: "0451-8888000".into(),
        state: plain::state(Kind::Complaint, "mediating", Phase::Running, None),
        expected: vec![("最迟 2026年12月3日（星期四）告诉您是否受理".into(), "按工作日计算。".into())],
        answer: Some("主机三包有效期一年。".into()),
        notices: vec![notice],
        messages: vec![
            message(Side::Person, MessageKind::Supplement),
            message(Side::Office, MessageKind::Message),
        ],
        is_done: false,
        may_withdraw: true,
        may_rate: true,
        rating: Some(Rating { score: 4, reason: String::new() }),
    }
}

fn writing() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("reason", "最多 500 字");
    form.error("score", "请选择一项");
    form.error("talk_text", "请填写内容");
    let forms: [(&'static str, Words); 2] = [("supplement", supplement_words), ("rating", rating_words)];
    let matter = sample_matter();
    let forms = forms.into_iter().chain([("withdrawal", withdrawal_words as Words)]);
    forms
        .map(|(name, words)| {
            let (title, lead, fields) = words(&form, &matter);
            let form = form.clone();
            let page = Write {
                frame: frame(title),
                lead,
                form,
                fields,
                action: "/public/matter",
                button: "提交",
                grave: true,
            };
            Sample::of(name, &page)
        })
        .collect()
}

fn sample_matter() -> matters::Matter {
    matters::Matter {
        id: Id::from_uuid(Default::default()),
        kind: Kind::Complaint,
        number: "TS-1".into(),
        title: String::new(),
        state: "received".into(),
        phase: Phase::New,
        unit: Id::from_uuid(Default::default()),
        unit_path: String::new(),
        officer: None,
        registered_by: None,
        trader: None,
        channel: "web".into(),
        goods: None,
        problem: None,
        place: String::new(),
        received_at: Timestamp::UNIX_EPOCH,
        received_on: Date::constant(2026, 11, 24),
        closed_on: None,
        outcome: None,
        rule_set: "R121".into(),
        next_alarm: None,
        amount: None,
        recovered: None,
        returned: 0,
        outside_number: None,
        version: 1,
    }
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    let station = Station {
        name: "中山维权站".into(),
        address: "中山路1号".into(),
        phone: "0451-8888000".into(),
        region: "230103".into(),
    };
    let districts = vec![("230103".into(), "南岗区".into()), ("230104".into(), "道外区".into())];
    let mut form = Form::default();
    form.error("", "编号或者查询码不对");
    let receipt = |code: Option<&str>| Receipt {
        frame: frame("已经提交"),
        kind: "举报",
        report: true,
        number: "JB-1".into(),
        code: code.map(str::to_owned),
        day: "2026年11月24日".into(),
        expected: vec![("最迟明天".into(), "按工作日计算。".into())],
    };
    let mut samples = vec![
        Sample::of("start", &Start { frame: frame("首页"), begun: Some("投诉") }),
        Sample::of("receipt", &receipt(Some("ABCD-EFGH-JKMN"))),
        Sample::of("receipt_replaced", &receipt(None)),
        Sample::of("status", &Status { frame: frame("查询进度"), form: form.clone() }),
        Sample::of("own_matter", &Page { frame: frame("办理情况"), form, shown: shown() }),
        Sample::of(
            "stations",
            &Stations {
                frame: frame("就近站点"),
                region: "230103".into(),
                districts,
                stations: vec![station.clone()],
                window: Some(station),
            },
        ),
    ];
    samples
        .extend(KINDS.iter().map(|kind| Sample::of("intro", &Intro { frame: frame("开始"), kind: *kind })));
    samples.extend(asking());
    samples.extend(writing());
    samples
}
