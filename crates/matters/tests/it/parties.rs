//! R33: personal data is sealed, masked, and opened with a reason.

use db::params;
use kernel::Permission;
use matters::{
    Matter,
    parties::{self, NewParty},
};
use web::Problem;

use crate::{Office, sql};

fn person(name: &str, phone: &str, address: &str) -> NewParty {
    NewParty {
        role: "complainant".to_owned(),
        name: name.to_owned(),
        phone: phone.to_owned(),
        address: address.to_owned(),
        ..NewParty::default()
    }
}

async fn brought(office: &Office, of: &str, new: NewParty) -> Matter {
    let matter = office.opens("desk", of).await;
    let id = matter.id;
    office.does("desk", move |tx, ctx| parties::add(tx, ctx, id, &new)).await.unwrap();
    matter
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_database_tells_nothing_and_pages_show_little() {
    Office::each(async |office| {
        let matter = brought(&office, "zhang", person("王芳", "138-1234-5678", "南岗区测试街1号")).await;
        let id = matter.id;
        let row = office
            .db
            .read(move |tx| {
                let all =
                    sql("SELECT name, phone, address, name_mark, phone_mark FROM party WHERE matter_id = $1");
                tx.one(&all, &params![id])
            })
            .await
            .unwrap()
            .unwrap();
        for (column, plain) in [("name", "王芳"), ("phone", "1234"), ("address", "测试街")] {
            let sealed: Vec<u8> = row.get(column).unwrap();
            let plain = plain.as_bytes();
            assert!(!sealed.windows(plain.len()).any(|part| part == plain), "{column}");
        }
        let shown = office.does("zhang", move |tx, ctx| parties::of(tx, ctx, id)).await.unwrap();
        let one = &shown[0];
        assert_eq!((one.role.as_str(), one.name.as_str()), ("投诉人", "王*"));
        assert_eq!((one.phone.as_str(), one.address.as_str()), ("138********78", "南岗区****"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_is_opened_with_a_right_and_a_reason_and_that_is_kept() {
    Office::each(async |office| {
        let matter = brought(&office, "zhang", person("王芳", "13812345678", "")).await;
        let id = matter.id;
        let other = brought(&office, "zhang", person("李四", "13900000000", "")).await;
        let other = office.does("zhang", move |tx, ctx| parties::of(tx, ctx, other.id)).await.unwrap()[0].id;
        let own = office.does("zhang", move |tx, ctx| parties::of(tx, ctx, id)).await.unwrap()[0].id;
        let open = |name: &'static str, who: Option<parties::PartyId>, reason: &'static str| {
            let matter = matter.clone();
            office.does(name, move |tx, ctx| parties::unmask(tx, ctx, &matter, who, reason))
        };
        assert!(!office.officer("auditor").role.may(Permission::Unmask));
        assert!(matches!(open("auditor", None, "例行抽查一下").await, Err(Problem::Forbidden(_))));
        assert!(matches!(open("zhang", None, "看看").await, Err(Problem::Refused(_))));
        assert!(matches!(open("zhang", Some(other), "电话告知结果").await, Err(Problem::NotFound)));
        let logged = || {
            office.db.read(move |tx| {
                let log = sql("SELECT what, reason FROM read_log WHERE matter_id = $1");
                tx.query(&log, &params![id])
            })
        };
        assert!(logged().await.unwrap().is_empty(), "what was refused was not read");
        let opened = open("zhang", Some(own), " 电话告知结果 ").await.unwrap();
        assert_eq!((opened[0].name.as_str(), opened[0].phone.as_str()), ("王芳", "13812345678"));
        let rows = logged().await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get::<String>("what").unwrap(), format!("party:{own}"));
        assert_eq!(rows[0].get::<String>("reason").unwrap(), "电话告知结果");
        let told = office.does("zhang", move |tx, _| Ok(journal::of(tx, id)?)).await.unwrap();
        assert_eq!(told[0].verb, "unmask");
        assert!(!told[0].detail.to_string().contains("王芳"), "the journal holds no personal data");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_39_masked_values_are_never_stored() {
    Office::each(async |office| {
        let matter = office.opens("desk", "desk").await;
        for (new, field) in [
            (person("王*", "13812345678", ""), "name"),
            (person("王芳", "138******78", ""), "phone"),
            (person("王芳", "13812345678", "黑龙江省哈尔****"), "address"),
            (NewParty { identity: "230**************1".to_owned(), ..person("王芳", "", "") }, "identity"),
        ] {
            let refused = office.does("desk", move |tx, ctx| parties::add(tx, ctx, matter.id, &new)).await;
            let problem = refused.unwrap_err();
            assert_eq!(problem.refusal().map(|refusal| refusal.field), Some(Some(field)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_contacts_are_found_by_any_spelling_within_reach_only() {
    Office::each(async |office| {
        let mine = brought(&office, "zhang", person("王芳", "138-1234-5678", "")).await;
        let foreign = brought(&office, "wang", person("王芳", "+86 13812345678", "")).await;
        for (name, numbers) in [
            ("desk", vec![&foreign.number, &mine.number]),
            ("zhang", vec![&mine.number]),
            ("wang", vec![&foreign.number]),
            ("admin", vec![]),
        ] {
            let found =
                office.does(name, |tx, ctx| parties::earlier(tx, ctx, "１３８ 1234 5678")).await.unwrap();
            let mut found_numbers: Vec<&String> = found.iter().map(|one| &one.number).collect();
            found_numbers.sort();
            let mut numbers = numbers;
            numbers.sort();
            assert_eq!(found_numbers, numbers, "{name}");
            assert!(found.iter().all(|one| one.name == "王*"));
        }
        let none = office.does("desk", |tx, ctx| parties::earlier(tx, ctx, "不详")).await.unwrap();
        assert!(none.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_53_one_telephone_with_many_names_is_seen_over_the_whole_bureau() {
    Office::each(async |office| {
        office.set_day("2025-01-05");
        brought(&office, "wang", person("赵一", "13812345678", "")).await;
        office.set_day("2026-09-01");
        let same_phone = brought(&office, "wang", person("钱二", "138 1234 5678", "")).await;
        let same_place = brought(&office, "wang", person("孙三", "13700000000", "南岗区 测试街1号")).await;
        let same_name = brought(&office, "wang", person("王 芳", "13600000000", "道里区")).await;
        let matter = brought(&office, "zhang", person("王芳", "13812345678", "南岗区测试街1号")).await;
        let since = "2025-09-01".parse().unwrap();
        let found = office.does("zhang", move |tx, _| parties::company(tx, matter.id, since)).await.unwrap();
        assert_eq!(found.same_phone, [same_phone.number], "only within the window");
        assert_eq!(found.same_address, [same_place.number]);
        assert_eq!(found.same_name, [same_name.number]);
        assert_eq!(found.other_names, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_is_not_masked_but_absent() {
    Office::each(async |office| {
        let reporter = |name: &str| NewParty {
            role: "reporter".to_owned(),
            identity: "230103199001011234".to_owned(),
            ..person(name, "13812345678", "南岗区测试街1号")
        };
        for (name, shown_as) in [("王芳", "实名举报人"), ("", "匿名举报人")] {
            let matter = brought(&office, "zhang", reporter(name)).await;
            let shown = office.does("zhang", move |tx, ctx| parties::of(tx, ctx, matter.id)).await.unwrap();
            let one = &shown[0];
            assert_eq!((one.role.as_str(), one.name.as_str(), one.sealed), ("举报人", shown_as, true));
            assert!(one.phone.is_empty() && one.address.is_empty() && one.identity.is_empty(), "{one:?}");
        }
        // Neither by telephone nor by address is the reporter found from a complaint of the same person.
        let complaint = brought(&office, "zhang", person("王芳", "13812345678", "南岗区测试街1号")).await;
        let since = "2025-01-01".parse().unwrap();
        let number = complaint.number.clone();
        let company = office.does("zhang", move |tx, _| parties::company(tx, complaint.id, since)).await;
        assert_eq!(format!("{:?}", company.unwrap()), format!("{:?}", parties::Company::default()));
        let earlier = office.does("zhang", |tx, ctx| parties::earlier(tx, ctx, "13812345678")).await.unwrap();
        assert_eq!(earlier.iter().map(|one| one.number.clone()).collect::<Vec<_>>(), [number]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_is_opened_by_who_has_the_matter_or_the_right() {
    Office::each(async |office| {
        let new = NewParty { role: "reporter".to_owned(), ..person("王芳", "13812345678", "") };
        let mut matter = brought(&office, "zhang", new).await;
        let open = |name: &'static str, matter: &Matter| {
            let matter = matter.clone();
            office.does(name, move |tx, ctx| parties::unmask(tx, ctx, &matter, None, "电话核实举报线索"))
        };
        assert!(matches!(open("zhang", &matter).await, Err(Problem::NotFound)), "not assigned to anybody");
        matter.officer = Some(office.officer("zhang").id);
        assert_eq!(open("zhang", &matter).await.unwrap()[0].name, "王芳");
        let id = matter.id;
        let told = office.does("zhang", move |tx, _| Ok(journal::of(tx, id)?)).await.unwrap();
        assert!(told.iter().any(|row| row.verb == "open_reporter"));
        assert!(told.iter().all(|row| !row.detail.to_string().contains("王芳")));
    })
    .await;
}
