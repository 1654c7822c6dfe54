//! What every shipped form says on the sample matter, word for word: a change of a form, of a rule set or of the language
//! shows here first.

use std::{fs, path::Path};

use papers::{edition, form};

#[test]
fn every_form_says_what_the_golden_text_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut differing = Vec::new();
    let mut names = Vec::new();
    for form in form::all() {
        for own in &form.editions {
            let name = format!("{}.{}.txt", form.key, own.series());
            let text = edition::sample_text(form, own.series()).unwrap();
            let path = folder.join(&name);
            if std::env::var("XIAOBAO_WRITE").is_ok() {
                fs::write(&path, &text).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != text {
                differing.push(name.clone());
            }
            names.push(name);
        }
    }
    assert_eq!(differing, Vec::<String>::new(), "XIAOBAO_WRITE=1 rewrites them; read the difference");
    let stored = fs::read_dir(&folder).unwrap().count();
    assert_eq!(stored, names.len(), "a golden text without a form");
}

#[test]
fn the_ten_forms_print_the_words_of_the_official_samples() {
    let said = |key: &str| edition::sample_text(form::find(key).unwrap(), "R121").unwrap();
    for (key, words) in [
        ("complaint_register", "是否同意公示投诉信息 | ☑是　□否 | 是否同意委托调解 | □是　☑否"),
        ("report_register", "身份证件号码 | 230103199001011234"),
        ("distribution", "请你局按照《市场监督管理投诉举报处理办法》的规定依法予以处理"),
        (
            "identity",
            "根据《市场监督管理投诉举报处理办法》第十条第三款的规定，请你在2026年9月30日前向我局提供以下身份证明材料。",
        ),
        ("identity", "《市场监督管理投诉举报处理办法》第十条、第十六条的规定，对投诉依法不予受理"),
        ("acceptance", "经审查，符合《市场监督管理投诉举报处理办法》规定的受理条件，我局决定受理。"),
        (
            "refusal",
            "属以下第〔三〕项情形，依据《市场监督管理投诉举报处理办法》第十六条的规定，我局决定不予受理。",
        ),
        ("refusal", "（七）法律、法规、规章规定不予受理的其他情形。\n"),
        ("mediation", "请于2026年10月9日9时30分到中山所调解室参加调解"),
        ("termination", "依据《市场监督管理投诉举报处理办法》第二十三条第一款的规定，我局决定终止调解"),
        ("settlement", "双方自愿达成如下协议"),
        ("report_result", "根据《中华人民共和国食品安全法》第一百一十五条规定，现将处理结果告知如下"),
    ] {
        assert!(said(key).contains(words), "{key}: {words}\n{}", said(key));
    }
}

#[test]
fn older_rule_sets_have_their_own_words_and_articles() {
    let said = |key: &str, series: &str| edition::sample_text(form::find(key).unwrap(), series).unwrap();
    assert!(said("refusal", "R20").contains("《市场监督管理投诉举报处理暂行办法》第十五条的规定"));
    assert!(said("termination", "R20").contains("自投诉受理之日起四十五个工作日内"));
    let oldest = said("acceptance", "R51");
    assert!(
        oldest.starts_with("申诉受理决定书") && oldest.contains("的申诉。") && !oldest.contains("投诉"),
        "{oldest}"
    );
    assert!(said("refusal", "R51").contains("《中华人民共和国消费者权益保护法》第三十四条规定的其他途径"));
    assert!(
        said("filing", "R20").contains("决定立案。根据《市场监督管理投诉举报处理暂行办法》第三十一条的规定")
    );
}
