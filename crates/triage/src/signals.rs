//! Signs in a text that somebody should look at first. Words only, and rather too many than too few: a sign is a reason to read,
//! never a finding.

use crate::{lexicon::Lexicon, normal::normalise};

/// What a person should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// 人身伤害
    Injury,
    /// 火灾、爆炸、触电
    Fire,
    /// 食物中毒
    Poisoning,
    /// 未成年人
    Minor,
    /// 老年人
    Elderly,
    /// 多人聚集、群体
    Crowd,
    /// 媒体、网络曝光
    Media,
    /// 时限、紧急
    Deadline,
    /// 要求保密
    Secrecy,
}

impl Sign {
    /// All, in the order in which they are shown.
    pub const ALL: [Sign; 9] = [
        Sign::Injury,
        Sign::Fire,
        Sign::Poisoning,
        Sign::Minor,
        Sign::Elderly,
        Sign::Crowd,
        Sign::Media,
        Sign::Deadline,
        Sign::Secrecy,
    ];

    /// Its name for an officer.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Sign::Injury => "人身伤害",
            Sign::Fire => "起火爆炸触电",
            Sign::Poisoning => "疑似食物中毒",
            Sign::Minor => "未成年人",
            Sign::Elderly => "老年人",
            Sign::Crowd => "多人群体",
            Sign::Media => "媒体或网络曝光",
            Sign::Deadline => "时限紧急",
            Sign::Secrecy => "要求保密",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Sign::Injury => {
                "受伤 伤害 烫伤 烧伤 灼伤 割伤 划伤 扎伤 砸伤 摔伤 骨折 流血 出血 住院 抢救 急诊 送医 就医 过敏 红肿 毁容 烂脸 感染 昏迷 晕倒 \
窒息 死亡 去世 身亡 致死 伤残 残疾 后遗症 医药费 医疗费 缝针 缝了 中毒 电伤 咬伤 溺水 受惊 崩伤 炸伤 夹伤 磕伤 牙齿断 崩牙 卡喉 卡住喉咙 人身安全 生命危险 \
气囊没弹 气囊未弹 刹车失灵 失控"
            }
            Sign::Fire => {
                "起火 着火 自燃 火灾 失火 燃烧 冒烟 爆炸 炸裂 爆裂 爆燃 漏电 触电 短路 煤气泄漏 燃气泄漏 天然气泄漏 液化气泄漏 漏气 鼓包 电池发烫 \
烧毁 烧焦 烧糊 爆胎 消防通道 安全出口"
            }
            Sign::Poisoning => {
                "食物中毒 中毒 上吐下泻 呕吐 腹泻 拉肚子 拉稀 肚子疼 肚子痛 腹痛 恶心 反胃 肠胃炎 急性胃 吃坏 吃完不舒服 食源性 集体发病 发烧 洗胃"
            }
            Sign::Minor => {
                "未成年 儿童 小孩 孩子 婴儿 幼儿 宝宝 小学生 中学生 初中生 高中生 学生 女儿 儿子 孙子 孙女 幼儿园 小学 中学 校园 校门口 奶粉 童装 \
玩具 游戏充值 打赏 岁的娃 娃娃 青少年 新生儿 托管班 培训班"
            }
            Sign::Elderly => {
                "老人 老年 老太 老爷 老奶奶 老大爷 老伴 老母亲 老父亲 父母 爷爷 奶奶 外公 外婆 姥姥 姥爷 爸妈 岁高龄 高龄 养老 退休 保健品 会销 \
免费体检 免费鸡蛋 八十多岁 七十多岁 六十多岁"
            }
            Sign::Crowd => {
                "集体 群体 多人 众多 几十人 上百人 数百人 几百人 几百户 上百户 业主们 家长们 消费者们 会员们 维权群 维权 上访 信访 聚集 拉横幅 堵门 围堵 游行 \
联名 联合投诉 静坐 请愿 很多人 大量消费者 众多消费者 群情 一起去 跑路 卷款 关门 人去楼空 失联 闭店"
            }
            Sign::Media => {
                "曝光 媒体 记者 电视台 报社 新闻 微博 抖音 快手 小红书 热搜 网红 直播 朋友圈 发到网上 发网上 公之于众 网络曝光 头条 公众号 论坛 今日说法 焦点访谈 \
315晚会 3·15 3.15 舆论 舆情"
            }
            Sign::Deadline => {
                "今天之内 今天内 明天 后天 马上 立即 立刻 尽快 紧急 急急 加急 十万火急 限期 期限 到期 截止 逾期 过期不候 小时内 日内 天内 之前答复 最后一天 \
来不及 赶飞机 赶火车 婚礼 临近 超过时限 行政复议 行政诉讼 起诉 开庭 时效"
            }
            Sign::Secrecy => {
                "保密 匿名 不要透露 勿透露 别透露 不透露 不要泄露 不得泄露 别泄露 勿泄露 请勿泄露 隐名 不公开 不要公开 别告诉 不要告诉 打击报复 报复 怕报复 \
内部员工 内部举报 内部职工 知情人 离职员工 保护举报人 保护隐私 个人信息保密"
            }
        }
    }
}

/// A sign with the words that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub sign: Sign,
    /// Words of the text, in the order of the list.
    pub words: Vec<&'static str>,
}

/// Signs of a text.
///
/// ```
/// use triage::{Sign, signs};
/// let seen = signs("电动车充電時起火，孩子被燙傷，請為我保密");
/// let kinds: Vec<Sign> = seen.iter().map(|seen| seen.sign).collect();
/// assert_eq!(kinds, [Sign::Injury, Sign::Fire, Sign::Minor, Sign::Secrecy]);
/// ```
#[must_use]
pub fn signs(text: &str) -> Vec<Seen> {
    let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
    let of = |sign: Sign| Seen {
        sign,
        words: sign.words().split_whitespace().filter(|word| text.contains(word)).collect(),
    };
    Sign::ALL.into_iter().map(of).filter(|seen| !seen.words.is_empty()).collect()
}

/// What kind of contact a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contact {
    /// 投诉: somebody wants something from a trader.
    Complaint,
    /// 举报: somebody tells of a breach of law.
    Report,
    /// 咨询: somebody asks.
    Question,
}

impl Contact {
    /// Its name for an officer.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Contact::Complaint => "投诉",
            Contact::Report => "举报",
            Contact::Question => "咨询",
        }
    }

    /// Words that say what is wanted.
    fn wants(self) -> &'static str {
        match self {
            Contact::Complaint => {
                "我要投诉 我投诉 进行投诉 退一赔 假一赔 要求退 要求赔 要求商家 要求店家 要求他 要求对方 要求更换 要求换 要求维修 要求恢复 要求道歉 要求解决 希望退 希望赔 希望商家 请帮我 帮我 帮我们 帮忙 帮着 退给我 退还给我 赔我 赔给我 让他退 让他们退 让商家退 叫他退 叫他赔 得叫他 给我退 把钱退 钱要退 要退钱 要退款 要退货 要退票 我要退 我要他 我要她 要他赔 要她赔 要快递赔 要求按 要求重 要求免费 要求安排 要求退 能不能帮 能不能让 能不能叫 按规矩退 要求返 要他退 要她退 要么 追回 要回 至少退 重做或者退 退差价 赔偿我 讨个说法 讨说法 给个说法 给我个说法 找谁说理 评评理 消费者权益 维护我 我的权益 请求调解 协调退 尽快退 诉求"
            }
            Contact::Report => {
                "举报 检举 查处 取缔 立案 请查 来查 去查 请去查 查一查 查一下这 严查 彻查 必须查 该查 依法处理 依法查 核查 请抽检 严肃处理 从严 没人管吗 有没有人管 管不管 管一管 匿名反映 别说是我 不要说是我 别再害人 去抽查 抽查一下 抽检一下 去抓 管管吧 应该管管 请你们查 请你们去 你们去看看 你们快去 去端 端了 别透露 不要透露 勿透露 不要泄露我的 请保密 给予奖励"
            }
            Contact::Question => {
                "咨询 请问 请教 想问 问一下 问问 来问 来电问 想了解 了解一下 打听 想知道 弄不明白 是不是真的 怎么办理 如何办理 怎么申请 如何申请 需要什么手续 需要哪些 哪些材料 什么材料"
            }
        }
    }

    /// Words that go with it.
    fn words(self) -> &'static str {
        match self {
            Contact::Complaint => {
                "退款 退货 退钱 退费 退还 退卡 退押金 退回 赔偿 赔付 赔钱 不赔 赔礼 道歉 更换 换货 换新 维修 补偿 投诉 拒绝退 不予退 不给退 不肯退 不同意退 不让退 不退 不给换 不肯换 不给修 不修 不给 不认 不负责 不承认 不理 不处理 不解决 不管 不接 不回 协商 调解 三包 保修 双倍 我买 我购买 我在 我花 花了 拉黑 把我删 推诿 推给 推到 客服 商家说 商家称 店家 店方 店里说 店员说 老板说 厂家说 网点 凭什么 坑人 被骗 骗我 定金 押金 余额 一直拖 拖着 没收到 强制 被扣 扣费 怎么办 受伤 医药费 只肯 只退 只赔 只同意 不让 没人管 收我 扣了我 多收 要加 多少钱都 说是我 来电人 市民反映 消费者"
            }
            Contact::Report => {
                "无证 无照 无牌 无许可 违法 违规 假冒 伪劣 侵权 传销 虚假广告 虚假宣传 非法 黑作坊 地沟油 过期食品 线索 奖励 偷工减料 欺诈 走私 哄抬 串通 垄断 没办营业执照 没有营业执照 盗版 冒用 在售 居民楼 附近居民 扰乱 窝点 批量 贵局 本局 告知本人 请依法"
            }
            Contact::Question => {
                "是否可以 能不能 可不可以 是不是可以 是不是必须 是不是应该 是不是合法 合不合法 算不算 有没有效 有没有规定 有什么规定 什么政策 怎么恢复 怎么写 怎么办证 要不要 会不会被罚 该找谁 应该找谁 找哪个部门 哪个部门 多久 多少钱 在哪里 哪里办 哪个窗口 电话是多少 怎么计算 怎么收费 吗？ 吗? 呢？ 呢?"
            }
        }
    }
}

/// A word of what is wanted weighs as much as so many that only go with it.
const WANTS: usize = 3;
/// Words that only go with a kind count up to so many.
const ALONG: usize = 3;
/// Letters at the beginning within which a kind is announced.
const OPENING: usize = 12;

fn weighed(kind: Contact, text: &str, opening: &str) -> (usize, Vec<&'static str>) {
    let held = |words: &'static str, text: &str| -> Vec<&'static str> {
        words.split_whitespace().filter(|word| text.contains(word)).collect()
    };
    let (mut wants, along) = (held(kind.wants(), text), held(kind.words(), text));
    // 举报 at the beginning is what the letter is
    let opens = kind != Contact::Complaint && !held(kind.wants(), opening).is_empty();
    let weight = WANTS * (wants.len().min(2) + usize::from(opens)) + along.len().min(ALONG);
    wants.extend(along);
    (weight, wants)
}

/// Kinds of contact by their words, likeliest first, each with its words; the law decides otherwise for a report (举报), so a text with
/// words of both is shown as both. Where no such word is said but something went wrong, somebody complains.
#[must_use]
pub fn contacts(text: &str) -> Vec<(Contact, Vec<&'static str>)> {
    let text: String = normalise(text).chars().filter(|c| !c.is_whitespace()).collect();
    let opening: String = text.chars().take(OPENING).collect();
    let all = [Contact::Complaint, Contact::Report, Contact::Question];
    let mut found: Vec<_> = all.map(|kind| (kind, weighed(kind, &text, &opening))).into_iter().collect();
    found.retain(|(_, (weight, _))| *weight > 0);
    found.sort_by_key(|(_, (weight, _))| std::cmp::Reverse(*weight));
    if found.is_empty() {
        let wrong = Lexicon::shipped().wrong(&text);
        return if wrong.is_empty() { Vec::new() } else { vec![(Contact::Complaint, wrong)] };
    }
    found.into_iter().map(|(kind, (_, words))| (kind, words)).collect()
}
