//! By what figures are cut.

use kernel::words;

words! {
    /// By what a figure may be cut.
    Dimension {
        /// Kind of matter.
        Kind = "kind", "类型";
        /// Channel.
        Channel = "channel", "接收方式";
        /// Unit.
        Unit = "unit", "单位";
        /// First level of goods and services.
        Goods = "goods", "商品或者服务";
        /// First level of problems.
        Problem = "problem", "问题类别";
        /// Outcome.
        Outcome = "outcome", "结果";
        /// Month of receipt.
        Month = "month", "收到月份";
        /// Hour of receipt, of the office's clock.
        Hour = "hour", "收到时刻";
        /// What the state means: new, running, waiting, done.
        Phase = "phase", "进度";
        /// The day of the earliest alarm.
        Due = "due", "预警日";
        /// What the things counted differ by; nothing for matters.
        Detail = "detail", "细目";
    }
}
