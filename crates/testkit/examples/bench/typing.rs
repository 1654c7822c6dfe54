//! Suggestions while the desk types: what the script asks for 250 ms after the last key, at every length of what is told.

use std::{
    io,
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::{office::Office, took::Took};

/// What people tell: goods that many name and few, a shop that is known, one that is not, words that stand in half of all matters.
const TOLD: [(&str, &str); 8] = [
    ("福满堂", "在福满堂买的牛奶打开就发酸，盒子鼓了，店家说没有小票不能退，要求退款并道歉"),
    ("松江市鑫源食品商行", "空调装好第三天就不制冷，打了五次售后电话都没有人来，要求退货退款"),
    ("", "昨天在农贸市场买的排骨回家一称少了二两，公平秤也是这个数，摊主不认"),
    ("金龙超市", "预付卡里还有八百多块钱，店关门了，电话打不通，要求退还余额"),
    ("", "网上买的手机说是全新的，拿到以后发现屏幕换过，七天无理由也不给退"),
    ("王海燕服装店", "衣服洗了一次就掉色，把别的衣服也染了，商家说是我洗的方法不对"),
    ("鑫源电器经营部", "冰箱修了三次还是不制冷，收了三次上门费，发票也不给开"),
    ("", "孩子在培训机构上课，机构突然搬走，剩下的课时费一万二不退，家长们准备一起投诉"),
];

/// Letters after which the script asks.
const LENGTHS: [usize; 3] = [12, 24, usize::MAX];

fn forms() -> Vec<Vec<(&'static str, String)>> {
    let of = |(shop, facts): (&str, &str), length: usize| {
        vec![
            ("kind", "complaint".to_owned()),
            ("respondent_name", shop.to_owned()),
            ("phone", "19900000013".to_owned()),
            ("respondent_address", "长江路123号".to_owned()),
            ("facts", facts.chars().take(length).collect()),
        ]
    };
    TOLD.into_iter().flat_map(|told| LENGTHS.map(|length| of(told, length))).collect()
}

/// Asks in turn, `clients` at the same time, for `span`, at least once each.
pub fn run(office: &Office, clients: usize, span: Duration) -> io::Result<Took> {
    let (began, forms, all) = (Instant::now(), forms(), Mutex::new(Took::default()));
    std::thread::scope(|scope| {
        for at in 0..clients {
            let (all, forms) = (&all, &forms);
            let mut client = office.client(&office.desk);
            scope.spawn(move || {
                let mut took = Took::default();
                for turn in at.. {
                    let form: Vec<(&str, &str)> = forms[turn % forms.len()]
                        .iter()
                        .map(|(name, words)| (*name, words.as_str()))
                        .collect();
                    match client.part("/desk/advice", &form) {
                        Ok(answer) if answer.status == 200 => took.add(answer.took),
                        Ok(answer) => took.fail(format!("{}", answer.status)),
                        Err(error) => took.fail(error.to_string()),
                    }
                    if began.elapsed() > span && turn >= at + forms.len() {
                        break;
                    }
                }
                all.lock().expect("nobody panicked").join(took);
            });
        }
    });
    Ok(all.into_inner().expect("nobody panicked"))
}
