//! Every page of traders on sample data.

use jiff::{Timestamp, civil::date};
use kernel::TraderId;
use web::{Form, Frame, Html, Sample};

use super::{
    List, MatterLine, Show,
    addresses::Addresses,
    edit::Edit,
    join::{Fact, Join},
    names::{Aliases, Tags},
    options,
};
use crate::{Address, Alias, Hit, Merge, Trader, address, alias, tag, trader};

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    let list = |hits: Vec<Hit>, q: &str, tag: &str| {
        let next = (!hits.is_empty()).then(|| "00".to_owned());
        List {
            frame: Frame::bare(),
            q: q.into(),
            tag: tag.into(),
            hits,
            next,
            export: web::Html::default(),
            may_keep: true,
        }
    };
    let merged = Trader { merged_into: Some(id()), ..sample() };
    let slot = Some(Html("<p>三件</p>".into()));
    vec![
        Sample::of("traders", &list(vec![hit()], "好", "")),
        Sample::of("traders_tagged", &list(vec![hit()], "", "名优企业")),
        Sample::of("traders_empty", &list(Vec::new(), "好", "")),
        Sample::of("trader", &show(sample(), None)),
        Sample::of("trader_merged", &show(merged, slot)),
        Sample::of("trader_edit", &edit()),
        Sample::of("trader_aliases", &aliases()),
        Sample::of("trader_addresses", &addresses()),
        Sample::of("trader_tags", &tags()),
        Sample::of("trader_merge_choose", &join(None)),
        Sample::of("trader_merge", &join(Some(sample()))),
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
        credit_code: Some("91110302306646672B".into()),
        address: "中山路".into(),
        phone: String::new(),
    }
}

fn sample() -> Trader {
    Trader {
        id: id(),
        name: "好再来超市".into(),
        credit_code: Some("91110302306646672B".into()),
        old_number: Some("110105014191742".into()),
        organisation_code: None,
        form: "company".into(),
        state: "open".into(),
        industry: Some("F5211".into()),
        region: Some("230103".into()),
        address: "中山路 1 号".into(),
        phone: "0451-1".into(),
        contact: "王".into(),
        merged_into: None,
        created_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}

fn wrong(field: &str) -> Form {
    let mut form = Form::default();
    form.error(field, "请改正");
    form
}

fn edit() -> Edit {
    Edit {
        frame: frame("修改经营者"),
        form: wrong("name"),
        action: "/traders".into(),
        states: options(trader::STATES),
        forms: options(trader::FORMS),
        near: vec![hit()],
        letters: true,
    }
}

fn frame(title: &str) -> Frame {
    Frame { title: title.into(), ..Frame::bare() }
}

fn sample_alias() -> Alias {
    Alias { id: id(), name: "好再来".into(), kind: "招牌".into() }
}

fn sample_addresses() -> Vec<Address> {
    let open = Address {
        id: id(),
        kind: "经营场所".into(),
        region: Some("230103".into()),
        region_name: "黑龙江省 哈尔滨市 南岗区".into(),
        line: "中山路 1 号".into(),
        from_day: date(2026, 4, 15),
        to_day: None,
    };
    let ended = Address { to_day: Some(date(2026, 4, 15)), region: None, ..open.clone() };
    vec![open, ended]
}

fn aliases() -> Aliases {
    Aliases {
        frame: frame("别名"),
        form: wrong("alias"),
        trader: sample(),
        aliases: vec![sample_alias()],
        kinds: options(alias::KINDS),
    }
}

fn addresses() -> Addresses {
    Addresses {
        frame: frame("地址"),
        form: wrong("line"),
        trader: sample(),
        addresses: sample_addresses(),
        kinds: options(address::KINDS),
    }
}

fn tags() -> Tags {
    Tags {
        frame: frame("标签"),
        form: wrong("tag"),
        trader: sample(),
        tags: vec!["名优企业".into()],
        offered: tag::OFFERED.to_vec(),
    }
}

fn join(other: Option<Trader>) -> Join {
    let fact = |kept: &str, other: &str| Fact { label: "名称", kept: kept.into(), other: other.into() };
    Join {
        frame: frame("合并档案"),
        form: wrong("reason"),
        trader: sample(),
        q: String::new(),
        hits: vec![hit()],
        facts: if other.is_some() {
            vec![fact("好再来", "好又来"), fact("同", "同")]
        } else {
            Vec::new()
        },
        other,
    }
}

fn show(trader: Trader, history: Option<Html>) -> Show {
    let merged = Merge {
        id: id(),
        merged: id(),
        name: "好再来超市总店".into(),
        reason: "同一家".into(),
        at: Timestamp::UNIX_EPOCH,
        undone_at: None,
        undo_reason: None,
    };
    let undone = Merge {
        undone_at: Some(Timestamp::UNIX_EPOCH),
        undo_reason: Some("不是同一家".into()),
        ..merged.clone()
    };
    let (number, received) = ("TS-1".into(), "2026-11-24".into());
    Show {
        frame: frame(&trader.name),
        checks: trader.checks(),
        letters: Some("请核对".into()),
        form: "企业".into(),
        region: "黑龙江省".into(),
        industry: "零售业".into(),
        state: "在业".into(),
        aliases: vec![sample_alias()],
        addresses: sample_addresses(),
        tags: vec!["名优企业".into()],
        merges: vec![merged, undone],
        matters: vec![MatterLine { number, title: "变质".into(), received, done: false }],
        history,
        may_keep: true,
        may_merge: true,
        trader,
    }
}
