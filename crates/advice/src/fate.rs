//! What became of each suggestion, kept when the contact is registered: codes and numbers only.

use db::{Tx, params};
use kernel::{Ctx, Id, MatterId, kind};
use web::Result;

use crate::{Advice, Guess, Part};

db::sql! {
    INSERT = "INSERT INTO advice (id, matter_id, officer_id, day, part, place, basis, suggested, share, sure, fate, chosen) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
}

/// What was registered: (part, code, id or number), of every part that was asked.
pub type Chosen = Vec<(Part, String)>;

/// 采纳, 改选 or 未用. An entry below the one that was suggested was found by it.
fn fate(suggested: &str, chosen: &str) -> &'static str {
    let below = chosen.strip_prefix(suggested).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    match chosen {
        "" => "ignored",
        _ if below => "accepted",
        _ => "changed",
    }
}

/// Keeps what was suggested for each part that was asked, with what was chosen in its place.
///
/// # Errors
/// A fault of the database.
pub fn keep(tx: &mut Tx, ctx: &Ctx, matter: MatterId, advice: &Advice, chosen: &Chosen) -> Result<()> {
    for (part, code) in chosen {
        let guesses: Vec<&Guess> = advice.guesses.iter().filter(|guess| guess.part == *part).collect();
        if guesses.is_empty() {
            row(tx, ctx, matter, *part, None, code)?;
        }
        for (at, guess) in guesses.into_iter().enumerate() {
            row(tx, ctx, matter, *part, Some((at + 1, guess)), code)?;
        }
    }
    Ok(())
}

/// A brand is a word that somebody wrote: only whether it is the one suggested is kept.
const SAID: &str = "said";
const ANOTHER: &str = "another";

fn row(
    tx: &mut Tx,
    ctx: &Ctx,
    matter: MatterId,
    part: Part,
    guess: Option<(usize, &Guess)>,
    chosen: &str,
) -> Result<()> {
    let id: Id<kind::Job> = ctx.id();
    let officer = ctx.officer().ok().map(|officer| officer.id);
    let (place, basis, suggested, share, sure, fate) = match guess {
        Some((place, guess)) => {
            // Between 0 and 1000: the value is a probability.
            #[expect(clippy::cast_possible_truncation, reason = "a probability in thousandths")]
            let share = guess.share.map(|share| (share * 1000.0).round() as i64);
            (place, guess.basis.as_str(), guess.code.as_str(), share, guess.sure, fate(&guess.code, chosen))
        }
        None => (0, "", "", None, false, "none"),
    };
    let (suggested, chosen) = match part {
        Part::Brand => {
            let kept = |words: &str| match words {
                "" => "",
                _ if words == suggested => SAID,
                _ => ANOTHER,
            };
            (kept(suggested), kept(chosen))
        }
        _ => (suggested, chosen),
    };
    let values = params![
        id,
        matter,
        officer,
        ctx.today(),
        part.code(),
        place,
        basis,
        suggested,
        share,
        sure,
        fate,
        chosen
    ];
    tx.put(&INSERT, &values)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fate;

    #[test]
    fn a_finer_entry_counts_as_taken_up_and_a_neighbour_does_not() {
        assert_eq!(fate("G01", "G01"), "accepted");
        assert_eq!(fate("G01", "G01.10"), "accepted");
        assert_eq!(fate("G01.10", "G01"), "changed");
        assert_eq!(fate("G01", "G010"), "changed");
        assert_eq!(fate("G01", ""), "ignored");
    }
}
