//! What must be known of a contact before it is registered.

use jiff::civil::Date;
use kernel::{Refusal, office_date};
use law::Law;

use crate::NewContact;

/// What the desk must know before a contact can be registered.
pub(crate) fn complete(new: &NewContact, today: Date) -> Result<(), Refusal> {
    let lists = &Law::in_use().classification;
    if new.facts.trim().is_empty() {
        return Err(Refusal::new("facts", "请填写事情经过").at("facts"));
    }
    // What was retired before the day of receipt may not be chosen; history that is imported carries its own days.
    let received = office_date(new.received_at);
    matters::clocks::law_on(received)?;
    if !law::Listed::offered(&lists.channels, received).any(|listed| listed.code == new.channel) {
        return Err(Refusal::new("channel", "请选择接收方式").at("channel"));
    }
    for (code, tree, field) in
        [(&new.goods, &lists.goods, "goods"), (&new.problem, &lists.problems, "problem")]
    {
        if code.as_ref().is_some_and(|code| !tree.offers(code, received)) {
            return Err(Refusal::new("class", "请从列表中选择类别").at(field));
        }
    }
    if received > today {
        return Err(Refusal::new("received_future", "收到日期不能晚于今天").at("received_on"));
    }
    for (day, field, words) in
        [(new.happened_on, "happened_on", "发生日期"), (new.known_on, "known_on", "知道权益受损的日期")]
    {
        if day.is_some_and(|day| day > received) {
            return Err(Refusal::new("day_future", format!("{words}不能晚于收到日期")).at(field));
        }
    }
    Ok(())
}
