//! Pages of complaints: one form per act, built from what its article asks; call-backs.

mod act;
mod callbacks;
mod fields;
mod listings;

use kernel::Permission;
use web::{May, Routes, Sample};

use crate::procedure::Act;
pub use listings::{listings, selects};

/// The path of each act: its word below its matter.
fn path(act: Act) -> &'static str {
    macro_rules! paths {
        ($($variant:ident => $path:literal,)*) => { match act { $(Act::$variant => concat!("/matters/{number}/", $path),)* } };
    }
    paths! {
        RequestMaterial => "material_request",
        CloseRequest => "material",
        Accept => "acceptance",
        ProposeRefusal => "refusal_proposal",
        Refuse => "refusal",
        SendBack => "refusal_return",
        TellAcceptance => "acceptance_notice",
        TellRefusal => "refusal_notice",
        Mediate => "mediation",
        Entrust => "entrustment",
        AskRecusal => "recusal",
        DecideRecusal => "recusal_decision",
        StartTest => "test",
        EndTest => "test_result",
        Agree => "agreement",
        Perform => "performance",
        SettleAtOnce => "settlement",
        Terminate => "termination",
        TellTermination => "termination_notice",
        Withdraw => "withdrawal",
    }
}

/// The routes of this crate.
pub fn routes() -> Routes {
    let handle = May::Can(Permission::HandleComplaint);
    let call = May::Can(Permission::CallBack);
    let acts = Act::ALL.iter().fold(Routes::new(), |routes, act| {
        debug_assert!(path(*act).ends_with(act.code()), "one word for act, address and journal");
        routes.get(path(*act), handle, act::show(*act)).post(path(*act), handle, act::store(*act))
    });
    acts.get("/callbacks", call, callbacks::list)
        .post("/callbacks", call, callbacks::plan)
        .get("/callbacks/{id}", call, callbacks::show)
        .post("/callbacks/{id}", call, callbacks::store)
}

/// Every page of this crate on sample data.
pub fn samples() -> Vec<Sample> {
    act::samples().into_iter().chain(callbacks::samples()).collect()
}
