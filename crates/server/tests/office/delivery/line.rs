//! A line from a caller, plain or under TLS with a certificate made for the test.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};

/// What both kinds of line can do.
pub(crate) trait Line: Read + Write + Send {
    /// Says that nothing more comes.
    fn end(&mut self);
}

impl Line for TcpStream {
    fn end(&mut self) {}
}

impl Line for StreamOwned<ServerConnection, TcpStream> {
    fn end(&mut self) {
        self.conn.send_close_notify();
        self.flush().unwrap_or_default();
    }
}

/// A certificate for 127.0.0.1 that nobody else has signed.
pub(crate) struct Certificate {
    /// As the caller must know it.
    pub pem: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self { pem: made.cert.pem(), config: Arc::new(config) }
    }
}

/// The line of a caller.
pub(crate) fn wrap(certificate: Option<&Certificate>, stream: TcpStream) -> Box<dyn Line> {
    match certificate {
        None => Box::new(stream),
        Some(own) => {
            Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&own.config)).unwrap(), stream))
        }
    }
}
