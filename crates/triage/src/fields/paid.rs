//! Words around sums without a unit: what is paid, what is bought, what is measured instead.

use super::{
    bare::MEASURED,
    number::{ONE, digit, times},
    unit::MEASURES,
    view::View,
};

/// What is paid, before a sum.
const PAID: &str = "价 价格 金额 合计 共计 总计 一共 总共 付款 扣款 支付 实付 实付款 应付 实收 应收 找零 房租 租金 押金 定金 订金 保证金 首付 尾款 本金 货款 工程款 余额 费 花 花了 花掉 花去 花费 收 收了 收费 交 \
掏 掏了 搭 搭进 搭进去 贴进去 投了 投进去 刷了 垫付 垫了 补 补了 罚 罚了 罚款 退 退还 返 返还 讲 讲价 砍 砍价 谈 说好 讲好 谈好 成交 报 结 结账 算 算下来 涨成 加到 付 转账 打款 打给 汇 汇款 缴 借 借款 贷 贷款 欠 款 现金 骗 坑 宰 讹 输 挣 赚 值 找 \
优惠 便宜 立减 抵 抵扣 佣金 滞纳金 赔偿金 补偿金 定损 理赔 涉案金额 月薪 工资 奖金 押了 存了 给 \
交了 缴了 充了 充值 转了 退了 扣了 扣 赔 赔了 付了 要 让交 让付 卖 到手 降到 涨到 借了 给了 还差 还了 亏了 损失 \
消费 消费了 剩 剩下 剩余 剩了 送 送的 送了 赠 赠送 变成 变 变为 跳到 提到 涨至 降至 调到 改成 砍到 券后 标 标的 标着 扫出来 扫码 吊牌 打完折 折后 也得 还得 就得 也要 只认 已用 用掉 用去 薪 票 套餐 每期 \
充 小写 (小写) (大写) 卡里还有 里还有 余额还有 账户还有 还剩 开价 要价 起拍 仅 净 转给 打过去 汇了 垫 缴纳 交付 支出 收入 进账 到账 原先 应退 应补 月供 月租 年租 人均 封顶 加 加了 加收 加油 办卡 开卡 账单 共 疗程 补交 补缴 每平 每平米 每节 每位 每人 每吨 每度 要还 得还 月还 还款 代金券 优惠券 抵用券 价签 价签写 价签写的 价签上 价签上写 价签上写的 小票 小票打 小票上 小票上写 少退 多收 多扣 多付 多交 少找 还贵 还要贵 凑到 凑够 凑了 抬到 抬高到 刷走 划走 扣走 转走 收走 卷走 骗走 拿走 只填了 保价 加氟 \
付了一半 付一半 一半 应是 流水 流水就 流水有";
/// Between what is paid and the sum.
const BETWEEN: &str = "了:是为我他她你您俺咱们爸妈共约才只有到从就给掉去进出回走至成大概整足差不多 最后终又再另快近将达都他家小-”\"」写";
/// Behind what is paid: 押金2000也不退, 运费300结果; what is paid is a thing here, so that any word may follow that counts nothing.
const THINGS: &str = "押金 定金 订金 保证金 首付 尾款 房租 租金 学费 运费 邮费 手续费 服务费 会员费 物业费 取暖费 中介费 加盟费 培训费 违约金 货款 全款 \
售价 标价 原价 现价 总价 单价 报价 进价 价格 金额 补偿 赔偿 费 罚款 工资 到手价 成本";
/// Behind these too: 赔了我50完事, 交3800报班.
const STRONG: &str = "花了 花 花掉 收 收了 要了 付了 付 交了 交 缴了 缴 退 退了 扣 扣了 赔 赔了 补 补了 多收 多付 多扣 充 充了 充值 罚 罚了 骗 骗了 坑 坑了 宰 亏了 借 借了 贷 欠 标价 到手 剩下 剩 剩余 \
转了 转给 找 返 卖 要价 开价 垫 垫了 掏 掏了 存了 里还有 还剩 送 送的 要 给了 讹 讹了 缴纳 消费 消费了 刷了 搭进去";
/// What ends like these and pays nothing.
const OTHERWISE: &str = "需要 主要 只要 还要 重要 不要 回收 验收 提交 上交 免费 浪费 次要 必要 快要 就要等 将要 转发 充电 接送 配送 派送 运送 快送 发票 投票 彩票 签收 没收 吸收 接收 性价 买卖 售卖 变卖 热卖 寻找 查找 报废 社交 外卖 代付 \
学会 目标 商标 指标 坐标 打开 预报 举报 上报 海报 填报 查收 播报 电报 消费者 团结 总结 团购价 打给了 改变 转转 倒转 旋转 罚单 年薪制 剩饭 评价 参加 增加 添加 附加 追加到 更加 公共 花花 开花 雪花 棉花 火花";
/// What is gauged and no sum, where it stands in the clause before a number.
const GAUGES: [&str; 47] = [
    "评分", "温度", "体重", "身高", "血压", "血糖", "速度", "时速", "电量", "分数", "人数", "粉丝", "销量",
    "信号", "网速", "流量", "里程", "尺寸", "尺码", "排名", "气温", "度数", "音量", "库存", "面积", "重量",
    "高度", "长度", "宽度", "转速", "功率", "积分", "油耗", "数量", "次数", "室温", "湿度", "播放", "车速",
    "心率", "视力", "像素", "版本", "系统", "续航", "亮度", "胎压",
];
/// What is numbered and no sum.
const NUMBERED: &str = "分之 满 减 尾号 编号 房间号 房号 型号 工号 桌号 电话 密码 验证码 邮编 第 微信 qq 号 号码 房间 发票 批次 货号 房 室 楼 栋 单元 页 条款 品牌 频道 服务区 国道 省道 考 考了 工单 车牌 排到 等到 机型 系列 iphone 小米 荣耀 华为 骁龙 酷睿";

/// Where the words end that pay: BETWEEN stands between them and the sum.
fn walked(view: &View, at: usize, words: &str) -> bool {
    let mut start = at;
    while start > 0
        && at - start < 5
        && !view.after(start, words)
        && view.before(start).is_some_and(|c| BETWEEN.contains(c))
    {
        start -= 1;
    }
    view.after(start, words) && !view.after(start, OTHERWISE)
}

/// Whether something is paid before.
pub(super) fn paid(view: &View, at: usize) -> bool {
    walked(view, at, PAID) && !gauged(view, at)
}

/// Whether something is paid before in words behind which any word may follow.
fn strongly(view: &View, at: usize) -> bool {
    let start = at - usize::from(view.before(at).is_some_and(|c| ":是为 ".contains(c)));
    view.after(start, THINGS) && !view.after(start, OTHERWISE) || walked(view, at, STRONG)
}

/// Whether the clause before a number names what is gauged.
pub(super) fn gauged(view: &View, at: usize) -> bool {
    let closes = |c: &char| matches!(c, ',' | '。' | ';' | '!' | '?' | '\n');
    let start = (at.saturating_sub(10)..at).rev().find(|back| view.letters.get(*back).is_some_and(closes));
    let told = view.text(&(start.map_or(at.saturating_sub(10), |back| back + 1)..at));
    GAUGES.iter().any(|word| told.contains(word))
}

/// Whether a number is one of a row, a room, a line.
pub(super) fn numbered(view: &View, at: usize) -> bool {
    let start = at - usize::from(view.before(at).is_some_and(|c| ":是为 ".contains(c)));
    // 08:15:20, XQB80-1258
    let part = view.before(at).is_some_and(|c| "-./_#*×".contains(c))
        || view.before(at) == Some(':') && at > 1 && view.before(at - 1).is_some_and(|c| c.is_ascii_digit());
    part || view.after(at, NUMBERED) || view.after(start, NUMBERED)
}

/// Whether something is counted by the number.
pub(super) fn counted(view: &View, end: usize) -> bool {
    const MORE: &str = "日 时 点 分 秒 期 笔 名 户 家 辆 亩 百 千 万 亿 倍 成 几 多 余 来 级 款 元 块 至 和 或 一 版 届 后 回 遍 页 字 步 轮 季 局 场 层 间 瓦 伏 匹 寸 码 毫 公 英 立 克 封 通 声 针 刀 口 粒 丸 副 幅 扇 栋 座 \
架 列 班 批 组 队 章 首 出 集 盘 岁 星期 钟 世纪 年 代 路 站 室 单 点 课 学分 积分 币 金币 钻 平 本 块 支 种 样 项 例 股 桌 道 排 行 面 张 层 线 人 大 老 条 米 斤 两 吨 升 元 % 个 × x * - ~ — / 以上 以下的 左右的 余额 几 半 比 号 、 . :";
    let until = view.get(end) == Some('到')
        && view.any(end, "到期 到现在 到今天 到目前 到手 到账 到如今 到最后 到头").is_none();
    until || view.any(end, MEASURES).is_some() || view.any(end, MORE).is_some()
}

/// 一个月, 一次, 每月 behind a sum: how often it is paid.
fn often(view: &View, end: usize) -> bool {
    view.any(end, "一 每").is_some_and(|(_, length)| {
        view.any(
            end + length,
            "个月 月 年 天 次 人 位 节 份 晚 趟 单 小时 平 斤 张 台 个 户 桌 瓶 杯 回 学期 季度 期",
        )
        .is_some()
    })
}

/// What is paid in money, behind a number: 500定金, 200检测费.
const DUES: &str = "定金 订金 押金 首付 尾款 违约金 滞纳金 保证金 赔偿金 补偿金 差价 红包 现金 货款 房款 车款 全款 利息 代金券 优惠券 抵用券 赔偿 补偿 罚款 保费 彩礼 租金 房租 补贴 返现 押款 欠款 本金 预付款 订货款 运费险";

/// Whether dues follow: a word of them, or up to three letters that end in 费.
fn dues(view: &View, end: usize) -> bool {
    let fee = || {
        (end + 1..=end + 3).any(|at| {
            view.get(at) == Some('费')
                && view.get(at + 1) != Some('者')
                && (end..at).all(|at| view.chinese(at))
        })
    };
    view.any(end, DUES).is_some() || fee()
}

/// Services that a sum with 的 tells: 68的套餐.
const SERVICES: &str = "套餐 价位 价格 团购 团 券 课 月卡 年卡 季卡 卡 会员 票 门票 自助 档 那款 那种 那个 私教 红包 餐 标间 大床房 房间 房费 学费 车险 保险 费用 押金 定金 订金 运费 快递费 罚款 补偿 赔偿 优惠 差价 东西";
/// Goods, which have sizes too.
const GOODS: &str = "鞋 衣 裤 裙 手机 电脑 电视 平板 机 车 酒 烟 茶 商品 货 鱼 肉 蛋糕 花 包 表 项链 戒指 镯 手镯 药 保健 眼镜 护肤 化妆 面膜 口红 床 沙发 柜 空调 冰箱 洗衣机 家具 门 地板 装修 玩具 自行车 电动车 奶粉 羽绒服 大衣 外套 被 毛衣 球鞋 耳机 音响 相机 镜头";
/// What 的 joins to a number that is none.
const NO_GOODS: &str = "人 房子 面积 粉丝 观众 客户 顾客 会员 用户 量 距离 路程 路 海拔 时间 概率 可能 速度 温度 里程 次 年 历史 像素 业主 村民 学生 员工 家庭 好评 差评 播放 积分 转速 电量 容量 公里 字";

/// 三四百的鞋, 68的套餐, 1299买的: what the number buys follows. `loose`: more or less so much.
fn bought(view: &View, at: usize, end: usize, value: i64, loose: bool) -> bool {
    let year = value % ONE == 0 && (1990 * ONE..=2039 * ONE).contains(&value) && end - at == 4;
    if year {
        return false;
    }
    if view.get(end) == Some('的') {
        let price = |words: &str| view.any(end + 1, words).is_some();
        return price(SERVICES) && value >= 10 * ONE
            || price(GOODS) && value >= 200 * ONE
            || loose
                && value >= 100 * ONE
                && view.chinese(end + 1)
                && !price(NO_GOODS)
                && !people(view, end);
    }
    let done = view
        .any(end, "买的 买了 买来 买下 入手 拿下 拍的 拍下 抢的 抢到 团的 淘的 订的 收的 请的 提的 包邮 成交")
        .is_some();
    let apart = view.before(at).is_none_or(|c| !c.is_alphanumeric())
        || view.after(
            at,
            "我 才 就 花 用 是 候 上 店 家 天 月 日 号 年 网 台 宝 多 间 播 价 了 们 时 初 底 里 东",
        );
    done && apart && (value >= 100 * ONE || value % ONE != 0 && value >= 5 * ONE)
}

/// 上千的成年人, 几千的铁路职工.
pub(super) fn people(view: &View, end: usize) -> bool {
    (end + 1..end + 6).any(|at| {
        view.any(at, "人 群众 职工 业主 学生 村民 居民 员工 老百姓 百姓 家长 婴儿 孩子 名 户").is_some()
    })
}

/// 从99涨到129, 原来58变成88: the first of two prices.
fn moved(view: &View, at: usize, end: usize) -> bool {
    view.after(at, "从 由 原来 原先 原价 以前 之前 的")
        && view
            .any(
                end,
                "涨 变成 变 提到 提高 降到 降 跌 调到 调成 调价 加到 砍到 减到 一下子 一下涨 直接涨 改成",
            )
            .is_some()
}

/// Whether the words around a number without a unit tell that it is paid.
pub(super) fn told(view: &View, at: usize, end: usize, value: i64, loose: bool) -> bool {
    // 要十全十美
    let ten = value == 10 * ONE && view.chinese(at);
    let part = view.after(at, MEASURED);
    if minimum(view, at, end) && value >= 10 * ONE {
        return true;
    }
    if value < 10 * ONE || ten || part || numbered(view, at) || gauged(view, at) {
        return false;
    }
    let counted = counted(view, end) && !often(view, end);
    !counted && (dues(view, end) || view.chinese(end) && strongly(view, at))
        || bought(view, at, end, value, loose)
        || moved(view, at, end)
        || view.any(end, "包邮").is_some()
        || often(view, end) && strongly(view, at)
        || in_words(view, at, end, value)
        || of_thing(view, at, end, value)
        || of_good(view, at, end, value)
        || loosely(view, at, end, value, loose)
        || on_paper(view, at, end, value)
}

/// Whether so much is handed over before a sum that ends here: 交10块, 工本费5毛.
pub(super) fn handed(view: &View, end: usize, most: i64) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || c == '.' || digit(c).is_some() || times(c).is_some();
    let mut start = end;
    while view.before(start).is_some_and(numeral) {
        start -= 1;
    }
    most > 0
        && start < end
        && (walked(view, start, "各交 交 交了 收 收了 多收 付 付了 花 花了 扣 扣了 罚 赔 掏 掏了 充 充了 费")
            && !view.after(start, OTHERWISE))
}

/// 买了个1680的手把件: what is bought stands behind.
fn of_good(view: &View, at: usize, end: usize, value: i64) -> bool {
    view.get(end) == Some('的')
        && value >= 100 * ONE
        && view.after(
            at,
            "买个 买了个 买了一个 买了款 买了台 买了件 买了套 买了双 订了个 办了个 报了个 挑了个 选了个",
        )
        && view.chinese(end + 1)
        && view.any(end + 1, NO_GOODS).is_none()
}

/// 收了佣金,26000多: more or less so much, a clause by itself behind what is paid.
fn loosely(view: &View, at: usize, end: usize, value: i64, loose: bool) -> bool {
    let closes = |c: Option<char>| c.is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?'));
    loose
        && value >= 1_000 * ONE
        && view.before(at) == Some(',')
        && closes(view.get(end))
        && (view.after(at - 1, DUES) || view.after(at - 1, "佣金 费 费用 工资 钱 贷款 押金 学费"))
}

/// 小票上只打了206.5: what a slip says.
fn on_paper(view: &View, at: usize, end: usize, value: i64) -> bool {
    let closes = view.get(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?'));
    let year = end - at == 4 && (1990 * ONE..=2039 * ONE).contains(&value);
    let told = || {
        let told = view.text(&(at.saturating_sub(10)..at));
        told.rsplit([',', '。', ';', '!', '?']).next().unwrap_or_default().to_owned()
    };
    closes
        && !year
        && value % (ONE / 100) == 0
        && value < 1_000_000 * ONE
        && view.after(at, "打了 打的 打出 打的是 写 写的 写着 写了 写的是 显示 开了 开的 开的是 是")
        && ["小票", "收据", "账单", "单子"].iter().any(|word| told().contains(word))
        && !told().contains(['号', '码', '尾', '日', '时', '第', '张'])
}

/// 赔墙面1500: what is paid for stands between.
fn of_thing(view: &View, at: usize, end: usize, value: i64) -> bool {
    let closes = view.get(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | '、'));
    let thing = |from: usize| {
        (from..at).all(|at| {
            view.chinese(at) && !view.get(at).is_some_and(|c| "了的第号是在到次个年月日天".contains(c))
        })
    };
    closes
        && value >= 100 * ONE
        && (view.get(at).is_some_and(|c| c.is_ascii_digit())
            || value >= 1_000 * ONE && view.before(end).is_some_and(|c| times(c).is_some()))
        && (2..=4).filter_map(|back| at.checked_sub(back)).any(|from| {
            thing(from)
                && view.after(
                    from,
                    "赔 赔我 赔偿 索赔 补 补偿 罚 多收 乱收 一次收 每次收 每年收 每户收 收我 收了我 扣我 扣了 支付 交了 缴纳 花了",
                )
        })
}

/// 不足1000的按1000赔.
fn minimum(view: &View, at: usize, end: usize) -> bool {
    view.after(at, "不足 不到 低于 不满") && view.any(end, "的按 的赔 按 的，按 的,按 的为").is_some()
        || view.after(at, "按 按照") && view.any(end, "赔 付 收 退 结算 计算赔 给我").is_some()
}

/// 换机油两百九十八: a number of two places and more, written out, that closes its clause.
fn in_words(view: &View, at: usize, end: usize, value: i64) -> bool {
    let closes = view.get(end).is_none_or(|c| matches!(c, ',' | '。' | ';' | '!' | '?'));
    let before = view
        .before(at)
        .is_some_and(|c| view.chinese(at - 1) && !"第达高重长宽号过了到".contains(c) || c == ',');
    closes
        && before
        && value >= 100 * ONE
        && view.chinese(at)
        && view.letters[at..end].iter().filter(|c| times(**c).is_some()).count() >= 2
}
