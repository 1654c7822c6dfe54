//! Rules: which questions the public pages ask, in which order, one a page. A complaint asks what 令第121号 第十条至第十二条
//! ask; a report asks for concrete clues and lets everybody stay unnamed; a consultation asks how to answer.

use kernel::words;
use matters::Kind;

words! {
    /// A question, by the word in its address; the label names the answer on the page of all answers.
    Question {
        /// For whom, alone or with others (第十一条、第十二条).
        Whose = "whose", "替谁投诉";
        /// Named or not.
        Identity = "identity", "举报方式";
        /// How a consultation is answered.
        Reply = "reply", "怎样答复";
        /// Who.
        Name = "name", "姓名";
        /// Telephone.
        Phone = "phone", "电话";
        /// Postal address.
        Address = "address", "通讯地址";
        /// Who acts for the complainant, with authority (第十一条).
        Agent = "agent", "代理人";
        /// The others of a joint complaint and their two representatives (第十二条).
        Joint = "joint", "共同投诉人";
        /// The district that shall receive it (第十三条).
        Region = "region", "所在的区县";
        /// Whom it is about.
        Trader = "trader", "商家名称";
        /// Where that is.
        Place = "place", "商家地址";
        /// Whether the trader, who has undertaken it, shall settle first (先行和解).
        Settle = "settle", "先和商家协商";
        /// Goods or service: the uppermost class.
        Goods = "goods", "商品或者服务";
        /// The class below.
        GoodsMore = "goods_more", "具体是哪一种";
        /// Problem: the uppermost class.
        Problem = "problem", "问题";
        /// The class below.
        ProblemMore = "problem_more", "具体是什么问题";
        /// What was bought for how much.
        Bought = "bought", "买了什么";
        /// When it happened and was known.
        When = "when", "什么时候";
        /// What happened.
        Facts = "facts", "事情经过";
        /// Its brand, where what was told names one.
        Brand = "brand", "品牌";
        /// What is asked.
        Demands = "demands", "您的要求";
        /// Photographs.
        Photos = "photos", "照片和材料";
        /// Consent to publication.
        Publish = "publish", "是否同意公示";
        /// Consent to entrusted mediation (第十九条).
        Entrust = "entrust", "是否同意委托调解";
        /// What to mind when a reporter is called.
        Care = "care", "联系您时要注意什么";
        /// Topic of a consultation.
        Topic = "topic", "咨询哪方面";
    }
}

/// What the order of questions depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// `self`, `agent`, `joint`.
    pub whose: &'a str,
    /// `named`, `anonymous`.
    pub identity: &'a str,
    /// `web`, `phone`.
    pub reply: &'a str,
    /// Whether the bureau has several districts to choose from.
    pub districts: bool,
    /// Whether the named trader has undertaken to settle first.
    pub settles: bool,
    /// Whether what was told names a brand.
    pub brand_named: bool,
    /// Whether the chosen class of goods has classes below.
    pub goods_below: bool,
    /// Whether the chosen class of problems has classes below.
    pub problems_below: bool,
}

/// The kinds the public pages take.
pub const KINDS: &[Kind] = &[Kind::Complaint, Kind::Report, Kind::Consultation];

/// The questions of a petition in order, as far as the answers so far decide them.
pub fn path(kind: Kind, facts: Facts<'_>) -> Vec<Question> {
    use Question as Q;
    let asked: &[(Q, bool)] = match kind {
        Kind::Complaint => &[
            (Q::Whose, true),
            (Q::Name, true),
            (Q::Phone, true),
            (Q::Address, true),
            (Q::Agent, facts.whose == "agent"),
            (Q::Joint, facts.whose == "joint"),
            (Q::Region, facts.districts),
            (Q::Trader, true),
            (Q::Place, true),
            (Q::Settle, facts.settles && facts.whose == "self"),
            (Q::Bought, true),
            (Q::When, true),
            (Q::Facts, true),
            (Q::Brand, facts.brand_named),
            // What was told first suggests the classes.
            (Q::Goods, true),
            (Q::GoodsMore, facts.goods_below),
            (Q::Problem, true),
            (Q::ProblemMore, facts.problems_below),
            (Q::Demands, true),
            (Q::Photos, true),
            (Q::Publish, true),
            (Q::Entrust, true),
        ],
        Kind::Report => &[
            (Q::Identity, true),
            (Q::Name, facts.identity == "named"),
            (Q::Phone, facts.identity == "named"),
            (Q::Care, facts.identity == "named"),
            (Q::Region, facts.districts),
            (Q::Trader, true),
            (Q::Place, true),
            (Q::When, true),
            (Q::Facts, true),
            (Q::Brand, facts.brand_named),
            (Q::Problem, true),
            (Q::ProblemMore, facts.problems_below),
            (Q::Photos, true),
        ],
        _ => &[
            (Q::Topic, true),
            (Q::Facts, true),
            (Q::Reply, true),
            (Q::Name, facts.reply == "phone"),
            (Q::Phone, facts.reply == "phone"),
        ],
    };
    asked.iter().filter(|(_, wanted)| *wanted).map(|(question, _)| *question).collect()
}

/// The question as it stands on its page, and a line that helps to answer it.
pub const fn words(kind: Kind, question: Question) -> (&'static str, &'static str) {
    use Question as Q;
    let report = matches!(kind, Kind::Report);
    match question {
        Q::Whose => ("您替谁投诉？", "投诉应当是为生活需要买东西或者接受服务引起的纠纷。"),
        Q::Identity => ("您想怎样举报？", "无论哪一种，被举报的商家都不会知道是谁举报的。"),
        Q::Reply => ("您希望怎样得到答复？", ""),
        Q::Name if report => ("您的姓名是什么？", "只有经批准、说明理由的工作人员才能看到。"),
        Q::Name if matches!(kind, Kind::Consultation) => ("怎么称呼您？", ""),
        Q::Name => ("投诉人的姓名是什么？", "请填真实姓名。冒用他人名义的投诉不予受理。"),
        Q::Phone if report => ("您的电话是多少？", "只用来核实线索。"),
        Q::Phone if matches!(kind, Kind::Consultation) => ("您的电话是多少？", "只用来答复您。"),
        Q::Phone => ("投诉人的电话是多少？", "我们会打这个电话告诉您是否受理、约定调解。"),
        Q::Address => ("投诉人的通讯地址是什么？", "文书会寄到这里，请写到门牌号。"),
        Q::Agent => {
            ("代理人是谁？", "您是代理人，请填您自己的情况。授权委托书的照片可以在“照片和材料”一步上传。")
        }
        Q::Joint => ("还有哪些人一起投诉？", "两人以上共同投诉，要书面推选两名代表人。"),
        Q::Region if report => ("事情发生在哪里？", "选错了也没关系，我们会转到该办的单位。"),
        Q::Region => {
            ("商家在哪里？", "网上买的，选商家页面上写的地址所在地；选错了也没关系，我们会转到该办的单位。")
        }
        Q::Trader if report => ("您要举报谁？", "不知道准确名称，就写您看到的招牌、网店名或者人名。"),
        Q::Trader => ("您要投诉哪个商家？", "请写招牌、发票、小票或者网店页面上的名称。"),
        Q::Place if report => ("在什么地方？", "写得越具体越容易查到。"),
        Q::Place => ("商家的地址在哪里？", "网上买的，写平台名称和网店链接。"),
        Q::Settle => (
            "是否先由商家和您协商？",
            "这家商家承诺先行和解：由我们送给商家，10 个工作日内和您协商。没有谈成、商家不理或者您不接受的，自动转为投诉，不用再提交。",
        ),
        Q::Goods => ("买的是哪一类商品或者服务？", "选最接近的一类。"),
        Q::GoodsMore => ("具体是哪一种？", "选不准可以选“说不清”。"),
        Q::Problem if report => ("是哪方面的问题？", "选最接近的一类。"),
        Q::Problem => ("出了什么问题？", "选最接近的一类。"),
        Q::ProblemMore => ("具体是什么问题？", "选不准可以选“说不清”。"),
        Q::Bought => ("您买的是什么？", ""),
        Q::When if report => ("什么时候的事？", "还在发生的，写您最近一次看到的日期。不记得可以不填。"),
        Q::When => ("什么时候的事？", "不记得准确日期可以不填。"),
        Q::Facts if report => {
            ("请写下您知道的情况", "什么时间、什么人、做了什么、您怎么知道的。线索越具体，越容易查实。")
        }
        Q::Facts if matches!(kind, Kind::Consultation) => {
            ("您想问什么？", "请不要写身份证号码、银行卡号码。")
        }
        Q::Facts => ("请写下事情的经过", "什么时候、怎么买的、出了什么问题、和商家怎么谈的。"),
        Q::Brand => ("是什么牌子的？", "同一个牌子的投诉多了，我们会一起查。不知道可以不填。"),
        Q::Demands => ("您要求商家怎么做？", "可以选多项。"),
        Q::Photos => ("有照片或者材料吗？", "比如小票、发票、商品、聊天记录、合同。没有可以直接继续。"),
        Q::Publish => (
            "是否同意公示这件投诉？",
            "公示的是商家名称、投诉的问题和处理结果，不会公示您的姓名、电话和地址。不同意不影响办理。",
        ),
        Q::Entrust => {
            ("是否同意委托消费者协会等组织调解？", "须您和商家都同意才会委托；不同意就由市场监管部门调解。")
        }
        Q::Care => ("联系您时要注意什么？", "比如“不要打单位电话”“晚上六点以后再打”。没有可以不填。"),
        Q::Topic => ("您想咨询哪方面的事？", ""),
    }
}

/// The names of a question's fields.
pub const fn fields(question: Question) -> &'static [&'static str] {
    use Question as Q;
    match question {
        Q::Whose => &["whose"],
        Q::Identity => &["identity"],
        Q::Reply => &["reply"],
        Q::Name => &["name"],
        Q::Phone => &["phone"],
        Q::Address => &["address"],
        Q::Agent => &["agent_name", "agent_phone", "agent_papers"],
        Q::Joint => &["others", "representative_1", "representative_2"],
        Q::Region => &["region"],
        Q::Trader => &["trader"],
        Q::Place => &["place"],
        Q::Settle => &["settle"],
        Q::Goods => &["goods"],
        Q::GoodsMore => &["goods_more"],
        Q::Problem => &["problem"],
        Q::ProblemMore => &["problem_more"],
        Q::Bought => &["goods_name", "amount"],
        Q::When => &["happened_on", "known_on"],
        Q::Facts => &["facts"],
        Q::Brand => &["brand"],
        Q::Demands => &["demands", "demand_words"],
        Q::Photos => &[],
        Q::Publish => &["publish"],
        Q::Entrust => &["entrust"],
        Q::Care => &["care"],
        Q::Topic => &["topic"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anonymous_report_asks_for_no_person() {
        let path = path(Kind::Report, Facts { identity: "anonymous", ..Facts::default() });
        for question in [Question::Name, Question::Phone, Question::Address, Question::Care] {
            assert!(!path.contains(&question), "{question:?}");
        }
        assert!(path.contains(&Question::Facts) && path.contains(&Question::Trader));
    }

    #[test]
    fn a_complaint_asks_what_the_articles_ask() {
        let asked = path(Kind::Complaint, Facts { whose: "agent", ..Facts::default() });
        use Question as Q;
        for question in [
            Q::Name,
            Q::Phone,
            Q::Address,
            Q::Agent,
            Q::Trader,
            Q::Place,
            Q::Facts,
            Q::Demands,
            Q::Publish,
            Q::Entrust,
        ] {
            assert!(asked.contains(&question), "{question:?}");
        }
        assert!(!asked.contains(&Q::Joint) && !asked.contains(&Q::Region));
        let joint = path(Kind::Complaint, Facts { whose: "joint", ..Facts::default() });
        assert!(joint.contains(&Q::Joint) && !joint.contains(&Q::Agent));
    }

    #[test]
    fn only_a_trader_who_has_undertaken_it_is_offered_to_settle_first() {
        let asked = |settles, whose| path(Kind::Complaint, Facts { whose, settles, ..Facts::default() });
        assert!(asked(true, "self").contains(&Question::Settle));
        for path in [asked(false, "self"), asked(true, "agent"), asked(true, "joint")] {
            assert!(!path.contains(&Question::Settle));
        }
        let report = path(Kind::Report, Facts { settles: true, whose: "self", ..Facts::default() });
        assert!(!report.contains(&Question::Settle));
    }

    #[test]
    fn no_field_belongs_to_two_questions() {
        let mut names: Vec<_> = Question::ALL.iter().flat_map(|question| fields(*question)).collect();
        names.sort();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
