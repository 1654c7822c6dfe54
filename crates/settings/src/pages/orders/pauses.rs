//! For which reasons a clock stands still, as a bureau may change it: reason by reason, because each belongs to an act of the
//! procedure that stops the clock with its paper. A reason that no act gives would be dead letters, so none can be invented.

use law::{ClockRule, Law, PauseReason};
use web::{Form, Html, Options};

/// What may be chosen for a reason.
const CHOICES: [(&str, &str); 3] = [
    ("no", "不暂停，照常计算"),
    ("uncertain", "暂停，但条文没有明写：预警不扣除这段时间"),
    ("certain", "暂停，条文明写：预警也扣除这段时间"),
];

/// The reasons an act can give for a clock of this key: those of any order that ships or is in use, the clock's own first.
pub(super) fn known(law: &Law, clock: &ClockRule) -> Vec<PauseReason> {
    let mut all = clock.pauses.clone();
    let shipped = Law::shipped();
    let orders = law.rule_sets.iter().rev().chain(shipped.rule_sets.iter().rev());
    let of_orders = orders.flat_map(|set| &set.clocks);
    let clocks = of_orders.chain(&law.clocks).chain(&shipped.clocks).filter(|other| other.key == clock.key);
    for pause in clocks.flat_map(|other| &other.pauses) {
        if !all.iter().any(|own| own.code == pause.code) {
            all.push(pause.clone());
        }
    }
    all
}

fn names(code: &str) -> [String; 4] {
    ["", "_name", "_paper", "_article"].map(|part| format!("pause_{code}{part}"))
}

/// The fields of every reason the clock can stand still for.
pub(super) fn fields(form: &Form, law: &Law, clock: &ClockRule) -> Vec<Html> {
    let choices: Options = CHOICES.map(|(code, words)| (code.to_owned(), words.to_owned())).to_vec();
    let mut fields = Vec::new();
    for pause in known(law, clock) {
        let [choice, name, paper, article] = names(&pause.code);
        let label = format!("暂停事由：{}", pause.name);
        fields.push(form.radios(&choice, &label, "暂停期间不计入期限，须有文书证明", &choices));
        fields.push(form.line(&name, &format!("“{}”的名称", pause.name), ""));
        fields.push(form.line(&paper, &format!("“{}”凭什么文书", pause.name), ""));
        fields.push(form.line(&article, &format!("“{}”的条款", pause.name), "条文没有明写的可以留空"));
    }
    fields
}

/// The form with what stands now.
pub(super) fn filled(mut form: Form, law: &Law, clock: &ClockRule) -> Form {
    for pause in known(law, clock) {
        let stands = clock.pauses.iter().any(|own| own.code == pause.code);
        let choice = match (stands, pause.certain) {
            (false, _) => "no",
            (true, false) => "uncertain",
            (true, true) => "certain",
        };
        let values = [choice.to_owned(), pause.name, pause.paper, pause.article];
        for (name, value) in names(&pause.code).iter().zip(values) {
            form = form.with(name, value);
        }
    }
    form
}

/// The reasons as they were typed. What the form does not name stays as it stands: a program may leave them out.
pub(super) fn typed(form: &mut Form, law: &Law, clock: &ClockRule) -> Vec<PauseReason> {
    let mut pauses = Vec::new();
    for pause in known(law, clock) {
        let [choice, name, paper, article] = names(&pause.code);
        let stands = clock.pauses.iter().any(|own| own.code == pause.code);
        if !form.pairs().iter().any(|(known, _)| *known == choice) {
            pauses.extend(stands.then_some(pause));
            continue;
        }
        let sentence = format!("请选择“{}”是否暂停计算", pause.name);
        let chosen = form.choice(&choice, CHOICES.map(|(code, _)| code), &sentence);
        if chosen == "no" {
            continue;
        }
        let certain = chosen == "certain";
        let mut or_kept = |field: &str, kept: String, most: usize| {
            if form.pairs().iter().any(|(known, _)| known == field) { form.text(field, most) } else { kept }
        };
        let new = PauseReason {
            name: or_kept(&name, pause.name, 60),
            paper: or_kept(&paper, pause.paper, 120),
            article: or_kept(&article, pause.article, 120),
            code: pause.code,
            certain,
        };
        check(form, [&name, &paper, &article], &new);
        pauses.push(new);
    }
    pauses
}

fn check(form: &mut Form, [name, paper, article]: [&str; 3], pause: &PauseReason) {
    if pause.name.is_empty() {
        form.error(name, "请填写暂停事由的名称，例如“检测鉴定”");
    }
    if pause.paper.is_empty() {
        form.error(paper, "请填写证明暂停的文书名称：没有文书的暂停不能作数");
    }
    if pause.certain && pause.article.is_empty() {
        form.error(article, "条文明写的，请填写条款；没有条款的请选“条文没有明写”");
    }
}

/// A reason in a line: name, paper, article, and whether the alarm trusts it.
pub(super) fn told(pause: &PauseReason) -> String {
    let certain = if pause.certain { "预警扣除" } else { "预警不扣除" };
    let article = if pause.article.is_empty() { "未写条款" } else { &pause.article };
    format!("{}（凭{}，{article}，{certain}）", pause.name, pause.paper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept() -> &'static ClockRule {
        Law::shipped().rule_set("R121").unwrap().clock("accept").unwrap()
    }

    fn of(values: &[(&str, &str)]) -> Form {
        Form::of(
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            vec![],
        )
    }

    #[test]
    fn what_is_not_named_stays_and_what_is_filled_in_again_is_the_same() {
        let (law, clock) = (Law::shipped(), accept());
        assert_eq!(typed(&mut Form::default(), law, clock), clock.pauses);
        let mut again = filled(Form::default(), law, clock);
        assert_eq!(typed(&mut again, law, clock), clock.pauses);
        assert!(!again.has_errors());
        assert!(typed(&mut of(&[("pause_material", "no")]), law, clock).is_empty());
    }

    #[test]
    fn a_pause_wants_a_paper_and_a_certain_one_an_article() {
        let (law, clock) = (Law::shipped(), accept());
        let mut form = of(&[
            ("pause_material", "certain"),
            ("pause_material_name", ""),
            ("pause_material_paper", ""),
            ("pause_material_article", ""),
        ]);
        typed(&mut form, law, clock);
        for name in ["pause_material_name", "pause_material_paper", "pause_material_article"] {
            assert!(form.error_of(name).is_some(), "{name}");
        }
        let mut form = of(&[("pause_material", "maybe")]);
        typed(&mut form, law, clock);
        assert!(form.error_of("pause_material").is_some());
    }
}
