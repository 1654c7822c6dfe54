//! How long look-up takes among many traders: `cargo run -p traders --example look_up -- 100000`. Each shape of text is asked
//! often; the slowest and the middle answer are printed in microseconds. PostgreSQL too, when the tests' server is named.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on must stop")]

use std::time::Instant;

use db::{Db, Tx, testing::TestDatabase};
use kernel::{Actor, Ctx, Ground};
use traders::NewTrader;
use web::Problem;

db::migrations! {
    static MIGRATIONS from "../../../migrations/" {
        1 "0001_journal",
        2 "0002_people",
        3 "0003_traders",
    }
}

const PLACES: &[&str] = &["哈尔滨市南岗区", "哈尔滨市道里区", "大庆市萨尔图区", "齐齐哈尔市", "牡丹江市", ""];
const FIRST: &str = "红东南北中永兴隆盛福宏达鑫顺吉祥天和利民众佳美好万家春秋金银龙凤松江雪";
const TRADES: &[&str] = &["超市", "食品商行", "餐饮有限公司", "商贸有限公司", "药房", "服装店", "电器经营部"];

fn shop(ctx: &Ctx, at: u64) -> NewTrader {
    let pick = |bound: usize| usize::try_from(ctx.entropy().below(bound as u64)).unwrap();
    let letters: Vec<char> = FIRST.chars().collect();
    let own: String = (0..3).map(|_| letters[pick(letters.len())]).collect();
    let body = format!("91230103MA{at:07}");
    let fits = |last: &char| codes::check_as(codes::Kind::CreditCode, &format!("{body}{last}")).ok;
    let last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().find(fits).unwrap();
    NewTrader {
        name: format!("{}{own}{}{}", PLACES[pick(PLACES.len())], TRADES[pick(TRADES.len())], at % 97),
        credit_code: format!("{body}{last}"),
        phone: format!("139{at:08}"),
        ..NewTrader::default()
    }
}

async fn fill(db: &Db, ground: &Ground, count: u64) {
    let ctx = ground.ctx(Actor::System("测量"));
    for start in (0..count).step_by(1_000) {
        let ctx = ctx.clone();
        let batch = move |tx: &mut Tx| {
            for at in start..(start + 1_000).min(count) {
                traders::create(tx, &ctx, &shop(&ctx, at))?;
            }
            Ok::<_, Problem>(())
        };
        db.write(batch).await.unwrap();
    }
}

async fn ask(db: &Db, label: &str, text: String) {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..50 {
        let text = text.clone();
        let (hits, took) = db
            .read(move |tx| {
                let start = Instant::now();
                let hits = traders::look_up(tx, &text, 8)?.len();
                Ok::<_, Problem>((hits, start.elapsed().as_micros()))
            })
            .await
            .unwrap();
        times.push(took);
        found = hits;
    }
    times.sort_unstable();
    println!(
        "  {label:<28} {text:<20} {found} found, middle {:>6} µs, slowest {:>6} µs",
        times[25], times[49]
    );
}

#[tokio::main]
async fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    TestDatabase::each(MIGRATIONS, async |db| {
        let ground = Ground::standing("2026-09-23T01:00:00Z".parse().unwrap(), "measure");
        let start = Instant::now();
        fill(&db, &ground, count).await;
        println!("{:?}: {count} traders in {:?}", db.engine(), start.elapsed());
        let middle = count / 2;
        for (label, text) in [
            ("credit code, whole", shop(&ground.ctx(Actor::System("测量")), middle).credit_code),
            ("credit code, beginning", "91230103MA00".to_owned()),
            ("telephone", format!("139{middle:08}")),
            ("name, beginning, common", "哈尔滨市".to_owned()),
            ("name, beginning, one letter", "哈".to_owned()),
            ("initials", "hebsng".to_owned()),
            ("initials, one letter", "h".to_owned()),
            ("part of a name", "红永福".to_owned()),
            ("part of a name, with trade", "永福商贸".to_owned()),
            ("part of a name, common", "岗区".to_owned()),
            ("part of a name, two letters", "祥天".to_owned()),
            ("nobody", "鹤岗煤矿".to_owned()),
            ("everybody", "有限公司".to_owned()),
        ] {
            ask(&db, label, text).await;
        }
    })
    .await;
}
