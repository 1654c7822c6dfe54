//! A connection lent to one command or query.
//!
//! What is asked and what must be known before the next step are two things: a statement whose answer nobody needs waits
//! here and goes out together with the next one that has an answer, or with `COMMIT`; so does `BEGIN`. Every saved wait is
//! one during which nobody's row is locked.

use std::{ops::ControlFlow, sync::Arc};

use futures_util::{TryStreamExt, future::join};
use tokio::{runtime::Handle, sync::OwnedRwLockReadGuard};
use tokio_postgres::error::SqlState;

use super::{
    ahead::{Ahead, is_made_old},
    flight::{Ask, Flown, Outcome, Then, Told, Waiting, all, prepared},
    pool::{Connections, Lent, is_demoted},
    wire,
};
use crate::{Error, Row, Value, error::is_lost, row::Shape};

/// So many statements wait at most: the answers of more would lie about unread.
const WAITING: usize = 24;
/// A commit that lets its rows go before the disk has it…
const COMMIT_EARLY: &str = "SET LOCAL synchronous_commit TO off; COMMIT";
/// …and the wait for the disk, and for the replicas that must have it, without holding any row: a record behind the commit's.
const WAIT_FOR_DISK: &str = "SELECT pg_logical_emit_message(TRUE, 'xiaobao', '')";

/// A connection in a transaction. Dropped before its end, it is thrown away and not given back.
pub(crate) struct Session {
    line: Option<Lent>,
    leader: Arc<Connections>,
    handle: Handle,
    words: &'static str,
    /// Whether the server has said that the transaction began.
    begun: bool,
    waiting: Vec<Waiting>,
    ahead: Ahead,
    /// Whether rows that everybody needs are locked, so that the disk is better waited for afterwards.
    hot: bool,
    waits_after: bool,
    /// True when what failed may be tried again.
    pub(super) retryable: bool,
    door: Option<OwnedRwLockReadGuard<()>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            drop(Lent::take(line));
        }
    }
}

impl Session {
    pub(super) fn new(
        line: Lent,
        leader: Arc<Connections>,
        (words, waits_after): (&'static str, bool),
        door: OwnedRwLockReadGuard<()>,
    ) -> Self {
        Self {
            line: Some(line),
            leader,
            handle: Handle::current(),
            words,
            begun: false,
            waiting: Vec::new(),
            ahead: Ahead::default(),
            hot: false,
            waits_after,
            retryable: false,
            door: Some(door),
        }
    }

    /// One whose transaction has begun.
    pub(super) fn begun(line: Lent, leader: Arc<Connections>, door: OwnedRwLockReadGuard<()>) -> Self {
        let mut session = Self::new(line, leader, ("", false), door);
        session.begun = true;
        session
    }

    /// Says that rows which everybody needs are locked from here on.
    pub(crate) fn hold_hot_rows(&mut self) {
        self.hot = true;
    }

    /// Sends what waits and then `ask`, and waits for all of it.
    fn flight(&mut self, ask: &Ask<'_>) -> Result<Told, Error> {
        let waiting = std::mem::take(&mut self.waiting);
        if self.begun {
            return self.send(&waiting, ask);
        }
        // Together with the beginning goes only what would do no harm without it.
        let harmless = waiting.iter().all(|it| reads(&it.text))
            && match ask {
                Ask::Rows(text, _) => reads(text),
                Ask::Nothing => true,
                Ask::Words(_) | Ask::Change(..) => false,
            };
        let mut dead = 0;
        loop {
            let together = if harmless { Some((waiting.as_slice(), ask)) } else { None };
            let (began, told) = self.first(together);
            match began {
                Ok(()) => {
                    self.begun = true;
                    return match told {
                        Some(outcome) => self.read(&waiting, outcome),
                        None => self.send(&waiting, ask),
                    };
                }
                // Connections that died while nobody used them (the server was started again), or whose server is no longer
                // the leader, are thrown away here: nothing was done over them.
                Err(error)
                    if (is_lost(&error) || is_demoted(&error))
                        && dead <= self.leader.pool.status().max_size =>
                {
                    self.line.take().map(Lent::take);
                    self.line = Some(self.handle.block_on(self.leader.get())?);
                    dead += 1;
                }
                Err(error) => {
                    self.line.take().map(Lent::take);
                    return Err(error.into());
                }
            }
        }
    }

    fn first(&self, together: Option<(&[Waiting], &Ask<'_>)>) -> (Outcome<()>, Option<Flown>) {
        let Some(line) = &self.line else { return (Ok(()), None) };
        let client = &line.client;
        let begin = client.batch_execute(self.words);
        line.wait(async {
            match together {
                Some((waiting, ask)) => {
                    // What is not prepared yet waits: preparing answers before the rest is sent.
                    let (statements, last) = match prepared(client, waiting, ask).await {
                        Ok(prepared) => prepared,
                        Err(error) if is_lost(&error) => return (Err(error), None),
                        // Said again, with the name of its statement, once the transaction has begun.
                        Err(_) => return (begin.await, None),
                    };
                    let (began, told) = join(begin, all(client, (waiting, &statements), ask, last)).await;
                    (began, Some(told))
                }
                None => (begin.await, None),
            }
        })
    }

    fn send(&mut self, waiting: &[Waiting], ask: &Ask<'_>) -> Result<Told, Error> {
        let line = self.line.as_ref().ok_or(Error::Closed)?;
        let client = &line.client;
        let outcome = line.wait(async {
            let (statements, last) = prepared(client, waiting, ask).await?;
            Ok(all(client, (waiting, &statements), ask, last).await)
        });
        let outcome = self.judge(outcome)?;
        self.read(waiting, outcome)
    }

    fn read(&mut self, waiting: &[Waiting], (sent, told): Flown) -> Result<Told, Error> {
        for (waiting, outcome) in waiting.iter().zip(sent) {
            let (touched, rows) = self.judge(outcome).map_err(|error| error.at(&waiting.name))?;
            match waiting.then {
                Then::One if touched != 1 => return Err(Error::Stale),
                Then::One | Then::Forget => {}
                Then::Keep => self.keep(waiting, &rows)?,
            }
        }
        self.judge(told)
    }

    fn keep(&mut self, asked: &Waiting, rows: &[tokio_postgres::Row]) -> Result<(), Error> {
        let Some(first) = rows.first() else {
            self.ahead.learn(&asked.text, &asked.values, Vec::new());
            return Ok(());
        };
        let shape = shape(&asked.name, first.columns());
        let rows = rows.iter().map(|row| Ok(Row::new(&shape, values_of(row, &shape)?)));
        let rows = self.judge(rows.collect::<Outcome<_>>())?;
        self.ahead.learn(&asked.text, &asked.values, rows);
        Ok(())
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<(), Error> {
        self.flight(&Ask::Words(text)).map(drop)
    }

    /// Sends what waits.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        if self.waiting.is_empty() { Ok(()) } else { self.flight(&Ask::Nothing).map(drop) }
    }

    /// Forgets what waits: it is to be undone.
    pub(crate) fn forget(&mut self) {
        self.waiting.clear();
        self.ahead.forget();
    }

    /// Gives the connection back: nothing was begun on it.
    pub(super) fn give_back(&mut self) {
        drop(self.line.take());
        drop(self.door.take());
    }

    /// Undoes everything and gives the connection back, for which nobody needs to wait.
    pub(super) fn undo(&mut self) {
        if let Some(line) = self.line.take()
            && self.begun
        {
            line.send("ROLLBACK");
        }
        drop(self.door.take());
    }

    /// Commits, together with what waits. Once `COMMIT` is on its way, only an ordinary error of the server says that
    /// nothing was stored.
    ///
    /// A transaction that holds rows which everybody needs (the series of numbers, the heads of the journal) lets them go
    /// before the disk has it, and is answered after: what comes later in the log of the server stands only if this does.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        // Nobody will ask any more.
        self.waiting.retain(|it| it.then != Then::Keep);
        if !self.begun {
            if self.waiting.is_empty() {
                drop(self.line.take());
                return Ok(());
            }
            self.flush()?;
        }
        // What decides whether there is anything to commit is answered before.
        if self.waiting.iter().any(|it| it.then == Then::One) {
            self.flush()?;
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.retryable = false;
        let early = self.hot && self.waits_after;
        let line = self.line.as_ref().ok_or(Error::Closed)?;
        let client = &line.client;
        let sent = line.wait(async {
            let (statements, _) = prepared(client, &waiting, &Ask::Nothing).await?;
            let waits = if early { Some(client.prepare_cached(WAIT_FOR_DISK).await?) } else { None };
            let commit = async {
                if let Some(waits) = waits {
                    let both = (client.batch_execute(COMMIT_EARLY), client.query_one(&waits, &[]));
                    let (committed, on_disk) = join(both.0, both.1).await;
                    (committed, on_disk.map(drop))
                } else {
                    (client.batch_execute("COMMIT").await, Ok(()))
                }
            };
            let work = all(client, (&waiting, &statements), &Ask::Nothing, None);
            let ((sent, _), (committed, on_disk)) = join(work, commit).await;
            Ok((sent, committed, on_disk))
        });
        let (sent, committed, on_disk) = self.judge(sent)?;
        let sent = waiting.iter().zip(sent).map(|(it, outcome)| (it.name.as_str(), outcome.map(drop)));
        let outcomes = sent.chain([("COMMIT", committed)]).collect::<Vec<_>>();
        self.committed(outcomes, on_disk, early)
    }

    /// What the answers to a commit and to what went with it mean.
    fn committed(
        &mut self,
        outcomes: Vec<(&str, Outcome<()>)>,
        on_disk: Outcome<()>,
        early: bool,
    ) -> Result<(), Error> {
        for (name, outcome) in outcomes {
            match outcome {
                Ok(()) => {}
                Err(error) if error.as_db_error().is_some() && !is_lost(&error) => {
                    // The server has ended the transaction, or not yet where the words before `COMMIT` failed.
                    if early {
                        self.undo();
                    } else {
                        drop(self.line.take());
                    }
                    return self.judge(Err(error)).map_err(|error| error.at(name));
                }
                Err(error) => {
                    tracing::error!(%error, "the connection broke while committing");
                    return Err(Error::Unknown);
                }
            }
        }
        if let Err(error) = on_disk {
            tracing::error!(%error, "not known whether a commit has reached the disk");
            return Err(Error::Unknown);
        }
        drop(self.line.take());
        Ok(())
    }

    /// Prepares without keeping.
    pub(crate) fn check(&mut self, text: &str) -> Result<(), Error> {
        self.flight(&Ask::Nothing)?;
        let line = self.line.as_ref().ok_or(Error::Closed)?;
        let outcome = line.wait(line.client.prepare(text)).map(drop);
        self.judge(outcome)
    }

    pub(crate) fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64, Error> {
        let told = self.flight(&Ask::Change(text, values));
        self.ahead.changed(text);
        match told? {
            Told::Count(count) => Ok(count),
            Told::Nothing | Told::Rows(..) => Ok(0),
        }
    }

    /// A change whose answer nobody needs: sent with the next statement that has one.
    pub(crate) fn put(&mut self, change: Waiting) -> Result<(), Error> {
        let known =
            |it: &Waiting| it.then == Then::Keep && it.text == change.text && it.values == change.values;
        match change.then {
            Then::Keep
                if self.waiting.iter().any(known) || self.ahead.knows(&change.text, &change.values) =>
            {
                return Ok(());
            }
            Then::Keep => {}
            Then::Forget | Then::One => {
                self.ahead.changed(&change.text);
                self.waiting.retain(|it| it.then != Then::Keep || !is_made_old(&it.text, &change.text));
            }
        }
        self.waiting.push(change);
        if self.waiting.len() < WAITING { Ok(()) } else { self.flush() }
    }

    pub(crate) fn rows(
        &mut self,
        (name, text): (&str, &str),
        values: &[Value],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        if let Some(known) = self.ahead.take(text, values) {
            let _all_or_some = known.into_iter().try_for_each(each);
            return Ok(());
        }
        self.waiting.retain(|it| it.then != Then::Keep || it.text != text || it.values != values);
        let told = self.flight(&Ask::Rows(text, values));
        // A change may answer with rows, too.
        if !reads(text) {
            self.ahead.changed(text);
        }
        let Told::Rows(statement, mut stream) = told? else { return Ok(()) };
        let shape = shape(name, statement.columns());
        let mut stopped = false;
        loop {
            // Read to the end even when nobody listens any more: a late error would leave the transaction spent without
            // our knowing, and the server answers the COMMIT of such a one with a silent rollback.
            let line = self.line.as_ref().ok_or(Error::Closed)?;
            let next = line.wait(stream.try_next());
            let Some(row) = self.judge(next)? else { return Ok(()) };
            if !stopped {
                stopped = each(Row::new(&shape, values_of(&row, &shape)?)).is_break();
            }
        }
    }

    fn judge<T>(&mut self, outcome: Outcome<T>) -> Result<T, Error> {
        outcome.map_err(|error| {
            // A cached plan that a migration has made wrong is refused as "not supported": the next connection plans anew.
            let again = [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                SqlState::FEATURE_NOT_SUPPORTED,
            ];
            self.retryable |= is_lost(&error) || error.code().is_some_and(|code| again.contains(code));
            // Trying again helps, and nothing was stored: COMMIT is judged elsewhere.
            if is_lost(&error) { Error::Away(error.to_string()) } else { error.into() }
        })
    }
}

fn reads(text: &str) -> bool {
    text.trim_start().starts_with("SELECT")
}

fn shape(statement: &str, columns: &[tokio_postgres::Column]) -> Arc<Shape> {
    let columns = columns.iter().map(|column| column.name().to_owned()).collect();
    Arc::new(Shape { statement: statement.to_owned(), columns })
}

fn values_of(row: &tokio_postgres::Row, shape: &Shape) -> Outcome<Vec<Value>> {
    let values = (0..shape.columns.len()).map(|at| row.try_get::<_, wire::Column>(at));
    values.map(|column| column.map(|column| column.0)).collect()
}
