//! How long an SMS is: what the gateway counts and charges.

/// Characters of one SMS with Chinese text (UCS-2), alone and as part of a longer one.
const ALONE: usize = 70;
const PART: usize = 67;

/// (characters, parts) of a text as SMS; an emoji counts as two.
pub fn parts(text: &str) -> (usize, usize) {
    let units = text.encode_utf16().count();
    let parts = if units <= ALONE { 1 } else { units.div_ceil(PART) };
    (units, parts)
}

/// The length in words for the officer; empty for channels where it does not matter.
pub fn measure(channel: &str, text: &str) -> String {
    if channel != "sms" || text.is_empty() {
        return String::new();
    }
    let (units, parts) = parts(text);
    format!("现有 {units} 字，按短信计 {parts} 条（不含短信签名）")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_are_one_and_more_are_parts_of_sixty_seven() {
        assert_eq!(parts(&"消".repeat(70)), (70, 1));
        assert_eq!(parts(&"消".repeat(71)), (71, 2));
        assert_eq!(parts(&"消".repeat(134)), (134, 2));
        assert_eq!(parts(&"消".repeat(135)), (135, 3));
        assert_eq!(parts("😀"), (2, 1));
        assert_eq!(measure("letter", "消"), "");
        assert!(measure("sms", &"消".repeat(71)).contains("2 条"));
    }
}
