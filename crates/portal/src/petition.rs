//! A petition that is sent: checked against the limits, registered where it shall be received, once.

use codes::regions;
use db::{Tx, params};
use intake::{NewContact, Respondent};
use jiff::ToSpan as _;
use kernel::{Actor, Ctx, Refusal, TraderId, UnitId};
use matters::{
    Kind, Matter, attachments, parties,
    receipts::{self, Code},
    talk::{self, MessageKind},
};
use web::{Form, Options, Problem, Result};

use crate::{
    answers::{Petition, others},
    draft::{self, Draft},
    limits,
    question::Question,
};

/// Where the matters of the public pages say they come from.
pub(crate) const SOURCE: &str = "portal";

db::sql! {
    ROOT = "SELECT id FROM unit WHERE parent_id IS NULL AND closed_on IS NULL ORDER BY path LIMIT 1";
    DISTRICTS = "SELECT id, name, region FROM unit WHERE kind = 'branch' AND region IS NOT NULL AND closed_on IS NULL ORDER BY path";
    // Two traders of one name: none is meant, and the complaint goes its way.
    SETTLER = "SELECT DISTINCT b.trader_id FROM odr_body b JOIN trader t ON t.id = b.trader_id LEFT JOIN trader_alias a ON a.trader_id = t.id \
               WHERE b.kind = 'trader' AND b.left_on IS NULL AND t.merged_into IS NULL AND (t.name = $1 OR a.name = $1) LIMIT 2";
    OF_PHONE = "SELECT COUNT(*) FROM party p JOIN matter m ON m.id = p.matter_id WHERE p.phone_mark = $1 AND m.source = 'portal' \
                AND m.kind <> 'report' AND m.received_at > $2";
}

/// The person of the public pages, as the journal names whoever has no account.
pub(crate) fn person(ctx: &Ctx) -> Ctx {
    ctx.by(Actor::System("群众（网页）"))
}

/// The units of districts a petition can be sent to, branches with a region: id, and the district by the name people know.
pub(crate) fn districts(tx: &mut Tx) -> Result<Options> {
    let rows = tx.query(&DISTRICTS, &[])?;
    let read = |row: &db::Row| {
        let (name, region): (String, String) = (row.get("name")?, row.get("region")?);
        let words = regions::find(&region, None)
            .map_or_else(|| name.clone(), |found| format!("{}（{name}）", found.name));
        Ok::<_, db::Error>((row.get::<UnitId>("id")?.to_string(), words))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The draft as a petition.
pub(crate) fn of_draft(tx: &mut Tx, ctx: &Ctx, draft: &Draft) -> Result<Petition> {
    let (districts, form) = (districts(tx)?, draft.answers.clone());
    let settler = if draft.kind == Kind::Complaint { settler(tx, form.value("trader"))? } else { None };
    Ok(Petition { kind: draft.kind, form, districts, settler, today: ctx.today() })
}

/// The trader of that name, where it has undertaken to settle first.
fn settler(tx: &mut Tx, name: &str) -> Result<Option<TraderId>> {
    if name.trim().is_empty() {
        return Ok(None);
    }
    let rows = tx.query(&SETTLER, &params![name.trim()])?;
    let [row] = rows.as_slice() else { return Ok(None) };
    Ok(row.get("trader_id")?)
}

/// The bureau's uppermost unit, whose dispatcher receives what chose no district.
///
/// # Errors
/// A refusal while the bureau is not set up.
pub(crate) fn root(tx: &mut Tx) -> Result<UnitId> {
    let row = tx.one(&ROOT, &[])?;
    let row = row.ok_or_else(|| Refusal::new("portal_shut", "本局还没有开通网上办理，请拨打 12315"))?;
    Ok(row.get("id")?)
}

/// What the limits say against sending now, before anything is stored.
///
/// # Errors
/// Refusals for a form filled in faster than a person can, a telephone with five petitions today, a queue that is full.
pub(crate) fn may_send(tx: &mut Tx, ctx: &Ctx, draft: &Draft) -> Result<()> {
    if ctx.now.duration_since(draft.made_at).as_secs() < limits::LEAST_SECONDS {
        let words = "提交得太快了，请再核对一遍，过几秒再按“提交”";
        return Err(Refusal::new("portal_fast", words).into());
    }
    // Reports neither count nor wait: whoever typed another's telephone would learn from the limit that it reported (第三十七条).
    let counted = draft.kind != Kind::Report;
    if let Some(mark) = parties::phone_mark(ctx, draft.answers.value("phone")).filter(|_| counted) {
        let since = ctx.now.checked_sub(24.hours()).unwrap_or(ctx.now);
        if tx.scalar::<i64>(&OF_PHONE, &params![mark, since])? >= limits::PHONE_A_DAY {
            let words = format!(
                "这个电话 24 小时内已经在网上提交了 {} 件。您填写的内容已经保存 2 小时；急事请拨打 12315 或者到窗口办理",
                limits::PHONE_A_DAY
            );
            return Err(Refusal::new("portal_phone", words).into());
        }
    }
    if draft::sent_lately(tx, ctx)? >= limits::QUEUE {
        return Err(draft::busy().into());
    }
    Ok(())
}

/// Registers the draft of `token` with its photographs, and gives its receipt. Sent already, it is left as it is: whoever
/// presses twice gets the same receipt (SEC_45).
///
/// # Errors
/// As [`may_send`]; refusals of intake; not found when the draft is gone.
pub(crate) fn send(
    tx: &mut Tx,
    ctx: &Ctx,
    models: &advice::Models,
    token: &str,
    files: &[attachments::Stored],
) -> Result<()> {
    let draft = draft::lock(tx, ctx, token)?.ok_or(Problem::NotFound)?;
    if draft.matter.is_some() {
        return Ok(());
    }
    may_send(tx, ctx, &draft)?;
    let petition = of_draft(tx, ctx, &draft)?;
    if petition.first_open().is_some() {
        return Err(Refusal::new("portal_open", "还有问题没有回答，请补上后再提交").into());
    }
    let root = root(tx)?;
    let by = person(ctx);
    let matter = intake::register(tx, &by, &contact(&petition, root, ctx))?;
    for file in files {
        attachments::add(tx, &by, &matter, file, "evidence")?;
    }
    let (suggested, chosen) = petition.advised(models);
    advice::keep(tx, &by, matter.id, &suggested, &chosen)?;
    care(tx, &by, &matter, &petition)?;
    receipts::issue(tx, &by, &matter, &Code::of_secret(ctx, token))?;
    draft::sent(tx, ctx, &draft, matter.id)
}

/// What a reporter wants minded when called, as the first words of the talk: sealed.
fn care(tx: &mut Tx, ctx: &Ctx, matter: &Matter, petition: &Petition) -> Result<()> {
    let care = petition.form.value("care");
    if care.is_empty() || !petition.path().contains(&Question::Care) {
        return Ok(());
    }
    talk::hear(tx, ctx, matter, MessageKind::Message, &format!("联系时请注意：{care}"), &[])?;
    Ok(())
}

/// The answers as intake takes them. Only what was asked on this way counts: an answer left from a way not taken is dropped.
fn contact(petition: &Petition, root: UnitId, ctx: &Ctx) -> NewContact {
    let (kind, path) = (petition.kind, petition.path());
    let settles_with = petition.settles_with();
    let mut form = petition.form.clone();
    let asked = |question: Question| path.contains(&question);
    let text = |form: &Form, question: Question, name: &str| {
        if asked(question) { form.value(name).to_owned() } else { String::new() }
    };
    let unit = if asked(Question::Region) { form.value("region").parse().ok() } else { None };
    let trader = text(&form, Question::Trader, "trader");
    let place = text(&form, Question::Place, "place");
    NewContact {
        channel: "web".to_owned(),
        person: parties::NewParty {
            role: role(kind).to_owned(),
            name: text(&form, Question::Name, "name"),
            phone: text(&form, Question::Phone, "phone"),
            address: text(&form, Question::Address, "address"),
            publish: asked(Question::Publish) && form.value("publish") == "yes",
            entrust: asked(Question::Entrust) && form.value("entrust") == "yes",
            ..parties::NewParty::default()
        },
        agent: asked(Question::Agent)
            .then(|| party("agent", form.value("agent_name"), form.value("agent_phone"))),
        others: if asked(Question::Joint) {
            others(form.value("others"))
                .iter()
                .map(|(name, phone)| party("complainant", name, phone))
                .collect()
        } else {
            Vec::new()
        },
        representatives: if asked(Question::Joint) {
            ["representative_1", "representative_2"].map(|name| form.value(name).to_owned()).to_vec()
        } else {
            Vec::new()
        },
        respondent: respondent(trader, &place, settles_with),
        goods: petition.class("goods", "goods_more").filter(|_| asked(Question::Goods)),
        problem: petition.class("problem", "problem_more").filter(|_| asked(Question::Problem)),
        goods_name: text(&form, Question::Bought, "goods_name"),
        brand: text(&form, Question::Brand, "brand"),
        place,
        happened_on: form.date("happened_on").filter(|_| asked(Question::When)),
        known_on: form.date("known_on").filter(|_| asked(Question::When) && kind == Kind::Complaint),
        amount: form.money("amount").filter(|_| asked(Question::Bought)),
        demands: if asked(Question::Demands) { form.all("demands") } else { Vec::new() },
        demand_words: text(&form, Question::Demands, "demand_words"),
        source: SOURCE.to_owned(),
        title: title(petition),
        ..NewContact::new(
            settles_with.map_or(kind, |_| Kind::Settlement),
            unit.unwrap_or(root),
            ctx.now,
            form.value("facts").to_owned(),
        )
    }
}

fn respondent(name: String, place: &str, trader: Option<TraderId>) -> Respondent {
    Respondent { name, address: place.to_owned(), trader, ..Respondent::default() }
}

/// A consultation is named by its topic; whatever else by what was chosen.
fn title(petition: &Petition) -> String {
    match petition.kind {
        Kind::Consultation => format!("咨询 {}", petition.told(Question::Topic).join("")),
        _ => String::new(),
    }
}

const fn role(kind: Kind) -> &'static str {
    match kind {
        Kind::Complaint => "complainant",
        Kind::Report => "reporter",
        _ => "caller",
    }
}

fn party(role: &str, name: &str, phone: &str) -> parties::NewParty {
    let (name, phone) = (name.to_owned(), phone.to_owned());
    parties::NewParty { role: role.to_owned(), name, phone, ..parties::NewParty::default() }
}
