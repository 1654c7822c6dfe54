#![doc = include_str!("../README.md")]

pub mod book;
mod discretion;
pub mod forget;
pub mod item;
mod listing;
pub mod note;
mod pages;
mod paper;
mod place;
mod procedure;
pub mod proposal;
pub mod remark;
pub mod roster;
pub mod rules;
pub mod seal;
pub mod shift;
pub mod swap;
pub mod turn;

pub use listing::listings;
pub use pages::{PaperWish, day_log_paper, notes_way, roster_paper, routes, samples, swaps_way, way};
pub use procedure::{Act, MOVES, State};
pub use roster::now_words;

/// Name of the closing of the books in the schedule, and the seconds between two looks.
pub const CLOSE: &str = "day_log";
/// Seconds between two looks for books to close.
pub const CLOSE_SECONDS: u32 = 1_800;

/// The statements of this crate.
pub fn statements() -> Vec<db::Sql> {
    [
        shift::STATEMENTS,
        turn::STATEMENTS,
        swap::STATEMENTS,
        note::STATEMENTS,
        item::STATEMENTS,
        remark::STATEMENTS,
        seal::STATEMENTS,
        forget::STATEMENTS,
    ]
    .concat()
}

/// Lists put together, in their widest form.
pub fn widest(ctx: &kernel::Ctx) -> Vec<db::Select> {
    let (day, first) = (ctx.today(), ctx.today().first_of_month());
    vec![
        shift::one(ctx, ctx.id()),
        turn::one(ctx, ctx.id()),
        swap::lately(ctx),
        swap::one(ctx, ctx.id()),
        note::lately(ctx),
        note::untaken(ctx),
        note::one(ctx, ctx.id()),
        item::one(ctx, ctx.id()),
        remark::of_day(day, "/"),
        book::rows(ctx, day, "/", book::LINES, None),
        book::count_of(ctx, day, "/"),
        book::days_of(ctx, first, day, "/"),
        book::those_of(ctx, day),
    ]
}

/// The words of this crate's verbs in the journal.
pub fn verbs() -> Vec<(&'static str, &'static str)> {
    vec![
        ("duty_shift", "设立班次"),
        ("duty_shift_end", "停用班次"),
        ("duty_set", "排班"),
        ("duty_removed", "撤下排班"),
        ("swap_asked", "提出换班"),
        ("swap_agreement", "同意换班"),
        ("swap_refusal", "不同意换班"),
        ("swap_withdrawal", "撤回换班"),
        ("swap_approval", "批准换班"),
        ("swap_rejection", "不批准换班"),
        ("swap_carried", "换班生效"),
        ("duty_note", "交接班记录"),
        ("duty_note_taken", "接班"),
        ("duty_note_entry", "交接班记录更正"),
        ("duty_item_end", "遗留事项办完"),
        ("day_log_remark", "日记备注"),
        ("day_log_correction", "日记更正"),
        (seal::SEALED, "日记封存"),
    ]
}
