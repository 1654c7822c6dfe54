//! What the file may say.

use super::*;

const SMS: &str = "[sms]\nurl = \"https://sms.example.com/send\"\nsecret = \"0123456789abcdef\"\n";

fn fault(text: &str) -> String {
    Config::parse(text).unwrap_err()
}

#[test]
fn nothing_configured_sends_nothing() {
    assert!(Config::parse("").unwrap().channels().is_empty());
    assert!(Config::read(Path::new("/nowhere/at/all")).unwrap().channels().is_empty());
}

#[test]
fn every_mistake_is_told_with_its_line() {
    assert_eq!(fault("[smss]\n"), "第 1 行：不认识的项“smss”，这里可以写：network、sms、email、web、files");
    let unknown = fault(&format!("{SMS}urll = \"x\"\n"));
    assert!(unknown.starts_with("第 4 行：不认识的项“urll”，这里可以写：url、account"), "{unknown}");
    assert!(fault("[sms]\nurl = \"https://a.example\"\n").contains("缺少必填的项“secret”"));
    assert!(
        fault("[email]\nhost = \"a.example\"\nfrom = \"a@b.cn\"\ntls = \"ssl\"\n")
            .contains("不认识的值“ssl”")
    );
    assert!(fault(&SMS.replace("0123456789abcdef", "short")).contains("太短"));
    assert!(fault(&SMS.replace("https://sms", "http://u:p@sms")).contains("url"));
    assert!(fault(&SMS.replace("https://", "file://")).contains("url"));
    assert!(fault(&format!("{SMS}body = {{ to = \"{{{{ phone }}}}\" }}\n")).contains("phone"));
    assert!(fault(&format!("{SMS}[files]\nfolder = \"out\"\nchannels = [\"sms\"]\n")).contains("只留一处"));
    assert!(fault("[files]\nfolder = \"out\"\nchannels = [\"letter\"]\n").contains("letter"));
    assert!(fault("[network]\nallow = [\"gateway\"]\n").contains("gateway"));
    let from = "[email]\nhost = \"a.example\"\nfrom = \"a@b.cn, c@d.cn\"\n";
    assert!(fault(from).contains("from"), "one sender");
}

#[test]
fn sec_34_secrets_are_not_printed() {
    let config = Config::parse(SMS).unwrap();
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
    assert!(!format!("{:?}", config.summary()).contains("0123456789abcdef"));
    assert_eq!(config.channels(), ["sms"]);
    let with_token = Config::parse(&SMS.replace("/send", "/send?token=topsecret")).unwrap();
    assert!(!format!("{:?}", with_token.summary()).contains("topsecret"));
}
