//! The identity service spoken to: discovery, the way there, the code for an ID token, the way out. Blocking: call it off the
//! async threads.

use std::{error::Error, time::Duration};

use jiff::Timestamp;
use kernel::Refusal;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreClient, CoreErrorResponseType},
};
use web::{Problem, Result};

use crate::{Config, request::Secrets};

/// Bytes an answer of the service may have.
const LARGEST: u64 = 1 << 20;
/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who somebody is at the service.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub login: String,
}

/// The service, known by its discovery document.
pub(crate) struct Provider {
    metadata: ProviderMetadataWithLogout,
    client: Client,
    scopes: Vec<String>,
    origin: String,
    client_id: ClientId,
}

/// One request; no redirect is followed, so that an answer cannot send us elsewhere (SEC_02, SEC_03).
fn http(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let config = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build();
    let answer = ureq::Agent::new_with_config(config).run(request)?;
    let (parts, mut body) = answer.into_parts();
    let bytes = body.with_config().limit(LARGEST).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, bytes))
}

/// What the person is told; what exactly went wrong stands in the log.
fn away(cause: impl std::fmt::Display) -> Problem {
    let words = format!("统一身份认证服务没有正常应答（{cause}）。请稍后再试，或者用登录名和密码登录");
    Refusal::new("sso_away", words).into()
}

fn config_fault(cause: impl std::fmt::Display) -> Problem {
    Problem::Fault(format!("oidc.toml: {cause}"))
}

impl Provider {
    /// Asks the service what it offers.
    ///
    /// # Errors
    /// A refusal when it does not answer; a fault when the configuration is no address.
    pub fn discover(config: &Config) -> Result<Self> {
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(config_fault)?;
        let metadata = ProviderMetadataWithLogout::discover(&issuer, &http).map_err(away)?;
        let client_id = ClientId::new(config.client_id.clone());
        let secret = ClientSecret::new(config.client_secret.clone());
        let back = RedirectUrl::new(config.back()).map_err(config_fault)?;
        let client = CoreClient::from_provider_metadata(metadata.clone(), client_id.clone(), Some(secret));
        Ok(Self {
            metadata,
            client: client.set_redirect_uri(back),
            scopes: config.scopes.clone(),
            origin: config.origin.clone(),
            client_id,
        })
    }

    /// Where the browser is sent.
    pub fn way_in(&self, secrets: &Secrets) -> String {
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let ask = self.client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        let scopes = self.scopes.iter().cloned().map(Scope::new);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let (url, _, _) = ask.add_scopes(scopes).set_pkce_challenge(challenge).url();
        url.to_string()
    }

    /// Exchanges the code and reads the ID token: signature, issuer, audience, times and nonce are checked.
    ///
    /// # Errors
    /// A refusal that says that the sign-in did not hold.
    pub fn identity(&self, code: String, secrets: &Secrets, now: Timestamp) -> Result<Identity> {
        let broken = |_| {
            Problem::from(Refusal::new("sso_broken", "统一身份认证返回的登录信息没有通过核验，请重新登录"))
        };
        let answer = self
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(away)?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()))
            .request(&http)
            .map_err(|error| away(short(&error)))?;
        let token = answer.id_token().ok_or_else(|| broken(()))?;
        let seconds = now.as_second();
        let verifier = self
            .client
            .id_token_verifier()
            .set_time_fn(move || chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default());
        let claims = token.claims(&verifier, &Nonce::new(secrets.nonce.clone())).map_err(|_| broken(()))?;
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            name: name.unwrap_or_default(),
            login: claims.preferred_username().map(|login| login.to_string()).unwrap_or_default(),
        })
    }

    /// Where the browser signs out of the service too; `None` when it offers that not.
    pub fn way_out(&self) -> Option<String> {
        let end = self.metadata.additional_metadata().end_session_endpoint.clone()?;
        let back =
            PostLogoutRedirectUrl::new(format!("{}/sign-in", self.origin.trim_end_matches('/'))).ok()?;
        let ask = LogoutRequest::from(end).set_client_id(self.client_id.clone());
        Some(ask.set_post_logout_redirect_uri(back).http_get_url().to_string())
    }
}

/// The kind of a token error, without what the service wrote into it.
fn short<E: Error + 'static>(
    error: &RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>,
) -> &'static str {
    tracing::warn!(%error, "sso token");
    match error {
        RequestTokenError::ServerResponse(_) => "登录码未被接受",
        RequestTokenError::Request(_) => "连接失败",
        _ => "应答无法识别",
    }
}
