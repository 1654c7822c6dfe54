//! What may be asked for: consultations, and complaints with what the article asks of them.

use serde_json::{Value as Json, json};

use super::Call;
use crate::field::lists;

/// A service of the office.
pub(super) struct Offered {
    /// Its code, also the kind of matter.
    pub code: &'static str,
    name: &'static str,
    description: &'static str,
    keywords: &'static str,
    /// (code, datatype, required, description).
    pub attributes: &'static [(&'static str, &'static str, bool, &'static str)],
}

/// Everything offered.
pub(super) const OFFERED: &[Offered] = &[
    Offered {
        code: "consultation",
        name: "消费咨询",
        description: "询问消费者权益、三包、退换货等问题",
        keywords: "咨询,三包,退货",
        attributes: &[],
    },
    Offered {
        code: "complaint",
        name: "消费投诉",
        description: "与经营者发生消费争议，请求市场监督管理部门调解（令第121号）",
        keywords: "投诉,调解,退款",
        attributes: &[
            ("respondent_name", "string", true, "被投诉人名称"),
            ("respondent_address", "string", false, "被投诉人地址"),
            ("respondent_phone", "string", false, "被投诉人电话"),
            ("demands", "multivaluelist", true, "诉求"),
            ("demand_words", "text", false, "诉求说明"),
            ("goods_name", "string", false, "商品或者服务名称"),
            ("amount", "string", false, "争议金额（元）"),
            ("happened_on", "datetime", false, "发生日期"),
        ],
    },
];

/// The service with `code`.
pub(super) fn find(code: &str) -> Option<&'static Offered> {
    OFFERED.iter().find(|offered| offered.code == code)
}

/// `GET services`.
pub(super) fn all() -> Json {
    let one = |offered: &Offered| {
        json!({
            "service_code": offered.code,
            "service_name": offered.name,
            "description": offered.description,
            "metadata": !offered.attributes.is_empty(),
            "type": "realtime",
            "keywords": offered.keywords,
            "group": "消费者权益保护",
        })
    };
    OFFERED.iter().map(one).collect()
}

/// `GET services/{code}`.
pub(super) fn definition(code: &str) -> Option<Json> {
    let offered = find(code)?;
    let attributes = offered.attributes.iter().enumerate().map(|(at, (code, datatype, required, words))| {
        let mut told = json!({
            "variable": true,
            "code": code,
            "datatype": datatype,
            "required": required,
            "datatype_description": "",
            "order": at + 1,
            "description": words,
        });
        if *code == "demands" {
            let values = lists::demands().into_iter().map(|(key, name)| json!({ "key": key, "name": name }));
            told["values"] = values.collect();
        }
        told
    });
    Some(json!({ "service_code": offered.code, "attributes": attributes.collect::<Vec<_>>() }))
}

/// `GET discovery`.
pub(super) fn discovery(call: &Call) -> Json {
    let bureau = call.face.app.config.bureau();
    json!({
        "changeset": "2026-09-23T00:00:00Z",
        "contact": format!("{bureau}，拨打12315"),
        "key_service": format!("接口令牌由{bureau}的系统管理员发放，范围选 Open311 收件"),
        "endpoints": [{
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": "/open311/v2",
            "changeset": "2026-09-23T00:00:00Z",
            "type": "production",
            "formats": ["application/json", "text/xml"]
        }]
    })
}
