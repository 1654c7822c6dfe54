//! Rules: what a token may be used for, beside the rights of the post it acts from. No scope holds another.

use kernel::words;

words! {
    /// A use of a token.
    Scope {
        /// Looks at matters, traders, lists.
        Read = "read", "查看事项、经营者";
        /// Registers and handles.
        Write = "write", "登记、办理";
        /// Opens personal data, with a reason each time.
        Personal = "personal", "查看个人信息（每次须写理由）";
        /// Looks at figures.
        Figures = "figures", "查看统计";
        /// Keeps people, settings, tokens, webhooks; reads the journal.
        Admin = "admin", "系统管理";
        /// The Open311 face: consultations and complaints in, their state out.
        Open311 = "open311", "Open311 收件";
    }
}

/// The scopes in a list of words, `read,write`; `None` when one is not a scope or there is none.
pub fn parse(words: &str) -> Option<Vec<Scope>> {
    let scopes: Option<Vec<Scope>> =
        words.split([',', ' ']).filter(|word| !word.is_empty()).map(Scope::from_code).collect();
    scopes.filter(|scopes| !scopes.is_empty())
}

/// The stored words of scopes.
pub fn join(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_written() {
        let scopes = parse("read, write").unwrap();
        assert_eq!(join(&scopes), "read,write");
        assert_eq!(parse("read,everything"), None);
        assert_eq!(parse(""), None);
    }
}
