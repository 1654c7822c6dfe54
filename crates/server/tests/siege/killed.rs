//! kill -9 in mid-write: every acknowledged write is there, and no half of one that was not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use crate::{
    clients::{Seen, write_until},
    house::House,
    times,
};

db::sql! {
    MATTERS = "SELECT m.number, k.facts, (SELECT COUNT(*) FROM journal j WHERE j.matter_id = m.id) AS rows, \
               (SELECT COUNT(*) FROM clock c WHERE c.matter_id = m.id) AS clocks, \
               (SELECT COUNT(*) FROM party p WHERE p.matter_id = m.id) AS parties FROM matter m \
               LEFT JOIN contact k ON k.matter_id = m.id WHERE m.demo = FALSE";
}

/// What the database holds of the clients' writes: number by mark. Each is whole: journal, clocks, parties.
pub(crate) async fn stored(house: &House) -> BTreeMap<String, String> {
    let db = house.open().await;
    let rows = db.read(|tx| tx.query(&MATTERS, &[])).await.unwrap();
    let mut found = BTreeMap::new();
    for row in rows {
        let number: String = row.get("number").unwrap();
        let facts: Option<String> = row.get("facts").unwrap();
        let facts = facts.unwrap_or_else(|| panic!("{number} is half: nothing was said"));
        let counts: [i64; 3] = ["rows", "clocks", "parties"].map(|name| row.get(name).unwrap());
        assert!(counts.iter().all(|count| *count > 0), "{number} is half: {counts:?}");
        let mark = facts.split_once("单号").unwrap().1.trim_end_matches('。').to_owned();
        assert!(found.insert(mark, number).is_none(), "one write is there twice");
    }
    db.close().await;
    let numbers: BTreeSet<_> = found.values().collect();
    assert_eq!(numbers.len(), found.len(), "a number was given twice");
    found
}

/// Holds what the clients were told against what is there; how many there are.
pub(crate) async fn nothing_is_lost(house: &House, told: &Path) -> usize {
    let stored = stored(house).await;
    let text = fs::read_to_string(told).unwrap_or_default();
    for line in text.lines() {
        let (number, mark) = line.split_once(' ').unwrap();
        assert_eq!(stored.get(mark).map(String::as_str), Some(number), "an acknowledged write is lost");
    }
    house.verify();
    text.lines().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_write_no_acknowledged_write_is_lost_and_none_is_half() {
    let kills = times("XIAOBAO_SIEGE_KILLS", 3);
    House::each(async |mut house| {
        let told = house.data().join("../told.txt");
        let (seen, from) = (Seen::default(), Instant::now());
        let mut chance = 7_u64;
        let (mut starts, mut slowest) = (Duration::ZERO, Duration::ZERO);
        for round in 0..kills {
            let begun = Instant::now();
            house.start(&["--no-daily-backup"]);
            starts += begun.elapsed();
            slowest = slowest.max(begun.elapsed());
            // A different moment each time, the same in each run.
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let moment = Duration::from_millis((chance >> 33) % 200);
            let before = seen.acknowledged();
            let stop = AtomicBool::new(false);
            let (port, token) = (house.port, house.token.clone());
            std::thread::scope(|scope| {
                for client in 0..3 {
                    let (stop, seen, token, told) = (&stop, &seen, &token, &told);
                    scope.spawn(move || write_until(port, token, &format!("r{round}c{client}"), told, stop, seen));
                }
                // Not before the clients are at it, however slow the machine is.
                let until = Instant::now() + Duration::from_secs(20);
                while seen.acknowledged() == before && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(1));
                }
                std::thread::sleep(moment);
                house.kill();
                stop.store(true, Ordering::Relaxed);
            });
            if round % 100 == 99 {
                nothing_is_lost(&house, &told).await;
            }
        }
        let kept = nothing_is_lost(&house, &told).await;
        assert!(kept == seen.acknowledged() && kept > 0, "{kept} kept, {seen:?}");
        let engine = if house.database.is_empty() { "SQLite" } else { "PostgreSQL" };
        println!(
            "{engine}: {kills} kills, {kept} acknowledged writes all there, {} without an answer, {} refused; back after {} ms \
             in the mean, {} ms at most; {} s",
            seen.silent.load(Ordering::Relaxed),
            seen.refused.load(Ordering::Relaxed),
            starts.as_millis() / kills as u128,
            slowest.as_millis(),
            from.elapsed().as_secs()
        );
    })
    .await;
}
