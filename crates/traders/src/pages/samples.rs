//! Every page of traders on sample data.

use kernel::TraderId;
use web::{Form, Frame, Sample};

use super::{Edit, List, MatterLine, Show, options};
use crate::{Alias, Hit, Merge, Trader, alias, trader};

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    let mut form = Form::default();
    form.error("other", "没有找到");
    let edit = Edit {
        frame: Frame::bare(),
        form: Form::default(),
        action: "/traders".into(),
        states: options(trader::STATES),
        forms: options(trader::FORMS),
        near: vec![hit()],
    };
    vec![
        Sample::of("traders", &List { frame: Frame::bare(), q: "好".into(), hits: vec![hit()] }),
        Sample::of("trader", &record(form)),
        Sample::of("trader_edit", &edit),
    ]
}

fn id() -> TraderId {
    TraderId::from_uuid(Default::default())
}

fn hit() -> Hit {
    Hit {
        id: id(),
        name: "好再来超市".into(),
        alias: Some("好再来".into()),
        credit_code: None,
        address: "中山路".into(),
        phone: String::new(),
    }
}

fn record(form: Form) -> Show {
    let trader = Trader {
        id: id(),
        name: "好再来超市".into(),
        credit_code: Some("91110302306646672B".into()),
        old_number: None,
        form: "company".into(),
        state: "open".into(),
        industry: Some("F5211".into()),
        region: Some("230103".into()),
        address: "中山路 1 号".into(),
        phone: "0451-1".into(),
        contact: "王".into(),
        merged_into: None,
        version: 1,
    };
    let merged = Merge {
        id: id(),
        merged: id(),
        name: "好再来超市总店".into(),
        reason: "同一家".into(),
        at: jiff::Timestamp::UNIX_EPOCH,
        undone_at: None,
    };
    let matter = MatterLine {
        number: "TS-1".into(),
        title: "变质".into(),
        received: "2026-11-24".into(),
        done: false,
    };
    Show {
        frame: Frame::bare(),
        form,
        checks: vec![codes::check("91110302306646672B")],
        region: "黑龙江省".into(),
        industry: "零售业".into(),
        state: "在业".into(),
        kinds: options(alias::KINDS),
        aliases: vec![Alias { name: "好再来".into(), kind: "招牌".into() }],
        merges: vec![merged],
        matters: vec![matter],
        may_merge: true,
        trader,
    }
}
