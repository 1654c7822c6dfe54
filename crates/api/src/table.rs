//! Every operation of the interface, one entry each. A new POST route of the office wants an entry here, or a line with its
//! reason in [`NOT_HERE`]; a test names what is missing.

mod admin;
mod complaints;
mod matters;
mod office;
mod traders;

use crate::operation::Operation;

/// Every operation.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let parts = [
        matters::OPERATIONS,
        complaints::OPERATIONS,
        office::OPERATIONS,
        traders::OPERATIONS,
        admin::OPERATIONS,
    ];
    parts.into_iter().flatten()
}

/// (method, beginning of a path, why): what programs cannot ask, and need not.
pub const NOT_HERE: &[(&str, &str, &str)] = &[
    ("GET", "/", "leads a person to the page of the day"),
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
    ("POST", "/desk/draft/end", "keeps what a person is typing"),
    ("GET", "/callbacks/{id}", "the form of POST /callbacks/{id}"),
    ("GET", "/people/new", "the form of POST /people"),
    ("GET", "/people/units/new", "the form of POST /people/units"),
    ("GET", "/traders/lookup", "GET /traders?q= answers the same"),
    ("GET", "/traders/new", "the form of POST /traders"),
    ("GET", "/traders/{id}/edit", "the form of POST /traders/{id}"),
    ("GET", "/traders/{id}/merge", "the form of POST /traders/{id}/merges"),
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
