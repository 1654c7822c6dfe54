//! Signatures: whoever holds the secret can tell that a delivery is ours, whole, and of now.

use hmac::Hmac;
use kernel::hex;

/// The value of the header `Xiaobao-Signature`: `t=seconds,alg=…,v1=hex` over `seconds.body`. The receiver computes the same,
/// compares in constant time, and refuses what is older than a few minutes (SEC_50).
///
/// ```
/// let header = api::signature("hmac-sha256", "secret", 1_700_000_000, "{}");
/// assert_eq!(
///     header,
///     "t=1700000000,alg=hmac-sha256,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
/// );
/// ```
pub fn signature(algorithm: &str, secret: &str, seconds: i64, body: &str) -> String {
    let told = format!("{seconds}.{body}");
    let mark = match algorithm {
        "hmac-sm3" => mac::<Hmac<sm3::Sm3>>(secret, &told),
        _ => mac::<Hmac<sha2::Sha256>>(secret, &told),
    };
    format!("t={seconds},alg={algorithm},v1={mark}")
}

fn mac<M: hmac::Mac + hmac::KeyInit>(secret: &str, told: &str) -> String {
    // HMAC takes keys of any length, so the error arm is unreachable.
    <M as hmac::KeyInit>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(told.as_bytes());
            hex(&mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_value_of_rfc_4231() {
        // Test case 2: key "Jefe", data "what do ya want for nothing?".
        let mark = mac::<Hmac<sha2::Sha256>>("Jefe", "what do ya want for nothing?");
        assert_eq!(mark, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn time_body_secret_and_algorithm_each_change_it() {
        let one = signature("hmac-sha256", "s", 1, "{}");
        for other in [
            signature("hmac-sha256", "s", 2, "{}"),
            signature("hmac-sha256", "s", 1, "{ }"),
            signature("hmac-sha256", "t", 1, "{}"),
            signature("hmac-sm3", "s", 1, "{}"),
        ] {
            assert_ne!(one, other);
        }
    }
}
