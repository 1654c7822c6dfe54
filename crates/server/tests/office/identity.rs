//! An identity service on loopback that speaks OpenID Connect: discovery, keys, codes, ID tokens signed with Ed25519.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EndUserName, EndUserUsername, IssuerUrl, JsonWebKeyId, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
    core::{CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm},
};
use serde_json::{Value as Json_, json};

/// What a test makes the service do wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trick {
    /// Nothing.
    #[default]
    Honest,
    /// The token carries another nonce: one of another sign-in.
    OtherNonce,
    /// The token is for another program.
    OtherAudience,
    /// The token is over.
    Expired,
    /// The token is signed by another key.
    OtherKey,
}

struct Inner {
    base: String,
    now: i64,
    trick: Trick,
    /// Code → (subject, nonce, challenge); each is given once.
    codes: BTreeMap<String, (String, String, String)>,
}

/// The service.
#[derive(Clone)]
pub(crate) struct Identity(Arc<Mutex<Inner>>);

/// A key from a seed, in the wrapping of RFC 8410.
fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = [&head[..], &[seed; 32]].concat();
    let label = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
    let pem = format!("{label}\n{}\n{}\n", BASE64_STANDARD.encode(der), label.replace("BEGIN", "END"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("1".into()))).unwrap()
}

impl Identity {
    /// Starts it on a free port; `now` is the office's clock.
    pub(crate) async fn start(now: jiff::Timestamp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner { base, now: now.as_second(), trick: Trick::Honest, codes: BTreeMap::new() };
        let service = Self(Arc::new(Mutex::new(inner)));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        service
    }

    /// The configuration of a bureau that uses it.
    pub(crate) fn toml(&self) -> String {
        let base = &self.0.lock().unwrap().base;
        format!(
            "issuer = \"{base}\"\nclient_id = \"xiaobao\"\nclient_secret = \"secret\"\norigin = \"https://xb.example.cn\"\nloopback = true\n"
        )
    }

    pub(crate) fn play(&self, trick: Trick) {
        self.0.lock().unwrap().trick = trick;
    }

    /// What the service does when `subject` signs in there, sent by the address of our redirect: the query it sends back.
    pub(crate) fn signs_in(&self, subject: &str, way: &str) -> String {
        let (_, query) = way.split_once('?').unwrap();
        let asked: BTreeMap<String, String> =
            openidconnect::url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(asked["client_id"], "xiaobao");
        assert_eq!(asked["redirect_uri"], "https://xb.example.cn/sign-in/sso/return");
        assert_eq!(
            (asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
            ("code", "S256")
        );
        let mut inner = self.0.lock().unwrap();
        let code = format!("code-{}", inner.codes.len());
        let known = (subject.to_owned(), asked["nonce"].clone(), asked["code_challenge"].clone());
        inner.codes.insert(code.clone(), known);
        format!("code={code}&state={}", asked["state"])
    }
}

async fn discovery(State(service): State<Identity>) -> Json<Json_> {
    let base = service.0.lock().unwrap().base.clone();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "end_session_endpoint": format!("{base}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys() -> Json<Json_> {
    Json(json!({ "keys": [key(7).as_verification_key()] }))
}

async fn token(State(service): State<Identity>, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let mut inner = service.0.lock().unwrap();
    // A code works once, and only with the verifier of whoever asked for it.
    let Some((subject, nonce, challenge)) = inner.codes.remove(&form["code"]) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    if PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() != challenge {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let at = |seconds| chrono::DateTime::from_timestamp(inner.now + seconds, 0).unwrap();
    let audience = if inner.trick == Trick::OtherAudience { "other" } else { "xiaobao" };
    let (issued, over) = if inner.trick == Trick::Expired { (-7200, -3600) } else { (0, 300) };
    let nonce = if inner.trick == Trick::OtherNonce { "of-another".to_owned() } else { nonce };
    let who = StandardClaims::new(SubjectIdentifier::new(subject.clone()))
        .set_preferred_username(Some(EndUserUsername::new(subject)))
        .set_name(Some(EndUserName::new("王建国".into()).into()));
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(inner.base.clone()).unwrap(),
        vec![Audience::new(audience.into())],
        at(over),
        at(issued),
        who,
        EmptyAdditionalClaims {},
    );
    let claims = claims.set_nonce(Some(Nonce::new(nonce)));
    let signer = key(if inner.trick == Trick::OtherKey { 8 } else { 7 });
    let token = CoreIdToken::new(claims, &signer, CoreJwsSigningAlgorithm::EdDsa, None, None).unwrap();
    Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": token.to_string() }))
        .into_response()
}
