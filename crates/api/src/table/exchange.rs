//! Operations of exchange (数据交换): lists as files, files of other systems brought in.

use crate::{
    field::{Field, Kind, lists},
    operation::Operation,
    read::exchange as read,
    scope::Scope,
};

const LIST: Field = Field::text("list", 40, "清单代码，取自 GET /exports/lists").needed();
const FILTER: Field = Field::text("filter", 4000, "筛选条件，写法与清单页面地址问号后的部分相同");
const FORMAT: Field =
    Field::one("format", &[("csv", "CSV"), ("xlsx", "Excel 工作簿（xlsx）")], "文件格式").needed();

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::look("/exports/lists", "listExportable", "可以导出的清单", &[], "Exportables", read::lists)
        .as_page("/exports/new"),
    Operation::look("/exports", "listExports", "本人的导出", &[], "Exports", read::exports),
    Operation::page(
        "/exports",
        "export",
        "导出一份清单，不带个人信息；指标明细还须 figures 范围，日志还须 admin 范围",
        &[LIST, FILTER, FORMAT, Field::flag("again", "回填清单：包括已经回填过的")],
    )
    .scope(Scope::Read)
    .only(read::may_export)
    .makes(),
    Operation::page(
        "/exports/personal",
        "exportPersonal",
        "导出一份清单，带出个人信息，理由记入日志",
        &[
            LIST,
            FILTER,
            FORMAT,
            Field::one("personal", &[("yes", "带出个人信息")], "确认带出个人信息").needed(),
            Field::line("reason", "理由，至少 4 个字").needed(),
        ],
    )
    .by_page("/exports")
    .scope(Scope::Personal)
    .only(read::may_export)
    .makes(),
    Operation::look("/exports/{id}", "getExport", "一次导出的进度", &[], "Export", read::export),
    Operation::file("/exports/{id}/file", "getExportFile", "导出的文件；带有个人信息的还须 personal 范围")
        .only(read::may_fetch),
    Operation::look("/imports", "listImports", "本人上传的文件", &[], "Imports", read::imports),
    Operation::page(
        "/imports",
        "upload",
        "上传全国平台或者12345的文件，先检查",
        &[
            Field::listed("map", lists::import_maps, "表头").needed(),
            Field::id("unit", "接收单位").needed(),
            Field::new("file", Kind::Files, "xlsx 或者 CSV 文件，一个").needed(),
            Field::new("map_file", Kind::Files, "自定义表头的映射文件"),
        ],
    )
    .makes(),
    Operation::look(
        "/imports/{id}",
        "getImport",
        "上传的文件：核对表和有问题的行",
        &[],
        "Import",
        read::import,
    ),
    Operation::page("/imports/{id}/run", "runImport", "导入检查过的文件", &[]),
    Operation::file("/imports/{id}/faults", "getImportFaults", "有错误或者有变化的行，csv"),
    Operation::page("/imports/{id}/lines/{line}/link", "joinAlike", "疑似同一件的关联为同一件", &[]),
];
