//! Passwords: argon2id (RFC 9106) with the OWASP parameters; hashed outside every transaction.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use kernel::{Entropy, Refusal};

/// A hash of nobody's password, made with the same parameters.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$BwM5qpCRdhE5VhAmyTAqUYGFYdvHhGLzOCm5I5IFxhU";

/// Passwords that everybody tries first.
const COMMON: &[&str] = &[
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "password123",
    "password12345",
    "abcdefghij",
    "woaini1314520",
    "a1234567890",
    "aa123456789",
    "123456789a",
    "administrator",
    "1111111111",
    "0000000000",
    "8888888888",
    "market12315",
];

/// A password as it is stored, in PHC form.
#[derive(Clone, Debug)]
pub struct Password(pub(crate) String);

impl Password {
    /// Judges a new password; says what to mend.
    ///
    /// # Errors
    /// A refusal for short, common or self-telling passwords.
    pub fn judge(plain: &str, login: &str) -> Result<(), Refusal> {
        let small = plain.to_lowercase();
        let words = if plain.chars().count() < 10 {
            "密码至少 10 位，可以用一句容易记住的话"
        } else if plain.len() > 256 {
            "密码最长 256 字节"
        } else if COMMON.contains(&small.as_str()) || small.chars().all(|c| small.starts_with(c)) {
            "这个密码太常见，请换一个"
        } else if !login.is_empty() && small.contains(&login.to_lowercase()) {
            "密码里不要含有登录名"
        } else {
            return Ok(());
        };
        Err(Refusal::new("password_weak", words).at("password"))
    }

    /// Hashes; slow on purpose, so off the async threads.
    ///
    /// # Errors
    /// A fault when hashing fails.
    pub async fn hash(plain: String, entropy: &Entropy) -> Result<Self, web::Problem> {
        let salt: [u8; 16] = entropy.bytes();
        let work = move || {
            Argon2::default().hash_password_with_salt(plain.as_bytes(), &salt).map(|hash| hash.to_string())
        };
        let hash = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| web::Problem::Fault(error.to_string()))?;
        hash.map(Self).map_err(|error| web::Problem::Fault(error.to_string()))
    }

    /// Whether `plain` is the password. Without a stored one the same work is done, so that time tells nothing (SEC_22).
    pub async fn verify(stored: Option<String>, plain: String) -> bool {
        let work = move || {
            let known = stored.is_some();
            let text = stored.unwrap_or_else(|| NOBODY.to_owned());
            let fits = PasswordHash::new(&text)
                .is_ok_and(|hash| Argon2::default().verify_password(plain.as_bytes(), &hash).is_ok());
            known && fits
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told() {
        for weak in ["short", "1234567890", "aaaaaaaaaaaa", "zhangsan-secret"] {
            assert!(Password::judge(weak, "zhangsan").is_err(), "{weak}");
        }
        assert!(Password::judge("春天来了花都开了吧好", "zhangsan").is_ok());
    }

    #[tokio::test]
    async fn only_the_password_fits() {
        let stored = Password::hash("correct horse".to_owned(), &Entropy::seeded("p")).await.unwrap().0;
        assert!(stored.starts_with("$argon2id$"));
        assert!(Password::verify(Some(stored.clone()), "correct horse".to_owned()).await);
        assert!(!Password::verify(Some(stored), "wrong horse".to_owned()).await);
        assert!(!Password::verify(None, "somesalt".to_owned()).await);
    }

    #[tokio::test]
    async fn sec_22_who_is_unknown_costs_as_much_work_as_who_is_known() {
        let stored = Password::hash("correct horse".to_owned(), &Entropy::seeded("p")).await.unwrap().0;
        let work = |text: &str| {
            let hash = PasswordHash::new(text).unwrap();
            let length = hash.hash.as_ref().map(|hash| hash.as_bytes().len());
            (hash.algorithm.to_string(), hash.params.to_string(), length)
        };
        assert_eq!(work(NOBODY), work(&stored));
    }
}
