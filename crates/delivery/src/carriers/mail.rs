//! E-mail by the bureau's mail server: one recipient per message, headers that nobody's words can reach (SEC_31).

use std::{path::Path, sync::Arc, time::Duration, time::SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{authentication::Credentials, extension::ClientId},
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    Outcome, Parcel, authority, said,
    smtp::{self, Door, Failure, Letter},
};
use crate::config::{Config, Email, Line};

/// The configured sender.
///
/// # Errors
/// What to mend.
pub fn sender(email: &Email) -> Result<(Mailbox, Option<Mailbox>), String> {
    let parse = |name: &str, text: &str| {
        text.parse::<Mailbox>().map_err(|_| format!("[email] {name}：“{}”不是一个邮箱地址", said(text)))
    };
    let reply = email.reply_to.as_deref().map(|text| parse("reply_to", text)).transpose()?;
    Ok((parse("from", &email.from)?, reply))
}

/// A message to exactly one person.
///
/// # Errors
/// Why it cannot be sent, ever.
pub fn message(email: &Email, parcel: &Parcel) -> Result<Message, String> {
    let (from, reply) = sender(email)?;
    let to: Address = parcel.to.trim().parse().map_err(|_| "没有可用的邮箱地址".to_owned())?;
    let id = format!("<{}@{}>", parcel.key(), from.email.domain());
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(said(&parcel.subject))
        .date(instant(parcel))
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply) = reply {
        builder = builder.reply_to(reply);
    }
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    builder = builder.raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
    builder.body(parcel.text.clone()).map_err(|error| format!("邮件无法组成：{}", said(&error.to_string())))
}

fn instant(parcel: &Parcel) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(parcel.at.as_second()).unwrap_or(0))
}

/// Where the server is, judged, and what it must prove.
fn door<'a>(config: &Config, data: &Path, email: &'a Email) -> Result<Door<'a>, String> {
    let (from, _) = sender(email)?;
    let port = email.port.unwrap_or(match email.tls {
        Line::Starttls => 587,
        Line::Wrapped => 465,
        Line::None => 25,
    });
    let addresses = config.reach().look_up(&email.host, port, email.tls != Line::None)?;
    let address = *addresses.first().ok_or_else(|| format!("找不到主机 {}", email.host))?;
    if email.tls == Line::None && !address.ip().is_loopback() {
        return Err("[email] tls = \"none\" 只能用于本机的邮件服务器".to_owned());
    }
    let password = || email.password.open().to_owned();
    Ok(Door {
        address,
        host: &email.host,
        line: email.tls,
        tls: tls(config, data)?,
        hello: ClientId::Domain(from.email.domain().to_owned()),
        patience: Duration::from_secs(email.timeout_seconds.clamp(1, 60)),
        credentials: email.user.as_ref().map(|user| Credentials::new(user.clone(), password())),
    })
}

/// The public authorities, and the bureau's own where one is configured.
fn tls(config: &Config, data: &Path) -> Result<Arc<ClientConfig>, String> {
    let fault = |error: &dyn std::fmt::Display| format!("TLS 配置有误：{}", said(&error.to_string()));
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(pem) = authority(config, data)? {
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| fault(&error))?;
            roots.add(certificate).map_err(|error| fault(&error))?;
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| fault(&error))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Sends one message. A try that broke off is repeated: a second copy has the same `Message-ID`.
pub(super) fn send(config: &Config, data: &Path, email: &Email, parcel: &Parcel) -> Outcome {
    let message = match message(email, parcel) {
        Ok(message) => message,
        Err(words) => return Outcome::Refused(words),
    };
    let door = match door(config, data, email) {
        Ok(door) => door,
        Err(words) => return Outcome::Later(words),
    };
    let envelope = message.envelope();
    let (Some(from), Some(to)) = (envelope.from().cloned(), envelope.to().first().cloned()) else {
        return Outcome::Refused("没有可用的邮箱地址".to_owned());
    };
    let text = message.formatted();
    let mark = email.reports.as_ref().map(|_| parcel.envelope.as_str()).filter(|mark| !mark.is_empty());
    match smtp::send(&door, &Letter { from, to, text: &text, envelope: mark }) {
        Ok(taken) => {
            let proof = format!("邮件服务器 {} 已接收：{}", email.host, taken.words);
            // Where a report was promised it is the proof.
            let proves = email.acceptance_proves && !taken.reports;
            Outcome::Accepted { id: queue_id(&taken.words), proof: proves.then_some(proof) }
        }
        Err(Failure::Refused(words)) => Outcome::Refused(format!("邮件服务器拒收：{words}")),
        Err(Failure::Line(words)) => Outcome::Later(format!("邮件没有发出：{words}")),
    }
}

/// `2.0.0 Ok: queued as 4F2B1C` gives `4F2B1C`.
fn queue_id(words: &str) -> Option<String> {
    let (_, rest) = words.split_once("queued as ")?;
    rest.split_whitespace().next().map(|id| id.trim_end_matches(['.', ';', ',']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> Email {
        toml::from_str("host = \"mail.example.com\"\nfrom = \"南岗分局 <12315@example.gov.cn>\"\n").unwrap()
    }

    fn parcel(to: &str, subject: &str, text: &str) -> Parcel {
        Parcel { to: to.to_owned(), subject: subject.to_owned(), text: text.to_owned(), ..Parcel::sample() }
    }

    #[test]
    fn sec_31_nobodys_words_become_a_header_or_a_second_recipient() {
        for to in [
            "a@b.cn, c@d.cn",
            "a@b.cn\r\nBcc: c@d.cn",
            "a@b.cn;c@d.cn",
            "张三 <a@b.cn>",
            "a@b.cn\nc@d.cn",
            "",
            "13812345678",
        ] {
            message(&email(), &parcel(to, "告知", "正文")).unwrap_err();
        }
        let subject = "告知\r\nBcc: c@d.cn\r\n\r\n另一封";
        let text = "第一行\r\n.\r\nMAIL FROM:<x@y.cn>\r\nBcc: c@d.cn";
        let message = message(&email(), &parcel("a@b.cn", subject, text)).unwrap();
        let written = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert_eq!(message.envelope().to().len(), 1);
        assert!(head.contains("Auto-Submitted: auto-generated"));
        assert!(head.contains("Message-ID: <00000000000000000000000000000000@example.gov.cn>"), "{head}");
    }

    #[test]
    fn the_queue_id_is_taken_from_what_servers_say() {
        assert_eq!(queue_id("2.0.0 Ok: queued as 4F2B1C").as_deref(), Some("4F2B1C"));
        assert_eq!(queue_id("OK"), None);
    }
}
