//! Statements are named constants, so that one test can prepare every one of them on both engines.

/// A statement: its name for errors and tests, and its one text for both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql {
    /// `module::NAME`.
    pub name: &'static str,
    /// The text, with `$1…` and the words `FOR_UPDATE`, `SKIP_LOCKED`, `SEARCH_DOCS($n)`, `SEARCH_FEW($n)`.
    pub text: &'static str,
}

/// Names statements and lists them as `STATEMENTS` for the crate's registry.
///
/// ```
/// mod queries {
///     db::sql! {
///         /// A unit by its code.
///         UNIT = "SELECT id, name FROM unit WHERE code = $1";
///     }
/// }
/// assert_eq!(queries::STATEMENTS.len(), 1);
/// ```
#[macro_export]
macro_rules! sql {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$meta])* pub(crate) const $name: $crate::Sql =
            $crate::Sql { name: concat!(module_path!(), "::", stringify!($name)), text: $text };)*
        /// Every statement of this module.
        pub(crate) const STATEMENTS: &[$crate::Sql] = &[$($name),*];
    };
}
