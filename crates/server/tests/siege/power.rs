//! The power goes: what was not on the disk is lost, page by page and in no order, and every acknowledged write is there.
//!
//! `kill -9` proves nothing about the disk: what a killed program has written and not synced, the kernel still writes. Here the
//! data folder lies on a disk of ours (`scripts/powercut`) that forgets it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use crate::{
    clients::{Seen, write_until},
    house::{House, told},
    killed::{nothing_is_lost, stored},
    times,
};

/// A disk of ours over a folder.
struct Disk {
    at: PathBuf,
    child: Child,
}

impl Disk {
    /// Puts one there; why not, where this machine lends none.
    fn over(at: &Path, words: &[&str]) -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/powercut");
        // Debian's own interpreter has Debian's package.
        let mut command = Command::new("/usr/bin/python3");
        command.arg(script).arg(at).args(words).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let until = Instant::now() + Duration::from_secs(30);
        while fs::metadata(at.join(".ready")).is_err() {
            if child.try_wait().unwrap().is_some() || Instant::now() > until {
                let _ = child.kill();
                return Err(told(&child.wait_with_output().unwrap()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { at: at.to_owned(), child })
    }

    /// The power goes. What is asked of the disk afterwards fails.
    fn cut(&self) {
        assert!(fs::metadata(self.at.join(".cut")).is_err());
    }

    /// Takes it away: the folder holds what was kept.
    fn off(mut self) {
        let until = Instant::now() + Duration::from_secs(30);
        while !Command::new("umount").arg(&self.at).status().unwrap().success() {
            assert!(Instant::now() < until, "somebody still holds the disk");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Only after a failed test is there anything left to take away.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = Command::new("umount").arg("-l").arg(&self.at).status();
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Writes on such a disk until the power goes, some time after the first answer.
fn cut_in_mid_write(house: &mut House, disk: Disk, round: usize, told: &Path, seen: &Seen) {
    house.start(&["--no-daily-backup"]);
    let before = seen.acknowledged();
    let stop = AtomicBool::new(false);
    let (port, token) = (house.port, house.token.clone());
    std::thread::scope(|scope| {
        for client in 0..3 {
            let (stop, token) = (&stop, &token);
            scope.spawn(move || write_until(port, token, &format!("p{round}c{client}"), told, stop, seen));
        }
        let until = Instant::now() + Duration::from_secs(60);
        while seen.acknowledged() < before + 3 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        // A different moment each time, the same in each run.
        std::thread::sleep(Duration::from_millis((round as u64 * 7_919 + 13) % 211));
        disk.cut();
        house.kill();
        stop.store(true, Ordering::Relaxed);
    });
    disk.off();
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_power_goes_no_acknowledged_write_is_lost_and_none_is_half() {
    let cuts = times("XIAOBAO_SIEGE_POWER", 3);
    let mut house = House::sqlite().await;
    let (told, seen, from) = (house.data().join("../told.txt"), Seen::default(), Instant::now());
    for round in 0..cuts {
        let disk = match Disk::over(&house.data(), &["--seed", &(round + 1).to_string()]) {
            Ok(disk) => disk,
            Err(why) => return println!("not run, this machine lends no disk of ours: {why}"),
        };
        cut_in_mid_write(&mut house, disk, round, &told, &seen);
        nothing_is_lost(&house, &told).await;
    }
    let kept = nothing_is_lost(&house, &told).await;
    assert!(kept == seen.acknowledged() && kept >= 3 * cuts, "{kept} kept, {seen:?}");
    let stored = stored(&house).await;
    let said: Vec<String> = seen.not_stored.lock().unwrap().clone();
    assert!(
        said.iter().all(|mark| !stored.contains_key(mark)),
        "told that nothing of it was stored: {said:?}"
    );
    println!(
        "SQLite: {cuts} cuts of the power, {kept} acknowledged writes all there, {} without an answer, {} refused; {} s",
        seen.silent.load(Ordering::Relaxed),
        seen.refused.load(Ordering::Relaxed),
        from.elapsed().as_secs()
    );
}

db::sql! {
    FACTS = "SELECT facts FROM contact";
}

/// What was said in the matters of a database that may be damaged.
async fn facts(house: &House) -> Result<Vec<String>, db::Error> {
    let db = db::Db::open(&house.data().join("xiaobao.db").to_string_lossy()).await?;
    let rows = db.read(|tx| tx.query(&FACTS, &[])?.iter().map(|row| row.get("facts")).collect()).await;
    db.close().await;
    rows
}

/// That the story above can fail: on a disk that answers before it has written, acknowledged writes are lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_lies_loses_acknowledged_writes_and_this_siege_sees_it() {
    let mut house = House::sqlite().await;
    let (told, seen) = (house.data().join("../told.txt"), Seen::default());
    let disk = match Disk::over(&house.data(), &["--lies"]) {
        Ok(disk) => disk,
        Err(why) => return println!("not run, this machine lends no disk of ours: {why}"),
    };
    cut_in_mid_write(&mut house, disk, 0, &told, &seen);
    let text = fs::read_to_string(&told).unwrap();
    let marks = text.lines().map(|line| format!("单号{}。", line.split_once(' ').unwrap().1));
    let lost = match facts(&house).await {
        Ok(facts) => marks.filter(|mark| !facts.iter().any(|said| said.contains(mark))).count(),
        Err(damage) => {
            println!("the database is damaged: {damage}");
            marks.count()
        }
    };
    assert!(lost > 0, "{seen:?}: nothing was lost on a disk that keeps half of what is written");
}
