//! What the matter page says of the matters it goes with, and the acts of the spine that follow from it.

use db::Tx;
use kernel::{Ctx, Permission, Role};
use web::Result;

use crate::{
    ActLink, Kind, Matter, Phase, cluster, dispute,
    jurisdiction::{self, Advised},
    merge, relations,
};

/// The matters a matter goes with, and what can be done about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ties {
    /// The number of its leader.
    pub merged_into: Option<String>,
    /// The number of the report it was marked to repeat, while nobody decided on that.
    pub repeats: Option<String>,
    /// The number of the complaint it repeats: a ground for not accepting it.
    pub repeats_complaint: Option<String>,
    /// What was advised about jurisdiction.
    pub advised: Option<Advised>,
    /// An open dispute: its address and how it stands.
    pub dispute: Option<(String, &'static str)>,
    /// How many matters hang together, itself counted.
    pub together: usize,
    /// Acts of the spine.
    pub acts: Vec<ActLink>,
}

impl Ties {
    pub(super) fn of(tx: &mut Tx, ctx: &Ctx, matter: &Matter) -> Result<Self> {
        let merged = matter.state == merge::MERGED;
        let merged_into = if merged { merge::leader_of(tx, matter.id)? } else { None };
        let repeats = relations::repeats(tx, ctx, matter)?.map(|other| other.number);
        let linked = relations::linked(tx, ctx, matter.id)?;
        let complaint = linked.iter().find(|one| one.code == "repeat" && one.from_here);
        let repeats_complaint = complaint
            .filter(|_| matter.kind == Kind::Complaint && matter.state == "received")
            .map(|one| one.number.clone());
        let open = dispute::open_of(tx, matter.id)?;
        let dispute = open.map(|(id, stand)| (format!("/disputes/{id}"), stand.label()));
        let split = linked.iter().any(|one| one.code == "split");
        let acts = acts(ctx, matter, [dispute.is_some(), split]);
        Ok(Self {
            merged_into,
            repeats,
            repeats_complaint,
            advised: jurisdiction::latest(tx, matter)?,
            dispute,
            together: cluster::of(tx, ctx, matter)?.len(),
            acts,
        })
    }
}

fn acts(ctx: &Ctx, matter: &Matter, [disputed, split]: [bool; 2]) -> Vec<ActLink> {
    let may = |permission| ctx.may(permission).is_ok();
    let going = matter.phase != Phase::Done && matter.state != merge::MERGED;
    let heads_section = ctx.officer().is_ok_and(|officer| officer.role == Role::SectionHead);
    let two_fold = match matter.kind {
        Kind::Complaint => "分立举报",
        Kind::Report => "分立投诉",
        _ => "",
    };
    let splits = going && !split && !two_fold.is_empty() && may(Permission::Register);
    let asks = going && !jurisdiction::questions(matter).is_empty();
    let offered = [
        (splits, "split", two_fold, "第九条"),
        (asks && may(Permission::Dispatch), "jurisdiction", "管辖判断", "第十三条"),
        (going && heads_section && !disputed, "dispute", "提出管辖争议", "第三十三条"),
        (going && may(Permission::Approve), "urging", "催办", ""),
    ];
    let link = |(_, path, label, article): (bool, &str, &str, &str)| ActLink {
        href: format!("/matters/{}/{path}", matter.number),
        label: label.to_owned(),
        article: article.to_owned(),
    };
    offered.into_iter().filter(|(may, ..)| *may).map(link).collect()
}
