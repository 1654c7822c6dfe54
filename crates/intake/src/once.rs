//! A form of the desk is registered once, however often it is sent (SEC_45): pressed twice, sent again by a browser that lost
//! the answer, or from the page of before. The form brings an id, drawn when it was opened; the first
//! registration keeps it with a keyed mark of what was typed. Who goes back and types something else registers something else.

use db::{Tx, params};
use kernel::{Ctx, Id, kind};
use web::{Form, Result};

db::sql! {
    // Of two at once the second waits here until the first has ended, and then finds the row.
    TAKE = "INSERT INTO desk_once (id, mark, officer_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id, mark) DO NOTHING";
    NUMBER = "UPDATE desk_once SET number = $3 WHERE id = $1 AND mark = $2";
    EARLIER = "SELECT number FROM desk_once WHERE id = $1 AND mark = $2 AND officer_id = $3";
}

/// One opened form with what was typed into it.
pub(crate) struct Once {
    id: Id<kind::Job>,
    mark: String,
}

impl Once {
    /// The form as it was sent; nothing when it brings no id, as that of a program.
    pub(crate) fn of(ctx: &Ctx, form: &Form) -> Option<Self> {
        let id = form.value("once").parse().ok()?;
        let typed = serde_json::to_string(form.pairs()).unwrap_or_default();
        Some(Self { id, mark: ctx.keyring().blind("desk_once", &typed) })
    }

    /// Takes the form for registration, in the transaction that registers; the number it got when it was registered before.
    ///
    /// # Errors
    /// [`web::Problem::NotFound`] when another officer's form has this id.
    pub(crate) fn take(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Option<String>> {
        let officer = ctx.officer()?.id;
        if tx.execute(&TAKE, &params![self.id, self.mark, officer, ctx.now])? == 1 {
            return Ok(None);
        }
        let row = tx.one(&EARLIER, &params![self.id, self.mark, officer])?.ok_or(web::Problem::NotFound)?;
        Ok(Some(row.get("number")?))
    }

    /// Keeps the number that the form got.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn registered(&self, tx: &mut Tx, number: &str) -> Result<()> {
        tx.exactly_one(&NUMBER, &params![self.id, self.mark, number])?;
        Ok(())
    }
}

/// The id of a form that is opened.
pub(crate) fn drawn(ctx: &Ctx) -> String {
    Id::<kind::Job>::to_string(&ctx.id())
}
