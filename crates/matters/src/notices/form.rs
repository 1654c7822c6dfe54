//! The fields of a notice that is told and proved in one go: for every procedure's forms.

use law::Law;
use web::{Form, Html, Options};

use super::Delivery;

/// How, when, and what proves it; `prefix` tells two notices of one form apart.
pub fn fields(form: &Form, prefix: &str, whom: &str) -> Vec<Html> {
    let lists = &Law::in_use().classification;
    let listed = |list: &[law::Listed]| -> Options {
        list.iter().map(|one| (one.code.clone(), one.name.clone())).collect()
    };
    let name = |field: &str| format!("{prefix}{field}");
    vec![
        Html(format!("<h2>{whom}</h2>")),
        form.select(&name("notice_channel"), "告知方式", "", &listed(&lists.notice_channels)),
        form.input(&name("notice_on"), "告知时间", "不填表示现在", "datetime-local", ""),
        form.select(
            &name("proof_kind"),
            "送达证明",
            "行政复议、诉讼以此为据，没有证明不能办结这一步",
            &listed(&lists.proofs),
        ),
        form.line(&name("proof"), "证明内容", "录音编号、邮寄单号、回执内容等"),
    ]
}

/// What was filled in; kind, text and file are the procedure's to add.
pub fn read(form: &mut Form, prefix: &str) -> Delivery {
    let name = |field: &str| format!("{prefix}{field}");
    Delivery {
        channel: form.text(&name("notice_channel"), 20),
        at: form.instant(&name("notice_on")),
        proof_kind: form.text(&name("proof_kind"), 20),
        proof: form.text(&name("proof"), 500),
        ..Delivery::default()
    }
}
