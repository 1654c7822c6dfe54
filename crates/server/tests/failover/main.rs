//! PostgreSQL under Patroni and etcd, three nodes on this machine: the leader is killed with -9 under load. No acknowledged
//! write is lost, and the office goes on by itself. `docs/reliability.md` keeps the numbers that this story prints.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must stop")]

mod cluster;
mod office;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use cluster::Cluster;
use office::{Answer, Office};
use serde_json::json;
use tokio::{task::JoinSet, time::sleep};

/// People who write at the same time, each with a pause between two writes.
const WRITERS: usize = 6;
const PAUSE: Duration = Duration::from_millis(40);
/// How the page says that its numbers come from a replica.
const FROM_REPLICA: &str = "取自数据库从库";

/// What the writers noted: the number and facts of every acknowledged write with its moment, and every other answer.
#[derive(Default)]
struct Notes {
    acknowledged: Vec<(String, String, Instant)>,
    refused: Vec<(u16, Instant)>,
}

async fn write_until(office: Arc<Office>, who: usize, stop: Arc<AtomicBool>, notes: Arc<Mutex<Notes>>) {
    for at in 0.. {
        if stop.load(SeqCst) {
            return;
        }
        let facts = format!("第{who}位第{at}次来电，牛奶变质");
        let body = json!({ "kind": "complaint", "channel": "phone", "facts": facts, "name": "王芳",
            "phone": "13812345678", "respondent_name": "好再来超市", "demands": ["refund"] });
        let answer = office.api("POST", "/api/v1/matters", &body.to_string()).await;
        note(&notes, &answer, facts);
        sleep(PAUSE).await;
    }
}

fn note(notes: &Mutex<Notes>, answer: &Answer, facts: String) {
    let mut notes = notes.lock().unwrap();
    match answer.status {
        200 | 201 | 303 => notes.acknowledged.push((answer.number(), facts, Instant::now())),
        other => notes.refused.push((other, Instant::now())),
    }
}

fn count(notes: &Mutex<Notes>) -> usize {
    notes.lock().unwrap().acknowledged.len()
}

/// Waits until `wanted` more writes were acknowledged.
async fn more(notes: &Mutex<Notes>, wanted: usize) {
    let from = count(notes);
    let until = Instant::now() + Duration::from_secs(120);
    while count(notes) < from + wanted {
        assert!(Instant::now() < until, "no writes any more: {:?}", notes.lock().unwrap().refused.last());
        sleep(Duration::from_millis(100)).await;
    }
}

/// The longest time without an acknowledged write.
fn longest_silence(notes: &Notes) -> Duration {
    let mut at: Vec<Instant> = notes.acknowledged.iter().map(|(.., at)| *at).collect();
    at.sort();
    at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

/// The numbers that the office does not show, or shows with other facts.
async fn lost(office: &Office, notes: &Notes) -> Vec<String> {
    let mut lost = Vec::new();
    for (number, facts, _) in &notes.acknowledged {
        let answer = office.api("GET", &format!("/api/v1/matters/{number}"), "").await;
        if answer.status != 200 || !answer.text.contains(facts.as_str()) {
            lost.push(format!("{number} {} {}", answer.status, answer.text));
        }
    }
    lost
}

/// The figures, until they are (not) from a replica.
async fn figures(office: &Office, from_replica: bool) -> Answer {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = office.page("/operations").await;
        if answer.status == 200 && answer.text.contains(FROM_REPLICA) == from_replica {
            return answer;
        }
        assert!(
            Instant::now() < until,
            "from a replica wanted: {from_replica}; {} {}",
            answer.status,
            answer.text
        );
        sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_is_killed_no_acknowledged_write_is_lost_and_the_office_goes_on_by_itself() {
    let Some(cluster) = Cluster::start() else { return };
    let kills = std::env::var("XIAOBAO_TEST_KILLS").map_or(1, |kills| kills.parse().unwrap());
    let office = Arc::new(Office::start(&cluster).await);
    figures(&office, true).await;
    for round in 1..=kills {
        let (notes, stop) = (Arc::new(Mutex::new(Notes::default())), Arc::new(AtomicBool::new(false)));
        let mut writers = JoinSet::new();
        for who in 0..WRITERS {
            writers.spawn(write_until(Arc::clone(&office), who, Arc::clone(&stop), Arc::clone(&notes)));
        }
        more(&notes, 100).await;
        let (before, killed_at) = (count(&notes), Instant::now());
        let killed = cluster.run("kill-leader");
        more(&notes, 100).await;
        stop.store(true, SeqCst);
        writers.join_all().await;
        let notes = std::mem::take(&mut *notes.lock().unwrap());
        let lost = lost(&office, &notes).await;
        println!(
            "round {round}: {killed} killed; acknowledged {} ({before} before the kill), lost {}, writes stopped {:.1} s, \
             first after the kill {:.1} s, other answers {:?}",
            notes.acknowledged.len(),
            lost.len(),
            longest_silence(&notes).as_secs_f32(),
            notes
                .acknowledged
                .iter()
                .map(|(.., at)| *at)
                .filter(|at| *at > killed_at + Duration::from_secs(2))
                .min()
                .map_or(0.0, |at| (at - killed_at).as_secs_f32()),
            notes
                .refused
                .iter()
                .map(|(status, at)| (*status, at.saturating_duration_since(killed_at).as_secs()))
                .collect::<Vec<_>>(),
        );
        assert_eq!(lost, Vec::<String>::new());
        // Nobody is told of a fault: who could not be served is asked to try again, or to look whether it was stored.
        assert!(notes.refused.iter().all(|(status, _)| [409, 503].contains(status)), "{:?}", notes.refused);
        cluster.run("revive");
        figures(&office, true).await;
    }
    assert!(office.is_running());
    let (well, words) = office.verify(&cluster);
    assert!(well, "{words}");
    println!("{}", words.trim());
}
