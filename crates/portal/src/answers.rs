//! Answers: what each question takes, what it says when something is wrong, and how an answer reads on the page of all answers.

use codes::phone;
use jiff::civil::Date;
use kernel::TraderId;
use law::{Law, Listed, Tree};
use matters::Kind;
use web::{Form, Options};

use crate::question::{self, Facts, Question};

/// The choice for whom no class fits.
const UNSURE: &str = "unsure";

pub(crate) const WHOSE: &[(&str, &str)] = &[
    ("self", "替自己投诉"),
    ("agent", "替别人投诉，我有授权委托书"),
    ("joint", "和其他人一起投诉同一个商家"),
];
const IDENTITY: &[(&str, &str)] = &[
    ("anonymous", "匿名举报：不填姓名和电话，凭查询码看进度、和办案人员留言"),
    ("named", "实名举报：留下姓名和电话"),
];
const REPLY: &[(&str, &str)] = &[("web", "凭查询码到网页上看"), ("phone", "打电话告诉我")];
const SETTLE: &[(&str, &str)] = &[("yes", "同意先协商，谈不成自动转为投诉"), ("no", "不协商，直接投诉")];
const YES_NO: &[(&str, &str)] = &[("yes", "同意"), ("no", "不同意")];

fn pairs(list: &[(&str, &str)]) -> Options {
    list.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

fn listed(list: &[Listed]) -> Options {
    list.iter().map(|one| (one.code.clone(), one.name.clone())).collect()
}

/// The uppermost classes.
fn roots(tree: &Tree) -> Options {
    let nodes = tree.nodes.iter().filter(|node| !node.code.contains('.'));
    nodes.map(|node| (node.code.clone(), node.name.clone())).collect()
}

/// The classes right below `code`, and the choice of none of them; nothing where there are none.
fn below(tree: &Tree, code: &str) -> Options {
    let prefix = format!("{code}.");
    let nodes = tree.nodes.iter().filter(|node| !code.is_empty() && node.code.starts_with(&prefix));
    let mut options: Options = nodes.map(|node| (node.code.clone(), node.name.clone())).collect();
    if !options.is_empty() {
        options.push((UNSURE.to_owned(), "其他或者说不清".to_owned()));
    }
    options
}

fn trees() -> (&'static Tree, &'static Tree) {
    let lists = &Law::in_use().classification;
    (&lists.goods, &lists.problems)
}

/// A petition while it is filled in: its kind, the answers, and what the bureau offers to choose from.
#[derive(Clone, Debug)]
pub(crate) struct Petition {
    pub kind: Kind,
    pub form: Form,
    /// Units of districts: id and name.
    pub districts: Options,
    /// The named trader, where it has undertaken to settle first (先行和解).
    pub settler: Option<TraderId>,
    pub today: Date,
}

impl Petition {
    fn facts(&self) -> Facts<'_> {
        let (goods, problems) = trees();
        Facts {
            whose: self.form.value("whose"),
            identity: self.form.value("identity"),
            reply: self.form.value("reply"),
            districts: self.districts.len() > 1,
            settles: self.settler.is_some(),
            brand_named: self.brand().is_some(),
            goods_below: !below(goods, self.form.value("goods")).is_empty(),
            problems_below: !below(problems, self.form.value("problem")).is_empty(),
        }
    }

    /// The trader with whom the person agreed to settle first.
    pub fn settles_with(&self) -> Option<TraderId> {
        let agreed = self.form.value("settle") == "yes" && self.path().contains(&Question::Settle);
        self.settler.filter(|_| agreed)
    }

    /// The questions in order.
    pub fn path(&self) -> Vec<Question> {
        question::path(self.kind, self.facts())
    }

    /// How many questions there are, counting one that an open answer may bring: the number then never grows on the way.
    pub fn length(&self) -> usize {
        let open = |name: &str| self.form.value(name).is_empty();
        let facts = self.facts();
        let (goods_below, problems_below) =
            (facts.goods_below || open("goods"), facts.problems_below || open("problem"));
        let brand_named = facts.brand_named || open("facts") && self.kind != Kind::Consultation;
        question::path(self.kind, Facts { goods_below, problems_below, brand_named, ..facts }).len()
    }

    /// What is wrong with the answer to `question`, as a form with its errors.
    pub fn checked(&self, question: Question) -> Form {
        let mut form = self.form.clone();
        self.read(question, &mut form);
        form
    }

    /// The first question without a good answer.
    pub fn first_open(&self) -> Option<Question> {
        self.path().into_iter().find(|question| self.checked(*question).has_errors())
    }

    /// The choices of a question.
    pub fn options(&self, question: Question) -> Options {
        let ((goods, problems), lists) = (trees(), &Law::in_use().classification);
        match question {
            Question::Whose => pairs(WHOSE),
            Question::Identity => pairs(IDENTITY),
            Question::Reply => pairs(REPLY),
            Question::Region => {
                let mut options = self.districts.clone();
                options.push((UNSURE.to_owned(), "不清楚，或者不在上面这些地方".to_owned()));
                options
            }
            Question::Goods => roots(goods),
            Question::GoodsMore => below(goods, self.form.value("goods")),
            Question::Problem => roots(problems),
            Question::ProblemMore => below(problems, self.form.value("problem")),
            Question::Demands => listed(&lists.demands),
            Question::Settle => pairs(SETTLE),
            Question::Publish | Question::Entrust => pairs(YES_NO),
            Question::Topic => listed(&lists.topics),
            _ => Vec::new(),
        }
    }

    /// Notes what is wrong with the answer to `question`.
    pub fn read(&self, question: Question, form: &mut Form) {
        use Question as Q;
        match question {
            Q::Whose
            | Q::Identity
            | Q::Reply
            | Q::Region
            | Q::Settle
            | Q::Goods
            | Q::GoodsMore
            | Q::Problem
            | Q::ProblemMore
            | Q::Publish
            | Q::Entrust
            | Q::Topic => {
                let options = self.options(question);
                let codes: Vec<&str> = options.iter().map(|(code, _)| code.as_str()).collect();
                form.choice(question.code(), codes, "请选择一项");
            }
            Q::Name => name(form, "name", "请填写姓名"),
            Q::Phone => telephone(form, "phone", "请填写电话"),
            Q::Address => least(form, "address", 5, 200, "请填写通讯地址，写到门牌号"),
            Q::Agent => agent(form),
            Q::Joint => joint(form),
            Q::Trader if self.kind == Kind::Report => least(form, "trader", 2, 120, "请填写您要举报谁"),
            Q::Trader => least(form, "trader", 2, 120, "请填写商家名称"),
            Q::Place if self.kind == Kind::Report => {
                least(form, "place", 4, 200, "请写明地方，例如街道、市场、网店链接");
            }
            Q::Place => least(form, "place", 4, 200, "请填写商家地址；网上买的写平台名称和网店链接"),
            Q::Bought => {
                least(form, "goods_name", 1, 100, "请填写商品或者服务的名称");
                form.money("amount");
            }
            Q::When => {
                day(form, "happened_on", self.today);
                day(form, "known_on", self.today);
            }
            Q::Facts if self.kind == Kind::Consultation => least(form, "facts", 5, 5_000, "请写下您的问题"),
            Q::Facts => least(form, "facts", 10, 5_000, "请写下事情的经过，至少 10 个字"),
            Q::Brand => {
                form.text("brand", 40);
            }
            Q::Demands => demands(form, &self.options(question)),
            Q::Care => {
                form.text("care", 500);
            }
            Q::Photos => {}
        }
    }

    /// The answer to `question` in words, a line for each field.
    pub fn told(&self, question: Question) -> Vec<String> {
        use Question as Q;
        let form = &self.form;
        let options = self.options(question);
        let name = |code: &str| {
            options.iter().find(|(one, _)| one == code).map_or(String::new(), |(_, words)| words.clone())
        };
        let with = |label: &str, text: &str| {
            if text.is_empty() { String::new() } else { format!("{label}{text}") }
        };
        let mut lines = match question {
            Q::Demands => {
                let chosen: Vec<String> = form.all("demands").iter().map(|code| name(code)).collect();
                vec![chosen.join("、"), form.value("demand_words").to_owned()]
            }
            Q::Bought => vec![form.value("goods_name").to_owned(), money(form)],
            Q::When if self.kind == Kind::Report => vec![form.value("happened_on").to_owned()],
            Q::When => vec![
                with("购买或者接受服务：", form.value("happened_on")),
                with("知道权益受损：", form.value("known_on")),
            ],
            Q::Joint => vec![
                form.value("others").to_owned(),
                format!("代表人：{}、{}", form.value("representative_1"), form.value("representative_2")),
            ],
            Q::Agent => vec![form.value("agent_name").to_owned(), form.value("agent_phone").to_owned()],
            Q::Photos => Vec::new(),
            _ if !options.is_empty() => vec![name(form.value(question.code()))],
            _ => vec![form.value(question.code()).to_owned()],
        };
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// A class the person chose, the lower one where there is one.
    pub fn class(&self, upper: &str, lower: &str) -> Option<String> {
        let (upper, lower) = (self.form.value(upper), self.form.value(lower));
        let fits = lower.strip_prefix(upper).is_some_and(|rest| rest.starts_with('.'));
        Some(if fits { lower } else { upper }.to_owned()).filter(|code| !code.is_empty())
    }
}

fn money(form: &Form) -> String {
    let amount = form.value("amount");
    if amount.is_empty() { String::new() } else { format!("{amount} 元") }
}

/// Text of `least` to `most` characters.
fn least(form: &mut Form, name: &str, least: usize, most: usize, sentence: &str) {
    form.refuse_masked(&[name]);
    if form.text(name, most).chars().count() < least {
        form.error(name, sentence);
    }
}

fn name(form: &mut Form, field: &str, sentence: &str) {
    least(form, field, 2, 60, sentence);
    if form.value(field).chars().any(|sign| sign.is_ascii_digit()) {
        form.error(field, "姓名里有数字，请核对");
    }
}

fn telephone(form: &mut Form, field: &str, sentence: &str) {
    form.refuse_masked(&[field]);
    let typed = form.text(field, 40);
    if typed.is_empty() {
        form.error(field, sentence);
    } else if phone::normalise(&typed).is_none_or(|digits| digits.len() < 7) {
        form.error(field, "电话号码不对：请填 11 位手机号码，或者带区号的固定电话，例如 0451-88887777");
    }
}

fn day(form: &mut Form, field: &str, today: Date) {
    if form.date(field).is_some_and(|day| day > today) {
        form.error(field, "日期不能晚于今天");
    }
}

/// Who acts for another shows original authority and identity (第十一条).
fn agent(form: &mut Form) {
    name(form, "agent_name", "请填写代理人姓名");
    telephone(form, "agent_phone", "请填写代理人电话");
    if !form.checked("agent_papers") {
        form.error("agent_papers", "替别人投诉须有授权委托书原件和代理人身份证明（令第121号 第十一条）");
    }
}

/// The others of a joint complaint by name and telephone.
pub(crate) fn others(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let person = |line: &str| {
        let (name, phone) = line.split_once([' ', ',', '，', '、', '\t']).unwrap_or((line, ""));
        (name.trim().to_owned(), phone.trim().to_owned())
    };
    lines.map(person).collect()
}

/// Two representatives, both of them complainants (第十二条).
fn joint(form: &mut Form) {
    let text = form.required("others", "请填写其他投诉人，一行一人", 5_000);
    let mut names: Vec<String> = others(&text).into_iter().map(|(name, _)| name).collect();
    names.push(form.value("name").to_owned());
    for (at, field) in ["representative_1", "representative_2"].into_iter().enumerate() {
        let chosen = form.required(field, "请填写推选的代表人", 60);
        if !chosen.is_empty() && !names.contains(&chosen) {
            form.error(field, "代表人应当是投诉人之一，姓名要和上面写的一样（令第121号 第十二条）");
        }
        if at == 1 && !chosen.is_empty() && chosen == form.value("representative_1") {
            form.error(field, "两名代表人不能是同一个人");
        }
    }
}

fn demands(form: &mut Form, options: &Options) {
    let chosen = form.all("demands");
    let known = |code: &String| options.iter().any(|(one, _)| one == code);
    if chosen.is_empty() || !chosen.iter().all(known) {
        form.error("demands", "请至少选一项要求（令第121号 第十条）");
    }
    let words = form.text("demand_words", 500);
    if chosen.iter().any(|code| code == "other") && words.is_empty() {
        form.error("demand_words", "您选了“其他”，请写明具体要求");
    }
}
