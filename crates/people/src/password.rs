//! Passwords: argon2id (RFC 9106) with the OWASP parameters; hashed outside every transaction, on threads of their own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Mutex, PoisonError, mpsc},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use kernel::{Entropy, Refusal};
use tokio::sync::oneshot;

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

/// Memory of the thread that hashes, kept from one hash to the next. A hash takes 19 MB on purpose: on whatever thread is
/// free each of those threads would keep that much for good, and a morning on which everybody signs in would leave the
/// program with hundreds of megabytes. One thread also leaves the other cores to those who have signed in already; it makes
/// some thirty hashes a second.
struct Memory(Vec<Block>);

impl Memory {
    /// The digest of `length` bytes.
    fn hash(&mut self, params: Params, plain: &str, salt: &[u8], length: usize) -> Option<Output> {
        self.0.resize(params.block_count(), Block::default());
        let mut digest = [0; Output::MAX_LENGTH];
        let digest = digest.get_mut(..length)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into_with_memory(plain.as_bytes(), salt, digest, &mut self.0[..]).ok()?;
        Output::new(digest).ok()
    }

    /// A new password in PHC form.
    fn store(&mut self, plain: &str, salt: &[u8]) -> Option<String> {
        let params = Params::default();
        let hash = self.hash(params.clone(), plain, salt, Params::DEFAULT_OUTPUT_LEN)?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(Salt::new(salt).ok()?),
            hash: Some(hash),
        };
        Some(phc.to_string())
    }

    /// Whether `plain` gives what is stored.
    fn fits(&mut self, stored: &str, plain: &str) -> Option<bool> {
        let phc = PasswordHash::new(stored).ok()?;
        if phc.algorithm != Algorithm::Argon2id.ident() || phc.version != Some(Version::V0x13.into()) {
            return None;
        }
        let (salt, hash) = (phc.salt?, phc.hash?);
        // `Output` compares in constant time.
        Some(self.hash(Params::try_from(&phc).ok()?, plain, &salt, hash.as_bytes().len())? == hash)
    }
}

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

static DOOR: LazyLock<Mutex<mpsc::Sender<Work>>> = LazyLock::new(|| {
    let (send, receive) = mpsc::channel::<Work>();
    let body = move || {
        let mut memory = Memory(Vec::new());
        while let Ok(work) = receive.recv() {
            // The only thread that knows passwords must outlive whatever happens to one of them.
            if catch_unwind(AssertUnwindSafe(|| work(&mut memory))).is_err() {
                tracing::error!("hashing a password panicked");
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("xiaobao-password".to_owned()).spawn(body) {
        tracing::error!(%error, "no thread for passwords");
    }
    Mutex::new(send)
});

/// Does `work` on the thread for passwords; none when there is no such thread.
async fn apart<T: Send + 'static>(work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Option<T> {
    let (send, receive) = oneshot::channel();
    let work: Work = Box::new(move |memory| {
        // Nobody waits any more when the request was dropped.
        drop(send.send(work(memory)));
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
        let hash = apart(move |memory| memory.store(&plain, &salt)).await.flatten();
        hash.map(Self).ok_or_else(|| web::Problem::Fault("a password could not be hashed".to_owned()))
    }

    /// Whether `plain` is the password. Without a stored one the same work is done, so that time tells nothing (SEC_22).
    pub async fn verify(stored: Option<String>, plain: String) -> bool {
        let work = move |memory: &mut Memory| {
            let known = stored.is_some();
            let text = stored.unwrap_or_else(|| NOBODY.to_owned());
            let fits = memory.fits(&text, &plain) == Some(true);
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

    /// What the library stores by itself and what we store with kept memory are one.
    #[test]
    fn hashes_are_those_of_the_library() {
        use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

        let (salt, mut memory) = ([7; 16], Memory(Vec::new()));
        let theirs = Argon2::default().hash_password_with_salt(b"correct horse", &salt).unwrap();
        for _ in 0..2 {
            assert_eq!(memory.store("correct horse", &salt).unwrap(), theirs.to_string());
            assert_eq!(memory.fits(&theirs.to_string(), "correct horse"), Some(true));
            assert_eq!(memory.fits(&theirs.to_string(), "wrong horse"), Some(false));
        }
        let ours = memory.store("another one", &salt).unwrap();
        assert!(Argon2::default().verify_password(b"another one", ours.as_str()).is_ok());
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
