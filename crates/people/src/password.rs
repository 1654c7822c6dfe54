//! Passwords: argon2id (RFC 9106) with the OWASP parameters; hashed outside every transaction, on threads of their own.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use kernel::{Entropy, Refusal};
use tokio::sync::oneshot;

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

/// Threads that hash. A hash takes 19 MB on purpose: on whatever thread is free, each of those threads would keep that much for
/// good, and a morning on which everybody signs in would leave the program with hundreds of megabytes. It also leaves the
/// other cores to those who have signed in already.
const THREADS: usize = 2;

type Work = Box<dyn FnOnce() + Send>;

static DOOR: LazyLock<Mutex<mpsc::Sender<Work>>> = LazyLock::new(|| {
    let (send, receive) = mpsc::channel::<Work>();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..THREADS {
        let receive = Arc::clone(&receive);
        let body = move || {
            loop {
                let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(work) = next else { return };
                work();
            }
        };
        if let Err(error) = std::thread::Builder::new().name("xiaobao-password".to_owned()).spawn(body) {
            tracing::error!(%error, "no thread for passwords");
        }
    }
    Mutex::new(send)
});

/// Does `work` on a thread for passwords; none when there is no such thread.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (send, receive) = oneshot::channel();
    let work: Work = Box::new(move || {
        // Nobody waits any more when the request was dropped.
        drop(send.send(work()));
    });
    DOOR.lock().unwrap_or_else(PoisonError::into_inner).send(work).ok()?;
    receive.await.ok()
}

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
        let hash =
            apart(work).await.ok_or_else(|| web::Problem::Fault("no thread for passwords".to_owned()))?;
        hash.map(Self).map_err(|error| web::Problem::Fault(error.to_string()))
    }

    /// Whether `plain` is the password. Without a stored one the same work is done, so that time tells nothing (SEC_22).
    pub async fn verify(stored: Option<String>, plain: String) -> bool {
        let work = move || {
            // A hash of nobody's password, made with the same parameters.
            const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$BwM5qpCRdhE5VhAmyTAqUYGFYdvHhGLzOCm5I5IFxhU";
            let known = stored.is_some();
            let text = stored.unwrap_or_else(|| NOBODY.to_owned());
            let fits = PasswordHash::new(&text)
                .is_ok_and(|hash| Argon2::default().verify_password(plain.as_bytes(), &hash).is_ok());
            known && fits
        };
        apart(work).await.unwrap_or(false)
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
}
