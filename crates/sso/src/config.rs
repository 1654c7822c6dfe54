//! `oidc.toml`: what the administrator says of the identity service.

use std::{fs, path::Path};

use serde::Deserialize;

/// The identity service as configured.
///
/// ```
/// let config = sso::Config::parse(
///     "issuer = \"https://id.example.gov.cn\"\nclient_id = \"xiaobao\"\nclient_secret = \"s\"\norigin = \"https://xb.example.gov.cn\"\n",
/// );
/// assert_eq!(config.unwrap().scopes, ["profile"]);
/// ```
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Its issuer address, as its discovery document has it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
    /// The address of this system as browsers know it, without a path.
    pub origin: String,
    /// What is asked for beside `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// Whether a plain `http` issuer is taken; only for one on this machine.
    #[serde(default)]
    pub loopback: bool,
}

fn scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("oidc.toml 无法读取：{0}")]
    File(#[from] std::io::Error),
    /// It is not as described.
    #[error("oidc.toml 内容有误：{0}")]
    Toml(#[from] toml::de::Error),
    /// An address is not one that is taken.
    #[error("oidc.toml 的 {0} 须以 https:// 开头；只有本机测试可以写 loopback = true 后用 http://127.0.0.1")]
    Address(&'static str),
}

impl Config {
    /// The configuration in the data folder; `None` where there is none.
    ///
    /// # Errors
    /// [`ConfigError`] with a sentence for the administrator.
    pub fn load(data: &Path) -> Result<Option<Self>, ConfigError> {
        match fs::read_to_string(data.join("oidc.toml")) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// [`ConfigError`] for unknown keys, missing ones and addresses that are not taken.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        for (name, address) in [("issuer", &config.issuer), ("origin", &config.origin)] {
            let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| {
                address
                    .strip_prefix(start)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
            });
            if !(address.starts_with("https://") || (config.loopback && here)) {
                return Err(ConfigError::Address(name));
            }
        }
        Ok(config)
    }

    /// Where the service sends the browser back to.
    pub(crate) fn back(&self) -> String {
        format!("{}/sign-in/sso/return", self.origin.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_02_only_https_or_this_machine_by_name() {
        let with = |issuer: &str, more: &str| {
            Config::parse(&format!(
                "issuer = \"{issuer}\"\nclient_id = \"x\"\nclient_secret = \"s\"\norigin = \"https://x.cn\"\n{more}"
            ))
        };
        assert!(with("https://id.example.cn", "").is_ok());
        assert!(with("http://id.example.cn", "").is_err());
        assert!(with("http://id.example.cn", "loopback = true").is_err());
        assert!(with("http://127.0.0.1.evil.cn", "loopback = true").is_err());
        assert!(with("http://127.0.0.1:8080", "").is_err());
        assert!(with("http://127.0.0.1:8080", "loopback = true").is_ok());
        let unknown = with("https://id.example.cn", "secrt = 1").err().unwrap().to_string();
        assert!(unknown.contains("secrt"), "{unknown}");
    }
}
