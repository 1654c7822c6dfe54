//! The demo bureau: city, districts, 所, stations; staff of every role; traders.

use db::Tx;
use kernel::{Ctx, Entropy, Officer, Role, UnitId};
use people::{NewUnit, Unit};
use traders::NewTrader;
use web::{App, Problem, Result};

use super::{
    Size,
    words::{BRANDS, FAMILY, GIVEN, STREETS, TRADES},
};

/// A 所 with who handles and who heads.
pub(super) struct Office {
    pub unit: UnitId,
    pub handlers: Vec<Officer>,
    pub head: Officer,
}

/// A trader with what it sells.
#[derive(Clone)]
pub(super) struct Shop {
    pub id: kernel::TraderId,
    pub name: String,
    pub code: String,
    pub address: String,
    pub goods: &'static str,
}

pub(super) struct Bureau {
    pub root: UnitId,
    pub desk: Officer,
    pub dispatcher: Officer,
    pub head: Officer,
    pub admin: Officer,
    pub offices: Vec<Office>,
    pub shops: Vec<Shop>,
}

pub(super) fn pick<'a, T>(entropy: &Entropy, list: &'a [T]) -> &'a T {
    let at = usize::try_from(entropy.below(list.len() as u64)).unwrap_or(0);
    &list[at.min(list.len() - 1)]
}

pub(super) fn name(entropy: &Entropy) -> String {
    format!("{}{}", pick(entropy, FAMILY), pick(entropy, GIVEN))
}

/// The demo bureau's name: a town that does not exist.
pub(super) const NAME: &str = "松江市市场监督管理局";
const DISTRICTS: [(&str, &str, &str); 3] =
    [("2301", "南江分局", "230103"), ("2302", "北江分局", "230104"), ("2303", "东江分局", "230108")];
const OFFICES: [(&str, &str, &str); 8] = [
    ("230101", "中山所", "2301"),
    ("230102", "学府所", "2301"),
    ("230103", "花园所", "2301"),
    ("230201", "新阳所", "2302"),
    ("230202", "友谊所", "2302"),
    ("230301", "文化所", "2303"),
    ("230302", "红旗所", "2303"),
    ("230303", "长江所", "2303"),
];

pub(super) async fn found(app: &App, ctx: &Ctx, size: Size) -> Result<Bureau> {
    let by = ctx.clone();
    let mut bureau = app.db.write(move |tx| staff(tx, &by, size.offices)).await?;
    let wide = size.people.is_some();
    for batch in (0..size.traders).collect::<Vec<_>>().chunks(500) {
        let (by, batch) = (ctx.clone(), batch.to_vec());
        let made = app
            .db
            .write(move |tx| batch.iter().map(|at| shop(tx, &by, *at, wide)).collect::<Result<Vec<_>>>())
            .await?;
        bureau.shops.extend(made);
    }
    Ok(bureau)
}

fn unit(
    tx: &mut Tx,
    ctx: &Ctx,
    code: &str,
    name: &str,
    kind: &str,
    parent: &str,
    region: &str,
) -> Result<Unit> {
    let address = format!("{}{}号", pick(ctx.entropy(), STREETS), ctx.entropy().below(200) + 1);
    let new = NewUnit {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        parent: parent.to_owned(),
        region: region.to_owned(),
        address,
        phone: "12315".to_owned(),
    };
    people::create_unit(tx, ctx, &new)
}

/// A person with a post from the first day on.
fn person(tx: &mut Tx, ctx: &Ctx, login: &str, unit: &Unit, role: Role) -> Result<Officer> {
    let id = people::create_officer(tx, ctx, login, &name(ctx.entropy()), "", true)?;
    people::give_post(tx, ctx, id, unit.id, role, ctx.today(), None)?;
    let post = people::active_posts(tx, id, ctx.today())?.into_iter().next().ok_or(Problem::NotFound)?;
    Ok(post.officer)
}

/// `more` 所 beside those that have names, spread over the districts.
fn further(more: usize) -> impl Iterator<Item = (String, String, &'static str)> {
    (0..more).map(|at| {
        let (parent, ..) = DISTRICTS[at % DISTRICTS.len()];
        let number = 10 + at / DISTRICTS.len();
        (format!("{parent}{number}"), format!("第{number}所"), parent)
    })
}

fn staff(tx: &mut Tx, ctx: &Ctx, more: usize) -> Result<Bureau> {
    people::set_setting(tx, ctx, "bureau", NAME)?;
    people::set_setting(tx, ctx, "region", "230100")?;
    people::set_setting(tx, ctx, "demo", "yes")?;
    let root = unit(tx, ctx, "23", NAME, "bureau", "", "230100")?;
    let centre = unit(tx, ctx, "2300", "12315指挥中心", "section", "23", "230100")?;
    for (code, name, region) in DISTRICTS {
        unit(tx, ctx, code, name, "branch", "23", region)?;
    }
    let head = person(tx, ctx, "juzhang", &root, Role::BureauHead)?;
    let admin = person(tx, ctx, "admin", &root, Role::Administrator)?;
    for (login, role) in [("fazhi", Role::LegalReviewer), ("shenji", Role::Auditor)] {
        person(tx, ctx, login, &root, role)?;
    }
    let dispatcher = person(tx, ctx, "fenpai", &root, Role::Dispatcher)?;
    let desk = person(tx, ctx, "jiedai", &centre, Role::Desk)?;
    let mut offices = Vec::new();
    let named = OFFICES.into_iter().map(|(code, name, parent)| (code.to_owned(), name.to_owned(), parent));
    for (at, (code, name, parent)) in named.chain(further(more)).enumerate() {
        let (code, name) = (code.as_str(), name.as_str());
        let region =
            DISTRICTS.iter().find(|(code, ..)| *code == parent).map_or("230100", |(.., region)| region);
        let place = unit(tx, ctx, code, name, "office", parent, region)?;
        let (first, head) = if at == 0 {
            ("zhangwei".to_owned(), "suozhang".to_owned())
        } else {
            (format!("ban{code}a"), format!("suo{code}"))
        };
        let handlers = vec![
            person(tx, ctx, &first, &place, Role::Handler)?,
            person(tx, ctx, &format!("ban{code}b"), &place, Role::Handler)?,
        ];
        offices.push(Office {
            unit: place.id,
            handlers,
            head: person(tx, ctx, &head, &place, Role::SectionHead)?,
        });
        for number in 1..=(if at < 4 { 3 } else { 2 }) {
            let station = unit(
                tx,
                ctx,
                &format!("{code}Z{number}"),
                &format!("{}维权站{number}", name.trim_end_matches('所')),
                "station",
                code,
                region,
            )?;
            if at == 0 && number == 1 {
                person(tx, ctx, "zhandian", &station, Role::Station)?;
            }
        }
    }
    Ok(Bureau { root: root.id, desk, dispatcher, head, admin, offices, shops: Vec::new() })
}

fn shop(tx: &mut Tx, ctx: &Ctx, at: usize, wide: bool) -> Result<Shop> {
    let entropy = ctx.entropy();
    let (words, form, industry, goods) = *pick(entropy, TRADES);
    let (_, _, region) = *pick(entropy, &DISTRICTS);
    let owner = if wide { name(entropy) } else { String::new() };
    let name = format!(
        "松江市{}{owner}{}{words}",
        pick(entropy, BRANDS),
        pick(entropy, &["", "", "一", "第二", "新", "老", "大"])
    );
    let address = format!("{}{}号", pick(entropy, STREETS), entropy.below(400) + 1);
    let new = NewTrader {
        name: if at.is_multiple_of(7) {
            format!("{name}（{}分店）", pick(entropy, STREETS))
        } else {
            name
        },
        credit_code: credit_code(entropy, region, form, at),
        form: form.to_owned(),
        industry: industry.to_owned(),
        region: region.to_owned(),
        address: address.clone(),
        phone: format!("1990000{:04}", 3_000 + entropy.below(7_000)),
        source: "demo".to_owned(),
        demo: true,
        ..NewTrader::default()
    };
    let id = traders::create(tx, ctx, &new)?;
    Ok(Shop { id, name: new.name, code: new.credit_code, address, goods })
}

/// A credit code of the right shape whose check character fits: the body ends in the ordinal, so no two are equal.
fn credit_code(entropy: &Entropy, region: &str, form: &str, at: usize) -> String {
    let kind = if form == "company" { "91" } else { "92" };
    let chance = entropy.below(100);
    let body = if at < 100_000 {
        format!("{kind}{region}MA{chance:02}{at:05}")
    } else {
        format!("{kind}{region}MB{at:07}")
    };
    let fits = |last: &char| codes::check_as(codes::Kind::CreditCode, &format!("{body}{last}")).ok;
    let last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().find(fits).unwrap_or('0');
    format!("{body}{last}")
}
