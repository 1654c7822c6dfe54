//! Signatures between the office and a gateway: HMAC with SM3 (GB/T 32905) or SHA-256 over time, subject and body.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// Seconds by which the clocks of both sides may differ; older messages are refused (SEC_50).
const WINDOW: i64 = 300;

/// The digest under the signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// HMAC-SM3.
    #[default]
    #[serde(rename = "hmac-sm3")]
    Sm3,
    /// HMAC-SHA256.
    #[serde(rename = "hmac-sha256")]
    Sha256,
}

/// The signature in lower-case hexadecimal over `{seconds}\n{subject}\n{body}`.
pub fn sign(algorithm: Algorithm, secret: &str, seconds: i64, subject: &str, body: &str) -> String {
    let text = format!("{seconds}\n{subject}\n{body}");
    let bytes = match algorithm {
        Algorithm::Sm3 => Hmac::<sm3::Sm3>::new_from_slice(secret.as_bytes())
            .map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()),
        Algorithm::Sha256 => Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes())
            .map(|mac| mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()),
    };
    // HMAC takes keys of every length, so there is always a signature.
    kernel::hex(&bytes.unwrap_or_default())
}

/// What came with a message to prove where it is from.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'a> {
    /// Its time, seconds since 1970.
    pub seconds: i64,
    /// Its signature.
    pub signature: &'a str,
}

/// Whether `body` was signed by who knows the secret, within five minutes of `now` (seconds since 1970). The comparison
/// takes the same time whatever differs (SEC_22).
pub fn is_genuine(
    algorithm: Algorithm,
    secret: &str,
    subject: &str,
    body: &str,
    seal: Seal<'_>,
    now: i64,
) -> bool {
    let right = sign(algorithm, secret, seal.seconds, subject, body);
    let in_time = now.abs_diff(seal.seconds) <= WINDOW.unsigned_abs();
    in_time && !secret.is_empty() && bool::from(right.as_bytes().ct_eq(seal.signature.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_algorithms_have_their_known_vector() {
        // `printf '0\n\n' | openssl dgst -sha256 -hmac key`, and the same with -sm3.
        let sha = "549e00127f6511e35cd41fdd1ba6029bc7698a033d5666f89565b2114284b5a4";
        assert_eq!(sign(Algorithm::Sha256, "key", 0, "", ""), sha);
        let sm3 = "4b4621ab9e037c6b3e7ec29b6cf411b9be2dddc632481a4bc6543c88584bad48";
        assert_eq!(sign(Algorithm::Sm3, "key", 0, "", ""), sm3);
    }

    #[test]
    fn sec_50_another_secret_body_subject_or_time_is_not_genuine() {
        for algorithm in [Algorithm::Sm3, Algorithm::Sha256] {
            let signature = sign(algorithm, "钥匙", 1000, "report", "{}");
            let seal = Seal { seconds: 1000, signature: &signature };
            assert!(is_genuine(algorithm, "钥匙", "report", "{}", seal, 1300));
            assert!(!is_genuine(algorithm, "钥匙", "report", "{}", seal, 1301), "too old");
            assert!(!is_genuine(algorithm, "钥匙", "report", "{}", seal, 699), "from the future");
            assert!(!is_genuine(algorithm, "另一把", "report", "{}", seal, 1000));
            assert!(!is_genuine(algorithm, "钥匙", "send", "{}", seal, 1000));
            assert!(!is_genuine(algorithm, "钥匙", "report", "{ }", seal, 1000));
            assert!(!is_genuine(algorithm, "钥匙", "report", "{}", Seal { seconds: 1001, ..seal }, 1000));
            assert!(!is_genuine(algorithm, "", "report", "{}", seal, 1000), "no secret, no trust");
        }
    }
}
