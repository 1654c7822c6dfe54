//! What is known of a matter, as forms take it. Other crates' tables are read, never written.

mod report;

use std::collections::BTreeMap;

use db::{Row, Tx, params};
use jiff::{Timestamp, civil::Date};
use kernel::{Ctx, MatterId};
use law::{Law, Listed};
use matters::{Kind, Matter, parties};
use web::Result;

/// What is known, by source word.
pub type Facts = BTreeMap<&'static str, String>;

/// The words a form may name as `source` or `needs`.
pub const SOURCES: &[&str] = &[
    "matter_number",
    "about",
    "received",
    "unit",
    "unit_phone",
    "unit_address",
    "officer",
    "complainants",
    "person_name",
    "person_phone",
    "person_address",
    "person_identity_kind",
    "person_identity",
    "person_publish",
    "person_entrust",
    "agent_name",
    "agent_phone",
    "agent_address",
    "respondent",
    "respondent_address",
    "respondent_phone",
    "respondent_contact",
    "facts",
    "claim",
    "facts_and_claim",
    "accepted_on",
    "refusal_ground",
    "termination_ground",
    "material_items",
    "material_until",
    "session_at",
    "session_place",
    "session_mediators",
    "terms",
    "report_filed_on",
    "report_not_filed_on",
    "report_law",
    "report_article",
    "report_result",
    "transferred_to",
];

/// The statements of what is known.
pub(crate) fn statements() -> Vec<db::Sql> {
    [STATEMENTS, report::STATEMENTS].concat()
}

db::sql! {
    UNIT = "SELECT name, phone, address FROM unit WHERE id = $1";
    OFFICER = "SELECT name FROM officer WHERE id = $1";
    TRADER = "SELECT name, address, phone, contact FROM trader WHERE id = $1";
    CONTACT = "SELECT facts, demands, demand_words, respondent_name, respondent_address, respondent_phone FROM contact WHERE matter_id = $1";
    // The facts of what was split off stand with the matter it came from.
    SHARED = "SELECT facts_id FROM evidence_share WHERE matter_id = $1";
    COMPLAINT = "SELECT facts_from, accepted_on, refusal_ground, termination_ground FROM complaint WHERE matter_id = $1";
    MATERIAL = "SELECT items, until_day FROM material_request WHERE matter_id = $1 ORDER BY asked_on DESC, id DESC LIMIT 1";
    SESSION = "SELECT planned_at, place, mediators FROM mediation_session WHERE matter_id = $1 ORDER BY planned_at DESC, id DESC LIMIT 1";
    TERMS = "SELECT terms FROM settlement WHERE matter_id = $1";
}

/// Everything known of a matter. People come in the clear: it goes sealed into a paper, never on a page.
///
/// # Errors
/// A fault of the database, or of a sealed value.
pub fn of(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Facts> {
    let mut facts = Facts::from([
        ("matter_number", matter.number.clone()),
        ("about", matter.title.clone()),
        ("received", matter.received_on.to_string()),
    ]);
    office(tx, matter, &mut facts)?;
    let facts_from = procedure(tx, matter, &mut facts)?;
    contact(tx, facts_from.unwrap_or(matter.id), &mut facts)?;
    if let Some(id) = matter.trader {
        trader(tx, id, &mut facts)?;
    }
    people(tx, ctx, matter.id, &mut facts)?;
    Ok(facts)
}

/// What the procedure has decided, without people: enough to say which forms suit.
///
/// # Errors
/// A fault of the database.
pub fn decided(tx: &mut Tx, matter: &Matter) -> Result<Facts> {
    let mut facts = Facts::new();
    procedure(tx, matter, &mut facts)?;
    Ok(facts)
}

fn put(facts: &mut Facts, row: &Row, pairs: &[(&'static str, &'static str)]) -> Result<()> {
    for &(source, column) in pairs {
        let value: Option<String> = row.get(column)?;
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            facts.entry(source).or_insert(value);
        }
    }
    Ok(())
}

fn office(tx: &mut Tx, matter: &Matter, facts: &mut Facts) -> Result<()> {
    if let Some(row) = tx.one(&UNIT, &params![matter.unit])? {
        put(facts, &row, &[("unit", "name"), ("unit_phone", "phone"), ("unit_address", "address")])?;
    }
    if let Some(officer) = matter.officer
        && let Some(row) = tx.one(&OFFICER, &params![officer])?
    {
        put(facts, &row, &[("officer", "name")])?;
    }
    Ok(())
}

/// Decisions, requests, sessions, settlement; the matter whose contact holds the facts when this one was reopened from it.
fn procedure(tx: &mut Tx, of: &Matter, facts: &mut Facts) -> Result<Option<MatterId>> {
    let matter = of.id;
    let mut from = tx.one(&SHARED, &params![matter])?.map(|row| row.get("facts_id")).transpose()?;
    if of.kind == Kind::Report {
        report::decided(tx, of, facts)?;
    }
    if let Some(row) = tx.one(&COMPLAINT, &params![matter])? {
        put(
            facts,
            &row,
            &[
                ("accepted_on", "accepted_on"),
                ("refusal_ground", "refusal_ground"),
                ("termination_ground", "termination_ground"),
            ],
        )?;
        from = from.or(row.get("facts_from")?);
    }
    if let Some(row) = tx.one(&MATERIAL, &params![matter])? {
        let items: String = row.get("items")?;
        let items: Vec<String> = serde_json::from_str(&items).unwrap_or_default();
        facts.insert("material_items", items.join("；"));
        put(facts, &row, &[("material_until", "until_day")])?;
    }
    if let Some(row) = tx.one(&SESSION, &params![matter])? {
        let at: Timestamp = row.get("planned_at")?;
        facts.insert("session_at", kernel::office_minute(at).replace(' ', "T"));
        put(facts, &row, &[("session_place", "place"), ("session_mediators", "mediators")])?;
    }
    if let Some(row) = tx.one(&TERMS, &params![matter])? {
        put(facts, &row, &[("terms", "terms")])?;
    }
    Ok(from)
}

fn contact(tx: &mut Tx, matter: MatterId, facts: &mut Facts) -> Result<()> {
    let Some(row) = tx.one(&CONTACT, &params![matter])? else { return Ok(()) };
    put(
        facts,
        &row,
        &[
            ("facts", "facts"),
            ("respondent", "respondent_name"),
            ("respondent_address", "respondent_address"),
            ("respondent_phone", "respondent_phone"),
        ],
    )?;
    let (codes, words): (String, String) = (row.get("demands")?, row.get("demand_words")?);
    let codes: Vec<String> = serde_json::from_str(&codes).unwrap_or_default();
    let lists = &Law::in_use().classification;
    let mut claims: Vec<&str> = codes.iter().map(|code| Listed::name(&lists.demands, code)).collect();
    claims.extend(Some(words.trim()).filter(|words| !words.is_empty()));
    let claim = claims.join("；");
    let told = facts.get("facts").cloned().unwrap_or_default();
    let both =
        [told.as_str(), claim.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    facts.insert("facts_and_claim", both.join("\n"));
    facts.insert("claim", claim);
    Ok(())
}

fn trader(tx: &mut Tx, id: kernel::TraderId, facts: &mut Facts) -> Result<()> {
    let Some(row) = tx.one(&TRADER, &params![id])? else { return Ok(()) };
    put(
        facts,
        &row,
        &[
            ("respondent", "name"),
            ("respondent_address", "address"),
            ("respondent_phone", "phone"),
            ("respondent_contact", "contact"),
        ],
    )
}

fn people(tx: &mut Tx, ctx: &Ctx, matter: MatterId, facts: &mut Facts) -> Result<()> {
    let people = parties::for_paper(tx, ctx, matter)?;
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    if let Some(person) =
        people.iter().find(|person| ["complainant", "reporter", "caller"].contains(&person.role.as_str()))
    {
        let given = [
            ("person_name", &person.name),
            ("person_phone", &person.phone),
            ("person_address", &person.address),
            ("person_identity_kind", &person.identity_kind),
            ("person_identity", &person.identity),
        ];
        facts.extend(given.map(|(source, value)| (source, value.clone())));
        facts.extend([("person_publish", yes(person.publish)), ("person_entrust", yes(person.entrust))]);
    }
    // A joint complaint is answered to its representatives (令第121号 第十二条); sheet and 调解书 name everybody.
    let named = |role: &str| -> String {
        let names = people.iter().filter(|person| person.role == role && !person.name.is_empty());
        names.map(|person| person.name.as_str()).collect::<Vec<_>>().join("、")
    };
    let (representatives, complainants) = (named("representative"), named("complainant"));
    if !representatives.is_empty() {
        facts.insert("person_name", representatives);
    }
    if !complainants.is_empty() {
        facts.insert("complainants", complainants);
    }
    if let Some(agent) = people.iter().find(|person| person.role == "agent") {
        let given =
            [("agent_name", &agent.name), ("agent_phone", &agent.phone), ("agent_address", &agent.address)];
        facts.extend(given.map(|(source, value)| (source, value.clone())));
    }
    Ok(())
}

/// A matter that does not exist, for previews and tests: every source, and words for fields the officer fills.
pub fn sample() -> Facts {
    Facts::from([
        ("matter_number", "TS-2301-2026-00012".to_owned()),
        ("about", "好再来超市销售变质乳制品".to_owned()),
        ("received", Date::constant(2026, 9, 23).to_string()),
        ("unit", "中山所".to_owned()),
        ("unit_phone", "0451-82312315".to_owned()),
        ("unit_address", "南岗区中山路 1 号".to_owned()),
        ("officer", "张伟".to_owned()),
        ("complainants", "王芳".to_owned()),
        ("person_name", "王芳".to_owned()),
        ("person_phone", "13812345678".to_owned()),
        ("person_address", "南岗区测试街 1 号".to_owned()),
        ("person_identity_kind", "居民身份证".to_owned()),
        ("person_identity", "230103199001011234".to_owned()),
        ("person_publish", "yes".to_owned()),
        ("person_entrust", "no".to_owned()),
        ("agent_name", "孙律师".to_owned()),
        ("agent_phone", "13900000001".to_owned()),
        ("agent_address", "南岗区果戈里大街 2 号".to_owned()),
        ("respondent", "好再来超市".to_owned()),
        ("respondent_address", "南岗区东大直街 3 号".to_owned()),
        ("respondent_phone", "0451-80000000".to_owned()),
        ("respondent_contact", "李经理".to_owned()),
        ("facts", "2026 年 9 月 22 日在该店购买牛奶一箱，当日开封即发现变质，有小票和照片。".to_owned()),
        ("claim", "退款；赔偿损失".to_owned()),
        (
            "facts_and_claim",
            "2026 年 9 月 22 日在该店购买牛奶一箱，当日开封即发现变质。\n退款；赔偿损失".to_owned(),
        ),
        ("accepted_on", "2026-09-28".to_owned()),
        ("refusal_ground", "3".to_owned()),
        ("termination_ground", "3".to_owned()),
        ("material_items", "身份证明材料".to_owned()),
        ("material_until", "2026-09-30".to_owned()),
        ("session_at", "2026-10-09T09:30".to_owned()),
        ("session_place", "中山所调解室".to_owned()),
        ("session_mediators", "张伟、李娜".to_owned()),
        ("report_filed_on", "2026-10-15".to_owned()),
        ("report_not_filed_on", "2026-10-15".to_owned()),
        ("report_law", "中华人民共和国食品安全法".to_owned()),
        ("report_article", "第一百一十五条".to_owned()),
        ("report_result", "经查，该店销售超过保质期食品的行为属实，已依法立案并作出行政处罚。".to_owned()),
        ("transferred_to", "南岗区".to_owned()),
        (
            "terms",
            "一、被投诉人于 2026 年 10 月 15 日前退还货款 68.50 元；\n二、被投诉人另赔偿 137 元。".to_owned(),
        ),
    ])
}

/// What the officer would write into a field without a source, for the sample.
pub fn sample_words(key: &str) -> &'static str {
    match key {
        "to_bureau" => "南岗区",
        "report_by" | "sent_on" => "2026-10-15",
        "result" => "经查，该店销售超过保质期食品的行为属实，已依法立案并作出行政处罚。",
        "files" => "1",
        "pages" => "6",
        "bring" => "购物小票、实物照片",
        "recusal_days" => "3",
        _ => "",
    }
}
