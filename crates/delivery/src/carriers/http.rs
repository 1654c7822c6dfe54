//! Requests to a configured gateway: no redirects, no proxy of the environment, only to addresses that were judged.

use std::{io, path::Path, time::Duration};

use ureq::{
    Agent, Error, Timeout,
    http::{Uri, uri::Scheme},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::authority;
use crate::{
    address::{Reachable, check_host},
    config::Config,
};

/// Bytes of an answer that are read.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Its text.
    pub text: String,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Silence {
    /// The request did not leave.
    NotSent(String),
    /// The request may have arrived.
    Unknown(String),
}

/// A gateway's address, judged by its form: http or https, a host in its usual form, no password in it.
///
/// # Errors
/// What to mend.
pub fn endpoint(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|_| format!("“{url}”不是网址"))?;
    if uri.scheme() != Some(&Scheme::HTTPS) && uri.scheme() != Some(&Scheme::HTTP) {
        return Err("须以 https:// 开头（本机和内网可用 http://）".to_owned());
    }
    let authority = uri.authority().ok_or_else(|| "没有主机名".to_owned())?;
    if authority.as_str().contains('@') {
        return Err("网址中不能写用户名和密码".to_owned());
    }
    check_host(authority.host())?;
    Ok(uri)
}

/// Looks names up and judges where they lead; the connection goes to what this returns.
#[derive(Debug)]
struct Judged(Reachable);

impl Resolver for Judged {
    fn resolve(
        &self,
        uri: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let sealed = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        let port = uri.port_u16().unwrap_or(if sealed { 443 } else { 80 });
        let found = self.0.look_up(host, port, sealed);
        let found =
            found.map_err(|words| Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, words)))?;
        let mut addresses = self.empty();
        found.into_iter().take(16).for_each(|address| addresses.push(address));
        Ok(addresses)
    }
}

fn agent(config: &Config, data: &Path, seconds: u64) -> Result<Agent, String> {
    let mut tls = TlsConfig::builder();
    if let Some(pem) = authority(config, data)? {
        let roots: Vec<Certificate<'static>> = parse_pem(&pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        tls = tls.root_certs(RootCerts::from(roots));
    }
    let wait = Some(Duration::from_secs(seconds.clamp(1, 60)));
    let settings = Agent::config_builder()
        .tls_config(tls.build())
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("xiaobao")
        .timeout_connect(wait)
        .timeout_send_request(wait)
        .timeout_send_body(wait)
        .timeout_recv_response(wait)
        .timeout_recv_body(wait)
        .build();
    Ok(Agent::with_parts(settings, DefaultConnector::new(), Judged(config.reach().clone())))
}

/// Posts JSON.
///
/// # Errors
/// [`Silence`], which tells whether the request can have arrived.
pub fn post(
    config: &Config,
    data: &Path,
    url: &str,
    seconds: u64,
    headers: &[(&str, String)],
    body: &str,
) -> Result<Answer, Silence> {
    let uri = endpoint(url).map_err(Silence::NotSent)?;
    let agent = agent(config, data, seconds).map_err(Silence::NotSent)?;
    let mut request = agent.post(uri).header("content-type", "application/json; charset=utf-8");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let mut response = request.send(body).map_err(|error| silence(&error))?;
    let status = response.status().as_u16();
    let text = response.body_mut().with_config().limit(ANSWER_LIMIT).read_to_string();
    let text = text.map_err(|_| Silence::Unknown("网关的答复中断或者过长".to_owned()))?;
    Ok(Answer { status, text })
}

/// Whether the handshake failed: TLS is spoken when the first byte is written, so its errors come as those of the line.
fn is_handshake(error: &io::Error) -> bool {
    let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<rustls::Error>());
    matches!(inside, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::PeerIncompatible(_)))
}

fn silence(error: &Error) -> Silence {
    use io::ErrorKind as K;
    match error {
        Error::Io(error) if is_handshake(error) => {
            Silence::NotSent("网关的证书没有通过检查，没有发送任何内容".to_owned())
        }
        Error::Io(error) if error.kind() == K::PermissionDenied => Silence::NotSent(error.to_string()),
        Error::Io(error)
            if matches!(error.kind(), K::ConnectionRefused | K::HostUnreachable | K::NetworkUnreachable) =>
        {
            Silence::NotSent("网关拒绝连接".to_owned())
        }
        Error::HostNotFound | Error::ConnectionFailed => Silence::NotSent("连不上网关".to_owned()),
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => Silence::NotSent("连接网关超时".to_owned()),
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => {
            Silence::NotSent("网关的证书没有通过检查，没有发送任何内容".to_owned())
        }
        Error::BadUri(_) | Error::Http(_) => Silence::NotSent("请求无法组成，请检查网关配置".to_owned()),
        Error::Timeout(_) => Silence::Unknown("网关没有及时答复".to_owned()),
        _ => Silence::Unknown("与网关的连接中断".to_owned()),
    }
}
