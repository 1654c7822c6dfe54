//! Every operation of the interface, one entry each. A new POST route of the office wants an entry here, or a line with its
//! reason in [`NOT_HERE`]; a test names what is missing.

mod admin;
mod complaints;
mod delivery;
mod exchange;
mod matters;
mod odr;
mod office;
mod papers;
mod relations;
mod reports;
mod settings;
mod summaries;
mod traders;

use crate::operation::Operation;

/// Every operation.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let parts = [
        matters::OPERATIONS,
        complaints::OPERATIONS,
        reports::OPERATIONS,
        relations::OPERATIONS,
        papers::OPERATIONS,
        delivery::OPERATIONS,
        exchange::OPERATIONS,
        odr::OPERATIONS,
        settings::OPERATIONS,
        office::OPERATIONS,
        summaries::OPERATIONS,
        traders::OPERATIONS,
        admin::OPERATIONS,
    ];
    parts.into_iter().flatten()
}

/// (beginning of a path, why): whole areas that are for persons alone.
const AREAS: &[(&str, &str)] = &[
    ("/public", "the citizens' pages, bound to a person's receipt; programs use POST /matters or Open311"),
    (
        "/duty",
        "who is on duty is agreed between people; the roster goes out as a list, and as Word and PDF for people",
    ),
    ("/day-log", "the book of a day, read, printed and remarked on by people; GET /audit has the journal"),
    ("/alarms", "advice for people: a person reads what speaks for and against it, and decides"),
];

/// Why programs cannot ask the page `path`, and need not; `None` when they can, or nobody thought of it.
pub fn not_here(method: &str, path: &str) -> Option<&'static str> {
    let within =
        |area: &str| path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let of_page =
        NOT_HERE.iter().find(|(verb, page, _)| *verb == method && *page == path).map(|(.., why)| *why);
    of_page.or_else(|| AREAS.iter().find(|(area, _)| within(area)).map(|(_, why)| *why))
}

/// (method, path, why): what programs cannot ask, and need not.
pub const NOT_HERE: &[(&str, &str, &str)] = &[
    ("GET", "/", "leads a person to the page of the day"),
    ("GET", "/licences", "software of others in the program: `xiaobao sbom` for machines"),
    ("GET", "/licences/{name}/{version}", "software of others in the program: `xiaobao sbom` for machines"),
    ("GET", "/sign-in", "a person's sign-in; programs bring a token"),
    ("GET", "/sign-in/code", "a person's sign-in; programs bring a token"),
    ("POST", "/sign-in", "a person's sign-in; programs bring a token"),
    ("POST", "/sign-in/code", "a person's sign-in; programs bring a token"),
    ("POST", "/sign-out", "ends a person's session"),
    ("POST", "/account/post", "changes the post of a person's session; a token has one post"),
    ("POST", "/account/totp", "a person's second factor"),
    ("POST", "/account/totp/end", "a person's second factor"),
    ("POST", "/account/password", "a person's password"),
    ("POST", "/account/sessions/{digest}/end", "ends a person's session"),
    ("GET", "/set-up", "once, by the first administrator, before there are tokens"),
    ("POST", "/set-up", "once, by the first administrator, before there are tokens"),
    ("GET", "/desk", "the form of POST /desk"),
    ("POST", "/desk/draft", "keeps what a person is typing"),
    ("POST", "/desk/advice", "suggests while a person is typing"),
    ("GET", "/advice", "how good suggestions to persons were"),
    ("POST", "/desk/draft/end", "keeps what a person is typing"),
    ("GET", "/callbacks/{id}", "the form of POST /callbacks/{id}"),
    ("GET", "/people/new", "the form of POST /people"),
    ("GET", "/people/units/new", "the form of POST /people/units"),
    ("GET", "/traders/lookup", "GET /traders?q= answers the same"),
    ("GET", "/traders/new", "the form of POST /traders"),
    ("GET", "/traders/{id}/edit", "the form of POST /traders/{id}"),
    ("GET", "/traders/{id}/merge", "the form of POST /traders/{id}/merges"),
    ("GET", "/account/sso", "leads a person to the identity service, to link an account"),
    ("GET", "/sign-in/sso", "a person's sign-in with the identity service"),
    ("GET", "/sign-in/sso/return", "a person's sign-in with the identity service"),
    ("GET", "/sign-in/sso/leave", "ends a person's session with the identity service"),
    ("GET", "/sign-in/sso/left", "ends a person's session with the identity service"),
    ("POST", "/delivery/sms/report", "for the message gateway, signed with its own secret"),
    (
        "POST",
        "/forms/{key}/preview",
        "shows typed text in print; POST /forms/{key}/new refuses the same faults",
    ),
    ("GET", "/matters/{number}/papers/{id}/docx", "the printed page as a Word file, for people"),
    ("GET", "/matters/{number}/papers/{id}/pdf", "the printed page as PDF, for people"),
    (
        "GET",
        "/summaries/{id}/docx",
        "a report as a Word file, for people; `summary --format docx` for machines",
    ),
    ("GET", "/summaries/{id}/pdf", "a report as PDF, for people"),
    ("GET", "/matters/{number}/forms/{id}", "an edition tried in print on a matter"),
    (
        "GET",
        "/matters/{number}/papers/{id}/print",
        "the page in print; GET /matters/{number}/papers/{id} has its text",
    ),
    ("GET", "/odr/bodies/new", "the form of POST /odr/bodies"),
    ("GET", "/odr/links/{key}", "for the trader who holds the one-time link"),
    ("POST", "/odr/links/{key}", "for the trader who holds the one-time link"),
    (
        "GET",
        "/summaries",
        "reports to be read by people; `xiaobao summary --format json` tells machines the same",
    ),
    (
        "GET",
        "/summaries/{id}",
        "reports to be read by people; `xiaobao summary --format json` tells machines the same",
    ),
    (
        "GET",
        "/summaries/{id}/again",
        "reports to be read by people; `xiaobao summary --format json` tells machines the same",
    ),
    ("GET", "/summaries/{id}/own", "a report in the office's own Word document, for people"),
    ("GET", "/summary-numbers", "numbers of reports, to be read by people"),
    ("GET", "/summary-documents/new", "the form of POST /summary-documents/new"),
    ("GET", "/summary-documents/{id}", "what was found in an uploaded document, to be read by people"),
    ("GET", "/summary-documents/{id}/file", "the uploaded document, for people"),
    ("GET", "/summaries/{id}/edit", "the form of POST /summaries/{id}/edit"),
    ("GET", "/summaries/{id}/submission", "the form of POST /summaries/{id}/submission"),
    ("GET", "/summaries/{id}/withdrawal", "the form of POST /summaries/{id}/withdrawal"),
    ("GET", "/summaries/{id}/review", "the form of POST /summaries/{id}/review"),
    ("GET", "/summaries/{id}/return", "the form of POST /summaries/{id}/return"),
    ("GET", "/summaries/{id}/approval", "the form of POST /summaries/{id}/approval"),
    ("GET", "/summaries/{id}/reopening", "the form of POST /summaries/{id}/reopening"),
    ("GET", "/summaries/{id}/hand-in", "the form of POST /summaries/{id}/hand-in"),
    ("GET", "/summaries/{id}/discard", "the form of POST /summaries/{id}/discard"),
    ("GET", "/summaries/{id}/compare", "two versions of a text, to be read by people"),
    ("GET", "/summary-templates", "templates to be read by people"),
    ("GET", "/summary-templates/new", "the form of POST /summary-templates/new"),
    (
        "POST",
        "/summary-templates/preview",
        "shows what is typed on the office's figures; POST /summary-templates/new refuses the same faults",
    ),
    ("GET", "/summary-templates/{id}", "a proposed text beside the one in use, to be read by people"),
    ("GET", "/settings", "cards that lead to the pages of settings"),
    ("GET", "/alive", "for load balancers; has no content"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{model, operation::Answer};

    #[test]
    fn names_and_addresses_are_single() {
        let mut seen = BTreeSet::new();
        for operation in operations() {
            assert!(seen.insert(operation.id.to_owned()), "{} twice", operation.id);
            assert!(
                seen.insert(format!("{:?} {}", operation.method, operation.path)),
                "{} twice",
                operation.path
            );
        }
    }

    #[test]
    fn every_answer_has_its_model_and_every_field_its_words() {
        let models = model::schemas();
        for operation in operations() {
            if let Answer::Model(name) = operation.answer {
                assert!(models.contains_key(name), "{}: {name}", operation.id);
            }
            assert!(operation.fields.iter().all(|field| !field.doc.is_empty()), "{}", operation.id);
        }
    }
}
