//! Operations on traders.

use super::matters::{AFTER, LIMIT};
use crate::{
    field::{Field, VERSION, lists},
    operation::Operation,
    read::traders as read,
};

const FORMS: Field = Field::listed("form", lists::trader_forms, "类型").needed();
const STATES: Field = Field::listed("state", lists::trader_states, "状态").needed();
const LETTERS: Field = Field::flag("letters_checked", "名称含形似字符，已核对");

macro_rules! record {
    ($last:expr) => {
        &[
            Field::text("name", 120, "名称").needed(),
            Field::text("credit_code", 40, "统一社会信用代码"),
            Field::text("old_number", 40, "工商注册号"),
            Field::text("organisation_code", 20, "组织机构代码"),
            FORMS,
            STATES,
            Field::text("industry", 10, "行业代码（GB/T 4754-2017）"),
            Field::text("region", 6, "行政区划代码"),
            Field::line("address", "地址"),
            Field::text("phone", 40, "电话"),
            Field::text("contact", 40, "联系人"),
            LETTERS,
            $last,
        ]
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look(
        "/traders",
        "listTraders",
        "查找经营者：名称、别名、拼音首字母、代码、电话",
        &[Field::text("q", 100, "查找；给出时只有一页"), Field::text("tag", 20, "标签"), AFTER, LIMIT],
        "Traders",
        read::list,
    ),
    Operation::page(
        "/traders",
        "createTrader",
        "新增经营者",
        record!(Field::flag("not_near", "与名称相近的档案不是同一家，已核对")),
    )
    .makes(),
    Operation::look("/traders/{id}", "getTrader", "经营者档案", &[], "Trader", read::show),
    Operation::page("/traders/{id}", "amendTrader", "修改经营者", record!(VERSION.needed())),
    Operation::page(
        "/traders/{id}/aliases",
        "addAlias",
        "登记别名",
        &[
            Field::text("alias", 120, "别名").needed(),
            Field::one(
                "kind",
                &[
                    ("sign", "招牌"),
                    ("former", "曾用名"),
                    ("platform", "网店名"),
                    ("brand", "品牌"),
                    ("misspelt", "常见误写"),
                ],
                "类别",
            )
            .needed(),
        ],
    ),
    Operation::page("/traders/{id}/aliases/{key}/removal", "removeAlias", "删除别名", &[]),
    Operation::page(
        "/traders/{id}/addresses",
        "addAddress",
        "登记地址",
        &[
            Field::text("kind", 10, "类别代码").needed(),
            Field::text("region", 6, "行政区划代码"),
            Field::line("line", "地址").needed(),
            Field::day("from_day", "起始日期"),
        ],
    ),
    Operation::page("/traders/{id}/addresses/{key}/end", "endAddress", "地址停用", &[]),
    Operation::page("/traders/{id}/tags", "addTag", "加标签", &[Field::text("tag", 20, "标签").needed()]),
    Operation::page(
        "/traders/{id}/tags/removal",
        "removeTag",
        "去掉标签",
        &[Field::text("tag", 20, "标签").needed()],
    ),
    Operation::page(
        "/traders/{id}/merges",
        "mergeTraders",
        "并入另一份档案",
        &[
            Field::text("other", 120, "另一份档案的标识或者统一社会信用代码").needed(),
            Field::line("reason", "理由").needed(),
        ],
    ),
    Operation::page(
        "/traders/merges/{id}/undo",
        "undoMerge",
        "撤销合并",
        &[Field::line("reason", "理由").needed()],
    ),
];
