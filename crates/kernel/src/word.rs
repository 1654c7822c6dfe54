//! Stored words with a Chinese label: roles, kinds, states, acts.

use std::fmt;

/// A word that is stored, in URLs and in the journal by its code, and on screen by its label.
pub trait Word: Copy + Eq + fmt::Debug + 'static {
    /// The stored word.
    fn code(self) -> &'static str;
    /// The word on screen.
    fn label(self) -> &'static str;
}

/// Makes an enumeration of [`Word`]s: `Variant = "stored", "shown";`.
///
/// ```
/// kernel::words! {
///     /// How a visitor came.
///     Way {
///         /// On foot.
///         Foot = "foot", "步行";
///         /// By bus.
///         Bus = "bus", "公交";
///     }
/// }
/// assert_eq!(Way::from_code("bus"), Some(Way::Bus));
/// assert_eq!((Way::Bus.code(), Way::Bus.label(), Way::ALL.len()), ("bus", "公交", 2));
/// ```
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in the order of the documents.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stored word.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The Chinese word on screen.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Reads the stored word.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.code() == code)
            }
        }

        impl $crate::Word for $name {
            fn code(self) -> &'static str {
                self.code()
            }

            fn label(self) -> &'static str {
                self.label()
            }
        }
    };
}
