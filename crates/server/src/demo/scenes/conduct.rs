//! How the office is run: proposals that wait for a second person, saved filters, an export that is ready.

use db::Tx;
use exchange::export::{self, Format, Wish};
use kernel::Actor;
use law::Law;
use settings::{Kind, NewEdition, retention};
use web::{App, Result};

use super::{Set, soft};
use crate::demo::contacts::Stage;

/// A rule that shall change, and a term after which personal data is forgotten: both wait for the head of the bureau.
pub(super) fn proposed(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    let admin = set.at(&set.stage.admin, 1, 10);
    let clock = Law::in_use()
        .rule_set("R121")
        .and_then(|rules| rules.clocks.iter().find(|clock| clock.key == "accept"));
    if let Some(clock) = clock {
        let shorter =
            law::ClockRule { length: 5, valid_from: Some(admin.today()), valid_to: None, ..clock.clone() };
        let new = NewEdition {
            kind: Kind::Clock,
            subject: "R121/accept".to_owned(),
            text: shorter.to_toml(),
            source: "松江市市场监督管理局投诉举报办理规程（演示）".to_owned(),
            reason: "我局对社会公开承诺五个工作日内决定是否受理，内部期限相应缩短。".to_owned(),
        };
        soft(settings::propose(tx, &admin, &new))?;
    }
    let reason = "按本局归档范围和保管期限表，咨询类事项的个人信息保存三年。";
    soft(retention::propose(tx, &admin, "consultation", 36, true, reason)).map(drop)
}

/// (whose, name, list, whether everybody below has it too).
const FILTERS: &[(Who, &str, &str, bool)] = &[
    (Who::Head, "全局在办投诉", "/matters?kind=complaint&phase=running", true),
    (Who::Head, "全局统计", "/figures", false),
    (Who::Dispatcher, "待分派", "/matters?phase=new", false),
    (Who::Dispatcher, "12345 转来的", "/matters?channel=hotline12345", true),
    (Who::Handler, "我经手的食品投诉", "/matters?kind=complaint&goods=G01", false),
    (Who::Office, "中山所在办", "/matters?phase=running", true),
    (Who::Office, "先行和解单位", "/odr", true),
];

/// Whose filter it is.
#[derive(Clone, Copy)]
enum Who {
    Head,
    Dispatcher,
    Handler,
    Office,
}

/// Saved filters, own and shared.
pub(super) fn filtered(tx: &mut Tx, set: &Set<'_>) -> Result<()> {
    for (who, name, address, shared) in FILTERS {
        let officer = match who {
            Who::Head => &set.stage.bureau,
            Who::Dispatcher => &set.stage.dispatcher,
            Who::Handler => set.handler(),
            Who::Office => &set.office(0).head,
        };
        soft(insight::save_view(tx, &set.at(officer, 5, 10), name, address, *shared))?;
    }
    Ok(())
}

/// The dispatcher's list of this year's complaints, ready to be fetched.
pub(super) async fn exported(app: &App, stage: &Stage) -> Result<()> {
    let by = app.ctx(Actor::Officer(stage.dispatcher.clone())).at(stage.now);
    let wish = Wish {
        list: "matters".to_owned(),
        filter: "kind=complaint&phase=running".to_owned(),
        format: Format::Xlsx,
        reason: None,
    };
    let id = app.db.write(move |tx| export::ask(tx, &by, &wish)).await?;
    exchange::produce(app, id).await
}
