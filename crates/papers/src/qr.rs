//! A QR code as inline SVG: one path of squares, no style and no script, so that the content policy holds for it.

use qrcode::{Color, EcLevel, QrCode};

/// Empty squares around it, as ISO/IEC 18004 asks.
const QUIET: usize = 4;

/// The QR code of `text`; empty when it is too long for one.
pub(crate) fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (at, color) in colors.iter().enumerate() {
        if *color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    let side = width + 2 * QUIET;
    let label = web::escape(label);
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_three_finders_and_too_much_is_none() {
        let drawn = svg("https://12315.example.gov.cn/public/paper", "核验");
        assert!(drawn.starts_with("<svg class=\"qr\" viewBox=\"0 0 37 37\""), "{drawn}");
        // The upper edge of the left finder: seven dark squares in a row, then a light one.
        for x in 4..11 {
            assert!(drawn.contains(&format!("M{x} 4h1v1h-1z")), "{x}");
        }
        assert!(!drawn.contains("M11 4h1v1h-1z"));
        assert!(!drawn.contains("style") && !drawn.contains("script"));
        assert_eq!(svg(&"长".repeat(4_000), ""), "");
    }
}
