//! What people look at: lists, the matter page, search, trader look-up, figures.

use std::{
    io,
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::{office::Office, took::Took};

/// A page that is looked at, by whom.
pub struct Page {
    pub name: &'static str,
    pub by: By,
    pub paths: Vec<String>,
}

#[derive(Clone, Copy)]
pub enum By {
    Handler,
    Head,
    Desk,
    Dispatcher,
}

fn coded(text: &str) -> String {
    serde_urlencoded::to_string([("q", text)]).expect("a query")
}

/// `numbers` are matters of which the pages are opened.
pub fn pages(numbers: &[String], units: &[String]) -> Vec<Page> {
    let fixed = |name, by, paths: &[&str]| Page {
        name,
        by,
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    let search = |name, by, words: &[&str]| Page {
        name,
        by,
        paths: words.iter().map(|word| format!("/matters?{}", coded(word))).collect(),
    };
    vec![
        fixed("a handler's work", By::Handler, &["/work"]),
        fixed("the dispatcher's work", By::Dispatcher, &["/work"]),
        fixed("all matters", By::Head, &["/matters"]),
        fixed("complaints that are open", By::Head, &["/matters?kind=complaint&phase=running"]),
        Page {
            name: "matters of a 所",
            by: By::Head,
            paths: units.iter().map(|unit| format!("/matters?unit={unit}")).collect(),
        },
        fixed("a handler's list", By::Handler, &["/matters", "/matters?kind=complaint"]),
        Page {
            name: "a matter's page",
            by: By::Head,
            paths: numbers.iter().map(|number| format!("/matters/{number}")).collect(),
        },
        Page {
            name: "search: a number",
            by: By::Head,
            paths: numbers.iter().map(|number| format!("/matters?{}", coded(number))).collect(),
        },
        search("search: one character", By::Head, &["奶", "退", "车", "修", "霉"]),
        search("search: two characters", By::Head, &["退款", "变质", "发票", "空调", "故障"]),
        search("search: three characters", By::Head, &["预付卡", "无理由", "小票金", "农贸市"]),
        search("search: four characters", By::Head, &["虚假宣传", "明码标价", "拖延维修", "公平秤并"]),
        search("search: rare words", By::Head, &["福满堂", "恶意差评", "松江市鑫源", "长江路123号"]),
        Page {
            name: "trader look-up",
            by: By::Desk,
            paths: ["鑫源", "福满堂", "松江市金龙", "王海燕", "超市", "MA0", "fmt", "鑫源李伟"]
                .iter()
                .map(|word| format!("/traders/lookup?{}", coded(word)))
                .collect(),
        },
        Page {
            name: "earlier contacts of a telephone",
            by: By::Desk,
            paths: (0..20).map(|at| format!("/desk/earlier?phone=199{:08}", at * 13)).collect(),
        },
        fixed("the figures", By::Head, &["/figures", "/figures?from=2026-01-01&to=2026-06-30"]),
    ]
}

/// Opens the pages in turn, `clients` at the same time, for `span`, at least once.
pub fn run(office: &Office, page: &Page, clients: usize, span: Duration) -> io::Result<Took> {
    let cookie = |by, at: usize| match by {
        By::Handler => office.handlers[at % office.handlers.len()].cookie.as_str(),
        By::Head => &office.head,
        By::Desk => &office.desk,
        By::Dispatcher => &office.dispatcher,
    };
    let began = Instant::now();
    let all = Mutex::new(Took::default());
    std::thread::scope(|scope| {
        for at in 0..clients {
            let all = &all;
            let mut client = office.client(cookie(page.by, at));
            scope.spawn(move || {
                let mut took = Took::default();
                for turn in at.. {
                    let path = &page.paths[turn % page.paths.len()];
                    match client.get(path) {
                        Ok(answer) if answer.status == 200 => took.add(answer.took),
                        Ok(answer) => took.fail(format!("{path}: {}", answer.status)),
                        Err(error) => took.fail(format!("{path}: {error}")),
                    }
                    if began.elapsed() > span {
                        break;
                    }
                }
                all.lock().expect("nobody panicked").join(took);
            });
        }
    });
    Ok(all.into_inner().expect("nobody panicked"))
}
