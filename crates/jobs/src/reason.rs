//! Rules: what of an error may be kept with a job (SEC_34). Errors come from anywhere, also with what somebody typed in them.

/// Digits by which a person may be found: the shortest telephone has seven.
const DIGITS: usize = 7;
/// What stands for what was left out.
const GONE: char = '…';

/// An error without numbers that may be a telephone or an identity number and without addresses of mail; not longer than
/// `length` characters.
pub(crate) fn nameless(error: &str, length: usize) -> String {
    let plain: String = error.chars().filter(|c| *c != '\0').take(length).collect();
    let (mut kept, mut run) = (String::new(), String::new());
    for word in plain.split_inclusive(char::is_whitespace) {
        if word.contains('@') {
            kept.push(GONE);
            kept.extend(word.chars().filter(|c| c.is_whitespace()));
            continue;
        }
        for c in word.chars() {
            if c.is_ascii_digit() || (c == '-' && !run.is_empty()) {
                run.push(c);
            } else {
                flush(&mut kept, &mut run);
                kept.push(c);
            }
        }
        flush(&mut kept, &mut run);
    }
    kept
}

fn flush(kept: &mut String, run: &mut String) {
    if run.chars().filter(char::is_ascii_digit).count() < DIGITS {
        kept.push_str(run);
    } else {
        kept.push(GONE);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::nameless;

    #[test]
    fn sec_34_an_error_keeps_neither_numbers_nor_addresses() {
        for (error, kept) in [
            ("网关应答 500：13812345678 停机", "网关应答 500：… 停机"),
            ("138-1234-5678 不对", "… 不对"),
            ("证件110101199003072316", "证件…"),
            ("550 <wang@example.com> no such user", "550 … no such user"),
            ("connection refused (os error 111)", "connection refused (os error 111)"),
            ("第 3 行-a", "第 3 行-a"),
        ] {
            assert_eq!(nameless(error, 100), kept);
        }
        assert_eq!(nameless("一\0二三", 2), "一二");
    }
}
